/* quorum_test.c: every kind of step, turn by turn, with fewer people in the room than it needs: nothing goes on, and no event of it is taken.
 * A kind that has no row here fails the test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/aside.h"
#include "ceremony/flow/quorum.h"

/* How many officers are in the room at each turn of the step, before anything that a script asks for. */
static const struct {
	const struct step_kind *kind;
	unsigned                officers;
} cases[] = {
	{ &step_kind_roll_call, 0 },     { &step_kind_clock, 0 },        { &step_kind_environment, 0 },      { &step_kind_token, 0 },
	{ &step_kind_root_key, 2 },      { &step_kind_root_certificate, 2 }, { &step_kind_backup, 2 },       { &step_kind_restore, 2 },
	{ &step_kind_waive_restore, 2 }, { &step_kind_recover, 2 },      { &step_kind_drill, 2 },            { &step_kind_reshare, 2 },
	{ &step_kind_destroy, 2 },       { &step_kind_requests, 0 },     { &step_kind_review, 0 },           { &step_kind_sign, 2 },
	{ &step_kind_revoke, 2 },        { &step_kind_revoke_list, 2 },  { &step_kind_crl, 2 },              { &step_kind_export, 0 },
	{ &step_kind_show, 0 },          { &step_kind_record, 0 },       { &step_kind_print, 0 },            { &step_kind_backup_load, 2 },
	{ &step_kind_backup_clone, 2 },  { &step_kind_backup_vendor, 2 }, { &step_kind_device, 0 },          { &step_kind_sign_off, 0 },
	{ &step_kind_checkpoint, 2 },    { &step_kind_verify, 0 },       { &step_kind_continuity, 0 },       { &step_kind_adopt, 2 },
};

static struct script       script;
static struct arena        arena, scratch;
static struct flow         flow;
static struct flow_request requests[2];
static unsigned            num_refused;

/* At this turn, everybody is here: three officers, two of everything else. */
static void stand_at(const struct step_kind *k, size_t turn)
{
	static const char *const names[ROLE_COUNT_][3] = { { "Ada", "Ann" }, { "Olga", "Omar", "Oona" }, { "Cora", "Cyd" }, { "Wim", "Wanda" }, { "Aiko", "Abe" } };
	struct err e = { 0 };
	static struct ledger nothing;

	ledger_init(&nothing);
	script.num_steps = 1;
	script.step[0].kind = k;
	arena.len = scratch.len = 0;
	assert_true(flow_init(&flow, &script, &nothing, &arena, &scratch, &e));
	flow.request = requests;
	for (int r = 0; r < ROLE_COUNT_; r++)
		for (unsigned i = 0; i < script.num_people[r]; i++)
			flow.person[r][i] = names[r][i];
	flow.facts = FACT(FACT_PEOPLE);
	flow.opened = true;
	flow.turn = turn;
}

/* The flow asks who is here, and takes nothing of the turn that waits: not an answer, an intent, or a result. */
static void expect_waits(const char *why)
{
	static const enum event_type types[] = { EVENT_ANSWER, EVENT_INTENT, EVENT_RESULT, EVENT_RESOLVED, EVENT_REFUSED, EVENT_BACK, EVENT_CLOSE };
	const struct turn           *t = script_turn(&flow);

	for (int doing = 0; doing < 2; doing++)
		for (size_t i = 0; i < COUNT_OF(types); i++) {
			struct err   e = { 0 };
			struct event ev = { .type = types[i], .step = bytes_str(script.step[0].id), .turn = bytes_str(t->name) };
			flow.phase = doing ? PHASE_DO : PHASE_ASK;
			if (flow_turn(&flow) != &turn_presence)
				fail_msg("%s/%s goes on: %s", script.step[0].kind->name, t->name, why);
			assert_false(flow_check(&flow, &ev, &e));
			if (e.id != ERR_FLOW_QUORUM)
				fail_msg("%s/%s: %s: %s", script.step[0].kind->name, t->name, why, err_text_of(e.id)->name);
			num_refused++;
		}
	flow.phase = PHASE_ASK;
}

static void leave_all(enum role r, unsigned but)
{
	for (unsigned i = but; i < script.num_people[r]; i++)
		flow.away[r][i] = true;
}

static bool lacks(void)
{
	return presence_lacks(&flow, script_turn(&flow), NULL);
}

static void one_turn(const struct step_kind *k, size_t n, unsigned officers)
{
	const struct turn *t = &k->turn[n];

	stand_at(k, n);
	assert_false(lacks());
	leave_all(ROLE_WITNESS, 0);
	leave_all(ROLE_AUDITOR, 0);
	expect_waits("nobody sees it");
	stand_at(k, n);
	leave_all(ROLE_OFFICER, officers > 2 ? officers : 2);
	if (lacks()) /* who acts is the third: there they must be here, too */
		assert_non_null(t->who);
	if (officers) {
		stand_at(k, n);
		leave_all(ROLE_OFFICER, officers - 1);
		expect_waits("too few officers");
	}
	if (t->two) {
		stand_at(k, n);
		leave_all(t->role, 1);
		expect_waits("one of two who agree");
	}
	stand_at(k, n);
	leave_all(t->role, 0);
	expect_waits("who acts is not here");
	/* after a break the roll is called before anything */
	stand_at(k, n);
	flow.roll_call = true;
	assert_ptr_equal(flow_turn(&flow), &turn_presence);
}

