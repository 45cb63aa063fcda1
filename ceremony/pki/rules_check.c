/* rules_check.c: what the value of one extension must hold; see rules_check.h and rules.c. */
#include "ceremony/pki/rules_check.h"

static const char malformed[] = "is not well-formed";

const char *rules_is_sound(enum oid id, struct bytes value)
{
	struct ext_constraints constraints;
	struct ext_partition   partition;
	struct ext_basic       basic;
	struct ext_list        list;
	struct bytes           key_id;
	uint16_t               bits;
	bool                   good = true;

	switch (id) {
	case OID_EXT_BC: good = ext_get_basic(&basic, value); break;
	case OID_EXT_KU: good = ext_get_usage(&bits, value); break;
	case OID_EXT_SKI: good = ext_get_subject_id(&key_id, value); break;
	case OID_EXT_EKU:
	case OID_EXT_CP:
	case OID_EXT_CRLDP:
	case OID_EXT_AIA: good = ext_get_list(&list, id, value); break;
	case OID_EXT_IDP: good = ext_get_partition(&partition, value); break;
	case OID_EXT_NC: good = ext_get_constraints(&constraints, value); break;
	default: break;
	}
	return good ? NULL : malformed;
}

/* ---- basicConstraints, keyUsage, identifiers ------------------------------- */

const char *rules_is_ca(struct bytes value)
{
	struct ext_basic v;

	if (!ext_get_basic(&v, value))
		return malformed;
	return v.ca ? NULL : "does not say CA:TRUE";
}

const char *rules_is_no_ca(struct bytes value)
{
	struct ext_basic v;

	if (!ext_get_basic(&v, value))
		return malformed;
	return v.ca ? "says CA:TRUE" : NULL;
}

const char *rules_has_no_pathlen(struct bytes value)
{
	struct ext_basic v;

	if (!ext_get_basic(&v, value))
		return malformed;
	return v.has_pathlen ? "has a pathlen, which a root should not" : NULL;
}

const char *rules_may_sign_certificates(struct bytes value)
{
	uint16_t bits;

	if (!ext_get_usage(&bits, value))
		return malformed;
	return bits & USAGE_KEY_CERT_SIGN ? NULL : "does not say keyCertSign";
}

const char *rules_is_ca_usage(struct bytes value)
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

const char *rules_is_responder_usage(struct bytes value)
{
	uint16_t bits;

	if (!ext_get_usage(&bits, value))
		return malformed;
	return bits == USAGE_DIGITAL_SIGNATURE ? NULL : "is not digitalSignature alone";
}

const char *rules_is_key_id_only(struct bytes value)
{
	struct bytes id;

	return ext_get_authority_id(&id, value) ? NULL : "does not hold a key identifier alone";
}

const char *rules_is_null(struct bytes value)
{
	return bytes_equal(value, BYTES_LIT("\x05\x00")) ? NULL : "is not NULL";
}

/* ---- extendedKeyUsage ------------------------------------------------------- */

/* What must be among the purposes, and what beside it may not be, or (only) alone may. */
struct purposes {
	enum oid must;     /* OID_UNKNOWN: nothing */
	enum oid other[6]; /* up to OID_UNKNOWN */
	bool     only;     /* `other` are those that may, not those that may not */
	const char *lacks, *has;
};

static bool is_among(enum oid id, const enum oid *list)
{
	for (; *list != OID_UNKNOWN; list++)
		if (*list == id)
			return true;
	return false;
}

static const char *purposes_are(struct bytes value, const struct purposes *want)
{
	struct ext_list list;
	bool            there = want->must == OID_UNKNOWN;

	if (!ext_get_list(&list, OID_EXT_EKU, value))
		return malformed;
	for (size_t i = 0; i < list.num; i++) {
		enum oid id = oid_find(list.item[i].oid);
		if (id != OID_UNKNOWN && id == want->must)
			there = true;
		else if (is_among(id, want->other) != want->only)
			return want->has;
	}
	return there ? NULL : want->lacks;
}

