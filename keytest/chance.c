/* chance.c: see rsa.h: moduli that look like anything but chance.
 *
 * Each test is one of the public checker badkeys (pattern, rsabias, xzbackdoor), with its bounds.
 * A sound modulus of 2048 bits fails them once in 2^60. */
#include "keytest/rsa.h"

#define REPEATS  16 /* of two hex digits, one behind another */
#define MIN_ONES 40 /* of a hundred bits; a modulus of 2048 bits is nine standard deviations inside */
#define MAX_ONES 60

static unsigned nibble(struct bytes n, size_t i)
{
	return i % 2 ? n.p[i / 2] & 15u : n.p[i / 2] >> 4;
}

/* Two hex digits that stand there 16 times over: text, padding, a buffer that nobody filled. */
static bool repeats(struct bytes n)
{
	size_t same = 0; /* digits that are what stood two before them */

	for (size_t i = 2; i < 2 * n.len; i++) {
		same = nibble(n, i) == nibble(n, i - 2) ? same + 1 : 0;
		if (same == 2 * (REPEATS - 1))
			return true;
	}
	return false;
}

/* Far more zeros than ones, or the other way: primes with long gaps in them multiply to such, and come apart like polynomials. */
static bool is_biased(struct bytes n, unsigned bits)
{
	unsigned ones = 0;

	for (size_t i = 0; i < n.len; i++)
		for (unsigned b = n.p[i]; b; b &= b - 1)
			ones++;
	return ones * 100 < MIN_ONES * bits || ones * 100 > MAX_ONES * bits;
}

static uint64_t little(const uint8_t *p, size_t len)
{
	uint64_t v = 0;

	while (len--)
		v = v << 8 | p[len];
	return v;
}

/* CVE-2024-3094: the key was not a key but an order to the backdoor of xz: its first 16 octets, with the zero that DER puts
 * in front, hold a, b and c with a * b + c of 0 to 3. */
static bool is_order(struct bytes n)
{
	uint8_t      head[16] = { 0 };
	const size_t zero = n.p[0] >> 7;

	MUST(n.len >= sizeof head);
	memcpy(head + zero, n.p, sizeof head - zero);
	return little(head, 4) * little(head + 4, 4) + little(head + 8, 8) <= 3;
}

const char *rsa_without_chance(struct bytes n, unsigned bits)
{
	return repeats(n)           ? "two hex digits of it stand there 16 times over"
	       : is_biased(n, bits) ? "it has far more bits of one kind than of the other"
	       : is_order(n)        ? "it is an order to the backdoor of xz (CVE-2024-3094)"
	                            : NULL;
}
