/* torture_test.c: a whole ceremony in memory: the power is cut after every event, every call
 * to the world fails once before and once after it was carried out, and every line of the
 * transcript is bent. What must hold: the same end; one root key; no signature that the
 * transcript does not announce; replay equals live. */
#include "ceremony/flow/test/torture.h"

/* ---- tests ------------------------------------------------------------------------- */

static void wrong_words_are_asked_again(void **state)
{
	struct process p;

	(void)state;
	fresh_world();
	world.answers_words_wrong_once = true;
	process_new(&p);
	assert_true(process_run_or_cut(&p, false));
	expect_end(&p);
	assert_int_equal(world.num_told, num_events + 2); /* one more answer, and its failure */
	process_done(&p);
}

/* ---- out of turn ---------------------------------------------------------------------- */

/* The whole ceremony with one thing out of turn at its ask number `at`. False: there it could not be. */
static bool one_aside(unsigned at, enum reply_kind kind, const char *presence, struct count *seen)
{
	struct process p;

	fresh_world();
	world.aside_at[0] = at;
	world.aside[0] = kind;
	world.presence = presence;
	process_new(&p);
	assert_true(process_run_or_cut(&p, false));
	expect_end(&p);
	assert_int_equal(p.runner.flow.num_open, 0);
	*seen = count_lines(&p);
	process_done(&p);
	return seen->num[EVENT_ASIDE] > 0;
}

static void an_exception_at_every_ask_is_decided(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned at = 1; at <= num_asks; at++) {
		struct count t;
		if (!one_aside(at, REPLY_EXCEPTION, NULL, &t))
			continue;
		n++;
		assert_int_equal(t.num[EVENT_EXCEPTION], 1);
		assert_int_equal(t.num[EVENT_DISPOSITION], 1);
	}
	assert_true(n > num_asks / 2);
}

/* The administrator leaves: nothing goes on until they are back. */
static void nobody_acts_who_has_left(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned at = 1; at <= num_asks; at++) {
		struct count t;
		if (!one_aside(at, REPLY_PEOPLE, "officer.1", &t))
			continue;
		n++;
		assert_int_equal(t.num[EVENT_LEAVE], t.num[EVENT_RETURN] + (t.num[EVENT_RETURN] == 0));
		assert_true(t.num[EVENT_LEAVE] >= 1);
	}
	assert_true(n > num_asks / 2);
}

static void a_role_is_handed_over_at_every_ask(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned at = 1; at <= num_asks; at++) {
		struct count t;
		if (!one_aside(at, REPLY_PEOPLE, "hand-over", &t))
			continue;
		n++;
		assert_int_equal(t.num[EVENT_HANDOVER], 1);
	}
	assert_true(n > num_asks / 2);
}

struct ended {
	char     reason[32], by[80], second[80];
	unsigned aborts;
	bool     last;
};

static bool see_end(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct ended *x = ctx;
	struct bytes  reason = fields_get(&ev->data, "reason"), by = fields_get(&ev->data, "decided-by"),
		     second = fields_get(&ev->data, "confirmed-by");

	(void)line;
	(void)e;
	x->last = ev->type == EVENT_ABORT;
	x->aborts += x->last;
	if (x->last) {
		(void)snprintf(x->reason, sizeof x->reason, "%.*s", (int)reason.len, (const char *)reason.p);
		(void)snprintf(x->by, sizeof x->by, "%.*s", (int)by.len, (const char *)by.p);
		(void)snprintf(x->second, sizeof x->second, "%.*s", (int)second.len, second.len ? (const char *)second.p : "");
	}
	return true;
}

/* Nothing but the end follows a reason, and after the close there is none: it is only left. */
static void an_abort_at_every_ask_says_why(void **state)
{
	(void)state;
	for (unsigned at = 1; at <= num_asks; at++) {
		struct process  p;
		struct ended    x = { 0 };
		struct err      e = { 0 };
		enum runner_end end = RUNNER_DONE;
		fresh_world();
		world.aside_at[0] = at;
		world.aside[0] = REPLY_ABORT;
		process_new(&p);
		assert_true(process_run(&p, false, &end));
		OK(transcript_each(p.dir, see_end, &x, &e), e);
		if (p.runner.flow.closed) {
			assert_int_equal(end, RUNNER_PAUSED);
			assert_int_equal(x.aborts, 0);
		} else {
			assert_int_equal(end, RUNNER_ABORTED);
			assert_true(x.last && x.aborts == 1);
			assert_string_equal(x.reason, "reason: a text");
			assert_true(x.by[0]);
			/* before the roll call there is nobody to name */
			assert_true(!x.second[0] == !(p.runner.flow.facts & FACT(FACT_PEOPLE)));
			assert_string_not_equal(x.by, x.second);
		}
		process_done(&p);
	}
}

