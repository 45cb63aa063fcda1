/* profile_parse.c: the text of a profile; see profile.h and docs/formats/profile.md. Its
 * extensions and a list's entries are read in profile_parse_ext.c. */
#include "ceremony/pki/profile_read.h"

bool profile_refuse(struct reading *r, const struct ini_entry *x, const char *why)
{
	return err_set(r->err, ERR_PROFILE_VALUE, "%s:%u: %.*s: %s", r->ini.file, x->line, (int)x->key.len,
	               (const char *)x->key.p, why);
}

struct ini_section *profile_need_section(struct reading *r, const char *name)
{
	struct ini_section *s = ini_section(&r->ini, name);

	if (!s)
		(void)err_set(r->err, ERR_INI_MISSING, "%s: [%s]", r->ini.file, name);
	return s;
}

struct ini_entry *profile_need(struct reading *r, struct ini_section *s, const char *key)
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
	{ "BR 7.1.2.2", PROFILE_CERTIFICATE, CLAIM_BR | CLAIM_BR_CROSS },
	{ "BR 7.1.2.3", PROFILE_CERTIFICATE, CLAIM_BR | CLAIM_BR_NONTLS },
	{ "BR 7.1.2.5", PROFILE_CERTIFICATE, CLAIM_BR | CLAIM_BR_SUBCA | CLAIM_BR_TC },
	{ "BR 7.1.2.6", PROFILE_CERTIFICATE, CLAIM_BR | CLAIM_BR_SUBCA },
	{ "BR 7.1.2.8", PROFILE_CERTIFICATE, CLAIM_BR | CLAIM_BR_OCSP },
	{ "S/MIME BR 7.1.2.1", PROFILE_CERTIFICATE, CLAIM_BR | CLAIM_SMIME_ROOT },
	{ "S/MIME BR 7.1.2.2", PROFILE_CERTIFICATE, CLAIM_BR | CLAIM_SMIME_SUBCA },
	{ "Code Signing BR 7.1.2.1", PROFILE_CERTIFICATE, CLAIM_BR | CLAIM_CODE_ROOT },
	{ "Code Signing BR 7.1.2.2 codeSigning", PROFILE_CERTIFICATE, CLAIM_BR | CLAIM_CODE_SUBCA },
	{ "Code Signing BR 7.1.2.2 timeStamping", PROFILE_CERTIFICATE, CLAIM_BR | CLAIM_TIME_SUBCA },
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
		return profile_refuse(r, x, "every profile follows RFC 5280: name it");
	return true;
}

static bool read_head(struct reading *r)
{
	struct ini_section *s = profile_need_section(r, "profile");
	struct ini_entry   *name, *kind, *follows;

	if (!s || !(name = profile_need(r, s, "name")) || !(kind = profile_need(r, s, "kind")) || !(follows = profile_need(r, s, "follows")))
		return false;
	if (name->value.len == 0 || name->value.len > 64)
		return profile_refuse(r, name, "1 to 64 characters are wanted");
	if (bytes_is(kind->value, "crl"))
		r->p->kind = PROFILE_CRL;
	else if (!bytes_is(kind->value, "certificate"))
		return profile_refuse(r, kind, "certificate or crl is wanted");
	r->p->name = name->value;
	r->p->lines.name = name->line;
	r->p->follows = follows->value;
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
		return profile_refuse(r, x, why.detail);
	if (name->num_attrs != 1)
		return profile_refuse(r, x, "one value is wanted");
	if (!name_is_plain(name, &why))
		return profile_refuse(r, x, why.detail);
	a->source = ATTR_FIXED;
	a->fixed = name->attr[0];
	return true;
}

/* "request", "script, required", "request, optional, pattern:Example *". */
static bool read_source(struct reading *r, const struct ini_entry *x, struct profile_attr *a)
{
	static const char how[] = "only \"required\" or \"optional\", then \"pattern:TEXT\" may follow";
	struct bytes      word, text = x->value;

	if (bytes_starts(x->value, "fixed:"))
		return read_fixed(r, x, a);
	if (!ext_next_word(&text, &word) || (!bytes_is(word, "request") && !bytes_is(word, "script")))
		return profile_refuse(r, x, "request, script or fixed:TEXT is wanted");
	a->source = bytes_is(word, "request") ? ATTR_REQUEST : ATTR_SCRIPT;
	struct bytes rest = text;
	if (ext_next_word(&rest, &word) && (bytes_is(word, "optional") || bytes_is(word, "required"))) {
		a->optional = bytes_is(word, "optional");
		text = rest;
	}
	if (!text.p)
		return true;
	text = bytes_trim(text); /* to the end of the line: a pattern may hold commas */
	if (!bytes_starts(text, "pattern:") || text.len == strlen("pattern:"))
		return profile_refuse(r, x, how);
	a->pattern = bytes_skip(text, strlen("pattern:"));
	return true;
}

/* "subject = request": the whole of it, as it is. */
static bool read_whole(struct reading *r, const struct ini_section *s, struct ini_entry *x)
{
	static const struct {
		const char      *text;
		enum attr_source source;
	} sources[] = { { "request", ATTR_REQUEST }, { "script", ATTR_SCRIPT }, { "existing", ATTR_EXISTING } };
	size_t i = 0;

	while (i < COUNT_OF(sources) && !bytes_is(x->value, sources[i].text))
		i++;
	if (i == COUNT_OF(sources))
		return profile_refuse(r, x, "request, script or existing is wanted");
	if (s->num_entries != 1)
		return profile_refuse(r, x, "says all: no attribute stands beside it");
	r->p->whole = true;
	r->p->whole_source = sources[i].source;
	r->p->whole_text = x->value;
	return true;
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
			return profile_refuse(r, x, "stands twice");
	if (r->p->num_attrs == PROFILE_MAX_ATTRS)
		return profile_refuse(r, x, "too many attributes");
	if (!read_source(r, x, &a))
		return false;
	r->p->attr[r->p->num_attrs++] = a;
	return true;
}

