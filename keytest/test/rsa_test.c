/* rsa_test.c: moduli made weak on purpose, from fixed seeds, and sound ones beside them. */
#include "keytest/rsa.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ceremony/base/file.h"
#include "keytest/blacklist.h"

static const char roca_m[] = "924cba6ae99dfa084537facc54948df0c23da044d8cabe0edd75bc6";

#define LISTED "e53ee1415c7b7aaec882"

static uint8_t room[1 << 16];

/* A prime of that many bits that follows from the seed. */
static void seeded_prime(mpz_t p, unsigned bits, unsigned seed)
{
	uint8_t octets[512];

	for (unsigned at = 0; at < bits / 8; at += 32, seed += 1000) {
		struct digest d = hash_of(HASH_SHA256, bytes_of(&seed, sizeof seed));
		memcpy(octets + at, d.p, 32);
	}
	octets[0] |= 0xc0;
	mpz_import(p, bits / 8, 1, 1, 1, 0, octets);
	mpz_nextprime(p, p);
}

/* A prime that the Infineon library could have made: k * M + 65537^a mod M. */
static void roca_prime(mpz_t p, unsigned bits, unsigned seed, unsigned long a)
{
	mpz_t m, base;

	mpz_inits(m, base, NULL);
	assert_int_equal(mpz_set_str(m, roca_m, 16), 0);
	mpz_set_ui(base, 65537);
	mpz_powm_ui(base, base, a, m);
	seeded_prime(p, bits, seed);
	mpz_fdiv_q(p, p, m);
	mpz_mul(p, p, m);
	mpz_add(p, p, base);
	while (!mpz_probab_prime_p(p, 25))
		mpz_add(p, p, m);
	mpz_clears(m, base, NULL);
}

static struct key key_of(struct arena *a, const mpz_t n)
{
	uint8_t    octets[2048];
	size_t     len = 0;
	struct key k;
	struct err e;

	(void)mpz_export(octets, &len, 1, 1, 1, 0, n);
	assert_true(key_build_rsa(&k, a, bytes_of(octets, len), BYTES_LIT("\1\0\1"), &e));
	return k;
}

static void assert_weak(const mpz_t n, enum err_id id)
{
	struct arena a = ARENA_ON(room);
	struct key   k = key_of(&a, n);
	struct err   e = { 0 };

	assert_false(keytest_key(&k, &e));
	assert_int_equal(e.id, id);
}

static void assert_sound(const mpz_t n)
{
	struct arena a = ARENA_ON(room);
	struct key   k = key_of(&a, n);
	struct err   e = { 0 };

	if (!keytest_key(&k, &e))
		fail_msg("%s", e.detail);
}

/* What has passed is not reckoned again; that is said of the modulus alone, and of no other one. */
static void a_sound_modulus_stays_sound(void **state)
{
	struct arena a = ARENA_ON(room);
	struct err   e = { 0 };
	mpz_t        p, n;

	(void)state;
	mpz_inits(p, n, NULL);
	seeded_prime(p, 1024, 31);
	seeded_prime(n, 1024, 32);
	mpz_mul(n, n, p);
	assert_sound(n);
	assert_sound(n);
	struct key k = key_of(&a, n);
	k.exponent = BYTES_LIT("\3");
	assert_false(keytest_key(&k, &e));
	assert_int_equal(e.id, ERR_KEYTEST_RSA_EXPONENT);
	mpz_add_ui(n, n, 2);
	mpz_sub_ui(n, n, mpz_fdiv_ui(n, 3)); /* a multiple of 3 beside it */
	if (mpz_even_p(n))
		mpz_add_ui(n, n, 3);
	assert_weak(n, ERR_KEYTEST_RSA_FACTOR);
	assert_weak(n, ERR_KEYTEST_RSA_FACTOR);
	mpz_clears(p, n, NULL);
}

static void close_primes_are_found(void **state)
{
	mpz_t p, q, n;

	(void)state;
	mpz_inits(p, q, n, NULL);
	seeded_prime(p, 1024, 1);
	mpz_nextprime(q, p);
	mpz_mul(n, p, q);
	assert_weak(n, ERR_KEYTEST_RSA_CLOSE);
	/* half their distance is d: the middle lies d^2 / (2 sqrt n) above the root, here 2^7 and 2^5 */
	mpz_set_ui(q, 1);
	mpz_mul_2exp(q, q, 517);
	mpz_add(q, q, p);
	mpz_nextprime(q, q);
	mpz_mul(n, p, q);
	assert_sound(n);
	mpz_set_ui(q, 1);
	mpz_mul_2exp(q, q, 515);
	mpz_add(q, q, p);
	mpz_nextprime(q, q);
	mpz_mul(n, p, q);
	assert_weak(n, ERR_KEYTEST_RSA_CLOSE);
	mpz_clears(p, q, n, NULL);
}

