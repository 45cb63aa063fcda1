/* ext_names.c: nameConstraints (RFC 5280 4.2.1.10): its DER, and the spelling of openssl.cnf.
 *
 * `permitted;DNS:example.com`, `excluded;IP:0.0.0.0/0.0.0.0`; a directory name stands
 * inline, `permitted;dirName:C=XX, O=Example`: an item ends where the next one begins. */
#include <arpa/inet.h>

#include "ceremony/base/text.h"
#include "ceremony/pki/ext_names.h"

#define PERMITTED DER_CONTEXT_IN(0)
#define EXCLUDED  DER_CONTEXT_IN(1)
#define IP4_LEN   4
#define IP6_LEN   16

/* Names that only an alternative name has, not a constraint. */
#define NAME_OTHER      DER_CONTEXT_IN(0)
#define NAME_REGISTERED DER_CONTEXT(8)

#define NAMES_SHOWN 512 /* octets of names that are shown one by one */

/* ---- DER ---------------------------------------------------------------- */

static bool name_is_sound(unsigned tag, struct bytes value)
{
	struct name name;

	switch (tag) {
	case NAME_DIRECTORY: return name_parse(&name, value, NULL);
	case NAME_IP: return value.len == 2 * IP4_LEN || value.len == 2 * IP6_LEN;
	default: return true;
	}
}

/* IA5 text from `first` on, without controls. */
static bool is_text(struct bytes value, uint8_t first)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.p[i] < first || value.p[i] > 0x7e)
			return false;
	return value.len > 0;
}

/* A URI is never relative: it begins with a scheme and its colon (RFC 3986 3.1). */
static bool has_scheme(struct bytes uri)
{
	for (size_t i = 0; i < uri.len; i++) {
		uint8_t c = uri.p[i];
		bool    letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
		if (c == ':')
			return i > 0;
		if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.')))
			return false;
	}
	return false;
}

/* OtherName (RFC 5280 4.2.1.6): a type and, in [0], one value. */
static bool is_other_name(struct bytes in)
{
	struct bytes type, value, content;
	unsigned     tag;

	return der_get(&in, DER_OID, &type) && oid_is_sound(type) && der_get(&in, DER_CONTEXT_IN(0), &value) && in.len == 0 &&
	       der_get_any(&value, &tag, &content, NULL) && value.len == 0;
}

/* EDIPartyName: perhaps who assigned the name, and the name. */
static bool is_party(struct bytes in)
{
	struct bytes text;

	if (der_next_is(in, DER_CONTEXT_IN(0)) && !der_get(&in, DER_CONTEXT_IN(0), &text))
		return false;
	return der_get(&in, DER_CONTEXT_IN(1), &text) && text.len && in.len == 0;
}

bool ext_is_general_name(unsigned tag, struct bytes value, struct bytes whole)
{
	struct name name;

	switch (tag) {
	case NAME_MAIL: return is_text(value, ' ');
	case NAME_DNS: return is_text(value, '!'); /* " " is named by the clause */
	case NAME_URI: return is_text(value, '!') && has_scheme(value);
	case NAME_IP: return value.len == IP4_LEN || value.len == IP6_LEN;
	case NAME_REGISTERED: return oid_is_sound(value);
	case NAME_DIRECTORY: return name_parse(&name, value, NULL);
	case NAME_OTHER: return is_other_name(value) && der_is_whole(whole);
	case DER_CONTEXT_IN(3): return der_is_whole(whole); /* x400Address */
	case DER_CONTEXT_IN(5): return is_party(value) && der_is_whole(whole);
	default: return false;
	}
}

bool ext_is_general_name_list(struct bytes in)
{
	struct bytes content, whole;
	unsigned     tag;

	if (in.len == 0)
		return false;
	while (in.len)
		if (!der_get_any(&in, &tag, &content, &whole) || !ext_is_general_name(tag, content, whole))
			return false;
	return true;
}

bool ext_is_general_names(struct bytes value)
{
	struct bytes in;

	return der_get(&value, DER_SEQUENCE, &in) && value.len == 0 && ext_is_general_name_list(in);
}

bool ext_is_purposes(struct bytes value)
{
	struct bytes in, oid;

	if (!der_get(&value, DER_SEQUENCE, &in) || value.len || in.len == 0)
		return false;
	while (in.len)
		if (!der_get(&in, DER_OID, &oid) || !oid_is_sound(oid))
			return false;
	return true;
}

