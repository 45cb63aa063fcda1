/* name_plain_test.c: names that are well-formed and yet none for a CA. */
#include "ceremony/pki/name.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct {
	const char *value;
	const char *wrong; /* NULL: it is plain */
} cases[] = {
	{ "Example Issuing CA G1", NULL },
	{ "7", NULL },
	{ "Autorité Émettrice", NULL },
	{ "Exa\xcc\x81mple", NULL },
	{ "Пример УЦ", NULL },
	{ "Пример CA", NULL },
	{ "Пример-CA", NULL },
	{ "Ελληνική CA", NULL },
	{ "例　認証局", NULL },
	{ "दस्तावेज़", NULL },
	{ "µ-Trust", NULL },
	{ "🔑", NULL },
	{ "a\xc2\xa0" "b", NULL },
	{ "Ex\xd0\xb0mple", "mixes" },     /* Cyrillic a */
	{ "\xd0\xa1" "ertificate", "mixes" }, /* Cyrillic Es */
	{ "Exampl\xce\xb5", "mixes" },     /* Greek epsilon */
	{ "Г\xcf\x81", "mixes" },          /* Cyrillic and Greek */
	{ "Exa\xcc\x81" "mpl\xd0\xb5", "mixes" }, /* a mark does not end a word */
	{ " Example", "blank" },
	{ "Example ", "blank" },
	{ "\xc2\xa0" "Example", "blank" },
	{ "Example\xe3\x80\x80", "blank" },
	{ "\xe2\x80\x83", "blank" },
	{ "\xcc\x81" "abc", "mark" },
	{ "a \xcc\x81", "mark" },
	{ "-", "no letter" },
	{ "...", "no letter" },
	{ "\xe2\x80\xa6\xe2\x80\x94", "no letter" },
	{ "\xc2\xab\xc2\xbb", "no letter" },
};

static void each_value_is_plain_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct name n = { .num_attrs = 1 };
		struct err  e = { .id = ERR_NONE };

		n.attr[0] = (struct name_attr){ .type = OID_AT_CN, .tag = DER_UTF8_STRING, .value = bytes_str(cases[i].value) };
		bool plain = name_is_plain(&n, &e);
		if (plain != !cases[i].wrong || (cases[i].wrong && !strstr(e.detail, cases[i].wrong)))
			fail_msg("case %zu, \"%s\": %s", i, cases[i].value, e.detail);
		assert_true(plain || e.id == ERR_NAME_TEXT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_is_plain_or_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
