/* event_test.c: one spelling out, nothing else in. */
#include "ceremony/record/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static uint8_t strings[EVENT_MAX_LINE * 2], keys[1 << 20], storage[EVENT_MAX_LINE * 2];

static const char golden[] =
	"{\"n\":3,\"time\":\"2026-11-21T09:03:00Z\",\"mono\":4711,\"type\":\"answer\",\"step\":\"clock\","
	"\"turn\":\"watches\",\"round\":0,\"data\":{\"officer.1\":\"09:03:01\",\"empty\":\"\","
	"\"odd\":\"\\\"\\\\/\\u0000\\u000a\\u001f\\u007f\\u0080\\u009f\xc2\xa0\xe2\x80\xae\xf0\x9f\x94\x91\"},"
	"\"prev\":\"00000000000000000000000000000000000000000000000000000000000000ff\"}";

static struct event golden_event(struct arena *a)
{
	struct event ev = { .n = 3, .time = 1795251780, .mono = 4711, .type = EVENT_ANSWER,
		            .step = BYTES_LIT("clock"), .turn = BYTES_LIT("watches"), .data = fields_on(a) };

	fields_str(&ev.data, "officer.1", "09:03:01");
	fields_str(&ev.data, "empty", "");
	fields_put(&ev.data, "odd", BYTES_LIT("\"\\/\0\n\x1f\x7f\xc2\x80\xc2\x9f\xc2\xa0\xe2\x80\xae\xf0\x9f\x94\x91"));
	ev.prev[31] = 0xff;
	return ev;
}

static bool parses(struct event *ev, struct bytes line, struct err *e)
{
	static struct arena a;

	a = ARENA_ON(strings);
	return event_parse(ev, &a, line, e);
}

static void golden_line_both_ways(void **state)
{
	struct arena a = ARENA_ON(keys);
	struct event ev = golden_event(&a), back;
	struct buf   b = BUF_ON(storage);
	struct err   e = { 0 };

	(void)state;
	event_encode(&b, &ev);
	assert_string_equal(buf_cstr(&b), golden);
	assert_true(buf_ok(&b));
	assert_true(parses(&back, bytes_str(golden), &e));
	assert_int_equal(back.n, 3);
	assert_int_equal(back.time, 1795251780);
	assert_int_equal(back.mono, 4711);
	assert_int_equal(back.type, EVENT_ANSWER);
	assert_int_equal(back.round, 0);
	assert_true(bytes_is(back.step, "clock") && bytes_is(back.turn, "watches"));
	assert_true(fields_equal(&back.data, &ev.data));
	assert_memory_equal(back.prev, ev.prev, 32);
	assert_string_equal((const char *)back.data.item[0].key.p, "officer.1");
}

static void every_type_has_a_name_and_comes_back(void **state)
{
	(void)state;
	for (int t = 0; t < EVENT_COUNT_; t++) {
		struct arena a = ARENA_ON(keys);
		struct event ev = { .type = (enum event_type)t, .round = UINT32_MAX, .n = UINT64_MAX, .data = fields_on(&a) };
		struct event back;
		struct buf   b = BUF_ON(storage);
		struct err   e = { 0 };
		event_encode(&b, &ev);
		assert_true(buf_ok(&b) && parses(&back, buf_bytes(&b), &e));
		assert_int_equal(back.type, t);
		assert_true(back.n == UINT64_MAX && back.round == UINT32_MAX && back.step.len == 0);
		assert_true(event_type_means((enum event_type)t)[0] != 0);
	}
}

#define SIXTY_FOUR "1234567890123456789012345678901234567890123456789012345678901234"

