/* report_test.c: the report of a whole rehearsal, octet for octet, and of odd transcripts. */
#include "ceremony/record/report.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/record/layout.h"

#define DATA "ceremony/record/test/data/rehearsal"

static uint8_t text[1 << 20], room[1 << 20];

static void golden(void **state)
{
	struct buf   b = BUF_ON(text);
	struct arena a = ARENA_ON(room);
	struct err   e = { 0 };
	struct bytes want, line, rest;

	(void)state;
	int dir = dir_open(AT_FDCWD, DATA, false, &e);
	assert_true(dir >= 0);
	if (!report_text(&b, dir, &e))
		fail_msg("%s", e.detail);
	assert_true(file_read(&want, &a, dir, "report.txt", sizeof room / 2, &e));
	for (rest = buf_bytes(&b); rest.len;) {
		struct bytes wanted;
		assert_true(bytes_cut(rest, '\n', &line, &rest));
		assert_true(text_columns(line) <= PAGE_COLUMNS);
		assert_true(bytes_cut(want, '\n', &wanted, &want));
		if (!bytes_equal(line, wanted))
			fail_msg("made:   %.*s\nwanted: %.*s", (int)line.len, (const char *)line.p, (int)wanted.len,
			         (const char *)wanted.p);
	}
	assert_int_equal(want.len, 0);
	/* too small a page stand: nothing is left behind */
	struct buf small = buf_init(text, 4000);
	buf_str(&small, "before");
	assert_false(report_text(&small, dir, &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
	assert_int_equal(small.len, 6);
	(void)close(dir);
}

/* Makes a transcript of events with the given types, whose data tries to deceive, and reports it. */
static struct bytes report_of(const enum event_type *type, size_t num, const char *key, const char *said, struct err *e)
{
	char              path[] = "/tmp/report-XXXXXX";
	struct transcript t = { .fd = -1 };
	struct buf        b = BUF_ON(text);

	assert_non_null(mkdtemp(path));
	int dir = open(path, O_RDONLY | O_DIRECTORY);
	assert_true(transcript_create(&t, dir, e));
	for (size_t i = 0; i < num; i++) {
		struct arena a = ARENA_ON(room);
		struct event ev = { .time = 1795251600 + (int64_t)i * 50000, .type = type[i], .data = fields_on(&a) };
		ev.step = BYTES_LIT("a-step-with-a-long-name\xe2\x80\xae");
		ev.turn = BYTES_LIT("people");
		fields_str(&ev.data, key, said);
		assert_true(transcript_append(&t, &ev, e));
	}
	bool ok = report_text(&b, dir, e);
	transcript_done(&t);
	assert_int_equal(unlinkat(dir, TRANSCRIPT_NAME, 0), 0);
	(void)close(dir);
	assert_int_equal(rmdir(path), 0);
	return ok ? buf_bytes(&b) : bytes_of(NULL, 0);
}

static bool holds(struct bytes report, const char *what)
{
	return memmem(report.p, report.len, what, strlen(what)) != NULL;
}

static void foreign_text_deceives_nobody(void **state)
{
	static const char *const said[] = {
		"\x1b[2J\xc2\x9bq", "\xe2\x80\xaetxet", "a\nb", "\xf0\x9f\x94\x91\xf0\x9f\x94\x91 wide \xe4\xb8\xad\xe6\x96\x87", "",
		"a word and another, so many of them that no line of eighty columns could ever take them all at once",
		"onewordthatisfarfarfarfarfarfarfarfarfarfarfarfarfarfarfarfarfarfarfarfarfarfarfarfarfarfarfartoolong",
	};
	static const char *const keys[] = { "detail", "title", "CKA_X", "administrator.1" };
	enum event_type          types[EVENT_COUNT_];
	struct err               e = { 0 };

	(void)state;
	for (int t = 0; t < EVENT_COUNT_; t++)
		types[t] = (enum event_type)t;
	for (size_t i = 0; i < COUNT_OF(said) * COUNT_OF(keys); i++) {
		struct bytes report = report_of(types, EVENT_COUNT_, keys[i % COUNT_OF(keys)], said[i / COUNT_OF(keys)], &e);
		struct bytes line;
		assert_non_null(report.p);
		for (int t = 0; t < EVENT_COUNT_; t++)
			assert_true(holds(report, event_type_name((enum event_type)t)));
		while (report.len) {
			assert_true(bytes_cut(report, '\n', &line, &report));
			assert_true(text_is_plain(line));
			assert_true(text_columns(line) <= PAGE_COLUMNS);
		}
	}
}

static void the_end_is_told(void **state)
{
	static const enum event_type aborted[] = { EVENT_OPEN, EVENT_ABORT }, open_end[] = { EVENT_OPEN, EVENT_ANSWER };
	struct err                   e = { 0 };

	(void)state;
	assert_true(holds(report_of(aborted, 2, "k", "v", &e), "ENDED FOR GOOD BEFORE ITS CLOSE"));
	struct bytes report = report_of(open_end, 2, "rehearsal", "yes", &e);
	assert_true(holds(report, "open when this was written") && holds(report, "REHEARSAL: nothing"));
	assert_true(holds(report, "No key was made.") && holds(report, "Nothing was signed.") &&
	            holds(report, "There were none.") && holds(report, "No backup was made."));
	assert_false(holds(report_of(open_end, 2, "rehearsal", "no", &e), "REHEARSAL"));
	assert_null(report_of(open_end, 0, "k", "v", &e).p);
	assert_int_equal(e.id, ERR_TRANSCRIPT_EMPTY);
}

/* The sources say what broke: a report is never made of a transcript that is not sound. */
static void of_a_bad_transcript_there_is_none(void **state)
{
	char         path[] = "/tmp/report-XXXXXX";
	struct arena a = ARENA_ON(room);
	struct buf   b = BUF_ON(text);
	struct err   e = { 0 };
	struct bytes good;

	(void)state;
	assert_non_null(mkdtemp(path));
	int dir = open(path, O_RDONLY | O_DIRECTORY);
	assert_true(file_read(&good, &a, AT_FDCWD, DATA "/transcript.jsonl", sizeof room / 2, &e));
	assert_true(file_write(dir, TRANSCRIPT_NAME, bytes_first(good, good.len - 5), 0644, &e));
	assert_false(report_text(&b, dir, &e));
	assert_int_equal(e.id, ERR_TRANSCRIPT_TORN);
	assert_int_equal(b.len, 0);
	assert_int_equal(unlinkat(dir, TRANSCRIPT_NAME, 0), 0);
	assert_false(report_text(&b, dir, &e));
	assert_int_equal(e.id, ERR_FILE_OPEN);
	(void)close(dir);
	assert_int_equal(rmdir(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(foreign_text_deceives_nobody),
		cmocka_unit_test(the_end_is_told),
		cmocka_unit_test(of_a_bad_transcript_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
