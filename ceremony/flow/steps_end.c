/* steps_end.c: the witnesses' keys and statements, the checkpoint that closes the record,
 * and its verification. Step kinds sign-off, checkpoint, verify. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/plans.h"
#include "ceremony/record/note.h"

size_t flow_num_witnesses(const struct flow *f)
{
	return f->script->num_people[ROLE_WITNESS] + f->script->num_people[ROLE_AUDITOR];
}

static unsigned num_witnesses(const struct flow *f)
{
	return (unsigned)flow_num_witnesses(f);
}

/* Witnesses first, then auditors. */
static enum role witness_role(const struct flow *f, unsigned i, unsigned *n)
{
	unsigned witnesses = f->script->num_people[ROLE_WITNESS];

	*n = i < witnesses ? i : i - witnesses;
	return i < witnesses ? ROLE_WITNESS : ROLE_AUDITOR;
}

static const char *witness_name(const struct flow *f)
{
	unsigned  n = 0;
	enum role r = witness_role(f, f->round, &n);

	return f->person[r][n];
}

static void this_witness(const struct flow *f, struct prompt *p)
{
	unsigned  n = 0;
	enum role r = witness_role(f, f->round, &n);

	p->role = role_name(r);
	p->who = f->person[r][n];
}

/* ---- sign-off ------------------------------------------------------------------------ */

static void prompt_statement(const struct flow *f, struct prompt *p)
{
	this_witness(f, p);
	p->text = "\"I was present, I saw what this record says, and what it says is true.\"\nWho cannot say so presses F2 and "
	          "raises it with the room. Then choose a passphrase: it seals the key with which you will sign the record.";
	p->secret = true;
	prompt_ask(p, ASK_CONFIRM, say(f, "statement.%u", f->round + 1), "I say so");
	prompt_ask(p, ASK_NEW_PIN, say(f, "passphrase.%u", f->round + 1), "Your passphrase");
}

static bool ask_make(const struct flow *f, struct fields *in, struct err *e)
{
	unsigned  n = 0;
	enum role r = witness_role(f, f->round, &n);

	(void)e;
	fields_str(in, "name", say(f, "%s-%u", role_name(r), n + 1));
	return true;
}

static bool check_make(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes key, sealed;

	if (!fields_get_base64(&key, f->scratch, out, "public") || key.len != 32 ||
	    !fields_get_base64(&sealed, f->scratch, out, "sealed") || sealed.len == 0)
		return err_set(e, ERR_FLOW_FIELD, "public");
	return true;
}

static bool apply_make(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_witness *w = &f->witness[f->round];
	unsigned             n = 0;
	enum role            r = witness_role(f, f->round, &n);
	struct bytes         key;
	char                 slug[40];

	(void)snprintf(slug, sizeof slug, "%s-%u", role_name(r), n + 1);
	struct bytes copy = arena_copy(f->arena, bytes_str(slug));
	if (!copy.p || !fields_get_base64(&key, f->scratch, data, "public") || key.len != 32 ||
	    !fields_get_base64(&w->sealed, f->arena, data, "sealed"))
		return err_set(e, ERR_TOO_LARGE, "a witness's key");
	memcpy(w->public_key, key.p, 32);
	w->name = f->person[r][n];
	w->slug = (const char *)copy.p;
	w->made = true;
	return true;
}

static const struct turn sign_off_turns[] = {
	{ .name = "statement", .role = ROLE_WITNESS, .actor = witness_name, .rounds = num_witnesses, .op = OP_WITNESS_MAKE, .ask = ask_make, .title = "{who}: your statement and your key", .prompt = prompt_statement, .check = check_make, .apply = apply_make },
};

const struct step_kind step_kind_sign_off = {
	.name = "sign-off",
	.title = "Witnesses",
	.role = ROLE_WITNESS,
	.needs = FACT(FACT_PEOPLE),
	.gives = FACT(FACT_WITNESSED),
	.turn = sign_off_turns,
	.num_turns = COUNT_OF(sign_off_turns),
	.what = "Each witness and auditor states what they saw, and gets a key of their own to sign the record with.",
	.why = "The record must be signed by people who do not work for the CA.",
	.clause = "BR 6.1.1.1 (witnessed, auditor's report); C2SP tlog-cosignature",
	.fail = "Who disagrees does not sign: pause, and raise it.",
};

