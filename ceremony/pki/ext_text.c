/* ext_text.c: extensions as openssl.cnf spells them; see ext.h. One row of `spellings` is
 * all that it takes to know another one. */
#include "ceremony/pki/ext.h"

#include "ceremony/base/text.h"
#include "ceremony/pki/ext_names.h"

#define WORD_SHOWN 100 /* octets of a word that is not understood */
#define HEX_SHOWN  32  /* octets of a value without a spelling that are shown */

static const char *const usage_names[] = {
	"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
	"keyCertSign",      "cRLSign",        "encipherOnly",    "decipherOnly",
};

/* What a reader of one extension is given. */
struct speller {
	struct der           der;
	struct bytes         text; /* without "critical" */
	const struct ext_ids *ids;
	struct arena         *arena;
	struct err           *err;
};

static bool refuse(struct speller *s, const char *why, struct bytes word)
{
	size_t len = word.len < WORD_SHOWN ? word.len : WORD_SHOWN;

	while (len < word.len && (word.p[len] & 0xc0) == 0x80)
		len--; /* not within a character */
	return err_set(s->err, ERR_PROFILE_VALUE, "%s: \"%.*s\"", why, (int)len,
	               word.p ? (const char *)word.p : "");
}

bool ext_next_word(struct bytes *text, struct bytes *word)
{
	struct bytes rest = bytes_of(NULL, 0);

	if (!text->p)
		return false;
	if (!bytes_cut(*text, ',', word, &rest))
		*word = *text;
	*word = bytes_trim(*word);
	*text = rest;
	return true;
}

static bool strip(struct bytes *word, const char *prefix)
{
	if (!bytes_starts(*word, prefix))
		return false;
	*word = bytes_skip(*word, strlen(prefix));
	return true;
}

/* ---- from text ---------------------------------------------------------- */

static bool read_basic(struct speller *s)
{
	struct ext_basic v = { 0 };
	struct bytes     word, text = s->text;
	uint64_t         n;

	if (!ext_next_word(&text, &word))
		return refuse(s, "CA:TRUE or CA:FALSE is wanted", s->text);
	v.ca = bytes_is(word, "CA:TRUE");
	if (!v.ca && !bytes_is(word, "CA:FALSE"))
		return refuse(s, "CA:TRUE or CA:FALSE is wanted", word);
	if (ext_next_word(&text, &word)) {
		if (!v.ca || !strip(&word, "pathlen:") || !bytes_to_u64(&n, word, UINT16_MAX) || text.p)
			return refuse(s, "pathlen:NUMBER after CA:TRUE is wanted", word);
		v.has_pathlen = true;
		v.pathlen = (uint32_t)n;
	}
	ext_put_basic(&s->der, &v);
	return true;
}

static bool read_usage(struct speller *s)
{
	struct bytes word, text = s->text;
	uint16_t     bits = 0;

	while (ext_next_word(&text, &word)) {
		size_t i = 0;
		while (i < COUNT_OF(usage_names) && !bytes_is(word, usage_names[i]))
			i++;
		if (i == COUNT_OF(usage_names) || (bits >> i & 1))
			return refuse(s, "not a key usage, or twice", word);
		bits = (uint16_t)(bits | 1u << i);
	}
	der_named_bits(&s->der, bits);
	return true;
}

static bool read_subject_id(struct speller *s)
{
	if (!bytes_is(s->text, "hash"))
		return refuse(s, "hash is wanted", s->text);
	der_tlv(&s->der, DER_OCTET_STRING, bytes_of(s->ids->subject, KEY_ID_LEN));
	return true;
}

static bool read_authority_id(struct speller *s)
{
	if (!bytes_is(s->text, "keyid:always") && !bytes_is(s->text, "keyid"))
		return refuse(s, "keyid:always is wanted", s->text);
	ext_put_authority_id(&s->der, bytes_of(s->ids->authority, KEY_ID_LEN));
	return true;
}

static bool read_oid(struct speller *s, struct bytes *out, struct bytes word)
{
	enum oid   id = oid_by_name(word);
	uint8_t    octets[64];
	struct buf b = BUF_ON(octets);

	if (id != OID_UNKNOWN) {
		*out = oid_der(id);
		return true;
	}
	if (!oid_parse_dotted(&b, word) || !buf_ok(&b))
		return refuse(s, "not a name or an object identifier", word);
	*out = arena_copy(s->arena, buf_bytes(&b));
	return out->p || err_set(s->err, ERR_TOO_LARGE, "%s", "");
}

