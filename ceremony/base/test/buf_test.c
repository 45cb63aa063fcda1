/* buf_test.c: the builder, and strict hex and base64. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ceremony/base/buf.h"

static void the_first_that_does_not_fit_fails_all(void **state)
{
	char       room[4];
	struct buf b = BUF_ON(room);

	(void)state;
	buf_str(&b, "abc");
	assert_true(buf_ok(&b));
	buf_str(&b, "de");
	assert_false(buf_ok(&b));
	buf_u8(&b, 'f'); /* would fit, but is too late */
	assert_true(bytes_is(buf_bytes(&b), "abc"));
}

static void integers_are_big_endian(void **state)
{
	uint8_t    room[13];
	struct buf b = BUF_ON(room);

	(void)state;
	buf_u8(&b, 0xfe);
	buf_u32(&b, 0x01020304);
	buf_u64(&b, UINT64_C(0x1112131415161718));
	assert_true(buf_ok(&b));
	assert_true(bytes_equal(buf_bytes(&b), BYTES_LIT("\xfe\1\2\3\4\x11\x12\x13\x14\x15\x16\x17\x18")));
	b.len = 6;
	buf_u64(&b, 1);
	assert_false(buf_ok(&b));
	assert_int_equal(b.len, 6); /* not half a number */
}

static void format_and_terminate(void **state)
{
	char       room[8], tiny[1];
	struct buf b = BUF_ON(room), none = BUF_ON(tiny);

	(void)state;
	buf_fmt(&b, "%s-%d", "ab", 42);
	assert_string_equal(buf_cstr(&b), "ab-42");
	buf_fmt(&b, "%s", "");
	assert_true(buf_ok(&b));
	buf_fmt(&b, "%s", "xyz");
	assert_false(buf_ok(&b));
	buf_str(&none, "a");
	assert_string_equal(buf_cstr(&none), "");
	assert_false(buf_ok(&none));
}

static void hex_both_ways(void **state)
{
	uint8_t    room[4];
	char       text[9];
	struct buf b = BUF_ON(room), t = BUF_ON(text);

	(void)state;
	assert_true(hex_decode(&b, BYTES_LIT("00ffA5c3")));
	buf_hex(&t, buf_bytes(&b));
	assert_string_equal(buf_cstr(&t), "00ffa5c3");
	assert_false(hex_decode(&b, BYTES_LIT("00"))); /* no room */
	assert_true(buf_ok(&b) && b.len == 4);
	b.len = 0;
	assert_true(hex_decode(&b, BYTES_LIT("")));
	static const char *const bad[] = { "0", "000", "0g", "g0", " 0", "0 ", "0x", "00\n0", "/0", ":0", "@0", "`0" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(hex_decode(&b, bytes_str(bad[i])));
	assert_int_equal(b.len, 0);
}

/* RFC 4648 section 10. */
static void base64_vectors(void **state)
{
	static const char *const vectors[][2] = {
		{ "", "" },         { "f", "Zg==" },         { "fo", "Zm8=" },         { "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" }, { "\xfb\xef\xff", "++//" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		char       text[16];
		uint8_t    octets[8];
		struct buf t = BUF_ON(text), o = buf_init(octets, strlen(vectors[i][0]));
		buf_base64(&t, bytes_str(vectors[i][0]));
		assert_string_equal(buf_cstr(&t), vectors[i][1]);
		assert_true(base64_decode(&o, bytes_str(vectors[i][1])));
		assert_true(bytes_is(buf_bytes(&o), vectors[i][0]));
		if (o.cap) {
			o = buf_init(octets, o.cap - 1);
			assert_false(base64_decode(&o, bytes_str(vectors[i][1])));
			assert_true(buf_ok(&o) && o.len == 0);
		}
	}
}

static void base64_is_strict(void **state)
{
	static const char *const bad[] = {
		"Z",    "Zg",    "Zg=",  "Zm8",   "====",  "=",        "Z===",     "=g==",     "Zg=A",     "Z=g=",
		"Zh==", "Zm9=",  "Zm-_", "Zm9v ", " Zm9v", "Zm9v\n",   "Zg==Zg==", "Zm9v====", "Zm8=Zm9v", "Zm9v=",
		"Zg===", "Zm9\xff",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		char       room[16];
		struct buf b = BUF_ON(room);
		buf_str(&b, "x");
		assert_false(base64_decode(&b, bytes_str(bad[i])));
		assert_true(buf_ok(&b) && bytes_is(buf_bytes(&b), "x"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_that_does_not_fit_fails_all),
		cmocka_unit_test(integers_are_big_endian),
		cmocka_unit_test(format_and_terminate),
		cmocka_unit_test(hex_both_ways),
		cmocka_unit_test(base64_vectors),
		cmocka_unit_test(base64_is_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
