/* gf256.h: the field of 256 elements in which SLIP-0039 shares a secret.
 *
 * Rijndael's: octets as polynomials over GF(2) modulo x^8 + x^4 + x^3 + x + 1. Bit by
 * bit, without tables: no branch and no index depends on a value. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* gf256_mul: the product of a and b. (Their sum and difference is a ^ b.) */
uint8_t gf256_mul(uint8_t a, uint8_t b);

/* gf256_inverse: the element that a must be multiplied with to give 1; 0 for 0. */
uint8_t gf256_inverse(uint8_t a);

/* A point of a sharing polynomial: len octets, each of them a polynomial of its own. */
struct gf256_point {
	uint8_t        x; /* public */
	const uint8_t *y; /* secret, borrowed */
};

/* gf256_interpolate: the value at x of the polynomials of the lowest degree through num
 * points with distinct x (SLIP-0039, "Interpolation"). out: len octets; it must not be
 * any point's y. num at least 1. */
void gf256_interpolate(uint8_t *out, size_t len, uint8_t x, const struct gf256_point *point, size_t num);
