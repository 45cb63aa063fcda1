/* pin_test.c: what the people at a token see of its PIN: the tries that are left, the last one only after a
 * person has said so, who gives which PIN; and a token that must qualify, or ends the ceremony. */
#include "ceremony/flow/test/stage.h"

static struct stage  stage;
static struct world  world;
static struct script plain, qualified;
static struct ledger nothing;

/* What the token does at each login, in turn; then it lets everyone in. */
static const struct login {
	enum err_id id;
	const char *detail;
} *logins;
static unsigned num_logins;
static char     finals[16];         /* 'y' for a call with final = yes */
static char     seen[16][64];       /* the row "Tries left" of each prompt for the PIN */
static bool     confirmed[16];      /* the prompt asked for a confirmation, too */
static unsigned num_seen, num_qualified;
static char     so_pin_by[80], user_pin_by[80];
static bool     unfit, stopped, padded;
static unsigned num_pads; /* asks for a PIN that say that the pad may be used */

/* ---- a token with a temper ---- */

static void put_findings(struct fields *out)
{
	static const char *const good[] = {
		"algorithm.P-384", "never.as-it-is", "never.copy-extractable", "never.copy-insensitive", "never.set-extractable",
		"never.set-insensitive", "never.claims", "random.rct-octets", "random.rct-bits", "random.apt-octets",
		"random.apt-bits", "random.repeats", "pin-counter", "removed",
	};

	fields_str(out, "serial", "c0ffee");
	for (size_t i = 0; i < COUNT_OF(good); i++)
		fields_str(out, good[i], unfit && i == 1 ? "bad: it came out" : "good: so");
	for (unsigned i = 0; i < 2; i++) {
		struct throwaway k = { 0 };
		char             name[8];
		throwaway_new(&k, &world.arena, KEY_P384);
		(void)snprintf(name, sizeof name, "spki.%u", i + 1);
		fields_base64(out, name, k.key.spki);
		throwaway_done(&k);
	}
}

static bool temper(void *ctx, struct call *c, struct err *e)
{
	if (c->op == OP_TOKEN_QUALIFY) {
		num_qualified++;
		world.logged_in = true;
		put_findings(&c->out);
		return true;
	}
	if (c->op == OP_TOKEN_LOGIN && !fields_is(&c->in, "token", "second")) {
		finals[num_logins] = fields_is(&c->in, "final", "yes") ? 'y' : 'n';
		const struct login *l = &logins[num_logins];
		if (l->id != ERR_NONE && ++num_logins)
			return err_set(e, l->id, "%s", l->detail);
	}
	bool ok = world_call(ctx, c, e);
	if (ok && padded && c->op == OP_TOKEN_OPEN)
		fields_str(&c->out, "pin-pad", "yes");
	return ok;
}

static bool watch(void *ctx, const struct prompt *p, struct reply *r, struct err *e)
{
	if (p->num_asks && (p->ask[0].kind == ASK_PIN || p->ask[0].kind == ASK_NEW_PIN) && strstr(p->ask[0].key, "pin"))
		num_pads += p->ask[0].pad;
	if (p->num_asks && strcmp(p->ask[0].key, "so-pin") == 0 && !so_pin_by[0])
		(void)snprintf(so_pin_by, sizeof so_pin_by, "%s", p->who);
	if (p->num_asks && strcmp(p->ask[0].key, "user-pin") == 0 && !user_pin_by[0])
		(void)snprintf(user_pin_by, sizeof user_pin_by, "%s", p->who);
	if (p->num_asks && strcmp(p->ask[0].key, "pin") == 0) {
		assert_true(num_seen < COUNT_OF(seen) && p->secret);
		for (size_t i = 0; i < p->num_rows; i++)
			if (strcmp(p->row[i].label, "Tries left") == 0)
				(void)snprintf(seen[num_seen], sizeof seen[0], "%s", p->row[i].value);
		confirmed[num_seen++] = p->num_asks == 2 && p->ask[1].kind == ASK_CONFIRM;
		assert_string_equal(p->who, user_pin_by); /* not whoever has the SO's */
	}
	if (p->refused && p->refused->id == ERR_TOKEN_UNFIT) {
		stopped = true;
		r->kind = REPLY_ABORT;
		return true;
	}
	return world_ask(ctx, p, r, e);
}

/* ---- running ---- */

