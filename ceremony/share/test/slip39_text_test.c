/* slip39_text_test.c: mnemonics as people type them, wrongly too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ceremony/share/test/given.h"
#include "ceremony/share/test/tsv.h"

#define VECTORS "ceremony/share/test/vectors.tsv"

static void words_as_people_type_them(void **state)
{
	static const char *const same[] = {
		"duckling enlarge academic academic agency result length solution fridge kidney coal piece deal husband "
		"erode duke ajar critical decision keyboard",
		"  DUCKLING Enlarge\tacademic\r\nacademic\n\nagency result length solution fridge kidney coal piece deal "
		"husband erode duke ajar critical decision KeyBoard \n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(same); i++) {
		struct slip39_share share = { 0 };
		struct err          e = { 0 };
		assert_true(parse_text(&share, bytes_str(same[i]), &e));
		assert_int_equal(share.id, 7945);
		slip39_share_done(&share);
	}
}

static void texts_that_are_no_share(void **state)
{
	static const struct {
		const char *text;
		enum err_id id;
		const char *detail;
	} cases[] = {
		{ "", ERR_SHARE_SHORT, "0 words; the shortest has 20" },
		{ " \n ", ERR_SHARE_SHORT, "0 words; the shortest has 20" },
		{ "academic", ERR_SHARE_SHORT, "1 words; the shortest has 20" },
		{ "academic acid acne aci", ERR_SHARE_WORD, "word 4 of 4" },
		{ "academic academics", ERR_SHARE_WORD, "word 2 of 2" },
		{ "academic,acid", ERR_SHARE_WORD, "word 1 of 1" },
		{ "acid \xc3\xa9t\xc3\xa9 acid \x80", ERR_SHARE_WORD, "word 2 of 4, and others" },
		{ "acid\v acid", ERR_SHARE_WORD, "word 1 of 2" },
		{ "acid [CID", ERR_SHARE_WORD, "word 2 of 2" },
		{ "acid @cid", ERR_SHARE_WORD, "word 2 of 2" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct slip39_share share = { .id = 77 };
		struct err          e = { 0 };
		assert_false(parse_text(&share, bytes_str(cases[i].text), &e));
		assert_int_equal(e.id, cases[i].id);
		assert_string_equal(e.detail, cases[i].detail);
		assert_int_equal(share.id, 77);
		assert_null(share.value.p);
	}
	struct slip39_share share = { 0 };
	struct err          e = { 0 };
	assert_false(parse_text(&share, BYTES_LIT("acid\0 acid"), &e));
	assert_int_equal(e.id, ERR_SHARE_WORD);
	assert_false(parse_text(&share, BYTES_LIT("acid \0\0\0"), &e));
	assert_int_equal(e.id, ERR_SHARE_WORD);
}

/* One word more and one fewer, of every length there can be. */
static void only_whole_lengths(void **state)
{
	char   text[SLIP39_MAX_WORDS * 9 + 32] = "";
	size_t num_right = 0;

	(void)state;
	for (size_t words = 1; words <= SLIP39_MAX_WORDS + 1; words++) {
		struct slip39_share share = { 0 };
		struct err          e = { 0 };
		strcat(text, words == 1 ? "acid" : " acid");
		assert_false(parse_text(&share, bytes_str(text), &e));
		size_t len = words < 7 ? 0 : (words - 7) * 10 / 16 * 2;
		bool   whole = words >= 20 && words <= SLIP39_MAX_WORDS && (len * 8 + 9) / 10 + 7 == words;
		num_right += whole;
		assert_int_equal(e.id, words < 20 ? ERR_SHARE_SHORT : whole ? ERR_SHARE_CHECKSUM : ERR_SHARE_LENGTH);
	}
	assert_int_equal(num_right, (SLIP39_MAX_SECRET - SLIP39_MIN_SECRET) / 2 + 1);
}

/* A text of the words, some of them exchanged for words that differ in these bits. */
static void respell(struct secret *out, struct bytes text, const size_t *place, const unsigned *bits, size_t num)
{
	char         copy[SLIP39_MAX_TEXT];
	struct buf   b = BUF_ON(copy);
	struct bytes word;

	for (size_t i = 0; text.len; i++) {
		unsigned v = 0;
		if (!bytes_cut(text, ' ', &word, &text)) {
			word = text;
			text.len = 0;
		}
		while (!bytes_is(word, slip39_words[v]))
			v++;
		for (size_t k = 0; k < num; k++)
			v ^= place[k] == i ? bits[k] : 0;
		buf_str(&b, slip39_words[v]);
		if (text.len)
			buf_str(&b, " ");
	}
	assert_true(buf_ok(&b));
	secret_is(out, buf_bytes(&b));
}

