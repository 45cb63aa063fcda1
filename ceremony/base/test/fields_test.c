/* fields_test.c: the ordered list of keys and values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "ceremony/base/fields.h"

static char store[65536];

static void put_and_get(void **state)
{
	struct arena  a = ARENA_ON(store);
	struct fields f = fields_on(&a);
	char          gone[] = "borrowed";
	struct bytes  octets;
	uint64_t      n = 0;

	(void)state;
	fields_put(&f, "copied", bytes_str(gone));
	memset(gone, '?', sizeof gone);
	fields_str(&f, "empty", "");
	fields_u64(&f, "number", UINT64_MAX);
	fields_base64(&f, "octets", BYTES_LIT("\xfb\xef\xff\0"));
	fields_hex(&f, "digest", BYTES_LIT("\x00\xab"));
	fields_fmt(&f, "text", "%s-%d", "a", 7);
	assert_false(f.failed);
	assert_int_equal(f.num, 6);
	assert_true(fields_is(&f, "copied", "borrowed"));
	assert_true(fields_is(&f, "empty", "") && fields_find(&f, "empty"));
	assert_true(fields_is(&f, "octets", "++//AA=="));
	assert_true(fields_is(&f, "digest", "00ab"));
	assert_true(fields_is(&f, "text", "a-7"));
	assert_true(fields_get_u64(&n, &f, "number", UINT64_MAX) && n == UINT64_MAX);
	assert_false(fields_get_u64(&n, &f, "number", 5));
	assert_false(fields_get_u64(&n, &f, "text", 5));
	assert_true(fields_get_base64(&octets, &a, &f, "octets"));
	assert_true(bytes_equal(octets, BYTES_LIT("\xfb\xef\xff\0")));
	assert_false(fields_get_base64(&octets, &a, &f, "text"));
	assert_false(fields_get_base64(&octets, &a, &f, "nowhere"));
	assert_null(fields_find(&f, "nowhere"));
	assert_null(fields_get(&f, "nowhere").p);
	assert_false(fields_is(&f, "nowhere", ""));
}

static void a_key_twice_fails(void **state)
{
	struct arena  a = ARENA_ON(store);
	struct fields f = fields_on(&a);

	(void)state;
	fields_str(&f, "key", "1");
	fields_str(&f, "key", "2");
	assert_true(f.failed);
	assert_true(fields_is(&f, "key", "1"));
	fields_str(&f, "other", "3"); /* too late */
	assert_int_equal(f.num, 1);
}

static void too_many_or_too_large_fails(void **state)
{
	struct arena  a = ARENA_ON(store), small = { .p = (uint8_t *)store, .cap = 40 };
	struct fields f = fields_on(&a), g = fields_on(&small);
	char          key[16];

	(void)state;
	for (unsigned i = 0; i < FIELDS_MAX; i++) {
		snprintf(key, sizeof key, "k%u", i);
		fields_u64(&f, key, i);
	}
	assert_false(f.failed);
	fields_str(&f, "last", "straw");
	assert_true(f.failed);
	fields_str(&g, "a", "1");
	assert_false(g.failed);
	fields_str(&g, "b", "a text that is longer than what is left");
	assert_true(g.failed);
	assert_int_equal(g.num, 1);
}

static void equal_means_same_order_too(void **state)
{
	struct arena  a = ARENA_ON(store);
	struct fields f = fields_on(&a), g = fields_on(&a), h = fields_on(&a);

	(void)state;
	fields_str(&f, "a", "1");
	fields_str(&f, "b", "2");
	fields_add_all(&g, &f);
	assert_true(fields_equal(&f, &g));
	fields_str(&g, "c", "3");
	assert_false(fields_equal(&f, &g));
	fields_str(&h, "b", "2");
	fields_str(&h, "a", "1");
	assert_false(fields_equal(&f, &h));
	fields_add_all(&h, &f);
	assert_true(h.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(put_and_get),
		cmocka_unit_test(a_key_twice_fails),
		cmocka_unit_test(too_many_or_too_large_fails),
		cmocka_unit_test(equal_means_same_order_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
