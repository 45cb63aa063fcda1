/* wordlist_test.c: words found by their first letters. */
#include "ceremony/port/wordlist.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char *const list[] = { "academic", "acid", "acne", "act", "zero" };

static const struct {
	const char *typed, *word; /* word "": none */
	bool        begins;
} rows[] = {
	{ "", "", true },          { "a", "", true },         { "aci", "", true },
	{ "acid", "acid", true },  { "ACID", "acid", true },  { "acad", "academic", true },
	{ "academi", "academic", true }, { "academics", "", false }, { "acadx", "", false },
	{ "act", "act", true },    { "acts", "", false },     { "zer", "", true },
	{ "zero", "zero", true },  { "zeros", "", false },    { "b", "", false },
	{ "aaa", "", false },      { "zz", "", false },
};

static void a_word_is_known_by_its_first_letters(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct bytes typed = bytes_str(rows[i].typed);
		const char  *word = wordlist_find(list, COUNT_OF(list), typed);

		assert_string_equal(word ? word : "", rows[i].word);
		assert_int_equal(wordlist_begins(list, COUNT_OF(list), typed), rows[i].begins);
	}
}

static void an_empty_list_knows_none(void **state)
{
	(void)state;
	assert_null(wordlist_find(list, 0, BYTES_LIT("acid")));
	assert_false(wordlist_begins(list, 0, BYTES_LIT("")));
	assert_false(wordlist_begins(list, 0, BYTES_LIT("acid")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_known_by_its_first_letters),
		cmocka_unit_test(an_empty_list_knows_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
