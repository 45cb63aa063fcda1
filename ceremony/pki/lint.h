/* lint.h: a linter for certificates and CRLs: a table of rules with their clauses. */
#pragma once

#include "ceremony/pki/crl.h"

struct lint_finding {
	const char *rule;   /* "ca-key-usage-critical" */
	const char *clause; /* "BR 7.1.2.10.7" */
	char        reason[160];
};

/* lint_certificate, lint_crl: writes up to max findings, returns how many there were.
 * `issuer` is the issuing certificate or NULL. */
size_t lint_certificate(struct lint_finding *out, size_t max, const struct certificate *c, const struct certificate *issuer);
size_t lint_crl(struct lint_finding *out, size_t max, const struct crl *c, const struct certificate *issuer);
