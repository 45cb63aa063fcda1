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
	{ "\xd5\x80\xd5\xa1\xd5\xb5", NULL },             /* Armenian */
	{ "\xef\xbc\xa1\xef\xbc\xa2\xe8\xaa\x8d", NULL }, /* wide letters, and Han */
	{ "Exam\xd5\xbcle", "mixes" },                  /* Armenian ra */
	{ "\xe1\x8e\xaaxample", "mixes" },              /* Cherokee go */
	{ "Exampl\xe2\xb2\x89", "mixes" },              /* Coptic eie */
	{ "\xef\xbc\xa5xample", "mixes" },              /* wide E */
	{ "\xf0\x9d\x90\x84xample", "mixes" },          /* bold E of formulas */
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
