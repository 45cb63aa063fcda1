/* health_test.c: the cut-offs against others' constants, the tests against data that is bad in one way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ceremony/base/secret.h"
#include "keytest/health.h"

/* What Go (crypto/internal/fips140), jitterentropy and Nordic's generator use. */
static void cutoffs(void **state)
{
	(void)state;
	assert_int_equal(health_apt_cutoff(512, 0.70710678118654752, 20), 410);
	assert_int_equal(health_apt_cutoff(512, 0.5, 30), 325);
	assert_int_equal(health_apt_cutoff(512, 1.0 / 256, 20), 13);
	assert_int_equal(health_rct_cutoff(30, 1000), 31);
	assert_int_equal(health_rct_cutoff(20, 500), 41);
	assert_int_equal(health_rct_cutoff(30, 8000), 5);
}

static uint8_t raw[65536];

static struct bytes all(void)
{
	return bytes_of(raw, sizeof raw);
}

static void good_octets(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_true(process_harden(&e));
	random_fill(raw, sizeof raw);
	assert_true(health_good(health_rct_octets(all())));
	assert_true(health_good(health_rct_bits(all())));
	assert_true(health_good(health_apt_octets(all())));
	assert_true(health_good(health_apt_bits(all())));
	assert_int_equal(health_repeats(all()), 0);
}

static void a_stuck_source(void **state)
{
	(void)state;
	memset(raw, 0xa5, sizeof raw);
	assert_int_equal(health_rct_octets(all()).worst, sizeof raw);
	assert_false(health_good(health_rct_octets(all())));
	assert_true(health_good(health_rct_bits(all()))); /* 10100101: no run of bits */
	assert_int_equal(health_apt_octets(all()).worst, 512);
	assert_false(health_good(health_apt_octets(all())));
	assert_int_equal(health_repeats(all()), 1023);
	memset(raw, 0, sizeof raw);
	assert_false(health_good(health_rct_bits(all())));
	assert_false(health_good(health_apt_bits(all())));
}

/* Just below the cut-off, and at it. */
static void runs(void **state)
{
	(void)state;
	random_fill(raw, sizeof raw);
	for (size_t i = 0; i < sizeof raw; i++)
		raw[i] = (uint8_t)i; /* no run at all */
	assert_int_equal(health_rct_octets(all()).worst, 1);
	memset(raw + 100, 7, 4);
	assert_true(health_good(health_rct_octets(all())));
	memset(raw + 100, 7, 5);
	assert_false(health_good(health_rct_octets(all())));
	assert_int_equal(health_rct_octets(all()).worst, 5);
}

/* One octet in sixteen is the same one: no run, and yet far too often. */
static void a_leaning_source(void **state)
{
	(void)state;
	random_fill(raw, sizeof raw);
	for (size_t i = 0; i < sizeof raw; i += 16)
		raw[i] = 0x11;
	assert_false(health_good(health_apt_octets(all())));
}

/* Passes the tests of the standard, since each value stands as often as the others. */
static void a_counter_repeats(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof raw; i++)
		raw[i] = (uint8_t)i;
	assert_true(health_good(health_rct_octets(all())));
	assert_true(health_good(health_apt_octets(all())));
	assert_int_equal(health_repeats(all()), 1024 - 16);
	assert_int_equal(health_repeats(bytes_of(raw, 15)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cutoffs),          cmocka_unit_test(good_octets),      cmocka_unit_test(a_stuck_source),
		cmocka_unit_test(runs),             cmocka_unit_test(a_leaning_source), cmocka_unit_test(a_counter_repeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