/* Chrome Root Program 1.8, 1.3.2 and CCADB 6.3: serverAuth and no other. */
const char *rules_is_server_auth(struct bytes value)
{
	static const struct purposes want = { OID_EKU_SERVER_AUTH, { OID_UNKNOWN }, true, "is not exactly serverAuth",
		                              "is not exactly serverAuth" };

	return purposes_are(value, &want);
}

const char *rules_is_not_for_tls(struct bytes value)
{
	static const struct purposes want = {
		OID_UNKNOWN,
		{ OID_EKU_SERVER_AUTH, OID_EKU_OCSP_SIGNING, OID_EKU_ANY, OID_EKU_PRECERT_SIGNING, OID_UNKNOWN },
		false,
		"",
		"names one of serverAuth, OCSPSigning, anyExtendedKeyUsage and precertSigning",
	};

	return purposes_are(value, &want);
}

/* SMC018: from 2027-07-01 nothing but clientAuth beside it. */
const char *rules_is_for_mail(struct bytes value)
{
	static const struct purposes want = { OID_EKU_EMAIL,
		                              { OID_EKU_CLIENT_AUTH, OID_UNKNOWN },
		                              true,
		                              "does not name emailProtection",
		                              "names another purpose than emailProtection and clientAuth" };

	return purposes_are(value, &want);
}

/* OCSPSigning makes of a CA a responder for the one above it, that nobody can revoke (RFC 6960 4.2.2.2). */
const char *rules_is_for_code(struct bytes value)
{
	static const struct purposes want = {
		OID_EKU_CODE_SIGNING,
		{ OID_EKU_TIME_STAMPING, OID_EKU_SERVER_AUTH, OID_EKU_EMAIL, OID_EKU_ANY, OID_EKU_OCSP_SIGNING, OID_UNKNOWN },
		false,
		"does not name codeSigning",
		"names one of timeStamping, serverAuth, emailProtection, anyExtendedKeyUsage and OCSPSigning",
	};

	return purposes_are(value, &want);
}

const char *rules_is_for_time(struct bytes value)
{
	static const struct purposes want = {
		OID_EKU_TIME_STAMPING,
		{ OID_EKU_CODE_SIGNING, OID_EKU_SERVER_AUTH, OID_EKU_EMAIL, OID_EKU_ANY, OID_EKU_OCSP_SIGNING, OID_UNKNOWN },
		false,
		"does not name timeStamping",
		"names one of codeSigning, serverAuth, emailProtection, anyExtendedKeyUsage and OCSPSigning",
	};

	return purposes_are(value, &want);
}

const char *rules_is_for_ocsp(struct bytes value)
{
	static const struct purposes want = { OID_EKU_OCSP_SIGNING, { OID_UNKNOWN }, true, "is not exactly OCSPSigning",
		                              "is not exactly OCSPSigning" };

	return purposes_are(value, &want);
}

/* ---- certificatePolicies ------------------------------------------------------ */

static bool is_tls(enum oid id)
{
	return id == OID_CP_DV || id == OID_CP_OV || id == OID_CP_IV || id == OID_CP_EV;
}

/* The Legacy generation ended on 2025-07-15. */
static bool is_mail(enum oid id)
{
	return id == OID_CP_SMIME_MV_MULTI || id == OID_CP_SMIME_MV_STRICT || id == OID_CP_SMIME_OV_MULTI ||
	       id == OID_CP_SMIME_OV_STRICT || id == OID_CP_SMIME_SV_MULTI || id == OID_CP_SMIME_SV_STRICT ||
	       id == OID_CP_SMIME_IV_MULTI || id == OID_CP_SMIME_IV_STRICT;
}

static bool is_code(enum oid id)
{
	return id == OID_CP_CODE || id == OID_CP_EV_CODE;
}

