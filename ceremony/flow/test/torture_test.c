/* torture_test.c: a whole ceremony in memory: the power is cut after every event, every call
 * to the world fails once before and once after it was carried out, and every line of the
 * transcript is bent. What must hold: the same end; one root key; no signature that the
 * transcript does not announce; replay equals live. */
#include "ceremony/flow/test/world.h"

#include <ftw.h>
#include <unistd.h>

#include "ceremony/record/bundle.h"

#define CERTIFICATES 4 /* signatures of the root key: itself, two intermediates, one list */

static char          folder[40]; /* in memory where that can be: every event is synced */
static struct arena  lasting, script_arena;
static struct script script;
static struct world  world;
static struct ledger nothing;

static bool load(void *ctx, const char *name, struct bytes *text, struct err *e)
{
	char path[120];

	(void)ctx;
	(void)snprintf(path, sizeof path, "scripts/profiles/%s.ini", name);
	return file_read(text, &script_arena, AT_FDCWD, path, SCRIPT_MAX_LEN, e);
}

static bool put(void *ctx, const char *name, struct bytes content, struct err *e)
{
	return bundle_put(*(int *)ctx, name, content, e);
}

/* One process: a runner over the folder's transcript. */
struct process {
	struct runner runner;
	int           dir;
};

static void process_new(struct process *p)
{
	struct err e = { 0 };

	*p = (struct process){ .dir = open(folder, O_RDONLY | O_DIRECTORY) };
	p->runner = (struct runner){
		.arena = arena_new((size_t)64 << 20),
		.scratch = arena_new((size_t)32 << 20),
		.face = { world_ask, world_tell, world_close, &world },
		.clock = { world_now, world_mono, &world, "0123456789abcdef0123456789abcdef" },
		.token_uri = "pkcs11:",
		.put = put,
		.put_ctx = &p->dir,
	};
	for (int i = 0; i < PORT_COUNT_; i++)
		p->runner.helper[i] = (struct helper){ world_call, &world };
	p->runner.transcript.fd = -1;
	world.logged_in = false;
	world.num_held = 0;
	OK(flow_init(&p->runner.flow, &script, &nothing, &p->runner.arena, &p->runner.scratch, &e), e);
}

static void process_done(struct process *p)
{
	secret_done(&p->runner.secret);
	transcript_done(&p->runner.transcript);
	arena_free(&p->runner.arena);
	arena_free(&p->runner.scratch);
	(void)close(p->dir);
}

static bool start(struct process *p, struct err *e)
{
	struct fields data = fields_on(&p->runner.scratch);

	fields_str(&data, "number", "1");
	fields_str(&data, "previous", "none");
	fields_str(&data, "rehearsal", "yes");
	fields_str(&data, "boot", p->runner.clock.boot);
	return transcript_create(&p->runner.transcript, p->dir, e) && runner_open(&p->runner, &data, e);
}

static bool replay_line(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	return runner_replay(ctx, ev, line, e);
}

static bool resume(struct process *p, struct err *e)
{
	return transcript_open(&p->runner.transcript, p->dir, e) && transcript_each(p->dir, replay_line, &p->runner, e) &&
	       runner_resume(&p->runner, 0, e);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
	(void)st;
	(void)flag;
	return f->level == 0 ? 0 : remove(path);
}

