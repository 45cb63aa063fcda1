/* steps_requests.c: the intermediates: requests are read, reviewed, and signed. Step kinds
 * requests, review, sign. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/plans.h"
#include "ceremony/pki/pem.h"

/* ---- requests ------------------------------------------------------------------------ */

static const struct param requests_params[] = {
	{ "medium", PARAM_NAME, "requests", 0, 0, NULL, "the label of the medium that they come on" },
	{ "files", PARAM_TEXT, NULL, 0, 0, NULL, "their file names, separated by ', '" },
};

/* The n-th name of a list "a, b, c"; empty if there is none. */
static struct bytes list_item(struct bytes list, unsigned n)
{
	struct bytes item = list, rest = list;

	for (unsigned i = 0;; i++) {
		if (!bytes_cut(rest, ',', &item, &rest)) {
			item = rest;
			rest.len = 0;
		}
		if (i == n || rest.len == 0)
			return i == n ? bytes_trim(item) : bytes_of(NULL, 0);
	}
}

unsigned script_num_requests(const struct script *s)
{
	unsigned n = 0;

	for (size_t i = 0; i < s->num_steps; i++)
		if (s->step[i].kind == &step_kind_requests)
			while (list_item(script_param(&s->step[i], "files"), n).len)
				n++;
	return n;
}

static unsigned num_files(const struct flow *f)
{
	return script_num_requests(f->script);
}

/* Names that a medium and the record can hold, none twice, none the root's own. */
static bool fits(const struct script *s, const struct script_step *step, struct err *e)
{
	struct bytes list = script_param(step, "files");

	for (unsigned i = 0; i < script_num_requests(s); i++) {
		struct bytes name = list_item(list, i);
		bool         good = script_is_name(name) && name.len > 4 && !bytes_starts(name, "root.") &&
		            memcmp(name.p + name.len - 4, ".csr", 4) == 0;
		for (unsigned k = 0; k < i; k++)
			good = good && !bytes_equal(name, list_item(list, k));
		if (!good)
			return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: \"%.*s\" is no name of a request: NAME.csr, none twice",
			               step->id, (int)name.len, (const char *)name.p);
	}
	return true;
}

static void prompt_insert(const struct flow *f, struct prompt *p)
{
	p->title = "Insert the request medium";
	p->text = say(f, "Insert the medium that is labelled %s. Only these files are read, each by a process that can open "
	              "nothing else.", say_bytes(f, script_param(now_step(f), "medium")));
	for (unsigned i = 0; i < num_files(f); i++)
		prompt_row(p, say(f, "Request %u", i + 1), say_bytes(f, list_item(script_param(now_step(f), "files"), i)));
	prompt_ask(p, ASK_CONFIRM, "inserted", "The medium is in");
}

static bool ask_read(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_put(in, "medium", script_param(now_step(f), "medium"));
	fields_put(in, "name", list_item(script_param(now_step(f), "files"), f->round));
	fields_u64(in, "max", REQUEST_MAX * 2);
	return true;
}

static bool check_read(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes content;
	char         hex[HASH_MAX * 2 + 1];

	if (!fields_get_base64(&content, f->scratch, out, "content") ||
	    !fields_is(out, "sha256", sha256_hex(hex, content)))
		return err_set(e, ERR_FLOW_FIELD, "content");
	return true;
}

static bool apply_read(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_request *r = &f->request[f->round];
	struct bytes         name = arena_copy(f->arena, list_item(script_param(now_step(f), "files"), f->round));

	if (!name.p || !fields_get_base64(&r->content, f->arena, data, "content"))
		return err_set(e, ERR_TOO_LARGE, "a request");
	r->file = (const char *)name.p;
	f->num_requests = f->round + 1;
	return true;
}

static bool ask_parse(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_base64(in, "content", f->request[f->round].content);
	return true;
}

