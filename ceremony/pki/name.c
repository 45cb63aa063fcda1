/* name.c: see name.h. */
#include "ceremony/pki/name.h"

#include "ceremony/base/text.h"

/* Which string types an attribute takes. */
enum kind {
	KIND_DIRECTORY, /* UTF8String or PrintableString; built as UTF8String */
	KIND_PRINTABLE,
	KIND_COUNTRY, /* PrintableString of two upper-case letters (ISO 3166-1) */
	KIND_IA5,
	KIND_PKCS9, /* UTF8String, PrintableString or IA5String (RFC 2985 5.4.2) */
};

struct rule {
	enum oid  type;
	enum kind kind;
	size_t    max; /* characters; 0: no bound but NAME_MAX_DER */
};

/* Upper bounds: RFC 5280 appendix A.1; what it does not name, X.520 annex C. */
static const struct rule rules[] = {
	{ OID_AT_CN, KIND_DIRECTORY, 64 },
	{ OID_AT_SN, KIND_DIRECTORY, 32768 },
	{ OID_AT_SERIAL, KIND_PRINTABLE, 64 },
	{ OID_AT_C, KIND_COUNTRY, 2 },
	{ OID_AT_L, KIND_DIRECTORY, 128 },
	{ OID_AT_ST, KIND_DIRECTORY, 128 },
	{ OID_AT_STREET, KIND_DIRECTORY, 128 },
	{ OID_AT_O, KIND_DIRECTORY, 64 },
	{ OID_AT_OU, KIND_DIRECTORY, 64 },
	{ OID_AT_TITLE, KIND_DIRECTORY, 64 },
	{ OID_AT_DESCRIPTION, KIND_DIRECTORY, 1024 },
	{ OID_AT_BUSINESS, KIND_DIRECTORY, 128 },
	{ OID_AT_POSTAL_CODE, KIND_DIRECTORY, 40 },
	{ OID_AT_NAME, KIND_DIRECTORY, 32768 },
	{ OID_AT_GN, KIND_DIRECTORY, 32768 },
	{ OID_AT_INITIALS, KIND_DIRECTORY, 32768 },
	{ OID_AT_GENERATION, KIND_DIRECTORY, 32768 },
	{ OID_AT_DN_QUALIFIER, KIND_PRINTABLE, 0 },
	{ OID_AT_PSEUDONYM, KIND_DIRECTORY, 128 },
	{ OID_AT_ORG_ID, KIND_DIRECTORY, 0 },
	{ OID_AT_UID, KIND_DIRECTORY, 256 },
	{ OID_AT_DC, KIND_IA5, 63 },
	{ OID_AT_EMAIL, KIND_IA5, 255 },
	{ OID_AT_UNSTRUCTURED_NAME, KIND_PKCS9, 255 },
	{ OID_AT_JURISDICTION_L, KIND_DIRECTORY, 128 },
	{ OID_AT_JURISDICTION_ST, KIND_DIRECTORY, 128 },
	{ OID_AT_JURISDICTION_C, KIND_COUNTRY, 2 },
};

/* A type that is not in the table: any of the three string types, any length. */
static const struct rule any_rule = { OID_UNKNOWN, KIND_PKCS9, 0 };

static const struct rule *rule_of(enum oid type)
{
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		if (rules[i].type == type)
			return &rules[i];
	return &any_rule;
}

#define TYPE_MAX      64  /* octets of a type's content */

const char *name_type(char out[NAME_TYPE_TEXT], const struct name_attr *at)
{
	struct buf b = buf_init(out, NAME_TYPE_TEXT);

	if (at->type != OID_UNKNOWN)
		return oid_name(at->type);
	if (!oid_put_dotted(&b, at->type_der))
		buf_hex(&b, at->type_der);
	return buf_cstr(&b);
}

/* ---- reading ------------------------------------------------------------ */

static bool is_printable(struct bytes a)
{
	static const char others[] = " '()+,-./:=?";

	for (size_t i = 0; i < a.len; i++) {
		uint8_t c = a.p[i];
		bool    letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (!letter && (c == 0 || !strchr(others, c)))
			return false;
	}
	return true;
}

