/* steps_end.c: the checkpoint that closes the record: its signatures by the witnesses and by
 * the record key; its verification. Step kinds checkpoint, verify. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/carry.h"
#include "ceremony/flow/continuity.h"
#include "ceremony/flow/engine.h"
#include "ceremony/flow/heard.h"
#include "ceremony/flow/media.h"
#include "ceremony/flow/plans.h"
#include "ceremony/flow/record_out.h"
#include "ceremony/flow/witnesses.h"
#include "ceremony/record/personal.h"

/* ---- checkpoint -------------------------------------------------------------------------- */

static bool check_report(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes sha256 = fields_get(out, "sha256");

	(void)f;
	return sha256.len == 64 || personal_is_withheld(sha256) || err_set(e, ERR_FLOW_FIELD, "sha256");
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

/* ---- the witnesses sign, each with the key that they named at the sign-off ---- */

static void put_checkpoint(const struct flow *f, struct prompt *p, const char *then)
{
	flow_this_witness(f, p);
	p->text = say(f, "Type two words of the checkpoint back from your paper, and sign it, %s. Esc shows all words once more, to everybody.", then);
	p->secret = false; /* the tree is for all; a passphrase is never shown */
	prompt_row(p, "Lines", say(f, "%llu", (unsigned long long)f->num_events));
	prompt_row(p, "Tree", say_hex(f, bytes_of(f->tree_root, 32)));
}

/* The exact octets that this witness signs. */
static void put_message(const struct flow *f, struct buf *m)
{
	char       body[512];
	struct buf b = BUF_ON(body);

	flow_checkpoint_body(f, &b);
	cosigned_message(m, buf_bytes(&b), f->answer_time);
	MUST(buf_ok(&b) && buf_ok(m));
}

static void ask_message(const struct flow *f, struct fields *in)
{
	const struct flow_witness *w = &f->witness[f->round];
	char                       text[2][640];
	struct buf                 m = BUF_ON(text[0]), comment = BUF_ON(text[1]);
	struct cosignature         c;

	put_message(f, &m);
	flow_cosignature(f, f->round, f->answer_time, &c);
	fields_str(in, "name", w->slug);
	fields_base64(in, "message", buf_bytes(&m));
	minisign_comment(&comment, &c);
	fields_put(in, "comment", buf_bytes(&comment));
}

/* ---- Ed25519: a line in the checkpoint, and a minisign file ------------------------------ */

static bool read_cosignature(const struct flow *f, const struct fields *out, struct cosignature *c, struct bytes *global,
                             struct err *e)
{
	struct bytes signature;

	if (!fields_get_base64(&signature, f->scratch, out, "signature") || signature.len != 64 ||
	    !fields_get_base64(global, f->scratch, out, "global") || global->len != 64)
		return err_set(e, ERR_FLOW_FIELD, "signature");
	flow_cosignature(f, f->round, f->answer_time, c);
	memcpy(c->signature, signature.p, 64);
	return true;
}

static bool check_cosign(const struct flow *f, const struct fields *out, struct err *e)
{
	struct cosignature c;
	struct bytes       global;
	char               body[512], file[WITNESS_FILE_MAX];
	struct buf         b = BUF_ON(body), m = BUF_ON(file);

	flow_checkpoint_body(f, &b);
	if (!read_cosignature(f, out, &c, &global, e) || !cosignature_verify(&c, buf_bytes(&b), e))
		return false;
	witness_minisig(&m, &c, global.p);
	return witness_minisig_check(&c, buf_bytes(&m), e);
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

/* ---- made in the room -------------------------------------------------------------------- */

static bool in_room(const struct flow *f)
{
	return flow_witness_kind(f) == WITNESS_ROOM;
}

static void prompt_room(const struct flow *f, struct prompt *p)
{
	put_checkpoint(f, p, "with your passphrase");
	prompt_heard(f, p);
	prompt_ask(p, ASK_PIN, say(f, "passphrase.%u", f->round + 1), "Your passphrase");
}

static bool ask_room(const struct flow *f, struct fields *in, struct err *e)
{
	const struct flow_witness *w = &f->witness[f->round];

	(void)e;
	ask_message(f, in);
	fields_base64(in, "sealed", w->sealed);
	fields_base64(in, "public", bytes_of(w->public_key, 32));
	return true;
}

/* ---- brought on a medium ------------------------------------------------------------------- */

static bool on_medium(const struct flow *f)
{
	return flow_witness_kind(f) == WITNESS_MINISIGN;
}

static struct bytes medium_of(const struct flow *f)
{
	for (size_t i = 0; i < f->script->num_steps; i++)
		if (f->script->step[i].kind == &step_kind_sign_off)
			return script_param(&f->script->step[i], "medium");
	bug(__FILE__, __LINE__, "a witness without a sign-off");
}

static void prompt_brought(const struct flow *f, struct prompt *p)
{
	put_checkpoint(f, p, say(f, "with your minisign key: insert the medium that is labelled %s", say_bytes(f, medium_of(f))));
	prompt_row(p, "File", say_bytes(f, bytes_str(f->witness[f->round].file)));
	prompt_heard(f, p);
	prompt_ask(p, ASK_PIN, say(f, "password.%u", f->round + 1), "Its password");
}

static bool ask_brought(const struct flow *f, struct fields *in, struct err *e)
{
	const struct flow_witness *w = &f->witness[f->round];

	(void)e;
	ask_message(f, in);
	fields_put(in, "medium", medium_of(f));
	fields_str(in, "file", w->file);
	fields_base64(in, "public", bytes_of(w->public_key, 32));
	fields_hex(in, "number", bytes_of(w->number, 8));
	return true;
}

/* ---- on a card: Ed25519 as above, ECDSA and RSA as a signature beside the checkpoint --------- */

static bool on_card(const struct flow *f)
{
	return flow_witness_kind(f) == WITNESS_CARD;
}

static void prompt_card(const struct flow *f, struct prompt *p)
{
	put_checkpoint(f, p, "with your card: put it in");
	prompt_row(p, "Card", say_bytes(f, bytes_str(f->witness[f->round].serial)));
	prompt_heard(f, p);
	prompt_ask(p, ASK_PIN, say(f, "pin.%u", f->round + 1), "Its PIN")->pad = true;
}

static bool ask_card(const struct flow *f, struct fields *in, struct err *e)
{
	const struct flow_witness *w = &f->witness[f->round];

	(void)e;
	ask_message(f, in);
	fields_str(in, "serial", w->serial);
	fields_str(in, "id", w->key_id);
	fields_base64(in, "spki", w->key.spki);
	return true;
}

static bool check_card(const struct flow *f, const struct fields *out, struct err *e)
{
	const struct flow_witness *w = &f->witness[f->round];
	struct bytes               signature, heard;
	char                       text[2][COSIGNED_MAX * 2];
	struct buf                 m = BUF_ON(text[0]), h = BUF_ON(text[1]);

	if (flow_cosigns(w))
		return check_cosign(f, out, e);
	if (!fields_get_base64(&signature, f->scratch, out, "signature") ||
	    !fields_get_base64(&heard, f->scratch, out, "global"))
		return err_set(e, ERR_FLOW_FIELD, "signature");
	put_message(f, &m);
	flow_heard_message(f, f->round, f->answer_time, &h);
	return sig_verify(&w->key, sig_for(&w->key), buf_bytes(&m), signature, e) &&
	       sig_verify(&w->key, sig_for(&w->key), buf_bytes(&h), heard, e);
}

static bool apply_card(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_witness *w = &f->witness[f->round];

	if (flow_cosigns(w))
		return apply_cosign(f, data, e);
	if (!fields_get_base64(&w->detached, f->arena, data, "signature") ||
	    !fields_get_base64(&w->heard, f->arena, data, "global"))
		return err_set(e, ERR_TOO_LARGE, "a witness's signature");
	w->time = f->answer_time;
	w->signed_ = true;
	return true;
}

/* ---- the record key signs the whole ---- */

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

#define COSIGN .flags = TURN_SEALED | TURN_BACK, .role = ROLE_WITNESS, .rounds = flow_witnesses
#define COSIGN_TITLE "{who}: sign the checkpoint"

/* ---- the sealed checkpoint, for the cameras of the room ---- */

static bool is_shown(const struct flow *f)
{
	return bytes_is(script_param(now_step(f), "qr"), "yes");
}

static void prompt_show(const struct flow *f, struct prompt *p)
{
	carry_prompt(f, p, "checkpoint", f->checkpoint);
}

static const struct param checkpoint_params[] = {
	{ "qr", PARAM_CHOICE, "no", 0, 0, "no yes", "yes: the sealed checkpoint is shown as QR codes" },
	{ "copy", PARAM_NAME, "none", 0, 0, NULL, "the label of the medium that keeps checkpoint-NNNN; none: no copy is made" },
	{ "copies", PARAM_NUMBER, "1", 1, 2, NULL, "2: the checkpoint to a second medium, too, whose label ends in -2" },
};

static bool copy_fits(const struct script *s, const struct script_step *step, struct err *e)
{
	(void)s;
	return script_number(step, "copies") == 1 || !bytes_is(script_param(step, "copy"), "none") ||
	       err_set(e, ERR_SCRIPT_ORDER, "[step %s]: copies = 2 without copy = LABEL", step->id);
}

static const char *first_copy(const struct flow *f)
{
	return media_copy(f, now_step(f), false);
}

static const char *second_copy(const struct flow *f)
{
	return media_copy(f, now_step(f), true);
}

static bool is_copied(const struct flow *f)
{
	return script_turn(f)->medium(f)[0];
}

/* What the witnesses signed: the same octets however often the sealing is taken up again. */
static bool ask_copy(const struct flow *f, struct fields *in, struct err *e)
{
	char       body[512], name[24];
	struct buf b = BUF_ON(body);

	flow_checkpoint_body(f, &b);
	checkpoint_name(name, f->number);
	if (!buf_ok(&b))
		return err_set(e, ERR_TOO_LARGE, "the checkpoint");
	fields_str(in, "medium", script_turn(f)->medium(f));
	fields_str(in, "name", name);
	fields_base64(in, "content", buf_bytes(&b));
	return true;
}

/* Bound and looked at before the close: afterwards nothing of it could stand on the record. */
static bool copy_is_device(const struct flow *f)
{
	return f->devices && is_copied(f);
}

static void prompt_copy_medium(const struct flow *f, struct prompt *p)
{
	p->text = say(f, "Insert the medium that is labelled %s: when the record is closed and signed, it gets the checkpoint.",
	              script_turn(f)->medium(f));
	prompt_ask(p, ASK_CONFIRM, script_turn(f)->medium == second_copy ? "copy-inserted-2" : "copy-inserted", "The medium is in");
}

static bool ask_copy_medium(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "medium", script_turn(f)->medium(f));
	return true;
}

static bool ask_copy_back(const struct flow *f, struct fields *in, struct err *e)
{
	char       body[512], name[24], hex[HASH_MAX * 2 + 1];
	struct buf b = BUF_ON(body);

	(void)e;
	flow_checkpoint_body(f, &b);
	checkpoint_name(name, f->number);
	fields_str(in, "medium", script_turn(f)->medium(f));
	fields_str(in, "name.1", name);
	fields_str(in, "sha256.1", sha256_hex(hex, buf_bytes(&b)));
	return true;
}

static bool check_copy(const struct flow *f, const struct fields *out, struct err *e)
{
	char       body[512], hex[HASH_MAX * 2 + 1];
	struct buf b = BUF_ON(body);

	flow_checkpoint_body(f, &b);
	return fields_is(out, "sha256", sha256_hex(hex, buf_bytes(&b))) ||
	       err_set(e, ERR_FLOW_FIELD, "what was read back differs");
}

#define COPY_MEDIUM .role = ROLE_ADMINISTRATOR, .op = OP_MEDIA_LIST, .when = copy_is_device, .prompt = prompt_copy_medium, .ask = ask_copy_medium
#define COPY .flags = TURN_SEALED, .role = ROLE_ADMINISTRATOR, .op = OP_MEDIA_WRITE, .when = is_copied, .ask = ask_copy, .check = check_copy
#define COPY_BACK .flags = TURN_SEALED, .role = ROLE_ADMINISTRATOR, .op = OP_MEDIA_RELEASE, .when = copy_is_device, .ask = ask_copy_back

static const struct turn checkpoint_turns[] = {
	{ .name = "copy-medium", COPY_MEDIUM, .medium = first_copy, .title = "Insert the medium for the checkpoint" },
	{ .name = "copy-medium-2", COPY_MEDIUM, .medium = second_copy, .title = "Insert the second medium for the checkpoint" },
	RECORD_MEDIUM_TURNS,
	MARK_CLOSING_TURN,
	{ .name = "report", .role = ROLE_ADMINISTRATOR, .op = OP_HOST_REPORT, .check = check_report, .apply = apply_report },
	{ .name = "close", .flags = TURN_CLOSES, .role = ROLE_ADMINISTRATOR, .title = "Close the record", .prompt = prompt_close },
	{ .name = "aloud", .flags = TURN_SEALED, .role = ROLE_WITNESS, .title = "Read the checkpoint's words aloud", .prompt = prompt_aloud },
	{ .name = "cosign", COSIGN, .when = in_room, .op = OP_WITNESS_SIGN, .title = COSIGN_TITLE, .prompt = prompt_room, .ask = ask_room, .check = check_cosign, .apply = apply_cosign },
	{ .name = "cosign-brought", COSIGN, .when = on_medium, .op = OP_WITNESS_SIGN_BROUGHT, .title = COSIGN_TITLE, .prompt = prompt_brought, .ask = ask_brought, .check = check_cosign, .apply = apply_cosign },
	{ .name = "cosign-card", COSIGN, .when = on_card, .op = OP_WITNESS_CARD_SIGN, .title = COSIGN_TITLE, .prompt = prompt_card, .ask = ask_card, .check = check_card, .apply = apply_card },
	{ .name = "seal", .flags = TURN_SEALED, .role = ROLE_ADMINISTRATOR, .op = OP_KEY_SIGN, .ask = ask_seal, .check = check_seal, .apply = apply_seal },
	MARK_SEALED_TURN,
	{ .name = "copy", COPY, .medium = first_copy },
	{ .name = "copy-back", COPY_BACK, .medium = first_copy },
	{ .name = "copy-2", COPY, .medium = second_copy },
	{ .name = "copy-back-2", COPY_BACK, .medium = second_copy },
	{ .name = "show", .flags = TURN_SEALED, .role = ROLE_ADMINISTRATOR, .when = is_shown, .title = "Carry the checkpoint across by camera", .prompt = prompt_show, .take = carry_take },
};

const struct step_kind step_kind_checkpoint = {
	.name = "checkpoint",
	.title = "Checkpoint",
	.role = ROLE_WITNESS,
	.needs = FACT(FACT_WITNESSED) | FACT(FACT_ROOT_KEY),
	.gives = FACT(FACT_CLOSED),
	.param = checkpoint_params,
	.num_params = COUNT_OF(checkpoint_params),
	.fits = copy_fits,
	.turn = checkpoint_turns,
	.num_turns = COUNT_OF(checkpoint_turns),
	.what = "The transcript is closed, and its Merkle tree read aloud in words; each witness types some of them back. Then the witnesses "
	        "and the token's record key sign it.",
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
	for (size_t i = 0; f->devices && i < f->script->num_steps; i++)
		for (int second = 0; second < 2 && f->script->step[i].kind == &step_kind_checkpoint; second++)
			if (media_copy(f, &f->script->step[i], second)[0])
				prompt_row(p, "Safe to remove", media_copy(f, &f->script->step[i], second));
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
