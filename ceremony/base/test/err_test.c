/* err_test.c: the catalogue: every row must help a person at 3 a.m. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ceremony/base/err.h"
#include "ceremony/base/text.h"

static void good_sentence(const char *name, const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || s[0] < 'A' || s[0] > 'Z' || s[n - 1] == '.' || s[n - 1] == ' ' || !text_is_plain(bytes_str(s)))
		print_error("%s: \"%s\"\n", name, s);
	assert_true(n > 0);
	assert_true(s[0] >= 'A' && s[0] <= 'Z');
	assert_true(s[n - 1] != '.' && s[n - 1] != ' ' && s[n - 1] != '!');
	assert_true(text_is_plain(bytes_str(s)));
}

static void every_row_says_what_to_do(void **state)
{
	(void)state;
	for (int i = 0; i < ERR_COUNT_; i++) {
		const struct err_text *t = err_text_of((enum err_id)i);
		good_sentence(t->name, t->what);
		good_sentence(t->name, t->todo);
		assert_non_null(t->clause);
		assert_true(t->kind == ERR_RETRY || t->kind == ERR_STOP || t->kind == ERR_BUG);
	}
}

static void every_row_is_another(void **state)
{
	(void)state;
	for (int i = 0; i < ERR_COUNT_; i++) {
		const struct err_text *t = err_text_of((enum err_id)i);
		assert_int_equal(err_by_name(bytes_str(t->name)), i);
		for (int k = 0; k < i; k++) {
			if (strcmp(t->what, err_text_of((enum err_id)k)->what) == 0)
				print_error("%s and %s say the same\n", t->name, err_text_of((enum err_id)k)->name);
			assert_string_not_equal(t->what, err_text_of((enum err_id)k)->what);
		}
	}
	assert_int_equal(err_by_name(BYTES_LIT("ERR_NOBODY_HAS")), ERR_COUNT_);
	assert_int_equal(err_by_name(BYTES_LIT("")), ERR_COUNT_);
}

static void set_and_say(void **state)
{
	struct err e = { 0 };
	char       line[256], tiny[12];

	(void)state;
	assert_false(err_set(&e, ERR_INI_SYNTAX, "%s:%d", "f.ini", 3));
	assert_int_equal(e.id, ERR_INI_SYNTAX);
	assert_string_equal(err_line(line, sizeof line, &e),
	                    "A line is not understood (f.ini:3). Correct the line that is named.");
	assert_string_equal(err_line(tiny, sizeof tiny, &e), "A line is n");
	assert_false(err_set(&e, ERR_DISK_FULL, "%s", ""));
	assert_string_equal(err_line(line, sizeof line, &e), "The disk is full. Make room on it, then try again.");
	assert_false(err_set(NULL, ERR_DISK_FULL, "%s", ""));
}

/* An error may be set from its own detail. */
static void set_from_itself(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_false(err_set(&e, ERR_DISK_FULL, "inner"));
	assert_false(err_set(&e, ERR_FILE_WRITE, "outer: %s", e.detail));
	assert_string_equal(e.detail, "outer: inner");
}

/* Cut at every place of a two-octet character. */
static void a_long_detail_is_cut_between_characters(void **state)
{
	char long_text[400];

	(void)state;
	for (size_t ascii = 0; ascii < 4; ascii++) {
		struct err e = { 0 };
		memset(long_text, 'a', ascii);
		for (size_t i = ascii; i + 2 < sizeof long_text; i += 2)
			memcpy(long_text + i, "ü", 3);
		assert_false(err_set(&e, ERR_DISK_FULL, "%s", long_text));
		assert_true(strlen(e.detail) >= sizeof e.detail - 3);
		assert_true(text_is_utf8(bytes_str(e.detail)));
		char line[100];
		assert_true(text_is_utf8(bytes_str(err_line(line, sizeof line - ascii, &e))));
		assert_false(err_set(&e, ERR_DISK_FULL, "%.*s here", 9, long_text)); /* cut by the caller */
		assert_true(text_is_utf8(bytes_str(e.detail)));
		assert_int_equal(strlen(e.detail), 9 - (9 - ascii) % 2 + 5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_says_what_to_do),
		cmocka_unit_test(every_row_is_another),
		cmocka_unit_test(set_and_say),
		cmocka_unit_test(set_from_itself),
		cmocka_unit_test(a_long_detail_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
