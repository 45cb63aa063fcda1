/* name_test.c: distinguished names: what is read, what is refused and why, one spelling. */
#include "ceremony/pki/name.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CN      "\x55\x04\x03"
#define O       "\x55\x04\x0a"
#define C       "\x55\x04\x06"
#define SERIAL  "\x55\x04\x05"
#define DC      "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"
#define UNKNOWN "\x2a\x03\x04"

/* One attribute as it stands in DER, right or wrong. */
struct raw {
	struct bytes type, value;
	unsigned     tag, rdn;
};

#define RAW(type_, tag_, value_, rdn_)                          \
	{                                                       \
		BYTES_LIT(type_), BYTES_LIT(value_), tag_, rdn_ \
	}

/* A name of these attributes in exactly this order, whatever DER would say to it. */
static struct bytes raw_name(struct der *d, const struct raw *raw, size_t num)
{
	size_t end = der_mark(d), set = end;

	for (size_t i = num; i-- > 0;) {
		size_t mark = der_mark(d);
		der_tlv(d, raw[i].tag, raw[i].value);
		der_tlv(d, DER_OID, raw[i].type);
		der_wrap(d, DER_SEQUENCE, mark);
		if (i == 0 || raw[i - 1].rdn != raw[i].rdn) {
			der_wrap(d, DER_SET, set);
			set = der_mark(d);
		}
	}
	der_wrap(d, DER_SEQUENCE, end);
	assert_false(d->failed);
	return der_bytes(d);
}

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10
#define E10 "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
#define E60 E10 E10 E10 E10 E10 E10