static bool is_ascii_text(struct bytes a)
{
	for (size_t i = 0; i < a.len; i++)
		if (a.p[i] < 0x20 || a.p[i] > 0x7e)
			return false;
	return true;
}

static bool is_country(struct bytes a)
{
	return a.len == 2 && a.p[0] >= 'A' && a.p[0] <= 'Z' && a.p[1] >= 'A' && a.p[1] <= 'Z';
}

/* Characters of well-formed UTF-8. */
static size_t count_characters(struct bytes a)
{
	size_t num = 0;

	for (size_t i = 0; i < a.len; i++)
		num += (a.p[i] & 0xc0) != 0x80;
	return num;
}

static const char *tag_name(unsigned tag)
{
	switch (tag) {
	case DER_UTF8_STRING: return "UTF8String";
	case DER_PRINTABLE_STRING: return "PrintableString";
	case DER_IA5_STRING: return "IA5String";
	case DER_T61_STRING: return "TeletexString";
	case DER_BMP_STRING: return "BMPString";
	case DER_UNIVERSAL_STRING: return "UniversalString";
	default: return "of another type";
	}
}

static bool tag_fits(unsigned tag, enum kind kind)
{
	switch (kind) {
	case KIND_DIRECTORY: return tag == DER_UTF8_STRING || tag == DER_PRINTABLE_STRING;
	case KIND_PRINTABLE:
	case KIND_COUNTRY: return tag == DER_PRINTABLE_STRING;
	case KIND_IA5: return tag == DER_IA5_STRING;
	case KIND_PKCS9: return tag == DER_UTF8_STRING || tag == DER_PRINTABLE_STRING || tag == DER_IA5_STRING;
	}
	return false;
}

/* One value against the rule of its type. */
static bool check_value(const struct name_attr *at, struct err *e)
{
	const struct rule *rule = rule_of(at->type);
	char               type[NAME_TYPE_TEXT], shown[81];
	struct buf         b = buf_init(shown, sizeof shown - 1);

	if (!tag_fits(at->tag, rule->kind))
		return err_set(e, ERR_NAME_TYPE, "%s is %s", name_type(type, at), tag_name(at->tag));
	bool good = at->tag == DER_PRINTABLE_STRING ? is_printable(at->value)
	            : at->tag == DER_IA5_STRING     ? is_ascii_text(at->value)
	                                            : text_is_plain(at->value);
	if (good && at->value.len && rule->kind == KIND_COUNTRY)
		good = is_country(at->value);
	if (!good) {
		text_escape(&b, at->value);
		shown[b.len] = 0;
		return err_set(e, ERR_NAME_TEXT, "%s, %s: %s", name_type(type, at), tag_name(at->tag), shown);
	}
	size_t num = count_characters(at->value);
	if (num == 0)
		return err_set(e, ERR_NAME_LENGTH, "%s is empty", name_type(type, at));
	if (rule->max && num > rule->max)
		return err_set(e, ERR_NAME_LENGTH, "%s has %zu characters, at most %zu", name_type(type, at), num,
		               rule->max);
	return true;
}

/* AttributeTypeAndValue: eats its content to the end. */
static bool parse_attr(struct name_attr *out, struct bytes in, struct err *e)
{
	if (!der_get(&in, DER_OID, &out->type_der) || out->type_der.len > TYPE_MAX ||
	    !der_get_any(&in, &out->tag, &out->value, NULL) || in.len)
		return err_set(e, ERR_NAME_FORM, "an attribute");
	out->type = rule_of(oid_find(out->type_der))->type; /* any other OID of ours is no attribute */
	if (!oid_is_sound(out->type_der))
		return err_set(e, ERR_NAME_FORM, "the type of an attribute");
	return check_value(out, e);
}

