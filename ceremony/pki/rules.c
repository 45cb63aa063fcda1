/* rules.c: see rules.h. The checks that the table names are in rules_check.c. */
#include "ceremony/pki/rules.h"

#include <stdarg.h>
#include <stdio.h>

#include "ceremony/pki/rules_check.h"

void finding_add(struct findings *f, const char *rule, const char *clause, const char *fmt, ...)
{
	if (f->num < f->max) {
		struct lint_finding *x = &f->out[f->num];
		va_list              ap;
		x->rule = rule;
		x->clause = clause;
		va_start(ap, fmt);
		if (vsnprintf(x->reason, sizeof x->reason, fmt, ap) < 0)
			x->reason[0] = 0;
		va_end(ap);
	}
	f->num++;
}

/* ---- the table ---------------------------------------------------------- */

enum presence { MAY, MUST_BE, MUST_NOT };
enum critical { EITHER, CRITICAL, PLAIN };

static const struct ext_rule {
	const char   *name, *clause;
	unsigned      claims; /* any of them */
	enum oid      id;
	enum presence presence;
	enum critical critical;
	const char *(*check)(struct bytes value); /* may be NULL */
} ext_rules[] = {
	{ "ca-basic-constraints", "RFC 5280 4.2.1.9", CLAIM_CA, OID_EXT_BC, MUST_BE, CRITICAL, rules_is_ca },
	{ "ca-key-usage", "RFC 5280 4.2.1.3", CLAIM_CA, OID_EXT_KU, MUST_BE, CRITICAL, rules_may_sign_certificates },
	{ "ca-subject-key-id", "RFC 5280 4.2.1.2", CLAIM_CA, OID_EXT_SKI, MUST_BE, PLAIN, NULL },
	{ "ca-name-constraints", "RFC 5280 4.2.1.10", CLAIM_CA, OID_EXT_NC, MAY, CRITICAL, rules_has_no_bounds },
	{ "authority-key-id-critical", "RFC 5280 4.2.1.1", CLAIM_RFC5280, OID_EXT_AKI, MAY, PLAIN, NULL },
	{ "subject-key-id-critical", "RFC 5280 4.2.1.2", CLAIM_RFC5280, OID_EXT_SKI, MAY, PLAIN, NULL },
	{ "policies-twice", "RFC 5280 4.2.1.4", CLAIM_RFC5280, OID_EXT_CP, MAY, EITHER, rules_has_single_policies },
	{ "access-critical", "RFC 5280 4.2.2.1", CLAIM_RFC5280, OID_EXT_AIA, MAY, PLAIN, NULL },
	{ "subject-access-critical", "RFC 5280 4.2.2.2", CLAIM_RFC5280, OID_EXT_SIA, MAY, PLAIN, NULL },
	{ "directory-attributes-critical", "RFC 5280 4.2.1.8", CLAIM_RFC5280, OID_EXT_SUBJECT_DIRECTORY, MAY, PLAIN, NULL },
	{ "policy-mappings-critical", "RFC 5280 4.2.1.5", CLAIM_RFC5280, OID_EXT_POLICY_MAPPINGS, MAY, CRITICAL, NULL },
	{ "policy-constraints-critical", "RFC 5280 4.2.1.11", CLAIM_RFC5280, OID_EXT_POLICY_CONSTRAINTS, MAY, CRITICAL, NULL },
	{ "inhibit-any-critical", "RFC 5280 4.2.1.14", CLAIM_RFC5280, OID_EXT_INHIBIT_ANY, MAY, CRITICAL, NULL },
	{ "freshest-crl-critical", "RFC 5280 4.2.1.15", CLAIM_RFC5280, OID_EXT_FRESHEST_CRL, MAY, PLAIN, NULL },
	{ "no-check", "RFC 6960 4.2.2.2.1", CLAIM_RFC5280, OID_EXT_OCSP_NOCHECK, MAY, PLAIN, rules_is_null },

	{ "br-key-usage", "BR 7.1.2.10.7", CLAIMS_CA, OID_EXT_KU, MUST_BE, CRITICAL, rules_is_ca_usage },

	{ "root-pathlen", "BR 7.1.2.1.4", CLAIMS_ROOT, OID_EXT_BC, MUST_BE, CRITICAL, rules_has_no_pathlen },
	{ "root-authority-key-id", "BR 7.1.2.1.3", CLAIMS_ROOT, OID_EXT_AKI, MAY, PLAIN, rules_is_key_id_only },
	{ "root-crl-points", "BR 7.1.2.11.2", CLAIMS_ROOT, OID_EXT_CRLDP, MUST_NOT, EITHER, NULL },
	{ "root-access", "BR 7.1.2.1.2", CLAIMS_ROOT, OID_EXT_AIA, MUST_NOT, EITHER, NULL },
	{ "root-ext-key-usage", "BR 7.1.2.1.2", CLAIM_BR_ROOT, OID_EXT_EKU, MUST_NOT, EITHER, NULL },
	{ "root-policies", "BR 7.1.2.1.2", CLAIM_BR_ROOT, OID_EXT_CP, MUST_NOT, EITHER, NULL },
	{ "root-name-constraints", "BR 7.1.2.1.2", CLAIMS_ROOT, OID_EXT_NC, MUST_NOT, EITHER, NULL },
	{ "smime-root-ext-key-usage", "S/MIME BR 7.1.2.1", CLAIM_SMIME_ROOT, OID_EXT_EKU, MUST_NOT, EITHER, NULL },
	{ "smime-root-policies", "S/MIME BR 7.1.2.1", CLAIM_SMIME_ROOT, OID_EXT_CP, MUST_NOT, EITHER, NULL },
	{ "code-root-ext-key-usage", "Code Signing BR 7.1.2.1", CLAIM_CODE_ROOT, OID_EXT_EKU, MUST_NOT, EITHER, NULL },
	{ "code-root-policies", "Code Signing BR 7.1.2.1", CLAIM_CODE_ROOT, OID_EXT_CP, MUST_NOT, EITHER, NULL },

	{ "subca-authority-key-id", "BR 7.1.2.11.1", CLAIMS_SUBCA, OID_EXT_AKI, MUST_BE, PLAIN, rules_is_key_id_only },
	{ "subca-crl-points", "BR 7.1.2.11.2", CLAIMS_SUBCA, OID_EXT_CRLDP, MUST_BE, PLAIN, rules_is_http_point },
	{ "subca-access", "BR 7.1.2.10.3", CLAIMS_SUBCA & ~CLAIMS_CODE, OID_EXT_AIA, MAY, PLAIN, rules_is_http_access },
	{ "subca-name-constraints", "BR 7.1.2.10.8", CLAIMS_SUBCA, OID_EXT_NC, MAY, CRITICAL, rules_has_no_bounds },
	{ "subca-ext-key-usage", "BR 7.1.2.10.6", CLAIM_BR_SUBCA, OID_EXT_EKU, MUST_BE, PLAIN, rules_is_server_auth },
	{ "subca-policies", "BR 7.1.2.10.5", CLAIM_BR_SUBCA, OID_EXT_CP, MUST_BE, PLAIN, rules_is_tls_policy },
	{ "tc-name-constraints", "BR 7.1.2.5.2", CLAIM_BR_TC, OID_EXT_NC, MUST_BE, CRITICAL, rules_is_tls_constraint },
	{ "cross-ext-key-usage", "BR 7.1.2.2.3", CLAIM_BR_CROSS, OID_EXT_EKU, MUST_BE, PLAIN, rules_is_server_auth },
	{ "cross-policies", "BR 7.1.2.2.6", CLAIM_BR_CROSS, OID_EXT_CP, MUST_BE, PLAIN, rules_is_cross_policy },
	{ "nontls-ext-key-usage", "BR 7.1.2.3.3", CLAIM_BR_NONTLS, OID_EXT_EKU, MUST_BE, PLAIN, rules_is_not_for_tls },
	{ "nontls-policies", "BR 7.1.2.3.2", CLAIM_BR_NONTLS, OID_EXT_CP, MAY, PLAIN, rules_is_not_tls_policy },
	{ "smime-ext-key-usage", "S/MIME BR 7.1.2.2", CLAIM_SMIME_SUBCA, OID_EXT_EKU, MUST_BE, PLAIN, rules_is_for_mail },
	{ "smime-policies", "S/MIME BR 7.1.6.3", CLAIM_SMIME_SUBCA, OID_EXT_CP, MUST_BE, PLAIN, rules_is_mail_policy },
	{ "smime-name-constraints", "S/MIME BR 7.1.5", CLAIM_SMIME_SUBCA, OID_EXT_NC, MAY, CRITICAL, rules_is_mail_constraint },
	{ "code-ext-key-usage", "Code Signing BR 7.1.2.2", CLAIM_CODE_SUBCA, OID_EXT_EKU, MUST_BE, PLAIN, rules_is_for_code },
	{ "code-policies", "Code Signing BR 7.1.6.3", CLAIM_CODE_SUBCA, OID_EXT_CP, MUST_BE, PLAIN, rules_is_code_policy },
	{ "time-ext-key-usage", "Code Signing BR 7.1.2.2", CLAIM_TIME_SUBCA, OID_EXT_EKU, MUST_BE, PLAIN, rules_is_for_time },
	{ "time-policies", "Code Signing BR 7.1.6.3", CLAIM_TIME_SUBCA, OID_EXT_CP, MUST_BE, PLAIN, rules_is_time_policy },
	{ "code-access", "Code Signing BR 7.1.2.2", CLAIM_CODE_SUBCA | CLAIM_TIME_SUBCA, OID_EXT_AIA, MUST_BE, PLAIN, rules_is_http_issuer },

	{ "ocsp-authority-key-id", "BR 7.1.2.8", CLAIM_BR_OCSP, OID_EXT_AKI, MUST_BE, PLAIN, rules_is_key_id_only },
	{ "ocsp-ext-key-usage", "BR 7.1.2.8", CLAIM_BR_OCSP, OID_EXT_EKU, MUST_BE, PLAIN, rules_is_for_ocsp },
	{ "ocsp-no-check", "BR 7.1.2.8", CLAIM_BR_OCSP, OID_EXT_OCSP_NOCHECK, MUST_BE, PLAIN, rules_is_null },
	{ "ocsp-key-usage", "BR 7.1.2.8", CLAIM_BR_OCSP, OID_EXT_KU, MUST_BE, CRITICAL, rules_is_responder_usage },
	{ "ocsp-basic-constraints", "BR 7.1.2.8", CLAIM_BR_OCSP, OID_EXT_BC, MAY, CRITICAL, rules_is_no_ca },
	{ "ocsp-subject-key-id", "BR 7.1.2.8", CLAIM_BR_OCSP, OID_EXT_SKI, MAY, PLAIN, NULL },
	{ "ocsp-name-constraints", "BR 7.1.2.8", CLAIM_BR_OCSP, OID_EXT_NC, MUST_NOT, EITHER, NULL },
	{ "ocsp-alternative-name", "BR 7.1.2.8", CLAIM_BR_OCSP, OID_EXT_SAN, MUST_NOT, EITHER, NULL },
	{ "ocsp-crl-points", "BR 7.1.2.8", CLAIM_BR_OCSP, OID_EXT_CRLDP, MUST_NOT, EITHER, NULL },
	{ "ocsp-policies", "BR 7.1.2.8", CLAIM_BR_OCSP, OID_EXT_CP, MUST_NOT, EITHER, NULL },
	{ "ocsp-access", "BR 7.1.2.8", CLAIM_BR_OCSP, OID_EXT_AIA, MUST_NOT, EITHER, NULL },

	{ "crl-partition-critical", "RFC 5280 5.2.5", CLAIM_RFC5280, OID_EXT_IDP, MAY, CRITICAL, NULL },
	{ "crl-partition", "BR 7.2.2.1", CLAIM_BR_CRL, OID_EXT_IDP, MAY, CRITICAL, rules_is_partition },
	{ "crl-authority-key-id", "BR 7.2.2", CLAIM_BR_CRL, OID_EXT_AKI, MUST_BE, PLAIN, NULL },
	{ "crl-number", "BR 7.2.2", CLAIM_BR_CRL, OID_EXT_CRL_NUMBER, MUST_BE, PLAIN, NULL },
};

