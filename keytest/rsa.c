/* rsa.c: see rsa.h. Sizes, exponents, and moduli that can be taken apart.
 *
 * GMP computes; everything here is public. */
#include "keytest/rsa.h"

#define RSA_MIN_BITS     2048
#define FERMAT_ROUNDS    100 /* BR 6.1.1.3 (5) */
#define NUM_SMALL_PRIMES 6541 /* odd primes below 2^16 */
#define LAST_PRIME       65537

/* The remainder of a big-endian number by m. */
static uint32_t remainder_of(struct bytes n, uint32_t m)
{
	uint64_t r = 0;
	size_t   i = 0;

	for (; i < n.len % 4; i++)
		r = (r << 8 | n.p[i]) % m;
	for (; i < n.len; i += 4) {
		uint64_t word =
			(uint64_t)n.p[i] << 24 | (uint64_t)n.p[i + 1] << 16 | (uint64_t)n.p[i + 2] << 8 | n.p[i + 3];
		r = (r << 32 | word) % m;
	}
	return (uint32_t)r;
}

/* The odd primes below 2^16, by the sieve of Eratosthenes. */
static void small_primes(uint16_t out[NUM_SMALL_PRIMES])
{
	uint8_t composite[65536] = { 0 };
	size_t  num = 0;

	for (uint32_t p = 3; p < sizeof composite; p += 2) {
		if (composite[p])
			continue;
		MUST(num < NUM_SMALL_PRIMES);
		out[num++] = (uint16_t)p;
		for (uint32_t q = p * p; q < sizeof composite; q += 2 * p) /* 65521^2 is below 2^32 */
			composite[q] = 1;
	}
	MUST(num == NUM_SMALL_PRIMES);
}

/* One of the primes up to 65537 that divides n, or 0. They are gathered into products below 2^32, so that
 * the long number is walked less often. */
static uint32_t small_factor(struct bytes n, const uint16_t prime[NUM_SMALL_PRIMES])
{
	for (size_t i = 0; i < NUM_SMALL_PRIMES;) {
		uint64_t product = 1;
		size_t   first = i;
		while (i < NUM_SMALL_PRIMES && product * prime[i] <= UINT32_MAX)
			product *= prime[i++];
		uint32_t r = remainder_of(n, (uint32_t)product);
		for (size_t j = first; j < i; j++)
			if (r % prime[j] == 0)
				return prime[j];
	}
	return remainder_of(n, LAST_PRIME) == 0 ? LAST_PRIME : 0;
}

/* Whether one of the primes up to 65537 divides n, by their product, which is made once in a process: fifty times as fast as to ask
 * each of them which. */
static bool has_small_factor(const mpz_t n)
{
	static mpz_t product;
	static bool  made;
	mpz_t        rest;

	if (!made)
		mpz_init(product);
	if (!made)
		mpz_primorial_ui(product, LAST_PRIME);
	made = true;
	mpz_init(rest);
	mpz_tdiv_r(rest, product, n);
	mpz_gcd(rest, rest, n);
	const bool has = mpz_cmp_ui(rest, 1) != 0;
	mpz_clear(rest);
	return has;
}

/* Two primes that lie close together are found from the square root upwards: n is the difference of
 * the squares of their middle and of half their distance. */
static bool is_fermat_close(const mpz_t n)
{
	mpz_t a, b;
	bool  close = false;

	mpz_inits(a, b, NULL);
	mpz_sqrt(a, n);
	for (int i = 0; i < FERMAT_ROUNDS && !close; i++) {
		mpz_add_ui(a, a, 1);
		mpz_mul(b, a, a);
		mpz_sub(b, b, n);
		close = mpz_perfect_square_p(b) != 0;
	}
	mpz_clears(a, b, NULL);
	return close;
}

static bool name_factor(const struct key *k, struct err *e)
{
	uint16_t prime[NUM_SMALL_PRIMES];

	small_primes(prime);
	return err_set(e, ERR_KEYTEST_RSA_FACTOR, "%u divides it", small_factor(k->modulus, prime));
}

