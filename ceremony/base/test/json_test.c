/* json_test.c: what text becomes as a JSON string. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ceremony/base/json.h"

static void is(struct bytes text, const char *want)
{
	char  got[256] = "";
	FILE *to = fmemopen(got, sizeof got, "w");

	assert_non_null(to);
	json_print(to, text);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(got, want);
}

static void strings(void **state)
{
	(void)state;
	is(bytes_str(""), "\"\"");
	is(bytes_str("root-{shard}.crl"), "\"root-{shard}.crl\"");
	is(bytes_str("a \"name\" in C:\\"), "\"a \\\"name\\\" in C:\\\\\"");
	is(bytes_str("Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x94\x91"), "\"Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x94\x91\"");
	is(bytes_str("one\ntwo\x1b[2J\x7f"), "\"one\\u000atwo\\u001b[2J\\u007f\"");
	is(bytes_str("\xc2\x9b" "2J\xc2\xa0"), "\"\\u009b2J\xc2\xa0\""); /* CSI in one character; a blank is none */
	is(bytes_of("a\0b", 3), "\"a\\u0000b\"");
	is(bytes_of("\xff\xc3", 2), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(strings) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
