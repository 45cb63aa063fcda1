/* witness_test.c: sealed witness keys, and what a witness may sign. */
#include "ceremony/token/witness.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "ceremony/base/fields.h"
#include "ceremony/record/merkle.h"
#include "ceremony/record/note.h"
#include "ceremony/token/test/softhsm.h"

#define NAME       BYTES_LIT("example.org/auditor-1")
#define PASSPHRASE "correct horse"
#define MESSAGE    BYTES_LIT("cosignature/v1\ntime 1\n...")
#define COMMENT    BYTES_LIT("example.org/auditor-1 time:1")

static uint8_t    public_key[WITNESS_PUBLIC_LEN], sealed[WITNESS_SEALED_LEN];
static struct err e;

static bool with(const char *passphrase, bool (*act)(const struct secret *p))
{
	SECRET p = { 0 };

	assert_true(secret_set(&p, bytes_str(passphrase), &e));
	e = (struct err){ 0 };
	return act(&p);
}

static bool make(const struct secret *p)
{
	return witness_make(public_key, sealed, NAME, p, &e);
}

static uint8_t      signature[WITNESS_SIG_LEN], global[WITNESS_SIG_LEN];
static struct bytes name, sealed_in, public_in;

static bool sign(const struct secret *p)
{
	memset(signature, 0, sizeof signature);
	memset(global, 0, sizeof global);
	return witness_sign(signature, global, name, sealed_in, public_in, p, MESSAGE, COMMENT, &e);
}

static int start(void **state)
{
	(void)state;
	name = NAME;
	sealed_in = bytes_of(sealed, sizeof sealed);
	public_in = bytes_of(public_key, sizeof public_key);
	return with(PASSPHRASE, make) ? 0 : 1;
}

static void both_signatures_are_good(void **state)
{
	uint8_t both[128];

	(void)state;
	assert_true(with(PASSPHRASE, sign));
	assert_int_equal(crypto_sign_verify_detached(signature, MESSAGE.p, MESSAGE.len, public_key), 0);
	memcpy(both, signature, sizeof signature);
	memcpy(both + sizeof signature, COMMENT.p, COMMENT.len);
	assert_int_equal(crypto_sign_verify_detached(global, both, sizeof signature + COMMENT.len, public_key), 0);
}

static void it_opens_to_its_own_only(void **state)
{
	static const uint8_t zero[WITNESS_SIG_LEN];

	(void)state;
	assert_false(with("correct hors", sign));
	assert_int_equal(e.id, ERR_WITNESS_PASSPHRASE);
	assert_false(with("Correct horse", sign));
	assert_int_equal(e.id, ERR_WITNESS_PASSPHRASE);
	name = BYTES_LIT("example.org/auditor-2");
	assert_false(with(PASSPHRASE, sign));
	assert_int_equal(e.id, ERR_WITNESS_PASSPHRASE);
	assert_memory_equal(signature, zero, sizeof zero);
	assert_memory_equal(global, zero, sizeof zero);
}

/* Every octet that is not a cost counts; a cost out of range is refused before it is paid. */
static void every_octet_counts(void **state)
{
	static const struct {
		size_t      at;
		enum err_id id;
	} cases[] = {
		{ 0, ERR_WITNESS_SEALED },      { 7, ERR_WITNESS_SEALED },       { 8, ERR_WITNESS_SEALED },
		{ 11, ERR_WITNESS_PASSPHRASE }, { 12, ERR_WITNESS_SEALED },      { 16, ERR_WITNESS_PASSPHRASE },
		{ 31, ERR_WITNESS_PASSPHRASE }, { 32, ERR_WITNESS_PASSPHRASE },  { 55, ERR_WITNESS_PASSPHRASE },
		{ 56, ERR_WITNESS_PASSPHRASE }, { 87, ERR_WITNESS_PASSPHRASE },  { 88, ERR_WITNESS_PASSPHRASE },
		{ 119, ERR_WITNESS_PASSPHRASE }, { 135, ERR_WITNESS_PASSPHRASE },
	};
	uint8_t changed[WITNESS_SEALED_LEN + 1] = { 0 };

	(void)state;
	sealed_in = bytes_of(changed, sizeof sealed);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		memcpy(changed, sealed, sizeof sealed);
		changed[cases[i].at] ^= cases[i].at == 12 ? 0x80 : 1;
		assert_false(with(PASSPHRASE, sign));
		assert_int_equal(e.id, cases[i].id);
	}
	memcpy(changed, sealed, sizeof sealed);
	static const size_t lens[] = { 0, 8, 87, 88, 135, 137 };
	for (size_t i = 0; i < COUNT_OF(lens); i++) {
		sealed_in = bytes_of(changed, lens[i]);
		assert_false(with(PASSPHRASE, sign));
		assert_int_equal(e.id, ERR_WITNESS_SEALED);
	}
	sealed_in = bytes_of(changed, sizeof sealed);
	uint8_t other[WITNESS_PUBLIC_LEN];
	memcpy(other, public_key, sizeof other);
	other[0] ^= 1;
	public_in = bytes_of(other, sizeof other);
	assert_false(with(PASSPHRASE, sign));
	assert_int_equal(e.id, ERR_WITNESS_SEALED);
}

