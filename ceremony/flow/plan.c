/* plan.c: what will be signed, derived from the state: when the octets for it are known, and again to compare. */
#include "ceremony/flow/plans.h"

#include <stdlib.h>

#include "ceremony/flow/kinds.h"
#include "ceremony/flow/series.h"
#include "ceremony/pki/lint.h"

const struct script_step *step_of_kind(const struct flow *f, const struct step_kind *kind)
{
	for (size_t i = 0; i < f->script->num_steps; i++)
		if (f->script->step[i].kind == kind)
			return &f->script->step[i];
	bug(__FILE__, __LINE__, kind->name);
}

const struct script_step *script_crl_step(const struct script *s)
{
	for (size_t i = 0; i < s->num_steps; i++)
		if (s->step[i].kind == &step_kind_crl)
			return &s->step[i];
	return NULL;
}

unsigned script_shards(const struct script *s, const struct script_step *review)
{
	const struct script_step *crl = script_crl_step(s);
	unsigned                  own = (unsigned)script_number(review, "shards");

	return own || !crl ? own : (unsigned)script_number(crl, "shards");
}

bool script_root_fits(const struct script *s, const struct script_step *step, bool subject, struct err *e)
{
	struct bytes          name = script_param(step, "profile");
	const struct profile *p = script_profile(s, name);
	struct key            k = { 0 };
	struct err            why = { 0 };
	enum sig_alg          ignored;

	for (size_t i = 0; i < s->num_steps; i++) {
		if (s->step[i].kind != &step_kind_root_key)
			continue;
		MUST(key_alg_by_name(&k.alg, &k.bits, script_param(&s->step[i], "algorithm")));
		if ((!subject || profile_takes_key(p, &k, &why)) && profile_sig(&ignored, p, &k, &why))
			return true;
		return err_set(e, why.id, "[step %s] under %.*s: %s", step->id, (int)name.len, (const char *)name.p,
		               why.detail);
	}
	return true;
}

bool script_root_could_be(const struct script *s, struct err *e)
{
	static const uint8_t      random[20] = { 1 };
	const struct script_step *key = NULL, *step = NULL;
	struct key                k = { .spki = BYTES_LIT("to be made"), .exponent = BYTES_LIT("\1\0\1") };
	struct err                why = { 0 };

	for (size_t i = 0; i < s->num_steps; i++) {
		key = s->step[i].kind == &step_kind_root_key ? &s->step[i] : key;
		step = s->step[i].kind == &step_kind_root_certificate ? &s->step[i] : step;
	}
	if (!key || !step)
		return true;
	struct arena      room = arena_new((size_t)1 << 20);
	struct plan      *plan = room.p ? arena_take(&room, sizeof *plan) : NULL;
	struct plan_input in = { .subject_text = script_param(step, "subject"), .key = &k, .random = bytes_of(random, sizeof random), .rehearsal = s->rehearsal };
	const struct profile *p = script_profile(s, script_param(step, "profile"));
	MUST(key_alg_by_name(&k.alg, &k.bits, script_param(key, "algorithm")));
	bool ok = plan ? profile_sig(&in.sig, p, &k, &why) && profile_check(plan, &room, p, &in, &why) : err_set(&why, ERR_NO_MEMORY, "a plan");
	arena_free(&room);
	return ok || err_set(e, why.id, "[step %s]: %s", step->id, why.detail);
}

bool script_profile_suits(const struct script *s, const struct script_step *step, enum profile_use use, struct err *e)
{
	struct err why = { 0 };

	return profile_suits(script_profile(s, script_param(step, "profile")), use, &why) ||
	       err_set(e, why.id, "[step %s]: %s", step->id, why.detail);
}

bool flow_plan_root(const struct flow *f, struct plan *out, struct err *e)
{
	const struct script_step *s = step_of_kind(f, &step_kind_root_certificate);
	const struct profile     *p = script_profile(f->script, script_param(s, "profile"));
	struct plan_input         in = {
		        .subject_text = script_param(s, "subject"),
		        .key = &f->root.key,
		        .random = f->root_random,
		        .now = f->root_time,
		        .rehearsal = f->rehearsal,
	};

	return profile_sig(&in.sig, p, &f->root.key, e) && profile_check(out, f->scratch, p, &in, e);
}