/* Each replaces the first `old` of the golden line; column: where the refusal points, 0: do not care. */
static const struct {
	const char *old, *new;
	size_t      column;
} refused[] = {
	{ "{\"n\"", " {\"n\"", 1 },
	{ "{\"n\"", "{ \"n\"", 1 },
	{ "{\"n\":3", "{\"n\":03", 6 },
	{ "{\"n\":3", "{\"n\":-3", 6 },
	{ "{\"n\":3", "{\"n\":3.0", 7 },
	{ "{\"n\":3", "{\"n\":3e0", 7 },
	{ "{\"n\":3", "{\"n\":18446744073709551616", 6 },
	{ "{\"n\":3", "{\"n\":\"3\"", 6 },
	{ "\"n\":3,", "", 1 },
	{ "2026-11-21T09:03:00Z", "2026-11-21T09:03:00z", 16 },
	{ "2026-11-21T09:03:00Z", "2026-02-30T09:03:00Z", 16 },
	{ "2026-11-21T09:03:00Z", "2026-11-21T24:03:00Z", 16 },
	{ "2026-11-21T09:03:00Z", "0000-11-21T09:03:00Z", 16 },
	{ "2026-11-21T09:03:00Z", "2026-11-21", 16 },
	{ "\"time\"", "\"Time\"", 7 },
	{ "answer", "answers", 0 },
	{ "answer", "Answer", 0 },
	{ "answer", "", 0 },
	{ "\"step\":\"clock\"", "\"step\":clock", 0 },
	{ "\"round\":0", "\"round\":4294967296", 0 },
	{ "\"round\":0", "\"round\":null", 0 },
	{ "\"data\":{", "\"data\":{ ", 0 },
	{ "\"data\":{", "\"data\":{,", 0 },
	{ "\"empty\":\"\"", "\"empty\":null", 0 },
	{ "\"empty\":\"\"", "\"empty\":\"\",", 0 },
	{ "\"empty\":\"\"", "\"officer.1\":\"\"", 0 },
	{ "\"empty\":\"\"", "\"\":\"\"", 0 },
	{ "\"empty\":\"\"", "\"em pty\":\"\"", 0 },
	{ "\"empty\":\"\"", "\"em\\\\pty\":\"\"", 0 },
	{ "\"empty\":\"\"", "\"\xc3\xa9\":\"\"", 0 },
	{ "\"empty\"", "\"a" SIXTY_FOUR SIXTY_FOUR "\"", 0 },
	{ "\\u000a", "\\n", 0 },
	{ "\\u000a", "\n", 0 },
	{ "\\u000a", "\\u000A", 0 },
	{ "\\u000a", "\\U000a", 0 },
	{ "\\u000a", "\\u0a", 0 },
	{ "\\u000a", "\\u0041", 0 },
	{ "\\u000a", "\\u010a", 0 },
	{ "\\u000a", "\\u0022", 0 },
	{ "\\u0080", "\\u00a0", 0 },
	{ "\\u0080", "\xc2\x80", 0 },
	{ "\\u007f", "\x7f", 0 },
	{ "\\\\/", "\\\\\\/", 0 },
	{ "\xf0\x9f\x94\x91", "\\ud83d\\udd11", 0 },
	{ "\xf0\x9f\x94\x91", "\xf0\x9f\x94", 1 },
	{ "\xf0\x9f\x94\x91", "\xed\xa0\x80", 1 },
	{ "\xf0\x9f\x94\x91", "\xc0\xaf", 1 },
	{ "00ff\"}", "00FF\"}", 0 },
	{ "00ff\"}", "00f\"}", 0 },
	{ "00ff\"}", "00fff\"}", 0 },
	{ "00ff\"}", "00fg\"}", 0 },
	{ "ff\"}", "ff\"} ", 0 },
	{ "ff\"}", "ff\",\"x\":1}", 0 },
	{ "ff\"}", "ff\"", 0 },
	{ "ff\"}", "ff\"}\n", 0 },
};

static void other_spellings_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		const char  *at = strstr(golden, refused[i].old);
		struct event ev = { .n = 77 };
		struct err   e = { 0 };
		char         want[32];
		struct buf   b = BUF_ON(storage);
		assert_non_null(at);
		buf_put(&b, bytes_of(golden, (size_t)(at - golden)));
		buf_str(&b, refused[i].new);
		buf_str(&b, at + strlen(refused[i].old));
		if (parses(&ev, buf_bytes(&b), &e))
			fail_msg("taken: %s for %s", refused[i].new, refused[i].old);
		assert_int_equal(e.id, ERR_EVENT_SYNTAX);
		assert_int_equal(ev.n, 77);
		(void)snprintf(want, sizeof want, "column %zu:", refused[i].column);
		if (refused[i].column && strncmp(e.detail, want, strlen(want)) != 0)
			fail_msg("row %zu: %s, not %s", i, e.detail, want);
	}
}

