/* face_test.c: what is wrong with an answer while it is typed, and when it is whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ceremony/port/face.h"

static const struct {
	enum ask_kind  kind;
	enum ask_shape shape;
	unsigned       least;
	const char    *typed;
	bool           so_far, whole; /* right */
} cases[] = {
	{ ASK_TEXT, SHAPE_ANY, 0, "", true, false },
	{ ASK_TEXT, SHAPE_ANY, 0, "  ", true, false },
	{ ASK_TEXT, SHAPE_ANY, 0, "Wanda", true, true },
	{ ASK_TEXT, SHAPE_TIME, 0, "", true, false },
	{ ASK_TEXT, SHAPE_TIME, 0, "2", true, false },
	{ ASK_TEXT, SHAPE_TIME, 0, "23", true, false },
	{ ASK_TEXT, SHAPE_TIME, 0, "23:", true, false },
	{ ASK_TEXT, SHAPE_TIME, 0, "23:59", true, true },
	{ ASK_TEXT, SHAPE_TIME, 0, "23:59:", true, false },
	{ ASK_TEXT, SHAPE_TIME, 0, "23:59:5", true, false },
	{ ASK_TEXT, SHAPE_TIME, 0, " 23:59:59 ", true, true },
	{ ASK_TEXT, SHAPE_TIME, 0, "00:00:00", true, true },
	{ ASK_TEXT, SHAPE_TIME, 0, "24", false, false },
	{ ASK_TEXT, SHAPE_TIME, 0, "9:05", false, false },
	{ ASK_TEXT, SHAPE_TIME, 0, "09:60", false, false },
	{ ASK_TEXT, SHAPE_TIME, 0, "09:05:60", false, false },
	{ ASK_TEXT, SHAPE_TIME, 0, "09:05:300", false, false },
	{ ASK_TEXT, SHAPE_TIME, 0, "morning", false, false },
	{ ASK_TEXT, SHAPE_DATE, 0, "2026-1", true, false },
	{ ASK_TEXT, SHAPE_DATE, 0, "2026-11-21", true, true },
	{ ASK_TEXT, SHAPE_DATE, 0, "2026-11-21T09:00:00Z", true, true },
	{ ASK_TEXT, SHAPE_DATE, 0, "2026-02-30", true, false },
	{ ASK_TEXT, SHAPE_DATE, 0, "2026-11-21T09:00:00Zx", false, false },
	{ ASK_TEXT, SHAPE_DATE, 0, "21.11.2026", false, false },
	{ ASK_PIN, SHAPE_ROLLS, 5, "123", true, false },
	{ ASK_PIN, SHAPE_ROLLS, 5, "123 45", true, true },
	{ ASK_PIN, SHAPE_ROLLS, 5, "123456", false, false },
	{ ASK_PIN, SHAPE_ROLLS, 5, "1237", false, false },
	{ ASK_PIN, SHAPE_ROLLS, 5, "0", false, false },
	{ ASK_PIN, SHAPE_ANY, 0, "1", true, true },
	{ ASK_PIN, SHAPE_ANY, 0, " ", true, true }, /* a blank may be part of a PIN */
	{ ASK_TYPE_BACK, SHAPE_SPOKEN, 0, "Aard", true, true },
	{ ASK_TYPE_BACK, SHAPE_SPOKEN, 0, "aardvark  yuca", true, true },
	{ ASK_TYPE_BACK, SHAPE_SPOKEN, 0, "aard yucatan", false, false },
	{ ASK_TYPE_BACK, SHAPE_SPOKEN, 0, "phrase", false, false },
	{ ASK_TYPE_BACK, SHAPE_SPOKEN, 0, "a1", false, false },
	{ ASK_NEW_PIN, SHAPE_ANY, 4, "123", true, false },
	{ ASK_NEW_PIN, SHAPE_ANY, 4, "12\xc3\xab", true, false },
	{ ASK_NEW_PIN, SHAPE_ANY, 4, "1234", true, true },
};

static void what_is_wrong_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct ask   a = { .kind = cases[i].kind, .shape = cases[i].shape, .least = cases[i].least };
		struct bytes typed = bytes_str(cases[i].typed);
		if ((ask_wrong(&a, typed, false) == NULL) != cases[i].so_far || (ask_wrong(&a, typed, true) == NULL) != cases[i].whole)
			fail_msg("case %zu: \"%s\"", i, cases[i].typed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