/* The root's certificate, in f->scratch; NULL and e filled if there is no room for it. */
static const struct certificate *root_certificate(const struct flow *f, struct err *e)
{
	struct certificate *c = arena_take(f->scratch, sizeof *c);

	if (!c)
		return (void)err_set(e, ERR_TOO_LARGE, "a certificate"), NULL;
	return certificate_parse(c, f->root_cert, e) ? c : NULL;
}

static bool root_issuer(const struct flow *f, struct issuer *out, struct err *e)
{
	const struct certificate *c = root_certificate(f, e);

	return c && issuer_of(out, c, e);
}

bool plan_for(const struct flow *f, const struct flow_request *q, struct plan *out, struct err *e)
{
	const struct script_step *s = step_of_kind(f, &step_kind_review);
	struct issuer            *issuer = arena_take(f->scratch, sizeof *issuer);

	if (!issuer)
		return err_set(e, ERR_TOO_LARGE, "a request");
	if (!root_issuer(f, issuer, e))
		return false;
	const struct profile *p = script_profile(f->script, script_param(s, "profile"));
	struct plan_input     in = {
		.request = q->parsed,
		.existing = q->existing_cert,
		.issuer = issuer,
		.random = q->random,
		.now = q->time,
		.rehearsal = f->rehearsal,
		.shards = script_shards(f->script, s),
	};
	return profile_sig(&in.sig, p, &issuer->key, e) && profile_check(out, f->scratch, p, &in, e);
}

/* What signs itself has no issuer but itself. */
static bool issuer_for(const struct flow *f, const struct plan *plan, const struct certificate **issuer, struct err *e)
{
	*issuer = bytes_equal(plan->issuer.der, plan->subject.der) ? NULL : root_certificate(f, e);
	return *issuer || bytes_equal(plan->issuer.der, plan->subject.der);
}

bool plan_tbs(const struct flow *f, const struct plan *plan, struct bytes *tbs, struct err *e)
{
	const struct certificate *issuer;

	return issuer_for(f, plan, &issuer, e) && certificate_tbs(tbs, f->scratch, plan, e) &&
	       lint_tbs(f->scratch, *tbs, plan, issuer, e);
}

bool flow_plan_request(const struct flow *f, size_t i, struct plan *out, struct err *e)
{
	return plan_for(f, &f->request[i], out, e);
}

/* ---- the revocation list ---- */

static void add_entry(struct crl_entry *entry, size_t *num, struct bytes serial, uint8_t reason, int64_t date, int64_t invalidity)
{
	struct crl_entry *out = &entry[(*num)++];

	*out = (struct crl_entry){ .serial_len = (uint8_t)serial.len, .reason = reason, .date = date, .invalidity = invalidity };
	memcpy(out->serial, serial.p, serial.len);
}

static int by_serial(const void *a, const void *b)
{
	const struct crl_entry *x = a, *y = b;

	if (x->serial_len != y->serial_len)
		return x->serial_len < y->serial_len ? -1 : 1;
	return memcmp(x->serial, y->serial, x->serial_len);
}

bool entry_is_over(const struct flow *f, const struct ledger_cert *c)
{
	return ledger_is_over(f->before, c);
}

/* All that was revoked before and now. None is dropped, but one that had expired already when
 * the last list was made: it has stood on a list after its expiry (BR 7.2). */
static bool crl_entries(const struct flow *f, struct crl_plan *plan, struct err *e)
{
	struct crl_entry *entry = arena_take(f->scratch, (f->before->num_certs + 1) * sizeof *entry);
	size_t            num = 0;

	if (!entry)
		return err_set(e, ERR_TOO_LARGE, "a revocation list");
	for (const struct ledger_cert *c = f->before->cert; c; c = c->next)
		if (c->revoked && !entry_is_over(f, c))
			add_entry(entry, &num, c->serial, c->reason, c->revoked_at, c->invalidity);
	for (unsigned i = 0; i < f->num_revocations; i++)
		add_entry(entry, &num, f->revocation[i].cert->serial, f->revocation[i].reason, f->revocation[i].date, 0);
	qsort(entry, num, sizeof *entry, by_serial);
	plan->entry = entry;
	plan->num_entries = num;
	return true;
}

static const struct profile *crl_profile(const struct flow *f)
{
	return script_profile(f->script, script_param(step_of_kind(f, &step_kind_crl), "profile"));
}

bool plan_root_name(const struct flow *f, struct bytes *out, struct err *e)
{
	const struct certificate *c = root_certificate(f, e);

	if (c)
		*out = c->subject.der;
	return c;
}

bool plan_crl_allows(const struct flow *f, const struct crl_plan *plan, struct err *e)
{
	return profile_crl_check(crl_profile(f), plan, e);
}

