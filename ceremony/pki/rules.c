/* rules.c: see rules.h. A check returns why not, or NULL. */
#include "ceremony/pki/rules.h"

#include <stdarg.h>
#include <stdio.h>

#include "ceremony/pki/ext.h"

static const char malformed[] = "is not well-formed";

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

/* ---- what an extension holds -------------------------------------------- */

static const char *is_ca(struct bytes value)
{
	struct ext_basic v;

	if (!ext_get_basic(&v, value))
		return malformed;
	return v.ca ? NULL : "does not say CA:TRUE";
}

static const char *has_no_pathlen(struct bytes value)
{
	struct ext_basic v;

	if (!ext_get_basic(&v, value))
		return malformed;
	return v.has_pathlen ? "has a pathlen, which a root should not" : NULL;
}

static const char *may_sign_certificates(struct bytes value)
{
	uint16_t bits;

	if (!ext_get_usage(&bits, value))
		return malformed;
	return bits & USAGE_KEY_CERT_SIGN ? NULL : "does not say keyCertSign";
}

static const char *is_ca_usage(struct bytes value)
{
	const uint16_t must = USAGE_KEY_CERT_SIGN | USAGE_CRL_SIGN;
	uint16_t       bits;

	if (!ext_get_usage(&bits, value))
		return malformed;
	if ((bits & must) != must)
		return "does not say both keyCertSign and cRLSign";
	return bits & ~(must | USAGE_DIGITAL_SIGNATURE)
	               ? "says more than keyCertSign, cRLSign and digitalSignature"
	               : NULL;
}

static const char *is_subject_id(struct bytes value)
{
	struct bytes id;

	return ext_get_subject_id(&id, value) ? NULL : malformed;
}

static const char *is_key_id_only(struct bytes value)
{
	struct bytes id;

	return ext_get_authority_id(&id, value) ? NULL : "does not hold a key identifier alone";
}

static const char *is_server_auth_only(struct bytes value)
{
	struct ext_list list;

	if (!ext_get_list(&list, OID_EXT_EKU, value))
		return malformed;
	if (list.num != 1 || oid_find(list.item[0].oid) != OID_EKU_SERVER_AUTH)
		return "is not exactly serverAuth";
	return NULL;
}

static bool is_reserved_policy(struct bytes oid)
{
	enum oid id = oid_find(oid);

	return id == OID_CP_DV || id == OID_CP_OV || id == OID_CP_IV || id == OID_CP_EV;
}

static const char *is_tls_policy(struct bytes value)
{
	struct ext_list list;
	size_t          reserved = 0;

	if (!ext_get_list(&list, OID_EXT_CP, value))
		return malformed;
	for (size_t i = 0; i < list.num; i++) {
		if (list.item[i].odd)
			return "has a qualifier that is not a CPS pointer";
		if (oid_find(list.item[i].oid) == OID_CP_ANY && list.num > 1)
			return "names anyPolicy beside another one";
		reserved += is_reserved_policy(list.item[i].oid);
	}
	if (oid_find(list.item[0].oid) == OID_CP_ANY)
		return NULL;
	if (reserved != 1 || !is_reserved_policy(list.item[0].oid))
		return "does not begin with the one reserved policy identifier";
	return NULL;
}

static const char *is_http_points(struct bytes value)
{
	struct ext_list list;

	if (!ext_get_list(&list, OID_EXT_CRLDP, value))
		return malformed;
	if (list.num != 1 || list.item[0].odd)
		return "is not one distribution point with one URI";
	return bytes_starts(list.item[0].uri, "http://") ? NULL : "has a URI that is not http";
}

