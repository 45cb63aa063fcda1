/* session.c: the turns that no script names: a token opened and logged in to again in a
 * new process, an intent whose outcome nobody saw, and a failure that asks what to do. */
#include "ceremony/base/text.h"
#include "ceremony/flow/engine.h"
#include "ceremony/flow/media.h"

static bool same_token(const struct flow_token *t, const struct fields *out, struct err *e)
{
	return !t->serial || fields_is(out, "serial", t->serial) ||
	       err_set(e, ERR_TOKEN_OTHER, "serial %s was taken in", t->serial);
}

/* ---- what is left of the tries ------------------------------------------------------ */

void flow_tries_said(struct flow_token *t, const struct fields *out)
{
	const enum tries said = tries_by_name(fields_get(out, "tries"));

	t->tries = said < TRIES_COUNT_ ? said : t->tries;
}

void flow_tries_failed(struct flow_token *t, const struct err *why)
{
	const enum tries said = why->id == ERR_PIN_WRONG ? tries_of_detail(bytes_str(why->detail)) : TRIES_COUNT_;

	if (why->id == ERR_PIN_FINAL)
		t->tries = TRIES_FINAL;
	if (why->id == ERR_PIN_LOCKED)
		t->tries = TRIES_LOCKED;
	t->tries = said < TRIES_COUNT_ ? said : t->tries;
}

void flow_prompt_tries(const struct flow_token *t, struct prompt *p)
{
	prompt_row(p, "Tries left", tries_left(t->tries))->mark = t->tries != TRIES_OK;
}

bool flow_has_pad(const struct flow_token *t)
{
	return fields_is(&t->intake, "pin-pad", "yes");
}

/* ---- logging in ----------------------------------------------------------------------- */

static void prompt_pin(const struct flow *f, const struct flow_token *t, struct prompt *p, const char *key,
                       const char *last)
{
	p->step_id = "session";
	p->title = "Log in to the token";
	p->text = say(f, "%sThe token asks for its user PIN%s. Type it so that nobody can watch your hands.\n"
	                 "A wrong PIN uses up a try: the token locks when none is left.",
	              t->was_live ? "The ceremony was left and went on, which ends a login. " : "", t->was_live ? " again" : "");
	p->secret = true;
	prompt_row(p, "Token", say_bytes(f, fields_get(&t->intake, "label")));
	prompt_row(p, "Serial", say(f, "%s", t->serial));
	flow_prompt_tries(t, p);
	if (flow_has_pad(t))
		prompt_row(p, "PIN pad", "type no PIN here, to type it on the token");
	prompt_ask(p, ASK_PIN, key, "User PIN")->pad = flow_has_pad(t);
	if (t->tries == TRIES_FINAL)
		prompt_ask(p, ASK_CONFIRM, last, "This is the last try, and whoever types it knows the PIN for sure");
}

static bool ask_serial(const struct flow_token *t, enum flow_token_use use, struct fields *in)
{
	if (use == TOKEN_SECOND) /* the URI may be the first one's */
		fields_put(in, "label", fields_get(&t->intake, "label"));
	fields_str(in, "serial", t->serial);
	if (t->tries == TRIES_FINAL && t->pin_given) /* it was confirmed with the PIN */
		fields_str(in, "final", "yes");
	return true;
}

static bool opened(struct flow_token *t, const struct fields *data)
{
	flow_tries_said(t, data);
	t->open = true;
	return true;
}

static bool logged_in(struct flow_token *t, const struct fields *data)
{
	flow_tries_said(t, data);
	t->pin_given = false;
	return t->live = true;
}

static unsigned second(const struct flow *f)
{
	return flow_nth(f, ROLE_OFFICER, 1);
}

/* The same functions for each token: a turn's functions are told the flow and nothing else. */
#define TOKEN_FUNCTIONS(name, use, key)                                                                \
	static bool check_##name(const struct flow *f, const struct fields *out, struct err *e)        \
	{                                                                                              \
		return same_token(&f->token[use], out, e);                                             \
	}                                                                                              \
	static bool open_##name(struct flow *f, const struct fields *data, struct err *e)              \
	{                                                                                              \
		(void)e;                                                                               \
		return opened(&f->token[use], data);                                                         \
	}                                                                                              \
	static bool ask_##name(const struct flow *f, struct fields *in, struct err *e)                 \
	{                                                                                              \
		(void)e;                                                                               \
		return ask_serial(&f->token[use], use, in);                                                 \
	}                                                                                              \
	static void prompt_##name(const struct flow *f, struct prompt *p)                              \
	{                                                                                              \
		prompt_pin(f, &f->token[use], p, key, "last-" key);                                    \
	}                                                                                              \
	static bool login_##name(struct flow *f, const struct fields *data, struct err *e)             \
	{                                                                                              \
		(void)e;                                                                               \
		return logged_in(&f->token[use], data);                                                      \
	}
