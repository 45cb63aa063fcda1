/* prompt_text_test.c: what a prompt showed, as it goes on the record. */
#include "ceremony/port/prompt_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ceremony/base/text.h"

static char storage[PROMPT_TEXT_MAX + 64];

static const char *text_of(const struct prompt *p)
{
	struct buf b = BUF_ON(storage);

	prompt_text(&b, p);
	return buf_cstr(&b);
}

static void all_that_is_seen_and_asked(void **state)
{
	static const char *const choices[] = { "a", "approve", "r", "reject" };
	struct err               why = { 0 };
	struct prompt            p = { .title = "Review", .role = "officers", .who = "Ada", .text = "Read it.\nTwice.",
		                       .aloud = "one two\nthree", .irreversible = true, .num_rows = 3, .num_asks = 3, .refused = &why };

	(void)state;
	p.row[0] = (struct row){ .label = "Serial", .value = "a1" };
	p.row[1] = (struct row){ .label = "SHA-256", .value = "01 02\n03 04", .mark = true };
	p.row[2] = (struct row){ .label = "key", .value = "P-384", .asked = "P-256", .source = "script" };
	p.ask[0] = (struct ask){ .kind = ASK_CHOICE, .label = "Decision", .choice = choices, .num_choices = 2 };
	p.ask[1] = (struct ask){ .kind = ASK_TYPE_BACK, .label = "Two words", .expect = "hidden", .hint = "from the paper" };
	p.ask[2] = (struct ask){ .kind = ASK_TEXT, .label = "Why", .preset = "1234" };
	(void)err_set(&why, ERR_FLOW_TYPED, "Two words");
	const char *text = text_of(&p);
	assert_non_null(strstr(text, "Review\n@ officers: Ada\n! Not taken: "));
	assert_non_null(strstr(text, " (Two words)\nRead it.\nTwice.\n- Serial: a1\n! SHA-256: 01 02\n  03 04\n- key: P-384 [asked: P-256] [by: script]\n"
	                             "\" one two\n\" three\n! This cannot be undone.\n? Decision: approve / reject\n? Two words (from the paper)\n? Why"));
	assert_null(strstr(text, "hidden")); /* what is to be typed back is on the paper, or the program's secret until then */
	assert_null(strstr(text, "1234"));   /* what stood in a field may be a PIN that went astray */
}

static void assert_fact(struct bytes *text, const char *label, const char *value, const char *asked, const char *allowed, const char *by, bool mark)
{
	struct prompt_fact f;

	assert_true(prompt_text_fact(&f, text));
	if (!bytes_is(f.label, label) || !bytes_is(f.value, value) || !bytes_is(f.asked, asked) || !bytes_is(f.allowed, allowed) || !bytes_is(f.by, by) || f.mark != mark)
		fail_msg("%s: %.*s", label, (int)f.value.len, (const char *)f.value.p);
}

/* Whoever puts brackets into a name does not write another column's text with them. */
static void facts_are_taken_apart_again(void **state)
{
	struct err         why = { 0 };
	struct prompt      p = { .title = "Review", .role = "officers", .who = "Ada", .text = "Read it.", .aloud = "one two", .irreversible = true,
		                 .num_rows = 5, .refused = &why };
	struct prompt_fact f;

	(void)state;
	p.row[0] = (struct row){ .label = "CN", .value = "A [asked: B] [by: C]", .asked = "A [asked: B] [by: C]", .allowed = "request", .source = "request", .mark = true };
	p.row[1] = (struct row){ .label = "SHA-256", .value = "01 02\n03 04", .source = "request" };
	p.row[2] = (struct row){ .label = "O", .value = "x]", .asked = "x]", .allowed = "request", .source = "request" };
	p.row[3] = (struct row){ .label = "bare", .value = "" };
	p.row[4] = (struct row){ .label = "key", .value = "P-384", .asked = "P-384", .source = "request" };
	(void)err_set(&why, ERR_FLOW_TYPED, "Two words");
	struct bytes text = bytes_str(text_of(&p));
	assert_fact(&text, "CN", "A [asked: B] [by: C]", "A [asked: B] [by: C]", "request", "request", true);
	assert_fact(&text, "SHA-256", "01 02", "", "", "", false);
	assert_fact(&text, "", "03 04", "", "", "request", false);
	assert_fact(&text, "O", "x] [asked: x]]", "", "request", "request", false); /* no pairs: it stays where it is */
	assert_fact(&text, "bare", "", "", "", "", false);
	assert_fact(&text, "key", "P-384", "P-384", "", "request", false);
	assert_false(prompt_text_fact(&f, &text));
}

static void never_a_secret(void **state)
{
	SECRET        words = { 0 };
	struct err    e = { 0 };
	struct prompt p = { .title = "Write down your share", .shown = &words, .secret = true };

	(void)state;
	assert_true(secret_set(&words, BYTES_LIT("academic acid acne"), &e));
	const char *text = text_of(&p);
	assert_null(strstr(text, "acid"));
	assert_string_equal(text, "Write down your share\n! A secret is shown.");
}

static void a_long_one_says_that_it_is_cut(void **state)
{
	static char   value[4000];
	struct prompt p = { .title = "Long", .num_rows = 40 };

	(void)state;
	memset(value, 'x', sizeof value - 1);
	for (size_t i = 0; i < p.num_rows; i++)
		p.row[i] = (struct row){ .label = "Row", .value = value };
	const char *text = text_of(&p);
	size_t      len = strlen(text);
	assert_in_range(len, PROMPT_TEXT_MAX - sizeof value, PROMPT_TEXT_MAX + strlen(PROMPT_TEXT_CUT));
	assert_string_equal(text + len - strlen(PROMPT_TEXT_CUT), PROMPT_TEXT_CUT);
	assert_true(text_is_utf8(bytes_str(text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_is_seen_and_asked),
		cmocka_unit_test(facts_are_taken_apart_again),
		cmocka_unit_test(never_a_secret),
		cmocka_unit_test(a_long_one_says_that_it_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
