/* roca.c: see rsa.h: keys of CVE-2017-15361 ("The Return of Coppersmith's Attack", 2017).
 *
 * The library made primes k * M + (65537^a mod M), M the product of the first primes, so a
 * modulus is a power of 65537 modulo M, and modulo each of those primes. First the remainders
 * by the primes: a sound modulus gets through once in 2^27.8. Then the discrete logarithm itself,
 * by Pohlig and Hellman: the order of 65537 has no prime factor above 83. */
#include "keytest/rsa.h"

/* Bit r of the mask: r is a power of 65537 modulo the prime. They follow from that definition; they
 * are also the 38 prints of crocs-muni/roca, roca/detect.py at df6071d502f68701427f8b1d409cab22055ad1b7
 * (MIT). */
static const struct {
	unsigned prime;
	uint64_t mask[3]; /* lowest bits first */
} prints[] = {
	{ 3, { 0x6, 0x0, 0x0 } },
	{ 5, { 0x1e, 0x0, 0x0 } },
	{ 7, { 0x7e, 0x0, 0x0 } },
	{ 11, { 0x402, 0x0, 0x0 } },
	{ 13, { 0x161a, 0x0, 0x0 } },
	{ 17, { 0x1a316, 0x0, 0x0 } },
	{ 19, { 0x30af2, 0x0, 0x0 } },
	{ 23, { 0x7ffffe, 0x0, 0x0 } },
	{ 29, { 0x1ffffffe, 0x0, 0x0 } },
	{ 31, { 0x7ffffffe, 0x0, 0x0 } },
	{ 37, { 0x4000402, 0x0, 0x0 } },
	{ 41, { 0x1fffffffffe, 0x0, 0x0 } },
	{ 43, { 0x7fffffffffe, 0x0, 0x0 } },
	{ 47, { 0x7ffffffffffe, 0x0, 0x0 } },
	{ 53, { 0x12dd703303aed2, 0x0, 0x0 } },
	{ 59, { 0x7fffffffffffffe, 0x0, 0x0 } },
	{ 61, { 0x1434026619900b0a, 0x0, 0x0 } },
	{ 67, { 0xfffffffffffffffe, 0x7, 0x0 } },
	{ 71, { 0x164729716b1d977e, 0x1, 0x0 } },
	{ 73, { 0x811a48004962078a, 0x147, 0x0 } },
	{ 79, { 0x4010404000640502, 0xb, 0x0 } },
	{ 83, { 0xfffffffffffffffe, 0x7ffff, 0x0 } },
	{ 89, { 0xfffffffffffffffe, 0x1ffffff, 0x0 } },
	{ 97, { 0x6000001800000002, 0x100000000, 0x0 } },
	{ 101, { 0xfffffffffffffffe, 0x1fffffffff, 0x0 } },
	{ 103, { 0xbd964257768fe396, 0x16380e9115, 0x0 } },
	{ 107, { 0x633397be6a897e1a, 0x27816ea9821, 0x0 } },
	{ 109, { 0xb003685cbe7192ba, 0x1752639f4e85, 0x0 } },
	{ 113, { 0xfffffffffffffffe, 0x1ffffffffffff, 0x0 } },
	{ 127, { 0xa04c81430a190536, 0x6ca09850c2813205, 0x0 } },
	{ 131, { 0xfffffffffffffffe, 0xffffffffffffffff, 0x7 } },
	{ 137, { 0xfffffffffffffffe, 0xffffffffffffffff, 0x1ff } },
	{ 139, { 0xfffffffffffffffe, 0xffffffffffffffff, 0x7ff } },
	{ 149, { 0xfffffffffffffffe, 0xffffffffffffffff, 0x1fffff } },
	{ 151, { 0x1a2412003d18030a, 0xbc00482458dac35b, 0x50c018 } },
	{ 157, { 0x71bd5baca0b7e1a, 0xd76af63826461899, 0x161fb414 } },
	{ 163, { 0xfffffffffffffffe, 0xffffffffffffffff, 0x7ffffffff } },
	{ 167, { 0xfffffffffffffffe, 0xffffffffffffffff, 0x7fffffffff } },
};

/* The product of 2 and the primes above, the order of 65537 modulo it, and that order's parts. */
static const char     modulus_hex[] = "924cba6ae99dfa084537facc54948df0c23da044d8cabe0edd75bc6";
static const uint64_t group_order = 2454106387091158800U;
static const unsigned parts[] = { 16, 81, 25, 7, 11, 13, 17, 23, 29, 37, 41, 53, 83 };

static bool has_prints(const mpz_t n)
{
	for (size_t i = 0; i < COUNT_OF(prints); i++) {
		unsigned long r = mpz_fdiv_ui(n, prints[i].prime);
		if (!(prints[i].mask[r / 64] >> (r % 64) & 1))
			return false;
	}
	return true;
}

/* Whether h is a power of g, which has this order, modulo m. */
static bool is_power(const mpz_t h, const mpz_t g, unsigned order, const mpz_t m)
{
	mpz_t power;
	bool  found = false;

	mpz_init_set_ui(power, 1);
	for (unsigned i = 0; i < order && !found; i++) {
		found = mpz_cmp(power, h) == 0;
		mpz_mul(power, power, g);
		mpz_mod(power, power, m);
	}
	mpz_clear(power);
	return found;
}

/* n is a power of 65537 if its part in each subgroup of prime power order is one. */
static bool has_logarithm(const mpz_t n)
{
	mpz_t m, g, h, exponent;
	bool  found = true;

	mpz_inits(m, g, h, exponent, NULL);
	MUST(mpz_set_str(m, modulus_hex, 16) == 0);
	mpz_set_ui(exponent, group_order);
	mpz_powm(h, n, exponent, m);
	found = mpz_cmp_ui(h, 1) == 0;
	for (size_t i = 0; found && i < COUNT_OF(parts); i++) {
		mpz_set_ui(exponent, group_order / parts[i]);
		mpz_powm(h, n, exponent, m);
		mpz_set_ui(g, 65537);
		mpz_powm(g, g, exponent, m);
		found = is_power(h, g, parts[i], m);
	}
	mpz_clears(m, g, h, exponent, NULL);
	return found;
}

bool roca_is_weak(const mpz_t n)
{
	return has_prints(n) && has_logarithm(n);
}
