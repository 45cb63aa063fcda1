/* answers_test.c: prompts answered from a file; what is missing, refused or left over. */
#include "ceremony/cmd/answers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static int64_t at_nine(void *ctx)
{
	(void)ctx;
	return (int64_t)9 * 3600 + 14 * 60 + 22;
}

static uint64_t never(void *ctx)
{
	(void)ctx;
	return 0;
}

struct fixture {
	char           path[64];
	struct answers answers;
	struct face    face;
	uint8_t        room[4096];
	struct arena   arena;
	struct reply   reply;
	struct err     err;
};

static bool open_text(struct fixture *f, const char *text)
{
	*f = (struct fixture){ .path = "/tmp/answers_test.XXXXXX" };
	int fd = mkstemp(f->path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
	bool ok = answers_open(&f->answers, f->path, NULL, (struct clock){ at_nine, never, NULL, "" }, NULL, &f->err);
	assert_int_equal(unlink(f->path), 0);
	f->face = answers_face(&f->answers);
	return ok;
}

static bool ask(struct fixture *f, const struct prompt *p)
{
	secret_done(&f->reply.secret);
	f->arena = ARENA_ON(f->room);
	f->reply = (struct reply){ .fields = fields_on(&f->arena) };
	return f->face.ask(f->face.ctx, p, &f->reply, &f->err);
}

static void close_all(struct fixture *f)
{
	secret_done(&f->reply.secret);
	f->face.close(f->face.ctx);
	assert_null(f->answers.arena.p);
}

static struct prompt prompt(const char *step, const char *key, enum ask_kind kind)
{
	static const char *const choice[] = { "p384", "P-384", "p256", "P-256" };

	return (struct prompt){
		.step_id = step, .turn = "t", .title = "T", .num_rounds = 1, .num_asks = 1,
		.ask = { { .key = key, .kind = kind, .label = "L", .hint = "", .preset = "the preset", .expect = "TAMPER ONE",
		           .choice = choice, .num_choices = 2, .num_words = 3 } },
	};
}

static bool replied(const struct fixture *f, const char *key, const char *value)
{
	return f->reply.kind == REPLY_ANSWER && f->reply.fields.num == 1 && fields_is(&f->reply.fields, key, value);
}

static const struct {
	enum ask_kind kind;
	const char   *value;
	bool          ok;
	const char   *answer; /* "" where it is a secret or no answer */
	enum reply_kind reply;
} values[] = {
	{ ASK_TEXT, "Dora Dunn", true, "Dora Dunn", REPLY_ANSWER },
	{ ASK_TEXT, "", true, "", REPLY_ANSWER },
	{ ASK_TEXT, "@now", true, "09:14:22", REPLY_ANSWER },
	{ ASK_TEXT, "@default", true, "the preset", REPLY_ANSWER },
	{ ASK_TEXT, "@@home", true, "@home", REPLY_ANSWER },
	{ ASK_TEXT, "@expect", false, "", REPLY_ANSWER },
	{ ASK_TEXT, "@nonsense", false, "", REPLY_ANSWER },
	{ ASK_TEXT, "@shown", false, "", REPLY_ANSWER },
	{ ASK_TEXT, "pause", true, "pause", REPLY_ANSWER },
	{ ASK_TEXT, "@pause", true, "", REPLY_PAUSE },
	{ ASK_TEXT, "@abort", true, "", REPLY_ABORT },
	{ ASK_TYPE_BACK, "@expect", true, "TAMPER ONE", REPLY_ANSWER },
	{ ASK_TYPE_BACK, "tamper one", true, "tamper one", REPLY_ANSWER },
	{ ASK_CHOICE, "p256", true, "p256", REPLY_ANSWER },
	{ ASK_CHOICE, "P-256", false, "", REPLY_ANSWER },
	{ ASK_CONFIRM, "yes", true, "yes", REPLY_ANSWER },
	{ ASK_CONFIRM, "no", true, "", REPLY_BACK },
	{ ASK_CONFIRM, "back", true, "", REPLY_BACK },
	{ ASK_CONFIRM, "pause", true, "", REPLY_PAUSE },
	{ ASK_CONFIRM, "abort", true, "", REPLY_ABORT },
	{ ASK_CONFIRM, "maybe", false, "", REPLY_ANSWER },
	{ ASK_CONFIRM, "", false, "", REPLY_ANSWER },
	{ ASK_PIN, "@now", false, "", REPLY_ANSWER },
	{ ASK_WORDS, "@shown", false, "", REPLY_ANSWER },
	{ ASK_WORDS, "@shown.9", false, "", REPLY_ANSWER },
	{ ASK_WORDS, "@shown.x", false, "", REPLY_ANSWER },
};

static void each_value_gives_its_reply(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(values); i++) {
		struct fixture f;
		char           text[96];
		(void)snprintf(text, sizeof text, "[s]\nk = %s\n", values[i].value);
		assert_true(open_text(&f, text));
		struct prompt p = prompt("s", "k", values[i].kind);
		p.can_back = true;
		assert_int_equal(ask(&f, &p), values[i].ok);
		if (!values[i].ok) {
			assert_int_equal(f.err.id, ERR_ANSWER_VALUE);
			assert_non_null(strstr(f.err.detail, ":2: `k` in [s]"));
		} else if (values[i].reply == REPLY_ANSWER) {
			assert_true(replied(&f, "k", values[i].answer));
		} else {
			assert_int_equal(f.reply.kind, values[i].reply);
		}
		close_all(&f);
	}
}

