/* minisign_test.c: secret key files as minisign writes them; each octet that is not so is noticed. */
#include "ceremony/token/minisign.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ceremony/base/buf.h"

/* What minisign -G writes, with scrypt's smallest costs so that the test is quick. */
#define PASSWORD "correct horse"
#define OPS      32768
#define MEMORY   (16U << 20)
#define LEN      158

static uint8_t    octets[LEN], public_key[32];
static struct err e;

static void make(const char *head, uint64_t ops, uint64_t memory)
{
	uint8_t                  seed[32], stream[104], pair[64];
	crypto_generichash_state h;

	memset(seed, 7, sizeof seed);
	memset(octets, 0, sizeof octets);
	memcpy(octets, head, 6);
	memset(octets + 6, 's', 32);
	for (int i = 0; i < 8; i++) {
		octets[38 + i] = (uint8_t)(ops >> (8 * i));
		octets[46 + i] = (uint8_t)(memory >> (8 * i));
	}
	memcpy(octets + 54, "\1\2\3\4\5\6\7\10", 8);
	assert_int_equal(crypto_sign_seed_keypair(public_key, pair, seed), 0);
	memcpy(octets + 62, pair, 64);
	(void)crypto_generichash_init(&h, NULL, 0, 32);
	(void)crypto_generichash_update(&h, (const uint8_t *)"Ed", 2);
	(void)crypto_generichash_update(&h, octets + 54, 72);
	(void)crypto_generichash_final(&h, octets + 126, 32);
	assert_int_equal(crypto_pwhash_scryptsalsa208sha256(stream, sizeof stream, PASSWORD, strlen(PASSWORD), octets + 6, OPS, MEMORY), 0);
	for (size_t i = 0; i < sizeof stream; i++)
		octets[54 + i] ^= stream[i];
}

static bool open_text(struct bytes file, const char *password)
{
	SECRET              p = { 0 }, pair = { 0 };
	struct minisign_key k;

	e = (struct err){ 0 };
	assert_true(secret_set(&p, bytes_str(password), &e));
	if (!minisign_open(&k, &pair, file, &p, &e)) {
		assert_null(pair.p);
		return false;
	}
	assert_memory_equal(k.public_key, public_key, 32);
	assert_memory_equal(k.number, "\1\2\3\4\5\6\7\10", 8);
	assert_int_equal(pair.len, 64);
	assert_memory_equal(pair.p + 32, public_key, 32);
	return true;
}

static bool open_octets(const char *before, size_t len, const char *after, const char *password)
{
	char       text[512];
	struct buf b = BUF_ON(text);

	buf_str(&b, before);
	buf_base64(&b, bytes_of(octets, len));
	buf_str(&b, after);
	assert_true(buf_ok(&b));
	return open_text(buf_bytes(&b), password);
}

#define COMMENT "untrusted comment: minisign encrypted secret key\n"

static void it_opens(void **state)
{
	(void)state;
	make("EdScB2", OPS, MEMORY);
	assert_true(open_octets(COMMENT, LEN, "\n", PASSWORD));
	assert_true(open_octets("untrusted comment: \n", LEN, "\r\n\n", PASSWORD));
	assert_false(open_octets(COMMENT, LEN, "\n", "correct horsf"));
	assert_int_equal(e.id, ERR_WITNESS_PASSPHRASE);
}

static void every_octet_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN; i++) {
		make("EdScB2", OPS, MEMORY);
		if (i >= 38 && i < 54)
			continue; /* the costs: other cases */
		octets[i] ^= 1;
		assert_false(open_octets(COMMENT, LEN, "\n", PASSWORD));
		assert_int_equal(e.id, i < 6 ? ERR_WITNESS_FILE : ERR_WITNESS_PASSPHRASE);
	}
}

static void what_is_no_such_file(void **state)
{
	static const struct {
		const char *head;
		uint64_t    ops, memory;
		const char *says;
	} heads[] = {
		{ "Ed\0\0B2", OPS, MEMORY, "not protected by a password" }, { "EdXcB2", OPS, MEMORY, "not known here" },
		{ "EDScB2", OPS, MEMORY, "another version" },               { "EdScB3", OPS, MEMORY, "another version" },
		{ "EdScB2", (uint64_t)1 << 27, MEMORY, "costs" },           { "EdScB2", OPS, (uint64_t)1 << 32, "costs" },
		{ "EdScB2", UINT64_MAX, UINT64_MAX, "costs" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(heads); i++) {
		make(heads[i].head, heads[i].ops, heads[i].memory);
		assert_false(open_octets(COMMENT, LEN, "\n", PASSWORD));
		assert_int_equal(e.id, ERR_WITNESS_FILE);
		assert_non_null(strstr(e.detail, heads[i].says));
	}
	make("EdScB2", OPS, MEMORY);
	assert_false(open_octets("comment: x\n", LEN, "\n", PASSWORD));
	assert_int_equal(e.id, ERR_WITNESS_FILE);
	assert_false(open_octets(COMMENT, LEN, "", PASSWORD));
	assert_int_equal(e.id, ERR_WITNESS_FILE);
	assert_false(open_octets(COMMENT, LEN - 1, "\n", PASSWORD));
	assert_int_equal(e.id, ERR_WITNESS_FILE);
	assert_false(open_octets(COMMENT, LEN, "\nmore\n", PASSWORD));
	assert_int_equal(e.id, ERR_WITNESS_FILE);
	assert_false(open_octets(COMMENT, LEN, "=\n", PASSWORD));
	assert_int_equal(e.id, ERR_WITNESS_FILE);
	assert_false(open_text(bytes_str(""), PASSWORD));
	assert_false(open_text(bytes_str(COMMENT "\n"), PASSWORD));
	assert_int_equal(e.id, ERR_WITNESS_FILE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_opens),
		cmocka_unit_test(every_octet_counts),
		cmocka_unit_test(what_is_no_such_file),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
