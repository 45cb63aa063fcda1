/* secret_test.c: locked memory: its doors and its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ceremony/base/secret.h"

static void put_extend_and_compare(void **state)
{
	SECRET     a = { 0 }, b = { 0 }, none = { 0 };
	struct err e;

	(void)state;
	assert_true(secret_new(&a, 6, &e));
	assert_true(secret_put(&a, BYTES_LIT("abc")));
	assert_false(secret_put(&a, BYTES_LIT("four")));
	assert_int_equal(a.len, 3);
	assert_null(secret_extend(&a, 4));
	uint8_t *p = secret_extend(&a, 3);
	assert_ptr_equal(p, a.p + 3);
	assert_memory_equal(p, "\0\0\0", 3);
	memcpy(p, "def", 3);
	assert_true(secret_set(&b, BYTES_LIT("abcdef"), &e));
	assert_true(secret_equal(&a, &b));
	b.p[5] ^= 1;
	assert_false(secret_equal(&a, &b));
	assert_false(secret_equal(&a, &none));
	assert_true(secret_equal(&none, &none));
}

static void move_leaves_nothing_behind(void **state)
{
	SECRET     a = { 0 }, b = { 0 };
	struct err e;

	(void)state;
	assert_true(secret_set(&a, BYTES_LIT("x"), &e));
	secret_move(&b, &a);
	assert_null(a.p);
	assert_int_equal(a.len, 0);
	assert_true(bytes_is(secret_expose(&b), "x"));
	secret_done(&b);
	secret_done(&b);
	assert_null(b.p);
}

static void an_empty_secret_is_one(void **state)
{
	SECRET     a = { 0 };
	struct err e;

	(void)state;
	assert_true(secret_set(&a, bytes_of(NULL, 0), &e));
	assert_non_null(a.p);
	assert_int_equal(secret_expose(&a).len, 0);
}

/* More than can ever be locked: an error, not a weaker secret. */
static void what_cannot_be_locked_is_refused(void **state)
{
	struct secret a = { 0 };
	struct err    e = { 0 };

	(void)state;
	assert_false(secret_new(&a, SIZE_MAX / 4, &e));
	assert_int_equal(e.id, ERR_LOCK_MEMORY);
	assert_null(a.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(put_extend_and_compare),
		cmocka_unit_test(move_leaves_nothing_behind),
		cmocka_unit_test(an_empty_secret_is_one),
		cmocka_unit_test(what_cannot_be_locked_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
