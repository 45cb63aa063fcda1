/* plain_test.c: whole conversations with the plain face, against golden text; and no echo on a terminal.
 *
 * ACCEPT=1 in the environment rewrites the golden files (make accept). */
#include "ceremony/cmd/plain.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/cmd/plain_echo.h"

static const char *const list[] = { "academic", "acid", "acne", "yield", "yoga", "zero" };
static const char *const curves[] = { "p384", "P-384 (default)", "p256", "P-256" };

static const struct step_line steps[] = {
	{ "Roll call", "all", STEP_DONE },
	{ "Root key", "officers", STEP_NOW },
	{ "Backup", "custodians", STEP_LATER },
};

static struct prompt base(const char *title)
{
	return (struct prompt){
		.ceremony = "Example Root CA G1: key ceremony", .rehearsal = true, .step = steps, .num_steps = COUNT_OF(steps),
		.now = 1, .step_id = "root-key", .num_rounds = 1, .role = "Administrator", .who = "Ada Adams", .title = title,
		.can_back = true, .can_aside = true, .can_people = true, .help_what = "The token makes the root's key pair.", .help_why = "So that the private key never leaves it.",
		.help_clause = "BR 6.1.1.1", .help_fail = "Stop, and tell the auditor.",
	};
}

static const struct err refusal = { ERR_INI_VALUE, "it is 09:20:00 by this machine" };

static void text_and_choice(struct prompt *p)
{
	*p = base("Choose the key");
	p->text = "The key is made inside the token. It is the one thing in this room that cannot be made a second time, so take "
	          "the time that it takes.\nRead the rows below to each other.";
	p->row[0] = (struct row){ .label = "Token serial", .value = "a1b2c3d4" };
	p->row[1] = (struct row){ .label = "Subject", .value = "CN=Example Sub 1", .asked = "CN=Sub 1", .allowed = "O=Example", .source = "profile", .mark = true };
	p->row[2] = (struct row){ .label = "keyUsage", .value = "keyCertSign", .asked = "keyCertSign", .allowed = "keyCertSign", .source = "profile" };
	p->row[3] = (struct row){ .label = "key", .value = "P-384", .asked = "P-384", .allowed = "P-256, P-384", .source = "request" };
	p->row[4] = (struct row){ .label = "serialNumber", .value = "6cc2adac", .allowed = "20 octets", .source = "random" };
	p->num_rows = 5;
	p->aloud = "tactics hamburger\nstapler integrate";
	p->refused = &refusal;
	p->ask[0] = (struct ask){ .key = "name", .kind = ASK_TEXT, .label = "Officer 1", .hint = "full name", .preset = "Oscar Olsen" };
	p->ask[1] = (struct ask){ .key = "curve", .kind = ASK_CHOICE, .label = "Kind of key", .choice = curves, .num_choices = 2, .preset = "p384" };
	p->num_asks = 2;
}

static void cannot_be_undone(struct prompt *p)
{
	*p = base("Make the root key");
	p->irreversible = true;
	p->can_back = false;
	p->ask[0] = (struct ask){ .key = "go", .kind = ASK_CONFIRM, .label = "Make the key now" };
	p->num_asks = 1;
}

static void a_time(struct prompt *p)
{
	*p = base("What time is it?");
	p->ask[0] = (struct ask){ .key = "watch", .kind = ASK_TEXT, .label = "Watch", .shape = SHAPE_TIME };
	p->ask[1] = (struct ask){ .key = "other", .kind = ASK_TEXT, .label = "Other watch", .shape = SHAPE_TIME };
	p->num_asks = 2;
}

static void new_pin(struct prompt *p)
{
	*p = base("A new PIN");
	p->secret = true;
	p->ask[0] = (struct ask){ .key = "pin", .kind = ASK_NEW_PIN, .label = "New PIN", .least = 5, .hint = "5 to 16 characters" };
	p->num_asks = 1;
}

static void words(struct prompt *p)
{
	*p = base("Type your share back");
	p->secret = true;
	p->round = 1;
	p->num_rounds = 5;
	p->ask[0] = (struct ask){ .key = "words", .kind = ASK_WORDS, .label = "Share", .num_words = 4, .wordlist = list, .num_wordlist = COUNT_OF(list) };
	p->num_asks = 1;
}

static void card(struct prompt *p)
{
	words(p);
	p->ask[0].camera = true;
}

static struct secret share;

