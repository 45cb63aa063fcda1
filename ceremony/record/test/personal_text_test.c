/* personal_text_test.c: values within what prompts showed. */
#include "ceremony/record/test/personal_room.h"

static const char *const values[] = { "Ada Adler", "Ada", "B", "\xe6\x9d\x8e\xe6\x98\x8e", "it rang. \"Ada\" left.", "de Wit" };

static const struct {
	const char *said, *seen; /* seen: a value's number in brackets for its token */
} texts[] = {
	{ "Ada Adler: agree", "[0]: agree" },
	{ "Ada Adler's, Ada; Adam, xAda, Ada2, Ada-Ada", "[0]'s, [1]; Adam, xAda, Ada2, [1]-[1]" },
	{ "B: a letter is no word to look for", "B: a letter is no word to look for" },
	{ "\xe6\x9d\x8e\xe6\x98\x8e agrees", "[3] agrees" },
	{ "Happened: it rang. \"Ada\" left. And?", "Happened: [4] And?" },
	{ "Wim de Wit", "Wim [5]" },
	{ "", "" },
	{ "nobody of them", "nobody of them" },
	{ "see withheld-00000000 and withheld-zz", "see withheld-00000000 and withheld-zz" },
	{ "ends in withheld-", "ends in withheld-" },
};

static void values_are_found_in_longer_texts(void **state)
{
	struct personal p;
	struct err      e = { 0 };
	struct room    *r = *state;
	struct transcript t = { .fd = -1 };

	begin(&t, r);
	for (size_t i = 0; i < COUNT_OF(values); i++)
		assert_true(append(&t, EVENT_ANSWER, "officer.1", values[i], &e));
	transcript_done(&t);
	assert_true(personal_init(&p, &e) && personal_read(&p, r->dir, &e));
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		char       veiled[256], wanted[256], back[256];
		struct buf v = BUF_ON(veiled), w = BUF_ON(wanted), b = BUF_ON(back);
		for (const char *c = texts[i].seen; *c; c++) {
			const struct personal_value *one = p.first;
			if (c[0] != '[') {
				buf_u8(&w, (uint8_t)*c);
				continue;
			}
			for (int n = c[1] - '0'; n > 0; n--)
				one = one->next;
			buf_str(&w, PERSONAL_WITHHELD);
			buf_hex(&w, bytes_of(one->commitment, 4));
			c += 2;
		}
		personal_veil(&p, &v, bytes_str(texts[i].said));
		assert_string_equal(buf_cstr(&v), buf_cstr(&w));
		personal_unveil(&p, &b, bytes_str(veiled));
		assert_string_equal(buf_cstr(&b), texts[i].said);
	}
	personal_done(&p);
}

static bool see_prompt(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	(void)line;
	(void)e;
	assert_null(fields_find(&ev->data, TRANSCRIPT_PROMPT)); /* no part of what was said */
	if (ev->n == 1)
		assert_true(bytes_is(ev->prompt, ctx));
	else
		assert_int_equal(ev->prompt.len, 0);
	return true;
}

/* A name that is said in the very line is not in what that line's prompt showed, either. */
static void a_prompt_goes_with_its_answer(void **state)
{
	const struct room *r = *state;
	struct transcript  t = { .fd = -1 };
	struct arena       a = ARENA_ON(keys);
	struct event       ev = { .time = 1795251600, .type = EVENT_ANSWER, .data = fields_on(&a), .prompt = BYTES_LIT("Is it Ada Adler?\n? Yes") };
	struct err         e = { 0 };
	char               veiled[80];

	begin(&t, r);
	fields_str(&ev.data, "officer.1", "Ada Adler");
	fields_str(&ev.data, "shown", "2026-11-21T09:00:00Z");
	assert_true(transcript_append(&t, &ev, &e));
	assert_int_equal(ev.data.num, 2);
	(void)snprintf(veiled, sizeof veiled, "\"prompt\":\"Is it withheld-%.8s?\\u000a? Yes\"},", t.personal.first->text + 7);
	ev = (struct event){ .time = ev.time, .type = EVENT_ABORT, .data = fields_on(&a) };
	assert_true(transcript_append(&t, &ev, &e));
	transcript_done(&t);
	struct bytes lines = content(r, TRANSCRIPT_NAME);
	assert_non_null(memmem(lines.p, lines.len, veiled, strlen(veiled)));
	char clear[] = "Is it Ada Adler?\n? Yes", hidden[40];
	assert_true(transcript_each(r->dir, see_prompt, clear, &e));
	put(r, PERSONAL_NAME, bytes_of(NULL, 0));
	(void)snprintf(hidden, sizeof hidden, "Is it %.17s?\n? Yes", veiled + 16);
	assert_true(transcript_each(r->dir, see_prompt, hidden, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(values_are_found_in_longer_texts),
		T(a_prompt_goes_with_its_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
