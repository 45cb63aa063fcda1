/* profile_parse_ext.c: the extensions of a profile, and the entries of a list; see
 * profile_parse.c. */
#include "ceremony/pki/profile_read.h"
#include "ceremony/pki/shard.h"

/* ---- [extensions] -------------------------------------------------------- */

/* The order in which a certificate carries them. */
static const enum oid ext_order[] = {
	OID_EXT_BC, OID_EXT_KU, OID_EXT_EKU,   OID_EXT_SKI, OID_EXT_AKI,
	OID_EXT_NC, OID_EXT_CP, OID_EXT_CRLDP, OID_EXT_AIA, OID_EXT_OCSP_NOCHECK,
};

static size_t rank_of(enum oid id)
{
	size_t i = 0;

	while (i < COUNT_OF(ext_order) && ext_order[i] != id)
		i++;
	return i;
}

/* A CRL has no other than these two, and they say nothing that could be chosen. */
static bool read_crl_ext(struct reading *r, const struct ini_entry *x, enum oid id, struct ext *out)
{
	static const uint8_t zero[] = { DER_INTEGER, 1, 0 };
	static const uint8_t ids[KEY_ID_LEN];

	if (id == OID_EXT_CRL_NUMBER && bytes_is(x->value, "next")) {
		*out = (struct ext){ .id = id, .oid = oid_der(id), .value = bytes_of(zero, sizeof zero) };
		return true;
	}
	if (id == OID_EXT_AKI && bytes_is(x->value, "keyid:always"))
		return ext_from_text(out, r->arena, id, x->value, &(struct ext_ids){ ids, ids }, r->err);
	return profile_refuse(r, x, "a CRL carries crlNumber = next and authorityKeyIdentifier = keyid:always, neither critical (RFC 5280 5.2.1, 5.2.3)");
}

/* The one distribution point of a certificate whose revocation list has parts; *uri: the pattern. */
static bool read_shard(struct reading *r, const struct ini_entry *x, struct bytes *sample)
{
	struct bytes word, text = x->value, rest = x->value;

	if (ext_next_word(&rest, &word) && bytes_is(word, "critical"))
		text = bytes_trim(rest);
	rest = text;
	if (!bytes_starts(text, "URI:") || !ext_next_word(&rest, &word) || word.len != text.len || !shard_is_pattern(text))
		return profile_refuse(r, x, "one URI with {shard} in it once is wanted");
	r->p->shard_uri = bytes_skip(text, 4);
	return shard_fill(sample, r->arena, x->value, 0, r->err);
}

static bool read_ext(struct reading *r, struct ini_entry *x)
{
	static const uint8_t ids[KEY_ID_LEN];
	struct profile_ext   v = { .text = x->value, .line = x->line };
	enum oid             id = oid_by_name(x->key);
	struct bytes         text = x->value, before, behind;
	struct err           why;

	x->used = true;
	v.by_shard = id == OID_EXT_CRLDP && bytes_cut(x->value, '{', &before, &behind);
	if (v.by_shard && !read_shard(r, x, &text))
		return false;
	if (r->p->kind == PROFILE_CRL) {
		if (!read_crl_ext(r, x, id, &v.sample))
			return false;
	} else if (!ext_is_spelled(id)) {
		return err_set(r->err, ERR_INI_UNKNOWN, "%s:%u: %.*s is not an extension that profiles know", r->ini.file,
		               x->line, (int)x->key.len, (const char *)x->key.p);
	} else if (!ext_from_text(&v.sample, r->arena, id, text, &(struct ext_ids){ ids, ids }, &why)) {
		return err_set(r->err, why.id, "%s:%u: %.*s: %s", r->ini.file, x->line, (int)x->key.len,
		               (const char *)x->key.p, why.detail);
	}
	if (profile_ext(r->p, id))
		return profile_refuse(r, x, "stands twice");
	if (r->p->num_exts == PLAN_MAX_EXTS)
		return profile_refuse(r, x, "too many extensions");
	size_t at = r->p->num_exts++;
	for (; at > 0 && rank_of(r->p->ext[at - 1].sample.id) > rank_of(id); at--)
		r->p->ext[at] = r->p->ext[at - 1];
	r->p->ext[at] = v;
	return true;
}

bool profile_read_extensions(struct reading *r)
{
	struct ini_section *s = profile_need_section(r, "extensions");
	struct ext_basic    basic;

	if (!s)
		return false;
	r->p->lines.extensions = s->line;
	for (size_t i = 0; i < s->num_entries; i++)
		if (!read_ext(r, &s->entry[i]))
			return false;
	if (s->num_entries == 0)
		return err_set(r->err, ERR_INI_MISSING, "%s:%u: an extension in [extensions]", r->ini.file, s->line);
	const struct profile_ext *x = profile_ext(r->p, OID_EXT_BC);
	if (x && ext_get_basic(&basic, x->sample.value) && basic.ca)
		r->p->claims |= CLAIM_CA;
	return true;
}

/* ---- [entries] ----------------------------------------------------------- */

/* reasonCode as RFC 5280 5.3.1 names it; not the whole list, but BR 7.2.2's. */
static const struct {
	const char *name;
	unsigned    code;
} reason_names[] = {
	{ "keyCompromise",        1 },
	{ "affiliationChanged",   3 },
	{ "superseded",           4 },
	{ "cessationOfOperation", 5 },
	{ "privilegeWithdrawn",   9 },
};

bool profile_read_entries(struct reading *r)
{
	struct ini_section *s = profile_need_section(r, "entries");
	struct ini_entry   *x = s ? profile_need(r, s, "reasons") : NULL;

	if (!x)
		return false;
	r->p->lines.entries = x->line;
	struct bytes word, text = x->value;
	while (ext_next_word(&text, &word)) {
		size_t i = 0;
		while (i < COUNT_OF(reason_names) && !bytes_is(word, reason_names[i].name))
			i++;
		if (i == COUNT_OF(reason_names))
			return profile_refuse(r, x, "keyCompromise, affiliationChanged, superseded, cessationOfOperation or "
			                    "privilegeWithdrawn is wanted");
		r->p->reasons |= 1u << reason_names[i].code;
	}
	return ini_all_used(&r->ini, s, r->err);
}