static const struct {
	struct raw  raw[3];
	size_t      num;
	enum err_id id; /* ERR_NONE: it is good */
	const char *detail;
} cases[] = {
	{ { RAW(CN, DER_UTF8_STRING, "Example", 0) }, 1, ERR_NONE, "CN=Example" },
	{ { RAW(CN, DER_PRINTABLE_STRING, "Ex'am(p)le +,-./:=?", 0) }, 1, ERR_NONE, "CN=Ex'am(p)le \\+\\,-./:=?" },
	{ { RAW(C, DER_PRINTABLE_STRING, "XX", 0), RAW(O, DER_UTF8_STRING, "O\xc3\xa9", 1) },
	  2,
	  ERR_NONE,
	  "C=XX, O=O\xc3\xa9" },
	{ { RAW(CN, DER_UTF8_STRING, "a", 0), RAW(O, DER_UTF8_STRING, "b", 0), RAW(O, DER_UTF8_STRING, "c", 1) },
	  3,
	  ERR_NONE,
	  "CN=a + O=b, O=c" },
	{ { RAW(DC, DER_IA5_STRING, "example", 0) }, 1, ERR_NONE, "DC=example" },
	{ { RAW(UNKNOWN, DER_IA5_STRING, "a@b", 0) }, 1, ERR_NONE, "1.2.3.4=a@b" },
	{ { RAW("\x55\x1d\x13", DER_UTF8_STRING, "x", 0) }, 1, ERR_NONE, "2.5.29.19=x" }, /* ours, but no attribute */
	{ { RAW(CN, DER_UTF8_STRING, X60 "1234", 0) }, 1, ERR_NONE, "CN=" X60 "1234" },
	{ { RAW(CN, DER_UTF8_STRING, E60 "1234", 0) }, 1, ERR_NONE, "CN=" E60 "1234" }, /* characters, not octets */
	/* string types */
	{ { RAW(C, DER_UTF8_STRING, "XX", 0) }, 1, ERR_NAME_TYPE, "C is UTF8String" },
	{ { RAW(SERIAL, DER_UTF8_STRING, "1", 0) }, 1, ERR_NAME_TYPE, "serialNumber is UTF8String" },
	{ { RAW(DC, DER_UTF8_STRING, "example", 0) }, 1, ERR_NAME_TYPE, "DC is UTF8String" },
	{ { RAW(CN, DER_IA5_STRING, "Example", 0) }, 1, ERR_NAME_TYPE, "CN is IA5String" },
	{ { RAW(CN, DER_T61_STRING, "Example", 0) }, 1, ERR_NAME_TYPE, "CN is TeletexString" },
	{ { RAW(CN, DER_BMP_STRING, "\0E\0x", 0) }, 1, ERR_NAME_TYPE, "CN is BMPString" },
	{ { RAW(CN, DER_UNIVERSAL_STRING, "\0\0\0E", 0) }, 1, ERR_NAME_TYPE, "CN is UniversalString" },
	{ { RAW(CN, DER_OCTET_STRING, "Example", 0) }, 1, ERR_NAME_TYPE, "CN is of another type" },
	{ { RAW(UNKNOWN, DER_BIT_STRING, "\0\1", 0) }, 1, ERR_NAME_TYPE, "1.2.3.4 is of another type" },
	/* characters */
	{ { RAW(CN, DER_UTF8_STRING, "a\0b", 0) }, 1, ERR_NAME_TEXT, "CN, UTF8String: a\\x00b" },
	{ { RAW(CN, DER_PRINTABLE_STRING, "a\0b", 0) }, 1, ERR_NAME_TEXT, "CN, PrintableString: a\\x00b" },
	{ { RAW(UNKNOWN, DER_IA5_STRING, "a\0b", 0) }, 1, ERR_NAME_TEXT, "1.2.3.4, IA5String: a\\x00b" },
	{ { RAW(CN, DER_UTF8_STRING, "a\x1b[2J", 0) }, 1, ERR_NAME_TEXT, "CN, UTF8String: a\\x1b[2J" },
	{ { RAW(CN, DER_UTF8_STRING, "a\nb", 0) }, 1, ERR_NAME_TEXT, "CN, UTF8String: a\\x0ab" },
	{ { RAW(CN, DER_UTF8_STRING,
	        "a\xe2\x80\xae"
	        "b",
	        0) },
	  1,
	  ERR_NAME_TEXT,
	  "CN, UTF8String: a\\u{202e}b" },
	{ { RAW(CN, DER_UTF8_STRING,
	        "a\xe2\x80\x8b"
	        "b",
	        0) },
	  1,
	  ERR_NAME_TEXT,
	  "CN, UTF8String: a\\u{200b}b" },
	{ { RAW(CN, DER_UTF8_STRING, "a\xc3", 0) }, 1, ERR_NAME_TEXT, "CN, UTF8String: a\\xc3" },
	{ { RAW(CN, DER_UTF8_STRING, "\xc0\xaf", 0) },
	  1,
	  ERR_NAME_TEXT,
	  "CN, UTF8String: \\xc0\\xaf" }, /* overlong */
	{ { RAW(CN, DER_PRINTABLE_STRING, "a*b", 0) }, 1, ERR_NAME_TEXT, "CN, PrintableString: a*b" },
	{ { RAW(CN, DER_PRINTABLE_STRING, "a@b", 0) }, 1, ERR_NAME_TEXT, "CN, PrintableString: a@b" },
	{ { RAW(DC, DER_IA5_STRING, "a\xc3\xa9", 0) }, 1, ERR_NAME_TEXT, "DC, IA5String: a\xc3\xa9" },
	{ { RAW(C, DER_PRINTABLE_STRING, "xx", 0) }, 1, ERR_NAME_TEXT, "C, PrintableString: xx" },
	{ { RAW(C, DER_PRINTABLE_STRING, "X", 0) }, 1, ERR_NAME_TEXT, "C, PrintableString: X" },
	{ { RAW(C, DER_PRINTABLE_STRING, "XXX", 0) }, 1, ERR_NAME_TEXT, "C, PrintableString: XXX" },
	/* lengths */
	{ { RAW(CN, DER_UTF8_STRING, "", 0) }, 1, ERR_NAME_LENGTH, "CN is empty" },
	{ { RAW(C, DER_PRINTABLE_STRING, "", 0) }, 1, ERR_NAME_LENGTH, "C is empty" },
	{ { RAW(CN, DER_UTF8_STRING, X60 "12345", 0) }, 1, ERR_NAME_LENGTH, "CN has 65 characters, at most 64" },
	{ { RAW(CN, DER_UTF8_STRING, E60 "12345", 0) }, 1, ERR_NAME_LENGTH, "CN has 65 characters, at most 64" },
	/* one level */
	{ { RAW(O, DER_UTF8_STRING, "b", 0), RAW(CN, DER_UTF8_STRING, "a", 0) }, 2, ERR_NAME_ORDER, "CN" },
	{ { RAW(CN, DER_UTF8_STRING, "a", 0), RAW(CN, DER_UTF8_STRING, "b", 0) }, 2, ERR_NAME_TWICE, "CN" },
	{ { RAW(CN, DER_UTF8_STRING, "a", 0), RAW(CN, DER_UTF8_STRING, "a", 0) }, 2, ERR_NAME_TWICE, "CN" },
	{ { RAW(UNKNOWN, DER_UTF8_STRING, "a", 0), RAW(UNKNOWN, DER_UTF8_STRING, "b", 0) },
	  2,
	  ERR_NAME_TWICE,
	  "1.2.3.4" },
	/* types */
	{ { RAW("", DER_UTF8_STRING, "a", 0) }, 1, ERR_NAME_FORM, "the type of an attribute" },
	{ { RAW("\x55\x84", DER_UTF8_STRING, "a", 0) }, 1, ERR_NAME_FORM, "the type of an attribute" },
	{ { RAW("\x55\x80\x03", DER_UTF8_STRING, "a", 0) }, 1, ERR_NAME_FORM, "the type of an attribute" },
	{ { RAW(X60 X10, DER_UTF8_STRING, "a", 0) }, 1, ERR_NAME_FORM, "an attribute" },
};

