/* session.c: the turns that no script names: a token opened and logged in to again in a
 * new process, an intent whose outcome nobody saw, and a failure that asks what to do. */
#include "ceremony/base/text.h"
#include "ceremony/flow/engine.h"

static bool check_same_token(const struct flow *f, const struct fields *out, struct err *e)
{
	if (f->token_serial && !fields_is(out, "serial", f->token_serial))
		return err_set(e, ERR_TOKEN_OTHER, "serial %s was taken in", f->token_serial);
	return true;
}

static bool apply_reopen(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->token_open = true;
	return true;
}

const struct turn turn_reopen = {
	.name = "reopen",
	.role = ROLE_ADMINISTRATOR,
	.op = OP_TOKEN_OPEN,
	.check = check_same_token,
	.apply = apply_reopen,
};

static unsigned second(const struct flow *f)
{
	(void)f;
	return 1;
}

static void prompt_login(const struct flow *f, struct prompt *p)
{
	p->step_id = "session";
	p->title = "Log in to the token";
	p->text = "The token asks for its user PIN. Type it so that nobody can watch your hands.\n"
	          "A wrong PIN uses up a try: the token locks when none is left.";
	p->secret = true;
	prompt_row(p, "Token", say_bytes(f, fields_get(&f->token, "label")));
	prompt_row(p, "Serial", say(f, "%s", f->token_serial));
	prompt_ask(p, ASK_PIN, "pin", "User PIN");
}

static bool ask_login(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "serial", f->token_serial);
	return true;
}

static bool apply_login(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->pin_given = false;
	f->token_live = true;
	return true;
}

const struct turn turn_login = {
	.name = "login",
	.role = ROLE_OFFICER,
	.op = OP_TOKEN_LOGIN,
	.who = second,
	.prompt = prompt_login,
	.ask = ask_login,
	.check = check_same_token,
	.apply = apply_login,
};

/* ---- an intent whose outcome nobody saw ------------------------------------------- */

static const struct turn *pending_turn(const struct flow *f)
{
	return &now_step(f)->kind->turn[f->turn];
}

static bool ask_resolve(const struct flow *f, struct fields *in, struct err *e)
{
	struct fields pending = fields_on(f->scratch);

	if (!pending_turn(f)->ask(f, &pending, e))
		return false;
	struct bytes id = fields_get(&pending, "id");
	fields_put(in, "id", id);
	fields_str(in, "label", bytes_is(id, f->record.id) ? f->record.label : f->root.label);
	return true;
}

const char *resolve_outcome(const struct flow *f, const struct fields *found)
{
	return pending_turn(f)->op == OP_KEY_GENERATE && fields_is(found, "found", "yes") ? "done" : "again";
}

static bool check_resolve(const struct flow *f, const struct fields *out, struct err *e)
{
	const struct turn *t = pending_turn(f);

	if (!fields_is(out, "outcome", resolve_outcome(f, out)))
		return err_set(e, ERR_FLOW_EVENT, "the outcome is not what the token said");
	if (t->op != OP_KEY_GENERATE && !fields_is(out, "found", "yes"))
		return err_set(e, ERR_TOKEN_KEY_NONE, "%s", f->root.label);
	if (fields_is(out, "outcome", "done") && t->check)
		return t->check(f, out, e);
	return true;
}

const struct turn turn_resolve = {
	.name = "resolve",
	.role = ROLE_ADMINISTRATOR,
	.op = OP_KEY_FIND,
	.ask = ask_resolve,
	.check = check_resolve,
};

/* ---- a failure --------------------------------------------------------------------- */

static void prompt_failure(const struct flow *f, struct prompt *p)
{
	const struct err_text *t = err_text_of(f->failure.id);

	p->step_id = "session";
	p->title = "Something did not work";
	p->irreversible = p->secret = false;
	p->text = say(f, "%s.\n%s.", t->what, t->todo);
	if (f->failure.detail[0])
		prompt_row(p, "What was seen", say(f, "%s", f->failure.detail))->mark = true;
	if (t->clause[0])
		prompt_row(p, "Clause", t->clause);
	if (f->unresolved)
		prompt_row(p, "What happens next", "the token is asked what it did, then nothing is done twice");
	prompt_ask(p, ASK_CONFIRM, "after-failure", "It has been put right: try again");
}

const struct turn turn_failure = {
	.name = "failure",
	.role = ROLE_ADMINISTRATOR,
	.op = OP_NONE,
	.prompt = prompt_failure,
};
