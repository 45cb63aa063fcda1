/* der_test.c: DER strictly read, and written so that it reads back. */
#include "ceremony/pki/der.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "ceremony/base/utc.h"

#define D(s) BYTES_LIT(s)

static void elements(void **state)
{
	static const struct {
		struct bytes in;
		bool         good;
		size_t       content_len, rest_len;
	} rows[] = {
		{ D("\x04\x00"), true, 0, 0 },
		{ D("\x04\x01\x61"), true, 1, 0 },
		{ D("\x04\x01\x61\x62"), true, 1, 1 },
		{ D(""), false, 0, 0 },
		{ D("\x04"), false, 0, 0 },
		{ D("\x04\x01"), false, 0, 0 },         /* over the end */
		{ D("\x04\x80\x00\x00"), false, 0, 0 }, /* indefinite */
		{ D("\x04\x81\x01\x61"), false, 0, 0 }, /* not minimal */
		{ D("\x04\x81\x7f"), false, 0, 0 },     /* not minimal */
		{ D("\x04\x82\x00\x80"), false, 0, 0 }, /* not minimal */
		{ D("\x04\x81"), false, 0, 0 },         /* the length is cut */
		{ D("\x04\x82\x01"), false, 0, 0 },     /* the length is cut */
		{ D("\x04\x84\xff\xff\xff\xff"), false, 0, 0 },
		{ D("\x04\x85\x01\x00\x00\x00\x00"), false, 0, 0 },
		{ D("\x04\x88\xff\xff\xff\xff\xff\xff\xff\xff"), false, 0, 0 },
		{ D("\x04\xff\x00"), false, 0, 0 },
		{ D("\x1f\x01\x00"), false, 0, 0 }, /* a high tag number */
		{ D("\x05\x00"), false, 0, 0 },     /* another tag */
		{ D("\x24\x00"), false, 0, 0 },     /* constructed */
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct bytes in = rows[i].in, content = D("untouched");
		bool         ok = der_get(&in, DER_OCTET_STRING, &content);
		if (ok != rows[i].good)
			fail_msg("row %zu", i);
		assert_int_equal(in.len, ok ? rows[i].rest_len : rows[i].in.len);
		assert_int_equal(content.len, ok ? rows[i].content_len : 9);
	}
}

static void lengths_at_their_edges(void **state)
{
	static const size_t lens[] = { 0, 1, 127, 128, 129, 255, 256, 257, 65535, 65536, 70000 };
	static const size_t heads[] = { 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5 };
	static uint8_t      zeros[70000], room[70016];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lens); i++) {
		struct der d = der_on(room, sizeof room);
		der_tlv(&d, DER_OCTET_STRING, bytes_of(zeros, lens[i]));
		assert_false(d.failed);
		struct bytes in = der_bytes(&d), content = { 0 }, whole = { 0 };
		unsigned     tag = 0;
		assert_int_equal(in.len, lens[i] + heads[i]);
		struct bytes cut = bytes_first(in, in.len - 1);
		assert_false(der_get_any(&cut, &tag, &content, &whole));
		assert_true(der_get_any(&in, &tag, &content, &whole));
		assert_int_equal(tag, DER_OCTET_STRING);
		assert_int_equal(content.len, lens[i]);
		assert_int_equal(whole.len, lens[i] + heads[i]);
		assert_int_equal(in.len, 0);
	}
}

