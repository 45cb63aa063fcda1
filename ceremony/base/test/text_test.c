/* text_test.c: what reaches an eye, and the words that are read aloud. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ceremony/base/text.h"

/* Octets, whether UTF-8, whether plain, and how they are shown. */
static const struct {
	const char *text;
	bool        utf8, plain;
	const char *shown;
} cases[] = {
	{ "", true, true, "" },
	{ "Zürich 東京 🔑", true, true, "Zürich 東京 🔑" },
	{ "a\\b", true, true, "a\\\\b" },
	{ "\x1b[2J", true, false, "\\x1b[2J" },
	{ "a\tb\nc\x7f", true, false, "a\\x09b\\x0ac\\x7f" },
	{ "\xc2\x9b", true, false, "\\u{9b}" },
	{ "\xc2\xad", true, false, "\\u{ad}" },
	{ "a\xe2\x80\xae" "b", true, false, "a\\u{202e}b" },
	{ "\xe2\x80\x8b", true, false, "\\u{200b}" },
	{ "\xe2\x80\xa8", true, false, "\\u{2028}" },
	{ "\xe2\x81\xa6", true, false, "\\u{2066}" },
	{ "\xef\xbb\xbf", true, false, "\\u{feff}" },
	{ "\xee\x80\x80", true, false, "\\u{e000}" },
	{ "\xef\xbf\xbf", true, false, "\\u{ffff}" },
	{ "\xf0\x9f\xbf\xbe", true, false, "\\u{1fffe}" },
	{ "\xf3\xa0\x81\x81", true, false, "\\u{e0041}" },
	{ "\xf4\x8f\xbf\xbf", true, false, "\\u{10ffff}" },
	{ "\xf0\x93\x90\xb0", true, false, "\\u{13430}" },
	{ "\xf0\x9b\xb2\xa0", true, false, "\\u{1bca0}" },
	{ "\xf1\x80\x80\x80", true, false, "\\u{40000}" },
	{ "\x80", false, false, "\\x80" },
	{ "a\xff" "b", false, false, "a\\xffb" },
	{ "\xc0\x80", false, false, "\\xc0\\x80" },
	{ "\xc1\xbf", false, false, "\\xc1\\xbf" },
	{ "\xe0\x80\x80", false, false, "\\xe0\\x80\\x80" },
	{ "\xed\xa0\x80", false, false, "\\xed\\xa0\\x80" },
	{ "\xf0\x8f\xbf\xbf", false, false, "\\xf0\\x8f\\xbf\\xbf" },
	{ "\xf4\x90\x80\x80", false, false, "\\xf4\\x90\\x80\\x80" },
	{ "\xf5\x80\x80\x80", false, false, "\\xf5\\x80\\x80\\x80" },
	{ "\xe6\x9d", false, false, "\\xe6\\x9d" },
	{ "\xe6" "a\x9d", false, false, "\\xe6a\\x9d" },
};

static void escape_what_deceives(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char         room[64];
		struct buf   b = BUF_ON(room);
		struct bytes text = bytes_str(cases[i].text);
		assert_int_equal(text_is_utf8(text), cases[i].utf8);
		assert_int_equal(text_is_plain(text), cases[i].plain);
		text_escape(&b, text);
		assert_string_equal(buf_cstr(&b), cases[i].shown);
		assert_true(text_is_plain(buf_bytes(&b)));
	}
	assert_false(text_is_plain(BYTES_LIT("a\0b")));
}

/* Whatever the octets, what is shown is plain. */
static void every_pair_of_octets_is_shown_plainly(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 65536; i++) {
		const uint8_t pair[2] = { (uint8_t)(i >> 8), (uint8_t)i };
		char          room[16];
		struct buf    b = BUF_ON(room);
		text_escape(&b, bytes_of(pair, 2));
		assert_true(buf_ok(&b) && text_is_plain(buf_bytes(&b)));
	}
}

static void what_does_not_fit_is_cut(void **state)
{
	static const char text[] = "as long as three eights";

	(void)state;
	for (size_t cap = 1; cap < sizeof text + 2; cap++) {
		uint8_t    room[sizeof text + 2];
		struct buf b = buf_init(room, cap);
		text_escape(&b, bytes_str(text));
		assert_int_equal(b.len, cap < sizeof text - 1 ? cap : sizeof text - 1);
		assert_memory_equal(room, text, b.len);
		assert_int_equal(buf_ok(&b), cap >= sizeof text - 1);
	}
}