/* A whole ceremony, with these logins. */
static enum runner_end run(const struct script *script, const struct login *with)
{
	enum runner_end end = RUNNER_PAUSED;
	struct process  p;

	stage_fresh(&stage);
	stage.script = script;
	logins = with;
	num_logins = num_seen = num_qualified = num_pads = 0;
	memset(finals, 0, sizeof finals);
	stopped = false;
	process_on(&p, &stage);
	assert_true(process_run(&p, false, &end));
	process_done(&p);
	return end;
}

/* ---- tests ---- */

static void two_officers_for_two_pins(void **state)
{
	static const struct login none[] = { { ERR_NONE, "" } };

	(void)state;
	assert_int_equal(run(&plain, none), RUNNER_DONE);
	assert_true(so_pin_by[0] && user_pin_by[0]);
	assert_string_not_equal(so_pin_by, user_pin_by);
	assert_int_equal(num_seen, 1);
	assert_non_null(strstr(seen[0], "all, as far"));
	assert_false(confirmed[0]);
	assert_string_equal(finals, "n");
	assert_int_equal(num_qualified, 0);
}

static void wrong_pins_are_counted_down(void **state)
{
	static const struct login tries[] = {
		{ ERR_PIN_WRONG, "it has used up a try; some are left" },
		{ ERR_PIN_WRONG, "ONE try is left: if that is wrong too, the token locks" },
		{ ERR_PIN_WRONG, "tries left: final" }, /* as earlier records have it */
		{ ERR_NONE, "" },
	};

	(void)state;
	assert_int_equal(run(&plain, tries), RUNNER_DONE);
	assert_int_equal(num_seen, 4);
	assert_non_null(strstr(seen[1], "at least one"));
	assert_false(confirmed[1]);
	assert_non_null(strstr(seen[2], "ONE"));
	assert_true(confirmed[2] && confirmed[3]);
	assert_string_equal(finals, "nnyy"); /* only after a person said so */
}

/* A token that did not say so before: it refuses, and only then the last try is asked for. */
static void the_last_try_is_confirmed(void **state)
{
	static const struct login tries[] = { { ERR_PIN_FINAL, "as the token says" }, { ERR_NONE, "" } };

	(void)state;
	assert_int_equal(run(&plain, tries), RUNNER_DONE);
	assert_int_equal(num_seen, 2);
	assert_false(confirmed[0]);
	assert_true(confirmed[1]);
	assert_string_equal(finals, "ny");
}

static void a_token_that_qualifies(void **state)
{
	static const struct login none[] = { { ERR_NONE, "" } };

	(void)state;
	unfit = false;
	assert_int_equal(run(&qualified, none), RUNNER_DONE);
	assert_int_equal(num_qualified, 1);
	assert_int_equal(num_seen, 0); /* its PIN was given already */
	assert_false(stopped);
	assert_int_equal(world.num_keys, 2);
}

static void an_unfit_token_ends_it(void **state)
{
	static const struct login none[] = { { ERR_NONE, "" } };

	(void)state;
	unfit = true;
	assert_int_equal(run(&qualified, none), RUNNER_ABORTED);
	assert_true(stopped);
	assert_int_equal(num_qualified, 1);
	assert_int_equal(world.num_keys, 0);
	unfit = false;
}

static void a_pad_takes_every_pin(void **state)
{
	static const struct login none[] = { { ERR_NONE, "" } };

	(void)state;
	assert_int_equal(run(&plain, none), RUNNER_DONE);
	assert_int_equal(num_pads, 0);
	padded = true;
	assert_int_equal(run(&plain, none), RUNNER_DONE);
	padded = false;
	assert_int_equal(num_pads, 6); /* SO, user and login, of both tokens */
}

static int set_up(void **state)
{
	(void)state;
	ledger_init(&nothing);
	if (!stage_init(&stage, &world, &nothing) || !stage_script(&stage, &plain, "rehearsal", NULL, NULL))
		return -1;
	stage.ask = watch;
	stage.call = temper;
	return stage_script(&stage, &qualified, "rehearsal", "kind = token\n", "kind = token\nqualified = required\n") ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	return stage_done(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_officers_for_two_pins), cmocka_unit_test(wrong_pins_are_counted_down),
		cmocka_unit_test(the_last_try_is_confirmed), cmocka_unit_test(a_token_that_qualifies),
		cmocka_unit_test(an_unfit_token_ends_it), cmocka_unit_test(a_pad_takes_every_pin),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