static void integers(void **state)
{
	static const struct {
		struct bytes in;
		bool         good, is_unsigned;
		const char  *value; /* without leading zero */
		size_t       len;
	} rows[] = {
		{ D("\x02\x01\x00"), true, true, "\x00", 1 },
		{ D("\x02\x01\x7f"), true, true, "\x7f", 1 },
		{ D("\x02\x02\x00\x80"), true, true, "\x80", 1 },
		{ D("\x02\x02\x01\x00"), true, true, "\x01\x00", 2 },
		{ D("\x02\x01\x80"), true, false, NULL, 0 },     /* -128 */
		{ D("\x02\x02\xff\x7f"), true, false, NULL, 0 }, /* -129 */
		{ D("\x02\x00"), false, false, NULL, 0 },
		{ D("\x02\x02\x00\x7f"), false, false, NULL, 0 },
		{ D("\x02\x02\x00\x00"), false, false, NULL, 0 },
		{ D("\x02\x02\xff\x80"), false, false, NULL, 0 },
		{ D("\x02\x02\xff\xff"), false, false, NULL, 0 },
		{ D("\x0a\x01\x00"), false, false, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct bytes in = rows[i].in, v = { 0 };
		assert_int_equal(der_get_integer(&in, &v), rows[i].good);
		assert_int_equal(in.len, rows[i].good ? 0 : rows[i].in.len);
		in = rows[i].in;
		bool ok = der_get_unsigned(&in, &v);
		assert_int_equal(ok, rows[i].is_unsigned);
		if (!ok)
			continue;
		assert_true(bytes_equal(v, bytes_of(rows[i].value, rows[i].len)));
		uint8_t    room[16];
		struct der d = der_on(room, sizeof room);
		der_unsigned(&d, v);
		assert_true(bytes_equal(der_bytes(&d), rows[i].in));
	}
}

static void small_numbers(void **state)
{
	static const uint32_t values[] = { 0, 1, 127, 128, 255, 256, 65535, 0x7fffffff, 0x80000000, 0xffffffff };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(values); i++) {
		uint8_t    room[16];
		struct der d = der_on(room, sizeof room);
		uint32_t   v = 77;
		der_small(&d, values[i]);
		struct bytes in = der_bytes(&d), again = in;
		assert_true(der_get_small(&in, &v, values[i]));
		assert_int_equal(v, values[i]);
		if (values[i] == 0)
			continue;
		assert_false(der_get_small(&again, &v, values[i] - 1));
		assert_int_equal(v, values[i]);
	}
	struct bytes big = D("\x02\x05\x01\x00\x00\x00\x00"), negative = D("\x02\x01\xff");
	uint32_t     v;
	assert_false(der_get_small(&big, &v, UINT32_MAX));
	assert_false(der_get_small(&negative, &v, UINT32_MAX));
}

static void booleans(void **state)
{
	static const struct {
		struct bytes in;
		bool         good, value;
	} rows[] = {
		{ D("\x01\x01\x00"), true, false },      { D("\x01\x01\xff"), true, true },
		{ D("\x01\x01\x01"), false, false },     { D("\x01\x00"), false, false },
		{ D("\x01\x02\xff\xff"), false, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct bytes in = rows[i].in;
		bool         v = false;
		assert_int_equal(der_get_boolean(&in, &v), rows[i].good);
		if (!rows[i].good)
			continue;
		assert_int_equal(v, rows[i].value);
		uint8_t    room[8];
		struct der d = der_on(room, sizeof room);
		der_boolean(&d, v);
		assert_true(bytes_equal(der_bytes(&d), rows[i].in));
	}
}

static void bit_strings(void **state)
{
	struct bytes              good = D("\x03\x02\x00\x61"), empty = D("\x03\x01\x00"), v;
	static const struct bytes bad[] = { D("\x03\x00"), D("\x03\x02\x01\x60"), D("\x03\x02\x08\x61") };
	uint8_t                   room[8];
	struct der                d = der_on(room, sizeof room);

	(void)state;
	assert_true(der_get_bits(&empty, &v));
	assert_int_equal(v.len, 0);
	assert_true(der_get_bits(&good, &v));
	assert_true(bytes_is(v, "a"));
	der_bits(&d, v);
	assert_true(bytes_equal(der_bytes(&d), D("\x03\x02\x00\x61")));
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct bytes in = bad[i];
		assert_false(der_get_bits(&in, &v));
	}
}

static void named_bits(void **state)
{
	static const struct bytes bad[] = {
		D("\x03\x00"),
		D("\x03\x01\x01"),             /* unused bits of nothing */
		D("\x03\x02\x00\x06"),         /* a zero bit at the end */
		D("\x03\x02\x01\x07"),         /* an unused bit that is set */
		D("\x03\x02\x00\x00"),         /* no bit at all */
		D("\x03\x03\x00\x06\x00"),     /* an octet of zeros */
		D("\x03\x02\x08\x06"),         /* more than seven */
		D("\x03\x04\x00\x00\x00\x01"), /* more than sixteen bits */
	};
	uint16_t v;

	(void)state;
	for (unsigned bits = 0; bits < 0x10000; bits++) {
		uint8_t    room[8];
		struct der d = der_on(room, sizeof room);
		der_named_bits(&d, (uint16_t)bits);
		struct bytes in = der_bytes(&d);
		assert_true(der_get_named_bits(&in, &v));
		assert_int_equal(v, bits);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct bytes in = bad[i];
		assert_false(der_get_named_bits(&in, &v));
	}
	struct bytes usage = D("\x03\x02\x01\x06"); /* keyCertSign, cRLSign: bits 5 and 6 */
	assert_true(der_get_named_bits(&usage, &v));
	assert_int_equal(v, 1 << 5 | 1 << 6);
}

