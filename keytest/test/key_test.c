/* key_test.c: sound keys pass, each weakness is named. Run from the project's folder. */
#include "keytest/keytest.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ceremony/base/file.h"
#include "ceremony/pki/pem.h"
#include "ceremony/pki/request.h"

static const struct {
	const char *name, *spki;
} keys[] = {
#define X(name, sig, spki, signature) { name, spki },
#include "ceremony/pki/test/key_vectors.inc"
#undef X
};

static uint8_t room[1 << 18];

/* A key of that name from the vectors, in storage of its own that may be changed. */
static struct key key_of(struct arena *a, const char *name)
{
	struct key k = { 0 };
	struct err e;

	for (size_t i = 0; i < COUNT_OF(keys) && !k.bits; i++) {
		struct buf b = buf_init(arena_take(a, KEY_MAX_DER), KEY_MAX_DER);
		if (strcmp(keys[i].name, name) != 0)
			continue;
		assert_true(hex_decode(&b, bytes_str(keys[i].spki)));
		assert_true(key_parse(&k, buf_bytes(&b), &e));
	}
	assert_true(k.bits);
	return k;
}

static uint8_t *writable(struct bytes a)
{
	return (uint8_t *)(uintptr_t)a.p;
}

static void assert_refused(const struct key *k, enum err_id id, const char *detail)
{
	struct err e = { 0 };

	assert_false(keytest_key(k, &e));
	assert_int_equal(e.id, id);
	assert_string_equal(e.detail, detail);
}

static void sound_keys_pass(void **state)
{
	static const char *const names[] = {
		"RSA-2048", "RSA-3072", "RSA-4096", "P-256", "P-384", "P-521", "Ed25519"
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct arena a = ARENA_ON(room);
		struct key   k = key_of(&a, names[i]);
		struct err   e = { 0 };
		if (!keytest_key(&k, &e))
			fail_msg("%s: %s", names[i], e.detail);
	}
}

static void rsa_sizes_and_exponents(void **state)
{
	struct arena a = ARENA_ON(room);
	struct key   k = key_of(&a, "RSA-1024"), odd = key_of(&a, "RSA-2047"), good = key_of(&a, "RSA-2048");

	(void)state;
	assert_refused(&k, ERR_KEYTEST_RSA_SIZE, "1024 bits");
	assert_refused(&odd, ERR_KEYTEST_RSA_SIZE, "2047 bits");
	k = good;
	k.exponent = BYTES_LIT("\x03");
	assert_refused(&k, ERR_KEYTEST_RSA_EXPONENT, "it is 3");
	k.exponent = BYTES_LIT("\x01\x00\x00\x01");
	assert_refused(&k, ERR_KEYTEST_RSA_EXPONENT, "it is 16777217");
	k.exponent = BYTES_LIT("\x01\x00\x00\x00\x00\x00\x00\x00\x01");
	assert_refused(&k, ERR_KEYTEST_RSA_EXPONENT, "it has 9 octets");
	writable(good.modulus)[good.modulus.len - 1] ^= 1;
	assert_refused(&good, ERR_KEYTEST_RSA_FACTOR, "it is even");
}

/* n - v, big-endian in place. */
static void subtract(struct bytes n, uint32_t v)
{
	uint8_t *p = writable(n);

	for (size_t i = n.len; i-- > 0 && v;) {
		uint32_t low = v & 0xff;
		v >>= 8;
		v += p[i] < low;
		p[i] = (uint8_t)(p[i] - low);
	}
}

