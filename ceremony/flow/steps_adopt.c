/* steps_adopt.c: a CA that was made elsewhere is taken over: its root certificate, what it has issued, its last
 * list, and its key, which lies in a token already. Step kind adopt. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/adopt.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/loose.h"
#include "ceremony/flow/record_key.h"
#include "ceremony/flow/requests.h"
#include "ceremony/flow/shares.h"
#include "ceremony/pki/crl_foreign.h"

static const struct param params[] = {
	{ "medium", PARAM_NAME, "adopt", 0, 0, NULL, "the label of the medium that holds the CA's objects" },
	{ "root", PARAM_NAME, "root.pem", 0, 0, NULL, "the root certificate's file" },
	{ "crl", PARAM_NAME, "root.crl", 0, 0, NULL, "the last list's file; none: this CA has never signed one" },
	{ "reason", PARAM_CHOICE, "none", 0, 0,
	  "none keyCompromise affiliationChanged superseded cessationOfOperation privilegeWithdrawn",
	  "what entries of the last list that bear no reason bear from now on; none: there must be no such entry" },
	{ "key-label", PARAM_TEXT, "none", 0, 0, NULL, "the key's CKA_LABEL; none, and no key-id: it is typed in" },
	{ "key-id", PARAM_TEXT, "none", 0, 0, NULL, "the key's CKA_ID in hex" },
};

static bool is_none(const struct flow *f, const char *key)
{
	return bytes_is(script_param(now_step(f), key), "none");
}

static bool fits(const struct script *s, const struct script_step *step, struct err *e)
{
	uint8_t    room[64];
	struct buf b = BUF_ON(room);

	if (s->continues)
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: this record has a CA already (continues = yes)", step->id);
	for (size_t i = 0; i < s->num_steps; i++)
		if (s->step[i].kind == &step_kind_sign || s->step[i].kind == &step_kind_crl || s->step[i].kind == &step_kind_revoke)
			return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: an adoption signs nothing; what follows is a ceremony of its own",
			               s->step[i].id);
	return bytes_is(script_param(step, "key-id"), "none") || hex_decode(&b, script_param(step, "key-id")) ||
	       err_set(e, ERR_SCRIPT_ORDER, "[step %s]: key-id is no hex of 64 octets at most", step->id);
}

static void prompt_insert(const struct flow *f, struct prompt *p)
{
	p->text = say(f, "Insert the medium that is labelled %s. It holds the root certificate, every certificate that this root has "
	                 "issued (one a file, or bundles; .pem, .crt, .cer, .der), and the last revocation list. What is "
	                 "missing will be missing in this record for good.",
	              say_bytes(f, script_param(now_step(f), "medium")));
	prompt_row(p, "Root", say_bytes(f, script_param(now_step(f), "root")));
	prompt_row(p, "Last list", say_bytes(f, script_param(now_step(f), "crl")));
	prompt_ask(p, ASK_CONFIRM, "inserted", "The medium is in");
}

static bool apply_insert(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	return adopt_new(f, e);
}

/* ---- reading ------------------------------------------------------------------------------------ */

static bool keep_file(struct flow *f, struct bytes *out, const struct fields *data, struct err *e)
{
	return fields_get_base64(out, f->arena, data, "content") || err_set(e, ERR_TOO_LARGE, "a file");
}

static bool ask_read_root(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	return adopt_ask_file(f, script_param(now_step(f), "root"), in);
}

static bool apply_read_root(struct flow *f, const struct fields *data, struct err *e)
{
	return keep_file(f, &f->adopt->root, data, e);
}

static bool ask_root(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_base64(in, "content", f->adopt->root);
	return true;
}

static bool check_root(const struct flow *f, const struct fields *out, struct err *e)
{
	struct certificate *c = arena_take(f->scratch, sizeof *c);

	if (!c)
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	return adopt_root(c, f, f->adopt->root, e) && adopt_same_sha256(out, c->der, e);
}