static const struct {
	struct bytes in;
	const char  *utc; /* NULL: refused */
} time_rows[] = {
	{ D("\x17\x0d"
	    "491231235959Z"),
	  "2049-12-31T23:59:59Z" },
	{ D("\x17\x0d"
	    "500101000000Z"),
	  "1950-01-01T00:00:00Z" },
	{ D("\x17\x0d"
	    "000229120000Z"),
	  "2000-02-29T12:00:00Z" },
	{ D("\x18\x0f"
	    "20500101000000Z"),
	  "2050-01-01T00:00:00Z" },
	{ D("\x18\x0f"
	    "99991231235959Z"),
	  "9999-12-31T23:59:59Z" },
	{ D("\x18\x0f"
	    "20491231235959Z"),
	  NULL }, /* the wrong form of the two */
	{ D("\x17\x0b"
	    "4912312359Z"),
	  NULL }, /* without seconds */
	{ D("\x17\x0d"
	    "491231235959+"),
	  NULL },
	{ D("\x17\x11"
	    "491231235959+0000"),
	  NULL },
	{ D("\x18\x11"
	    "20500101000000.5Z"),
	  NULL },
	{ D("\x17\x0d"
	    "491331235959Z"),
	  NULL },
	{ D("\x17\x0d"
	    "490229000000Z"),
	  NULL },
	{ D("\x17\x0d"
	    "491231240000Z"),
	  NULL },
	{ D("\x17\x0d"
	    "491231235960Z"),
	  NULL },
	{ D("\x17\x0d"
	    "49123123595 Z"),
	  NULL },
	{ D("\x17\x0d"
	    "4912312359-1Z"),
	  NULL },
	{ D("\x17\x00"), NULL },
	{ D("\x18\x00"), NULL },
	{ D("\x04\x0d"
	    "491231235959Z"),
	  NULL },
};

static void times(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(time_rows); i++) {
		struct bytes in = time_rows[i].in;
		int64_t      t = 0, wanted = 0;
		bool         ok = der_get_time(&in, &t);
		if (ok != (time_rows[i].utc != NULL))
			fail_msg("row %zu", i);
		if (!ok)
			continue;
		assert_true(utc_parse(&wanted, bytes_str(time_rows[i].utc)));
		assert_int_equal(t, wanted);
		uint8_t    room[24];
		struct der d = der_on(room, sizeof room);
		der_time(&d, t);
		assert_true(bytes_equal(der_bytes(&d), time_rows[i].in));
	}
}

static void a_writer_that_is_full_stays_so(void **state)
{
	uint8_t room[8];

	(void)state;
	for (size_t cap = 0; cap < sizeof room; cap++) { /* 30 06 04 01 61 04 01 62 takes eight */
		struct der d = der_on(room, cap);
		der_tlv(&d, DER_OCTET_STRING, D("b"));
		der_tlv(&d, DER_OCTET_STRING, D("a"));
		der_wrap(&d, DER_SEQUENCE, cap);
		assert_true(d.failed);
		der_put(&d, D(""));
		assert_true(d.failed);
	}
	struct der d = der_on(room, sizeof room);
	der_tlv(&d, DER_OCTET_STRING, D("b"));
	der_tlv(&d, DER_OCTET_STRING, D("a"));
	der_wrap(&d, DER_SEQUENCE, sizeof room);
	assert_false(d.failed);
	assert_true(bytes_equal(der_bytes(&d), D("\x30\x06\x04\x01\x61\x04\x01\x62")));
}

static void looking_ahead_eats_nothing(void **state)
{
	struct bytes in = D("\x05\x00");

	(void)state;
	assert_true(der_next_is(in, DER_NULL));
	assert_false(der_next_is(in, DER_OID));
	assert_false(der_next_is(D(""), 0));
}