static void a_jump_of_the_clock_is_told(void **state)
{
	(void)state;
	for (uint64_t at = 1; at + 1 < num_events; at++) {
		struct process p;
		fresh_world();
		world.jump_after = at;
		process_new(&p);
		assert_true(process_run_or_cut(&p, false));
		expect_end(&p);
		assert_int_equal(count_lines(&p).num[EVENT_JUMP], 1);
		process_done(&p);
	}
}

/* Two exceptions, a person who leaves, a hand-over and a jump in one ceremony. */
static void troubled_world(void)
{
	fresh_world();
	world.aside_at[0] = 9;
	world.aside[0] = REPLY_EXCEPTION;
	world.aside_at[1] = 15;
	world.aside[1] = REPLY_PEOPLE;
	world.aside_at[2] = 24;
	world.aside[2] = REPLY_EXCEPTION;
	world.presence = "hand-over";
	world.jump_after = 40;
}

static void power_cut_in_every_trouble(void **state)
{
	struct process p;

	(void)state;
	troubled_world();
	process_new(&p);
	assert_true(process_run_or_cut(&p, false));
	expect_end(&p);
	uint64_t     events = world.num_told;
	struct count t = count_lines(&p);
	process_done(&p);
	assert_int_equal(t.num[EVENT_EXCEPTION], 2);
	assert_int_equal(t.num[EVENT_DISPOSITION], 2);
	assert_int_equal(t.num[EVENT_HANDOVER], 1);
	assert_int_equal(t.num[EVENT_JUMP], 1);
	for (uint64_t cut = 1; cut <= events; cut++) {
		struct process after;
		troubled_world();
		process_cut(&after, cut, process_new);
		expect_end(&after);
		assert_int_equal(after.runner.flow.num_open, 0);
		assert_int_equal(count_lines(&after).results, CERTIFICATES);
		process_done(&after);
	}
}

/* ---- what was amiss when it began ------------------------------------------------------- */

/* What was found is the first exception; it is decided before anything but the roll call is done. */
static bool see_look(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	unsigned *stage_of = ctx;

	(void)line;
	(void)e;
	if (ev->type == EVENT_RESUME || bytes_is(ev->turn, "presence"))
		return true;
	if (*stage_of == 0) {
		assert_int_equal(ev->type, EVENT_OPEN);
		*stage_of = 1;
	} else if (*stage_of == 1) {
		assert_int_equal(ev->type, EVENT_EXCEPTION);
		assert_true(bytes_is(ev->turn, "amiss") && fields_is(&ev->data, "found", stage.amiss) && fields_is(&ev->data, "number", "1"));
		*stage_of = 2;
	} else if (*stage_of == 2 && !bytes_is(ev->step, script.step[0].id)) {
		assert_int_equal(ev->type, EVENT_DISPOSITION);
		assert_true(fields_is(&ev->data, "number", "1") && !fields_is(&ev->data, "approver.2", "nobody"));
		*stage_of = 3;
	}
	return true;
}

static void fresh_amiss(void)
{
	fresh_world();
	stage.amiss = "Medium output: not plugged in";
	world.second_approves = true;
}

static void what_was_amiss_is_an_exception(void **state)
{
	struct err e = { 0 };

	(void)state;
	for (uint64_t cut = 0; cut < 24; cut++) { /* the roll call, and what comes after it */
		struct process p;
		unsigned       stage_of = 0;
		fresh_amiss();
		if (cut) {
			process_cut(&p, cut, process_new);
		} else {
			process_new(&p);
			assert_true(process_run_or_cut(&p, false));
		}
		expect_end(&p);
		assert_true(p.runner.flow.num_exceptions == 1 && p.runner.flow.num_open == 0);
		OK(transcript_each(p.dir, see_look, &stage_of, &e), e);
		assert_int_equal(stage_of, 3);
		process_done(&p);
	}
	stage.amiss = NULL;
}

/* One approver is none. */
static bool refuse_one(void *ctx, const struct prompt *p, struct reply *r, struct err *e)
{
	if (p->refused && strcmp(p->turn, "decide") == 0) {
		assert_int_equal(p->refused->id, ERR_FLOW_APPROVER);
		((struct world *)ctx)->second_approves = true;
	}
	return world_ask(ctx, p, r, e);
}