/* What the parser said is derived again: the DER must be in the content, and say the same. */
static bool check_parse(const struct flow *f, const struct fields *out, struct err *e)
{
	struct request *r = arena_take(f->scratch, sizeof *r);
	struct bytes    der, again;
	char            hex[HASH_MAX * 2 + 1];

	if (!r || !fields_get_base64(&der, f->scratch, out, "der") || !fields_is(out, "sha256", sha256_hex(hex, der)))
		return err_set(e, ERR_FLOW_FIELD, "der");
	if (!pem_decode(&again, f->scratch, "CERTIFICATE REQUEST", f->request[f->round].content, e) ||
	    !bytes_equal(again, der))
		return err_set(e, ERR_FLOW_FIELD, "the parsed request is not the one that was read");
	if (!request_parse(r, der, e))
		return false;
	return fields_is(out, "spki-sha256", sha256_hex(hex, r->key.spki)) || err_set(e, ERR_FLOW_FIELD, "spki-sha256");
}

static bool apply_parse(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_request *r = &f->request[f->round];

	if (!fields_get_base64(&r->der, f->arena, data, "der"))
		return err_set(e, ERR_TOO_LARGE, "a request");
	r->sha256 = keep(f, data, "sha256");
	r->subject = keep(f, data, "subject-text");
	return true;
}

static void refuse_parse(struct flow *f, const struct err *why)
{
	struct flow_request *r = &f->request[f->round];
	struct bytes         detail = arena_copy(f->arena, bytes_str(why->detail));

	r->refused = true;
	r->why = why->id;
	r->detail = detail.p ? (const char *)detail.p : "";
}

static bool was_refused(const struct flow *f)
{
	return f->request[f->round].refused;
}

static bool was_taken(const struct flow *f)
{
	return !f->request[f->round].refused;
}

static void prompt_refused(const struct flow *f, struct prompt *p)
{
	const struct flow_request *r = &f->request[f->round];
	const struct err_text     *t = err_text_of(r->why);

	p->title = say(f, "%s is refused", r->file);
	p->text = say(f, "%s.\n%s.", t->what, t->todo);
	prompt_row(p, "Rule", t->name)->mark = true;
	if (r->detail[0])
		prompt_row(p, "What was seen", r->detail);
	if (t->clause[0])
		prompt_row(p, "Clause", t->clause);
	prompt_ask(p, ASK_CONFIRM, say(f, "without.%u", f->round + 1), "Go on without this request");
}

static void prompt_compare(const struct flow *f, struct prompt *p)
{
	const struct flow_request *r = &f->request[f->round];
	struct bytes               der = r->der;
	struct digest              d = hash_of(HASH_SHA256, der);

	p->title = say(f, "Compare %s with its sheet", r->file);
	p->text = "The operator's sheet came by another way. Its words are read aloud from the paper while the auditor follows "
	          "on the screen.";
	prompt_row(p, "Subject", r->subject);
	prompt_row(p, "SHA-256", say_hex(f, digest_bytes(&d)));
	p->aloud = say_words(f, digest_bytes(&d), 16);
	struct ask *a = prompt_ask(p, ASK_TYPE_BACK, say(f, "words.%u", f->round + 1), "Type the sheet's last two words");
	a->expect = say(f, "%s %s", word_of(d.p[14], 14), word_of(d.p[15], 15));
}

static const struct turn requests_turns[] = {
	{ .name = "insert", .role = ROLE_ADMINISTRATOR, .prompt = prompt_insert },
	{ .name = "read", .role = ROLE_ADMINISTRATOR, .rounds = num_files, .op = OP_MEDIA_READ, .ask = ask_read, .check = check_read, .apply = apply_read },
	{ .name = "parse", .flags = TURN_VERDICT, .role = ROLE_ADMINISTRATOR, .rounds = num_files, .op = OP_PARSE_REQUEST, .ask = ask_parse, .check = check_parse, .apply = apply_parse, .refuse = refuse_parse },
	{ .name = "refused", .role = ROLE_OFFICER, .rounds = num_files, .when = was_refused, .prompt = prompt_refused },
	{ .name = "compare", .role = ROLE_AUDITOR, .rounds = num_files, .when = was_taken, .prompt = prompt_compare },
};

const struct step_kind step_kind_requests = {
	.name = "requests",
	.title = "Requests",
	.role = ROLE_ADMINISTRATOR,
	.needs = FACT(FACT_PEOPLE),
	.gives = FACT(FACT_REQUESTS),
	.param = requests_params,
	.num_params = COUNT_OF(requests_params),
	.fits = fits,
	.turn = requests_turns,
	.num_turns = COUNT_OF(requests_turns),
	.what = "The intermediate CAs' requests are read from a medium, checked, and compared with their sheets.",
	.why = "Whoever can swap a request can have their own key certified.",
	.clause = "BR 3.2.1 (possession of the key), 4.2; RFC 2986",
	.fail = "A request that is refused is named with its rule. The others can still be signed.",
};

