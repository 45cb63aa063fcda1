/* xoshiro.h: the generator xoshiro256**, of which both ends draw the same numbers.
 *
 * It says which fragments a mixed frame holds. It is no source of secrets. */
#pragma once

#include "ceremony/base/hash.h"

struct xoshiro {
	uint64_t s[4];
};

/* xoshiro_init: the state is a digest's 32 octets, four numbers big-endian. */
void xoshiro_init(struct xoshiro *x, const struct digest *seed);
/* xoshiro_next: the next 64 bits. */
uint64_t xoshiro_next(struct xoshiro *x);
/* xoshiro_double: the next number divided by 2^64; rounding can make it exactly 1. */
double xoshiro_double(struct xoshiro *x);
/* xoshiro_int: the next whole number from lo to hi, hi included; hi - lo is below 2^32. */
uint64_t xoshiro_int(struct xoshiro *x, uint64_t lo, uint64_t hi);