static void one_does_not_approve_what_was_amiss(void **state)
{
	struct process p;

	(void)state;
	fresh_amiss();
	world.second_approves = false;
	stage.ask = refuse_one;
	process_new(&p);
	assert_true(process_run_or_cut(&p, false));
	expect_end(&p);
	assert_int_equal(count_lines(&p).num[EVENT_REFUSED], 1);
	process_done(&p);
	stage.ask = NULL;
	stage.amiss = NULL;
}

/* A first line that does not say how it is answered, or how often was looked around, is none. */
static void a_first_line_says_how_it_began(void **state)
{
	static const char *const faces[] = { "", "screen ", "a braille display" };
	struct process p;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(faces); i++) {
		struct err e = { 0 };
		fresh_world();
		process_new(&p);
		p.runner.face.name = faces[i];
		assert_false(process_start(&p, &e));
		assert_int_equal(e.id, ERR_FLOW_EVENT);
		process_done(&p);
	}
}

/* A replay with the event at line `at` left out, given twice, or changed, must be refused. */
struct bend {
	struct process *p;
	uint64_t        at;
	enum { LEAVE_OUT, TWICE, OTHER_ROUND, NO_DATA, PROMPT_ELSEWHERE } how;
};

static bool bend_line(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct bend  *b = ctx;
	struct event bent = *ev;

	if (ev->n != b->at)
		return runner_replay(&b->p->runner, ev, line, e);
	switch (b->how) {
	case LEAVE_OUT: return true;
	case TWICE: return runner_replay(&b->p->runner, ev, line, e) && runner_replay(&b->p->runner, ev, line, e);
	case OTHER_ROUND: bent.round++; break;
	case NO_DATA: bent.data.num = 0; break;
	case PROMPT_ELSEWHERE: /* none with what a person says, one with what nobody says */
		bent.prompt = event_says(ev->type) ? bytes_of(NULL, 0) : BYTES_LIT("Agreed?");
		break;
	}
	return runner_replay(&b->p->runner, &bent, line, e);
}

/* A later program has other words for its prompts: what is on the record is read, and not compared with them. */
static bool other_words(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct event bent = *ev;

	if (ev->prompt.len)
		bent.prompt = BYTES_LIT("Vous \xc3\xaates d'accord ?");
	return runner_replay(ctx, &bent, line, e);
}

static bool has_no_meaning_without_data(const struct event *ev)
{
	return ev->data.num > 0 && ev->type != EVENT_OPEN && ev->type != EVENT_RESUME;
}

static bool note_data(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	(void)line;
	(void)e;
	((bool *)ctx)[ev->n] = has_no_meaning_without_data(ev);
	return true;
}

static void bent_transcripts_are_refused(void **state)
{
	struct process whole_one;
	struct err     e = { 0 };
	bool           data[512] = { 0 };

	(void)state;
	fresh_world();
	process_new(&whole_one);
	assert_true(process_run_or_cut(&whole_one, false));
	process_done(&whole_one);
	int dir = open(stage.folder, O_RDONLY | O_DIRECTORY);
	OK(transcript_each(dir, note_data, data, &e), e);
	process_new(&whole_one);
	OK(transcript_each(dir, other_words, &whole_one.runner, &e), e);
	process_done(&whole_one);
	for (uint64_t at = 0; at + 1 < num_events; at++) {
		for (int how = LEAVE_OUT; how <= PROMPT_ELSEWHERE; how++) {
			struct process p;
			struct bend    b = { &p, at, 0 };
			b.how = (unsigned)how;
			if ((how == NO_DATA && !data[at]) || (how == OTHER_ROUND && at == 0) || (how == PROMPT_ELSEWHERE && at == 0))
				continue;
			process_new(&p);
			if (transcript_each(dir, bend_line, &b, &e))
				fail_msg("line %llu bent in way %d was taken", (unsigned long long)at + 1, how);
			process_done(&p);
		}
	}
	(void)close(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(power_cut_after_every_event),
		cmocka_unit_test(every_call_fails_once),
		cmocka_unit_test(wrong_words_are_asked_again),
		cmocka_unit_test(bent_transcripts_are_refused),
		cmocka_unit_test(an_exception_at_every_ask_is_decided),
		cmocka_unit_test(nobody_acts_who_has_left),
		cmocka_unit_test(a_role_is_handed_over_at_every_ask),
		cmocka_unit_test(an_abort_at_every_ask_says_why),
		cmocka_unit_test(a_jump_of_the_clock_is_told),
		cmocka_unit_test(power_cut_in_every_trouble),
		cmocka_unit_test(what_was_amiss_is_an_exception),
		cmocka_unit_test(one_does_not_approve_what_was_amiss),
		cmocka_unit_test(a_first_line_says_how_it_began),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, set_up, tear_down);
}
