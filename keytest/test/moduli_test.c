/* moduli_test.c: one modulus against a thousand, from fixed seeds. Small primes do: keytest_shared asks for no size. */
#include "keytest/moduli.h"

#include <gmp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "keytest/keytest.h"

#define MANY 1000
#define BITS 128 /* of a prime */

static uint8_t        list_room[4 << 20], key_room[1 << 20];
static struct arena   keys;
static struct moduli  list;
static struct arena   packs;

/* Prime number `seed`: the next one behind as many octets that follow from it. */
static void prime(mpz_t p, unsigned bits, unsigned seed)
{
	uint8_t octets[1024];

	for (unsigned at = 0; at < bits / 8; at += 16) {
		unsigned      from[2] = { seed, at };
		struct digest d = hash_of(HASH_SHA256, bytes_of(from, sizeof from));
		memcpy(octets + at, d.p, 16);
	}
	octets[0] |= 0xc0;
	mpz_import(p, bits / 8, 1, 1, 1, 0, octets);
	if (bits > BITS)
		mpz_setbit(p, 0); /* odd is enough: to find a prime of that size takes long */
	else
		mpz_nextprime(p, p);
}

static struct key key_of(const mpz_t n)
{
	size_t     len = (mpz_sizeinbase(n, 2) + 7) / 8;
	uint8_t   *p = arena_take(&keys, len);
	struct key k = { .alg = KEY_RSA, .bits = (unsigned)len * 8, .modulus = bytes_of(p, len) };

	assert_non_null(p);
	(void)mpz_export(p, NULL, 1, 1, 1, 0, n);
	return k;
}

/* The product of two primes by their numbers. */
static struct key product(unsigned bits, unsigned one, unsigned other)
{
	mpz_t p, q;

	mpz_inits(p, q, NULL);
	prime(p, bits, one);
	prime(q, bits, other);
	mpz_mul(p, p, q);
	struct key k = key_of(p);
	mpz_clears(p, q, NULL);
	return k;
}

static struct key other_kind(void)
{
	return (struct key){ .alg = KEY_P384, .point = BYTES_LIT("\4") };
}

static void put(size_t at, const struct key *k)
{
	struct err e = { 0 };

	assert_true(moduli_put(&list, at, k, &e));
}

/* Number i is of primes 2 i and 2 i + 1; every hundredth, from 50 on, is no RSA key. */
static int make(void **state)
{
	(void)state;
	keys = ARENA_ON(key_room);
	packs = ARENA_ON(list_room);
	packs.len = 0;
	memset(list_room, 0, sizeof list_room);
	memset(key_room, 0, sizeof key_room);
	list = (struct moduli){ .room = &packs };
	for (unsigned i = 0; i < MANY; i++) {
		struct key k = i % 100 == 50 ? other_kind() : product(BITS, 2 * i, 2 * i + 1);
		put(i, &k);
		assert_int_equal(list.num, i + 1);
	}
	return 0;
}

static void expect(size_t num, const struct key *k, bool apart)
{
	struct err e = { 0 };

	if (moduli_apart(&list, num, k, &e) != apart)
		fail_msg("among the first %zu: %s", num, apart ? e.detail : "nothing was found");
	assert_int_equal(e.id, apart ? ERR_NONE : ERR_KEYTEST_RSA_SHARED);
}

static void a_shared_factor_is_found_among_a_thousand(void **state)
{
	struct key fresh = product(BITS, 5000, 5001);

	(void)state;
	expect(MANY, &fresh, true);
	expect(0, &fresh, true);
	for (unsigned i = 0; i < MANY; i += i < 130 || i > 900 ? 1 : 23) {
		struct key k = product(BITS, 2 * i + i % 2, 6000 + i);
		if (i % 100 != 50)
			expect(MANY, &k, false);
		if (i % 100 != 50)
			expect(i + 1, &k, false);
		expect(i, &k, true);
	}
}

static void the_same_modulus_is_another_matter(void **state)
{
	struct key again = product(BITS, 2 * 500, 2 * 500 + 1), both = product(BITS, 2 * 500, 2 * 501);
	struct key point = other_kind();

	(void)state;
	expect(MANY, &again, true);
	expect(MANY, &point, true);
	expect(MANY, &both, false); /* its product with another divides the pack's product too */
	expect(500, &both, true);
}

static void what_is_put_in_its_place_counts(void **state)
{
	struct key k = product(BITS, 2 * 70, 7000), mine = product(BITS, 8000, 8001), with_mine = product(BITS, 8001, 7001);
	struct key behind = product(BITS, 2 * 71, 7002), before = product(BITS, 2 * 69, 7003);

	(void)state;
	for (unsigned i = 0; i < MANY; i++) { /* the same again changes nothing */
		struct key same = i % 100 == 50 ? other_kind() : product(BITS, 2 * i, 2 * i + 1);
		put(i, &same);
	}
	assert_int_equal(list.num, MANY);
	const size_t taken = packs.len;
	expect(MANY, &k, false);
	put(70, &mine);
	assert_int_equal(list.num, 71);
	expect(71, &k, true);
	expect(71, &behind, true);
	expect(71, &before, false);
	expect(71, &with_mine, false);
	expect(70, &with_mine, true);
	for (unsigned i = 71; i < 200; i++) {
		struct key other = product(BITS, 2 * i, 2 * i + 1);
		put(i, &other);
	}
	expect(200, &behind, false);
	expect(200, &k, true);
	assert_int_equal(packs.len, taken); /* packs that are there are used again */
}

static void long_and_short_ones_lie_side_by_side(void **state)
{
	mpz_t      n, p;
	struct key k;

	(void)state;
	keys.len = 0;
	list = (struct moduli){ .room = &packs };
	mpz_inits(n, p, NULL);
	for (unsigned i = 0; i < 40; i++) { /* up to RSA-16384, each a prime of ours times whatever fills it */
		prime(p, BITS, 100 + i);
		prime(n, i % 3 ? 2048 - BITS : 8000, 300 + i);
		mpz_mul(n, n, p);
		if (i % 3 == 0) {
			prime(p, 8192 - BITS, 400 + i);
			mpz_mul(n, n, p);
		}
		k = key_of(n);
		put(i, &k);
	}
	for (unsigned i = 0; i < 40; i++) {
		struct key one = product(BITS, 100 + i, 9000 + i);
		expect(40, &one, false);
	}
	mpz_clears(n, p, NULL);
}

static void a_list_without_room_says_so(void **state)
{
	static uint8_t little[100];
	struct arena   a = ARENA_ON(little);
	struct moduli  m = { .room = &a };
	struct key     k = product(BITS, 1, 2);
	struct err     e = { 0 };

	(void)state;
	assert_false(moduli_put(&m, 0, &k, &e));
	assert_int_equal(e.id, ERR_NO_MEMORY);
	assert_int_equal(m.num, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_shared_factor_is_found_among_a_thousand, make),
		cmocka_unit_test_setup(the_same_modulus_is_another_matter, make),
		cmocka_unit_test_setup(what_is_put_in_its_place_counts, make),
		cmocka_unit_test_setup(long_and_short_ones_lie_side_by_side, make),
		cmocka_unit_test(a_list_without_room_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