TOKEN_FUNCTIONS(root, TOKEN_ROOT, "pin")
TOKEN_FUNCTIONS(second, TOKEN_SECOND, "second-pin")
#undef TOKEN_FUNCTIONS

#define REOPEN(fn, use, text)                                                                          \
	{ .name = text, .role = ROLE_ADMINISTRATOR, .token = use, .op = OP_TOKEN_OPEN,                 \
	  .ask = ask_##fn, .check = check_##fn, .apply = open_##fn }
#define LOGIN(fn, use, text)                                                                           \
	{ .name = text, .role = ROLE_OFFICER, .token = use, .op = OP_TOKEN_LOGIN, .who = second,       \
	  .title = "Log in to the token", .prompt = prompt_##fn, .ask = ask_##fn, .check = check_##fn, .apply = login_##fn }

const struct turn turn_reopen[TOKEN_COUNT_] = {
	[TOKEN_ROOT] = REOPEN(root, TOKEN_ROOT, "reopen"),
	[TOKEN_SECOND] = REOPEN(second, TOKEN_SECOND, "reopen-second"),
};

const struct turn turn_login[TOKEN_COUNT_] = {
	[TOKEN_ROOT] = LOGIN(root, TOKEN_ROOT, "login"),
	[TOKEN_SECOND] = LOGIN(second, TOKEN_SECOND, "login-second"),
};

bool is_login(const struct turn *t)
{
	return t == &turn_login[TOKEN_ROOT] || t == &turn_login[TOKEN_SECOND];
}

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
	enum op op = pending_turn(f)->op;

	if (op == OP_KEY_DESTROY)
		return fields_is(found, "found", "no") && !fields_find(found, "half") ? "done" : "again";
	return (op == OP_KEY_GENERATE || op == OP_KEY_RESTORE || op == OP_TRANSFER_RECEIVE) && fields_is(found, "found", "yes") ? "done" : "again";
}

static bool check_resolve(const struct flow *f, const struct fields *out, struct err *e)
{
	const struct turn *t = pending_turn(f);

	if (!fields_is(out, "outcome", resolve_outcome(f, out)))
		return err_set(e, ERR_FLOW_EVENT, "the outcome is not what the token said");
	bool may_be_gone = t->op == OP_KEY_GENERATE || t->op == OP_KEY_RESTORE || t->op == OP_KEY_DESTROY ||
	                   t->op == OP_TRANSFER_RECEIVE;
	if (!may_be_gone && !fields_is(out, "found", "yes"))
		return err_set(e, ERR_TOKEN_KEY_NONE, "%s", f->root.label);
	if (fields_is(out, "outcome", "done") && t->check)
		return t->check(f, out, e);
	return true;
}

#define RESOLVE(use) \
	{ .name = "resolve", .role = ROLE_ADMINISTRATOR, .token = use, .op = OP_KEY_FIND, .ask = ask_resolve, .check = check_resolve }

const struct turn turn_resolve[TOKEN_COUNT_] = { [TOKEN_ROOT] = RESOLVE(TOKEN_ROOT), [TOKEN_SECOND] = RESOLVE(TOKEN_SECOND) };

bool is_resolve(const struct turn *t)
{
	return t == &turn_resolve[TOKEN_ROOT] || t == &turn_resolve[TOKEN_SECOND];
}

/* ---- a failure --------------------------------------------------------------------- */

static void prompt_failure(const struct flow *f, struct prompt *p)
{
	static const char *const choices[] = { "yes", "It has been put right: try again",
		                               "other", "Take another medium: it is bound anew, before witnesses" };
	const struct err_text *t = err_text_of(f->failure.id);

	p->step_id = "session";
	p->title = "Something did not work";
	p->irreversible = p->secret = false;
	p->text = say(f, "%s.\n%s.", t->what, t->todo);
	if (f->failure.detail[0])
		prompt_row(p, "In detail", say(f, "%s", f->failure.detail))->mark = true;
	if (t->clause[0])
		prompt_row(p, "Clause", t->clause);
	if (f->unresolved)
		prompt_row(p, "What happens next", "the token is asked what it did, then nothing is done twice");
	if (!media_may_change(f)) {
		prompt_ask(p, ASK_CONFIRM, "after-failure", "It has been put right: try again");
		return;
	}
	struct ask *a = prompt_ask(p, ASK_CHOICE, "after-failure", "What now?");
	a->choice = choices;
	a->num_choices = COUNT_OF(choices) / 2;
}

const struct turn turn_failure = {
	.name = "failure",
	.role = ROLE_ADMINISTRATOR,
	.op = OP_NONE,
	.prompt = prompt_failure,
};
