/* ext.c: the DER of extensions; see ext.h. The spelling is in ext_text.c. */
#include "ceremony/pki/ext_names.h"


bool ext_get_basic(struct ext_basic *out, struct bytes value)
{
	struct ext_basic v = { 0 };
	struct bytes     in;

	if (!der_get(&value, DER_SEQUENCE, &in) || value.len)
		return false;
	if (der_next_is(in, DER_BOOLEAN) && (!der_get_boolean(&in, &v.ca) || !v.ca))
		return false; /* DEFAULT FALSE is never written out (X.690 11.5) */
	if (in.len) {
		if (!v.ca || !der_get_small(&in, &v.pathlen, UINT32_MAX) || in.len)
			return false; /* no pathlen without cA (RFC 5280 4.2.1.9) */
		v.has_pathlen = true;
	}
	*out = v;
	return true;
}

void ext_put_basic(struct der *d, const struct ext_basic *v)
{
	size_t mark = der_mark(d);

	if (v->has_pathlen)
		der_small(d, v->pathlen);
	if (v->ca)
		der_boolean(d, true);
	der_wrap(d, DER_SEQUENCE, mark);
}

bool ext_get_usage(uint16_t *out, struct bytes value)
{
	uint16_t v;

	if (!der_get_named_bits(&value, &v) || value.len || v == 0)
		return false; /* at least one bit (RFC 5280 4.2.1.3) */
	*out = v;
	return true;
}

bool ext_get_subject_id(struct bytes *out, struct bytes value)
{
	struct bytes id;

	if (!der_get(&value, DER_OCTET_STRING, &id) || value.len || id.len == 0)
		return false;
	*out = id;
	return true;
}

bool ext_get_authority_id(struct bytes *out, struct bytes value)
{
	struct bytes in, id;

	if (!der_get(&value, DER_SEQUENCE, &in) || value.len)
		return false;
	if (!der_get(&in, DER_CONTEXT(0), &id) || in.len || id.len == 0)
		return false;
	*out = id;
	return true;
}

void ext_put_authority_id(struct der *d, struct bytes key_id)
{
	size_t mark = der_mark(d);

	der_tlv(d, DER_CONTEXT(0), key_id);
	der_wrap(d, DER_SEQUENCE, mark);
}

static bool get_purpose(struct bytes *in, struct ext_item *out)
{
	return der_get(in, DER_OID, &out->oid) && out->oid.len;
}

/* PolicyInformation: an OID and perhaps qualifiers, of which only one CPS pointer is not odd. */
static bool get_policy(struct bytes *in, struct ext_item *out)
{
	struct bytes policy, qualifiers, q, id;

	if (!der_get(in, DER_SEQUENCE, &policy) || !der_get(&policy, DER_OID, &out->oid) || out->oid.len == 0)
		return false;
	if (policy.len == 0)
		return true;
	if (!der_get(&policy, DER_SEQUENCE, &qualifiers) || policy.len || qualifiers.len == 0)
		return false;
	if (!der_get(&qualifiers, DER_SEQUENCE, &q) || !der_get(&q, DER_OID, &id))
		return false;
	out->odd = oid_find(id) != OID_QT_CPS || !der_get(&q, DER_IA5_STRING, &out->uri) || q.len || qualifiers.len;
	return true;
}

/* DistributionPoint: fullName with one URI; anything else that is well-formed is odd. */
static bool get_point(struct bytes *in, struct ext_item *out)
{
	struct bytes point, name, full;

	if (!der_get(in, DER_SEQUENCE, &point) || point.len == 0)
		return false;
	out->odd = true;
	if (!der_get(&point, DER_CONTEXT_IN(0), &name) || point.len)
		return true;
	if (!der_get(&name, DER_CONTEXT_IN(0), &full) || name.len)
		return true;
	out->odd = !der_get(&full, NAME_URI, &out->uri) || full.len;
	return true;
}

/* A flag that is there says TRUE: FALSE is the default, and is not written out. */
static bool get_flag(struct bytes *in, unsigned tag, bool *out)
{
	struct bytes v;

	if (!der_next_is(*in, tag))
		return true;
	*out = true;
	return der_get(in, tag, &v) && v.len == 1 && v.p[0] == 0xff;
}

bool ext_get_partition(struct ext_partition *out, struct bytes value)
{
	struct ext_partition v = { .odd = false };
	struct bytes         in, name, full;

	if (!der_get(&value, DER_SEQUENCE, &in) || value.len || in.len == 0)
		return false;
	if (der_next_is(in, DER_CONTEXT_IN(0))) {
		if (!der_get(&in, DER_CONTEXT_IN(0), &name))
			return false;
		v.odd = !der_get(&name, DER_CONTEXT_IN(0), &full) || name.len || !der_get(&full, NAME_URI, &v.uri) || full.len;
	}
	if (!get_flag(&in, DER_CONTEXT(1), &v.only_users) || !get_flag(&in, DER_CONTEXT(2), &v.only_cas))
		return false;
	if (der_next_is(in, DER_CONTEXT(3))) {
		v.odd = true;
		if (!der_get(&in, DER_CONTEXT(3), &name) || name.len == 0)
			return false;
	}
	if (!get_flag(&in, DER_CONTEXT(4), &v.indirect) || !get_flag(&in, DER_CONTEXT(5), &v.only_attributes) || in.len)
		return false;
	*out = v;
	return true;
}

