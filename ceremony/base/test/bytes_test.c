/* bytes_test.c: spans, and numbers written in decimal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ceremony/base/bytes.h"

static void cut_at_the_first(void **state)
{
	struct bytes head = BYTES_LIT("h"), tail = BYTES_LIT("t");

	(void)state;
	assert_true(bytes_cut(BYTES_LIT("a=b=c"), '=', &head, &tail));
	assert_true(bytes_is(head, "a") && bytes_is(tail, "b=c"));
	assert_true(bytes_cut(BYTES_LIT("="), '=', &head, &tail));
	assert_true(head.len == 0 && tail.len == 0);
	head = tail = BYTES_LIT("kept");
	assert_false(bytes_cut(BYTES_LIT("abc"), '=', &head, &tail));
	assert_false(bytes_cut(bytes_of(NULL, 0), '=', &head, &tail));
	assert_true(bytes_is(head, "kept") && bytes_is(tail, "kept"));
}

static void trim_both_ends(void **state)
{
	(void)state;
	assert_true(bytes_is(bytes_trim(BYTES_LIT(" \t\r\na b\v \n")), "a b\v"));
	assert_int_equal(bytes_trim(BYTES_LIT(" \r\n\t")).len, 0);
	assert_int_equal(bytes_trim(bytes_of(NULL, 0)).len, 0);
}

static void compare_in_octet_order(void **state)
{
	(void)state;
	assert_true(bytes_compare(BYTES_LIT("ab"), BYTES_LIT("b")) < 0);
	assert_true(bytes_compare(BYTES_LIT("ab"), BYTES_LIT("a")) > 0);
	assert_true(bytes_compare(BYTES_LIT("\xff"), BYTES_LIT("a")) > 0);
	assert_true(bytes_compare(BYTES_LIT("ab"), BYTES_LIT("ab")) == 0);
	assert_true(bytes_compare(bytes_of(NULL, 0), bytes_of(NULL, 0)) == 0);
	assert_true(bytes_equal(bytes_of(NULL, 0), BYTES_LIT("")));
	assert_false(bytes_equal(BYTES_LIT("a"), BYTES_LIT("b")));
	assert_true(bytes_starts(BYTES_LIT("abc"), "ab") && bytes_starts(BYTES_LIT("abc"), ""));
	assert_false(bytes_starts(BYTES_LIT("a"), "ab"));
}

static void decimal_numbers(void **state)
{
	static const struct {
		const char *text;
		uint64_t    max, value;
		bool        good;
	} cases[] = {
		{ "0", 0, 0, true },
		{ "7", 7, 7, true },
		{ "8", 7, 0, false },
		{ "1", 0, 0, false },
		{ "255", 255, 255, true },
		{ "256", 255, 0, false },
		{ "2550", 255, 0, false },
		{ "18446744073709551615", UINT64_MAX, UINT64_MAX, true },
		{ "18446744073709551616", UINT64_MAX, 0, false },
		{ "99999999999999999999", UINT64_MAX, 0, false },
		{ "184467440737095516150", UINT64_MAX, 0, false },
		{ "77777777777777777777777777", 5, 0, false },
		{ "", 9, 0, false },
		{ "01", 9, 0, false },
		{ "00", 9, 0, false },
		{ "+1", 9, 0, false },
		{ "-1", 9, 0, false },
		{ " 1", 9, 0, false },
		{ "1 ", 9, 0, false },
		{ "0x1", 99, 0, false },
		{ "1.", 99, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint64_t v = 4711;
		assert_int_equal(bytes_to_u64(&v, bytes_str(cases[i].text), cases[i].max), cases[i].good);
		assert_true(v == (cases[i].good ? cases[i].value : 4711));
	}
}

static void no_slice_is_longer_than_its_whole(void **state)
{
	struct bytes a = BYTES_LIT("abc");

	(void)state;
	assert_true(bytes_is(bytes_first(a, 2), "ab"));
	assert_true(bytes_is(bytes_first(a, 4), "abc"));
	assert_true(bytes_is(bytes_skip(a, 2), "c"));
	assert_int_equal(bytes_skip(a, 4).len, 0);
	assert_int_equal(bytes_first(bytes_of(NULL, 0), 9).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_at_the_first),
		cmocka_unit_test(trim_both_ends),
		cmocka_unit_test(compare_in_octet_order),
		cmocka_unit_test(decimal_numbers),
		cmocka_unit_test(no_slice_is_longer_than_its_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
