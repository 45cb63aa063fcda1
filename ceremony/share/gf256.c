/* gf256.c: see gf256.h. */
#include "ceremony/share/gf256.h"

#include <string.h>

#include "ceremony/base/err.h"
#include "ceremony/share/ct.h"

uint8_t gf256_mul(uint8_t a, uint8_t b)
{
	unsigned x = a, y = b, product = 0;

	for (unsigned bit = 0; bit < 8; bit++) {
		product ^= x & ct_mask(y & 1);
		x = (x << 1) ^ (0x11b & ct_mask(x >> 7));
		y >>= 1;
	}
	return (uint8_t)product;
}

uint8_t gf256_inverse(uint8_t a)
{
	uint8_t power = a, inverse = 1; /* a^254 = a^2 a^4 ... a^128, as a^255 = 1 */

	for (unsigned i = 1; i < 8; i++) {
		power = gf256_mul(power, power);
		inverse = gf256_mul(inverse, power);
	}
	return inverse;
}

/* What the i-th point counts for at x: Lagrange's basis polynomial. */
static uint8_t weight(uint8_t x, const struct gf256_point *point, size_t num, size_t i)
{
	uint8_t above = 1, below = 1;

	for (size_t k = 0; k < num; k++) {
		if (k == i)
			continue;
		MUST(point[k].x != point[i].x);
		above = gf256_mul(above, x ^ point[k].x);
		below = gf256_mul(below, point[i].x ^ point[k].x);
	}
	return gf256_mul(above, gf256_inverse(below));
}

void gf256_interpolate(uint8_t *out, size_t len, uint8_t x, const struct gf256_point *point, size_t num)
{
	MUST(num > 0);
	memset(out, 0, len);
	for (size_t i = 0; i < num; i++) {
		uint8_t w = weight(x, point, num, i);
		for (size_t k = 0; k < len; k++)
			out[k] ^= gf256_mul(point[i].y[k], w);
	}
}
