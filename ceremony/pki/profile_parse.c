/* profile_parse.c: the text of a profile; see profile.h and docs/formats/profile.md. */
#include "ceremony/pki/profile_body.h"

/* What every reader of a line works with. */
struct reading {
	struct profile *p;
	struct ini      ini;
	struct arena   *arena;
	struct err     *err;
};

static bool refuse(struct reading *r, const struct ini_entry *x, const char *why)
{
	return err_set(r->err, ERR_PROFILE_VALUE, "%s:%u: %.*s: %s", r->ini.file, x->line, (int)x->key.len,
	               (const char *)x->key.p, why);
}

static struct ini_section *need_section(struct reading *r, const char *name)
{
	struct ini_section *s = ini_section(&r->ini, name);

	if (!s)
		(void)err_set(r->err, ERR_INI_MISSING, "%s: [%s]", r->ini.file, name);
	return s;
}

static struct ini_entry *need(struct reading *r, struct ini_section *s, const char *key)
{
	struct ini_entry *x = ini_entry(s, key);

	if (!x)
		(void)err_set(r->err, ERR_INI_MISSING, "%s:%u: %s in [%.*s]", r->ini.file, s->line, key, (int)s->name.len,
		              (const char *)s->name.p);
	return x;
}

/* ---- [profile] ---------------------------------------------------------- */

static const struct {
	const char       *text;
	enum profile_kind kind;
	unsigned          claims;
} claim_names[] = {
	{ "RFC 5280",   PROFILE_CERTIFICATE, CLAIM_RFC5280             },
	{ "BR 7.1.2.1", PROFILE_CERTIFICATE, CLAIM_BR | CLAIM_BR_ROOT  },
	{ "BR 7.1.2.6", PROFILE_CERTIFICATE, CLAIM_BR | CLAIM_BR_SUBCA },
	{ "RFC 5280",   PROFILE_CRL,         CLAIM_RFC5280             },
	{ "BR 7.2",     PROFILE_CRL,         CLAIM_BR_CRL              },
};

static bool read_claims(struct reading *r, const struct ini_entry *x)
{
	struct bytes word, text = x->value;

	while (ext_next_word(&text, &word)) {
		size_t i = 0;
		while (i < COUNT_OF(claim_names) &&
		       (claim_names[i].kind != r->p->kind || !bytes_is(word, claim_names[i].text)))
			i++;
		if (i == COUNT_OF(claim_names))
			return err_set(r->err, ERR_PROFILE_CLAIM, "%s:%u: %.*s", r->ini.file, x->line, (int)word.len,
			               (const char *)word.p);
		r->p->claims |= claim_names[i].claims;
	}
	if (!(r->p->claims & CLAIM_RFC5280))
		return refuse(r, x, "every profile follows RFC 5280: name it");
	return true;
}

static bool read_head(struct reading *r)
{
	struct ini_section *s = need_section(r, "profile");
	struct ini_entry   *name, *kind, *follows;

	if (!s || !(name = need(r, s, "name")) || !(kind = need(r, s, "kind")) || !(follows = need(r, s, "follows")))
		return false;
	if (name->value.len == 0 || name->value.len > 64)
		return refuse(r, name, "1 to 64 characters are wanted");
	if (bytes_is(kind->value, "crl"))
		r->p->kind = PROFILE_CRL;
	else if (!bytes_is(kind->value, "certificate"))
		return refuse(r, kind, "certificate or crl is wanted");
	r->p->name = name->value;
	r->p->lines.name = name->line;
	return read_claims(r, follows) && ini_all_used(&r->ini, s, r->err);
}

/* ---- [subject] ---------------------------------------------------------- */

