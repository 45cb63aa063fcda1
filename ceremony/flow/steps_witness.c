/* steps_witness.c: the witnesses' statements and keys. Step kind sign-off.
 *
 * A key is made here and sealed with a passphrase, or it is the witness's own: a minisign secret
 * key on a medium, which no record may hold, or a key on a card. Their signing is in cosign.c. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/witnesses.h"

enum { P_KEYS, P_MEDIUM };

static const struct param params[] = {
	[P_KEYS] = { "witness-keys", PARAM_CHOICE, "room", 0, 0, "room minisign token choice",
	             "made in the room, brought as a minisign file, on a card, or as each witness chooses" },
	[P_MEDIUM] = { "medium", PARAM_NAME, "witnesses", 0, 0, NULL, "the label of the medium that minisign files come on" },
};

size_t flow_num_witnesses(const struct flow *f)
{
	return f->script->num_people[ROLE_WITNESS] + f->script->num_people[ROLE_AUDITOR];
}

unsigned flow_witnesses(const struct flow *f)
{
	return (unsigned)flow_num_witnesses(f);
}

bool flow_cosigns(const struct flow_witness *w)
{
	return w->kind != WITNESS_CARD || w->key.alg == KEY_ED25519;
}

/* Witnesses first, then auditors. */
static enum role witness_role(const struct flow *f, unsigned i, unsigned *n)
{
	unsigned witnesses = f->script->num_people[ROLE_WITNESS];

	*n = i < witnesses ? i : i - witnesses;
	return i < witnesses ? ROLE_WITNESS : ROLE_AUDITOR;
}

void flow_this_witness(const struct flow *f, struct prompt *p)
{
	unsigned  n = 0;
	enum role r = witness_role(f, f->round, &n);

	p->role = role_name(r);
	p->who = f->person[r][n];
}

const char *flow_witness_name(const struct flow *f)
{
	unsigned  n = 0;
	enum role r = witness_role(f, f->round, &n);

	return f->person[r][n];
}

void flow_cosigner(const struct flow *f, size_t i, struct witness *out)
{
	const struct flow_witness *w = &f->witness[i];

	*out = (struct witness){ .numbered = w->kind == WITNESS_MINISIGN };
	struct buf b = buf_init(out->name, sizeof out->name);
	buf_fmt(&b, "%s/%s", f->script->origin, w->slug);
	(void)buf_cstr(&b);
	memcpy(out->public_key, w->public_key, sizeof out->public_key);
	memcpy(out->number, w->number, sizeof out->number);
}

/* ---- which kind of key ---------------------------------------------------------------- */

static bool may_choose(const struct flow *f)
{
	return bytes_is(script_param(now_step(f), "witness-keys"), "choice");
}

static const char *const kinds[] = { [WITNESS_ROOM] = "room", [WITNESS_MINISIGN] = "minisign", [WITNESS_CARD] = "token" };

static bool is_kind(const struct flow *f, enum witness_kind kind)
{
	return may_choose(f) ? f->witness[f->round].kind == kind :
	                       bytes_is(script_param(now_step(f), "witness-keys"), kinds[kind]);
}

static bool in_room(const struct flow *f)
{
	return is_kind(f, WITNESS_ROOM);
}

static bool on_medium(const struct flow *f)
{
	return is_kind(f, WITNESS_MINISIGN);
}

static bool on_card(const struct flow *f)
{
	return is_kind(f, WITNESS_CARD);
}

static void prompt_choose(const struct flow *f, struct prompt *p)
{
	static const char *const choices[] = { "room",  "a new key, made here, under a passphrase", "minisign",
		                               "my minisign key, on a medium", "token", "my key on a card" };

	flow_this_witness(f, p);
	p->text = "A key of your own that others know binds this record to you for as long as they know it. A new one, made here, "
	          "is known by this record alone.";
	struct ask *a = prompt_ask(p, ASK_CHOICE, say(f, "key.%u", f->round + 1), "Your key");
	a->choice = choices;
	a->num_choices = COUNT_OF(choices) / 2;
}

static bool apply_choose(struct flow *f, const struct fields *data, struct err *e)
{
	struct bytes chosen = fields_get(data, say(f, "key.%u", f->round + 1));

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (bytes_is(chosen, kinds[i])) {
			f->witness[f->round].kind = (enum witness_kind)i;
			return true;
		}
	return err_set(e, ERR_FLOW_FIELD, "key.%u", f->round + 1);
}

enum witness_kind flow_witness_kind(const struct flow *f)
{
	const struct flow_witness *w = &f->witness[f->round];

	for (size_t i = 0; !w->made && i < f->script->num_steps; i++)
		for (size_t k = 0; f->script->step[i].kind == &step_kind_sign_off && k < COUNT_OF(kinds); k++)
			if (bytes_is(script_param(&f->script->step[i], "witness-keys"), kinds[k]))
				return (enum witness_kind)k;
	return w->kind;
}

/* ---- what all three share --------------------------------------------------------------- */