static bool test_modulus(const struct key *k, struct err *e)
{
	mpz_t n;
	bool  ok = true;

	mpz_init(n);
	mpz_import(n, k->modulus.len, 1, 1, 1, 0, k->modulus.p);
	const char *why = NULL;
	if (has_small_factor(n))
		ok = name_factor(k, e);
	else if ((why = rsa_without_chance(k->modulus, k->bits)) != NULL)
		ok = err_set(e, ERR_KEYTEST_RSA_PATTERN, "%s", why);
	else if (mpz_perfect_power_p(n))
		ok = err_set(e, ERR_KEYTEST_RSA_FACTOR, "it is a power of a smaller number");
	else if (mpz_probab_prime_p(n, 25)) /* SP 800-89 5.3.3; a product is told by the first round */
		ok = err_set(e, ERR_KEYTEST_RSA_FACTOR, "it is a prime itself");
	else if (is_fermat_close(n))
		ok = err_set(e, ERR_KEYTEST_RSA_CLOSE, "found within %d rounds of Fermat's method", FERMAT_ROUNDS);
	else if (roca_is_weak(n))
		ok = err_set(e, ERR_KEYTEST_RSA_ROCA, "%s", "CVE-2017-15361");
	mpz_clear(n);
	return ok;
}

/* Always false. */
static bool refuse_exponent(struct bytes exponent, struct err *e)
{
	unsigned long long v = 0;

	if (exponent.len > sizeof v)
		return err_set(e, ERR_KEYTEST_RSA_EXPONENT, "it has %zu octets", exponent.len);
	for (size_t i = 0; i < exponent.len; i++)
		v = v << 8 | exponent.p[i];
	return err_set(e, ERR_KEYTEST_RSA_EXPONENT, "it is %llu", v);
}

/* Moduli that passed in this process, by their SHA-256: a ceremony tests each request's key when it comes, and again when it verifies
 * its finished record. Of two that have the same place the later one is kept. */
#define PASSED 16384

static uint8_t passed[PASSED][32];

static uint8_t *place_of(const struct digest *d)
{
	return passed[((size_t)d->p[0] << 8 | d->p[1]) % PASSED];
}

bool keytest_rsa(const struct key *k, struct err *e)
{
	if (k->bits < RSA_MIN_BITS || k->bits % 8)
		return err_set(e, ERR_KEYTEST_RSA_SIZE, "%u bits", k->bits);
	if (!bytes_equal(k->exponent, BYTES_LIT("\x01\x00\x01")))
		return refuse_exponent(k->exponent, e);
	if (!(k->modulus.p[k->modulus.len - 1] & 1))
		return err_set(e, ERR_KEYTEST_RSA_FACTOR, "it is even");
	const struct digest d = hash_of(HASH_SHA256, k->modulus);
	if (memcmp(place_of(&d), d.p, sizeof passed[0]) == 0)
		return true;
	if (!test_modulus(k, e))
		return false;
	memcpy(place_of(&d), d.p, sizeof passed[0]);
	return true;
}

/* ---- moduli among each other -------------------------------------------- */

bool keytest_shared(const struct key *k, const struct key *other, struct err *e)
{
	mpz_t n, m;
	bool  shared = false;

	if (k->alg != KEY_RSA || other->alg != KEY_RSA || bytes_equal(k->modulus, other->modulus))
		return true;
	mpz_inits(n, m, NULL);
	mpz_import(n, k->modulus.len, 1, 1, 1, 0, k->modulus.p);
	mpz_import(m, other->modulus.len, 1, 1, 1, 0, other->modulus.p);
	mpz_gcd(n, n, m);
	shared = mpz_cmp_ui(n, 1) != 0;
	mpz_clears(n, m, NULL);
	return !shared || err_set(e, ERR_KEYTEST_RSA_SHARED, "%s", "the two have a factor in common");
}