static void every_turn_of_every_kind_waits_for_its_people(void **state)
{
	unsigned turns = 0;

	(void)state;
	for (size_t i = 0; i < num_step_kinds; i++) {
		size_t at = 0;
		while (at < COUNT_OF(cases) && cases[at].kind != step_kinds[i])
			at++;
		if (at == COUNT_OF(cases))
			fail_msg("%s%s%s has no case", step_kinds[i]->name, step_kinds[i]->method ? ", " : "", step_kinds[i]->method ? step_kinds[i]->method : "");
		for (size_t n = 0; n < step_kinds[i]->num_turns; n++, turns++) {
			if (op_uses_key(step_kinds[i]->turn[n].op) && !(step_kinds[i]->turn[n].flags & TURN_SEALED) && cases[at].officers != 2)
				fail_msg("%s/%s uses a key", step_kinds[i]->name, step_kinds[i]->turn[n].name);
			if (step_kinds[i] != &step_kind_roll_call)
				one_turn(step_kinds[i], n, cases[at].officers);
		}
	}
	assert_int_equal(num_step_kinds, COUNT_OF(cases));
	print_message("%zu kinds, %u turns, %u events refused\n", num_step_kinds, turns, num_refused);
}

/* What a script asks for comes on top: at each use of a key, at each step, at one step. */
static void a_quorum_holds_where_the_script_says(void **state)
{
	unsigned need[ROLE_COUNT_];

	(void)state;
	script.num_quorums = 3;
	script.quorum[0] = (struct script_quorum){ .where = "key-use", .need = { [ROLE_OFFICER] = 3, [ROLE_WITNESS] = 1 } };
	script.quorum[1] = (struct script_quorum){ .where = "every-step", .need = { [ROLE_ADMINISTRATOR] = 1 } };
	script.quorum[2] = (struct script_quorum){ .where = "here", .need = { [ROLE_AUDITOR] = 2 } };
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		stand_at(cases[i].kind, 0);
		quorum_of(&script, &script.step[0], need);
		assert_int_equal(need[ROLE_OFFICER], cases[i].officers ? 3 : 0);
		assert_int_equal(need[ROLE_WITNESS], cases[i].officers ? 1 : 0);
		assert_int_equal(need[ROLE_ADMINISTRATOR], 1);
		assert_int_equal(need[ROLE_AUDITOR], 2);
		if (cases[i].kind == &step_kind_roll_call)
			continue;
		leave_all(ROLE_AUDITOR, 1);
		expect_waits("one auditor of two");
	}
	script.num_quorums = 0;
}

static int set_up(void **state)
{
	static const unsigned num[ROLE_COUNT_] = { [ROLE_ADMINISTRATOR] = 1, [ROLE_OFFICER] = 3, [ROLE_CUSTODIAN] = 2, [ROLE_WITNESS] = 2, [ROLE_AUDITOR] = 2 };

	(void)state;
	memcpy(script.num_people, num, sizeof num);
	script.step[0].id = "here";
	arena = arena_new((size_t)8 << 20);
	scratch = arena_new((size_t)8 << 20);
	return arena.p && scratch.p ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	arena_free(&scratch);
	return 0;
}

static enum err_id ends(const char *first, const char *second)
{
	struct fields answer = fields_on(&scratch);
	struct err    e = { 0 };

	fields_str(&answer, "reason", "the building is on fire");
	fields_str(&answer, "decided-by", first);
	fields_str(&answer, "confirmed-by", second);
	assert_true(turn_abort.take(&flow, &answer, &e) == (e.id == ERR_NONE));
	return e.id;
}

/* Once there are names two end a ceremony for good, whoever has left. */
static void nobody_ends_it_alone(void **state)
{
	const unsigned *num = script.num_people, seen = num[ROLE_OFFICER] + num[ROLE_AUDITOR];
	struct prompt   p = { .num_asks = 0 };

	(void)state;
	stand_at(&step_kind_root_key, 0);
	turn_abort.prompt(&flow, &p);
	assert_int_equal(p.num_asks, 3);
	assert_true(p.ask[1].kind == ASK_CHOICE && p.ask[1].num_choices == seen + num[ROLE_ADMINISTRATOR]);
	assert_true(p.ask[2].kind == ASK_CHOICE && p.ask[2].num_choices == seen + num[ROLE_CUSTODIAN] + num[ROLE_WITNESS]);
	assert_int_equal(ends("Olga", "Wim"), ERR_NONE);
	assert_int_equal(ends("Olga", "Olga"), ERR_FLOW_ALONE);

	leave_all(ROLE_ADMINISTRATOR, 0);
	leave_all(ROLE_OFFICER, 0);
	leave_all(ROLE_AUDITOR, 0);
	p = (struct prompt){ .num_asks = 0 };
	turn_abort.prompt(&flow, &p);
	assert_int_equal(p.num_asks, 3);
	assert_true(p.ask[1].kind == ASK_CHOICE && p.ask[1].num_choices == 1);
	assert_int_equal(ends(p.ask[1].choice[0], "Wim"), ERR_FLOW_ALONE);

	stand_at(&step_kind_root_key, 0);
	leave_all(ROLE_OFFICER, 0);
	leave_all(ROLE_CUSTODIAN, 0);
	leave_all(ROLE_WITNESS, 0);
	leave_all(ROLE_AUDITOR, 0);
	p = (struct prompt){ .num_asks = 0 };
	turn_abort.prompt(&flow, &p);
	assert_int_equal(p.ask[2].num_choices, 1);
	assert_int_equal(ends("Ada", p.ask[2].choice[0]), ERR_FLOW_ALONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_turn_of_every_kind_waits_for_its_people),
		cmocka_unit_test(a_quorum_holds_where_the_script_says),
		cmocka_unit_test(nobody_ends_it_alone),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
