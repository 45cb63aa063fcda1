/* gf256_test.c: the field against tables, which the field itself must not have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ceremony/base/bytes.h"
#include "ceremony/share/gf256.h"

/* Powers of the generator 3: 3 a = 2 a + a. */
static uint8_t power_of[255], log_of[256];

static int make_tables(void **state)
{
	unsigned a = 1;

	(void)state;
	for (unsigned i = 0; i < 255; i++) {
		power_of[i] = (uint8_t)a;
		log_of[a] = (uint8_t)i;
		a ^= a << 1;
		if (a > 255)
			a ^= 0x11b;
	}
	return a == 1 ? 0 : -1;
}

static void mul_is_the_tables(void **state)
{
	(void)state;
	for (unsigned a = 0; a < 256; a++) {
		for (unsigned b = 0; b < 256; b++) {
			unsigned expected = a && b ? power_of[(log_of[a] + log_of[b]) % 255] : 0;
			assert_int_equal(gf256_mul((uint8_t)a, (uint8_t)b), expected);
		}
	}
}

/* FIPS 197 4.2 and 4.2.1. */
static void mul_is_fips_197(void **state)
{
	(void)state;
	assert_int_equal(gf256_mul(0x57, 0x83), 0xc1);
	assert_int_equal(gf256_mul(0x57, 0x13), 0xfe);
}

static void inverse_inverts(void **state)
{
	(void)state;
	assert_int_equal(gf256_inverse(0), 0);
	assert_int_equal(gf256_inverse(0x53), 0xca);
	for (unsigned a = 1; a < 256; a++)
		assert_int_equal(gf256_mul((uint8_t)a, gf256_inverse((uint8_t)a)), 1);
}

/* Horner's rule: the value of polynomial c at x. */
static uint8_t value_at(const uint8_t *c, size_t num, uint8_t x)
{
	uint8_t v = 0;

	for (size_t i = num; i-- > 0;)
		v = gf256_mul(v, x) ^ c[i];
	return v;
}

static void interpolation_finds_the_polynomial(void **state)
{
	static const uint8_t c[2][16] = {
		{ 0x9e, 1, 0xff, 0x80, 7, 0, 0x55, 0xaa, 3, 4, 5, 6, 0x10, 0x20, 0x40, 0xc3 },
		{ 0, 0, 0x1b, 2, 0xf0, 9, 8, 0x77, 0xfe, 0xfd, 1, 1, 0, 0, 0x99, 0x01 },
	};

	(void)state;
	for (size_t num = 1; num <= 16; num++) {
		uint8_t            y[16][2];
		struct gf256_point point[16];
		for (size_t i = 0; i < num; i++) {
			uint8_t x = (uint8_t)(i * 17 + 3);
			y[i][0] = value_at(c[0], num, x);
			y[i][1] = value_at(c[1], num, x);
			point[i] = (struct gf256_point){ x, y[i] };
		}
		for (unsigned x = 0; x < 256; x++) {
			uint8_t out[2] = { 1, 1 };
			gf256_interpolate(out, 2, (uint8_t)x, point, num);
			assert_int_equal(out[0], value_at(c[0], num, (uint8_t)x));
			assert_int_equal(out[1], value_at(c[1], num, (uint8_t)x));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mul_is_the_tables),
		cmocka_unit_test(mul_is_fips_197),
		cmocka_unit_test(inverse_inverts),
		cmocka_unit_test(interpolation_finds_the_polynomial),
	};

	return cmocka_run_group_tests(tests, make_tables, NULL);
}