static bool apply_root(struct flow *f, const struct fields *data, struct err *e)
{
	struct certificate *c = arena_take(f->scratch, sizeof *c);

	(void)data;
	if (!c)
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	if (!adopt_root(c, f, f->adopt->root, e))
		return false;
	f->root_cert = arena_copy(f->arena, c->der);
	return f->root_cert.p || err_set(e, ERR_TOO_LARGE, "a certificate");
}


static bool ask_read_list(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "of-more", "size");
	return adopt_ask_file(f, script_param(now_step(f), "crl"), in);
}

static bool check_read_list(const struct flow *f, const struct fields *out, struct err *e)
{
	return file_is_more(out, ADOPT_MAX_FILE) || adopt_check_file(f, out, e);
}

static bool apply_read_list(struct flow *f, const struct fields *data, struct err *e)
{
	f->adopt->is_large = file_is_more(data, ADOPT_MAX_FILE);
	return f->adopt->is_large || keep_file(f, &f->adopt->list, data, e);
}

static bool ask_list(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_base64(in, "content", f->adopt->list);
	return true;
}

static bool check_list(const struct flow *f, const struct fields *out, struct err *e)
{
	struct crl *c = arena_take(f->scratch, sizeof *c);

	if (!c)
		return err_set(e, ERR_TOO_LARGE, "a revocation list");
	unsigned odd = 0;

	return adopt_list(c, &odd, f, f->adopt->list, e) && adopt_same_sha256(out, c->der, e) && adopt_odd_is(out, odd, e);
}

static bool apply_list(struct flow *f, const struct fields *data, struct err *e)
{
	struct crl *c = arena_take(f->scratch, sizeof *c);

	(void)data;
	if (!c)
		return err_set(e, ERR_TOO_LARGE, "a revocation list");
	if (!adopt_list(c, &f->adopt->odd, f, f->adopt->list, e))
		return false;
	f->adopt->list_der = arena_copy(f->arena, c->der);
	f->crl_number = c->number;
	return f->adopt->list_der.p || err_set(e, ERR_TOO_LARGE, "a revocation list");
}

/* ---- the key --------------------------------------------------------------------------------------------- */

static bool is_typed(const struct flow *f)
{
	return is_none(f, "key-id") && is_none(f, "key-label");
}

static void prompt_which(const struct flow *f, struct prompt *p)
{
	(void)f;
	p->text = "Type the label (CKA_LABEL) under which the token holds the root's key pair. Its public key is compared with the "
	          "root certificate's.";
	prompt_ask(p, ASK_TEXT, "key", "Label of the key");
}

static bool apply_which(struct flow *f, const struct fields *data, struct err *e)
{
	struct bytes label = arena_copy(f->arena, bytes_trim(fields_get(data, "key")));

	f->root.label = (const char *)label.p;
	return label.p || err_set(e, ERR_TOO_LARGE, "a label");
}

static bool ask_find(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_put(in, "id", is_none(f, "key-id") ? bytes_of(NULL, 0) : script_param(now_step(f), "key-id"));
	fields_put(in, "label", is_typed(f) ? bytes_str(f->root.label) :
	                        is_none(f, "key-label") ? bytes_of(NULL, 0) : script_param(now_step(f), "key-label"));
	return true;
}

static bool check_find(const struct flow *f, const struct fields *out, struct err *e)
{
	struct certificate *c = arena_take(f->scratch, sizeof *c);
	struct bytes        spki;

	if (!c || !certificate_parse(c, f->root_cert, e))
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	if (!fields_is(out, "found", "yes"))
		return err_set(e, ERR_TOKEN_KEY_NONE, "no pair of that name");
	return (fields_get_base64(&spki, f->scratch, out, "spki") && bytes_equal(spki, c->key.spki) && need(out, "id", e)) ||
	       err_set(e, ERR_ADOPT_KEY, "its public key is not the root certificate's");
}