static bool get_access(struct bytes *in, struct ext_item *out)
{
	struct bytes access, ignored;
	unsigned     tag;

	if (!der_get(in, DER_SEQUENCE, &access) || !der_get(&access, DER_OID, &out->oid))
		return false;
	if (der_get(&access, NAME_URI, &out->uri))
		return access.len == 0;
	out->odd = true;
	return der_get_any(&access, &tag, &ignored, NULL) && access.len == 0;
}

static void put_purpose(struct der *d, const struct ext_item *v)
{
	der_tlv(d, DER_OID, v->oid);
}

static void put_policy(struct der *d, const struct ext_item *v)
{
	size_t mark = der_mark(d);

	if (v->uri.len) {
		der_tlv(d, DER_IA5_STRING, v->uri);
		der_tlv(d, DER_OID, oid_der(OID_QT_CPS));
		der_wrap(d, DER_SEQUENCE, mark);
		der_wrap(d, DER_SEQUENCE, mark);
	}
	der_tlv(d, DER_OID, v->oid);
	der_wrap(d, DER_SEQUENCE, mark);
}

static void put_point(struct der *d, const struct ext_item *v)
{
	size_t mark = der_mark(d);

	der_tlv(d, NAME_URI, v->uri);
	der_wrap(d, DER_CONTEXT_IN(0), mark); /* fullName */
	der_wrap(d, DER_CONTEXT_IN(0), mark); /* distributionPoint: explicit, for it is a CHOICE */
	der_wrap(d, DER_SEQUENCE, mark);
}

static void put_access(struct der *d, const struct ext_item *v)
{
	size_t mark = der_mark(d);

	der_tlv(d, NAME_URI, v->uri);
	der_tlv(d, DER_OID, v->oid);
	der_wrap(d, DER_SEQUENCE, mark);
}

static const struct list_kind {
	enum oid id;
	bool (*get)(struct bytes *in, struct ext_item *out);
	void (*put)(struct der *d, const struct ext_item *v);
} list_kinds[] = {
	{ OID_EXT_EKU, get_purpose, put_purpose },
	{ OID_EXT_CP, get_policy, put_policy },
	{ OID_EXT_CRLDP, get_point, put_point },
	{ OID_EXT_AIA, get_access, put_access },
};

static const struct list_kind *list_kind_of(enum oid id)
{
	for (size_t i = 0; i < COUNT_OF(list_kinds); i++)
		if (list_kinds[i].id == id)
			return &list_kinds[i];
	return NULL;
}

bool ext_get_list(struct ext_list *out, enum oid id, struct bytes value)
{
	const struct list_kind *kind = list_kind_of(id);
	struct ext_list         list = { .num = 0 };
	struct bytes            in;

	MUST(kind);
	if (!der_get(&value, DER_SEQUENCE, &in) || value.len || in.len == 0)
		return false;
	while (in.len) {
		struct ext_item item = { .odd = false };
		if (list.num == EXT_MAX_ITEMS || !kind->get(&in, &item))
			return false;
		list.item[list.num++] = item;
	}
	*out = list;
	return true;
}

void ext_put_list(struct der *d, enum oid id, const struct ext_list *list)
{
	const struct list_kind *kind = list_kind_of(id);
	size_t                  mark = der_mark(d);

	MUST(kind);
	for (size_t i = list->num; i > 0; i--)
		kind->put(d, &list->item[i - 1]);
	der_wrap(d, DER_SEQUENCE, mark);
}

bool ext_get(struct bytes *in, struct ext *out)
{
	struct ext   x = { .id = OID_UNKNOWN };
	struct bytes rest = *in, body;

	if (!der_get(&rest, DER_SEQUENCE, &body) || !der_get(&body, DER_OID, &x.oid) || x.oid.len == 0)
		return false;
	if (der_next_is(body, DER_BOOLEAN) && (!der_get_boolean(&body, &x.critical) || !x.critical))
		return false;
	if (!der_get(&body, DER_OCTET_STRING, &x.value) || body.len)
		return false;
	x.id = oid_find(x.oid);
	*in = rest;
	*out = x;
	return true;
}

void ext_put(struct der *d, const struct ext *x)
{
	size_t mark = der_mark(d);

	der_tlv(d, DER_OCTET_STRING, x->value);
	if (x->critical)
		der_boolean(d, true);
	der_tlv(d, DER_OID, x->oid);
	der_wrap(d, DER_SEQUENCE, mark);
}

const struct ext *ext_find(const struct ext *ext, size_t num, enum oid id)
{
	for (size_t i = 0; i < num; i++)
		if (ext[i].id == id)
			return &ext[i];
	return NULL;
}