static void put_statement(const struct flow *f, struct prompt *p, const char *then)
{
	flow_this_witness(f, p);
	p->text = say(f,
	              "\"I was present, I saw what this record says, and what it says is true.\"\nWho cannot say so has an "
	              "exception recorded. %s",
	              then);
	p->secret = true;
	prompt_ask(p, ASK_CONFIRM, say(f, "statement.%u", f->round + 1), "I say so");
}

static const char *slug_of(const struct flow *f)
{
	unsigned  n = 0;
	enum role r = witness_role(f, f->round, &n);

	return say(f, "%s-%u", role_name(r), n + 1);
}

/* The person and the name of the key; what kind of key it is. */
static bool name_witness(struct flow *f, enum witness_kind kind, struct err *e)
{
	struct flow_witness *w = &f->witness[f->round];
	unsigned             n = 0;
	enum role            r = witness_role(f, f->round, &n);
	struct bytes         slug = arena_copy(f->arena, bytes_str(slug_of(f)));

	if (!slug.p)
		return err_set(e, ERR_TOO_LARGE, "a witness's key");
	w->name = f->person[r][n];
	w->slug = (const char *)slug.p;
	w->kind = kind;
	w->made = true;
	return true;
}

/* One key, one signature: a policy could not tell two witnesses with the same key apart. */
static bool is_new(const struct flow *f, struct bytes key, struct err *e)
{
	for (unsigned i = 0; i < f->round; i++) {
		const struct flow_witness *w = &f->witness[i];
		const bool                 card = w->kind == WITNESS_CARD;
		struct bytes               other = card ? w->key.point : bytes_of(w->public_key, 32);
		if (card && w->key.alg == KEY_RSA)
			other = w->key.modulus;
		if (bytes_equal(other, key))
			return err_set(e, ERR_WITNESS_KEY, "it is that of %s", w->slug);
	}
	return true;
}

static bool read_public(struct bytes *key, const struct flow *f, const struct fields *out, struct err *e)
{
	return (fields_get_base64(key, f->scratch, out, "public") && key->len == 32) ||
	       err_set(e, ERR_FLOW_FIELD, "public");
}

/* ---- made in the room ---------------------------------------------------------------------- */

static void prompt_statement(const struct flow *f, struct prompt *p)
{
	put_statement(f, p, "Then choose a passphrase: it seals the key with which you will sign the record.");
	prompt_ask(p, ASK_NEW_PIN, say(f, "passphrase.%u", f->round + 1), "Your passphrase");
}

static bool ask_make(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "name", slug_of(f));
	return true;
}

static bool check_make(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes key, sealed;

	if (!read_public(&key, f, out, e) || !is_new(f, key, e))
		return false;
	return (fields_get_base64(&sealed, f->scratch, out, "sealed") && sealed.len) || err_set(e, ERR_FLOW_FIELD, "sealed");
}

static bool apply_make(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_witness *w = &f->witness[f->round];
	struct bytes         key;

	if (!read_public(&key, f, data, e) || !fields_get_base64(&w->sealed, f->arena, data, "sealed"))
		return false;
	memcpy(w->public_key, key.p, 32);
	return name_witness(f, WITNESS_ROOM, e);
}

/* ---- brought on a medium --------------------------------------------------------------------- */

static void prompt_bring(const struct flow *f, struct prompt *p)
{
	put_statement(f, p, say(f, "Then insert the medium that is labelled %s and holds your minisign secret key. It is read here, and "
	                           "again when you sign; it is kept nowhere.", say_bytes(f, script_param(now_step(f), "medium"))));
	struct ask *a = prompt_ask(p, ASK_TEXT, say(f, "file.%u", f->round + 1), "Its file");
	a->preset = say(f, "%s.key", slug_of(f));
	prompt_ask(p, ASK_PIN, say(f, "password.%u", f->round + 1), "Its password");
}

static bool take_bring(const struct flow *f, const struct fields *answer, struct err *e)
{
	return script_is_name(fields_get(answer, say(f, "file.%u", f->round + 1))) ||
	       err_set(e, ERR_FLOW_FIELD, "a file's name: letters, digits, '.', '-', '_'; 64 at most");
}

static bool ask_bring(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "name", slug_of(f));
	fields_put(in, "medium", script_param(now_step(f), "medium"));
	fields_put(in, "file", fields_get(&f->answer, say(f, "file.%u", f->round + 1)));
	return true;
}

static bool read_number(uint8_t number[8], const struct fields *out, struct err *e)
{
	struct buf b = buf_init(number, 8);

	return (hex_decode(&b, fields_get(out, "number")) && b.len == 8) || err_set(e, ERR_FLOW_FIELD, "number");
}

static bool check_bring(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes key;
	uint8_t      number[8];

	return read_public(&key, f, out, e) && read_number(number, out, e) && is_new(f, key, e);
}

static bool apply_bring(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_witness *w = &f->witness[f->round];
	struct bytes         key;

	if (!read_public(&key, f, data, e) || !read_number(w->number, data, e))
		return false;
	memcpy(w->public_key, key.p, 32);
	w->file = keep(f, &f->answer, say(f, "file.%u", f->round + 1));
	return name_witness(f, WITNESS_MINISIGN, e);
}

/* ---- on a card -------------------------------------------------------------------------------- */

