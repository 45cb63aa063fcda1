/* rules.h: what the standards demand, as tables that profiles and finished certificates
 * are both held to.
 *
 * The facts are those of the CA/Browser Forum's TLS Baseline Requirements 2.2.6 ("BR") and
 * of RFC 5280; docs/formats/profile.md lists them. */
#pragma once

#include "ceremony/pki/lint.h"

/* A set of rules that something may claim to follow. */
enum claim {
	CLAIM_RFC5280 = 1 << 0,
	CLAIM_CA = 1 << 1,      /* RFC 5280 for certificates that say CA:TRUE */
	CLAIM_BR = 1 << 2,      /* BR 7.1 for every CA certificate */
	CLAIM_BR_ROOT = 1 << 3, /* BR 7.1.2.1 */
	CLAIM_BR_SUBCA = 1 << 4, /* BR 7.1.2.6 */
	CLAIM_BR_CRL = 1 << 5,  /* BR 7.2 */
};

#define ROOT_MIN_DAYS 2922 /* BR 7.1.2.1.1 */
#define ROOT_MAX_DAYS 9132
#define CRL_MAX_MONTHS 12  /* BR 7.2, 4.9.7 */
#define RSA_MIN_BITS  2048 /* BR 6.1.5 */
#define SERIAL_MIN    8    /* octets: 64 bits of a generator's output (BR 7.1.2) */

/* Where findings go; more than max are counted, not kept. */
struct findings {
	struct lint_finding *out;
	size_t               max, num;
};

/* finding_add: one more, the reason as printf does. */
void finding_add(struct findings *f, const char *rule, const char *clause, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* rules_extensions: holds a list of extensions to the rules of these claims: presence,
 * criticality, content, and no other extension where a claim says so. `who` (may be NULL)
 * is set to the extension of the first finding, NULL where one is missing. */
void rules_extensions(struct findings *f, unsigned claims, const struct ext *ext, size_t num_exts,
                      const struct ext **who);

/* rules_attr_rank: the place of an attribute in BR 7.1.4.2's order, from 1; 0 if it has none
 * there. rules_attr_is_allowed: whether BR 7.1.2.10.2 lets a CA's name carry it. */
unsigned rules_attr_rank(enum oid type);
bool     rules_attr_is_allowed(enum oid type);