static size_t ascii_by_octets(struct bytes a, uint8_t but, uint8_t nor)
{
	size_t n = 0;

	while (n < a.len && a.p[n] >= 0x20 && a.p[n] <= 0x7e && a.p[n] != but && a.p[n] != nor)
		n++;
	return n;
}

/* Every pair of octets side by side, at each place of the eight and in what is left, beside octets of each end. */
static void ascii_is_the_same_by_eights(void **state)
{
	static const uint8_t fill[] = { ' ', 'a', '~' }, stops[][2] = { { 0, 0 }, { '"', '\\' }, { '\\', 0 }, { ' ', '~' } };
	uint8_t              octets[19];

	(void)state;
	for (unsigned pair = 0; pair < 65536; pair++) {
		const size_t at = pair % (sizeof octets - 1), kind = pair / 7 % COUNT_OF(stops);
		memset(octets, fill[pair % COUNT_OF(fill)], sizeof octets);
		octets[at] = (uint8_t)(pair >> 8);
		octets[at + 1] = (uint8_t)pair;
		for (size_t from = 0; from < 9; from++) {
			struct bytes a = bytes_of(octets + from, sizeof octets - from);
			assert_int_equal(text_ascii(a, stops[kind][0], stops[kind][1]), ascii_by_octets(a, stops[kind][0], stops[kind][1]));
		}
	}
	assert_int_equal(text_ascii(bytes_of(NULL, 0), 0, 0), 0);
}

static void columns(void **state)
{
	(void)state;
	assert_int_equal(text_columns(BYTES_LIT("")), 0);
	assert_int_equal(text_columns(BYTES_LIT("abc")), 3);
	assert_int_equal(text_columns(BYTES_LIT("ü")), 1);
	assert_int_equal(text_columns(BYTES_LIT("u\xcc\x88")), 1);
	assert_int_equal(text_columns(BYTES_LIT("東京")), 4);
	assert_int_equal(text_columns(BYTES_LIT("🔑")), 2);
	assert_int_equal(text_columns(BYTES_LIT("ﾊ")), 1);
}

/* From iana-org/dnssec-keytools, src/kskm/common/tests/test_wordlist.py (ISC-style licence,
 * (c) 2020 ICANN): SHA-256 of two texts, read aloud. */
static const struct {
	const char *hex, *words;
} vectors[] = {
	{ "8d9eadc1f305d46f1f203886aa5df98f1ed62fcbacc23d2f6732d24d928703e8",
	  "optic onlooker ringbolt recover upset almighty steamship hemisphere billiard butterfat classic letterhead "
	  "reward filament waffle midsummer berserk speculate cement revival ribcage repellent commence combustion "
	  "freedom component standard disruptive physique liberty acme typewriter" },
	{ "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592",
	  "stopwatch paramount watchword pocketful ahead stethoscope merit molecule gazelle revenue pupil pyramid "
	  "ruffled antenna buzzard document optic escapade drunken tradition goggles crossover suspense impetus button "
	  "aftermath stagnate rebellion clamshell retrospect topmost misnomer" },
};

static void words_read_aloud(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		uint8_t    octets[32];
		char       text[512];
		struct buf o = BUF_ON(octets), t = BUF_ON(text);
		assert_true(hex_decode(&o, bytes_str(vectors[i].hex)));
		words_put(&t, buf_bytes(&o), 0);
		assert_string_equal(buf_cstr(&t), vectors[i].words);
		assert_true(words_match(buf_bytes(&t), buf_bytes(&o)));
		octets[31] ^= 1;
		assert_false(words_match(buf_bytes(&t), buf_bytes(&o)));
	}
}