/* ---- checkpoint -------------------------------------------------------------------------- */

static bool check_report(const struct flow *f, const struct fields *out, struct err *e)
{
	(void)f;
	return fields_get(out, "sha256").len == 64 || err_set(e, ERR_FLOW_FIELD, "sha256");
}

static bool apply_report(struct flow *f, const struct fields *data, struct err *e)
{
	(void)e;
	f->report_sha256 = keep(f, data, "sha256");
	return true;
}

static void prompt_close(const struct flow *f, struct prompt *p)
{
	p->text = "After this no line can be added. The transcript's tree is computed, every witness signs it, and the record "
	          "key in the token signs the whole.";
	p->irreversible = true;
	prompt_row(p, "Lines so far", say(f, "%llu", (unsigned long long)f->num_events));
	prompt_ask(p, ASK_CONFIRM, "close", "Everything has been done: close the record");
}

void flow_checkpoint_body(const struct flow *f, struct buf *b)
{
	checkpoint_body(b, bytes_str(f->script->origin), f->num_events, f->tree_root);
}

static void prompt_cosign(const struct flow *f, struct prompt *p)
{
	this_witness(f, p);
	p->text = "Read the words aloud and compare them with the other witnesses'. Then sign, with your passphrase.";
	p->secret = false; /* the words are for all; the passphrase is never shown */
	prompt_row(p, "Lines", say(f, "%llu", (unsigned long long)f->num_events));
	prompt_row(p, "Tree", say_hex(f, bytes_of(f->tree_root, 32)));
	p->aloud = say_words(f, bytes_of(f->tree_root, 32), 16);
	prompt_ask(p, ASK_PIN, say(f, "passphrase.%u", f->round + 1), "Your passphrase");
}

static bool ask_cosign(const struct flow *f, struct fields *in, struct err *e)
{
	const struct flow_witness *w = &f->witness[f->round];
	char                       body[512], text[640];
	struct buf                 b = BUF_ON(body), m = BUF_ON(text);

	(void)e;
	flow_checkpoint_body(f, &b);
	cosigned_message(&m, buf_bytes(&b), f->answer_time);
	MUST(buf_ok(&b) && buf_ok(&m));
	fields_str(in, "name", w->slug);
	fields_base64(in, "sealed", w->sealed);
	fields_base64(in, "public", bytes_of(w->public_key, 32));
	fields_base64(in, "message", buf_bytes(&m));
	fields_fmt(in, "comment", "%s/%s time:%lld", f->script->origin, w->slug, (long long)f->answer_time);
	return true;
}

static bool read_cosignature(const struct flow *f, const struct fields *out, struct cosignature *c, struct bytes *global,
                             struct err *e)
{
	const struct flow_witness *w = &f->witness[f->round];
	struct bytes               signature;

	if (!fields_get_base64(&signature, f->scratch, out, "signature") || signature.len != 64 ||
	    !fields_get_base64(global, f->scratch, out, "global") || global->len != 64)
		return err_set(e, ERR_FLOW_FIELD, "signature");
	*c = (struct cosignature){ .time = f->answer_time };
	memcpy(c->witness.public_key, w->public_key, 32);
	memcpy(c->signature, signature.p, 64);
	return true;
}

static bool check_cosign(const struct flow *f, const struct fields *out, struct err *e)
{
	struct cosignature c;
	struct bytes       global;
	char               body[512];
	struct buf         b = BUF_ON(body);

	flow_checkpoint_body(f, &b);
	return read_cosignature(f, out, &c, &global, e) && cosignature_verify(&c, buf_bytes(&b), e);
}

static bool apply_cosign(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_witness *w = &f->witness[f->round];
	struct cosignature   c;
	struct bytes         global;

	if (!read_cosignature(f, data, &c, &global, e))
		return false;
	w->time = c.time;
	memcpy(w->signature, c.signature, 64);
	memcpy(w->global, global.p, 64);
	w->signed_ = true;
	return true;
}

static bool make_checkpoint(const struct flow *f, struct bytes *out, struct err *e)
{
	size_t   cap = 8192;
	uint8_t *p = arena_take(f->scratch, cap);

	if (!p)
		return err_set(e, ERR_TOO_LARGE, "the checkpoint");
	struct buf b = buf_init(p, cap);
	if (!flow_make_checkpoint(f, &b))
		return err_set(e, ERR_TOO_LARGE, "the checkpoint");
	*out = buf_bytes(&b);
	return true;
}