static void powers_are_found(void **state)
{
	mpz_t p, n;

	(void)state;
	mpz_inits(p, n, NULL);
	for (unsigned k = 2; k <= 5; k++) {
		seeded_prime(p, 1024, k);
		mpz_pow_ui(n, p, k);
		while (mpz_sizeinbase(n, 2) % 8) { /* to a size that is taken: the top bits of p are cleared */
			mpz_clrbit(p, mpz_sizeinbase(p, 2) - 1);
			mpz_nextprime(p, p);
			mpz_pow_ui(n, p, k);
		}
		assert_weak(n, ERR_KEYTEST_RSA_FACTOR);
	}
	mpz_clears(p, n, NULL);
}

/* Whose private exponent anybody computes: the inverse of e modulo n - 1. */
static void primes_are_found(void **state)
{
	mpz_t p, q;

	(void)state;
	mpz_inits(p, q, NULL);
	seeded_prime(p, 2048, 31);
	assert_weak(p, ERR_KEYTEST_RSA_FACTOR);
	seeded_prime(p, 1024, 32);
	seeded_prime(q, 1024, 33);
	mpz_mul(p, p, q);
	assert_sound(p);
	mpz_clears(p, q, NULL);
}

static void roca_is_found(void **state)
{
	mpz_t p, q, n;

	(void)state;
	mpz_inits(p, q, n, NULL);
	roca_prime(p, 1024, 5, 123456789);
	roca_prime(q, 1024, 6, 987654321012);
	mpz_mul(n, p, q);
	assert_weak(n, ERR_KEYTEST_RSA_ROCA);
	assert_true(roca_is_weak(n));
	seeded_prime(q, 1024, 7); /* one of the two primes is sound */
	mpz_mul(n, p, q);
	assert_false(roca_is_weak(n));
	assert_sound(n);
	mpz_clears(p, q, n, NULL);
}

/* By the prints alone it would be one: powers of 65537 modulo each prime, but not all the same
 * power: 1 modulo 37 and 65537 modulo the rest. */
static void the_prints_are_not_enough(void **state)
{
	mpz_t m, rest, n, inverse;

	(void)state;
	mpz_inits(m, rest, n, inverse, NULL);
	assert_int_equal(mpz_set_str(m, roca_m, 16), 0);
	mpz_fdiv_q_ui(rest, m, 163);
	mpz_set_ui(n, 163);
	assert_int_not_equal(mpz_invert(inverse, rest, n), 0);
	/* n = 65537 + rest * t, t so that n = 1 modulo 163 */
	mpz_set_si(n, 1 - 65537);
	mpz_mul(n, n, inverse);
	mpz_mod_ui(n, n, 163);
	mpz_mul(n, n, rest);
	mpz_add_ui(n, n, 65537);
	assert_int_equal(mpz_fdiv_ui(n, 163), 1);
	assert_int_equal(mpz_fdiv_ui(n, 167), 65537 % 167);
	assert_false(roca_is_weak(n));
	mpz_set_ui(n, 65537);
	assert_true(roca_is_weak(n));
	mpz_clears(m, rest, n, inverse, NULL);
}

/* Sound in all else: the second prime makes the product begin as `top`, hex. */
static void begin_with(mpz_t n, const char *top, unsigned seed)
{
	mpz_t p, below;

	mpz_inits(p, below, NULL);
	seeded_prime(below, 2048, seed + 1);
	mpz_fdiv_r_2exp(below, below, 2048 - 4 * strlen(top));
	assert_int_equal(mpz_set_str(n, top, 16), 0);
	mpz_mul_2exp(n, n, 2048 - 4 * strlen(top));
	mpz_add(n, n, below);
	seeded_prime(p, 1024, seed);
	mpz_cdiv_q(n, n, p);
	mpz_nextprime(n, n);
	mpz_mul(n, n, p);
	mpz_clears(p, below, NULL);
}

#define ONE_IN_16 "8000100020004000800010002000400080001000200040008000100020004000"

static void what_chance_does_not_make_is_found(void **state)
{
	static const struct {
		const char *top;
		bool        weak;
	} tops[] = {
		{ "c0ffee", false },
		{ "c5ffffffffffffffffffffffffffffffff1", true },                /* 16 times ff */
		{ "c5fffffffffffffffffffffffffffffff1", false },                 /* an f fewer */
		{ "ca1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b7", true },
		{ "ca7b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b17", true },                /* b1, not at an octet's beginning */
		{ "ca7b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b27", false },
		{ ONE_IN_16 ONE_IN_16 ONE_IN_16 "80001000", true },              /* 33 ones in a hundred */
		{ "fffefffdfffbfff7" "fffefffdfffbfff7" "fffefffdfffbfff7" "fffefffdfffbfff7" "fffefffdfffbfff7"
		  "fffefffdfffbfff7" "fffefffdfffbfff7" "fffefffdfffbfff7" "fffefffdfffbfff7" "fffefffdfffbfff7", true },
		{ "ffff000f0f0ff0f00fff000f0f0ff0f0", false },
		{ "800000" "01000000" "0280ffffffffffff", true },  /* little-endian, a zero in front: 2^15 * 1 + 2 - 2^15 */
		{ "800000" "01000000" "0480ffffffffffff", false }, /* 4: no order */
	};
	mpz_t n;

	(void)state;
	mpz_init(n);
	for (size_t i = 0; i < COUNT_OF(tops); i++) {
		begin_with(n, tops[i].top, 40);
		if (tops[i].weak)
			assert_weak(n, ERR_KEYTEST_RSA_PATTERN);
		else
			assert_sound(n);
	}
	mpz_clear(n);
}

