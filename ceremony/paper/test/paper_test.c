/* paper_test.c: what is put on paper is read back by other people's programs (poppler). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <fcntl.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/base/file.h"
#include "ceremony/paper/paper.h"

static uint8_t pdf[1 << 20], text[1 << 18];

static struct paper *blank(int64_t created)
{
	struct err    e;
	struct paper *p = paper_new(&(struct paper_about){ .title = BYTES_LIT("Probe"),
	                                                   .foot = BYTES_LIT("sha256 00112233"),
	                                                   .created = created }, &e);

	assert_non_null(p);
	return p;
}

static struct bytes end(struct paper *p)
{
	struct buf out = BUF_ON(pdf);
	struct err e;

	assert_true(paper_end(p, &out, &e));
	paper_free(p);
	return buf_bytes(&out);
}

/* What a program of poppler says of the document. */
static const char *ask(struct bytes document, const char *before, const char *after)
{
	char       name[] = "paper-test-XXXXXX", command[256];
	struct err e;
	int        fd = mkstemp(name);

	assert_true(fd >= 0);
	close(fd);
	assert_true(file_write(AT_FDCWD, name, document, 0600, &e));
	(void)snprintf(command, sizeof command, "%s %s %s 2>&1", before, name, after);
	FILE *in = popen(command, "r");
	assert_non_null(in);
	size_t n = fread(text, 1, sizeof text - 1, in);
	assert_int_equal(pclose(in), 0);
	assert_int_equal(unlink(name), 0);
	text[n] = '\0';
	return (const char *)text;
}

static void has(const char *whole, const char *part)
{
	if (!strstr(whole, part))
		fail_msg("there is no \"%s\" in:\n%s", part, whole);
}

static void everything_is_read_back(void **state)
{
	static const struct paper_column columns[] = {
		{ "Step", 0.3F, PAPER_STRONG }, { "Activity", 0.5F, PAPER_PLAIN }, { "Initials", 0.2F, PAPER_PLAIN }
	};
	struct bytes  cells[] = { BYTES_LIT("root"), BYTES_LIT("Make the key"), BYTES_LIT("") };
	struct paper *p = blank(PAPER_NO_DATE);

	(void)state;
	paper_title(p, PAPER_TITLE, BYTES_LIT("A title"), BYTES_LIT("of a thing"));
	paper_heading(p, PAPER_HEAD, BYTES_LIT("A heading"));
	paper_text(p, PAPER_BODY, PAPER_PLAIN, BYTES_LIT("A paragraph."));
	paper_row(p, PAPER_BODY, BYTES_LIT("Label"), PAPER_CODE, BYTES_LIT("value"));
	paper_mono(p, PAPER_LARGE, BYTES_LIT("crackers tolerance\nendow informant"));
	paper_notice(p, PAPER_BODY, PAPER_ALARM, BYTES_LIT("This cannot be undone."));
	paper_table(p, PAPER_BODY, columns, COUNT_OF(columns), true, 9);
	paper_table_band(p, PAPER_ALARM, BYTES_LIT("a band"));
	paper_table_row(p, cells);
	paper_table_end(p);
	paper_sign(p, PAPER_BODY, BYTES_LIT("Witness 1"), BYTES_LIT("Anna"));
	paper_sign(p, PAPER_BODY, BYTES_LIT("Witness 2"), BYTES_LIT(""));
	const char *said = ask(end(p), "pdftotext -layout", "-");
	static const char *const parts[] = { "A title", "of a thing", "A heading", "A paragraph.", "Label", "value",
		"crackers tolerance\n", "endow informant\n", "This cannot be undone.", "Step", "Activity", "Initials",
		"a band", "Make the key", "Witness 1", "Anna", "Witness 2", "signature", "date and time (UTC)",
		"Page 1 of 1", "sha256 00112233" };
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		has(said, parts[i]);
}

