/* ini_test.c: what the strict reader takes, and each refusal with its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ceremony/base/ini.h"

static void reads_sections_and_entries(void **state)
{
	static char   store[4096];
	struct arena  a = ARENA_ON(store);
	struct ini    ini;
	struct err    e = { 0 };
	const char   *text = "# a comment\n; another\n\n[one]\nkey = value = more \r\nempty =\n\tUPPER.a-b_c\t=\t1 # no comment\n"
	                     "[ step two ]\nkey=x";

	(void)state;
	assert_true(ini_parse(&ini, &a, "f.ini", bytes_str(text), &e));
	assert_int_equal(ini.num_sections, 2);
	struct ini_section *one = ini_section(&ini, "one"), *two = ini_section(&ini, "step two");
	assert_non_null(one);
	assert_non_null(two);
	assert_int_equal(one->line, 4);
	assert_int_equal(two->line, 8);
	assert_int_equal(one->num_entries, 3);
	assert_true(bytes_is(ini_get(one, "key"), "value = more"));
	assert_true(ini_entry(one, "empty") && ini_get(one, "empty").len == 0);
	assert_true(bytes_is(ini_get(one, "UPPER.a-b_c"), "1 # no comment"));
	assert_int_equal(ini_entry(two, "key")->line, 9);
	assert_null(ini_entry(two, "Key"));
	assert_null(ini_get(two, "empty").p);
	assert_null(ini_section(&ini, "two"));
}

static void an_empty_text_has_no_sections(void **state)
{
	static char  store[256];
	struct arena a = ARENA_ON(store);
	struct ini   ini;
	struct err   e = { 0 };

	(void)state;
	assert_true(ini_parse(&ini, &a, "f.ini", BYTES_LIT(""), &e));
	assert_int_equal(ini.num_sections, 0);
	assert_true(ini_parse(&ini, &a, "f.ini", BYTES_LIT("# only this"), &e));
	assert_int_equal(ini.num_sections, 0);
}

static const struct {
	const char *text;
	enum err_id id;
	const char *detail;
} bad[] = {
	{ "[", ERR_INI_SYNTAX, "f.ini:1: a section is written [name]" },
	{ "\n   \n[", ERR_INI_SYNTAX, "f.ini:3: a section is written [name]" },
	{ "[]", ERR_INI_SYNTAX, "f.ini:1: a section is written [name]" },
	{ "[  ]", ERR_INI_SYNTAX, "f.ini:1: a section is written [name]" },
	{ "[a", ERR_INI_SYNTAX, "f.ini:1: a section is written [name]" },
	{ "[a] # no", ERR_INI_SYNTAX, "f.ini:1: a section is written [name]" },
	{ "[a]\nword", ERR_INI_SYNTAX, "f.ini:2: neither [section] nor key = value" },
	{ "[a]\n= v", ERR_INI_SYNTAX, "f.ini:2: not a key: letters, digits, '.', '-', '_'" },
	{ "[a]\na b = v", ERR_INI_SYNTAX, "f.ini:2: not a key: letters, digits, '.', '-', '_'" },
	{ "[a]\nk\xc3\xa9 = v", ERR_INI_SYNTAX, "f.ini:2: not a key: letters, digits, '.', '-', '_'" },
	{ "k = v\n[a]", ERR_INI_SYNTAX, "f.ini:1: a key before the first [section]" },
	{ "[a]\nk = 1\n[b]\n[a]", ERR_INI_DUPLICATE, "f.ini:4: [a] stands at line 1 already" },
	{ "[a]\nk = 1\nj = 2\nk = 1", ERR_INI_DUPLICATE, "f.ini:4: k stands at line 2 already" },
	{ "[a]\nk = \x1b[2J", ERR_INI_SYNTAX, "f.ini:2: a control, invisible or malformed character" },
	{ "[a]\nk = \xff", ERR_INI_SYNTAX, "f.ini:2: a control, invisible or malformed character" },
	{ "[a]\n# \xe2\x80\xae", ERR_INI_SYNTAX, "f.ini:2: a control, invisible or malformed character" },
	{ "\xef\xbb\xbf[a]", ERR_INI_SYNTAX, "f.ini:1: a control, invisible or malformed character" },
	{ "[a]\nk = a\rb", ERR_INI_SYNTAX, "f.ini:2: a control, invisible or malformed character" },
};

static void every_refusal_names_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		static char  store[4096];
		struct arena a = ARENA_ON(store);
		struct ini   ini = { .num_sections = 77 };
		struct err   e = { 0 };
		assert_false(ini_parse(&ini, &a, "f.ini", bytes_str(bad[i].text), &e));
		assert_int_equal(e.id, bad[i].id);
		assert_string_equal(e.detail, bad[i].detail);
		assert_int_equal(ini.num_sections, 77);
	}
}

static void what_nobody_asked_for_is_unknown(void **state)
{
	static char  store[4096];
	struct arena a = ARENA_ON(store);
	struct ini   ini;
	struct err   e = { 0 };

	(void)state;
	assert_true(ini_parse(&ini, &a, "f.ini", BYTES_LIT("[a]\nx = 1\ny = 2\n"), &e));
	struct ini_section *s = ini_section(&ini, "a");
	assert_true(bytes_is(ini_get(s, "x"), "1"));
	assert_false(ini_all_used(&ini, s, &e));
	assert_int_equal(e.id, ERR_INI_UNKNOWN);
	assert_string_equal(e.detail, "f.ini:3: y in [a]");
	assert_non_null(ini_entry(s, "y"));
	assert_true(ini_all_used(&ini, s, &e));
}

/* However small the arena, it is refused or read whole. */
static void a_full_arena_is_too_large(void **state)
{
	const struct bytes text = BYTES_LIT("[a]\nx = 1\ny = 2\n");
	size_t             num_refused = 0;
	bool               ok = false;

	(void)state;
	for (size_t cap = 0; cap <= 1024 && !ok; cap++) {
		static _Alignas(16) char store[1024];
		struct arena             a = { .p = (uint8_t *)store, .cap = cap };
		struct ini               ini;
		struct err               e = { 0 };
		ok = ini_parse(&ini, &a, "f.ini", text, &e);
		if (!ok)
			assert_int_equal(e.id, ERR_TOO_LARGE);
		num_refused += !ok;
	}
	assert_true(ok);
	assert_true(num_refused > text.len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_sections_and_entries),
		cmocka_unit_test(an_empty_text_has_no_sections),
		cmocka_unit_test(every_refusal_names_its_line),
		cmocka_unit_test(what_nobody_asked_for_is_unknown),
		cmocka_unit_test(a_full_arena_is_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
