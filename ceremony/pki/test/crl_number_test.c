/* crl_number_test.c: numbers of revocation lists, to the last of 20 octets. */
#include "ceremony/pki/crl_number.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MOST "730750818665451459101842416358141509827966271487" /* 2^159 - 1 */

static struct crl_number parsed(const char *text)
{
	struct crl_number n = { { 0 } };

	assert_true(crl_number_parse(&n, bytes_str(text)));
	return n;
}

static void texts(void **state)
{
	static const struct {
		const char *text, *plus_one;
		size_t      octets;
	} cases[] = {
		{ "0", "1", 1 },
		{ "9", "10", 1 },
		{ "255", "256", 1 },
		{ "256", "257", 2 },
		{ "18446744073709551615", "18446744073709551616", 8 },
		{ "18446744073709551616", "18446744073709551617", 9 },
		{ "340282366920938463463374607431768211455", "340282366920938463463374607431768211456", 16 },
		{ "730750818665451459101842416358141509827966271486", MOST, 20 },
	};
	char text[CRL_NUMBER_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct crl_number n = parsed(cases[i].text), again;
		struct bytes      octets = crl_number_octets(&n);
		assert_string_equal(crl_number_str(text, n), cases[i].text);
		assert_int_equal(octets.len, cases[i].octets);
		assert_true(crl_number_read(&again, octets));
		assert_int_equal(crl_number_compare(n, again), 0);
		assert_int_equal(crl_number_is_zero(n), i == 0);
		again = crl_number_plus(n, 1);
		assert_string_equal(crl_number_str(text, again), cases[i].plus_one);
		assert_true(crl_number_compare(again, n) > 0);
		assert_int_equal(crl_number_has_room(n), i + 1 < COUNT_OF(cases));
	}
	assert_int_equal(crl_number_compare(crl_number_of(UINT64_MAX), parsed("18446744073709551615")), 0);
}

static void what_is_no_number(void **state)
{
	static const char *const cases[] = { "", "-1", "+1", " 1", "1 ", "01", "00", "0x1", "1a", "730750818665451459101842416358141509827966271488",
		                             "1461501637330902918203684832716283019655932542976", "9999999999999999999999999999999999999999999999999" };
	static const uint8_t     over[21] = { 0x80 }, most[20] = { 0x7f };
	struct crl_number        n;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (crl_number_parse(&n, bytes_str(cases[i])))
			fail_msg("\"%s\" was taken", cases[i]);
	assert_false(crl_number_read(&n, bytes_of(over, 0)));
	assert_false(crl_number_read(&n, bytes_of(over, 20)));
	assert_false(crl_number_read(&n, bytes_of(over, 21)));
	assert_true(crl_number_read(&n, bytes_of(most, 20)));
}

/* As many as a record can ever need, and not one less. */
static void room(void **state)
{
	struct crl_number n = parsed("730750818665451459101842416358141509827966271487");

	(void)state;
	n.octet[16] = n.octet[17] = n.octet[18] = n.octet[19] = 0;
	assert_true(crl_number_has_room(n));
	char text[CRL_NUMBER_TEXT];
	assert_string_equal(crl_number_str(text, crl_number_plus(n, UINT32_MAX)), MOST);
	n = crl_number_plus(n, 1);
	assert_false(crl_number_has_room(n));
	memset(n.octet, 0xff, sizeof n.octet);
	assert_false(crl_number_has_room(n));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(texts), cmocka_unit_test(what_is_no_number), cmocka_unit_test(room) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