static void a_whole_is_strict_to_its_last_octet(void **state)
{
	static const struct {
		struct bytes der;
		bool         good;
	} cases[] = {
		{ BYTES_LIT("\x05\x00"), true },
		{ BYTES_LIT("\x30\x00"), true },
		{ BYTES_LIT("\x30\x07\x30\x02\x05\x00\x02\x01\x01"), true },
		{ BYTES_LIT(""), false },
		{ BYTES_LIT("\x05\x00\x05\x00"), false },
		{ BYTES_LIT("\x30\x03\x05\x00\x05"), false },
		{ BYTES_LIT("\x30\x04\x30\x81\x01\x05"), false },
		{ BYTES_LIT("\x30\x80\x05\x00\x00\x00"), false },
		{ BYTES_LIT("\x30\x04\x30\x02\x05\x01"), false },
		{ BYTES_LIT("\x30\x02\x00\x00"), false },
		{ BYTES_LIT("\x30\x03\x01\x01\xff"), true },
		{ BYTES_LIT("\x30\x03\x01\x01\x01"), false },
		{ BYTES_LIT("\x30\x02\x01\x00"), false },
		{ BYTES_LIT("\x02\x02\x00\x80"), true },
		{ BYTES_LIT("\x02\x02\x00\x7f"), false },
		{ BYTES_LIT("\x02\x02\xff\x80"), false },
		{ BYTES_LIT("\x02\x00"), false },
		{ BYTES_LIT("\x0a\x02\x00\x01"), false },
		{ BYTES_LIT("\x05\x01\x00"), false },
		{ BYTES_LIT("\x03\x01\x00"), true },
		{ BYTES_LIT("\x03\x02\x04\xf0"), true },
		{ BYTES_LIT("\x03\x00"), false },
		{ BYTES_LIT("\x03\x01\x01"), false },
		{ BYTES_LIT("\x03\x02\x04\xf8"), false },
		{ BYTES_LIT("\x03\x02\x08\x00"), false },
		{ BYTES_LIT("\x24\x03\x04\x01\x61"), false },
		{ BYTES_LIT("\x2c\x03\x0c\x01\x61"), false },
		{ BYTES_LIT("\xa0\x03\x0c\x01\x61"), true },
		{ BYTES_LIT("\x80\x00"), true },
		{ BYTES_LIT("\x06\x03\x2a\x83\x04"), true },
		{ BYTES_LIT("\x06\x00"), false },
		{ BYTES_LIT("\x06\x02\x2a\x83"), false },
		{ BYTES_LIT("\x06\x03\x2a\x80\x04"), false },
		{ BYTES_LIT("\x10\x00"), false },
		{ BYTES_LIT("\x11\x02\x05\x00"), false },
		{ BYTES_LIT("\x17\x0d" "260101000000Z"), true },
		{ BYTES_LIT("\x17\x0b" "2601010000Z"), false },
		{ BYTES_LIT("\x17\x11" "260101000000+0100"), false },
		{ BYTES_LIT("\x18\x0f" "20260101000000Z"), true },
		{ BYTES_LIT("\x18\x11" "20260101000000.5Z"), true },
		{ BYTES_LIT("\x18\x0e" "20260101000000"), false },
		{ BYTES_LIT("\x18\x0d" "202601010000Z"), false },
	};
	uint8_t    room[512];
	struct der deep = der_on(room, sizeof room);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (der_is_whole(cases[i].der) != cases[i].good)
			fail_msg("case %zu", i);
	for (size_t n = 1; n <= 2 * DER_MAX_DEPTH; n++) { /* n sequences in each other */
		der_wrap(&deep, DER_SEQUENCE, sizeof room);
		assert_int_equal(der_is_whole(der_bytes(&deep)), n < DER_MAX_DEPTH);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements),
		cmocka_unit_test(lengths_at_their_edges),
		cmocka_unit_test(integers),
		cmocka_unit_test(small_numbers),
		cmocka_unit_test(booleans),
		cmocka_unit_test(bit_strings),
		cmocka_unit_test(named_bits),
		cmocka_unit_test(times),
		cmocka_unit_test(a_writer_that_is_full_stays_so),
		cmocka_unit_test(looking_ahead_eats_nothing),
		cmocka_unit_test(a_whole_is_strict_to_its_last_octet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