static void back_where_there_is_no_way_back_is_an_error(void **state)
{
	struct fixture f;
	(void)state;
	assert_true(open_text(&f, "[s]\nk = no\n"));
	struct prompt p = prompt("s", "k", ASK_CONFIRM);
	assert_false(ask(&f, &p));
	assert_int_equal(f.err.id, ERR_ANSWER_VALUE);
	close_all(&f);
}

static void a_pin_goes_into_the_secret_only(void **state)
{
	struct fixture f;
	(void)state;
	assert_true(open_text(&f, "[s]\npin = 123456\n"));
	struct prompt p = prompt("s", "pin", ASK_PIN);
	assert_true(ask(&f, &p));
	assert_int_equal(f.reply.fields.num, 0);
	assert_true(bytes_is(secret_expose(&f.reply.secret), "123456"));
	close_all(&f);
}

static void what_was_shown_is_typed_back_by_round(void **state)
{
	struct fixture f;
	struct err     e;
	SECRET         one = { 0 }, two = { 0 };
	(void)state;
	assert_true(secret_set(&one, BYTES_LIT("academic acid acne"), &e));
	assert_true(secret_set(&two, BYTES_LIT("zero yoga yield"), &e));
	assert_true(open_text(&f, "[s]\nseen = yes\nwords = @shown\n[r]\na = @shown.2\nb = @shown.1\n"));
	struct prompt show = prompt("s", "seen", ASK_CONFIRM), type = prompt("s", "words", ASK_WORDS);
	show.num_rounds = type.num_rounds = 2;
	show.shown = &one;
	assert_true(ask(&f, &show));
	assert_true(ask(&f, &type));
	assert_true(secret_equal(&f.reply.secret, &one));
	show.round = type.round = 1;
	assert_false(ask(&f, &type)); /* nothing shown in this round yet */
	show.shown = &two;
	assert_true(ask(&f, &show));
	assert_true(ask(&f, &type));
	assert_true(secret_equal(&f.reply.secret, &two));
	struct prompt later = prompt("r", "a", ASK_WORDS);
	assert_true(ask(&f, &later));
	assert_true(secret_equal(&f.reply.secret, &two));
	later = prompt("r", "b", ASK_WORDS);
	assert_true(ask(&f, &later));
	assert_true(secret_equal(&f.reply.secret, &one));
	assert_true(answers_left_over(&f.answers, false, &e));
	close_all(&f);
}

static void a_missing_answer_names_step_and_field(void **state)
{
	struct fixture f;
	(void)state;
	assert_true(open_text(&f, "[s]\nk = v\n"));
	struct prompt p = prompt("s", "other", ASK_TEXT), q = prompt("t", "k", ASK_TEXT);
	assert_false(ask(&f, &p));
	assert_int_equal(f.err.id, ERR_ANSWER_MISSING);
	assert_non_null(strstr(f.err.detail, "[s] has no `other`"));
	assert_false(ask(&f, &q));
	assert_int_equal(f.err.id, ERR_ANSWER_MISSING);
	assert_non_null(strstr(f.err.detail, "[t] has no `k`"));
	close_all(&f);
}