/* Claims under which what the table does not name may not be there at all. */
static const struct closed {
	unsigned    claims;
	const char *name, *clause;
} closed[] = {
	{ CLAIMS_ROOT,   "root-other-extension",  "BR 7.1.2.11.5" },
	{ CLAIMS_SUBCA,  "subca-other-extension", "BR 7.1.2.11.5" },
	{ CLAIM_BR_OCSP, "ocsp-other-extension",  "BR 7.1.2.8"    },
	{ CLAIM_BR_CRL,  "crl-other-extension",   "BR 7.2.2"      },
};

static void note(const struct ext **who, const struct findings *f, const struct ext *x)
{
	if (who && f->num == 0)
		*who = x;
}

static void hold(struct findings *f, const struct ext_rule *r, const struct ext *x, const struct ext **who)
{
	const char *name = oid_name(r->id), *why = NULL;

	if (!x && r->presence == MUST_BE)
		why = "is missing";
	else if (x && r->presence == MUST_NOT)
		why = "must not be there";
	else if (x && r->critical == CRITICAL && !x->critical)
		why = "is not critical";
	else if (x && r->critical == PLAIN && x->critical)
		why = "is critical";
	else if (x && r->presence != MUST_NOT)
		why = r->check ? r->check(x->value) : rules_is_sound(x->id, x->value);
	if (!why)
		return;
	note(who, f, x);
	finding_add(f, r->name, r->clause, "%s %s", name, why);
}