/* "fixed:TEXT", where TEXT is spelled as in a whole name: a comma is "\\,". */
static bool read_fixed(struct reading *r, const struct ini_entry *x, struct profile_attr *a)
{
	uint8_t      storage[1024];
	struct buf   b = BUF_ON(storage);
	struct name *name = arena_take(r->arena, sizeof *name);
	struct err   why;

	buf_fmt(&b, "%s=", oid_name(a->type));
	buf_put(&b, bytes_trim(bytes_skip(x->value, strlen("fixed:"))));
	struct bytes text = arena_copy(r->arena, buf_bytes(&b));
	if (!name || !buf_ok(&b) || !text.p)
		return err_set(r->err, ERR_TOO_LARGE, "%s:%u", r->ini.file, x->line);
	if (!name_from_text(name, r->arena, text, &why))
		return refuse(r, x, why.detail);
	if (name->num_attrs != 1)
		return refuse(r, x, "one value is wanted");
	a->source = ATTR_FIXED;
	a->fixed = name->attr[0];
	return true;
}

static bool read_source(struct reading *r, const struct ini_entry *x, struct profile_attr *a)
{
	struct bytes word, text = x->value;

	if (bytes_starts(x->value, "fixed:"))
		return read_fixed(r, x, a);
	if (!ext_next_word(&text, &word) || (!bytes_is(word, "request") && !bytes_is(word, "script")))
		return refuse(r, x, "request, script or fixed:TEXT is wanted");
	a->source = bytes_is(word, "request") ? ATTR_REQUEST : ATTR_SCRIPT;
	if (!ext_next_word(&text, &word))
		return true;
	a->optional = true;
	return (bytes_is(word, "optional") && !text.p) || refuse(r, x, "only \"optional\" may follow");
}

static bool read_attr(struct reading *r, struct ini_entry *x)
{
	struct profile_attr a = { .type = oid_by_name(x->key), .text = x->value, .line = x->line };

	x->used = true;
	if (a.type < OID_AT_CN || a.type > OID_AT_JURISDICTION_C)
		return err_set(r->err, ERR_INI_UNKNOWN, "%s:%u: %.*s is not an attribute of a name", r->ini.file, x->line,
		               (int)x->key.len, (const char *)x->key.p);
	for (size_t i = 0; i < r->p->num_attrs; i++)
		if (r->p->attr[i].type == a.type)
			return refuse(r, x, "stands twice");
	if (r->p->num_attrs == PROFILE_MAX_ATTRS)
		return refuse(r, x, "too many attributes");
	if (!read_source(r, x, &a))
		return false;
	r->p->attr[r->p->num_attrs++] = a;
	return true;
}

/* A subject comes from a request or from a script, never from both. */
static bool read_subject(struct reading *r)
{
	struct ini_section *s = need_section(r, "subject");
	bool                from[3] = { false };

	if (!s)
		return false;
	r->p->lines.subject = s->line;
	for (size_t i = 0; i < s->num_entries; i++) {
		if (!read_attr(r, &s->entry[i]))
			return false;
		from[r->p->attr[i].source] = true;
		if (from[ATTR_REQUEST] && from[ATTR_SCRIPT])
			return refuse(r, &s->entry[i], "some attributes are from the request, others from the script");
	}
	if (s->num_entries == 0)
		return err_set(r->err, ERR_INI_MISSING, "%s:%u: an attribute in [subject]", r->ini.file, s->line);
	return true;
}

/* ---- [key], [signature] -------------------------------------------------- */

/* "P-384", "RSA-4096", "RSA-3072..8192", "RSA-3072..". */
static bool read_key_range(struct profile_key *out, struct bytes word)
{
	struct profile_key k = { .max_bits = 0 };
	struct bytes       low = word, dot, high;
	uint64_t           bits;

	bool is_range = bytes_cut(word, '.', &low, &dot);
	if (!key_alg_by_name(&k.alg, &k.min_bits, low))
		return false;
	k.max_bits = k.min_bits;
	if (is_range) {
		if (k.alg != KEY_RSA || dot.len == 0 || dot.p[0] != '.')
			return false;
		high = bytes_skip(dot, 1);
		k.max_bits = 16384; /* what key.h can hold */
		if (high.len) {
			if (!bytes_to_u64(&bits, high, 16384) || bits < k.min_bits)
				return false;
			k.max_bits = (unsigned)bits;
		}
	}
	*out = k;
	return true;
}

