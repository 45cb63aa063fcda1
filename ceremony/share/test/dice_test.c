/* dice_test.c: rolls as people type them, and dice that are none. */
#include "ceremony/share/dice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static bool parse(struct secret *rolls, const char *text, size_t num, struct err *e)
{
	SECRET typed = { 0 };

	assert_true(secret_set(&typed, bytes_str(text), e));
	return dice_parse(rolls, &typed, num, e);
}

static void as_people_type_them(void **state)
{
	static const char *const texts[] = {
		"41352626145234165213631645243114526635241635242316",
		"  41352 62614\t52341 65213 63164 52431 14526 63524 16352 42316\r\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		SECRET     rolls = { 0 };
		struct err e = { 0 };
		assert_true(parse(&rolls, texts[i], 50, &e));
		assert_int_equal(rolls.len, 50);
		assert_memory_equal(rolls.p, texts[0], 50);
	}
}

static void what_is_no_roll(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "", "0 rolls; 50 are wanted" },
		{ "4135262614523416521363164524311452663524163524231", "49 rolls; 50 are wanted" },
		{ "413526261452341652136316452431145266352416352423161", "51 rolls; 50 are wanted" },
		{ "41352626145234165213631645243114526635241635242310", "at place 50: a roll is a digit from 1 to 6" },
		{ "7135262614", "at place 1: a roll is a digit from 1 to 6" },
		{ "41352, 62614", "at place 6: a roll is a digit from 1 to 6" },
		{ "four", "at place 1: a roll is a digit from 1 to 6" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		SECRET     rolls = { 0 };
		struct err e = { 0 };
		assert_false(parse(&rolls, cases[i].text, 50, &e));
		assert_int_equal(e.id, ERR_DICE_ROLLS);
		assert_string_equal(e.detail, cases[i].says);
		assert_null(rolls.p);
	}
}

/* A text of n rolls by a rule. */
static void fill(char *text, size_t n, unsigned (*roll)(size_t i))
{
	for (size_t i = 0; i < n; i++)
		text[i] = (char)('1' + roll(i) % 6);
	text[n] = 0;
}

static unsigned all_one(size_t i) { (void)i; return 3; }
static unsigned in_turn(size_t i) { return (unsigned)i; }
static unsigned backwards(size_t i) { return (unsigned)(600 - i); }
static unsigned two_faces(size_t i) { return i * i % 7 < 3; }
static unsigned heavy(size_t i) { return i % 3 ? 5 : (unsigned)(i * 7 / 3); }

static void dice_that_are_none(void **state)
{
	static unsigned (*const rules[])(size_t i) = { all_one, in_turn, backwards, two_faces, heavy };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rules); i++) {
		for (size_t n = 50; n <= 100; n += 50) {
			SECRET     rolls = { 0 };
			struct err e = { 0 };
			char       text[101];
			fill(text, n, rules[i]);
			assert_false(parse(&rolls, text, n, &e));
			assert_int_equal(e.id, ERR_DICE_BIAS);
			assert_null(rolls.p);
		}
	}
}

/* The counts, in an order that depends on the seed. */
static void shuffle(char *text, const unsigned count[6], uint32_t seed)
{
	size_t n = 0;

	for (unsigned k = 0; k < 6; k++)
		for (unsigned i = 0; i < count[k]; i++)
			text[n++] = (char)('1' + k);
	text[n] = 0;
	for (size_t i = n - 1; i > 0; i--) {
		seed = seed * 1664525 + 1013904223;
		size_t k = (seed >> 8) % (i + 1);
		char   c = text[i];
		text[i] = text[k];
		text[k] = c;
	}
}

/* At the limit: 6 * sum of squares / n - n against 30.86. Of 50 rolls a sum of 670 gives 30.40, one of 674 gives
 * 30.88, whatever their order. */
static void the_limit(void **state)
{
	static const struct {
		unsigned count[6];
		bool     fair;
	} cases[] = { { { 8, 8, 8, 8, 9, 9 }, true },   { { 22, 7, 6, 6, 5, 4 }, true },
		      { { 22, 10, 6, 5, 4, 3 }, true }, { { 21, 13, 4, 4, 4, 4 }, false },
		      { { 23, 6, 6, 5, 5, 5 }, false } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		unsigned passed = 0;
		for (uint32_t seed = 0; seed < 100; seed++) {
			SECRET     rolls = { 0 };
			struct err e = { 0 };
			char       text[51];
			shuffle(text, cases[i].count, seed);
			passed += parse(&rolls, text, 50, &e);
		}
		assert_true(cases[i].fair ? passed > 0 : passed == 0);
	}
}

/* Of fair rolls none in ten thousand texts is refused, or this generator is a bad one. */
static void fair_dice_pass(void **state)
{
	uint32_t x = 12345;
	unsigned refused = 0;

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		SECRET     rolls = { 0 };
		struct err e = { 0 };
		char       text[101];
		for (size_t i = 0; i < 100; i++) {
			do {
				x = x * 1664525 + 1013904223;
			} while (x >> 28 >= 12);
			text[i] = (char)('1' + (x >> 28) % 6);
		}
		text[100] = 0;
		refused += !parse(&rolls, text, 100, &e);
	}
	assert_int_equal(refused, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_people_type_them), cmocka_unit_test(what_is_no_roll),
		cmocka_unit_test(dice_that_are_none),  cmocka_unit_test(the_limit),
		cmocka_unit_test(fair_dice_pass),
	};
	struct err e;

	if (!process_harden(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