/* Texts and how they are written with the signs there are. */
static void every_sign_is_one_that_can_be_seen(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{ "Z\xc3\xbcrich \xe2\x82\xac \xe2\x80\x9cx\xe2\x80\x9d \xc5\xa0", "Z\xc3\xbcrich \xe2\x82\xac \xe2\x80\x9cx\xe2\x80\x9d \xc5\xa0" },
		{ "\xc5\x81\xc3\xb3" "d\xc5\xba", "\xc5\x81\xc3\xb3" "d\xc5\xba" },
		{ "\xce\x9d\xce\xaf\xce\xba\xce\xbf\xcf\x82 Smith", "\xce\x9d\xce\xaf\xce\xba\xce\xbf\xcf\x82 Smith" },
		{ "\xd0\x9e\xd0\xbb\xd1\x8f, x", "\xd0\x9e\xd0\xbb\xd1\x8f, x" },
		{ "\xd4\xb1\xd5\xb6\xd5\xb8\xd6\x82\xd5\xb7 \xe1\x83\x90\xe1\x83\x9c\xe1\x83\x90", "\xd4\xb1\xd5\xb6\xd5\xb8\xd6\x82\xd5\xb7 \xe1\x83\x90\xe1\x83\x9c\xe1\x83\x90" },
		{ "Nguy\xe1\xbb\x85n", "Nguy\\u{1ec5}n" }, /* it would lose its accents (letters.c) */
		{ "\xd7\x90\xd8\xa7", "\\u{5d0}\\u{627}" }, /* from right to left */
		{ "a\xe2\x80\x8b" "b\xe2\x81\xa6", "a\\u{200b}b\\u{2066}" },
		{ "\xc7\x83", "\\u{1c3}" }, /* looks like an exclamation mark */
		{ "\xe6\x9d\xb1", "\\u{6771}" },
		{ "\xf0\x9f\x94\x91", "\\u{1f511}" },
		{ "e\xcc\x81", "e\\u{301}" },
		{ "a\xe2\x80\xae" "b", "a\\u{202e}b" },
		{ "a\xc2\xa0" "b\xc2\xad" "c", "a\\u{a0}b\\u{ad}c" },
		{ "\x1b[2J\x7f\t", "\\x1b[2J\\x7f\\x09" },
		{ "\xff\xc0\x80", "\\xff\\xc0\\x80" },
		{ "a\\b (c) %d", "a\\b (c) %d" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		for (enum paper_tone tone = 0; tone < PAPER_TONES; tone++) {
			struct paper *p = blank(PAPER_NO_DATE);
			paper_text(p, PAPER_BODY, tone, bytes_str(cases[i].text));
			has(ask(end(p), "pdftotext -layout", "-"), cases[i].shown);
		}
}

static void rows_turn_pages_and_repeat_their_heads(void **state)
{
	static const struct paper_column columns[] = { { "Number", 0.2F, PAPER_CODE }, { "Long", 0.8F, PAPER_PLAIN } };
	static char                      huge[40000];
	struct paper                    *p = blank(PAPER_NO_DATE);
	char                             number[16];
	size_t                           heads = 0;

	(void)state;
	memset(huge, 'x', sizeof huge);
	huge[sizeof huge / 2] = ' ';
	paper_table(p, PAPER_BODY, columns, COUNT_OF(columns), true, 6);
	for (unsigned i = 0; i < 100; i++) {
		(void)snprintf(number, sizeof number, "row-%u", i);
		paper_table_row(p, (struct bytes[]){ bytes_str(number), i == 50 ? bytes_of(huge, sizeof huge) : BYTES_LIT("short") });
	}
	paper_table_end(p);
	paper_mono(p, PAPER_BODY, bytes_of(huge, sizeof huge));
	struct bytes d = end(p);
	const char  *said = ask(d, "pdftotext -layout", "-");
	has(said, "row-0 ");
	has(said, "row-99 ");
	for (const char *at = said; (at = strstr(at, "Number")); at++)
		heads++;
	assert_true(heads >= 5);
	size_t xs = 0;
	for (const char *at = said; *at; at++)
		xs += *at == 'x';
	assert_int_equal(xs, 2 * (sizeof huge - 1));
	has(ask(d, "pdffonts", "| cut -c 1-60"), "Helvetica-Bold");
}

static void the_same_calls_give_the_same_octets(void **state)
{
	static uint8_t first[sizeof pdf];
	struct bytes   d[3];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct paper *p = blank(1800000000);
		paper_text(p, PAPER_BODY, PAPER_PLAIN, BYTES_LIT("The same."));
		d[i] = end(p);
		if (i == 0) {
			memcpy(first, d[0].p, d[0].len);
			d[0].p = first;
		}
	}
	assert_true(bytes_equal(d[0], d[1]));
	has(ask(d[1], "TZ=UTC pdfinfo -isodates", ""), "2027-01-15T08:00:00Z");
	d[2] = end(blank(PAPER_NO_DATE));
	assert_null(strstr(ask(d[2], "pdfinfo", ""), "CreationDate"));
}

