/* hash_test.c: SHA-2 of known texts, whole and in pieces. */
#include "ceremony/base/hash.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "ceremony/base/buf.h"

/* FIPS 180-4's own texts, and nothing at all. */
static const struct {
	enum hash_alg alg;
	const char   *text, *hex;
} cases[] = {
	{ HASH_SHA256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ HASH_SHA256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ HASH_SHA384, "", "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b" },
	{ HASH_SHA384, "abc", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7" },
	{ HASH_SHA512, "abc", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	                      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
	{ HASH_SHA512, "", "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
	                   "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e" },
};

static void test_known(void **state)
{
	char hex[HASH_MAX * 2 + 1];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct digest d = hash_of(cases[i].alg, bytes_str(cases[i].text));
		assert_string_equal(digest_hex(hex, &d), cases[i].hex);
		assert_int_equal(d.len, hash_len(cases[i].alg));
	}
}

/* A million times 'a' (FIPS 180-4's third text), in pieces of every length up to two blocks. */
static void test_pieces(void **state)
{
	static const char *const hex[] = {
		[HASH_SHA256] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
		[HASH_SHA384] = "9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b07b8b3dc38ecc4ebae97ddd87f3d8985",
		[HASH_SHA512] = ("e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
		                 "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b"),
	};
	uint8_t a[256];
	char    text[HASH_MAX * 2 + 1];

	(void)state;
	memset(a, 'a', sizeof a);
	for (enum hash_alg alg = HASH_SHA256; alg <= HASH_SHA512; alg++) {
		struct hash h;
		size_t      left = 1000000;
		hash_init(&h, alg);
		for (size_t n = 0; left; n = (n + 1) % sizeof a) {
			size_t take = n < left ? n : left;
			hash_put(&h, bytes_of(a, take));
			left -= take;
		}
		struct digest d = hash_end(&h);
		assert_string_equal(digest_hex(text, &d), hex[alg]);
	}
}

/* RFC 4231 2.3. */
static void test_hmac(void **state)
{
	uint8_t    out[32];
	char       hex[65];
	struct buf b = BUF_ON(hex);

	(void)state;
	hmac_sha256(out, bytes_str("Jefe"), bytes_str("what do ya want for nothing?"));
	buf_hex(&b, bytes_of(out, sizeof out));
	assert_string_equal(buf_cstr(&b), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_hmac),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
