/* steps_review.c: what was asked, what the profile says and what will be signed, side by side; then the
 * signatures. Step kinds review, sign. */
#include <stdio.h>

#include "ceremony/flow/copies.h"
#include "ceremony/flow/plans.h"
#include "ceremony/flow/requests.h"
#include "ceremony/flow/vet.h"
#include "ceremony/pki/shard.h"

/* ---- review ----------------------------------------------------------------------------- */

static const struct param review_params[] = {
	{ "profile", PARAM_PROFILE, "tls-subca", 0, 0, NULL, "the profile" },
	{ "copies-medium", PARAM_NAME, "", 0, 0, NULL, "the label of the medium with copies of what the certificates' URLs serve" },
	{ "shards", PARAM_NUMBER, "0", 0, SHARDS_MAX, NULL, "for a profile with {shard}: the parts of the revocation list; 0: as many as the crl step says" },
};

static bool no_shard(const struct script_step *step, const char *why, struct err *e)
{
	return err_set(e, ERR_PROFILE_SHARD, "[step %s]: %s", step->id, why);
}

/* What is issued here names the part of the list that the crl step, of this script or of one to come, makes. */
static bool shards_fit(const struct script *s, const struct script_step *step, struct err *e)
{
	const struct profile     *p = script_profile(s, script_param(step, "profile"));
	const struct script_step *crl = script_crl_step(s);
	const unsigned            shards = script_shards(s, step);
	struct bytes              uri = profile_shard_uri(p);

	if (!uri.len && script_number(step, "shards"))
		return no_shard(step, "shards = is for a profile with {shard} in crlDistributionPoints", e);
	if (uri.len && shards < 2)
		return no_shard(step, "the profile has {shard}, and there are no parts", e);
	if (!crl || (!uri.len && (shards < 2 || !profile_has_points(p))))
		return true;
	if (!uri.len)
		return no_shard(step, "the list has parts, and the profile's crlDistributionPoints has no {shard}", e);
	return (shards == script_number(crl, "shards") && bytes_equal(uri, script_param(crl, "distribution"))) ||
	       no_shard(step, "the crl step has other parts, or another distribution =", e);
}

