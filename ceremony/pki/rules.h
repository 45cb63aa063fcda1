/* rules.h: what the standards demand, as tables that profiles and finished certificates
 * are both held to.
 *
 * The facts are those of the CA/Browser Forum's TLS Baseline Requirements 2.2.6 ("BR"), S/MIME
 * Baseline Requirements 1.0.10 ("S/MIME BR"), Code Signing Baseline Requirements 3.10.0 ("Code
 * Signing BR") and of RFC 5280; docs/formats/profile.md lists them. */
#pragma once

#include "ceremony/pki/lint.h"

/* A set of rules that something may claim to follow. */
enum claim {
	CLAIM_RFC5280 = 1 << 0,
	CLAIM_CA = 1 << 1,         /* RFC 5280 for certificates that say CA:TRUE */
	CLAIM_BR = 1 << 2,         /* what BR 7.1 says of every certificate: names, keys, serial numbers */
	CLAIM_BR_ROOT = 1 << 3,    /* BR 7.1.2.1 */
	CLAIM_BR_SUBCA = 1 << 4,   /* BR 7.1.2.6 */
	CLAIM_BR_CRL = 1 << 5,     /* BR 7.2 */
	CLAIM_BR_CROSS = 1 << 6,   /* BR 7.1.2.2: another CA's certificate over a key that has one */
	CLAIM_BR_NONTLS = 1 << 7,  /* BR 7.1.2.3: constrained by its purposes, not for TLS */
	CLAIM_BR_TC = 1 << 8,      /* BR 7.1.2.5: beside CLAIM_BR_SUBCA: constrained by names */
	CLAIM_BR_OCSP = 1 << 9,    /* BR 7.1.2.8 */
	CLAIM_SMIME_ROOT = 1 << 10, /* S/MIME BR 7.1.2.1 */
	CLAIM_SMIME_SUBCA = 1 << 11, /* S/MIME BR 7.1.2.2 */
	CLAIM_CODE_ROOT = 1 << 12, /* Code Signing BR 7.1.2.1 */
	CLAIM_CODE_SUBCA = 1 << 13, /* Code Signing BR 7.1.2.2, for code */
	CLAIM_TIME_SUBCA = 1 << 14, /* Code Signing BR 7.1.2.2, for time stamps */
	CLAIM_SIGNATURE = 1 << 15, /* no set of rules: the signature is to be verified, too */
};

/* Those of a root, of a CA under another one, of both, and of S/MIME and of code signing. */
#define CLAIMS_ROOT  (CLAIM_BR_ROOT | CLAIM_SMIME_ROOT | CLAIM_CODE_ROOT)
#define CLAIMS_SUBCA (CLAIM_BR_SUBCA | CLAIM_BR_CROSS | CLAIM_BR_NONTLS | CLAIM_SMIME_SUBCA | CLAIM_CODE_SUBCA | CLAIM_TIME_SUBCA)
#define CLAIMS_CA    (CLAIMS_ROOT | CLAIMS_SUBCA)
#define CLAIMS_SMIME (CLAIM_SMIME_ROOT | CLAIM_SMIME_SUBCA)
#define CLAIMS_CODE  (CLAIM_CODE_ROOT | CLAIM_CODE_SUBCA | CLAIM_TIME_SUBCA)

#define ROOT_MIN_DAYS 2922 /* BR 7.1.2.1.1 */
#define ROOT_MAX_DAYS 9132
#define CRL_MAX_MONTHS 12  /* BR 7.2, 4.9.7 */
#define RSA_MIN_BITS  2048 /* BR 6.1.5 */
#define RSA_MIN_SMIME 4096 /* S/MIME BR 6.1.5, for CA keys made after 2026-09-15 (SMC017) */
#define RSA_MIN_CODE  4096 /* Code Signing BR 6.1.5.1 */
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
/* rules_rsa_min: how many bits an RSA key has at the least under these claims. */
unsigned rules_rsa_min(unsigned claims);

/* rules_country_is_assigned: an ISO 3166-1 code, or XX, which stands for none (BR 7.1.4.2). */
bool rules_country_is_assigned(struct bytes code);