static const char *is_http_accesses(struct bytes value)
{
	struct ext_list list;

	if (!ext_get_list(&list, OID_EXT_AIA, value))
		return malformed;
	for (size_t i = 0; i < list.num; i++) {
		enum oid method = oid_find(list.item[i].oid);
		if (method != OID_AD_OCSP && method != OID_AD_CA_ISSUERS)
			return "names an access method that is neither OCSP nor caIssuers";
		if (list.item[i].odd || !bytes_starts(list.item[i].uri, "http://"))
			return "has a location that is not an http URI";
	}
	return NULL;
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
	{ "ca-basic-constraints", "RFC 5280 4.2.1.9", CLAIM_CA, OID_EXT_BC, MUST_BE, CRITICAL, is_ca },
	{ "ca-key-usage", "RFC 5280 4.2.1.3", CLAIM_CA, OID_EXT_KU, MUST_BE, CRITICAL, may_sign_certificates },
	{ "ca-subject-key-id", "RFC 5280 4.2.1.2", CLAIM_CA, OID_EXT_SKI, MUST_BE, PLAIN, is_subject_id },
	{ "authority-key-id-critical", "RFC 5280 4.2.1.1", CLAIM_RFC5280, OID_EXT_AKI, MAY, PLAIN, NULL },
	{ "access-critical", "RFC 5280 4.2.2.1", CLAIM_RFC5280, OID_EXT_AIA, MAY, PLAIN, NULL },

	{ "br-key-usage", "BR 7.1.2.10.7", CLAIM_BR_ROOT | CLAIM_BR_SUBCA, OID_EXT_KU, MUST_BE, CRITICAL, is_ca_usage },

	{ "root-pathlen", "BR 7.1.2.1.4", CLAIM_BR_ROOT, OID_EXT_BC, MUST_BE, CRITICAL, has_no_pathlen },
	{ "root-authority-key-id", "BR 7.1.2.1.3", CLAIM_BR_ROOT, OID_EXT_AKI, MAY, PLAIN, is_key_id_only },
	{ "root-ext-key-usage", "BR 7.1.2.1.2", CLAIM_BR_ROOT, OID_EXT_EKU, MUST_NOT, EITHER, NULL },
	{ "root-policies", "BR 7.1.2.1.2", CLAIM_BR_ROOT, OID_EXT_CP, MUST_NOT, EITHER, NULL },
	{ "root-crl-points", "BR 7.1.2.11.2", CLAIM_BR_ROOT, OID_EXT_CRLDP, MUST_NOT, EITHER, NULL },
	{ "root-access", "BR 7.1.2.1.2", CLAIM_BR_ROOT, OID_EXT_AIA, MUST_NOT, EITHER, NULL },

	{ "subca-authority-key-id", "BR 7.1.2.11.1", CLAIM_BR_SUBCA, OID_EXT_AKI, MUST_BE, PLAIN, is_key_id_only },
	{ "subca-ext-key-usage", "BR 7.1.2.10.6", CLAIM_BR_SUBCA, OID_EXT_EKU, MUST_BE, PLAIN, is_server_auth_only },
	{ "subca-policies", "BR 7.1.2.10.5", CLAIM_BR_SUBCA, OID_EXT_CP, MUST_BE, PLAIN, is_tls_policy },
	{ "subca-crl-points", "BR 7.1.2.11.2", CLAIM_BR_SUBCA, OID_EXT_CRLDP, MUST_BE, PLAIN, is_http_points },
	{ "subca-access", "BR 7.1.2.10.3", CLAIM_BR_SUBCA, OID_EXT_AIA, MAY, PLAIN, is_http_accesses },
	{ "subca-name-constraints", "BR 7.1.2.10.8", CLAIM_BR_SUBCA, OID_EXT_NC, MAY, CRITICAL, NULL },

	{ "crl-authority-key-id", "BR 7.2.2", CLAIM_BR_CRL, OID_EXT_AKI, MUST_BE, PLAIN, NULL },
	{ "crl-number", "BR 7.2.2", CLAIM_BR_CRL, OID_EXT_CRL_NUMBER, MUST_BE, PLAIN, NULL },
};

/* Claims under which what the table does not name may not be there at all. */
static const struct closed {
	unsigned    claim;
	const char *name, *clause;
} closed[] = {
	{ CLAIM_BR_ROOT,  "root-other-extension",  "BR 7.1.2.11.5" },
	{ CLAIM_BR_SUBCA, "subca-other-extension", "BR 7.1.2.11.5" },
	{ CLAIM_BR_CRL,   "crl-other-extension",   "BR 7.2.2"      },
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
	else if (x && r->check)
		why = r->check(x->value);
	if (!why)
		return;
	note(who, f, x);
	finding_add(f, r->name, r->clause, "%s %s", name, why);
}

/* Those of RFC 5280 for CAs are the ground on which the BR's lists stand. */
static bool is_named(unsigned claim, enum oid id)
{
	unsigned also = claim == CLAIM_BR_CRL ? 0 : CLAIM_CA;

	for (size_t i = 0; i < COUNT_OF(ext_rules); i++)
		if (ext_rules[i].id == id && (ext_rules[i].claims & (claim | also)))
			return true;
	return false;
}

void rules_extensions(struct findings *f, unsigned claims, const struct ext *ext, size_t num_exts,
                      const struct ext **who)
{
	if (who)
		*who = NULL;
	for (size_t i = 0; i < COUNT_OF(ext_rules); i++)
		if (ext_rules[i].claims & claims)
			hold(f, &ext_rules[i], ext_find(ext, num_exts, ext_rules[i].id), who);
	for (size_t i = 0; i < COUNT_OF(closed); i++) {
		if (!(closed[i].claim & claims))
			continue;
		for (size_t n = 0; n < num_exts; n++) {
			if (is_named(closed[i].claim, ext[n].id))
				continue;
			note(who, f, &ext[n]);
			finding_add(f, closed[i].name, closed[i].clause, "%s has no place here", oid_name(ext[n].id));
		}
	}
}

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
