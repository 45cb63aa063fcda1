/* watch_test.c: what is heard while something takes long: nothing for a second, then ten words a second; and the key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ceremony/cmd/watch.h"

static uint64_t      at_ms;
static size_t        told;
static struct notice last;
static bool          wanted;

static uint64_t mono(void *ctx)
{
	(void)ctx;
	return at_ms;
}

static void tell(void *ctx, const struct notice *n)
{
	(void)ctx;
	told++;
	last = *n;
}

static bool stop_wanted(void *ctx)
{
	(void)ctx;
	return wanted;
}

static struct face face = { .tell = tell, .stop_wanted = stop_wanted };

static int begin(void **state)
{
	(void)state;
	at_ms = 5000;
	told = 0;
	wanted = false;
	return 0;
}

static void hashing_is_told_by_octets(void **state)
{
	struct watch      w = { .face = &face, .clock = { .mono = mono } };
	struct sums_watch s = watch_sums(&w);

	(void)state;
	for (uint64_t i = 1; i <= 300; i++, at_ms += 10)
		assert_true(s.go_on(s.ctx, i << 20, 300 << 20));
	assert_in_range(told, 19, 21); /* of the last two seconds of three */
	assert_int_equal(last.kind, NOTICE_PROGRESS);
	assert_string_equal(last.text, "hashing the ceremony's files");
	assert_int_equal(last.total, 300 << 20);
	assert_true(last.done > 280 << 20 && !last.can_stop);
	wanted = true; /* a key that is not offered does nothing */
	at_ms += 1000;
	assert_true(s.go_on(s.ctx, 300 << 20, 300 << 20));
}

static void a_key_stops_a_verification(void **state)
{
	struct watch       w = { .face = &face, .can_stop = true, .clock = { .mono = mono } };
	struct audit_watch a = watch_audit(&w);

	(void)state;
	wanted = true;
	assert_true(a.go_on(a.ctx, "0001-x", 1)); /* nobody was told yet */
	at_ms += 1100;
	assert_false(a.go_on(a.ctx, "0001-x", 77));
	assert_int_equal(told, 1);
	assert_true(last.can_stop);
	wanted = false;
	at_ms += 100;
	assert_true(a.go_on(a.ctx, "0001-x", 78));
	assert_int_equal(told, 2);
}

static void without_a_face_nothing_is_told(void **state)
{
	struct watch      w = { .clock = { .mono = mono } };
	struct sums_watch s = watch_sums(&w);

	(void)state;
	for (uint64_t i = 0; i < 30; i++, at_ms += 1000)
		assert_true(s.go_on(s.ctx, i, 30));
	assert_int_equal(told, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(hashing_is_told_by_octets, begin),
		cmocka_unit_test_setup(a_key_stops_a_verification, begin),
		cmocka_unit_test_setup(without_a_face_nothing_is_told, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