static bool apply_find(struct flow *f, const struct fields *data, struct err *e)
{
	struct bytes spki;

	f->root.id = keep(f, data, "id");
	f->root.label = keep(f, data, "label");
	f->root.algorithm = keep(f, data, "algorithm");
	if (!fields_get_base64(&spki, f->arena, data, "spki"))
		return err_set(e, ERR_TOO_LARGE, "a public key");
	f->root.loose = loose_is(data);
	record_key_name(f);
	return key_parse(&f->root.key, spki, e);
}

static bool ask_prove(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "id", f->root.id);
	fields_base64(in, "spki", f->root.key.spki);
	return true;
}

static bool check_prove(const struct flow *f, const struct fields *out, struct err *e)
{
	return shares_check_prove(f, out, e) || err_set(e, ERR_TOKEN_KEY_UNFIT, "its challenge does not verify");
}

static void prompt_origin(const struct flow *f, struct prompt *p)
{
	p->text = "This key was NOT made under this tool: nothing here shows that it was made in this token, that no copy of it exists "
	          "elsewhere, or who has used it. What is said of it is a claim, and stands in the record as one.";
	prompt_row(p, "Key", say(f, "%s", f->root.label))->mark = true;
	prompt_row(p, "Token", say(f, "%s", f->token[TOKEN_ROOT].serial));
	loose_row(f, p);
	prompt_ask(p, ASK_TEXT, "claim", "Made when, where, and by which ceremony");
	prompt_ask(p, ASK_TEXT, "approved-by", "Who vouches for that");
}

static void prompt_last_list(const struct flow *f, struct prompt *p)
{
	const bool there = f->adopt->list_der.len || f->adopt->large.sha256;
	const bool numbered = there && !(f->adopt->odd & 1u << CRL_ODD_NUMBER);

	prompt_row(p, "Last list", !there   ? "none: the next will be number 1" :
	                           numbered ? say_number(f, f->crl_number) :
	                                      "without a number: the next will be number 1")->mark = !numbered;
}

static void prompt_review(const struct flow *f, struct prompt *p)
{
	struct digest       d = hash_of(HASH_SHA256, f->root_cert);
	struct certificate *c = arena_take(f->scratch, sizeof *c);
	struct err          why = { 0 };
	size_t              taken = 0, unknown = adopt_num_unknown(f);
	char                name[512], end[24];
	struct buf          b = BUF_ON(name);

	MUST(c && certificate_parse(c, f->root_cert, &why));
	for (size_t i = 0; i < f->adopt->num_certs; i++)
		taken += !f->adopt->cert[i].refused;
	name_put(&b, &c->subject);
	p->text = "From now on this record is this CA's. Compare the words with the paper of the ceremony that made it.";
	p->irreversible = true;
	prompt_row(p, "Root", say(f, "%s", buf_cstr(&b)));
	prompt_row(p, "Ends", say(f, "%s", utc_str(end, c->not_after)));
	prompt_row(p, "SHA-256", say_hex(f, digest_bytes(&d)));
	prompt_row(p, "Certificates", say(f, "%zu taken over, %zu not", taken, f->adopt->num_certs - taken))->mark =
	    taken < f->adopt->num_certs;
	prompt_last_list(f, p);
	adopt_odd_rows(f, p);
	if (unknown)
		prompt_row(p, "Entries alone", say(f, "%zu: their certificates were not brought; they stay on every list", unknown));
	for (size_t i = 0; i < f->adopt->num_certs && p->num_rows < ROWS_SHOWN; i++)
		if (!f->adopt->cert[i].refused)
			prompt_row(p, "Issued", f->adopt->cert[i].subject);
	p->aloud = say_words(f, digest_bytes(&d), 16);
	prompt_officers(f, p);
}

static bool apply_agreed(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	return f->adopt->agreed = f->live = true;
}