/* Those of RFC 5280 for CAs are the ground on which the BR's lists of CAs stand. */
static bool is_named(unsigned claims, enum oid id)
{
	unsigned also = claims & CLAIMS_CA ? CLAIM_CA : 0;

	for (size_t i = 0; i < COUNT_OF(ext_rules); i++)
		if (ext_rules[i].id == id && (ext_rules[i].claims & (claims | also)))
			return true;
	return false;
}

/* Under any claim, and whether a rule names the extension or not: what is in it is what RFC 5280 4.2 lets it hold. */
static void hold_form(struct findings *f, const struct ext *x, const struct ext **who)
{
	if (ext_is_formed(x->id, x->value))
		return;
	note(who, f, x);
	finding_add(f, "extension-form", "RFC 5280 4.2", "%s is not well-formed", oid_name(x->id));
}

void rules_extensions(struct findings *f, unsigned claims, const struct ext *ext, size_t num_exts,
                      const struct ext **who)
{
	if (who)
		*who = NULL;
	for (size_t i = 0; i < COUNT_OF(ext_rules); i++)
		if (ext_rules[i].claims & claims)
			hold(f, &ext_rules[i], ext_find(ext, num_exts, ext_rules[i].id), who);
	for (size_t n = 0; n < num_exts; n++)
		hold_form(f, &ext[n], who);
	for (size_t i = 0; i < COUNT_OF(closed); i++) {
		if (!(closed[i].claims & claims))
			continue;
		for (size_t n = 0; n < num_exts; n++) {
			if (is_named(closed[i].claims & claims, ext[n].id))
				continue;
			note(who, f, &ext[n]);
			finding_add(f, closed[i].name, closed[i].clause, "%s has no place here", oid_name(ext[n].id));
		}
	}
}