static bool get_subtrees(struct ext_constraints *c, struct bytes in, bool excluded)
{
	struct bytes subtree;

	if (in.len == 0)
		return false; /* SIZE (1..MAX) */
	while (in.len) {
		struct ext_subtree *x = &c->item[c->num];
		if (c->num == EXT_MAX_SUBTREES || !der_get(&in, DER_SEQUENCE, &subtree) ||
		    !der_get_any(&subtree, &x->tag, &x->value, NULL) || !name_is_sound(x->tag, x->value))
			return false;
		x->excluded = excluded;
		x->odd = subtree.len > 0;
		c->num++;
	}
	return true;
}

bool ext_get_constraints(struct ext_constraints *out, struct bytes value)
{
	struct ext_constraints c = { .num = 0 };
	struct bytes           in, list;

	if (!der_get(&value, DER_SEQUENCE, &in) || value.len || in.len == 0)
		return false;
	if (der_next_is(in, PERMITTED) && (!der_get(&in, PERMITTED, &list) || !get_subtrees(&c, list, false)))
		return false;
	if (in.len && (!der_get(&in, EXCLUDED, &list) || !get_subtrees(&c, list, true) || in.len))
		return false;
	*out = c;
	return true;
}

static void put_subtrees(struct der *d, const struct ext_constraints *c, bool excluded)
{
	size_t mark = der_mark(d);

	for (size_t i = c->num; i > 0; i--) {
		const struct ext_subtree *x = &c->item[i - 1];
		size_t                    here = der_mark(d);
		if (x->excluded != excluded)
			continue;
		der_tlv(d, x->tag, x->value);
		der_wrap(d, DER_SEQUENCE, here);
	}
	if (der_mark(d) != mark)
		der_wrap(d, excluded ? EXCLUDED : PERMITTED, mark);
}

void ext_put_constraints(struct der *d, const struct ext_constraints *c)
{
	size_t mark = der_mark(d);

	put_subtrees(d, c, true);
	put_subtrees(d, c, false);
	der_wrap(d, DER_SEQUENCE, mark);
}

/* ---- kinds of names ------------------------------------------------------ */

bool ext_is_host(struct bytes a)
{
	size_t label = 0;

	for (size_t i = 0; i < a.len; i++) {
		uint8_t c = a.p[i];
		bool    plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (c == '.' ? label == 0 || a.p[i - 1] == '-' : !plain && (c != '-' || label == 0))
			return false;
		label = c == '.' ? 0 : label + 1;
		if (label > 63)
			return false;
	}
	return label && a.len <= 253 && a.p[a.len - 1] != '-';
}

static bool is_host_or_below(struct bytes a)
{
	return ext_is_host(a.len && a.p[0] == '.' ? bytes_skip(a, 1) : a);
}

/* A mailbox's local part is taken as it stands: printable, and no second @. */
static bool is_mail(struct bytes a)
{
	struct bytes local, host;

	if (!bytes_cut(a, '@', &local, &host))
		return is_host_or_below(a);
	for (size_t i = 0; i < local.len; i++)
		if (local.p[i] <= 0x20 || local.p[i] >= 0x7f)
			return false;
	return local.len && ext_is_host(host);
}

/* ---- from text ------------------------------------------------------------ */

struct item_reader {
	struct ext_subtree *out;
	struct arena       *arena;
	struct err         *err;
};

static bool refuse(const struct item_reader *r, const char *why, struct bytes word)
{
	return err_set(r->err, ERR_PROFILE_VALUE, "%s: \"%.*s\"", why, (int)(word.len < 100 ? word.len : 100),
	               word.len ? (const char *)word.p : "");
}

static bool read_dns(const struct item_reader *r, struct bytes text)
{
	r->out->value = text;
	return text.len == 0 || ext_is_host(text) || refuse(r, "not a host's name, or none for all", text);
}

static bool read_mail(const struct item_reader *r, struct bytes text)
{
	r->out->value = text;
	return is_mail(text) || refuse(r, "a mailbox, a host or .host is wanted", text);
}

static bool read_uri(const struct item_reader *r, struct bytes text)
{
	r->out->value = text;
	return is_host_or_below(text) || refuse(r, "a host or .host is wanted, without a scheme", text);
}