static const struct turn turns[] = {
	{ .name = "insert", .role = ROLE_ADMINISTRATOR, .title = "Take over a CA that was made elsewhere", .prompt = prompt_insert, .apply = apply_insert },
	{ .name = "read-root", .role = ROLE_ADMINISTRATOR, .op = OP_MEDIA_READ, .ask = ask_read_root, .check = adopt_check_file, .apply = apply_read_root },
	{ .name = "root", .flags = TURN_REREAD, .role = ROLE_ADMINISTRATOR, .op = OP_PARSE_CERTIFICATE, .ask = ask_root, .check = check_root, .apply = apply_root },
	{ .name = "read-list", .role = ROLE_ADMINISTRATOR, .when = adopt_has_list, .op = OP_MEDIA_READ, .ask = ask_read_list, .check = check_read_list, .apply = apply_read_list },
	{ .name = "list", .flags = TURN_REREAD, .role = ROLE_ADMINISTRATOR, .when = adopt_list_is_small, .op = OP_PARSE_LIST, .ask = ask_list, .check = check_list, .apply = apply_list },
	{ .name = "names", .role = ROLE_ADMINISTRATOR, .rounds = adopt_num_pages, .op = OP_MEDIA_LIST, .ask = adopt_ask_names, .check = adopt_check_names, .apply = adopt_apply_names },
	{ .name = "read", .role = ROLE_ADMINISTRATOR, .rounds = adopt_num_pieces, .op = OP_MEDIA_READ, .ask = adopt_ask_piece, .check = adopt_check_piece, .apply = adopt_apply_piece },
	{ .name = "certificate", .flags = TURN_VERDICT, .role = ROLE_ADMINISTRATOR, .rounds = adopt_num_found, .op = OP_PARSE_CERTIFICATE, .ask = adopt_ask_cert, .check = adopt_check_cert, .apply = adopt_apply_cert, .refuse = adopt_refuse_cert },
	{ .name = "refused", .role = ROLE_OFFICER, .rounds = adopt_num_found, .when = adopt_was_refused, .title = "A certificate that is not taken over", .prompt = adopt_prompt_refused },
	{ .name = "take-list", .role = ROLE_ADMINISTRATOR, .when = adopt_list_is_large, .op = OP_CRL_ADOPT, .ask = adopt_ask_large, .check = adopt_check_large, .apply = adopt_apply_large },
	{ .name = "which", .role = ROLE_OFFICER, .when = is_typed, .title = "Which key of the token is the root's?", .prompt = prompt_which, .apply = apply_which },
	{ .name = "find", .flags = TURN_REREAD, .role = ROLE_ADMINISTRATOR, .op = OP_KEY_FIND, .ask = ask_find, .check = check_find, .apply = apply_find },
	{ .name = "prove", .role = ROLE_ADMINISTRATOR, .op = OP_KEY_PROVE, .ask = ask_prove, .check = check_prove },
	{ .name = "origin", .flags = TURN_EXCEPTION, .role = ROLE_OFFICER, .title = "Where does this key come from?", .prompt = prompt_origin },
	{ .name = "agree", .role = ROLE_OFFICER, .title = "Take this CA over?", .two = true, .prompt = prompt_review, .more = adopt_more_odd, .apply = apply_agreed },
	RECORD_KEY_TURN,
};

const struct step_kind step_kind_adopt = {
	.name = "adopt",
	.title = "Adoption",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_PEOPLE) | FACT(FACT_CLOCK) | FACT(FACT_ENVIRONMENT) | FACT(FACT_TOKEN),
	.gives = FACT(FACT_ROOT_KEY) | FACT(FACT_ROOT_CERT) | FACT(FACT_LIVE),
	.param = params,
	.num_params = COUNT_OF(params),
	.turn = turns,
	.num_turns = COUNT_OF(turns),
	.fits = fits,
	.what = "A CA that was made elsewhere is taken over: certificate, issued certificates, last list, key.",
	.why = "Who has a root already needs a record from now on, with numbers and entries that go on where they stood.",
	.clause = "BR 6.1.1.1 (the key's making is not shown here), 7.2; RFC 5280 5.2.3",
	.fail = "Nothing is signed by the root key but one challenge. End it with F10 and start again as often as needed.",
};