/* ---- review ----------------------------------------------------------------------------- */

static const struct param review_params[] = {
	{ "profile", PARAM_PROFILE, "tls-subca", 0, 0, NULL, "the profile" },
};

static bool review_fits(const struct script *s, const struct script_step *step, struct err *e)
{
	return script_profile_suits(s, step, PROFILE_FOR_REQUEST, e) && script_root_fits(s, step, false, e);
}

static unsigned num_requests(const struct flow *f)
{
	return (unsigned)f->num_requests;
}

static bool ask_random(const struct flow *f, struct fields *in, struct err *e)
{
	(void)f;
	(void)e;
	fields_u64(in, "len", 20);
	return true;
}

static bool make_tbs(const struct flow *f, size_t i, struct plan **plan, struct bytes *tbs, struct err *e)
{
	*plan = arena_take(f->scratch, sizeof **plan);
	if (!*plan)
		return err_set(e, ERR_TOO_LARGE, "a plan");
	return flow_plan_request(f, i, *plan, e) && plan_tbs(f, *plan, tbs, e);
}

/* Good octets, and a plan that the profile allows: tried on the state that would follow. */
static bool check_random(const struct flow *f, const struct fields *out, struct err *e)
{
	uint8_t              octets[32];
	struct buf           b = BUF_ON(octets);
	struct flow          then = *f;
	struct flow_request *r = arena_take(f->scratch, f->num_requests * sizeof *r);
	struct plan         *plan;
	struct bytes         tbs;

	if (!r)
		return err_set(e, ERR_TOO_LARGE, "a plan");
	if (!hex_decode(&b, fields_get(out, "random")) || b.len != 20)
		return err_set(e, ERR_FLOW_FIELD, "random");
	memcpy(r, f->request, f->num_requests * sizeof *r);
	r[f->round].random = buf_bytes(&b);
	r[f->round].time = f->clock_now;
	then.request = r;
	return make_tbs(&then, f->round, &plan, &tbs, e);
}

/* The profile's no is the answer to the request; a token that does not answer is not. */
static bool is_profiles_no(const struct err *why)
{
	return strncmp(err_text_of(why->id)->name, "ERR_PROFILE_", 12) == 0;
}

static bool apply_random(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_request *r = &f->request[f->round];
	uint8_t              octets[32];
	struct buf           b = BUF_ON(octets);

	MUST(hex_decode(&b, fields_get(data, "random")));
	r->random = arena_copy(f->arena, buf_bytes(&b));
	r->time = f->time;
	return r->random.p || err_set(e, ERR_TOO_LARGE, "a serial number");
}

static const char *const decisions[] = { "approve", "sign it", "reject", "do not sign it" };

/* Refused by the profile here, not by the parser before. */
static bool was_not_allowed(const struct flow *f)
{
	return f->request[f->round].refused && f->request[f->round].der.p;
}

static void prompt_review(const struct flow *f, struct prompt *p)
{
	const struct flow_request *r = &f->request[f->round];
	struct plan               *plan;
	struct bytes               tbs;
	struct err                 why = { 0 };

	p->title = say(f, "Review the certificate for %s", r->file);
	struct ask *a = prompt_ask(p, ASK_CHOICE, say(f, "decision.%u", f->round + 1), "Decision");
	a->choice = decisions;
	a->num_choices = 2;
	MUST(make_tbs(f, f->round, &plan, &tbs, &why)); /* check_random has made the same */
	struct digest d = hash_of(HASH_SHA256, tbs);
	p->text = "What was asked, what the profile says, and what will be signed. Differences are marked.";
	plan_rows(p, plan);
	prompt_row(p, "SHA-256", say_hex(f, digest_bytes(&d)));
	p->aloud = say_words(f, digest_bytes(&d), 8);
}

static bool apply_review(struct flow *f, const struct fields *data, struct err *e)
{
	char key[24];

	(void)e;
	(void)snprintf(key, sizeof key, "decision.%u", f->round + 1);
	f->request[f->round].approved = fields_is(data, key, "approve");
	f->request[f->round].rejected = !f->request[f->round].approved;
	return true;
}