static bool is_time(enum oid id)
{
	return id == OID_CP_TIMESTAMP;
}

/* Qualifiers, anyPolicy, and how many of the identifiers that are reserved. */
static const char *count_policies(struct ext_list *list, size_t *num, struct bytes value, bool (*is)(enum oid id))
{
	*num = 0;
	if (!ext_get_list(list, OID_EXT_CP, value))
		return malformed;
	for (size_t i = 0; i < list->num; i++) {
		enum oid id = oid_find(list->item[i].oid);
		if (list->item[i].odd)
			return "has a qualifier that is not a CPS pointer";
		if (id == OID_CP_ANY && list->num > 1)
			return "names anyPolicy beside another one";
		*num += is(id);
	}
	return NULL;
}

static bool is_any_alone(const struct ext_list *list)
{
	return list->num == 1 && oid_find(list->item[0].oid) == OID_CP_ANY;
}

static const char *is_any_or(struct bytes value, bool (*is)(enum oid id), const char *else_why)
{
	struct ext_list list;
	size_t          num;
	const char     *why = count_policies(&list, &num, value, is);

	return why ? why : is_any_alone(&list) || num ? NULL : else_why;
}

const char *rules_has_single_policies(struct bytes value)
{
	struct ext_list list;

	if (!ext_get_list(&list, OID_EXT_CP, value))
		return malformed;
	for (size_t i = 0; i < list.num; i++)
		for (size_t k = 0; k < i; k++)
			if (bytes_equal(list.item[i].oid, list.item[k].oid))
				return "names a policy twice";
	return NULL;
}

const char *rules_is_tls_policy(struct bytes value)
{
	struct ext_list list;
	size_t          num;
	const char     *why = count_policies(&list, &num, value, is_tls);

	if (why || is_any_alone(&list))
		return why;
	return num == 1 && is_tls(oid_find(list.item[0].oid)) ? NULL
	                                                       : "does not begin with the one reserved policy identifier";
}

const char *rules_is_cross_policy(struct bytes value)
{
	struct ext_list list;
	size_t          num;
	const char     *why = count_policies(&list, &num, value, is_tls);

	if (why || is_any_alone(&list))
		return why;
	return is_tls(oid_find(list.item[0].oid)) ? NULL : "does not begin with a reserved policy identifier";
}

const char *rules_is_not_tls_policy(struct bytes value)
{
	struct ext_list list;
	size_t          num;
	const char     *why = count_policies(&list, &num, value, is_tls);

	return why ? why : num ? "names a policy that is reserved for TLS" : NULL;
}

const char *rules_is_mail_policy(struct bytes value)
{
	return is_any_or(value, is_mail, "names neither anyPolicy nor a multipurpose or strict S/MIME policy");
}

const char *rules_is_code_policy(struct bytes value)
{
	return is_any_or(value, is_code, "names neither anyPolicy nor a policy that is reserved for code signing");
}

const char *rules_is_time_policy(struct bytes value)
{
	return is_any_or(value, is_time, "names neither anyPolicy nor the policy that is reserved for time stamping");
}

/* ---- places ---------------------------------------------------------------------- */

static bool is_http(struct bytes uri)
{
	return bytes_starts(uri, "http://") && uri.len > 7 && !strchr("/:?#@", uri.p[7]);
}

const char *rules_is_http_point(struct bytes value)
{
	struct ext_list list;

	if (!ext_get_list(&list, OID_EXT_CRLDP, value))
		return malformed;
	if (list.num != 1 || list.item[0].odd)
		return "is not one distribution point with one URI";
	return is_http(list.item[0].uri) ? NULL : "has a URI that is not http";
}