static void what_does_not_fit_leaves_nothing(void **state)
{
	uint8_t       small[700];
	struct buf    out = BUF_ON(small);
	struct err    e = { 0 };
	struct paper *p = blank(PAPER_NO_DATE);

	(void)state;
	buf_str(&out, "before");
	assert_false(paper_end(p, &out, &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
	assert_true(bytes_is(buf_bytes(&out), "before"));
	paper_free(p);
	paper_free(NULL);
}

/* The font of other letters is in the document, as far as it is used, and only where it is used; a line breaks where it must. */
static void names_are_printed_as_they_are_written(void **state)
{
	static uint8_t first[sizeof pdf];
	static char    names[4000];
	size_t         len = 0, seen = 0;

	(void)state;
	struct bytes d = end(blank(PAPER_NO_DATE));
	assert_null(strstr(ask(d, "pdffonts", ""), "DejaVu"));
	while (len + 40 < sizeof names)
		len += (size_t)snprintf(names + len, sizeof names - len, "\xce\xa3\xcf\x89\xce\xba\xcf\x81\xce\xac\xcf\x84\xce\xb7\xcf\x82 \xc5\xbb\xc3\xb3\xc5\x82w ");
	for (int i = 0; i < 2; i++) {
		struct paper *p = blank(PAPER_NO_DATE);
		paper_text(p, PAPER_BODY, PAPER_PLAIN, bytes_of(names, len));
		paper_row(p, PAPER_BODY, BYTES_LIT("Custodian"), PAPER_STRONG, BYTES_LIT("\xce\x9d\xce\xaf\xce\xba\xce\xbf\xcf\x82"));
		d = end(p);
		assert_true(d.len < 200000);
		if (i == 0)
			memcpy(first, d.p, d.len);
	}
	assert_memory_equal(first, d.p, d.len);
	const char *fonts = ask(d, "pdffonts", "");
	has(fonts, "+DejaVuSans,Book ");
	has(fonts, "+DejaVuSans-Bold,Bold ");
	const char *said = ask(d, "pdftotext -layout", "-");
	for (const char *at = said; (at = strstr(at, "\xce\xa3\xcf\x89\xce\xba\xcf\x81\xce\xac\xcf\x84\xce\xb7\xcf\x82")); at++)
		seen++;
	assert_int_equal(seen, len / 25);
	has(said, "\xce\x9d\xce\xaf\xce\xba\xce\xbf\xcf\x82");
}

/* How dark the picture of a text is, in all. */
static unsigned long ink(const char *letter, enum paper_tone tone)
{
	unsigned long sum = 0;
	struct paper *p = blank(PAPER_NO_DATE);

	paper_text(p, PAPER_MAX, tone, bytes_str(letter));
	char *at = (char *)(uintptr_t)ask(end(p), "pdftoppm -r 36 -gray", "| tail -c +16 | od -An -v -tu1 -w1 | awk '{ s += 255 - $1 } END { print s }'");
	sum = strtoul(at, NULL, 10);
	assert_true(sum > 0);
	return sum;
}

/* A letter with an accent is darker than the one without: nothing of it was left out of the font that is embedded. */
static void no_letter_loses_its_accent(void **state)
{
	static const char *const pairs[][2] = { /* in order of U+: the dark one first */
		{ "\xc7\xac", "\xc7\xaa" }, { "\xc7\xbb", "\xc3\xa5" }, { "\xce\x86", "\xce\x91" }, { "\xce\x8a", "\xce\x99" }, { "\xce\x90", "\xce\xb9" },
		{ "\xce\xab", "\xce\xa5" }, { "\xcf\x8c", "\xce\xbf" }, { "\xd0\x81", "\xd0\x95" }, { "\xd0\x87", "\xd0\x86" }, { "\xd0\xab", "\xd0\xac" },
		{ "\xd1\x91", "\xd0\xb5" }, { "\xd1\x97", "\xd1\x96" }, { "\xd1\x9e", "\xd1\x83" }, { "\xd3\x9a", "\xd3\x98" }, { "\xd3\xb3", "\xd1\x83" },
	};

	(void)state;
	for (enum paper_tone tone = PAPER_PLAIN; tone <= PAPER_STRONG; tone++)
		for (size_t i = 0; i < COUNT_OF(pairs); i++)
			if (ink(pairs[i][0], tone) <= ink(pairs[i][1], tone))
				fail_msg("\"%s\" is no darker than \"%s\"", pairs[i][0], pairs[i][1]);
}

/* A finder pattern's picture: its dark part is where it should be, and black. */
static void a_square_is_drawn_as_it_is(void **state)
{
	uint8_t       module[9] = { 1, 1, 0, 0, 1, 0, 1, 0, 1 };
	struct paper *p = blank(PAPER_NO_DATE);

	(void)state;
	paper_square(p, 55, module, 3, PAPER_BODY, BYTES_LIT("beside"));
	struct bytes d = end(p);
	has(ask(d, "pdftotext", "-"), "beside");
	/* 11 modules of 5 mm; a pixel is a millimetre; the page's edges are at 19.8 and 21.9 mm. */
	struct bytes pgm = bytes_str(ask(d, "pdftoppm -scale-to-x 210 -scale-to-y 297 -gray", "| tail -c 62370 | od -An -v -tu1 -w210"));
	unsigned     at[3][3] = { { 0 } };
	for (unsigned row = 0; row < 3; row++)
		for (unsigned i = 0; i < 3; i++) {
			size_t y = 22 + 5 * (4 + row) + 2, x = 20 + 5 * (4 + i) + 2;
			at[row][i] = (unsigned)strtoul((const char *)pgm.p + y * (210 * 4 + 1) + x * 4, NULL, 10);
			assert_int_equal(at[row][i] < 64, module[row * 3 + i]);
			assert_true(at[row][i] < 64 || at[row][i] > 192);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_read_back),
		cmocka_unit_test(every_sign_is_one_that_can_be_seen),
		cmocka_unit_test(rows_turn_pages_and_repeat_their_heads),
		cmocka_unit_test(the_same_calls_give_the_same_octets),
		cmocka_unit_test(what_does_not_fit_leaves_nothing),
		cmocka_unit_test(names_are_printed_as_they_are_written),
		cmocka_unit_test(no_letter_loses_its_accent),
		cmocka_unit_test(a_square_is_drawn_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