/* Whatever is taken is written again octet for octet: cut anywhere, and any octet changed. */
static void what_is_taken_is_the_one_spelling(void **state)
{
	static char  line[sizeof golden];
	struct event ev;
	struct err   e = { 0 };
	size_t       taken = 0;

	(void)state;
	memcpy(line, golden, sizeof golden);
	for (size_t n = 0; n + 1 < sizeof golden; n++)
		assert_false(parses(&ev, bytes_of(golden, n), &e));
	for (size_t i = 0; i + 1 < sizeof golden; i++) {
		for (int c = 0; c < 256; c++) {
			line[i] = (char)c;
			struct buf b = BUF_ON(storage);
			if (!parses(&ev, bytes_of(line, sizeof golden - 1), &e))
				continue;
			event_encode(&b, &ev);
			assert_true(buf_ok(&b) && bytes_equal(buf_bytes(&b), bytes_of(line, sizeof golden - 1)));
			taken++;
		}
		line[i] = golden[i];
	}
	assert_true(taken > sizeof golden);
}

static void what_cannot_be_written_fails(void **state)
{
	struct arena a = ARENA_ON(keys);

	(void)state;
	for (int i = 0; i < 7; i++) {
		struct event ev = golden_event(&a);
		struct buf   b = BUF_ON(storage);
		switch (i) {
		case 0: ev.time = INT64_C(253402300800); break;
		case 1: ev.time = INT64_C(-62135596801); break;
		case 2: ev.step = BYTES_LIT("\xff"); break;
		case 3: fields_str(&ev.data, "k", "\xed\xa0\x80"); break;
		case 4: fields_str(&ev.data, "a b", ""); break;
		case 5: fields_str(&ev.data, "", ""); break;
		default: ev.data.item[1].key = ev.data.item[0].key; break;
		}
		event_encode(&b, &ev);
		assert_false(buf_ok(&b));
	}
}

static void a_line_has_a_longest(void **state)
{
	static uint8_t text[EVENT_MAX_LINE];
	struct arena   a = ARENA_ON(keys);
	struct event   ev = golden_event(&a), back;
	struct err     e = { 0 };
	struct buf     b = BUF_ON(storage);

	(void)state;
	memset(text, 'x', sizeof text);
	size_t len = EVENT_MAX_LINE - 1 - (sizeof golden - 1) + strlen("watches");
	ev.turn = bytes_of(text, len);
	event_encode(&b, &ev);
	assert_true(buf_ok(&b));
	assert_int_equal(b.len, EVENT_MAX_LINE - 1);
	assert_true(parses(&back, buf_bytes(&b), &e));
	assert_true(bytes_equal(back.turn, ev.turn));
	struct arena small = { .p = strings, .cap = 4096 };
	assert_false(event_parse(&back, &small, buf_bytes(&b), &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
	b.len = 0;
	ev.turn.len++;
	event_encode(&b, &ev);
	assert_false(buf_ok(&b));
	b.failed = false;
	assert_false(parses(&back, bytes_of(storage, EVENT_MAX_LINE), &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
}

static void fields_have_a_most(void **state)
{
	(void)state;
	for (int n = FIELDS_MAX; n <= FIELDS_MAX + 1; n++) {
		struct buf   b = BUF_ON(storage);
		struct event ev;
		struct err   e = { 0 };
		const char  *at = strstr(golden, "\"officer.1\"");
		buf_put(&b, bytes_of(golden, (size_t)(at - golden)));
		for (int i = 0; i < n; i++)
			buf_fmt(&b, "%s\"k%d\":\"\"", i ? "," : "", i);
		buf_str(&b, strstr(golden, "},\"prev\""));
		assert_int_equal(parses(&ev, buf_bytes(&b), &e), n == FIELDS_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_line_both_ways),
		cmocka_unit_test(every_type_has_a_name_and_comes_back),
		cmocka_unit_test(other_spellings_are_refused),
		cmocka_unit_test(what_is_taken_is_the_one_spelling),
		cmocka_unit_test(what_cannot_be_written_fails),
		cmocka_unit_test(a_line_has_a_longest),
		cmocka_unit_test(fields_have_a_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