static const struct turn review_turns[] = {
	{ .name = "random", .flags = TURN_VERDICT, .role = ROLE_ADMINISTRATOR, .rounds = num_requests, .when = was_taken, .op = OP_TOKEN_RANDOM, .ask = ask_random, .check = check_random, .apply = apply_random, .refuse = refuse_parse, .verdict = is_profiles_no },
	{ .name = "not-allowed", .role = ROLE_OFFICER, .rounds = num_requests, .when = was_not_allowed, .prompt = prompt_refused },
	{ .name = "review", .role = ROLE_OFFICER, .rounds = num_requests, .when = was_taken, .prompt = prompt_review, .apply = apply_review },
};

const struct step_kind step_kind_review = {
	.name = "review",
	.title = "Review",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_REQUESTS) | FACT(FACT_ROOT_CERT) | FACT(FACT_CLOCK),
	.gives = FACT(FACT_REVIEWED),
	.param = review_params,
	.num_params = COUNT_OF(review_params),
	.turn = review_turns,
	.num_turns = COUNT_OF(review_turns),
	.fits = review_fits,
	.what = "For each request: asked, allowed by the profile, and what will be signed, side by side.",
	.why = "After the signature nothing can be changed. Ten intermediates were once mis-profiled in one ceremony.",
	.clause = "BR 7.1.2.6; RFC 5280 4.2",
	.fail = "Reject what is wrong: it is recorded, and the others go on.",
};

/* ---- sign ---------------------------------------------------------------------------------- */

static bool was_approved(const struct flow *f)
{
	return f->request[f->round].approved;
}

static bool any_approved(const struct flow *f)
{
	for (size_t i = 0; i < f->num_requests; i++)
		if (f->request[i].approved)
			return true;
	return false;
}

static void prompt_sign(const struct flow *f, struct prompt *p)
{
	unsigned n = 0;

	p->title = "Sign the certificates";
	p->text = "The root key signs each approved certificate once. What is signed cannot be taken back, only revoked.";
	p->irreversible = true;
	for (size_t i = 0; i < f->num_requests; i++)
		if (f->request[i].approved)
			prompt_row(p, say(f, "Certificate %u", ++n), f->request[i].subject);
	prompt_officers(f, p);
}

static bool ask_sign(const struct flow *f, struct fields *in, struct err *e)
{
	struct plan *plan;
	struct bytes tbs;

	return make_tbs(f, f->round, &plan, &tbs, e) && sign_fields(f, in, plan->sig, "certificate", tbs);
}

static bool make(const struct flow *f, const struct fields *out, struct bytes *der, struct err *e)
{
	struct plan *plan;
	struct bytes tbs;

	return make_tbs(f, f->round, &plan, &tbs, e) && certificate_of(f, plan, &f->root.key, out, der, e);
}

static bool check_sign(const struct flow *f, const struct fields *out, struct err *e)
{
	struct bytes der;

	return make(f, out, &der, e);
}

static bool apply_sign(struct flow *f, const struct fields *data, struct err *e)
{
	struct bytes der;

	if (!make(f, data, &der, e))
		return false;
	f->request[f->round].cert = arena_copy(f->arena, der);
	return f->request[f->round].cert.p || err_set(e, ERR_TOO_LARGE, "a certificate");
}

static const struct turn sign_turns[] = {
	{ .name = "agree", .role = ROLE_OFFICER, .when = any_approved, .prompt = prompt_sign },
	{ .name = "sign", .flags = TURN_ONCE, .role = ROLE_ADMINISTRATOR, .rounds = num_requests, .when = was_approved, .op = OP_KEY_SIGN, .ask = ask_sign, .check = check_sign, .apply = apply_sign },
};

const struct step_kind step_kind_sign = {
	.name = "sign",
	.title = "Signing",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_REVIEWED) | FACT(FACT_ROOT_CERT) | FACT(FACT_TOKEN) | FACT(FACT_LIVE),
	.gives = FACT(FACT_CERTS),
	.turn = sign_turns,
	.num_turns = COUNT_OF(sign_turns),
	.what = "The root key signs what was approved; each certificate is read back, field by field.",
	.why = "Two people agree at every use of the root key.",
	.clause = "BR 6.2.2 (multi-person control), 7.1",
	.fail = "If the power fails inside a signature, it is made again over the same octets, and the record says so.",
};