static void shared_primes_are_found(void **state)
{
	struct arena a = ARENA_ON(room);
	mpz_t        p, q, r, n;
	struct err   e = { 0 };

	(void)state;
	mpz_inits(p, q, r, n, NULL);
	seeded_prime(p, 1024, 11);
	seeded_prime(q, 1024, 12);
	seeded_prime(r, 1024, 13);
	mpz_mul(n, p, q);
	struct key one = key_of(&a, n);
	mpz_mul(n, q, r);
	struct key other = key_of(&a, n);
	seeded_prime(p, 1024, 14);
	mpz_mul(n, p, r);
	struct key third = key_of(&a, n);
	assert_false(keytest_shared(&one, &other, &e));
	assert_int_equal(e.id, ERR_KEYTEST_RSA_SHARED);
	assert_true(keytest_shared(&one, &third, &e));
	assert_true(keytest_shared(&one, &one, &e)); /* the same key is another matter */
	mpz_clears(p, q, r, n, NULL);
}

static void debian_keys_are_found_on_their_list(void **state)
{
	static const char list[] = "# openssl-blacklist\n0123456789abcdef0123\n";
	struct arena      a = ARENA_ON(room);
	uint8_t           modulus[128];
	struct err        e = { 0 };
	struct key        k;

	(void)state;
	memset(modulus, 0xff, sizeof modulus);
	assert_true(key_build_rsa(&k, &a, bytes_of(modulus, sizeof modulus), BYTES_LIT("\1\0\1"), &e));
	assert_true(keytest_debian(&k, BYTES_LIT(""), &e));
	assert_true(keytest_debian(&k, bytes_str(list), &e));
	/* SHA-1 of "Modulus=FF...FF" and a line end, by sha1sum */
	assert_false(keytest_debian(&k, BYTES_LIT("# a comment\n0123456789abcdef0123\naaa0580292bdb5e1e2fc"), &e));
	assert_int_equal(e.id, ERR_KEYTEST_DEBIAN);
	assert_string_equal(e.detail, "aaa0580292bdb5e1e2fc");
	assert_false(keytest_debian(&k, BYTES_LIT("aaa0580292bdb5e1e2fc\r\n0123456789abcdef0123\n"), &e));
}

static void lists_are_taken_where_they_lie(void **state)
{
	char             folder[] = "/tmp/blacklist-XXXXXX";
	struct arena     a = ARENA_ON(room), lists = arena_new(BLACKLIST_ROOM);
	struct blacklist got;
	struct err       e = { 0 };
	mpz_t            p, q;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(blacklist_load(&got, &lists, "/nonexistent"), 0);
	assert_int_equal(blacklist_load(&got, &lists, folder), 0);
	mpz_inits(p, q, NULL);
	seeded_prime(p, 1024, 21);
	seeded_prime(q, 1024, 22);
	mpz_mul(p, p, q);
	struct key k = key_of(&a, p);
	assert_true(keytest_all(&k, &got, &e));
	/* LISTED: of that modulus, by sha1sum */
	int dir = dir_open(AT_FDCWD, folder, false, &e);
	assert_true(file_write(dir, "blacklist.RSA-2048", BYTES_LIT(LISTED "\n"), 0644, &e));
	assert_int_equal(blacklist_load(&got, &lists, folder), 1);
	assert_false(keytest_all(&k, &got, &e));
	assert_int_equal(e.id, ERR_KEYTEST_DEBIAN);
	assert_int_equal(unlinkat(dir, "blacklist.RSA-2048", 0), 0);
	(void)close(dir);
	(void)rmdir(folder);
	mpz_clears(p, q, NULL);
	arena_free(&lists);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_modulus_stays_sound), cmocka_unit_test(close_primes_are_found),
		cmocka_unit_test(powers_are_found),
		cmocka_unit_test(primes_are_found),
		cmocka_unit_test(roca_is_found),
		cmocka_unit_test(the_prints_are_not_enough),
		cmocka_unit_test(what_chance_does_not_make_is_found),
		cmocka_unit_test(shared_primes_are_found),
		cmocka_unit_test(debian_keys_are_found_on_their_list),
		cmocka_unit_test(lists_are_taken_where_they_lie),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
