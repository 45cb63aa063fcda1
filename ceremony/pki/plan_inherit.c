/* plan_inherit.c: what is signed must not be wider than its issuer: purposes, policies and names (RFC 5280 4.2.1.4,
 * 4.2.1.10, 6.1). A path would not verify, or a verifier that looks at one certificate alone would be misled. */
#include <strings.h>

#include "ceremony/pki/ext_names.h"
#include "ceremony/pki/plan.h"

static const struct ext *issuers(const struct making *m, enum oid id)
{
	return m->in->issuer ? ext_find(m->in->issuer->ext, m->in->issuer->num_exts, id) : NULL;
}

static const struct ext *ours(const struct making *m, enum oid id)
{
	return ext_find(m->plan.ext, m->plan.num_exts, id);
}

/* ---- purposes and policies ------------------------------------------------ */

static bool has(const struct ext_list *list, struct bytes oid)
{
	for (size_t i = 0; i < list->num; i++)
		if (bytes_equal(list->item[i].oid, oid))
			return true;
	return false;
}

/* Each item of ours stands in the issuer's list, or the issuer's says any. */
static bool list_inherits(const struct making *m, enum oid id, enum oid any, bool silent)
{
	const struct ext *above = issuers(m, id), *x = ours(m, id);
	struct ext_list   a, b;

	if (!above)
		return true;
	if (!ext_get_list(&a, id, above->value))
		return err_set(m->err, ERR_PROFILE_ISSUER, "its %s cannot be read", oid_name(id));
	if (has(&a, oid_der(any)))
		return true;
	if (!x)
		return silent || err_set(m->err, ERR_PROFILE_ISSUER, "it has %s, and what it signs has none: that is any",
		                         oid_name(id));
	MUST(ext_get_list(&b, id, x->value));
	for (size_t i = 0; i < b.num; i++)
		if (!has(&a, b.item[i].oid))
			return err_set(m->err, ERR_PROFILE_ISSUER, "its %s does not hold all of this one's", oid_name(id));
	return true;
}

/* ---- names ------------------------------------------------------------------ */

/* Whether a ends in b, in letters of either case. */
static bool ends_in(struct bytes a, struct bytes b)
{
	return a.len >= b.len && strncasecmp((const char *)a.p + a.len - b.len, (const char *)b.p, b.len) == 0;
}

static bool same_text(struct bytes a, struct bytes b)
{
	return a.len == b.len && ends_in(a, b);
}

/* A host's name and all below it. */
static bool host_within(struct bytes base, struct bytes x)
{
	if (base.len && base.p[0] == '.')
		base = bytes_skip(base, 1);
	return base.len == 0 || same_text(x, base) || (x.len > base.len && x.p[x.len - base.len - 1] == '.' && ends_in(x, base));
}

/* A host alone, or with a dot in front all below it. */
static bool uri_within(struct bytes base, struct bytes x)
{
	return same_text(x, base) || (base.len && base.p[0] == '.' && x.len > base.len && ends_in(x, base));
}

/* The same, or one mailbox of a host. */
static bool mail_within(struct bytes base, struct bytes x)
{
	const uint8_t *at = x.len ? memchr(x.p, '@', x.len) : NULL;
	struct bytes   host = at ? bytes_skip(x, (size_t)(at - x.p) + 1) : x;

	if (base.len && memchr(base.p, '@', base.len))
		return bytes_equal(x, base);
	return uri_within(base, host);
}

static bool address_within(struct bytes base, struct bytes x)
{
	if (base.len != x.len)
		return false;
	for (size_t i = 0, n = base.len / 2; i < n; i++) {
		uint8_t mask = base.p[n + i];
		if ((x.p[n + i] & mask) != mask || (x.p[i] & mask) != (base.p[i] & mask))
			return false;
	}
	return true;
}

static bool directory_within(struct bytes base, struct bytes x)
{
	struct name a, b;

	return name_parse(&a, base, NULL) && name_parse(&b, x, NULL) && name_within(&a, &b);
}

static bool within(unsigned tag, struct bytes base, struct bytes x)
{
	switch (tag) {
	case NAME_DNS: return host_within(base, x);
	case NAME_MAIL: return mail_within(base, x);
	case NAME_URI: return uri_within(base, x);
	case NAME_IP: return address_within(base, x);
	case NAME_DIRECTORY: return directory_within(base, x);
	default: return bytes_equal(base, x);
	}
}

/* A name of this kind against the issuer's subtrees: none that is excluded, one that is permitted
 * if any of its kind is. */
static bool is_allowed(const struct ext_constraints *c, unsigned tag, struct bytes x)
{
	bool wanted = false, found = false;

	for (size_t i = 0; i < c->num; i++) {
		const struct ext_subtree *s = &c->item[i];
		/* a subtree for addresses of version 4 says nothing of version 6, and yet RFC 5280 counts both as one kind */
		if (s->tag != tag)
			continue;
		if (s->excluded && within(tag, s->value, x))
			return false;
		wanted |= !s->excluded;
		found |= !s->excluded && within(tag, s->value, x);
	}
	return found || !wanted;
}

static bool names_inherit(const struct making *m)
{
	const struct ext      *above = issuers(m, OID_EXT_NC), *x = ours(m, OID_EXT_NC);
	struct ext_constraints a, b = { .num = 0 };

	if (!above)
		return true;
	if (!ext_get_constraints(&a, above->value))
		return err_set(m->err, ERR_PROFILE_ISSUER, "its nameConstraints cannot be read");
	if (m->plan.subject.num_attrs && !is_allowed(&a, NAME_DIRECTORY, m->plan.subject.der))
		return err_set(m->err, ERR_PROFILE_ISSUER, "its nameConstraints do not allow the subject");
	if (x)
		MUST(ext_get_constraints(&b, x->value));
	for (size_t i = 0; i < b.num; i++)
		if (!b.item[i].excluded && !is_allowed(&a, b.item[i].tag, b.item[i].value))
			return err_set(m->err, ERR_PROFILE_ISSUER, "its nameConstraints do not allow all that this one's permit");
	return true;
}

bool plan_inherits(struct making *m)
{
	const struct ext *x = ours(m, OID_EXT_BC);
	struct ext_basic  basic;
	bool              ca = x && ext_get_basic(&basic, x->value) && basic.ca;

	/* Who answers for OCSP has a purpose of its own; which purposes a CA has binds the CAs under it. */
	return (!ca || list_inherits(m, OID_EXT_EKU, OID_EKU_ANY, false)) &&
	       list_inherits(m, OID_EXT_CP, OID_CP_ANY, true) && names_inherit(m);
}