static bool read_keys(struct reading *r)
{
	struct ini_section *s = need_section(r, "key");
	struct ini_entry   *x = s ? need(r, s, "allowed") : NULL;

	if (!x)
		return false;
	r->p->lines.key = x->line;
	r->p->keys_text = x->value;
	struct bytes word, text = x->value;
	while (ext_next_word(&text, &word)) {
		if (r->p->num_keys == PROFILE_MAX_KEYS)
			return refuse(r, x, "too many kinds");
		if (!read_key_range(&r->p->key[r->p->num_keys++], word))
			return refuse(r, x, "P-256, P-384, P-521, Ed25519, RSA-BITS or RSA-BITS..BITS is wanted");
	}
	return ini_all_used(&r->ini, s, r->err);
}

static bool read_signatures(struct reading *r)
{
	struct ini_section *s = need_section(r, "signature");
	struct ini_entry   *x = s ? need(r, s, "allowed") : NULL;

	if (!x)
		return false;
	r->p->lines.signature = x->line;
	r->p->sigs_text = x->value;
	struct bytes word, text = x->value;
	while (ext_next_word(&text, &word)) {
		enum sig_alg sig;
		if (!sig_by_name(&sig, word))
			return refuse(r, x, "a signature algorithm's name is wanted, such as ecdsa-with-SHA384");
		r->p->sigs |= 1u << sig;
	}
	return ini_all_used(&r->ini, s, r->err);
}

/* ---- [validity] ---------------------------------------------------------- */

static bool read_validity(struct reading *r)
{
	bool                is_crl = r->p->kind == PROFILE_CRL;
	struct ini_section *s = need_section(r, "validity");
	struct ini_entry   *begin = s ? need(r, s, is_crl ? "thisUpdate" : "notBefore") : NULL;
	struct ini_entry   *end = begin ? need(r, s, is_crl ? "nextUpdate" : "duration") : NULL;
	struct ini_entry   *clamp = end && !is_crl ? ini_entry(s, "clamp") : NULL;

	if (!end)
		return false;
	if (!bytes_is(begin->value, "signing"))
		return refuse(r, begin, "signing is wanted");
	if (!utc_span_parse(&r->p->span, end->value) || utc_add(0, r->p->span) <= 0 || r->p->span.months > 12 * 100 ||
	    r->p->span.seconds > UTC_DAY * 36525)
		return refuse(r, end, "a span of up to a hundred years is wanted, such as 10y or 3650d");
	if (clamp && !bytes_is(clamp->value, "yes") && !bytes_is(clamp->value, "no"))
		return refuse(r, clamp, "yes or no is wanted");
	r->p->clamp = clamp && bytes_is(clamp->value, "yes");
	r->p->span_text = end->value;
	r->p->lines.validity = end->line;
	return ini_all_used(&r->ini, s, r->err);
}

/* ---- [extensions] -------------------------------------------------------- */

/* The order in which a certificate carries them. */
static const enum oid ext_order[] = {
	OID_EXT_BC,  OID_EXT_KU, OID_EXT_EKU,   OID_EXT_SKI,
	OID_EXT_AKI, OID_EXT_CP, OID_EXT_CRLDP, OID_EXT_AIA,
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
	return refuse(r, x, "a CRL carries crlNumber = next and authorityKeyIdentifier = keyid:always");
}

static bool read_ext(struct reading *r, struct ini_entry *x)
{
	static const uint8_t ids[KEY_ID_LEN];
	struct profile_ext   v = { .text = x->value, .line = x->line };
	enum oid             id = oid_by_name(x->key);
	struct err           why;

	x->used = true;
	if (r->p->kind == PROFILE_CRL) {
		if (!read_crl_ext(r, x, id, &v.sample))
			return false;
	} else if (!ext_is_spelled(id)) {
		return err_set(r->err, ERR_INI_UNKNOWN, "%s:%u: %.*s is not an extension that profiles know", r->ini.file,
		               x->line, (int)x->key.len, (const char *)x->key.p);
	} else if (!ext_from_text(&v.sample, r->arena, id, x->value, &(struct ext_ids){ ids, ids }, &why)) {
		return err_set(r->err, why.id, "%s:%u: %.*s: %s", r->ini.file, x->line, (int)x->key.len,
		               (const char *)x->key.p, why.detail);
	}
	if (profile_ext(r->p, id))
		return refuse(r, x, "stands twice");
	if (r->p->num_exts == PLAN_MAX_EXTS)
		return refuse(r, x, "too many extensions");
	size_t at = r->p->num_exts++;
	for (; at > 0 && rank_of(r->p->ext[at - 1].sample.id) > rank_of(id); at--)
		r->p->ext[at] = r->p->ext[at - 1];
	r->p->ext[at] = v;
	return true;
}