/* An absolute URI of visible ASCII (RFC 3986 2, 3.1); a comma is written %2C. One of http has a host (RFC 9110 4.2.1). */
static bool read_uri(struct speller *s, struct bytes *out, struct bytes word)
{
	struct bytes scheme, rest;

	if (!bytes_cut(word, ':', &scheme, &rest) || scheme.len == 0 || !bytes_starts(rest, "//") || rest.len < 3)
		return refuse(s, "not a URI", word);
	if (bytes_starts(scheme, "http") && strchr("/:?#@", rest.p[2]))
		return refuse(s, "a URI without a host", word);
	for (size_t i = 0; i < word.len; i++)
		if (word.p[i] <= 0x20 || word.p[i] >= 0x7f || strchr("\"<>\\^`{|}", word.p[i]))
			return refuse(s, "not a URI", word);
	*out = word;
	return true;
}

static bool read_purpose(struct speller *s, struct ext_item *out, struct bytes word)
{
	return read_oid(s, &out->oid, word);
}

/* OID, or OID;CPS:URI. */
static bool read_policy(struct speller *s, struct ext_item *out, struct bytes word)
{
	struct bytes cps;

	if (!bytes_cut(word, ';', &word, &cps))
		return read_oid(s, &out->oid, word);
	if (!strip(&cps, "CPS:"))
		return refuse(s, "OID;CPS:URI is wanted", cps);
	return read_oid(s, &out->oid, word) && read_uri(s, &out->uri, cps);
}

static bool read_point(struct speller *s, struct ext_item *out, struct bytes word)
{
	if (!strip(&word, "URI:"))
		return refuse(s, "URI:... is wanted", word);
	return read_uri(s, &out->uri, word);
}

static bool read_access(struct speller *s, struct ext_item *out, struct bytes word)
{
	struct bytes method, uri;

	if (!bytes_cut(word, ';', &method, &uri) || !strip(&uri, "URI:"))
		return refuse(s, "METHOD;URI:... is wanted", word);
	return read_oid(s, &out->oid, method) && read_uri(s, &out->uri, uri);
}

static bool read_list(struct speller *s, enum oid id,
                      bool (*read)(struct speller *s, struct ext_item *out, struct bytes word))
{
	struct ext_list list = { .num = 0 };
	struct bytes    word, text = s->text;

	while (ext_next_word(&text, &word)) {
		struct ext_item item = { .odd = false };
		if (list.num == EXT_MAX_ITEMS)
			return refuse(s, "too many", word);
		if (!read(s, &item, word))
			return false;
		for (size_t i = 0; i < list.num; i++)
			if (bytes_equal(list.item[i].oid, item.oid) && bytes_equal(list.item[i].uri, item.uri))
				return refuse(s, "stands twice", word);
		list.item[list.num++] = item;
	}
	ext_put_list(&s->der, id, &list);
	return true;
}

static bool read_purposes(struct speller *s)
{
	return read_list(s, OID_EXT_EKU, read_purpose);
}

static bool read_policies(struct speller *s)
{
	return read_list(s, OID_EXT_CP, read_policy);
}

static bool read_points(struct speller *s)
{
	return read_list(s, OID_EXT_CRLDP, read_point);
}

static bool read_accesses(struct speller *s)
{
	return read_list(s, OID_EXT_AIA, read_access);
}

static bool read_constraints(struct speller *s)
{
	struct ext_constraints c;

	if (!ext_constraints_from_text(&c, s->arena, s->text, s->err))
		return false;
	ext_put_constraints(&s->der, &c);
	return true;
}

/* Its value is NULL: there is nothing to say (RFC 6960 4.2.2.2.1). */
static bool read_no_check(struct speller *s)
{
	if (!bytes_is(s->text, "ignored"))
		return refuse(s, "ignored is wanted, as in openssl.cnf", s->text);
	der_null(&s->der);
	return true;
}

/* ---- to text ------------------------------------------------------------ */

static bool show_basic(struct buf *b, struct bytes value)
{
	struct ext_basic v;

	if (!ext_get_basic(&v, value))
		return false;
	buf_str(b, v.ca ? "CA:TRUE" : "CA:FALSE");
	if (v.has_pathlen)
		buf_fmt(b, ", pathlen:%u", v.pathlen);
	return true;
}

static bool show_usage(struct buf *b, struct bytes value)
{
	const char *separator = "";
	uint16_t    bits;

	if (!ext_get_usage(&bits, value) || bits >> COUNT_OF(usage_names))
		return false;
	for (size_t i = 0; i < COUNT_OF(usage_names); i++) {
		if (bits >> i & 1) {
			buf_fmt(b, "%s%s", separator, usage_names[i]);
			separator = ", ";
		}
	}
	return true;
}

static bool show_subject_id(struct buf *b, struct bytes value)
{
	struct bytes id;

	if (!ext_get_subject_id(&id, value))
		return false;
	buf_hex(b, id);
	return true;
}

