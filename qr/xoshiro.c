/* xoshiro.c: see xoshiro.h. Blackman and Vigna's generator, by its published description. */
#include "qr/xoshiro.h"

static uint64_t rotl(uint64_t v, unsigned n)
{
	return v << n | v >> (64 - n);
}

void xoshiro_init(struct xoshiro *x, const struct digest *seed)
{
	MUST(seed->len == 32);
	for (size_t i = 0; i < 4; i++) {
		x->s[i] = 0;
		for (size_t j = 0; j < 8; j++)
			x->s[i] = x->s[i] << 8 | seed->p[8 * i + j];
	}
}

uint64_t xoshiro_next(struct xoshiro *x)
{
	uint64_t *s = x->s;
	uint64_t  result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return result;
}

double xoshiro_double(struct xoshiro *x)
{
	return (double)xoshiro_next(x) / 18446744073709551616.0;
}

uint64_t xoshiro_int(struct xoshiro *x, uint64_t lo, uint64_t hi)
{
	MUST(lo <= hi && hi - lo < UINT32_MAX);
	uint64_t v = (uint64_t)(xoshiro_double(x) * (double)(hi - lo + 1)) + lo;
	return v > hi ? hi : v; /* the double was 1 */
}