static void fresh_world(void)
{
	assert_int_equal(nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	for (unsigned i = 0; i < world.num_keys; i++)
		throwaway_done(&world.key[i]);
	world = (struct world){ .arena = lasting, .now = THROWAWAY_NOW };
	world.arena.len = 0;
}

/* Runs until the end or the cut; true if the end was reached. */
static bool run_or_cut(struct process *p, bool resumed)
{
	enum runner_end end = RUNNER_PAUSED;
	struct err      e = { 0 };

	if (setjmp(world.power))
		return false;
	OK((resumed ? resume(p, &e) : start(p, &e)), e);
	OK(runner_run(&p->runner, &end, &e), e);
	assert_int_equal(end, RUNNER_DONE);
	return true;
}

static void expect_end(const struct process *p)
{
	const struct flow *f = &p->runner.flow;

	assert_true(f->ended && f->closed && f->checkpoint_sig.len > 0);
	assert_int_equal(world.num_keys, 2);
	assert_true(world.restored && f->restored && f->live && !f->waived);
	assert_int_equal(world.num_held, 0);
	assert_int_equal(f->num_requests, 2);
	assert_true(f->root_cert.len && f->crl.len && f->request[0].cert.len && f->request[1].cert.len);
	assert_int_equal(f->num_exported, 5);
	for (size_t i = 0; i < 5; i++)
		assert_true(f->share[i].shown && f->share[i].entered);
	for (size_t i = 0; i < flow_num_witnesses(f); i++)
		assert_true(f->witness[i].signed_);
}

/* Every signature of the root key was announced by an intent of its own. */
struct count {
	unsigned intents, resolved, results, num[EVENT_COUNT_];
	char     agreed[64]; /* the step in which two officers have agreed to what cannot be taken back */
};

static bool count_line(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct count *c = ctx;

	(void)line;
	(void)e;
	bool signs = fields_is(&ev->data, "op", "key-sign");
	if (fields_is(&ev->data, "officer-1", "yes") && fields_is(&ev->data, "officer-2", "yes"))
		(void)snprintf(c->agreed, sizeof c->agreed, "%.*s", (int)ev->step.len, (const char *)ev->step.p);
	assert_true(ev->type != EVENT_INTENT || bytes_is(ev->step, c->agreed));
	c->intents += ev->type == EVENT_INTENT && signs;
	c->resolved += ev->type == EVENT_RESOLVED;
	c->num[ev->type]++;
	c->results += ev->type == EVENT_RESULT && signs;
	return true;
}

static struct count count_lines(const struct process *p)
{
	struct count c = { 0 };
	struct err   e = { 0 };

	OK(transcript_each(p->dir, count_line, &c, &e), e);
	return c;
}

/* ---- tests ------------------------------------------------------------------------- */

static uint64_t num_events; /* of a run in which nothing goes wrong */
static unsigned num_calls, num_asks;

static void whole(void **state)
{
	struct process p;

	(void)state;
	fresh_world();
	process_new(&p);
	assert_true(run_or_cut(&p, false));
	expect_end(&p);
	struct count c = count_lines(&p);
	assert_int_equal(c.intents, CERTIFICATES);
	assert_int_equal(c.results, CERTIFICATES);
	assert_int_equal(world.num_root_signatures, CERTIFICATES);
	num_events = world.num_told;
	num_calls = world.num_calls;
	num_asks = world.num_asked;
	process_done(&p);
	print_message("%llu events, %u calls\n", (unsigned long long)num_events, num_calls);
}

static void power_cut_after_every_event(void **state)
{
	(void)state;
	for (uint64_t cut = 1; cut <= num_events; cut++) {
		struct process before, after;
		fresh_world();
		world.stop_after = cut;
		process_new(&before);
		assert_false(run_or_cut(&before, false));
		process_done(&before);
		world.stop_after = 0;
		process_new(&after);
		assert_true(run_or_cut(&after, true));
		expect_end(&after);
		struct count c = count_lines(&after);
		assert_int_equal(c.results, CERTIFICATES);
		assert_true(world.num_root_signatures <= c.intents);
		assert_true(c.resolved <= 1);
		process_done(&after);
	}
}

static void every_call_fails_once(void **state)
{
	(void)state;
	for (unsigned fail = 1; fail <= num_calls; fail++) {
		for (int late = 0; late < 2; late++) {
			struct process p;
			fresh_world();
			world.fail_at = fail;
			world.fail_after = late;
			process_new(&p);
			assert_true(run_or_cut(&p, false));
			/* A parser that fails has refused: the ceremony goes on without that request. */
			if (p.runner.flow.request[0].refused || p.runner.flow.request[1].refused)
				assert_int_equal(p.runner.flow.num_exported, 4);
			else
				expect_end(&p);
			assert_true(world.num_root_signatures <= count_lines(&p).intents);
			process_done(&p);
		}
	}
}

static void wrong_words_are_asked_again(void **state)
{
	struct process p;

	(void)state;
	fresh_world();
	world.answers_words_wrong_once = true;
	process_new(&p);
	assert_true(run_or_cut(&p, false));
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
	assert_true(run_or_cut(&p, false));
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

static void a_jump_of_the_clock_is_told(void **state)
{
	(void)state;
	for (uint64_t at = 1; at + 1 < num_events; at++) {
		struct process p;
		fresh_world();
		world.jump_after = at;
		process_new(&p);
		assert_true(run_or_cut(&p, false));
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
	assert_true(run_or_cut(&p, false));
	expect_end(&p);
	uint64_t     events = world.num_told;
	struct count t = count_lines(&p);
	process_done(&p);
	assert_int_equal(t.num[EVENT_EXCEPTION], 2);
	assert_int_equal(t.num[EVENT_DISPOSITION], 2);
	assert_int_equal(t.num[EVENT_HANDOVER], 1);
	assert_int_equal(t.num[EVENT_JUMP], 1);
	for (uint64_t cut = 1; cut <= events; cut++) {
		struct process before, after;
		troubled_world();
		world.stop_after = cut;
		process_new(&before);
		assert_false(run_or_cut(&before, false));
		process_done(&before);
		world.stop_after = 0;
		process_new(&after);
		assert_true(run_or_cut(&after, true));
		expect_end(&after);
		assert_int_equal(after.runner.flow.num_open, 0);
		assert_int_equal(count_lines(&after).results, CERTIFICATES);
		process_done(&after);
	}
}

/* A replay with the event at line `at` left out, given twice, or changed, must be refused. */
struct bend {
	struct process *p;
	uint64_t        at;
	enum { LEAVE_OUT, TWICE, OTHER_ROUND, NO_DATA } how;
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
	}
	return runner_replay(&b->p->runner, &bent, line, e);
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
	assert_true(run_or_cut(&whole_one, false));
	process_done(&whole_one);
	int dir = open(folder, O_RDONLY | O_DIRECTORY);
	OK(transcript_each(dir, note_data, data, &e), e);
	for (uint64_t at = 0; at + 1 < num_events; at++) {
		for (int how = LEAVE_OUT; how <= NO_DATA; how++) {
			struct process p;
			struct bend    b = { &p, at, 0 };
			b.how = (unsigned)how;
			if ((how == NO_DATA && !data[at]) || (how == OTHER_ROUND && at == 0))
				continue;
			process_new(&p);
			if (transcript_each(dir, bend_line, &b, &e))
				fail_msg("line %llu bent in way %d was taken", (unsigned long long)at + 1, how);
			process_done(&p);
		}
	}
	(void)close(dir);
}

static int set_up(void **state)
{
	struct err   e = { 0 };
	struct bytes text;

	(void)state;
	ledger_init(&nothing);
	lasting = arena_new((size_t)64 << 20);
	script_arena = arena_new((size_t)16 << 20);
	world.arena = lasting;
	(void)snprintf(folder, sizeof folder, "%s/torture-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(folder) || !file_read(&text, &script_arena, AT_FDCWD, "scripts/ceremonies/rehearsal.ini", SCRIPT_MAX_LEN, &e))
		return -1;
	return script_parse(&script, &script_arena, "rehearsal.ini", text, load, NULL, &e) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	fresh_world();
	return rmdir(folder);
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
		cmocka_unit_test(a_jump_of_the_clock_is_told),
		cmocka_unit_test(power_cut_in_every_trouble),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, set_up, tear_down);
}
