/* seal_test.c: a box that one key opens, whole, and no other. */
#include "ceremony/base/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct bytes words = { (const uint8_t *)"duckling enlarge academic", 25 };

static void only_its_key_opens_it(void **state)
{
	SECRET     key = { 0 }, other = { 0 }, out = { 0 };
	uint8_t    pub[SEAL_PUBLIC], pub2[SEAL_PUBLIC], box[128];
	struct buf b = BUF_ON(box);
	struct err e;

	(void)state;
	assert_true(seal_key_new(pub, &key, &e) && seal_key_new(pub2, &other, &e));
	seal_put(&b, pub, words);
	assert_true(buf_ok(&b));
	assert_int_equal(b.len, words.len + SEAL_EXTRA);
	assert_true(seal_open(&out, buf_bytes(&b), pub, &key, &e));
	assert_true(bytes_equal(secret_expose(&out), words));
	secret_done(&out);
	assert_false(seal_open(&out, buf_bytes(&b), pub2, &other, &e));
	assert_int_equal(e.id, ERR_SEAL);
	assert_false(seal_open(&out, buf_bytes(&b), pub2, &key, &e));
	secret_done(&other); /* no key at all */
	assert_false(seal_open(&out, buf_bytes(&b), pub, &other, &e));
	assert_null(out.p);
}

static void no_octet_can_be_changed(void **state)
{
	SECRET     key = { 0 }, out = { 0 };
	uint8_t    pub[SEAL_PUBLIC], box[128];
	struct buf b = BUF_ON(box);
	struct err e;

	(void)state;
	assert_true(seal_key_new(pub, &key, &e));
	seal_put(&b, pub, words);
	for (size_t i = 0; i < b.len; i++) {
		box[i] ^= 1;
		if (seal_open(&out, buf_bytes(&b), pub, &key, &e))
			fail_msg("opened with octet %zu changed", i);
		box[i] ^= 1;
	}
	for (size_t n = 0; n < b.len; n++)
		if (seal_open(&out, bytes_of(box, n), pub, &key, &e))
			fail_msg("opened, cut at %zu", n);
	assert_false(seal_open(&out, bytes_of(box, b.len + 1), pub, &key, &e));
	assert_true(seal_open(&out, buf_bytes(&b), pub, &key, &e));
}

static void what_does_not_fit_is_not_written(void **state)
{
	uint8_t    pub[SEAL_PUBLIC], box[25 + SEAL_EXTRA - 1];
	struct buf b = BUF_ON(box);
	SECRET     key = { 0 };
	struct err e;

	(void)state;
	assert_true(seal_key_new(pub, &key, &e));
	seal_put(&b, pub, words);
	assert_false(buf_ok(&b));
	assert_int_equal(b.len, 0);
}

int main(void)
{
	struct err              e = { 0 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_its_key_opens_it),
		cmocka_unit_test(no_octet_can_be_changed),
		cmocka_unit_test(what_does_not_fit_is_not_written),
	};

	return process_harden(&e) ? cmocka_run_group_tests(tests, NULL, NULL) : 3;
}
