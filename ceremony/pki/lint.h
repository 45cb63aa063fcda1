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
 * (or is absent) to BR 7.1.2.6, a CRL to BR 7.2, all to RFC 5280. */
size_t lint_certificate(struct lint_finding *out, size_t max, const struct certificate *c, const struct certificate *issuer);
size_t lint_crl(struct lint_finding *out, size_t max, const struct crl *c, const struct certificate *issuer);

/* lint_certificate_under, lint_crl_under: the same under the claims of a profile. */
size_t lint_certificate_under(struct lint_finding *out, size_t max, const struct certificate *c,
                              const struct certificate *issuer, unsigned claims);
size_t lint_crl_under(struct lint_finding *out, size_t max, const struct crl *c, const struct certificate *issuer,
                      unsigned claims);
