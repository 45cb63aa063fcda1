/* steps_recovery.c: the years after: a lost token's place is taken by another, the shares are drilled, a key
 * is destroyed. Step kinds recover, drill, destroy. */
#include "ceremony/flow/aside.h"
#include "ceremony/flow/intake.h"
#include "ceremony/flow/record_key.h"
#include "ceremony/flow/shares.h"

static const struct param intake_params[] = { INTAKE_PARAMS, SHARES_SCAN_PARAM };

/* ---- recover ------------------------------------------------------------------------------ */

static void prompt_lost(const struct flow *f, struct prompt *p)
{
	p->text = "The root key is restored from the shares into this token, which holds it from now on. What became of the "
	          "other one stands in the record, in words: if it may turn up again, that is a risk to be judged.";
	p->irreversible = true;
	prompt_row(p, "Lost token", f->lost_serial)->mark = true;
	prompt_row(p, "New token", f->token[TOKEN_ROOT].serial);
	prompt_row(p, "Share set", say(f, "%s, epoch %u", f->set_name, f->epoch));
	prompt_ask(p, ASK_TEXT, "lost", "What became of the lost token")->hint = "in words";
	prompt_officers(f, p);
}

static bool apply_lost(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	record_key_name(f);
	return true;
}

static bool apply_recovered(struct flow *f, const struct fields *data, struct err *e)
{
	f->live = true;
	return shares_forget(f, data, e);
}

enum { RECOVER_LOST = INTAKE_NUM_TURNS, RECOVER_BRING, RECOVER_PASSPHRASE, RECOVER_JOIN, RECOVER_RESTORE };

static const struct turn recover_turns[] = {
	INTAKE_TURNS(TOKEN_ROOT),
	[RECOVER_LOST] = { .name = "lost", .flags = TURN_EXCEPTION, .more = exception_more, .role = ROLE_OFFICER, .title = "Another token takes the place of the lost one", .two = true, .prompt = prompt_lost, .apply = apply_lost },
	[RECOVER_BRING] = SHARES_TURN_BRING,
	[RECOVER_PASSPHRASE] = SHARES_TURN_PASSPHRASE,
	[RECOVER_JOIN] = SHARES_TURN_JOIN,
	[RECOVER_RESTORE] = SHARES_TURN_RESTORE(TOKEN_ROOT),
	SHARES_TURN_PROVE(TOKEN_ROOT),
	{ .name = "forget", .role = ROLE_ADMINISTRATOR, .op = OP_BACKUP_FORGET, .apply = apply_recovered },
	RECORD_KEY_TURN,
};

static bool recover_lacks(const struct flow *f, size_t *again)
{
	return intake_lacks(f, again) || (!f->restored && shares_lacks(f, RECOVER_BRING, RECOVER_RESTORE, again));
}

/* What works on a CA's shares needs a CA. */
static bool needs_ca(const struct script *s, const struct script_step *step, struct err *e)
{
	return s->continues || err_set(e, ERR_SCRIPT_ORDER, "[step %s] is for a script with continues = yes", step->id);
}

const struct step_kind step_kind_recover = {
	.name = "recover",
	.title = "Recovery onto a new token",
	.role = ROLE_CUSTODIAN,
	.needs = FACT(FACT_PEOPLE) | FACT(FACT_CLOCK) | FACT(FACT_ENVIRONMENT) | FACT(FACT_SHARES),
	.gives = FACT(FACT_TOKEN) | FACT(FACT_LIVE),
	.param = intake_params,
	.num_params = COUNT_OF(intake_params),
	.turn = recover_turns,
	.num_turns = COUNT_OF(recover_turns),
	.fits = needs_ca,
	.lacks = recover_lacks,
	.what = "The custodians' shares restore the root key into a new token; it gets a record key of its own.",
	.why = "The token that held the key is gone. The shares are what is left of it.",
	.clause = "BR 6.2.4, 6.2.6; PKCS #11 C_UnwrapKey",
	.fail = "If the power fails here, the token is asked whether the key is there; if not, the custodians enter their shares.",
};

/* ---- drill ----------------------------------------------------------------------------------- */

static void prompt_drill(const struct flow *f, struct prompt *p)
{
	p->text = "The key is restored into this scratch token, signs a random challenge and nothing else, and is destroyed "
	          "there; the token is then asked whether it is gone.";
	prompt_row(p, "Scratch token", f->token[TOKEN_SECOND].serial);
	prompt_row(p, "Share set", say(f, "%s, epoch %u", f->set_name, f->epoch));
	prompt_officers(f, p);
}

static bool ask_destroy(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "id", f->root.id);
	fields_str(in, "label", f->root.label);
	return true;
}

static bool check_gone(const struct flow *f, const struct fields *out, struct err *e)
{
	return (fields_is(out, "found", "no") && !fields_find(out, "half")) ||
	       err_set(e, ERR_TOKEN_KEY_EXISTS, "%s is still there", f->root.label);
}