static bool read_directory(const struct item_reader *r, struct bytes text)
{
	struct name name;

	if (!name_from_text(&name, r->arena, text, r->err))
		return false;
	r->out->value = name.der;
	return name.num_attrs || refuse(r, "an empty name", text);
}

static bool to_address(uint8_t out[IP6_LEN], size_t *len, struct bytes text)
{
	char cstr[INET6_ADDRSTRLEN];

	if (text.len >= sizeof cstr)
		return false;
	memcpy(cstr, text.p, text.len);
	cstr[text.len] = 0;
	*len = memchr(text.p, ':', text.len) ? IP6_LEN : IP4_LEN;
	return inet_pton(*len == IP6_LEN ? AF_INET6 : AF_INET, cstr, out) == 1;
}

/* One bits, then zero bits; and no bit of the address beyond the mask (RFC 4632 3.1). */
static bool is_prefix(const uint8_t *address, const uint8_t *mask, size_t len)
{
	bool ended = false;

	for (size_t i = 0; i < len * 8; i++) {
		bool one = mask[i / 8] >> (7 - i % 8) & 1;
		if (one && ended)
			return false;
		ended = !one;
		if (!one && (address[i / 8] >> (7 - i % 8) & 1))
			return false;
	}
	return true;
}

static bool read_ip(const struct item_reader *r, struct bytes text)
{
	uint8_t      octets[2 * IP6_LEN], mask[IP6_LEN];
	size_t       len, mask_len;
	struct bytes address, rest;

	if (!bytes_cut(text, '/', &address, &rest) || !to_address(octets, &len, address) ||
	    !to_address(mask, &mask_len, rest) || len != mask_len)
		return refuse(r, "ADDRESS/MASK is wanted", text);
	if (!is_prefix(octets, mask, len))
		return refuse(r, "the mask is not a prefix, or the address goes beyond it", text);
	memcpy(octets + len, mask, len);
	r->out->value = arena_copy(r->arena, bytes_of(octets, 2 * len));
	return r->out->value.p || err_set(r->err, ERR_TOO_LARGE, "%s", "nameConstraints");
}

static const struct {
	const char *name;
	unsigned    tag;
	bool (*read)(const struct item_reader *r, struct bytes text);
} kinds[] = {
	{ "DNS:", NAME_DNS, read_dns },          { "email:", NAME_MAIL, read_mail },
	{ "URI:", NAME_URI, read_uri },          { "IP:", NAME_IP, read_ip },
	{ "dirName:", NAME_DIRECTORY, read_directory },
};

static bool begins_item(struct bytes text)
{
	return bytes_starts(text, "permitted;") || bytes_starts(text, "excluded;");
}

/* Eats up to the comma behind which the next item begins. */
static struct bytes eat_item(struct bytes *text)
{
	for (size_t i = 0; i < text->len; i++) {
		if (text->p[i] != ',' || (i && text->p[i - 1] == '\\'))
			continue;
		struct bytes rest = bytes_trim(bytes_skip(*text, i + 1));
		if (rest.len && !begins_item(rest))
			continue;
		struct bytes item = bytes_trim(bytes_first(*text, i));
		*text = rest.len ? rest : bytes_of("", 0);
		return item;
	}
	struct bytes item = bytes_trim(*text);
	*text = bytes_of(NULL, 0);
	return item;
}

static bool read_item(const struct item_reader *r, struct bytes item)
{
	struct bytes which, name;

	if (!begins_item(item) || !bytes_cut(item, ';', &which, &name))
		return refuse(r, "permitted;TYPE:NAME or excluded;TYPE:NAME is wanted", item);
	r->out->excluded = bytes_is(which, "excluded");
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (!bytes_starts(name, kinds[i].name))
			continue;
		r->out->tag = kinds[i].tag;
		return kinds[i].read(r, bytes_skip(name, strlen(kinds[i].name)));
	}
	return refuse(r, "DNS, IP, email, URI or dirName is wanted", name);
}

bool ext_constraints_from_text(struct ext_constraints *out, struct arena *a, struct bytes text, struct err *e)
{
	struct ext_constraints c = { .num = 0 };

	do {
		struct ext_subtree *x = &c.item[c.num];
		struct item_reader  r = { .out = x, .arena = a, .err = e };
		struct bytes        item = eat_item(&text);
		if (c.num == EXT_MAX_SUBTREES)
			return refuse(&r, "too many", item);
		if (!read_item(&r, item))
			return false;
		for (size_t i = 0; i < c.num; i++)
			if (c.item[i].tag == x->tag && c.item[i].excluded == x->excluded && bytes_equal(c.item[i].value, x->value))
				return refuse(&r, "stands twice", item);
		c.num++;
	} while (text.p);
	*out = c;
	return true;
}

