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

/* OPTIONAL elements with tags in that order, and nothing else; how many there are, or -1. */
static int num_optional(struct bytes in, const unsigned *tags, size_t num)
{
	struct bytes content;
	int          found = 0;

	for (size_t i = 0; i < num; i++)
		if (der_next_is(in, tags[i])) {
			if (!der_get(&in, tags[i], &content))
				return -1;
			found++;
		}
	return in.len ? -1 : found;
}

static bool is_qualifier(struct bytes in)
{
	struct bytes oid, content;
	unsigned     tag;

	return der_get(&in, DER_OID, &oid) && der_get_any(&in, &tag, &content, NULL) && in.len == 0;
}

static bool is_policy(struct bytes in)
{
	struct bytes oid;

	return der_get(&in, DER_OID, &oid) && (in.len == 0 || is_sequence_of(in, DER_SEQUENCE, is_qualifier));
}

static bool is_mapping(struct bytes in)
{
	struct bytes oid;

	return der_get(&in, DER_OID, &oid) && der_get(&in, DER_OID, &oid) && in.len == 0;
}

/* A GeneralName is of a context tag; what stands in it is read where it is granted. */
static bool eat_name(struct bytes *in, unsigned *tag, struct bytes *content)
{
	return der_get_any(in, tag, content, NULL) && (*tag & 0xc0) == 0x80 && (*tag & 0x1f) <= 8;
}

static bool is_access(struct bytes in)
{
	struct bytes oid, name;
	unsigned     tag;

	return der_get(&in, DER_OID, &oid) && eat_name(&in, &tag, &name) && name.len && in.len == 0;
}

/* An empty host, mailbox or URI stands for all of them: so a CA is kept from any (BR 7.1.2.10.8). */
static bool is_subtree(struct bytes in)
{
	static const unsigned tags[] = { DER_CONTEXT(0), DER_CONTEXT(1) };
	struct bytes          name;
	unsigned              tag;

	return eat_name(&in, &tag, &name) && (name.len || tag == NAME_DNS || tag == NAME_MAIL || tag == NAME_URI) &&
	       num_optional(in, tags, COUNT_OF(tags)) >= 0;
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

/* Of reasons alone it must not consist (4.2.1.13). */
static bool is_point(struct bytes in)
{
	static const unsigned tags[] = { DER_CONTEXT_IN(0), DER_CONTEXT(1), DER_CONTEXT_IN(2) };

	return num_optional(in, tags, COUNT_OF(tags)) > 0 && num_optional(in, tags + 1, 1) < 0;
}

static bool is_in_order(struct bytes value, const unsigned *tags, size_t num, int least)
{
	struct bytes in;

	return der_get(&value, DER_SEQUENCE, &in) && value.len == 0 && num_optional(in, tags, num) >= least;
}

static bool is_skip(struct bytes value)
{
	struct bytes number;

	return der_get_unsigned(&value, &number) && value.len == 0;
}

bool ext_is_formed(enum oid id, struct bytes value)
{
	static const unsigned key[] = { DER_CONTEXT(0), DER_CONTEXT_IN(1), DER_CONTEXT(2) }, skips[] = { DER_CONTEXT(0), DER_CONTEXT(1) };
	struct ext_basic      basic;
	uint16_t              usage;
	struct bytes          octets;

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
	case OID_EXT_CP: return is_sequence_of(value, DER_SEQUENCE, is_policy);
	case OID_EXT_POLICY_MAPPINGS: return is_sequence_of(value, DER_SEQUENCE, is_mapping);
	case OID_EXT_AIA:
	case OID_EXT_SIA: return is_sequence_of(value, DER_SEQUENCE, is_access);
	case OID_EXT_CRLDP:
	case OID_EXT_FRESHEST_CRL: return is_sequence_of(value, DER_SEQUENCE, is_point);
	case OID_EXT_NC: return is_constraints(value);
	case OID_EXT_AKI: return is_in_order(value, key, COUNT_OF(key), 0);
	case OID_EXT_POLICY_CONSTRAINTS: return is_in_order(value, skips, COUNT_OF(skips), 1);
	case OID_EXT_INHIBIT_ANY: return is_skip(value);
	default: return true;
	}
}