static void prompt_card(const struct flow *f, struct prompt *p)
{
	put_statement(f, p, "Then put your card in. It signs a challenge now, and the record when it is closed; its PIN goes to the "
	                    "card and nowhere else.");
	prompt_ask(p, ASK_TEXT, say(f, "serial.%u", f->round + 1), "Its serial number");
	struct ask *a = prompt_ask(p, ASK_TEXT, say(f, "label.%u", f->round + 1), "Label of the key");
	a->hint = "- if the card holds only one";
	a->preset = "-";
	a = prompt_ask(p, ASK_PIN, say(f, "pin.%u", f->round + 1), "Its PIN");
	a->pad = true;
}

static bool ask_card(const struct flow *f, struct fields *in, struct err *e)
{
	struct bytes label = fields_get(&f->answer, say(f, "label.%u", f->round + 1));

	(void)e;
	fields_str(in, "name", slug_of(f));
	fields_put(in, "serial", bytes_trim(fields_get(&f->answer, say(f, "serial.%u", f->round + 1))));
	if (!bytes_is(label, "-"))
		fields_put(in, "key", label);
	return true;
}

#define RSA_LEAST 2048

static bool read_card_key(struct key *key, struct arena *a, const struct fields *out, struct err *e)
{
	struct bytes spki;

	if (!fields_get_base64(&spki, a, out, "spki"))
		return err_set(e, ERR_FLOW_FIELD, "spki");
	if (!key_parse(key, spki, e))
		return false;
	return key->alg != KEY_RSA || key->bits >= RSA_LEAST ||
	       err_set(e, ERR_WITNESS_KEY, "RSA of %u bits; %d are the least", key->bits, RSA_LEAST);
}

static bool check_card(const struct flow *f, const struct fields *out, struct err *e)
{
	struct key   key;
	struct bytes signature, challenge;

	if (!read_card_key(&key, f->scratch, out, e) || !need(out, "id", e) || !need(out, "serial", e) ||
	    !is_new(f, key.alg == KEY_RSA ? key.modulus : key.point, e))
		return false;
	if (!fields_get_base64(&challenge, f->scratch, out, "challenge") || !bytes_starts(challenge, "ceremony-witness-challenge/v1\n") ||
	    !fields_get_base64(&signature, f->scratch, out, "signature"))
		return err_set(e, ERR_FLOW_FIELD, "challenge");
	return sig_verify(&key, sig_for(&key), challenge, signature, e);
}

static bool apply_card(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_witness *w = &f->witness[f->round];

	if (!read_card_key(&w->key, f->arena, data, e))
		return false;
	if (w->key.alg == KEY_ED25519)
		memcpy(w->public_key, w->key.point.p, 32);
	w->key_id = keep(f, data, "id");
	w->serial = keep(f, data, "serial");
	return name_witness(f, WITNESS_CARD, e);
}

/* ---- the kind ------------------------------------------------------------------------------------ */

#define STATEMENT_TITLE "{who}: your statement and your key"

static const struct turn sign_off_turns[] = {
	{ .name = "choose", .role = ROLE_WITNESS, .actor = flow_witness_name, .rounds = flow_witnesses, .when = may_choose, .title = "{who}: which key will you sign with?", .prompt = prompt_choose,
	  .apply = apply_choose },
	{ .name = "statement", .role = ROLE_WITNESS, .actor = flow_witness_name, .rounds = flow_witnesses, .when = in_room, .op = OP_WITNESS_MAKE,
	  .ask = ask_make, .title = STATEMENT_TITLE, .prompt = prompt_statement, .check = check_make, .apply = apply_make },
	{ .name = "bring", .role = ROLE_WITNESS, .actor = flow_witness_name, .rounds = flow_witnesses, .when = on_medium, .op = OP_WITNESS_BRING,
	  .ask = ask_bring, .title = STATEMENT_TITLE, .prompt = prompt_bring, .take = take_bring, .check = check_bring, .apply = apply_bring },
	{ .name = "card", .role = ROLE_WITNESS, .actor = flow_witness_name, .rounds = flow_witnesses, .when = on_card, .op = OP_WITNESS_CARD,
	  .ask = ask_card, .title = STATEMENT_TITLE, .prompt = prompt_card, .check = check_card, .apply = apply_card },
};

const struct step_kind step_kind_sign_off = {
	.name = "sign-off",
	.title = "Witnesses",
	.role = ROLE_WITNESS,
	.needs = FACT(FACT_PEOPLE),
	.gives = FACT(FACT_WITNESSED),
	.param = params,
	.num_params = COUNT_OF(params),
	.turn = sign_off_turns,
	.num_turns = COUNT_OF(sign_off_turns),
	.what = "Each witness and auditor states what they saw, and names the key that they will sign the record with: one made here, "
	        "their own minisign key, or one on a card.",
	.why = "The record must be signed by people who do not work for the CA.",
	.clause = "BR 6.1.1.1 (witnessed, auditor's report); C2SP tlog-cosignature",
	.fail = "Who disagrees does not sign: pause, and raise it. A key that cannot be read: bring another, or choose one made here where the "
	        "script lets you.",
};