static void a_refused_answer_is_followed_by_the_next_or_the_end(void **state)
{
	struct fixture    f;
	static const struct err refused = { ERR_INI_VALUE, "a stand-in for a refusal" };
	(void)state;
	assert_true(open_text(&f, "[s]\nk = one\nk.2 = two\n"));
	struct prompt p = prompt("s", "k", ASK_TEXT);
	assert_true(ask(&f, &p));
	assert_true(replied(&f, "k", "one"));
	p.refused = &refused;
	assert_true(ask(&f, &p));
	assert_true(replied(&f, "k", "two"));
	assert_false(ask(&f, &p));
	assert_int_equal(f.err.id, ERR_INI_VALUE);
	assert_string_equal(f.err.detail, "a stand-in for a refusal");
	p.num_asks = 0; /* nothing to answer, and refused: it would be refused for ever */
	assert_false(ask(&f, &p));
	p.refused = NULL;
	assert_true(ask(&f, &p));
	close_all(&f);
}

static void a_failure_that_nobody_answers_is_the_error(void **state)
{
	struct fixture          f;
	static const struct err failed = { ERR_DISK_FULL, "a stand-in for the world" };
	const struct notice     n = { .kind = NOTICE_ERROR, .text = "", .err = &failed };
	(void)state;
	assert_true(open_text(&f, "[s]\nk = one\n"));
	struct prompt p = prompt("s", "k", ASK_TEXT), q = prompt("session", "k", ASK_CONFIRM);
	f.face.tell(f.face.ctx, &n);
	assert_false(ask(&f, &q));
	assert_int_equal(f.err.id, ERR_DISK_FULL);
	assert_string_equal(f.err.detail, "a stand-in for the world");
	assert_true(ask(&f, &p)); /* answered: then it is the past */
	assert_false(ask(&f, &q));
	assert_int_equal(f.err.id, ERR_ANSWER_MISSING);
	close_all(&f);
}

static void going_round_in_circles_ends(void **state)
{
	struct fixture f;
	unsigned       n = 0;
	(void)state;
	assert_true(open_text(&f, "[s]\ntext = v\ngo = no\ngo.2 = yes\n"));
	struct prompt text = prompt("s", "text", ASK_TEXT), go = prompt("s", "go", ASK_CONFIRM);
	go.can_back = true;
	assert_true(ask(&f, &text) && ask(&f, &go));
	assert_int_equal(f.reply.kind, REPLY_BACK);
	assert_true(ask(&f, &text)); /* the same value serves again */
	assert_true(replied(&f, "text", "v"));
	assert_true(ask(&f, &go));
	assert_true(replied(&f, "go", "yes"));
	while (n < 1000 && ask(&f, &text))
		n++;
	assert_in_range(n, 1, ANSWERS_MAX_REUSE);
	assert_int_equal(f.err.id, ERR_ANSWER_MISSING);
	close_all(&f);

	assert_true(open_text(&f, "[s]\ngo = no\n")); /* `no` serves once */
	assert_true(ask(&f, &go));
	assert_false(ask(&f, &go));
	assert_int_equal(f.err.id, ERR_ANSWER_MISSING);
	assert_non_null(strstr(f.err.detail, "`go.2`"));
	close_all(&f);
}

