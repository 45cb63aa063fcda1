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
	{ "Bank1\xd0\xb0", "mixes" },      /* a digit does not end a word */
	{ "\xd0\x91\xd0\xb0\xd0\xbd\xd0\xba" "1 G2", NULL }, /* nor does it begin one */
	{ "Exa\xcc\x81" "mpl\xd0\xb5", "mixes" }, /* a mark does not end a word */
	{ "\xd5\x80\xd5\xa1\xd5\xb5", NULL },             /* Armenian */
	{ "\xef\xbc\xa1\xef\xbc\xa2\xe8\xaa\x8d", NULL }, /* wide letters, and Han */
	{ "Exam\xd5\xbcle", "mixes" },                  /* Armenian ra */
	{ "\xe1\x8e\xaaxample", "mixes" },              /* Cherokee go */
	{ "Exampl\xe2\xb2\x89", "mixes" },              /* Coptic eie */
	{ "\xef\xbc\xa5xample", "mixes" },              /* wide E */
	{ "\xf0\x9d\x90\x84xample", "mixes" },          /* bold E of formulas */
	{ "I\xc5\x9f\xc4\xb1k", NULL }, /* Turkish */
	{ "\xc6\x90\xca\x8b" "e \xc9\x96\xc9\x94k\xc9\x94", NULL }, /* Ewe: letters that phonetics has too */
	{ "KT\xed\x95\x9c\xea\xb5\xad", NULL }, /* Latin and Hangul */
	{ "CFCA\xe4\xb8\xad\xe5\x9b\xbd", NULL }, /* Latin and Han */
	{ "NTT\xe3\x83\x87\xe3\x83\xbc\xe3\x82\xbf", NULL }, /* Latin and kana */
	{ "\xe2\x84\x96 5\xe2\x84\xa2", NULL }, /* signs */
	{ "CA \xe2\x85\xa1", NULL }, /* a numeral alone */
	{ "\xe1\x93\x84\xe1\x93\x87\xe1\x95\x97\xe1\x91\xa6 CA", NULL }, /* Inuktitut */
	{ "Ch\xe1\xbb\xaf", NULL }, /* Vietnamese */
	{ "u\xcc\x88\xcc\x84\xcc\x81\xcc\xa3", NULL }, /* four marks */
	{ "\xe2\x84\xaa" "elvin", "mixes" }, /* the sign of Kelvin */
	{ "\xe2\x84\xabngstrom", "mixes" }, /* the sign of Angstrom */
	{ "Certi\xef\xac\x81" "cate", "mixes" }, /* fi as one */
	{ "Ex\xc9\x91mple", "mixes" }, /* phonetic a */
	{ "Si\xc9\xa1n", "mixes" }, /* phonetic g */
	{ "Ex\xe1\xb4\x80mple", "mixes" }, /* small capital A */
	{ "E\xe2\x85\xb9" "ample", "mixes" }, /* the numeral 10 */
	{ "\xe2\x84\xb0xample", "mixes" }, /* E of formulas */
	{ "\xf0\x90\x90\x84xample", "mixes" }, /* Deseret */
	{ "G\xe0\xb9\x90vernment", "mixes" }, /* Thai zero */
	{ "G\xe3\x80\x87vernment", "mixes" }, /* Han zero */
	{ "G\xd7\xa1vernment", "mixes" }, /* Hebrew samekh */
	{ "\xe1\x82\xbdign", "mixes" }, /* Georgian */
	{ "\xe1\x8f\x9aign", "mixes" }, /* Cherokee */
	{ "\xe1\x97\x85uthority", "mixes" }, /* Canadian syllabics */
	{ "G\xe0\xa5\xa6vernment", "mixes" }, /* Devanagari zero */
	{ "o\xcc\xb8re", "hides" }, /* a stroke */
	{ "a\xe2\x83\xa3", "hides" }, /* a key's frame */
	{ "u\xcc\x88\xcc\x84\xcc\x81\xcc\xa3\xcc\x80", "hides" }, /* five marks */
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