const char *rules_is_http_access(struct bytes value)
{
	struct ext_list list;

	if (!ext_get_list(&list, OID_EXT_AIA, value))
		return malformed;
	for (size_t i = 0; i < list.num; i++) {
		enum oid method = oid_find(list.item[i].oid);
		if (method != OID_AD_OCSP && method != OID_AD_CA_ISSUERS)
			return "names an access method that is neither OCSP nor caIssuers";
		if (list.item[i].odd || !is_http(list.item[i].uri))
			return "has a location that is not an http URI";
	}
	return NULL;
}

const char *rules_is_http_issuer(struct bytes value)
{
	struct ext_list list;
	const char     *why = rules_is_http_access(value);

	if (why || !ext_get_list(&list, OID_EXT_AIA, value))
		return why;
	for (size_t i = 0; i < list.num; i++)
		if (oid_find(list.item[i].oid) == OID_AD_CA_ISSUERS)
			return NULL;
	return "does not say where the issuer's certificate is (caIssuers)";
}

/* A list of one part of the certificates, named by the very URI that these carry. */
const char *rules_is_partition(struct bytes value)
{
	struct ext_partition v;

	if (!ext_get_partition(&v, value))
		return malformed;
	if (v.indirect || v.only_attributes)
		return "says indirectCRL or onlyContainsAttributeCerts";
	if (v.only_users && v.only_cas)
		return "says both onlyContainsUserCerts and onlyContainsCACerts";
	if (v.odd || v.uri.len == 0)
		return "does not name one URI: a full list does without it (CCADB 6.2)";
	return is_http(v.uri) ? NULL : "has a URI that is not http";
}

/* ---- nameConstraints --------------------------------------------------------------- */

const char *rules_has_no_bounds(struct bytes value)
{
	struct ext_constraints c;

	if (!ext_get_constraints(&c, value))
		return malformed;
	for (size_t i = 0; i < c.num; i++)
		if (c.item[i].odd)
			return "has a minimum or a maximum";
	return NULL;
}

static bool is_zeros(struct bytes a, size_t len)
{
	static const uint8_t zeros[32];

	return bytes_equal(a, bytes_of(zeros, len));
}

/* DNS, IPv4 and IPv6: each permitted in part, or excluded as a whole. */
const char *rules_is_tls_constraint(struct bytes value)
{
	struct ext_constraints c;
	bool                   dns = false, ip4 = false, ip6 = false, directory = false;

	if (!ext_get_constraints(&c, value))
		return malformed;
	for (size_t i = 0; i < c.num; i++) {
		const struct ext_subtree *x = &c.item[i];
		if (x->tag == NAME_DNS)
			dns = dns || !x->excluded || x->value.len == 0;
		else if (x->tag == NAME_IP && x->value.len == 8)
			ip4 = ip4 || !x->excluded || is_zeros(x->value, 8);
		else if (x->tag == NAME_IP)
			ip6 = ip6 || !x->excluded || is_zeros(x->value, 32);
		else if (x->tag == NAME_DIRECTORY)
			directory = directory || !x->excluded;
		else
			return "constrains a type of name that is not dNSName, iPAddress or directoryName";
	}
	if (!dns)
		return "neither permits a dNSName nor excludes all";
	if (!ip4 || !ip6)
		return "neither permits an iPAddress nor excludes all, of both versions";
	return directory ? NULL : "permits no directoryName";
}

/* A host, or all below it; never one mailbox. */
const char *rules_is_mail_constraint(struct bytes value)
{
	struct ext_constraints c;

	if (!ext_get_constraints(&c, value))
		return malformed;
	for (size_t i = 0; i < c.num; i++) {
		struct bytes host = c.item[i].value;
		if (c.item[i].tag == NAME_DIRECTORY)
			continue;
		if (c.item[i].tag != NAME_MAIL)
			return "constrains a type of name that is not rfc822Name or directoryName";
		if (!ext_is_host(host.len && host.p[0] == '.' ? bytes_skip(host, 1) : host))
			return "has an rfc822Name that is not a host or .host";
	}
	return NULL;
}
