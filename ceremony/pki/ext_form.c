/* ext_form.c: whether what stands in an extension has its extension's form (RFC 5280 4.2), whatever it says: of a request, of
 * which more is legal than we write and the readers of ext.c take. */
#include "ceremony/pki/ext_names.h"

/* A list that is not empty, of elements of that tag, each of whose contents is formed. */
static bool is_list(struct bytes in, unsigned tag, bool (*is_formed)(struct bytes content))
{
	struct bytes content;

	if (in.len == 0)
		return false;
	while (in.len)
		if (!der_get(&in, tag, &content) || !is_formed(content))
			return false;
	return true;
}

static bool is_sequence_of(struct bytes value, unsigned tag, bool (*is_formed)(struct bytes content))
{
	struct bytes in;

	return der_get(&value, DER_SEQUENCE, &in) && value.len == 0 && is_list(in, tag, is_formed);
}

#define RETAGGED 64 /* octets, of which two are the header's; what is longer is no number here */

/* What stands under an IMPLICIT tag, as the universal type that it is; nothing, if it is too long. */
static struct bytes as_type(uint8_t out[RETAGGED], uint8_t tag, struct bytes content)
{
	if (content.len > RETAGGED - 2)
		return bytes_of(NULL, 0);
	out[0] = tag;
	out[1] = (uint8_t)content.len;
	memcpy(out + 2, content.p, content.len);
	return bytes_of(out, content.len + 2);
}

/* OPTIONAL [n] INTEGER (0..MAX): eaten where it is there. */
static bool eat_number(struct bytes *in, unsigned tag, size_t *num)
{
	struct bytes content, number;
	uint8_t      octets[RETAGGED];

	if (!der_next_is(*in, tag))
		return true;
	if (!der_get(in, tag, &content))
		return false;
	number = as_type(octets, DER_INTEGER, content);
	(*num)++;
	return der_get_unsigned(&number, &content) && number.len == 0;
}

/* ---- policies ------------------------------------------------------------ */

/* DisplayText. */
static bool eat_text(struct bytes *in)
{
	static const unsigned tags[] = { DER_IA5_STRING, DER_VISIBLE_STRING, DER_BMP_STRING, DER_UTF8_STRING };
	struct bytes          text;

	for (size_t i = 0; i < COUNT_OF(tags); i++)
		if (der_next_is(*in, tags[i]))
			return der_get(in, tags[i], &text) && text.len;
	return false;
}

static bool is_notice(struct bytes value)
{
	struct bytes in, reference, numbers, number;

	if (!der_get(&value, DER_SEQUENCE, &in) || value.len)
		return false;
	if (der_next_is(in, DER_SEQUENCE)) {
		if (!der_get(&in, DER_SEQUENCE, &reference) || !eat_text(&reference) ||
		    !der_get(&reference, DER_SEQUENCE, &numbers) || reference.len)
			return false;
		while (numbers.len)
			if (!der_get_integer(&numbers, &number))
				return false;
	}
	return in.len == 0 || (eat_text(&in) && in.len == 0);
}

static bool is_qualifier(struct bytes in)
{
	struct bytes oid, uri, content;
	unsigned     tag;

	if (!der_get(&in, DER_OID, &oid))
		return false;
	if (oid_find(oid) == OID_QT_CPS) /* IA5 without blanks and controls */
		return der_get(&in, DER_IA5_STRING, &uri) && in.len == 0 && ext_is_general_name(NAME_DNS, uri, uri);
	if (oid_find(oid) == OID_QT_NOTICE)
		return is_notice(in);
	return der_get_any(&in, &tag, &content, NULL) && in.len == 0;
}

static bool is_policy(struct bytes in)
{
	struct bytes oid;

	return der_get(&in, DER_OID, &oid) && (in.len == 0 || is_sequence_of(in, DER_SEQUENCE, is_qualifier));
}

/* No policy stands twice (4.2.1.4). */
static bool is_policies(struct bytes value)
{
	struct bytes in, policy, oid, rest, other, its;

	if (!is_sequence_of(value, DER_SEQUENCE, is_policy) || !der_get(&value, DER_SEQUENCE, &in))
		return false;
	while (in.len) {
		MUST(der_get(&in, DER_SEQUENCE, &policy) && der_get(&policy, DER_OID, &oid));
		for (rest = in; rest.len;) {
			MUST(der_get(&rest, DER_SEQUENCE, &other) && der_get(&other, DER_OID, &its));
			if (bytes_equal(oid, its))
				return false;
		}
	}
	return true;
}

/* anyPolicy is mapped neither from nor to (4.2.1.5). */
static bool is_mapping(struct bytes in)
{
	struct bytes from, to;

	return der_get(&in, DER_OID, &from) && der_get(&in, DER_OID, &to) && in.len == 0 && oid_find(from) != OID_CP_ANY &&
	       oid_find(to) != OID_CP_ANY;
}

static bool is_policy_constraints(struct bytes value)
{
	struct bytes in;
	size_t       num = 0;

	return der_get(&value, DER_SEQUENCE, &in) && value.len == 0 && eat_number(&in, DER_CONTEXT(0), &num) &&
	       eat_number(&in, DER_CONTEXT(1), &num) && in.len == 0 && num;
}

static bool is_skip(struct bytes value)
{
	struct bytes number;

	return der_get_unsigned(&value, &number) && value.len == 0;
}

/* ---- names and places ---------------------------------------------------- */