/* docs/formats/witness-key.md: opened here step by step with libsodium alone. */
static void the_format_is_as_documented(void **state)
{
	uint8_t key[32], seed[32], pub[32], pair[64], ad[256];

	(void)state;
	assert_memory_equal(sealed, "CERWIT01\0\0\0\3\0\1\0\0", 16);
	assert_memory_equal(sealed + 56, public_key, 32);
	assert_int_equal(crypto_pwhash(key, sizeof key, PASSPHRASE, strlen(PASSPHRASE), sealed + 16, 3, 65536UL * 1024,
	                               crypto_pwhash_ALG_ARGON2ID13),
	                 0);
	memcpy(ad, sealed, 88);
	memcpy(ad + 88, NAME.p, NAME.len);
	assert_int_equal(crypto_aead_xchacha20poly1305_ietf_decrypt(seed, NULL, NULL, sealed + 88, 48, ad,
	                                                            88 + NAME.len, sealed + 32, key),
	                 0);
	assert_int_equal(crypto_sign_seed_keypair(pub, pair, seed), 0);
	assert_memory_equal(pub, public_key, 32);
}

static void a_short_passphrase_is_refused(void **state)
{
	uint8_t before[WITNESS_SEALED_LEN];

	(void)state;
	memcpy(before, sealed, sizeof before);
	assert_false(with("seven77", make));
	assert_int_equal(e.id, ERR_WITNESS_SHORT);
	assert_memory_equal(sealed, before, sizeof before);
	assert_true(with("eight888", make));
	assert_memory_not_equal(sealed, before, sizeof before);
}

/* ---- the ops ---- */

static struct lab l;

static bool add_leaf(void *ctx, const struct event *ev, struct bytes line, struct err *why)
{
	(void)ev;
	(void)why;
	merkle_add(ctx, line);
	return true;
}

/* The cosigned message over this transcript; off: the size is wrong by so much. */
static struct bytes cosigned(uint8_t *storage, size_t len, uint64_t off)
{
	struct merkle tree = { .size = 0 };
	uint8_t       root[32], body_storage[512];
	struct buf    body = BUF_ON(body_storage), b = buf_init(storage, len);
	int           dir = open(l.record, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(transcript_each(dir, add_leaf, &tree, &e));
	(void)close(dir);
	merkle_root(root, &tree);
	checkpoint_body(&body, BYTES_LIT("example.org/root"), tree.size + off, root);
	cosigned_message(&b, buf_bytes(&body), 1795251600);
	assert_true(buf_ok(&b) && buf_ok(&body));
	return buf_bytes(&b);
}

static enum err_id ask(struct bytes message, const char *comment)
{
	struct fields *f = lab_op(&l, OP_WITNESS_SIGN);

	fields_put(f, "name", NAME);
	fields_base64(f, "sealed", bytes_of(sealed, sizeof sealed));
	fields_base64(f, "public", bytes_of(public_key, sizeof public_key));
	fields_base64(f, "message", message);
	fields_str(f, "comment", comment);
	return lab_call_with(&l, PASSPHRASE);
}

static void a_witness_signs_the_checkpoint_only(void **state)
{
	uint8_t      storage[512];
	static char  arena_storage[4096];
	struct arena a = ARENA_ON(arena_storage);

	(void)state;
	lab_start(&l);
	fields_put(lab_op(&l, OP_WITNESS_MAKE), "name", NAME);
	lab_ok(&l, lab_call_with(&l, PASSPHRASE));
	memcpy(public_key, lab_keep(&l, &a, "public").p, sizeof public_key);
	memcpy(sealed, lab_keep(&l, &a, "sealed").p, sizeof sealed);

	assert_int_equal(ask(cosigned(storage, sizeof storage, 0), ""), ERR_TOKEN_NO_INTENT);
	assert_string_equal(l.e.detail, "the transcript is not closed");
	lab_event(&l, EVENT_CLOSE, NULL);
	struct bytes message = cosigned(storage, sizeof storage, 0);
	lab_ok(&l, ask(message, "example.org/auditor-1 time:1795251600"));
	struct bytes sig = lab_keep(&l, &a, "signature");
	assert_int_equal(crypto_sign_verify_detached(sig.p, message.p, message.len, public_key), 0);
	assert_int_equal(lab_keep(&l, &a, "global").len, WITNESS_SIG_LEN);

	static const struct bytes bad[] = {
		BYTES_LIT(""),
		BYTES_LIT("cosignature/v1\n"),
		BYTES_LIT("cosignature/v1\ntime 1\n"),
		BYTES_LIT("cosignature/v1\ntime -1\nx\n"),
		BYTES_LIT("cosignature/v2\ntime 1\nx\n"),
		BYTES_LIT("certificate"),
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(ask(bad[i], ""), ERR_TOKEN_NO_INTENT);
	assert_int_equal(ask(cosigned(storage, sizeof storage, 1), ""), ERR_TOKEN_NO_INTENT);
	assert_int_equal(ask(cosigned(storage, sizeof storage, 0), "two\nlines"), ERR_OP_FIELD);
	lab_end(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(both_signatures_are_good, start),
		cmocka_unit_test_setup(it_opens_to_its_own_only, start),
		cmocka_unit_test_setup(every_octet_counts, start),
		cmocka_unit_test_setup(the_format_is_as_documented, start),
		cmocka_unit_test_setup(a_short_passphrase_is_refused, start),
		cmocka_unit_test(a_witness_signs_the_checkpoint_only),
	};

	if (!process_harden(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
