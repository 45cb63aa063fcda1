/* steps_clone.c: the root key straight into a second token: no shares, no secret that anybody has. Step kind backup
 * with method = clone. */
#include "ceremony/base/text.h"
#include "ceremony/flow/intake.h"
#include "ceremony/flow/qualified.h"
#include "ceremony/flow/restored.h"
#include "ceremony/flow/shares.h"

static const struct param params[] = {
	{ "method", PARAM_CHOICE, "clone", 0, 0, "wrap load vendor clone", "how the key leaves the token" },
	INTAKE_PARAMS,
	QUALIFIED_PARAM,
};

static void prompt_agree(const struct flow *f, struct prompt *p)
{
	p->text = "The second token makes a key pair of its own; the first one wraps the root key for it, and nobody else can open "
	          "that. There are no shares: if both tokens are lost, the root key is lost.";
	p->irreversible = true;
	prompt_row(p, "First token", f->token[TOKEN_ROOT].serial);
	prompt_row(p, "Second token", f->token[TOKEN_SECOND].serial);
	prompt_officers(f, p);
}

/* ---- the second token's key --------------------------------------------------------------- */

static bool read_transfer(const struct fields *out, struct arena *a, struct key *key, struct err *e)
{
	struct bytes spki;

	return (fields_get_base64(&spki, a, out, "transfer") && key_parse(key, spki, e) && key->alg == KEY_RSA && key->bits == 3072) ||
	       err_set(e, ERR_FLOW_FIELD, "transfer");
}

static bool check_key(const struct flow *f, const struct fields *out, struct err *e)
{
	struct key key;
	char       hex[HASH_MAX * 2 + 1];

	return read_transfer(out, f->scratch, &key, e) &&
	       (fields_is(out, "transfer-sha256", sha256_hex(hex, key.spki)) || err_set(e, ERR_FLOW_FIELD, "transfer-sha256"));
}

static bool apply_key(struct flow *f, const struct fields *data, struct err *e)
{
	struct key key;

	if (!read_transfer(data, f->arena, &key, e))
		return false;
	f->transfer = key.spki;
	f->wrapped_sha256 = NULL;
	return true;
}

static const char *four_words(const struct flow *f, struct bytes digest, size_t from)
{
	char       text[128];
	struct buf b = BUF_ON(text);

	for (size_t i = from; i < from + 4; i++)
		buf_fmt(&b, "%s%s", b.len ? " " : "", word_of(digest.p[i], i));
	return say(f, "%s", buf_cstr(&b));
}

/* Two people, each with words of their own, so that neither of them alone can let another key pass. */
static void prompt_compare(const struct flow *f, struct prompt *p)
{
	struct digest d = hash_of(HASH_SHA256, f->transfer);

	p->text = "This is the fingerprint of the key that the second token has made. One officer reads it aloud; both type: the "
	          "first one words 1 to 4, the second one words 5 to 8.";
	prompt_row(p, "Second token", f->token[TOKEN_SECOND].serial);
	prompt_row(p, "SHA-256", say_hex(f, digest_bytes(&d)));
	p->aloud = say_words(f, digest_bytes(&d), 16);
	struct ask *one = prompt_ask(p, ASK_TYPE_BACK, "words-1", say(f, "%s: words 1 to 4", f->person[ROLE_OFFICER][0]));
	struct ask *other = prompt_ask(p, ASK_TYPE_BACK, "words-2", say(f, "%s: words 5 to 8", f->person[ROLE_OFFICER][1]));
	one->expect = four_words(f, digest_bytes(&d), 0);
	other->expect = four_words(f, digest_bytes(&d), 4);
	one->shape = other->shape = SHAPE_SPOKEN;
}

/* ---- the way ---------------------------------------------------------------------------------- */

static bool ask_send(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "id", f->root.id);
	fields_base64(in, "transfer", f->transfer);
	return true;
}