static bool is_access(struct bytes in)
{
	struct bytes oid, content, whole;
	unsigned     tag;

	return der_get(&in, DER_OID, &oid) && der_get_any(&in, &tag, &content, &whole) && in.len == 0 &&
	       ext_is_general_name(tag, content, whole);
}

/* IA5 without controls and blanks; nothing, for all names of the kind. */
static bool is_base_text(struct bytes text)
{
	return text.len == 0 || ext_is_general_name(NAME_DNS, text, text);
}

/* GeneralSubtree: its minimum is 0, which DER leaves out, and a maximum is never there (4.2.1.10). An address has its mask. */
static bool is_subtree(struct bytes in)
{
	struct bytes content, whole;
	unsigned     tag;

	if (!der_get_any(&in, &tag, &content, &whole) || in.len)
		return false;
	switch (tag) {
	case NAME_MAIL:
	case NAME_DNS:
	case NAME_URI: return is_base_text(content);
	case NAME_IP: return content.len == 8 || content.len == 32;
	default: return ext_is_general_name(tag, content, whole);
	}
}

static bool is_constraints(struct bytes value)
{
	struct bytes in, trees;
	bool         any = false;

	if (!der_get(&value, DER_SEQUENCE, &in) || value.len)
		return false;
	for (unsigned tag = DER_CONTEXT_IN(0); tag <= DER_CONTEXT_IN(1); tag++)
		if (der_next_is(in, tag)) {
			if (!der_get(&in, tag, &trees) || !is_list(trees, DER_SEQUENCE, is_subtree))
				return false;
			any = true;
		}
	return any && in.len == 0;
}

static bool is_type_and_value(struct bytes in)
{
	struct bytes oid, content;
	unsigned     tag;

	return der_get(&in, DER_OID, &oid) && der_get_any(&in, &tag, &content, NULL) && in.len == 0;
}

/* DistributionPointName: GeneralNames, or what follows the issuer's name. */
static bool is_point_name(struct bytes in)
{
	struct bytes names;

	if (der_next_is(in, DER_CONTEXT_IN(0)))
		return der_get(&in, DER_CONTEXT_IN(0), &names) && in.len == 0 && ext_is_general_name_list(names);
	return der_get(&in, DER_CONTEXT_IN(1), &names) && in.len == 0 && is_list(names, DER_SEQUENCE, is_type_and_value);
}

static bool is_reasons(struct bytes content)
{
	uint8_t      octets[RETAGGED];
	struct bytes bits = as_type(octets, DER_BIT_STRING, content);
	uint16_t     reasons;

	return der_get_named_bits(&bits, &reasons) && bits.len == 0 && reasons;
}

/* Of reasons alone it must not consist (4.2.1.13). */
static bool is_point(struct bytes in)
{
	struct bytes content;
	bool         says = false;

	if (der_next_is(in, DER_CONTEXT_IN(0))) {
		if (!der_get(&in, DER_CONTEXT_IN(0), &content) || !is_point_name(content))
			return false;
		says = true;
	}
	if (der_next_is(in, DER_CONTEXT(1)) && (!der_get(&in, DER_CONTEXT(1), &content) || !is_reasons(content)))
		return false;
	if (der_next_is(in, DER_CONTEXT_IN(2))) {
		if (!der_get(&in, DER_CONTEXT_IN(2), &content) || !ext_is_general_name_list(content))
			return false;
		says = true;
	}
	return says && in.len == 0;
}

/* Issuer and serial number are both there, or neither (appendix A.2). */
static bool is_authority_id(struct bytes value)
{
	struct bytes in, id, names, serial, number;
	uint8_t      octets[RETAGGED];

	if (!der_get(&value, DER_SEQUENCE, &in) || value.len)
		return false;
	if (der_next_is(in, DER_CONTEXT(0)) && !der_get(&in, DER_CONTEXT(0), &id))
		return false;
	if (in.len == 0)
		return true;
	if (!der_get(&in, DER_CONTEXT_IN(1), &names) || !ext_is_general_name_list(names) ||
	    !der_get(&in, DER_CONTEXT(2), &serial) || in.len)
		return false;
	number = as_type(octets, DER_INTEGER, serial);
	return der_get_integer(&number, &id) && number.len == 0;
}

bool ext_is_formed(enum oid id, struct bytes value)
{
	struct ext_basic basic;
	uint16_t         usage;
	struct bytes     octets;

	switch (id) {
	case OID_UNKNOWN: return true;
	case OID_EXT_BC: return ext_get_basic(&basic, value);
	case OID_EXT_KU: return ext_get_usage(&usage, value);
	case OID_EXT_SKI: return ext_get_subject_id(&octets, value);
	case OID_EXT_SAN:
	case OID_EXT_IAN: return ext_is_general_names(value);
	case OID_EXT_EKU: return ext_is_purposes(value);
	default: break;
	}
	if (!der_is_whole(value))
		return false;
	switch (id) {
	case OID_EXT_CP: return is_policies(value);
	case OID_EXT_POLICY_MAPPINGS: return is_sequence_of(value, DER_SEQUENCE, is_mapping);
	case OID_EXT_AIA:
	case OID_EXT_SIA: return is_sequence_of(value, DER_SEQUENCE, is_access);
	case OID_EXT_CRLDP:
	case OID_EXT_FRESHEST_CRL: return is_sequence_of(value, DER_SEQUENCE, is_point);
	case OID_EXT_NC: return is_constraints(value);
	case OID_EXT_AKI: return is_authority_id(value);
	case OID_EXT_POLICY_CONSTRAINTS: return is_policy_constraints(value);
	case OID_EXT_INHIBIT_ANY: return is_skip(value);
	default: return true;
	}
}