static void what_is_left_over_is_named(void **state)
{
	struct fixture f;
	struct err     e;
	(void)state;
	assert_true(open_text(&f, "[r]\nx = 1\n[s]\nk = one\nk.2 = two\n[t]\ny = 2\n"));
	struct prompt r = prompt("r", "x", ASK_TEXT), s = prompt("s", "k", ASK_TEXT), t = prompt("t", "y", ASK_TEXT);
	assert_true(ask(&f, &s) && ask(&f, &t));
	assert_false(answers_left_over(&f.answers, false, &e));
	assert_int_equal(e.id, ERR_ANSWER_LEFT);
	assert_non_null(strstr(e.detail, ":2: `x` in [r]"));
	assert_true(answers_left_over(&f.answers, true, &e)); /* [r], and part of [s], came earlier */
	assert_true(ask(&f, &r));
	assert_false(answers_left_over(&f.answers, false, &e));
	assert_non_null(strstr(e.detail, ":5: `k.2` in [s]"));
	assert_true(ask(&f, &s));
	assert_true(answers_left_over(&f.answers, false, &e));
	close_all(&f);
	assert_true(open_text(&f, "[s]\nk = one\n[t]\ny = 2\n"));
	assert_true(ask(&f, &s));
	assert_false(answers_left_over(&f.answers, true, &e)); /* a later step was never asked */
	assert_non_null(strstr(e.detail, ":4: `y` in [t]"));
	close_all(&f);
	assert_true(open_text(&f, "[session]\npin = 1\n[r]\nx = 1\n[s]\nk = one\n[t]\ny = 2\n"));
	struct prompt login = prompt("session", "pin", ASK_TEXT);
	assert_true(ask(&f, &login) && ask(&f, &s) && ask(&f, &t)); /* a resume begins with the login */
	assert_true(answers_left_over(&f.answers, true, &e));
	close_all(&f);
	assert_true(open_text(&f, "[s]\nk = one\n[session]\npin = 1\n"));
	assert_true(ask(&f, &s));
	assert_true(answers_left_over(&f.answers, true, &e)); /* it did not have to log in */
	assert_false(answers_left_over(&f.answers, false, &e));
	close_all(&f);
}

static void a_bad_file_is_refused(void **state)
{
	struct fixture f;
	(void)state;
	assert_false(open_text(&f, "k = before any section\n"));
	assert_int_equal(f.err.id, ERR_INI_SYNTAX);
	assert_null(f.answers.arena.p);
	assert_false(answers_open(&f.answers, "/nonexistent/answers", NULL, clock_system(), NULL, &f.err));
	assert_int_equal(f.err.id, ERR_FILE_OPEN);
	answers_done(&f.answers);
}

static void progress_says_where_the_run_is(void **state)
{
	static const struct step_line steps[] = { { "Roll call", "all", STEP_DONE }, { "Backup", "custodians", STEP_NOW } };
	struct fixture                f;
	char                         *said = NULL;
	size_t                        len = 0;
	(void)state;
	assert_true(open_text(&f, "[s]\nk = v\n"));
	f.answers.progress = open_memstream(&said, &len);
	struct prompt p = prompt("s", "k", ASK_TEXT);
	p.step = steps;
	p.num_steps = 2;
	p.now = 1;
	p.num_rounds = 5;
	assert_true(ask(&f, &p) && ask(&f, &p)); /* the same line once */
	const struct err    err = { ERR_DISK_FULL, "sda1" };
	const struct notice bad = { .kind = NOTICE_ERROR, .err = &err }, end = { .kind = NOTICE_END, .text = "Done." };
	f.face.tell(f.face.ctx, &bad);
	f.face.tell(f.face.ctx, &end);
	assert_int_equal(fclose(f.answers.progress), 0);
	assert_string_equal(said, "[ 2/2] Backup: T (1 of 5)\n"
	                          "        The disk is full (sda1). Make room on it, then try again.\n"
	                          "Done.\n");
	free(said);
	close_all(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_gives_its_reply),
		cmocka_unit_test(back_where_there_is_no_way_back_is_an_error),
		cmocka_unit_test(a_pin_goes_into_the_secret_only),
		cmocka_unit_test(what_was_shown_is_typed_back_by_round),
		cmocka_unit_test(a_missing_answer_names_step_and_field),
		cmocka_unit_test(a_refused_answer_is_followed_by_the_next_or_the_end),
		cmocka_unit_test(a_failure_that_nobody_answers_is_the_error),
		cmocka_unit_test(going_round_in_circles_ends),
		cmocka_unit_test(what_is_left_over_is_named),
		cmocka_unit_test(a_bad_file_is_refused),
		cmocka_unit_test(progress_says_where_the_run_is),
	};
	struct err e;
	if (!process_harden(&e)) /* starts libsodium */
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