static bool check_send(const struct flow *f, const struct fields *out, struct err *e)
{
	(void)f;
	if (fields_get(out, "wrapped-sha256").len != 64)
		return err_set(e, ERR_FLOW_FIELD, "wrapped-sha256");
	return need(out, "format", e) && need(out, "oaep", e);
}

static bool apply_send(struct flow *f, const struct fields *data, struct err *e)
{
	(void)e;
	f->wrapped_sha256 = keep(f, data, "wrapped-sha256");
	return true;
}

static bool ask_receive(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "id", f->root.id);
	fields_str(in, "label", f->root.label);
	fields_base64(in, "spki", f->root.key.spki);
	fields_str(in, "wrapped-sha256", f->wrapped_sha256 ? f->wrapped_sha256 : "");
	return true;
}

enum { CLONE_AGREE = INTAKE_NUM_TURNS + QUALIFIED_NUM_TURNS, CLONE_KEY, CLONE_COMPARE, CLONE_SEND, CLONE_RECEIVE };

static const struct turn turns[] = {
	INTAKE_TURNS(TOKEN_SECOND),
	QUALIFIED_TURNS(TOKEN_SECOND),
	[CLONE_AGREE] = { .name = "agree", .role = ROLE_OFFICER, .title = "Clone the root key into the second token", .two = true, .prompt = prompt_agree },
	[CLONE_KEY] = { .name = "transfer-key", .role = ROLE_ADMINISTRATOR, .token = TOKEN_SECOND, .op = OP_TRANSFER_KEY, .check = check_key, .apply = apply_key },
	[CLONE_COMPARE] = { .name = "compare", .role = ROLE_OFFICER, .title = "Whose key is the root key wrapped for?", .two = true, .prompt = prompt_compare },
	[CLONE_SEND] = { .name = "send", .role = ROLE_ADMINISTRATOR, .op = OP_TRANSFER_SEND, .ask = ask_send, .check = check_send, .apply = apply_send },
	[CLONE_RECEIVE] = { .name = "receive", .flags = TURN_ONCE, .role = ROLE_ADMINISTRATOR, .token = TOKEN_SECOND, .op = OP_TRANSFER_RECEIVE,
	  .ask = ask_receive, .check = shares_check_restore, .apply = shares_apply_restore },
	SHARES_TURN_PROVE(TOKEN_SECOND),
	RESTORED_TURN_LOCK,
};

/* The second token's key went with the process. */
static bool lacks(const struct flow *f, size_t *again)
{
	if (intake_lacks(f, again))
		return true;
	*again = CLONE_KEY;
	return !f->restored && !f->transfer.len && f->turn > CLONE_KEY && f->turn <= CLONE_RECEIVE;
}

static bool fits(const struct script *s, const struct script_step *step, struct err *e)
{
	return !s->continues || err_set(e, ERR_SCRIPT_ORDER, "[step %s]: a key is cloned in the ceremony that makes it", step->id);
}

const struct step_kind step_kind_backup_clone = {
	.name = "backup",
	.method = "clone",
	.title = "Clone into a second token",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_ROOT_KEY) | FACT(FACT_TOKEN),
	.gives = FACT(FACT_BACKUP) | FACT(FACT_LIVE),
	.param = params,
	.num_params = COUNT_OF(params),
	.turn = turns,
	.num_turns = COUNT_OF(turns),
	.fits = fits,
	.lacks = lacks,
	.what = "The first token wraps the root key for a key of the second one's, which unwraps it and signs a challenge.",
	.why = "Where nobody is to hold a share, a second token is the backup; no wrapping key is ever outside of the two.",
	.clause = "BR 6.2.2, 6.2.4, 6.2.6; PKCS #11 C_WrapKey, C_UnwrapKey; RFC 8017 7.1",
	.fail = "If the power fails here, the second token is asked whether the key is there; if not, it makes a new transfer key.",
};