/* ISO 3166-1 alpha-2, the officially assigned ones. */
static const char countries[] =
	"ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCD"
	"CFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGF"
	"GGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKN"
	"KPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNA"
	"NCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSI"
	"SJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVI"
	"VNVUWFWSYEYTZAZMZW";

/* ---- names -------------------------------------------------------------- */

static const struct {
	enum oid type;
	bool     allowed; /* in a CA's name (BR 7.1.2.10.2) */
} attr_order[] = {
	{ OID_AT_DC, false },    { OID_AT_C, true },       { OID_AT_ST, true },  { OID_AT_L, true },
	{ OID_AT_POSTAL_CODE, true }, { OID_AT_STREET, true }, { OID_AT_O, true },   { OID_AT_SN, false },
	{ OID_AT_GN, false },    { OID_AT_OU, false },     { OID_AT_CN, true },
};

unsigned rules_attr_rank(enum oid type)
{
	for (unsigned i = 0; i < COUNT_OF(attr_order); i++)
		if (attr_order[i].type == type)
			return i + 1;
	return 0;
}

bool rules_attr_is_allowed(enum oid type)
{
	unsigned rank = rules_attr_rank(type);

	return rank && attr_order[rank - 1].allowed;
}

/* ---- keys and countries --------------------------------------------------- */

unsigned rules_rsa_min(unsigned claims)
{
	if (claims & CLAIMS_CODE)
		return RSA_MIN_CODE;
	return claims & CLAIMS_SMIME ? RSA_MIN_SMIME : RSA_MIN_BITS;
}

bool rules_country_is_assigned(struct bytes code)
{
	for (size_t i = 0; i + 1 < sizeof countries; i += 2)
		if (code.len == 2 && memcmp(countries + i, code.p, 2) == 0)
			return true;
	return bytes_is(code, "XX");
}