static void shown(struct prompt *p)
{
	*p = base("Write down your share");
	p->secret = true;
	p->role = "Custodian";
	p->who = "Dora Dunn";
	p->shown = &share;
	p->ask[0] = (struct ask){ .key = "seen", .kind = ASK_CONFIRM, .label = "Written down and checked" };
	p->num_asks = 1;
}

static void nothing_asked(struct prompt *p)
{
	*p = base("Look at the token");
}

static const struct {
	const char     *golden;
	void          (*make)(struct prompt *p);
	const char     *typed;
	bool            ok;
	enum reply_kind kind;
	const char     *fields, *secret; /* key=value; */
} talks[] = {
	{ "text-choice", text_and_choice, "Olga Orr\n2\n", true, REPLY_ANSWER, "name=Olga Orr;curve=p256;", "" },
	{ "presets", text_and_choice, "\n\n", true, REPLY_ANSWER, "name=Oscar Olsen;curve=p384;", "" },
	{ "again", text_and_choice, "wrong\nback\n\\back\np256\n", true, REPLY_ANSWER, "name=back;curve=p256;", "" },
	{ "no-choice", text_and_choice, "Olga Orr\n7\n", true, REPLY_ANSWER,
	  "name=Olga Orr;curve=withheld;!ERR_FLOW_FIELD Kind of key: not one of the choices", "" },
	{ "no-time", a_time, "25:00\n", true, REPLY_ANSWER, "watch=25:00;!ERR_FLOW_FIELD Watch: The time as HH:MM:SS, in UTC: 09:05:30", "" },
	{ "help-back", text_and_choice, "?\nback\n", true, REPLY_BACK, "", "" },
	{ "confirm", cannot_be_undone, "\nback\n Aardvark\n", true, REPLY_ANSWER, "go=yes;", "" },
	{ "no-confirm", cannot_be_undone, "123456\n", true, REPLY_ANSWER, "go=withheld;!ERR_FLOW_CONFIRM Make the key now: something else was typed", "" },
	{ "other-word", cannot_be_undone, "absurd\n", true, REPLY_ANSWER, "go=withheld;!ERR_FLOW_CONFIRM Make the key now: something else was typed", "" },
	{ "abort", cannot_be_undone, "abort\nno\nabort\nyes\nabort\nabort\nyes\naardvark\n", true, REPLY_ABORT, "", "" },
	{ "pause", cannot_be_undone, "pause\n", true, REPLY_PAUSE, "", "" },
	{ "control", cannot_be_undone, "aard\033vark\n", true, REPLY_ANSWER,
	  "go=withheld;!ERR_FLOW_FIELD Make the key now: too long, or a control character in it", "" },
	{ "new-pin", new_pin, "abort\nabort\n", true, REPLY_ANSWER, "", "abort" },
	{ "pin-short", new_pin, "1234\n", true, REPLY_ANSWER, "!ERR_FLOW_FIELD New PIN: That is too short", "" },
	{ "pin-twice", new_pin, "123456\n123457\n", true, REPLY_ANSWER, "!ERR_FLOW_TWICE New PIN: two that differ", "" },
	{ "pin-command", new_pin, "\n\n\npause\n", true, REPLY_PAUSE, "", "" },
	{ "words", words, "acad ACID\nnonsense yoga\nyoga zer\nzero\n", true, REPLY_ANSWER, "", "academic acid yoga zero" },
	{ "card-scan", card, "nonsense\n\nscan\n", true, REPLY_ANSWER, "", "" },
	{ "card-typed", card, "acad acid\n\nscan\n\\\nyoga zero\n", true, REPLY_ANSWER, "", "academic acid yoga zero" },
	{ "shown", shown, "\nalone\n\nyes\n", true, REPLY_ANSWER, "seen=yes;", "" },
	{ "shown-pause", shown, "pause\n", true, REPLY_PAUSE, "", "" },
	{ "nothing", nothing_asked, "\n", true, REPLY_ANSWER, "", "" },
	{ "ended", words, "acid\n", false, REPLY_ANSWER, "", "" },
};

static void check_golden(const char *name, struct bytes got)
{
	static uint8_t room[65536];
	struct arena   a = ARENA_ON(room);
	struct bytes   want = { 0 };
	struct err     e;
	char           path[96];

	(void)snprintf(path, sizeof path, "ceremony/cmd/test/golden/plain-%s.txt", name);
	if (getenv("ACCEPT"))
		assert_true(file_write(AT_FDCWD, path, got, 0644, &e));
	assert_true(file_read(&want, &a, AT_FDCWD, path, sizeof room / 2, &e));
	if (!bytes_equal(got, want))
		fail_msg("%s differs; got:\n%.*s", path, (int)got.len, (const char *)got.p);
}