/* A subject comes from a request or from a script, never from both. */
static bool read_subject(struct reading *r)
{
	struct ini_section *s = profile_need_section(r, "subject");
	bool                from[3] = { false };

	if (!s)
		return false;
	r->p->lines.subject = s->line;
	struct ini_entry *whole = ini_entry(s, "subject");
	if (whole)
		return read_whole(r, s, whole);
	for (size_t i = 0; i < s->num_entries; i++) {
		if (!read_attr(r, &s->entry[i]))
			return false;
		from[r->p->attr[i].source] = true;
		if (from[ATTR_REQUEST] && from[ATTR_SCRIPT])
			return profile_refuse(r, &s->entry[i], "some attributes are from the request, others from the script");
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
	struct ini_section *s = profile_need_section(r, "key");
	struct ini_entry   *x = s ? profile_need(r, s, "allowed") : NULL;

	if (!x)
		return false;
	r->p->lines.key = x->line;
	r->p->keys_text = x->value;
	struct bytes word, text = x->value;
	while (ext_next_word(&text, &word)) {
		if (r->p->num_keys == PROFILE_MAX_KEYS)
			return profile_refuse(r, x, "too many kinds");
		if (!read_key_range(&r->p->key[r->p->num_keys++], word))
			return profile_refuse(r, x, "P-256, P-384, P-521, Ed25519, RSA-BITS or RSA-BITS..BITS is wanted");
	}
	return ini_all_used(&r->ini, s, r->err);
}

static bool read_signatures(struct reading *r)
{
	struct ini_section *s = profile_need_section(r, "signature");
	struct ini_entry   *x = s ? profile_need(r, s, "allowed") : NULL;

	if (!x)
		return false;
	r->p->lines.signature = x->line;
	r->p->sigs_text = x->value;
	struct bytes word, text = x->value;
	while (ext_next_word(&text, &word)) {
		enum sig_alg sig;
		if (!sig_by_name(&sig, word))
			return profile_refuse(r, x, "a signature algorithm's name is wanted, such as ecdsa-with-SHA384");
		r->p->sigs |= 1u << sig;
	}
	return ini_all_used(&r->ini, s, r->err);
}

/* ---- [validity] ---------------------------------------------------------- */

static bool read_span(struct reading *r, const struct ini_entry *x)
{
	struct profile *p = r->p;

	if (!utc_span_parse(&p->span, x->value) || utc_add(0, p->span) <= 0 || p->span.months > 12 * 100 ||
	    p->span.seconds > UTC_DAY * 36525)
		return profile_refuse(r, x, "a span of up to a hundred years is wanted, such as 10y or 3650d");
	return true;
}

static bool read_crl_validity(struct reading *r, struct ini_section *s)
{
	struct ini_entry *begin = profile_need(r, s, "thisUpdate"), *end = begin ? profile_need(r, s, "nextUpdate") : NULL;

	if (!end)
		return false;
	if (!bytes_is(begin->value, "signing"))
		return profile_refuse(r, begin, "signing is wanted");
	r->p->begin_text = begin->value;
	r->p->span_text = end->value;
	r->p->lines.validity = end->line;
	return read_span(r, end) && ini_all_used(&r->ini, s, r->err);
}

/* From signing or from a date, for a span or to a date. */
static bool read_validity(struct reading *r)
{
	struct profile     *p = r->p;
	struct ini_section *s = profile_need_section(r, "validity");

	if (!s)
		return false;
	if (p->kind == PROFILE_CRL)
		return read_crl_validity(r, s);
	struct ini_entry *begin = profile_need(r, s, "notBefore"), *date = ini_entry(s, "notAfter"), *clamp = ini_entry(s, "clamp");
	struct ini_entry *end = !begin ? NULL : date ? date : profile_need(r, s, "duration");
	if (!end)
		return false;
	p->has_begin = !bytes_is(begin->value, "signing");
	if (p->has_begin && (!utc_parse(&p->begin, begin->value) || p->begin < 0))
		return profile_refuse(r, begin, "signing, or a moment such as 2026-11-21T09:00:00Z is wanted");
	p->has_end = date != NULL;
	if (p->has_end ? !utc_parse(&p->end, end->value) : !read_span(r, end))
		return p->has_end ? profile_refuse(r, end, "a moment such as 2036-11-21T09:00:00Z is wanted") : false;
	if (p->has_begin && p->has_end && p->end <= p->begin)
		return profile_refuse(r, end, "ends before it begins");
	if (clamp && !bytes_is(clamp->value, "yes") && !bytes_is(clamp->value, "no"))
		return profile_refuse(r, clamp, "yes or no is wanted");
	p->clamp = clamp && bytes_is(clamp->value, "yes");
	p->begin_text = begin->value;
	p->span_text = end->value;
	p->lines.validity = end->line;
	return ini_all_used(&r->ini, s, r->err); /* with notAfter, a duration is left over */
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
	{ "extensions", profile_read_extensions, { true, true }  },
	{ "entries",    profile_read_entries,    { false, true } },
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

struct bytes profile_shard_uri(const struct profile *p)
{
	return p->shard_uri;
}

bool profile_has_points(const struct profile *p)
{
	return profile_ext(p, OID_EXT_CRLDP) != NULL;
}

struct bytes profile_follows(const struct profile *p)
{
	return p->follows;
}

const struct profile_ext *profile_ext(const struct profile *p, enum oid id)
{
	for (size_t i = 0; i < p->num_exts; i++)
		if (p->ext[i].sample.id == id)
			return &p->ext[i];
	return NULL;
}