static void words_as_people_type_them(void **state)
{
	static const struct {
		const char *typed;
		bool        right;
	} typed[] = {
		{ "optic onlooker ringbolt", true },        { "  OPTIC\tOnlooker\r\nringbolt\n", true },
		{ "optic  onlooker \n\n ringbolt ", true }, { "optic onlooker", false },
		{ "optic onlooker ringbolt optic", false }, { "optic onlooker ringbolts", false },
		{ "opticonlooker ringbolt", false },        { "onlooker optic ringbolt", false },
		{ "optic, onlooker, ringbolt", false },     { "", false },
	};
	const struct bytes octets = BYTES_LIT("\x8d\x9e\xad");
	char               room[64];
	struct buf         b = BUF_ON(room);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(typed); i++)
		assert_int_equal(words_match(bytes_str(typed[i].typed), octets), typed[i].right);
	words_put(&b, octets, 2);
	assert_string_equal(buf_cstr(&b), "optic onlooker\nringbolt");
	assert_true(words_match(buf_bytes(&b), octets));
	assert_string_equal(word_of(0, 0), "aardvark");
	assert_string_equal(word_of(0xff, 1), "Yucatan");
}

static void words_that_have_begun(void **state)
{
	static const struct {
		const char *typed;
		bool        begun;
	} typed[] = {
		{ "", true },           { " ", true },          { "o", true },
		{ "OPT", true },        { "optic", true },      { "optic ", true },
		{ "optic onl", true },  { " optic  onlooker ", true }, { "onlooker optic", true },
		{ "opt onlooker", false }, { "optics", false }, { "optic phr", false },
		{ "x", false },         { "9", false },         { "optic 9 onlooker", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(typed); i++)
		assert_int_equal(words_begun(bytes_str(typed[i].typed)), typed[i].begun);
	assert_false(words_begun(bytes_of("optic\0more", 10)));
	assert_false(words_begun(bytes_of("optic\0more ", 11)));
}

static void what_is_left_of_a_cut_goes(void **state)
{
	static const char *const cut[][2] = {
		{ "", "" }, { "plain", "plain" }, { "\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9" }, { "\xe2\x82", "" }, { "a\xe2\x82", "a" },
		{ "\xa9t\xc3\xa9", "t\xc3\xa9" }, { "was \xf0\x9f\x94 here", "was  here" }, { "\xc3\xc3\xa9", "\xc3\xa9" },
	};
	char text[32];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cut); i++) {
		(void)strcpy(text, cut[i][0]);
		assert_string_equal(text_whole(text), cut[i][1]);
	}
}

static void every_word_is_another(void **state)
{
	(void)state;
	for (size_t i = 0; i < 512; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(word_of((uint8_t)(i / 2), i), word_of((uint8_t)(k / 2), k));
}

static void long_numbers_stand_in_groups(void **state)
{
	static const struct {
		const char *text, *grouped;
	} rows[] = {
		{ "", "" },
		{ "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcde" }, /* 31 */
		{ "0123456789abcdef0123456789abcdef", "0123 4567 89ab cdef 0123 4567 89ab cdef" },
		{ "0123456789abcdef0123456789abcdef0", "0123456789abcdef0123456789abcdef0" }, /* 33 */
		{ "0123456789abcdef0123456789abcdef0123ab", "0123 4567 89ab cdef 0123 4567 89ab cdef 0123 ab" }, /* 19 octets: a serial */
		{ "keyid:0123456789ABCDEF0123456789ABCDEF0123", "keyid:0123 4567 89AB CDEF 0123 4567 89AB CDEF 0123" },
		{ "is 0123456789abcdef0123456789abcdef, no", "is 0123 4567 89ab cdef 0123 4567 89ab cdef, no" },
		{ "x0123456789abcdef0123456789abcdef", "x0123456789abcdef0123456789abcdef" }, /* part of a word */
		{ "\xc3\xa9" "0123456789abcdef0123456789abcdef", "\xc3\xa9" "0123456789abcdef0123456789abcdef" },
	};
	char room[80];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf b = BUF_ON(room);
		text_groups(&b, bytes_str(rows[i].text));
		assert_string_equal(buf_cstr(&b), rows[i].grouped);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escape_what_deceives),
		cmocka_unit_test(every_pair_of_octets_is_shown_plainly),
		cmocka_unit_test(what_does_not_fit_is_cut),
		cmocka_unit_test(ascii_is_the_same_by_eights),
		cmocka_unit_test(columns),
		cmocka_unit_test(words_read_aloud),
		cmocka_unit_test(words_as_people_type_them),
		cmocka_unit_test(words_that_have_begun),
		cmocka_unit_test(what_is_left_of_a_cut_goes),
		cmocka_unit_test(every_word_is_another),
		cmocka_unit_test(long_numbers_stand_in_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