bool plan_crl_header(const struct flow *f, unsigned i, struct crl_plan *out, struct err *e)
{
	const struct profile *p = crl_profile(f);
	struct issuer        *issuer = arena_take(f->scratch, sizeof *issuer);
	struct crl_plan       plan = { .number = crl_number_plus(f->crl_number, i + 1), .this_update = series_from(f, i) };

	if (!issuer)
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	if (!root_issuer(f, issuer, e) || !profile_sig(&plan.sig, p, &issuer->key, e))
		return false;
	plan.issuer = issuer->name;
	memcpy(plan.key_id, issuer->key_id, KEY_ID_LEN);
	if (!profile_crl_next(&plan.next_update, p, plan.this_update, e))
		return false;
	*out = plan;
	return true;
}

bool flow_plan_crl(const struct flow *f, unsigned i, struct crl_plan *out, struct err *e)
{
	struct crl_plan plan;

	if (!plan_crl_header(f, i, &plan, e) || !crl_entries(f, &plan, e) || !plan_crl_allows(f, &plan, e))
		return false;
	*out = plan;
	return true;
}

bool plan_crl_tbs(const struct flow *f, const struct crl_plan *plan, struct bytes *tbs, struct err *e)
{
	const struct certificate *issuer = root_certificate(f, e);

	return issuer && crl_tbs(tbs, f->scratch, plan, e) &&
	       lint_crl_tbs(f->scratch, *tbs, plan, issuer, profile_claims(crl_profile(f)), e);
}

bool crl_of(const struct flow *f, const struct crl_plan *plan, const struct fields *out, struct bytes *der, struct err *e)
{
	const struct certificate *issuer = root_certificate(f, e);
	struct crl               *c = arena_take(f->scratch, sizeof *c);
	struct bytes              tbs, signature;

	if (!issuer)
		return false;
	if (!c)
		return err_set(e, ERR_TOO_LARGE, "a revocation list");
	if (!fields_get_base64(&signature, f->scratch, out, "signature"))
		return err_set(e, ERR_FLOW_FIELD, "signature");
	return crl_tbs(&tbs, f->scratch, plan, e) && crl_join(der, f->scratch, tbs, plan->sig, signature, e) &&
	       crl_parse(c, *der, e) && crl_matches(c, plan, e) && crl_verify(c, &f->root.key, e) &&
	       lint_crl_signed(c, issuer, profile_claims(crl_profile(f)), e);
}

bool sign_fields(const struct flow *f, struct fields *in, enum sig_alg sig, const char *purpose, struct bytes message)
{
	fields_str(in, "id", f->root.id);
	fields_str(in, "algorithm", sig_name(sig));
	fields_str(in, "purpose", purpose);
	fields_base64(in, "message", message);
	return !in->failed;
}

void plan_rows(struct prompt *p, const struct plan *plan)
{
	for (size_t i = 0; i < plan->num_rows && p->num_rows < PROMPT_MAX_ROWS; i++) {
		const struct plan_row *from = &plan->row[i];
		p->row[p->num_rows++] = (struct row){ .label = from->field,
			                              .value = from->will_be,
			                              .asked = from->asked,
			                              .allowed = from->profile,
			                              .source = from->source,
			                              .mark = from->differs };
	}
}

static bool joined(const struct flow *f, const struct plan *plan, const struct fields *out, struct bytes *der, struct err *e)
{
	struct bytes tbs, signature;

	if (!fields_get_base64(&signature, f->scratch, out, "signature"))
		return err_set(e, ERR_FLOW_FIELD, "signature");
	return certificate_tbs(&tbs, f->scratch, plan, e) &&
	       certificate_join(der, f->scratch, tbs, plan->sig, signature, e);
}

/* The certificate of a plan and the signature in a result: joined, read again with the
 * decoder, compared field by field, verified under the issuer's key, linted. */
bool certificate_of(const struct flow *f, const struct plan *plan, const struct key *issuer, const struct fields *out,
                    struct bytes *der, struct err *e)
{
	struct certificate       *c = arena_take(f->scratch, sizeof *c);
	const struct certificate *above;

	if (!c)
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	return issuer_for(f, plan, &above, e) && joined(f, plan, out, der, e) &&
	       certificate_parse(c, *der, e) && certificate_matches(c, plan, e) && certificate_verify(c, issuer, e) &&
	       lint_signed(c, above, plan->claims, e);
}
