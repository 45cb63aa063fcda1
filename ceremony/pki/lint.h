/* lint.h: a linter for certificates and CRLs: a table of rules with their clauses. */
#pragma once

#include "ceremony/pki/crl.h"

struct lint_finding {
	const char *rule;   /* "ca-key-usage-critical" */
	const char *clause; /* "BR 7.1.2.10.7" */
	char        reason[160];
};

/* lint_certificate, lint_crl: writes up to max findings, returns how many there were.
 * `issuer` is the issuing certificate or NULL. Which rules apply is told by the thing
 * itself: a self-issued CA is held to BR 7.1.2.1, a CA whose extendedKeyUsage allows TLS
 * (or is absent) to BR 7.1.2.6, one for e-mail to S/MIME BR 7.1.2.2, one for code or time
 * stamps to Code Signing BR 7.1.2.2, an OCSP responder to BR 7.1.2.8, a CRL to BR 7.2, all to
 * RFC 5280. docs/lint.md tells how this compares with zlint. */
size_t lint_certificate(struct lint_finding *out, size_t max, const struct certificate *c, const struct certificate *issuer);
size_t lint_crl(struct lint_finding *out, size_t max, const struct crl *c, const struct certificate *issuer);

/* lint_certificate_under, lint_crl_under: the same under the claims of a profile; the signature
 * is verified only with CLAIM_SIGNATURE among them. */
size_t lint_certificate_under(struct lint_finding *out, size_t max, const struct certificate *c,
                              const struct certificate *issuer, unsigned claims);
size_t lint_crl_under(struct lint_finding *out, size_t max, const struct crl *c, const struct certificate *issuer,
                      unsigned claims);

/* lint_tbs, lint_crl_tbs: what is about to be signed, before it is: read back, compared with
 * its plan and held to its profile's rules, with a throwaway key's signature (rehearse.h; docs/lint.md). `issuer` is NULL for what
 * signs itself. ERR_PROFILE_LINT names the first finding with its clause. A list has an issuer. */
bool lint_tbs(struct arena *a, struct bytes tbs, const struct plan *plan, const struct certificate *issuer, struct err *e)
	__attribute__((warn_unused_result));
/* lint_tbs_all: the same, with all findings: up to max of them, and how many there were. */
bool lint_tbs_all(struct lint_finding *out, size_t max, size_t *num, struct arena *a, struct bytes tbs, const struct plan *plan,
                  const struct certificate *issuer, struct err *e) __attribute__((warn_unused_result));
/* lint_refuse: a finding as the error that refuses; always false. */
bool lint_refuse(const struct lint_finding *finding, struct err *e) __attribute__((warn_unused_result));
bool lint_crl_tbs(struct arena *a, struct bytes tbs, const struct crl_plan *plan, const struct certificate *issuer,
                  unsigned claims, struct err *e) __attribute__((warn_unused_result));

/* lint_signed, lint_crl_signed: the finished thing, whose signature the caller has verified. */
bool lint_signed(const struct certificate *c, const struct certificate *issuer, unsigned claims, struct err *e)
	__attribute__((warn_unused_result));
bool lint_crl_signed(const struct crl *c, const struct certificate *issuer, unsigned claims, struct err *e)
	__attribute__((warn_unused_result));