enum { DRILL_AGREE = INTAKE_NUM_TURNS, DRILL_BRING, DRILL_PASSPHRASE, DRILL_JOIN, DRILL_RESTORE };

static const struct turn drill_turns[] = {
	INTAKE_TURNS(TOKEN_SECOND),
	[DRILL_AGREE] = { .name = "agree", .role = ROLE_OFFICER, .title = "Drill: can the shares still make the key?", .two = true, .prompt = prompt_drill },
	[DRILL_BRING] = SHARES_TURN_BRING,
	[DRILL_PASSPHRASE] = SHARES_TURN_PASSPHRASE,
	[DRILL_JOIN] = SHARES_TURN_JOIN,
	[DRILL_RESTORE] = SHARES_TURN_RESTORE(TOKEN_SECOND),
	SHARES_TURN_PROVE(TOKEN_SECOND),
	{ .name = "destroy", .flags = TURN_ONCE, .role = ROLE_ADMINISTRATOR, .token = TOKEN_SECOND, .op = OP_KEY_DESTROY, .ask = ask_destroy, .check = check_gone },
	{ .name = "gone", .role = ROLE_ADMINISTRATOR, .token = TOKEN_SECOND, .op = OP_KEY_FIND, .ask = ask_destroy, .check = check_gone },
	SHARES_TURN_FORGET,
};

static bool drill_lacks(const struct flow *f, size_t *again)
{
	return intake_lacks(f, again) || (!f->restored && shares_lacks(f, DRILL_BRING, DRILL_RESTORE, again));
}

const struct step_kind step_kind_drill = {
	.name = "drill",
	.title = "Drill of the shares",
	.role = ROLE_CUSTODIAN,
	.needs = FACT(FACT_PEOPLE) | FACT(FACT_CLOCK) | FACT(FACT_ENVIRONMENT) | FACT(FACT_SHARES),
	.gives = FACT(FACT_DRILLED),
	.param = intake_params,
	.num_params = COUNT_OF(intake_params),
	.turn = drill_turns,
	.num_turns = COUNT_OF(drill_turns),
	.fits = needs_ca,
	.lacks = drill_lacks,
	.what = "As many shares as are needed restore the key into a scratch token, where it is destroyed after one challenge.",
	.why = "Paper fades and people move: once a year it must be seen that the shares still make the key.",
	.clause = "BR 5.4.8, 6.2.4; ETSI EN 319 411-1 6.5.2",
	.fail = "If the power fails here, the scratch token is asked what it holds, and the key is destroyed there all the same.",
};

/* ---- destroy ------------------------------------------------------------------------------------ */

static void prompt_destroy(const struct flow *f, struct prompt *p)
{
	p->text = "The key is destroyed in this token for good. Copies in other tokens, and whatever the shares can make, are "
	          "not touched by it.";
	p->irreversible = true;
	prompt_row(p, "Token", f->token[TOKEN_ROOT].serial)->mark = true;
	prompt_row(p, "Key", f->root.label)->mark = true;
	if (f->copy_serial)
		prompt_row(p, "A copy is in", f->copy_serial);
	prompt_ask(p, ASK_TEXT, "reason", "Why")->hint = "in words";
	struct ask *a = prompt_ask(p, ASK_TYPE_BACK, "destroy", "Type its serial number");
	a->expect = f->token[TOKEN_ROOT].serial;
	prompt_officers(f, p);
}

static bool apply_destroy(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->live = false;
	return f->destroyed = true;
}

static const struct turn destroy_turns[] = {
	{ .name = "agree", .role = ROLE_OFFICER, .title = "Destroy the root key in this token", .two = true, .prompt = prompt_destroy },
	{ .name = "destroy", .flags = TURN_ONCE, .role = ROLE_ADMINISTRATOR, .op = OP_KEY_DESTROY, .ask = ask_destroy, .check = check_gone, .apply = apply_destroy },
	{ .name = "gone", .role = ROLE_ADMINISTRATOR, .op = OP_KEY_FIND, .ask = ask_destroy, .check = check_gone },
};

const struct step_kind step_kind_destroy = {
	.name = "destroy",
	.title = "Destruction of the root key",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_ROOT_KEY) | FACT(FACT_TOKEN) | FACT(FACT_CLOCK),
	.gives = FACT(FACT_DESTROYED),
	.turn = destroy_turns,
	.num_turns = COUNT_OF(destroy_turns),
	.fits = needs_ca,
	.what = "The root key is destroyed in its token, and the token is asked whether it is gone.",
	.why = "A key that is no longer needed and is still there can only do harm.",
	.clause = "BR 6.2.10; ETSI EN 319 411-1 6.5.2",
	.fail = "If the power fails here, the token is asked whether the key is still there.",
};