static bool review_fits(const struct script *s, const struct script_step *step, struct err *e)
{
	return script_profile_suits(s, step, script_has_existing(s) ? PROFILE_FOR_EXISTING : PROFILE_FOR_REQUEST, e) &&
	       shards_fit(s, step, e) && script_root_fits(s, step, false, e) && copies_fit(s, step, e);
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

static bool make_tbs(const struct flow *f, const struct flow_request *q, struct plan **plan, struct bytes *tbs, struct err *e)
{
	*plan = arena_take(f->scratch, sizeof **plan);
	if (!*plan)
		return err_set(e, ERR_TOO_LARGE, "a plan");
	return plan_for(f, q, *plan, e) && plan_tbs(f, *plan, tbs, e);
}

/* Good octets, and a plan that the profile allows: tried on the state that would follow. */
static bool check_random(const struct flow *f, const struct fields *out, struct err *e)
{
	uint8_t             octets[32];
	struct buf          b = BUF_ON(octets);
	struct flow_request then = f->request[f->round];
	struct plan        *plan;
	struct bytes        tbs;

	if (!hex_decode(&b, fields_get(out, "random")) || b.len != 20)
		return err_set(e, ERR_FLOW_FIELD, "random");
	then.random = buf_bytes(&b);
	then.time = f->clock_now;
	return vet_issuer(f, then.parsed, e) && make_tbs(f, &then, &plan, &tbs, e);
}

/* The profile's no is the answer to the request; a token that does not answer is not. */
static bool is_profiles_no(const struct err *why)
{
	return why->id == ERR_REQUEST_ISSUER || strncmp(err_text_of(why->id)->name, "ERR_PROFILE_", 12) == 0;
}

static bool apply_random(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_request *r = &f->request[f->round];
	uint8_t              octets[32];
	struct buf           b = BUF_ON(octets);
	struct plan         *plan;
	struct bytes         tbs;

	MUST(hex_decode(&b, fields_get(data, "random")));
	r->random = arena_copy(f->arena, buf_bytes(&b));
	r->time = f->time;
	if (!r->random.p)
		return err_set(e, ERR_TOO_LARGE, "a serial number");
	if (!make_tbs(f, r, &plan, &tbs, e)) /* check_random has made the same */
		return false;
	r->tbs = arena_copy(f->arena, tbs);
	r->sig = plan->sig;
	return r->tbs.p || err_set(e, ERR_TOO_LARGE, "a certificate");
}

static const char *const decisions[] = { "approve", "sign it", "reject", "do not sign it" };

/* Refused by the profile here, not by the parser before. */
static bool was_not_allowed(const struct flow *f)
{
	return f->request[f->round].refused && f->request[f->round].der.p;
}

/* Renewal: the same key again; re-key: the same subject with another key (RFC 3647 4.6, 4.7). */
static void row_before(const struct flow *f, struct prompt *p, const struct plan *plan)
{
	const struct ledger_cert *c = vet_same_key(f, plan->key.spki);
	const char               *label = "Renewal of";
	uint8_t                   text[4 * NAME_MAX_DER];
	struct buf                subject = BUF_ON(text);
	char                      end[24];

	if (!c) {
		name_put(&subject, &plan->subject);
		c = buf_ok(&subject) ? vet_same_subject(f, buf_bytes(&subject)) : NULL;
		label = "New key for";
	}
	if (c)
		prompt_row(p, label, say(f, "%s of ceremony %u, %s %s", c->name, c->ceremony,
		                         c->revoked ? "revoked" : "valid to", utc_str(end, c->revoked ? c->revoked_at : c->not_after)))
			->mark = true;
	const struct flow_request *twin = vet_same_name(f, f->round);
	if (twin)
		prompt_row(p, "The same name", say(f, "%s of this ceremony", twin->file))->mark = true;
}

static void prompt_review(const struct flow *f, struct prompt *p)
{
	const struct flow_request *r = &f->request[f->round];
	struct plan               *plan = arena_take(f->scratch, sizeof *plan);
	struct err                 why = { 0 };

	struct ask *a = prompt_ask(p, ASK_CHOICE, say(f, "decision.%u", f->round + 1), "Decision");
	a->choice = decisions;
	a->num_choices = 2;
	MUST(plan && plan_for(f, r, plan, &why)); /* check_random has made the same */
	struct digest d = hash_of(HASH_SHA256, r->tbs);
	p->text = "What was asked, what the profile says, and what will be signed. Differences are marked.";
	row_before(f, p, plan); /* first of all: whether this is somebody who is known */
	prompt_existing(f, p);
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
	COPIES_TURNS,
	{ .name = "random", .flags = TURN_VERDICT, .role = ROLE_ADMINISTRATOR, .rounds = num_requests, .when = request_taken, .op = OP_TOKEN_RANDOM, .ask = ask_random, .check = check_random, .apply = apply_random, .refuse = request_refuse, .verdict = is_profiles_no },
	{ .name = "not-allowed", .role = ROLE_OFFICER, .rounds = num_requests, .when = was_not_allowed, .prompt = prompt_request_refused },
	{ .name = "review", .role = ROLE_OFFICER, .rounds = num_requests, .when = request_taken, .title = "Review the certificate for {file}", .prompt = prompt_review, .apply = apply_review },
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

	p->text = "The root key signs each approved certificate once. What is signed cannot be taken back, only revoked.";
	p->irreversible = true;
	for (size_t i = 0; i < f->num_requests; i++)
		if (f->request[i].approved && ++n <= ROWS_SHOWN)
			prompt_row(p, say(f, "Certificate %u", n), f->request[i].subject);
	if (n > ROWS_SHOWN)
		prompt_row(p, "And more", say(f, "%u certificates in all", n));
	prompt_officers(f, p);
}

static bool ask_sign(const struct flow *f, struct fields *in, struct err *e)
{
	const struct flow_request *r = &f->request[f->round];

	(void)e;
	return sign_fields(f, in, r->sig, "certificate", r->tbs);
}

/* The plan is made again: what was signed is read back and compared with it. */
static bool check_sign(const struct flow *f, const struct fields *out, struct err *e)
{
	const struct flow_request *r = &f->request[f->round];
	struct plan               *plan;
	struct bytes               tbs, der;

	if (!make_tbs(f, r, &plan, &tbs, e))
		return false;
	MUST(bytes_equal(tbs, r->tbs));
	return certificate_of(f, plan, &f->root.key, out, &der, e);
}

static bool apply_sign(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_request *r = &f->request[f->round];
	struct bytes         signature, der;

	if (!fields_get_base64(&signature, f->scratch, data, "signature"))
		return err_set(e, ERR_FLOW_FIELD, "signature");
	if (!certificate_join(&der, f->scratch, r->tbs, r->sig, signature, e))
		return false; /* check_sign has read and verified it */
	r->cert = arena_copy(f->arena, der);
	f->certified[f->num_certs++] = f->round;
	return r->cert.p || err_set(e, ERR_TOO_LARGE, "a certificate");
}

static const struct turn sign_turns[] = {
	{ .name = "agree", .role = ROLE_OFFICER, .when = any_approved, .title = "Sign the certificates", .two = true, .prompt = prompt_sign },
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
