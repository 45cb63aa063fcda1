/* intake.c: see intake.h. */
#include "ceremony/flow/intake.h"

#include "ceremony/base/text.h"
#include "ceremony/flow/engine.h"

static struct bytes label(const struct flow *f)
{
	return script_param(now_step(f), "label");
}

bool intake_lacks(const struct flow *f, size_t *again)
{
	*again = 0;
	return f->turn < INTAKE_NUM_TURNS && now_token(f) < TOKEN_COUNT_ && f->token[now_token(f)].intake.num == 0;
}

bool intake_initialises(const struct flow *f)
{
	return bytes_is(script_param(now_step(f), "initialise"), "yes");
}

unsigned intake_second_officer(const struct flow *f)
{
	return flow_nth(f, ROLE_OFFICER, 1);
}

/* The URI that was given names the root's token; any other is named here. */
bool intake_ask(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	if (now_token(f) == TOKEN_SECOND)
		fields_put(in, "label", label(f));
	return true;
}

bool intake_ask_find(const struct flow *f, struct fields *in, struct err *e)
{
	fields_str(in, "init", "yes");
	return intake_ask(f, in, e);
}

/* A software token is for rehearsals, unless the script says otherwise in words. */
static bool check_policy(const struct flow *f, const struct fields *out, struct err *e)
{
	if (fields_is(out, "software", "no") || f->rehearsal || f->script->software_token[0])
		return true;
	struct bytes model = fields_get(out, "model");
	return err_set(e, ERR_TOKEN_SOFTWARE, "%.*s", (int)model.len, (const char *)model.p);
}

bool intake_check_find(const struct flow *f, const struct fields *out, struct err *e)
{
	bool again = bytes_equal(fields_get(out, "label"), label(f)) && fields_is(out, "objects", "0");

	if (!fields_is(out, "initialised", "no") && !again)
		return err_set(e, ERR_TOKEN_NOT_EMPTY, "it holds keys or another label");
	return check_policy(f, out, e);
}

bool intake_apply_find(struct flow *f, const struct fields *data, struct err *e)
{
	(void)e;
	f->token[now_token(f)].empty_pad = fields_is(data, "pin-pad", "yes");
	return true;
}

/* A token with a PIN pad takes the PIN there: nothing typed is an answer (CKF_PROTECTED_AUTHENTICATION_PATH). */
static void offer_pad(const struct flow *f, struct prompt *p, struct ask *a)
{
	a->pad = f->token[now_token(f)].empty_pad;
	if (a->pad)
		prompt_row(p, "PIN pad", "type no PIN here, to type it on the token");
}

static void ask_new_pin(const struct flow *f, struct prompt *p, const char *key, const char *label)
{
	struct ask *a = prompt_ask(p, ASK_NEW_PIN, key, label);

	a->least = 4; /* no token takes less; each has its own limits beyond that */
	a->hint = "four characters at least";
	offer_pad(f, p, a);
}

void intake_prompt_so_pin(const struct flow *f, struct prompt *p)
{
	p->text = say(f, "The token is new: it is initialised with the label %s, and whatever is on it is erased.\n%s alone "
	              "keeps the SO PIN. It can set a new user PIN, and nothing else.",
	              say_bytes(f, label(f)), p->who);
	p->irreversible = true;
	ask_new_pin(f, p, "so-pin", "SO PIN");
}

bool intake_ask_init(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_put(in, "label", label(f));
	return true;
}

void intake_prompt_user_pin(const struct flow *f, struct prompt *p)
{
	p->text = say(f, "The user PIN lets the token use its keys. It is kept by %s alone, who is not the one who keeps "
	              "the SO PIN.", p->who);
	ask_new_pin(f, p, "user-pin", "User PIN");
}

/* The root's token of a CA that has one: the step of kind token asks for that very one. */
static bool is_the_root_token(const struct flow *f)
{
	return f->continued && now_step(f)->kind == &step_kind_token;
}

/* The token of a CA that is taken over: it holds keys, and the adoption finds out which. */
static bool is_adopted_token(const struct flow *f)
{
	bool adopts = false;

	for (size_t i = 0; i < f->script->num_steps; i++)
		adopts = adopts || f->script->step[i].kind == &step_kind_adopt;
	return adopts && now_step(f)->kind == &step_kind_token;
}