static bool read_extensions(struct reading *r)
{
	struct ini_section *s = need_section(r, "extensions");
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

static bool read_entries(struct reading *r)
{
	struct ini_section *s = need_section(r, "entries");
	struct ini_entry   *x = s ? need(r, s, "reasons") : NULL;

	if (!x)
		return false;
	r->p->lines.entries = x->line;
	struct bytes word, text = x->value;
	while (ext_next_word(&text, &word)) {
		size_t i = 0;
		while (i < COUNT_OF(reason_names) && !bytes_is(word, reason_names[i].name))
			i++;
		if (i == COUNT_OF(reason_names))
			return refuse(r, x, "keyCompromise, affiliationChanged, superseded, cessationOfOperation or "
			                    "privilegeWithdrawn is wanted");
		r->p->reasons |= 1u << reason_names[i].code;
	}
	return ini_all_used(&r->ini, s, r->err);
}

/* ---- the whole ----------------------------------------------------------- */

/* The sections of each kind: no other may stand there. */
static const struct {
	const char *name;
	bool (*read)(struct reading *r);
	bool in[2]; /* by enum profile_kind */
} sections[] = {
	{ "profile",    read_head,       { true, true }  }, /* first: it tells the kind */
	{ "subject",    read_subject,    { true, false } },
	{ "key",        read_keys,       { true, false } },
	{ "signature",  read_signatures, { true, true }  },
	{ "validity",   read_validity,   { true, true }  },
	{ "extensions", read_extensions, { true, true }  },
	{ "entries",    read_entries,    { false, true } },
};

static bool only_known_sections(const struct reading *r)
{
	for (size_t n = 0; n < r->ini.num_sections; n++) {
		const struct ini_section *s = &r->ini.section[n];
		size_t                    i = 0;
		while (i < COUNT_OF(sections) && !(sections[i].in[r->p->kind] && bytes_is(s->name, sections[i].name)))
			i++;
		if (i == COUNT_OF(sections))
			return err_set(r->err, ERR_INI_UNKNOWN, "%s:%u: [%.*s]", r->ini.file, s->line, (int)s->name.len,
			               (const char *)s->name.p);
	}
	return true;
}

bool profile_parse(const struct profile **out, struct arena *a, const char *file, struct bytes text, struct err *e)
{
	struct bytes   name = arena_copy(a, bytes_str(file));
	struct reading r = { .p = arena_take(a, sizeof *r.p), .arena = a, .err = e };

	if (!r.p || !name.p)
		return err_set(e, ERR_TOO_LARGE, "%s", file);
	r.p->file = (const char *)name.p;
	if (!ini_parse(&r.ini, a, r.p->file, text, e))
		return false;
	for (size_t i = 0; i < COUNT_OF(sections); i++)
		if (sections[i].in[r.p->kind] && !sections[i].read(&r))
			return false;
	if (!only_known_sections(&r) || !profile_rules(r.p, e))
		return false;
	*out = r.p;
	return true;
}

struct bytes profile_name(const struct profile *p)
{
	return p->name;
}

unsigned profile_claims(const struct profile *p)
{
	return p->claims;
}

const struct profile_ext *profile_ext(const struct profile *p, enum oid id)
{
	for (size_t i = 0; i < p->num_exts; i++)
		if (p->ext[i].sample.id == id)
			return &p->ext[i];
	return NULL;
}