/* ---- to text ---------------------------------------------------------------- */

static bool show_address(struct buf *b, struct bytes value)
{
	char text[INET6_ADDRSTRLEN];

	if (!inet_ntop(value.len == IP6_LEN ? AF_INET6 : AF_INET, value.p, text, sizeof text))
		return false;
	buf_str(b, text);
	return true;
}

static bool show_ip(struct buf *b, struct bytes value)
{
	const size_t half = value.len / 2;

	if (!show_address(b, bytes_first(value, half)))
		return false;
	buf_str(b, "/");
	return show_address(b, bytes_skip(value, half));
}

static bool show_directory(struct buf *b, struct bytes value)
{
	struct name name;

	if (!name_parse(&name, value, NULL))
		return false;
	name_put(b, &name);
	return true;
}

static bool show_name(struct buf *b, unsigned tag, struct bytes value)
{
	if (tag == NAME_IP)
		return show_ip(b, value);
	if (tag == NAME_DIRECTORY)
		return show_directory(b, value);
	text_escape(b, value);
	return true;
}

/* Of another name, its type and its value where that is text. */
static bool show_other(struct buf *b, struct bytes in)
{
	struct bytes type, value, text;

	if (!der_get(&in, DER_OID, &type) || !oid_put_dotted(b, type) || !der_get(&in, DER_CONTEXT_IN(0), &value) ||
	    !der_get(&value, DER_UTF8_STRING, &text) || value.len || memchr(text.p, ',', text.len))
		return false; /* a comma begins the next name */
	buf_str(b, ";UTF8:");
	text_escape(b, text);
	return true;
}

static bool show_alternative(struct buf *b, unsigned tag, struct bytes value)
{
	switch (tag) {
	case NAME_IP: return show_address(b, value);
	case NAME_DIRECTORY: return show_directory(b, value);
	case NAME_REGISTERED: return oid_put_dotted(b, value);
	case NAME_OTHER: return show_other(b, value);
	case NAME_MAIL:
		if (memchr(value.p, ',', value.len))
			return false;
		break;
	default: break;
	}
	text_escape(b, value);
	return true;
}

bool ext_general_names_put_text(struct buf *b, struct bytes value)
{
	static const struct {
		unsigned    tag;
		const char *word;
	} words[] = {
		{ NAME_DNS, "DNS:" },           { NAME_MAIL, "email:" },      { NAME_URI, "URI:" }, { NAME_IP, "IP:" },
		{ NAME_DIRECTORY, "dirName:" }, { NAME_REGISTERED, "RID:" }, { NAME_OTHER, "otherName:" },
	};
	struct bytes in, content, whole;
	unsigned     tag;

	if (value.len > NAMES_SHOWN || !ext_is_general_names(value) || !der_get(&value, DER_SEQUENCE, &in))
		return false;
	for (const char *separator = ""; in.len; separator = ", ") {
		size_t i = 0;
		MUST(der_get_any(&in, &tag, &content, &whole));
		while (i < COUNT_OF(words) && words[i].tag != tag)
			i++;
		if (i == COUNT_OF(words))
			return false;
		buf_fmt(b, "%s%s", separator, words[i].word);
		if (!show_alternative(b, tag, content))
			return false;
	}
	return true;
}

bool ext_constraints_put_text(struct buf *b, struct bytes value)
{
	struct ext_constraints c;

	if (!ext_get_constraints(&c, value))
		return false;
	for (size_t i = 0; i < c.num; i++) {
		size_t k = 0;
		while (k < COUNT_OF(kinds) && kinds[k].tag != c.item[i].tag)
			k++;
		if (k == COUNT_OF(kinds) || c.item[i].odd)
			return false;
		buf_str(b, i ? ", " : "");
		buf_str(b, c.item[i].excluded ? "excluded;" : "permitted;");
		buf_str(b, kinds[k].name);
		if (!show_name(b, c.item[i].tag, c.item[i].value))
			return false;
	}
	return true;
}