static bool parse_rdn(struct name *n, struct bytes set, unsigned rdn, struct err *e)
{
	const size_t first = n->num_attrs;
	struct bytes before = { 0 };
	char         type[NAME_TYPE_TEXT];

	while (set.len) {
		struct name_attr *at = &n->attr[n->num_attrs];
		struct bytes      content, whole;
		unsigned          tag;

		if (n->num_attrs == NAME_MAX_ATTRS)
			return err_set(e, ERR_TOO_LARGE, "a name of more than %d attributes", NAME_MAX_ATTRS);
		if (!der_get_any(&set, &tag, &content, &whole) || tag != DER_SEQUENCE)
			return err_set(e, ERR_NAME_FORM, "an attribute");
		if (!parse_attr(at, content, e))
			return false;
		at->rdn = rdn;
		for (size_t i = first; i < n->num_attrs; i++)
			if (bytes_equal(n->attr[i].type_der, at->type_der))
				return err_set(e, ERR_NAME_TWICE, "%s", name_type(type, at));
		/* X.690 11.6; no element is a prefix of another, so its padding rule never matters */
		if (before.len && bytes_compare(before, whole) > 0)
			return err_set(e, ERR_NAME_ORDER, "%s", name_type(type, at));
		before = whole;
		n->num_attrs++;
	}
	return true;
}

bool name_parse(struct name *out, struct bytes der, struct err *e)
{
	struct name  n = { .der = der };
	struct bytes in = der, rdns, set;

	if (der.len > NAME_MAX_DER)
		return err_set(e, ERR_TOO_LARGE, "a name of %zu octets, at most %d", der.len, NAME_MAX_DER);
	if (!der_get(&in, DER_SEQUENCE, &rdns) || in.len)
		return err_set(e, ERR_NAME_FORM, "not one sequence");
	for (unsigned rdn = 0; rdns.len; rdn++) {
		if (!der_get(&rdns, DER_SET, &set) || set.len == 0)
			return err_set(e, ERR_NAME_FORM, "level %u", rdn + 1);
		if (!parse_rdn(&n, set, rdn, e))
			return false;
	}
	*out = n;
	return true;
}

const struct name_attr *name_find(const struct name *n, enum oid type)
{
	for (size_t i = 0; i < n->num_attrs; i++)
		if (n->attr[i].type == type)
			return &n->attr[i];
	return NULL;
}

/* ---- building ----------------------------------------------------------- */

bool name_build(struct name *out, struct arena *a, const struct name_attr *attrs, size_t num, struct err *e)
{
	uint8_t    storage[NAME_MAX_DER];
	struct der d = der_on(storage, sizeof storage);
	size_t     end = der_mark(&d);

	for (size_t i = num; i-- > 0;) {
		const struct name_attr *at = &attrs[i];
		size_t                  mark = der_mark(&d);
		der_tlv(&d, at->tag, at->value);
		der_tlv(&d, DER_OID, at->type == OID_UNKNOWN ? at->type_der : oid_der(at->type));
		der_wrap(&d, DER_SEQUENCE, mark);
		der_wrap(&d, DER_SET, mark);
	}
	der_wrap(&d, DER_SEQUENCE, end);
	if (d.failed)
		return err_set(e, ERR_TOO_LARGE, "a name of more than %d octets", NAME_MAX_DER);
	struct bytes der = arena_copy(a, der_bytes(&d));
	if (!der.p)
		return err_set(e, ERR_TOO_LARGE, "no room for a name");
	return name_parse(out, der, e); /* what is built obeys what is read */
}