static void each_case_has_its_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint8_t      room[512];
		char         text[512];
		struct buf   b = BUF_ON(text);
		struct der   d = der_on(room, sizeof room);
		struct bytes der = raw_name(&d, cases[i].raw, cases[i].num);
		struct name  n = { .num_attrs = 77 };
		struct err   e = { 0 };

		if (name_parse(&n, der, &e)) {
			name_put(&b, &n);
			assert_string_equal(buf_cstr(&b), cases[i].detail);
			assert_int_equal(cases[i].id, ERR_NONE);
			assert_int_equal(n.num_attrs, cases[i].num);
			for (size_t j = 0; j < n.num_attrs; j++)
				assert_int_equal(n.attr[j].rdn, cases[i].raw[j].rdn);
			for (size_t len = 0; len < der.len; len++)
				assert_false(name_parse(&n, bytes_first(der, len), &e));
		} else {
			assert_string_equal(e.detail, cases[i].detail);
			assert_int_equal(e.id, cases[i].id);
			assert_int_equal(n.num_attrs, 77); /* untouched */
		}
	}
}

static void malformed_der_is_refused(void **state)
{
	static const struct bytes bad[] = {
		BYTES_LIT(""),
		BYTES_LIT("\x31\x00"),
		BYTES_LIT("\x30\x00\x00"),                                                 /* trailing */
		BYTES_LIT("\x30\x80\x00\x00"),                                             /* indefinite */
		BYTES_LIT("\x30\x02\x31\x00"),                                             /* an empty level */
		BYTES_LIT("\x30\x04\x31\x02\x30\x00"),                                     /* an empty attribute */
		BYTES_LIT("\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x00\x05\x00"), /* three parts */
		BYTES_LIT("\x30\x81\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01\x61"), /* a long length */
		BYTES_LIT("\x30\x0c\x30\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01\x61"),     /* not a set */
	};
	struct name n;
	struct err  e;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_false(name_parse(&n, bad[i], &e));
		assert_int_equal(e.id, ERR_NAME_FORM);
	}
	assert_true(name_parse(&n, BYTES_LIT("\x30\x00"), &e));
	assert_int_equal(n.num_attrs, 0);
}

