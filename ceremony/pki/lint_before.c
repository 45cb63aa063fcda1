/* lint_before.c: the second half of lint.h: what is about to be signed, and what has just been. */
#include "ceremony/pki/lint.h"

#include "ceremony/pki/rules.h"
#include "ceremony/pki/rehearse.h"

/* What stands in the place of the signature: one by a throwaway key. What can be wrong with signatures hangs on the kind of
 * the issuer's key and on the algorithm, and on nothing else that is signed: so the first thing of each is linted as a whole,
 * signature and all, under the throwaway key, and the same octets stand in those that follow. */
struct stand_in {
	enum key_alg kind;
	unsigned     bits;
	struct bytes exponent; /* of RSA */
	uint8_t      exponent_octets[16];
	enum sig_alg sig;
	uint8_t      signature[SIG_MAX];
	size_t       len; /* 0: a free place */
};

static struct stand_in stand_ins[8]; /* in turn, where there are more */

static bool stands_for(const struct stand_in *s, const struct key *issuer, enum sig_alg sig)
{
	return s->len && s->kind == issuer->alg && s->bits == issuer->bits && s->sig == sig && bytes_equal(s->exponent, issuer->exponent);
}

/* Remembers it, once nothing was found. */
static void keep(const struct key *issuer, enum sig_alg sig, struct bytes signature)
{
	static size_t    next;
	struct stand_in *s = &stand_ins[next++ % COUNT_OF(stand_ins)];

	*s = (struct stand_in){ .kind = issuer->alg, .bits = issuer->bits, .sig = sig };
	if (issuer->exponent.len > sizeof s->exponent_octets)
		return; /* and makes another one the next time */
	memcpy(s->exponent_octets, issuer->exponent.p, issuer->exponent.len);
	s->exponent = bytes_of(s->exponent_octets, issuer->exponent.len);
	memcpy(s->signature, signature.p, signature.len);
	s->len = signature.len;
}

/* The signature that stands in; *fresh, and *key in `a`, if it is one over this very tbs. */
static bool stand_in(struct buf *signature, struct key *key, bool *fresh, struct arena *a, const struct key *issuer, enum sig_alg sig,
                     struct bytes tbs, struct err *e)
{
	struct err why = { 0 };

	*fresh = false;
	for (size_t i = 0; i < COUNT_OF(stand_ins); i++) {
		if (!stands_for(&stand_ins[i], issuer, sig))
			continue;
		buf_put(signature, bytes_of(stand_ins[i].signature, stand_ins[i].len));
		return true;
	}
	*fresh = true;
	if (rehearse_sign(key, signature, a, issuer, sig, tbs, &why))
		return true;
	return why.id == ERR_SIGNATURE_BAD ? err_set(e, ERR_PROFILE_LINT, "signature: %s: RFC 5280 6.1.3", why.detail)
	                                   : err_set(e, why.id, "%s", why.detail);
}

bool lint_refuse(const struct lint_finding *finding, struct err *e)
{
	return err_set(e, ERR_PROFILE_LINT, "%s: %s: %s", finding->rule, finding->reason, finding->clause);
}

static bool refuse(const struct lint_finding *first, size_t num, struct err *e)
{
	return num == 0 || lint_refuse(first, e);
}

bool lint_tbs_all(struct lint_finding *out, size_t max, size_t *num, struct arena *a, struct bytes tbs, const struct plan *plan,
                  const struct certificate *issuer, struct err *e)
{
	struct certificate *c = arena_take(a, sizeof *c), *signer = arena_take(a, sizeof *signer);
	const struct key   *by = issuer ? &issuer->key : &plan->key;
	uint8_t             octets[SIG_MAX];
	struct buf          signature = BUF_ON(octets);
	struct key          key;
	struct bytes        der;
	bool                fresh;

	if (!c || !signer)
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	if (!stand_in(&signature, &key, &fresh, a, by, plan->sig, tbs, e) ||
	    !certificate_join(&der, a, tbs, plan->sig, buf_bytes(&signature), e) || !certificate_parse(c, der, e) ||
	    !certificate_matches(c, plan, e))
		return false;
	if (!fresh) {
		*num = lint_certificate_under(out, max, c, issuer ? issuer : c, plan->claims);
		return true;
	}
	*signer = issuer ? *issuer : *c;
	signer->key = key;
	*num = lint_certificate_under(out, max, c, signer, plan->claims | CLAIM_SIGNATURE);
	if (*num == 0)
		keep(by, plan->sig, buf_bytes(&signature));
	return true;
}

bool lint_tbs(struct arena *a, struct bytes tbs, const struct plan *plan, const struct certificate *issuer, struct err *e)
{
	struct lint_finding first;
	size_t              num = 0;

	return lint_tbs_all(&first, 1, &num, a, tbs, plan, issuer, e) && refuse(&first, num, e);
}

bool lint_signed(const struct certificate *c, const struct certificate *issuer, unsigned claims, struct err *e)
{
	struct lint_finding first;

	return refuse(&first, lint_certificate_under(&first, 1, c, issuer ? issuer : c, claims), e);
}

bool lint_crl_tbs(struct arena *a, struct bytes tbs, const struct crl_plan *plan, const struct certificate *issuer,
                  unsigned claims, struct err *e)
{
	struct crl         *c = arena_take(a, sizeof *c);
	struct certificate *signer = arena_take(a, sizeof *signer);
	struct lint_finding first;
	uint8_t             octets[SIG_MAX];
	struct buf          signature = BUF_ON(octets);
	struct key          key;
	struct bytes        der;
	bool                fresh;

	MUST(issuer);
	if (!c || !signer)
		return err_set(e, ERR_TOO_LARGE, "a revocation list");
	if (!stand_in(&signature, &key, &fresh, a, &issuer->key, plan->sig, tbs, e) ||
	    !crl_join(&der, a, tbs, plan->sig, buf_bytes(&signature), e) || !crl_parse(c, der, e) || !crl_matches(c, plan, e))
		return false;
	if (!fresh)
		return refuse(&first, lint_crl_under(&first, 1, c, issuer, claims), e);
	*signer = *issuer;
	signer->key = key;
	if (!refuse(&first, lint_crl_under(&first, 1, c, signer, claims | CLAIM_SIGNATURE), e))
		return false;
	keep(&issuer->key, plan->sig, buf_bytes(&signature));
	return true;
}

bool lint_crl_signed(const struct crl *c, const struct certificate *issuer, unsigned claims, struct err *e)
{
	struct lint_finding first;

	return refuse(&first, lint_crl_under(&first, 1, c, issuer, claims), e);
}