static bool is_serial(const struct fields *out, const char *serial)
{
	return serial && fields_is(out, "serial", serial);
}

bool intake_check(const struct flow *f, const struct fields *out, struct err *e)
{
	const char *root = f->token[TOKEN_ROOT].serial;

	if (is_the_root_token(f) && !is_serial(out, root))
		return err_set(e, ERR_TOKEN_OTHER, "this one is %s; the CA's root key is in %s",
		               say_bytes(f, fields_get(out, "serial")), root);
	if (!is_the_root_token(f) && (is_serial(out, root) || is_serial(out, f->copy_serial)))
		return err_set(e, ERR_TOKEN_OTHER, "it holds this CA's root key already");
	if (!bytes_equal(fields_get(out, "label"), label(f)))
		return err_set(e, ERR_TOKEN_OTHER, "its label is not the script's");
	if (now_step(f)->kind != &step_kind_token && !fields_is(out, "objects", "0"))
		return err_set(e, ERR_TOKEN_NOT_EMPTY, "a key is restored into an empty token only");
	return need(out, "serial", e) && check_policy(f, out, e);
}

bool intake_apply(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_token *t = &f->token[now_token(f)];

	if (f->continued && now_token(f) == TOKEN_ROOT && !is_the_root_token(f))
		f->lost_serial = t->serial;
	*t = (struct flow_token){ .intake = fields_on(f->arena), .serial = keep(f, data, "serial"), .open = true };
	fields_add_all(&t->intake, data);
	flow_tries_said(t, data);
	return !t->intake.failed || err_set(e, ERR_TOO_LARGE, "what the token says of itself");
}

/* What a token says of itself, for eyes. */
static void intake_rows(const struct flow *f, const struct fields *intake, struct prompt *p)
{
	static const struct {
		const char *label, *field, *also; /* also: beside it */
		const char *good;                 /* any other value deserves the eye */
	} shown[] = {
		{ "label", "label", NULL, NULL },      { "serial", "serial", NULL, NULL },
		{ "objects in it", "objects", NULL, "0" },   { "software", "software", NULL, "no" },
		{ "made by", "manufacturer", "model", NULL }, { "version", "hardware", "firmware", NULL },
		{ "PIN tries", "tries", NULL, "ok" },  { "PIN pad", "pin-pad", NULL, NULL },
		{ "library", "library", NULL, NULL },  { "module", "module", NULL, NULL },
	};
	uint8_t    octets[HASH_MAX];
	struct buf b = BUF_ON(octets);

	for (size_t i = 0; i < COUNT_OF(shown); i++) {
		struct bytes v = fields_get(intake, shown[i].field);
		const char  *text = say_bytes(f, v);
		bool         fine = !shown[i].good || bytes_is(v, shown[i].good);
		if (shown[i].also)
			text = say(f, strcmp(shown[i].field, "hardware") == 0 ? "hardware %s, firmware %s" : "%s, %s", text,
			           say_bytes(f, fields_get(intake, shown[i].also)));
		if (strcmp(shown[i].field, "tries") == 0 && fine)
			text = "all left, as far as the token tells";
		if ((is_the_root_token(f) || is_adopted_token(f)) && strcmp(shown[i].field, "objects") == 0)
			fine = true; /* the CA's keys */
		prompt_row(p, shown[i].label, text)->mark = !fine;
	}
	if (hex_decode(&b, fields_get(intake, "module-sha256")))
		prompt_row(p, "SHA-256", say_hex(f, buf_bytes(&b)));
}

void intake_prompt(const struct flow *f, struct prompt *p)
{
	const struct flow_token *t = &f->token[now_token(f)];

	p->text = is_adopted_token(f) ?
	                  "Compare the serial number with the CA's own papers: the root's key is in this token already, and is "
	                  "looked for later." :
	          is_the_root_token(f) ?
	                  "Compare the serial number with the CA's own papers: this token holds the root key." :
	                  "Compare the serial number with the sheet that came with the token. Objects must be 0: "
	                  "a token that already holds something is not used for a new root.";
	intake_rows(f, &t->intake, p);
	struct ask *a = prompt_ask(p, ASK_TYPE_BACK, "serial", "Serial number on paper");
	a->expect = t->serial;
	if (f->rehearsal)
		a->hint = "a rehearsal's token has no paper: type what is shown";
}
