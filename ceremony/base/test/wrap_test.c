/* wrap_test.c: text in lines of so many columns; a secret cut short. */
#include "ceremony/base/secret.h"
#include "ceremony/base/text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct {
	const char *text;
	size_t      columns;
	const char *lines; /* joined by '|', each ended by it */
} rows[] = {
	{ "", 10, "" },
	{ "one", 10, "one|" },
	{ "one two three", 7, "one two|three|" },
	{ "one two three", 6, "one|two|three|" },
	{ "one two three", 8, "one two|three|" },
	{ "one   two", 4, "one|two|" },
	{ "exactly ten", 11, "exactly ten|" },
	{ "a\nb\n\nc", 10, "a|b||c|" },
	{ "a\n", 10, "a|" },
	{ "ends \nhere", 10, "ends|here|" },
	{ "0123456789abcdef", 6, "012345|6789ab|cdef|" },
	{ "ab 0123456789", 6, "ab|012345|6789|" },
	{ "\xc3\xa9\xc3\xa9\xc3\xa9 \xc3\xa9", 3, "\xc3\xa9\xc3\xa9\xc3\xa9|\xc3\xa9|" },
	{ "\xe5\xb1\xb1\xe5\xb1\xb1\xe5\xb1\xb1", 5, "\xe5\xb1\xb1\xe5\xb1\xb1|\xe5\xb1\xb1|" },
	{ "bad \xff octet", 5, "bad \xff|octet|" },
};

static void text_breaks_where_it_may(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char         out[128];
		struct buf   b = BUF_ON(out);
		struct bytes line, rest = bytes_str(rows[i].text);
		while (text_wrap(&line, &rest, rows[i].columns)) {
			assert_true(text_columns(line) <= rows[i].columns);
			buf_put(&b, line);
			buf_str(&b, "|");
		}
		assert_string_equal(buf_cstr(&b), rows[i].lines);
	}
}

static void a_secret_cut_short_is_wiped_behind_the_cut(void **state)
{
	struct err e;
	SECRET     s = { 0 };
	(void)state;
	assert_true(secret_set(&s, BYTES_LIT("123456"), &e));
	secret_cut(&s, 2);
	assert_true(bytes_is(secret_expose(&s), "12"));
	assert_memory_equal(s.p + 2, "\0\0\0\0", 4);
	assert_true(secret_put(&s, BYTES_LIT("7")));
	assert_true(bytes_is(secret_expose(&s), "127"));
	secret_cut(&s, 0);
	secret_cut(&s, 0);
	assert_int_equal(s.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_breaks_where_it_may),
		cmocka_unit_test(a_secret_cut_short_is_wiped_behind_the_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