static bool ask_seal(const struct flow *f, struct fields *in, struct err *e)
{
	struct bytes checkpoint;

	if (!make_checkpoint(f, &checkpoint, e))
		return false;
	fields_str(in, "id", f->record.id);
	fields_str(in, "algorithm", sig_name(sig_for(&f->record.key)));
	fields_str(in, "purpose", "checkpoint");
	fields_base64(in, "message", checkpoint);
	return true;
}

static bool check_seal(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes checkpoint, signature;

	if (!make_checkpoint(f, &checkpoint, e) || !fields_get_base64(&signature, f->scratch, out, "signature"))
		return err_set(e, ERR_FLOW_FIELD, "signature");
	return sig_verify(&f->record.key, sig_for(&f->record.key), checkpoint, signature, e);
}

static bool apply_seal(struct flow *f, const struct fields *data, struct err *e)
{
	struct bytes checkpoint;

	if (!make_checkpoint(f, &checkpoint, e) ||
	    !fields_get_base64(&f->checkpoint_sig, f->arena, data, "signature"))
		return false;
	f->checkpoint = arena_copy(f->arena, checkpoint);
	return f->checkpoint.p || err_set(e, ERR_TOO_LARGE, "the checkpoint");
}

static const struct turn checkpoint_turns[] = {
	{ .name = "report", .role = ROLE_ADMINISTRATOR, .op = OP_HOST_REPORT, .check = check_report, .apply = apply_report },
	{ .name = "close", .flags = TURN_CLOSES, .role = ROLE_ADMINISTRATOR, .title = "Close the record", .prompt = prompt_close },
	{ .name = "cosign", .flags = TURN_SEALED, .role = ROLE_WITNESS, .rounds = num_witnesses, .op = OP_WITNESS_SIGN, .title = "{who}: sign the checkpoint", .prompt = prompt_cosign, .ask = ask_cosign, .check = check_cosign, .apply = apply_cosign },
	{ .name = "seal", .flags = TURN_SEALED, .role = ROLE_ADMINISTRATOR, .op = OP_KEY_SIGN, .ask = ask_seal, .check = check_seal, .apply = apply_seal },
};

const struct step_kind step_kind_checkpoint = {
	.name = "checkpoint",
	.title = "Checkpoint",
	.role = ROLE_WITNESS,
	.needs = FACT(FACT_WITNESSED) | FACT(FACT_ROOT_KEY),
	.gives = FACT(FACT_CLOSED),
	.turn = checkpoint_turns,
	.num_turns = COUNT_OF(checkpoint_turns),
	.what = "The transcript is closed; the witnesses and the token's record key sign its Merkle tree.",
	.why = "From then on any changed, missing or added line is noticed by anyone.",
	.clause = "RFC 6962 2.1; C2SP tlog-checkpoint, tlog-cosignature",
	.fail = "If the power fails after the close, start again: only the signatures are made again.",
};

/* ---- verify -------------------------------------------------------------------------------- */

static void prompt_verified(const struct flow *f, struct prompt *p)
{
	p->text = "When you confirm, the record is verified from its first line by the same verifier that an auditor uses, and "
	          "its verdict is shown.";
	prompt_row(p, "Lines", say(f, "%llu", (unsigned long long)f->num_events));
	prompt_row(p, "Tree", say_hex(f, bytes_of(f->tree_root, 32)));
	prompt_ask(p, ASK_CONFIRM, "verify", "Verify the record now");
}

static const struct turn verify_turns[] = {
	{ .name = "verify", .flags = TURN_SEALED, .role = ROLE_AUDITOR, .title = "The record is complete", .prompt = prompt_verified },
};

const struct step_kind step_kind_verify = {
	.name = "verify",
	.title = "Verification",
	.role = ROLE_AUDITOR,
	.needs = FACT(FACT_CLOSED),
	.gives = FACT(FACT_VERIFIED),
	.turn = verify_turns,
	.num_turns = COUNT_OF(verify_turns),
	.what = "The finished record is verified, line by line.",
	.why = "What cannot be verified today will not be believed in ten years.",
	.clause = "",
	.fail = "If the verdict is no, keep the machine as it is and call the makers.",
};