static void a_name_has_a_most(void **state)
{
	static uint8_t   room[16384];
	struct arena     a = ARENA_ON(room);
	struct name_attr many[NAME_MAX_ATTRS + 1], one;
	struct name      n;
	struct err       e;
	char             text[NAME_MAX_DER + 64];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(many); i++)
		many[i] = (struct name_attr){ .type = OID_AT_OU, .tag = DER_UTF8_STRING, .value = BYTES_LIT("x") };
	assert_true(name_build(&n, &a, many, NAME_MAX_ATTRS, &e));
	assert_int_equal(n.num_attrs, NAME_MAX_ATTRS);
	assert_false(name_build(&n, &a, many, NAME_MAX_ATTRS + 1, &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);

	memset(text, 'x', sizeof text);
	one = (struct name_attr){ .type = OID_AT_GN, .tag = DER_UTF8_STRING, .value = bytes_of(text, NAME_MAX_DER) };
	assert_false(name_build(&n, &a, &one, 1, &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
	memcpy(text, "GN=", 3);
	assert_false(name_from_text(&n, &a, bytes_of(text, sizeof text), &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);

	uint8_t      small[16];
	struct arena full = ARENA_ON(small);
	assert_false(name_build(&n, &full, many, 4, &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
}

static void text_gives_what_openssl_gives(void **state)
{
	/* openssl req -utf8 -subj '/C=XX/O=Example Trust Services/CN=Example Root' */
	static const char golden[] = "3045310b3009060355040613025858311f301d060355040a0c164578616d706c652054727573742"
	                             "053657276696365733115301306035504030c0c4578616d706c6520526f6f74";
	uint8_t           room[512], hex_room[512];
	struct arena      a = ARENA_ON(room);
	struct buf        want = BUF_ON(hex_room);
	struct name       n;
	struct err        e;

	(void)state;
	assert_true(hex_decode(&want, bytes_str(golden)));
	assert_true(name_from_text(&n, &a, BYTES_LIT("C=XX, O=Example Trust Services, CN=Example Root"), &e));
	assert_true(bytes_equal(n.der, buf_bytes(&want)));
	assert_int_equal(n.num_attrs, 3);
	assert_int_equal(n.attr[0].tag, DER_PRINTABLE_STRING);
	assert_true(bytes_is(name_find(&n, OID_AT_CN)->value, "Example Root"));
	assert_null(name_find(&n, OID_AT_OU));
}

static void spelling_goes_both_ways(void **state)
{
	static const char *const texts[] = {
		"",
		"CN=a",
		"CN=a\\, b\\+c\\\\d",
		"CN=\\ a\\ ",
		"C=XX, serialNumber=12-3, DC=example, emailAddress=a@example.com, CN=\xc3\xa9=x",
		"1.2.3.4=x, O=Example",
		"CN=\\ ",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		uint8_t      room[2048];
		char         text[256];
		struct arena a = ARENA_ON(room);
		struct buf   b = BUF_ON(text);
		struct name  n;
		struct err   e = { 0 };

		if (!name_from_text(&n, &a, bytes_str(texts[i]), &e))
			fail_msg("%s: %s", texts[i], e.detail);
		name_put(&b, &n);
		assert_string_equal(buf_cstr(&b), texts[i]);
	}
}

static void blanks_around_a_part_do_not_count(void **state)
{
	uint8_t      room[512];
	char         text[64];
	struct arena a = ARENA_ON(room);
	struct buf   b = BUF_ON(text);
	struct name  n;
	struct err   e;

	(void)state;
	assert_true(name_from_text(&n, &a, BYTES_LIT("  C = XX ,O=  A  B  ,  CN=c "), &e));
	name_put(&b, &n);
	assert_string_equal(buf_cstr(&b), "C=XX, O=A  B, CN=c");
}

static void misspelt_text_is_refused(void **state)
{
	static const struct {
		const char *text;
		enum err_id id;
	} bad[] = {
		{ "x", ERR_NAME_SPELLING },          { "CN", ERR_NAME_SPELLING },
		{ "CN=a,", ERR_NAME_SPELLING },      { "CN=a, ", ERR_NAME_SPELLING },
		{ "=a", ERR_NAME_SPELLING },         { "cn=a", ERR_NAME_SPELLING },
		{ "CN=a + O=b", ERR_NAME_SPELLING }, { "CN=a\\", ERR_NAME_SPELLING },
		{ "CN=a\\x", ERR_NAME_SPELLING },    { "serverAuth=a", ERR_NAME_SPELLING },
		{ "1.2.=a", ERR_NAME_SPELLING },     { "CN=", ERR_NAME_LENGTH },
		{ "CN=  ", ERR_NAME_LENGTH },        { "C=xx", ERR_NAME_TEXT },
		{ "CN=a\x1b", ERR_NAME_TEXT },       { "serialNumber=a*b", ERR_NAME_TEXT },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		uint8_t      room[512];
		struct arena a = ARENA_ON(room);
		struct name  n = { .num_attrs = 77 };
		struct err   e = { 0 };

		assert_false(name_from_text(&n, &a, bytes_str(bad[i].text), &e));
		assert_int_equal(e.id, bad[i].id);
		assert_int_equal(n.num_attrs, 77);
	}
}

/* Two levels that differ only in what does not count are one (RFC 5280 7.1). */
static void names_are_compared_as_people_read_them(void **state)
{
	static const struct {
		const char *a, *b;
		bool        same;
	} pairs[] = {
		{ "CN=Example Root", "CN=EXAMPLE ROOT", true },
		{ "CN=Example Root", "CN=Example   Root", true },
		{ "CN=Example Root", "CN=\\ Example Root\\ ", true },
		{ "CN=Example Root", "CN=Example\xc2\xa0Root", true },
		{ "CN=Example Root", "CN=Example\xe3\x80\x80Root", true },
		{ "CN=\xc3\x9c" "ber", "CN=\xc3\xbc" "BER", true },
		{ "CN=\xd0\x9f\xd0\xa0", "CN=\xd0\xbf\xd1\x80", true },
		{ "CN=\xce\xa3", "CN=\xcf\x83", true },
		{ "CN=\xc3\x97", "CN=\xc3\xb7", false }, /* times and divided by are no letters */
		/* marks in one code point, or apart and in any order; another mark is another letter */
		{ "CN=Autorit\xc3\xa9", "CN=AUTORITE\xcc\x81", true },
		{ "CN=\xe1\xbb\x87", "CN=e\xcc\x82\xcc\xa3", true },
		{ "CN=\xe1\xbb\x87", "CN=E\xcc\xa3\xcc\x82", true },
		{ "CN=Autorit\xc3\xa9", "CN=Autorite", false },
		{ "CN=Autorit\xc3\xa9", "CN=Autorit\xc3\xa8", false },
		/* letters of two cases far from Latin 1: S and T with a comma, dotted I, H with a breve, Deseret */
		{ "CN=\xc8\x98\xc8\x9a", "CN=\xc8\x99\xc8\x9b", true },
		{ "CN=\xc4\xb0", "CN=i\xcc\x87", true },
		{ "CN=\xe1\xb8\xaa", "CN=\xe1\xb8\xab", true },
		{ "CN=\xf0\x90\x90\x80", "CN=\xf0\x90\x90\xa8", true },
		{ "CN=\xce\x86\xcf\x82", "CN=\xce\xac\xce\xa3", true },
		{ "CN=Stra\xc3\x9f" "e", "CN=STRASSE", true },
		{ "CN=Stra\xc3\x9f" "e", "CN=STRASE", false },
		/* wide letters, syllables of Hangul and their letters */
		{ "CN=\xef\xbc\xa5\xef\xbd\x98", "CN=ex", true },
		{ "CN=\xed\x95\x9c\xea\xb5\xad", "CN=\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab\xe1\x84\x80\xe1\x85\xae\xe1\x86\xa8", true },
		{ "CN=\xed\x95\x9c", "CN=\xed\x95\x98", false },
		{ "CN=Example Root", "CN=ExampleRoot", false },
		{ "CN=Example Root", "O=Example Root", false },
		{ "O=A, CN=B", "CN=B, O=A", false },
		{ "O=A, CN=B", "O=A", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		uint8_t      room[4096];
		struct arena arena = ARENA_ON(room);
		struct name  a, b;
		struct err   e = { 0 };
		assert_true(name_from_text(&a, &arena, bytes_str(pairs[i].a), &e));
		assert_true(name_from_text(&b, &arena, bytes_str(pairs[i].b), &e));
		if (name_same(&a, &b) != pairs[i].same || name_same(&b, &a) != pairs[i].same)
			fail_msg("%s and %s", pairs[i].a, pairs[i].b);
		assert_true(name_within(&a, &a));
	}
}

static void a_level_is_a_set(void **state)
{
	/* CN before O, and behind it since it is longer: 31{30{CN} 30{O}} */
	static const struct bytes one = BYTES_LIT("\x30\x18\x31\x16\x30\x08\x06\x03\x55\x04\x03\x0c\x01" "A"
	                                          "\x30\x0a\x06\x03\x55\x04\x0a\x0c\x03" "B C");
	static const struct bytes other = BYTES_LIT("\x30\x1c\x31\x1a\x30\x0a\x06\x03\x55\x04\x0a\x0c\x03" "b c"
	                                            "\x30\x0c\x06\x03\x55\x04\x03\x0c\x05" " a   ");
	static const struct bytes base = BYTES_LIT("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" "A");
	struct name a, b, c;
	struct err  e = { 0 };

	(void)state;
	assert_true(name_parse(&a, one, &e));
	assert_true(name_parse(&b, other, &e));
	assert_true(name_parse(&c, base, &e));
	assert_true(name_same(&a, &b));
	assert_false(name_same(&a, &c));
	assert_false(name_within(&c, &a)); /* half a level is none */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case_has_its_answer), cmocka_unit_test(malformed_der_is_refused),
		cmocka_unit_test(a_name_has_a_most),        cmocka_unit_test(text_gives_what_openssl_gives),
		cmocka_unit_test(spelling_goes_both_ways),  cmocka_unit_test(blanks_around_a_part_do_not_count),
		cmocka_unit_test(misspelt_text_is_refused),
		cmocka_unit_test(names_are_compared_as_people_read_them),
		cmocka_unit_test(a_level_is_a_set),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