/* Every place of a 20 and a 33 word mnemonic, of either kind of set, with many errors: among
 * them all that turn the extendable flag alone. */
static void every_single_wrong_word_is_found(void **state)
{
	struct tsv   t;
	struct bytes field[TSV_MAX_FIELDS];
	size_t       num_fields, num_found = 0;

	(void)state;
	for (tsv_open(&t, VECTORS); (num_fields = tsv_next(&t, field)) > 0;) {
		bool whole = bytes_starts(field[0], "1.") || bytes_starts(field[0], "20.") ||
		             bytes_starts(field[0], "42.") || bytes_starts(field[0], "44.");
		size_t num_words = field[3].len ? 1 : 0;
		for (size_t i = 0; i < field[3].len; i++)
			num_words += field[3].p[i] == ' ';
		for (size_t place = 0; whole && place < num_words; place++) {
			for (unsigned bits = 1; bits < 1024; bits += place == 1 ? 5 : 251) {
				SECRET              wrong = { 0 };
				struct slip39_share share = { 0 };
				struct err          e = { 0 };
				size_t              found = 999;
				char                expected[80];
				struct buf          b = BUF_ON(expected);
				respell(&wrong, field[3], &place, &bits, 1);
				assert_true(slip39_wrong_word(&found, &wrong));
				assert_int_equal(found, place);
				assert_false(slip39_parse(&share, &wrong, &e));
				assert_int_equal(e.id, ERR_SHARE_CHECKSUM);
				buf_fmt(&b, "if one word is wrong, it is word %zu of %zu", place + 1, num_words);
				assert_string_equal(e.detail, buf_cstr(&b));
				num_found++;
			}
		}
	}
	tsv_close(&t);
	assert_true(num_found > 1000);
}

/* Word 33, wrong in bits 725, would explain this one too if the set were extendable, which
 * it is not and which that word cannot change: found by a search. */
static void the_other_kind_of_set_does_not_confuse(void **state)
{
	const size_t   place = 7;
	const unsigned bits = 612;
	struct tsv     t;
	struct bytes   field[TSV_MAX_FIELDS];
	size_t         found = 999;
	SECRET         wrong = { 0 };

	(void)state;
	tsv_open(&t, VECTORS);
	while (tsv_next(&t, field) && !bytes_starts(field[0], "20."))
		;
	respell(&wrong, field[3], &place, &bits, 1);
	assert_true(slip39_wrong_word(&found, &wrong));
	assert_int_equal(found, place);
	tsv_close(&t);
}

static void two_wrong_words_accuse_nobody(void **state)
{
	struct tsv   t;
	struct bytes field[TSV_MAX_FIELDS];

	(void)state;
	tsv_open(&t, VECTORS);
	assert_true(tsv_next(&t, field) > 0);
	for (size_t a = 2; a < 20; a++) {
		for (size_t b = a + 1; b < 20; b++) {
			const size_t        place[2] = { a, b };
			const unsigned      bits[2] = { (unsigned)(a * 31 + b), (unsigned)(b * 17 + 1) };
			SECRET              wrong = { 0 };
			struct slip39_share share = { 0 };
			struct err          e = { 0 };
			size_t              found = 999;
			respell(&wrong, field[3], place, bits, 2);
			assert_false(slip39_wrong_word(&found, &wrong));
			assert_int_equal(found, 999);
			assert_false(slip39_parse(&share, &wrong, &e));
			assert_string_equal(e.detail, "more than one of the 20 words is wrong");
		}
	}
	SECRET right = { 0 };
	size_t found = 999;
	secret_is(&right, field[3]);
	assert_false(slip39_wrong_word(&found, &right));
	tsv_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_as_people_type_them),
		cmocka_unit_test(texts_that_are_no_share),
		cmocka_unit_test(only_whole_lengths),
		cmocka_unit_test(every_single_wrong_word_is_found),
		cmocka_unit_test(the_other_kind_of_set_does_not_confuse),
		cmocka_unit_test(two_wrong_words_accuse_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