/* Eats one "TYPE=VALUE" and the comma behind it. *value is unescaped, in storage of b. */
static bool eat_part(struct bytes *text, struct bytes *type, struct buf *b, struct err *e)
{
	struct bytes in = { 0 };
	size_t       kept = 0; /* octets of the value without the blanks at its end */

	if (!bytes_cut(*text, '=', type, &in))
		return err_set(e, ERR_NAME_SPELLING, "a part without =");
	*type = bytes_trim(*type);
	while (in.len && in.p[0] == ' ')
		in = bytes_skip(in, 1);
	while (in.len && in.p[0] != ',') {
		bool escaped = in.p[0] == '\\';
		if (escaped) {
			if (in.len < 2 || !strchr(",+\\ ", in.p[1]) || in.p[1] == 0)
				return err_set(e, ERR_NAME_SPELLING, "\\ stands only before , + \\ or a blank");
			in = bytes_skip(in, 1);
		} else if (in.p[0] == '+') {
			return err_set(e, ERR_NAME_SPELLING, "write \\+ for a plus sign in a value");
		}
		buf_u8(b, in.p[0]);
		if (escaped || in.p[0] != ' ')
			kept = b->len;
		in = bytes_skip(in, 1);
	}
	b->len = kept;
	if (in.len) { /* a comma: another part must follow */
		in = bytes_skip(in, 1);
		if (bytes_trim(in).len == 0)
			return err_set(e, ERR_NAME_SPELLING, "nothing follows the last comma");
	}
	*text = in;
	return true;
}

/* The type from its short name, or in dotted decimal; and the tag that it is built with. */
static bool type_by_name(struct name_attr *at, struct arena *a, struct bytes name, struct err *e)
{
	uint8_t            storage[TYPE_MAX];
	struct buf         der = BUF_ON(storage);
	char               shown[81];
	struct buf         b = buf_init(shown, sizeof shown - 1);
	const struct rule *rule = rule_of(oid_by_name(name));

	at->type = rule->type;
	at->tag = rule->kind == KIND_IA5                                       ? DER_IA5_STRING
	          : rule->kind == KIND_COUNTRY || rule->kind == KIND_PRINTABLE ? DER_PRINTABLE_STRING
	                                                                       : DER_UTF8_STRING;
	if (at->type != OID_UNKNOWN)
		return true;
	if (!oid_parse_dotted(&der, name)) {
		text_escape(&b, name);
		shown[b.len] = 0;
		return err_set(e, ERR_NAME_SPELLING, "%s is no attribute type", shown);
	}
	at->type_der = arena_copy(a, buf_bytes(&der));
	return at->type_der.p || err_set(e, ERR_TOO_LARGE, "no room for a name");
}

bool name_from_text(struct name *out, struct arena *a, struct bytes text, struct err *e)
{
	struct name_attr attrs[NAME_MAX_ATTRS] = { 0 };
	uint8_t          storage[NAME_MAX_DER];
	struct buf       room = BUF_ON(storage);
	size_t           num = 0;

	for (; bytes_trim(text).len; num++) {
		struct bytes type;
		struct buf   value = buf_init(room.p + room.len, room.cap - room.len);
		if (num == NAME_MAX_ATTRS)
			return err_set(e, ERR_TOO_LARGE, "a name of more than %d attributes", NAME_MAX_ATTRS);
		if (!eat_part(&text, &type, &value, e) || !type_by_name(&attrs[num], a, type, e))
			return false;
		if (!buf_ok(&value))
			return err_set(e, ERR_TOO_LARGE, "a name of more than %d octets", NAME_MAX_DER);
		attrs[num].value = buf_bytes(&value);
		room.len += value.len;
	}
	return name_build(out, a, attrs, num, e);
}

/* ---- showing ------------------------------------------------------------ */

static void put_value(struct buf *b, struct bytes v)
{
	for (size_t at = 0, start = 0; at <= v.len; at++) {
		bool end = at == v.len;
		bool edge_blank = !end && v.p[at] == ' ' && (at == 0 || at + 1 == v.len);
		if (!end && !edge_blank && v.p[at] != ',' && v.p[at] != '+')
			continue;
		text_escape(b, bytes_of(v.p + start, at - start));
		if (!end) {
			buf_str(b, "\\");
			buf_u8(b, v.p[at]);
		}
		start = at + 1;
	}
}

void name_put(struct buf *b, const struct name *n)
{
	char type[NAME_TYPE_TEXT];

	for (size_t i = 0; i < n->num_attrs; i++) {
		const struct name_attr *at = &n->attr[i];
		if (i)
			buf_str(b, at->rdn == n->attr[i - 1].rdn ? " + " : ", ");
		buf_str(b, name_type(type, at));
		buf_str(b, "=");
		put_value(b, at->value);
	}
}