static void small_factors_are_found(void **state)
{
	static const struct {
		uint32_t    prime;
		const char *detail;
	} rows[] = {
		{ 3, "3 divides it" },         { 5, "5 divides it" },         { 251, "251 divides it" },
		{ 257, "257 divides it" },     { 32749, "32749 divides it" }, { 65519, "65519 divides it" },
		{ 65521, "65521 divides it" },
		{ 65537, "65537 divides it" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = ARENA_ON(room);
		struct key   k = key_of(&a, i % 2 ? "RSA-4096" : "RSA-2048");
		uint64_t     r = 0;
		for (size_t j = 0; j < k.modulus.len; j++)
			r = (r << 8 | k.modulus.p[j]) % rows[i].prime;
		subtract(k.modulus, (uint32_t)r);
		if (!(k.modulus.p[k.modulus.len - 1] & 1))
			subtract(k.modulus, rows[i].prime);
		struct err e = { 0 };
		assert_false(keytest_key(&k, &e));
		assert_int_equal(e.id, ERR_KEYTEST_RSA_FACTOR);
		if (strcmp(e.detail, rows[i].detail) != 0) { /* a smaller one may have come with it */
			uint32_t smaller = (uint32_t)strtoul(e.detail, NULL, 10);
			assert_true(smaller > 2 && smaller < rows[i].prime);
		}
	}
}

static void squares_are_found(void **state)
{
	struct arena   a = ARENA_ON(room);
	int            dir = open("scripts/fixtures/requests", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct bytes   text, der;
	struct request r;
	struct err     e = { 0 };

	(void)state;
	assert_true(file_read(&text, &a, dir, "rsa-square.csr", 1 << 16, &e));
	assert_true(pem_decode(&der, &a, "CERTIFICATE REQUEST", text, &e));
	assert_true(request_parse(&r, der, &e));
	assert_refused(&r.key, ERR_KEYTEST_RSA_FACTOR, "it is a power of a smaller number");
}

static void a_large_modulus_is_judged_too(void **state)
{
	uint8_t      modulus[2048];
	struct arena a = ARENA_ON(room);
	struct key   k;
	struct err   e;

	(void)state;
	memset(modulus, 0xff, sizeof modulus); /* 2^16384 - 1 */
	assert_true(key_build_rsa(&k, &a, bytes_of(modulus, sizeof modulus), BYTES_LIT("\1\0\1"), &e));
	assert_refused(&k, ERR_KEYTEST_RSA_FACTOR, "3 divides it");
}

static void points_off_their_curve_are_found(void **state)
{
	static const char *const names[] = { "P-256", "P-384", "P-521" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct arena a = ARENA_ON(room);
		struct key   k = key_of(&a, names[i]);
		struct err   e = { 0 };
		for (size_t at = 1; at < k.point.len; at++) {
			writable(k.point)[at] ^= 1;
			assert_false(keytest_key(&k, &e));
			assert_int_equal(e.id, ERR_KEYTEST_POINT);
			writable(k.point)[at] ^= 1;
		}
		assert_true(keytest_key(&k, &e));
		memset(writable(k.point) + 1, 0, k.point.len - 1);
		assert_refused(&k, ERR_KEYTEST_POINT, names[i]);
	}
}

/* A coordinate of p stands for 0: whoever takes it has two keys that are one. */
static void coordinates_stay_below_the_prime(void **state)
{
	static const char *const primes[] = {
		"ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
		"fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
	};
	static const char *const names[] = { "P-256", "P-384" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		for (size_t second = 0; second < 2; second++) {
			struct arena a = ARENA_ON(room);
			struct key   k = key_of(&a, names[i]);
			char         detail[64];
			struct buf   d = BUF_ON(detail);
			size_t       len = (k.point.len - 1) / 2;
			struct buf   b = buf_init(writable(k.point) + 1 + second * len, len);
			assert_true(hex_decode(&b, bytes_str(primes[i])));
			buf_fmt(&d, "%s: a coordinate is not below the prime", names[i]);
			assert_refused(&k, ERR_KEYTEST_POINT, buf_cstr(&d));
		}
	}
}

static void ed25519_points_of_small_order_are_found(void **state)
{
	/* y of all of them, from the curve's equation; the top bit, which is x's sign, either way */
	static const char *const small[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(small); i++) {
		struct arena a = ARENA_ON(room);
		struct key   k = key_of(&a, "Ed25519");
		struct buf   b = buf_init(writable(k.point), 32);
		assert_true(hex_decode(&b, bytes_str(small[i])));
		assert_refused(&k, ERR_KEYTEST_SMALL_ORDER, "Ed25519");
		writable(k.point)[31] ^= 0x80;
		assert_refused(&k, ERR_KEYTEST_SMALL_ORDER, "Ed25519");
	}
}

/* Why it matters: the point is of order 8, so the forged signature (R the identity, S zero) is
 * good for every message whose challenge is a multiple of 8: one in eight. */
static void a_point_of_small_order_signs_anything(void **state)
{
	static const uint8_t forged[64] = { 1 };
	struct arena         a = ARENA_ON(room);
	struct key           k = key_of(&a, "Ed25519");
	struct buf           b = buf_init(writable(k.point), 32);
	struct err           e;
	unsigned             num = 0;

	(void)state;
	assert_true(hex_decode(&b, BYTES_LIT("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")));
	for (uint8_t message = 0; message < 128; message++)
		num += sig_verify(&k, SIG_ED25519, bytes_of(&message, 1), bytes_of(forged, sizeof forged), &e);
	assert_in_range(num, 4, 40);
	assert_false(keytest_key(&k, &e));
}

static void ed25519_points_have_one_form(void **state)
{
	static const struct {
		const char *y, *detail;
	} rows[] = {
		{ "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		  "Ed25519: not the canonical form" },
		{ "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		  "Ed25519: not the canonical form" },
		{ "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		  "Ed25519: not the canonical form" },
		{ "0200000000000000000000000000000000000000000000000000000000000000", "Ed25519" }, /* no x fits */
		{ "0700000000000000000000000000000000000000000000000000000000000000", "Ed25519" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = ARENA_ON(room);
		struct key   k = key_of(&a, "Ed25519");
		struct buf   b = buf_init(writable(k.point), 32);
		assert_true(hex_decode(&b, bytes_str(rows[i].y)));
		assert_refused(&k, ERR_KEYTEST_POINT, rows[i].detail);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_keys_pass),
		cmocka_unit_test(rsa_sizes_and_exponents),
		cmocka_unit_test(small_factors_are_found),
		cmocka_unit_test(squares_are_found),
		cmocka_unit_test(a_large_modulus_is_judged_too),
		cmocka_unit_test(points_off_their_curve_are_found),
		cmocka_unit_test(coordinates_stay_below_the_prime),
		cmocka_unit_test(ed25519_points_of_small_order_are_found),
		cmocka_unit_test(a_point_of_small_order_signs_anything),
		cmocka_unit_test(ed25519_points_have_one_form),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