static bool show_authority_id(struct buf *b, struct bytes value)
{
	struct bytes id;

	if (!ext_get_authority_id(&id, value))
		return false;
	buf_str(b, "keyid:");
	buf_hex(b, id);
	return true;
}

static void show_oid(struct buf *b, struct bytes oid)
{
	enum oid id = oid_find(oid);

	if (id != OID_UNKNOWN)
		buf_str(b, oid_name(id));
	else if (!oid_put_dotted(b, oid))
		buf_hex(b, oid);
}

static bool show_list(struct buf *b, struct bytes value, enum oid id, const char *uri_prefix)
{
	struct ext_list list;

	if (!ext_get_list(&list, id, value))
		return false;
	for (size_t i = 0; i < list.num; i++) {
		const struct ext_item *x = &list.item[i];
		if (x->odd)
			return false;
		buf_str(b, i ? ", " : "");
		if (x->oid.p)
			show_oid(b, x->oid);
		if (x->uri.p) {
			buf_str(b, uri_prefix);
			text_escape(b, x->uri);
		}
	}
	return true;
}

static bool show_purposes(struct buf *b, struct bytes value)
{
	return show_list(b, value, OID_EXT_EKU, "");
}

static bool show_policies(struct buf *b, struct bytes value)
{
	return show_list(b, value, OID_EXT_CP, ";CPS:");
}

static bool show_points(struct buf *b, struct bytes value)
{
	return show_list(b, value, OID_EXT_CRLDP, "URI:");
}

static bool show_accesses(struct buf *b, struct bytes value)
{
	return show_list(b, value, OID_EXT_AIA, ";URI:");
}

static bool show_no_check(struct buf *b, struct bytes value)
{
	buf_str(b, "ignored");
	return bytes_equal(value, BYTES_LIT("\x05\x00"));
}

/* ---- the table ---------------------------------------------------------- */

static const struct spelling {
	enum oid id;
	bool (*read)(struct speller *s); /* NULL: no profile grants it */
	bool (*show)(struct buf *b, struct bytes value); /* false: not well-formed, or no words for it */
} spellings[] = {
	{ OID_EXT_BC,    read_basic,        show_basic        },
	{ OID_EXT_KU,    read_usage,        show_usage        },
	{ OID_EXT_EKU,   read_purposes,     show_purposes     },
	{ OID_EXT_SKI,   read_subject_id,   show_subject_id   },
	{ OID_EXT_AKI,   read_authority_id, show_authority_id },
	{ OID_EXT_NC,    read_constraints,  ext_constraints_put_text },
	{ OID_EXT_CP,    read_policies,     show_policies     },
	{ OID_EXT_CRLDP, read_points,       show_points       },
	{ OID_EXT_AIA,   read_accesses,     show_accesses     },
	{ OID_EXT_OCSP_NOCHECK, read_no_check, show_no_check },
	{ OID_EXT_SAN,   NULL,              ext_general_names_put_text },
};

static const struct spelling *spelling_of(enum oid id)
{
	for (size_t i = 0; i < COUNT_OF(spellings); i++)
		if (spellings[i].id == id)
			return &spellings[i];
	return NULL;
}

bool ext_is_spelled(enum oid id)
{
	const struct spelling *spelling = spelling_of(id);

	return spelling && spelling->read;
}

bool ext_from_text(struct ext *out, struct arena *a, enum oid id, struct bytes text, const struct ext_ids *ids,
                   struct err *e)
{
	const struct spelling *spelling = spelling_of(id);
	uint8_t                room[EXT_MAX_VALUE];
	struct speller         s = { .der = der_on(room, sizeof room), .text = text, .ids = ids, .arena = a, .err = e };
	struct bytes           rest, word;
	struct ext             x = { .id = id, .oid = oid_der(id) };

	MUST(spelling && spelling->read);
	rest = text;
	x.critical = ext_next_word(&rest, &word) && bytes_is(word, "critical");
	if (x.critical)
		s.text = rest.p ? bytes_trim(rest) : bytes_of("", 0);
	if (!spelling->read(&s))
		return false;
	x.value = s.der.failed ? bytes_of(NULL, 0) : arena_copy(a, der_bytes(&s.der));
	if (!x.value.p)
		return err_set(e, ERR_TOO_LARGE, "%s", oid_name(id));
	*out = x;
	return true;
}

void ext_put_text(struct buf *b, const struct ext *x)
{
	const struct spelling *spelling = spelling_of(x->id);

	if (x->critical)
		buf_str(b, "critical, ");
	struct buf before = *b;
	if (spelling && spelling->show(b, x->value))
		return;
	*b = before; /* half a spelling is none */
	buf_str(b, "DER:");
	buf_hex(b, bytes_first(x->value, x->value.len < HEX_SHOWN ? x->value.len : HEX_SHOWN));
	buf_str(b, x->value.len > HEX_SHOWN ? "..." : "");
}
