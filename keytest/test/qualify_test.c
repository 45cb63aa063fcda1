/* qualify_test.c: the verdict: what is good passes, and each thing that must be there is missed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ceremony/base/secret.h"
#include "ceremony/pki/test/throwaway.h"
#include "keytest/qualify.h"

static uint8_t       storage[1 << 18];
static struct arena  a;
static struct fields good;

static const char *const names[] = {
	"never.as-it-is", "never.copy-extractable", "never.copy-insensitive", "never.set-extractable",
	"never.set-insensitive", "never.claims", "random.rct-octets", "random.rct-bits", "random.apt-octets",
	"random.apt-bits", "random.repeats", "pin-counter", "removed",
};

static int fill(void **state)
{
	struct throwaway one = { 0 }, two = { 0 };
	struct err       e = { 0 };

	(void)state;
	a = (struct arena)ARENA_ON(storage);
	assert_true(process_harden(&e));
	throwaway_new(&one, &a, KEY_P384);
	throwaway_new(&two, &a, KEY_P384);
	good = fields_on(&a);
	fields_str(&good, "software", "no");
	fields_str(&good, "algorithm.P-384", "good: made");
	fields_str(&good, "algorithm.Ed25519", "absent: no");
	fields_str(&good, "locked.as-it-is", "good: refused");
	for (size_t i = 0; i < COUNT_OF(names); i++)
		fields_str(&good, names[i], "good: so");
	fields_base64(&good, "spki.1", one.key.spki);
	fields_base64(&good, "spki.2", two.key.spki);
	assert_false(good.failed);
	return 0;
}

/* The good ones, but for `key`: left out, or with another value. */
static struct qualify but(const char *key, const char *value)
{
	static struct qualify q;
	struct fields         f = fields_on(&a);

	for (size_t i = 0; i < good.num; i++)
		if (!bytes_is(good.item[i].key, key))
			fields_put(&f, (const char *)good.item[i].key.p, good.item[i].value);
	if (value)
		fields_str(&f, key, value);
	qualify_judge(&q, &a, &f);
	return q;
}

static void all_is_good(void **state)
{
	struct qualify q = but("", NULL);

	(void)state;
	for (size_t i = 0; i < q.num_reasons; i++)
		print_error("%s\n", q.reason[i]);
	assert_true(q.fit);
	assert_int_equal(q.num_remarks, 0);
	assert_string_equal(qualify_words(&q), "fit to hold a non-exportable root");
	q = but("software", "yes");
	assert_true(q.fit && q.software);
	assert_non_null(strstr(qualify_words(&q), "rehearsals"));
	q = but("software", NULL);
	assert_true(q.software);
}

static void each_that_is_missing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct qualify q = but(names[i], NULL);

		assert_false(q.fit);
		assert_int_equal(q.num_reasons, 1);
		assert_int_equal(strncmp(q.reason[0], names[i], strlen(names[i])), 0);
		assert_string_equal(qualify_words(&q), "not fit to hold a non-exportable root");
	}
}

static void grades(void **state)
{
	static const struct {
		const char *key, *value;
		bool        fit;
		size_t      remarks;
	} cases[] = {
		{ "never.as-it-is", "bad: it came out", false, 0 },   { "never.as-it-is", "claimed: it reads", true, 1 },
		{ "pin-counter", "skipped: a pad", true, 1 },         { "locked.as-it-is", "bad: came out", false, 0 },
		{ "random.rct-bits", "bad: 40", false, 0 },           { "random.rct-bits", "", false, 0 },
		{ "removed", "goodish", false, 0 },                   { "algorithm.P-384", "absent: gone", false, 0 },
		{ "algorithm.Ed25519", "bad: unsound", false, 0 },    { "restored.claims", "claimed: local", true, 1 },
		{ "removed", "fine", false, 0 },                      { "library", "bad: no finding", true, 0 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct qualify q = but(cases[i].key, cases[i].value);

		print_message("  %s = %s\n", cases[i].key, cases[i].value);
		assert_int_equal(q.fit, cases[i].fit);
		assert_int_equal(q.num_remarks, cases[i].remarks);
	}
}

static void keys(void **state)
{
	char same[1024];

	(void)state;
	struct bytes first = fields_get(&good, "spki.1");
	(void)snprintf(same, sizeof same, "%.*s", (int)first.len, (const char *)first.p);
	struct qualify q = but("spki.2", same);
	assert_false(q.fit);
	assert_non_null(strstr(q.reason[0], "the same key twice"));
	q = but("spki.2", NULL);
	assert_false(q.fit);
	assert_string_equal(q.reason[0], "fewer than two keys were made");
	q = but("spki.2", "AAAA");
	assert_false(q.fit);
	same[first.len / 2] = same[first.len / 2] == 'A' ? 'B' : 'A'; /* a point that is not on its curve */
	q = but("spki.2", same);
	assert_false(q.fit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_good),
		cmocka_unit_test(each_that_is_missing),
		cmocka_unit_test(grades),
		cmocka_unit_test(keys),
	};

	return cmocka_run_group_tests(tests, fill, NULL);
}