static void every_conversation_is_as_agreed(void **state)
{
	static uint8_t out[65536], fields[4096];
	char           text[512];
	(void)state;
	for (size_t i = 0; i < COUNT_OF(talks); i++) {
		int           in = memfd_create("in", 0), to = memfd_create("out", 0);
		struct plain  pl;
		struct prompt p;
		struct arena  a = ARENA_ON(fields);
		struct reply  r = { .fields = fields_on(&a) };
		struct err    e = { 0 };
		struct buf    b = BUF_ON(text);

		assert_int_equal(write(in, talks[i].typed, strlen(talks[i].typed)), strlen(talks[i].typed));
		assert_int_equal(lseek(in, 0, SEEK_SET), 0);
		plain_open(&pl, in, to);
		pl.steady = true;
		struct face f = plain_face(&pl);
		talks[i].make(&p);
		assert_int_equal(f.ask(f.ctx, &p, &r, &e), talks[i].ok);
		if (!talks[i].ok)
			assert_int_equal(e.id, ERR_TERMINAL_LOST);
		assert_int_equal(r.kind, talks[i].kind);
		for (size_t k = 0; k < r.fields.num; k++)
			buf_fmt(&b, "%s=%s;", r.fields.item[k].key.p, r.fields.item[k].value.p);
		if (r.wrong.id != ERR_NONE)
			buf_fmt(&b, "!%s %s", err_text_of(r.wrong.id)->name, r.wrong.detail);
		assert_string_equal(buf_cstr(&b), talks[i].fields);
		assert_true(bytes_is(secret_expose(&r.secret), talks[i].secret));
		secret_done(&r.secret);
		f.close(f.ctx);
		ssize_t n = pread(to, out, sizeof out, 0);
		assert_true(n > 0);
		check_golden(talks[i].golden, bytes_of(out, (size_t)n));
		struct bytes line, rest = bytes_of(out, (size_t)n);
		while (bytes_cut(rest, '\n', &line, &rest))
			assert_true(text_columns(line) <= PLAIN_COLUMNS + 2); /* "> " may stand before a line */
		close(in);
		close(to);
	}
}

static void notices_are_lines(void **state)
{
	static const struct notice n[] = {
		{ .kind = NOTICE_EVENT, .text = "12 key-generated: P-384" },
		{ .kind = NOTICE_PROGRESS, .text = "Signing", .done = 1, .total = 2 },
		{ .kind = NOTICE_ERROR, .err = &refusal },
		{ .kind = NOTICE_END, .text = "The ceremony is done." },
	};
	int          to = memfd_create("out", 0);
	struct plain pl;
	uint8_t      out[1024];
	(void)state;
	plain_open(&pl, to, to);
	struct face f = plain_face(&pl);
	for (size_t i = 0; i < COUNT_OF(n); i++)
		f.tell(f.ctx, &n[i]);
	ssize_t len = pread(to, out, sizeof out, 0);
	check_golden("notices", bytes_of(out, (size_t)len));
	close(to);
}

/* Reads from the terminal until `want` has come; false after ten seconds. */
static bool wait_for(int fd, struct buf *seen, const char *want)
{
	for (int i = 0; i < 1000; i++) {
		uint8_t c[256];
		ssize_t n = read(fd, c, sizeof c);
		if (n > 0)
			buf_put(seen, bytes_of(c, (size_t)n));
		if (strstr(buf_cstr(seen), want))
			return true;
		usleep(10000);
	}
	return false;
}

static void a_terminal_does_not_echo_a_secret(void **state)
{
	char       text[16384];
	struct buf seen = BUF_ON(text);
	int        fd = -1, status = -1;
	pid_t      child = forkpty(&fd, NULL, NULL, NULL);
	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		static uint8_t room[4096];
		struct plain   pl;
		struct prompt  p;
		struct arena   a = ARENA_ON(room);
		struct reply   r = { .fields = fields_on(&a) };
		struct err     e;
		plain_open(&pl, 0, 1);
		struct face f = plain_face(&pl);
		new_pin(&p);
		bool good = f.ask(f.ctx, &p, &r, &e) && bytes_is(secret_expose(&r.secret), "s3cret");
		struct termios t;
		good = good && tcgetattr(0, &t) == 0 && !(t.c_lflag & ECHO); /* until something is asked */
		f.close(f.ctx);
		good = good && tcgetattr(0, &t) == 0 && (t.c_lflag & ECHO); /* echo is back */
		_exit(good ? 0 : 1);
	}
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	assert_true(wait_for(fd, &seen, "Enter.\r\n> "));
	assert_int_equal(write(fd, "s3cret\n", 7), 7);
	assert_true(wait_for(fd, &seen, "again:\r\n> "));
	assert_int_equal(write(fd, "junk\003\n", 6), 6); /* Ctrl-C spoils the line and kills nothing */
	assert_true(wait_for(fd, &seen, "Nothing was typed."));
	assert_int_equal(write(fd, "\n", 1), 1);
	seen.len = 0;
	assert_true(wait_for(fd, &seen, "Enter.\r\n> "));
	assert_int_equal(write(fd, "s3cret\n", 7), 7);
	assert_true(wait_for(fd, &seen, "again:\r\n> "));
	assert_int_equal(write(fd, "s3cret\n", 7), 7);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	(void)wait_for(fd, &seen, "\r\n> \r\n");
	assert_null(strstr(buf_cstr(&seen), "s3cret"));
	assert_null(strstr(buf_cstr(&seen), "junk"));
	assert_true(buf_ok(&seen));
	close(fd);
}

/* Asks for a new PIN when a line has come that nobody asked for. */
static int early_child(void)
{
	static uint8_t room[4096];
	struct plain   pl;
	struct prompt  p;
	struct arena   a = ARENA_ON(room);
	struct reply   r = { .fields = fields_on(&a) };
	struct pollfd  in = { .fd = 0, .events = POLLIN };
	struct err     e;

	plain_open(&pl, 0, 1);
	plain_echo(&pl, PLAIN_QUIET);
	struct face f = plain_face(&pl);
	f.tell(f.ctx, &(struct notice){ .kind = NOTICE_EVENT, .text = "work goes on" });
	(void)poll(&in, 1, -1);
	new_pin(&p);
	bool good = f.ask(f.ctx, &p, &r, &e) && bytes_is(secret_expose(&r.secret), "s3cret");
	cannot_be_undone(&p);
	f.tell(f.ctx, &(struct notice){ .kind = NOTICE_EVENT, .text = "more work" });
	(void)poll(&in, 1, -1);
	good = good && f.ask(f.ctx, &p, &r, &e);
	return good ? 0 : 1;
}

static void what_is_typed_early_is_neither_shown_nor_taken(void **state)
{
	char           text[16384];
	struct buf     seen = BUF_ON(text);
	struct termios t;
	int            fd = -1, status = -1;
	pid_t          child = forkpty(&fd, NULL, NULL, NULL);

	(void)state;
	assert_true(child >= 0);
	if (child == 0)
		_exit(early_child());
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	assert_true(wait_for(fd, &seen, "work goes on"));
	assert_int_equal(write(fd, "98765432\n7654", 13), 13); /* a line, and the beginning of another */
	assert_true(wait_for(fd, &seen, "not taken.\r\n> "));
	assert_int_equal(write(fd, "s3cret\n", 7), 7);
	assert_true(wait_for(fd, &seen, "again:\r\n> "));
	assert_int_equal(write(fd, "s3cret\n", 7), 7);
	assert_true(wait_for(fd, &seen, "more work"));
	seen.len = 0;
	assert_int_equal(write(fd, "aardvark\n5432", 13), 13);
	assert_true(wait_for(fd, &seen, "not taken.\r\n> "));
	assert_null(strstr(buf_cstr(&seen), "5432"));
	assert_int_equal(write(fd, "absu", 4), 4); /* and what is typed now is shown */
	assert_true(wait_for(fd, &seen, "absu"));
	assert_int_equal(write(fd, "\034\003", 2), 2); /* characters like others: it is the SIGTERM that ends it */
	assert_true(wait_for(fd, &seen, "^C"));
	assert_int_equal(kill(child, SIGTERM), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	assert_int_equal(tcgetattr(fd, &t), 0);
	assert_true(t.c_lflag & ECHO); /* the terminal is given back as it was */
	assert_null(strstr(buf_cstr(&seen), "5432"));
	assert_null(strstr(buf_cstr(&seen), "s3cret"));
	assert_true(buf_ok(&seen));
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_conversation_is_as_agreed),
		cmocka_unit_test(notices_are_lines),
		cmocka_unit_test(a_terminal_does_not_echo_a_secret),
		cmocka_unit_test(what_is_typed_early_is_neither_shown_nor_taken),
	};
	struct err e;
	if (!process_harden(&e) || !secret_set(&share, BYTES_LIT("academic acid acne yield yoga zero"), &e))
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	secret_done(&share);
	return failed;
}
