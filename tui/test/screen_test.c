/* screen_test.c: the face on a real pseudo-terminal: what it looks like, and what keys do.
 *
 * Golden text in tui/test/golden; ACCEPT=1 in the environment rewrites it (make accept). */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/base/file.h"
#include "tui/test/person.h"
#include "tui/tui.h"

static const struct {
	const char *golden, *sample, *term, *locale;
	int         lines, cols;
	bool        ascii, tail;
	const char *keys, *wait;
} looks[] = {
	{ "text", "text", "xterm-256color", "C.UTF-8", 25, 80, false, true, "", "Witness 1" },
	{ "refused", "refused", "xterm-256color", "C.UTF-8", 25, 80, false, false, "", "NOT TAKEN" },
	{ "named-twice", "named-twice", "xterm-256color", "C.UTF-8", 25, 80, false, false, "", "NOT TAKEN" },
	{ "start", "start", "xterm-256color", "C.UTF-8", 25, 80, false, false, "\020\030", "No ceremony runs" },
	{ "paper-slip", "paper", "xterm-256color", "C.UTF-8", 25, 80, false, false, "optic  phr", "No word of the paper" },
	{ "paper-begun", "paper", "xterm-256color", "C.UTF-8", 25, 80, false, false, "optic onlook", "optic ******_" },
	{ "irreversible", "irreversible", "xterm-256color", "C.UTF-8", 25, 80, false, false, "", "Type aardvark" },
	{ "irreversible-slip", "irreversible", "xterm-256color", "C.UTF-8", 25, 80, false, false, "987654y321", "Only the word" },
	{ "irreversible-vt100", "irreversible", "vt100", "C", 25, 80, false, true, "", "Type aardvark" },
	{ "choice", "choice", "xterm-256color", "C.UTF-8", 25, 80, false, false, "2", "\xe2\x80\xa2) 2" },
	{ "list", "list", "xterm-256color", "C.UTF-8", 25, 80, false, false, "", "13 of 13" },
	{ "list-found", "list", "xterm-256color", "C.UTF-8", 25, 80, false, false, "yEARLz", "Nothing on the list" },
	{ "list-end", "list", "vt100", "C", 25, 80, false, false,
	  "\033[B\033[B\033[B\033[B\033[B\033[B\033[B\033[B\033[B\033[B\033[B\033[B\033[B", "(*) Leave" },
	{ "list-folded", "folded", "xterm-256color", "C.UTF-8", 25, 80, false, false, "", "12 others" },
	{ "list-unfolded", "folded", "xterm-256color", "C.UTF-8", 22, 80, false, false, "\033[B\033[B", "13 of 13" },
	{ "ways", "ways", "xterm-256color", "C.UTF-8", 25, 80, false, false, "", "NOT TAKEN" },
	{ "ways-last", "ways", "xterm-256color", "C.UTF-8", 25, 80, false, false, "4", "\xe2\x80\xa2) 4" },
	{ "digest", "digest", "xterm-256color", "C.UTF-8", 25, 80, false, false, "", "Olga Orr agrees" },
	{ "several", "several", "xterm-256color", "C.UTF-8", 25, 80, false, false, "", "to be chosen" },
	{ "several-last", "several", "xterm-256color", "C.UTF-8", 25, 80, false, false, "a\t2\t", "P-256" },
	{ "pin", "pin", "xterm-256color", "C.UTF-8", 25, 80, false, false, "123", "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2" },
	{ "pin-console", "pin", "linux", "C.UTF-8", 25, 80, false, false, "123", "***" },
	{ "words", "words", "xterm-256color", "C.UTF-8", 25, 80, false, false, "acad acid yog", "Word 3 of 5  \xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2" },
	{ "words-unknown", "words", "xterm-256color", "C.UTF-8", 25, 80, false, false, "acad nono ", "No such word" },
	{ "shown-covered", "shown", "xterm-256color", "C.UTF-8", 25, 80, false, false, "", "press" },
	{ "aloud", "aloud", "xterm-256color", "C.UTF-8", 25, 80, false, false, "", "spyglass" },
	{ "review", "review", "xterm-256color", "C.UTF-8", 25, 80, false, false, "", "PgDn" },
	{ "review-unread", "review", "xterm-256color", "C.UTF-8", 25, 80, false, false, "\r", "more above" },
	{ "aloud-unread", "aloud", "xterm-256color", "C.UTF-8", 20, 80, false, false, "stapler\r", "There is more to read" },
	{ "agree-one", "agree", "xterm-256color", "C.UTF-8", 25, 80, false, false, "\r", "\xe2\x9c\x93 Oscar" },
	{ "agree-slip", "agree", "xterm-256color", "C.UTF-8", 25, 80, false, false, "Oscar", "Enter confirms" },
	{ "agree-skipped", "agree", "xterm-256color", "C.UTF-8", 25, 80, false, false, "\t\r", "not confirmed yet" },
	{ "review-end", "review", "xterm-256color", "C.UTF-8", 25, 80, false, false, "\033[6~\033[6~\033[6~\033[6~", "look here" },
	{ "review-large", "review", "xterm-256color", "C.UTF-8", 48, 128, false, true, "", "look here" },
	{ "names", "names", "xterm-256color", "C.UTF-8", 25, 80, false, false, "", "Go on" },
	{ "names-ascii", "names", "xterm-256color", "C", 25, 80, false, false, "", "Go on" },
	{ "names-asked-ascii", "names", "xterm-256color", "C.UTF-8", 25, 80, true, false, "", "Go on" },
	{ "narrow", "text", "xterm-256color", "C.UTF-8", 22, 70, false, false, "", "Witness 1" },
	{ "small", "text", "xterm-256color", "C.UTF-8", 15, 40, false, false, "", "larger" },
	{ "help", "irreversible", "xterm-256color", "C.UTF-8", 25, 80, false, false, "\033OP", "If it fails" },
	{ "record", "text", "xterm-256color", "C.UTF-8", 25, 80, false, true, "\033[17~\033[A\033[A", "On the record: 5 of 5" },
	{ "record-found", "text", "xterm-256color", "C.UTF-8", 25, 80, false, true, "\0064  some", "On the record: 1 of 5" },
	{ "look", "review", "xterm-256color", "C.UTF-8", 25, 80, false, false, "\033[18~\033[B", "2 of" },
	{ "qr", "qr", "xterm-256color", "C.UTF-8", 25, 80, false, false, "", "frames at 80x25" },
	{ "qr-ascii", "qr", "xterm-256color", "C", 25, 80, false, false, "", "too many" },
	{ "qr-shown", "qr", "xterm-256color", "C.UTF-8", 25, 80, false, false, "\r <<<<<<<<", "now 1, standing still" },
	{ "qr-shown-ascii", "qr", "vt100", "C", 48, 128, false, false, "\r <<<<<<<<", "now 1, standing still" },
	{ "abort", "text", "xterm-256color", "C.UTF-8", 25, 80, false, false, "\030", "stays on the record" },
	{ "abort-again", "text", "xterm-256color", "C.UTF-8", 25, 80, false, false, "\030aAB", "AB__" },
	{ "no-way-back", "irreversible", "xterm-256color", "C.UTF-8", 25, 80, false, false, "\033", "no way back" },
};

static void every_screen_is_as_agreed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(looks); i++) {
		memset(job, 0, sizeof *job);
		job->ascii = looks[i].ascii;
		job->tail = looks[i].tail;
		start_at(looks[i].sample, looks[i].lines, looks[i].cols, looks[i].term, looks[i].locale);
		assert_true(vt_wait(&vt, strcmp(looks[i].golden, "small") == 0 ? "larger" : "UTC"));
		type_keys(looks[i].keys);
		if (!vt_wait(&vt, looks[i].wait))
			fail_msg("%s: never came: %s", looks[i].golden, looks[i].wait);
		check_golden(looks[i].golden);
		if (strncmp(looks[i].golden, "qr-shown", 8) == 0)
			vt_type(&vt, "q");
		if (strcmp(looks[i].golden, "small") == 0)
			vt_resize(&vt, 25, 80);
		assert_true(vt_wait(&vt, "UTC"));
		if (strcmp(looks[i].golden, "help") == 0 || strncmp(looks[i].golden, "abort", 5) == 0 ||
		    strncmp(looks[i].golden, "record", 6) == 0 || strcmp(looks[i].golden, "look") == 0)
			type_keys("\r\r"); /* one by one: what comes with an Enter that is too fast is thrown away */
		assert_true(vt_wait_gone(&vt, "Esc or Enter: back"));
		assert_true(vt_wait_gone(&vt, "ABORT THE CEREMONY"));
		assert_true(vt_wait_gone(&vt, "back to the prompt"));
		if (strcmp(looks[i].golden, "start") == 0) { /* there is nothing to pause */
			type_keys("\033");
			ends_with(REPLY_BACK, "", "");
		} else {
			leave();
		}
	}
}

static const struct {
	const char     *sample, *wait, *keys;
	enum reply_kind kind;
	const char     *fields, *secret;
} talks[] = {
	{ "text", "Witness 1", "\rOlga\tWanda\r", REPLY_ANSWER, "officer-1=Oscar Olsen;officer-2=Olga;witness-1=Wanda;", "" },
	{ "text", "Witness 1", "\025X\033[D\033[DY\033[3~Z\033OF!\177?\ra\rb\r", REPLY_ANSWER, "officer-1=YZ?;officer-2=a;witness-1=b;", "" },
	{ "text", "Witness 1", "\025Zo\xc3\xab\xc3\xab\177\ra\rb\r", REPLY_ANSWER, "officer-1=Zo\xc3\xab;officer-2=a;witness-1=b;", "" },
	{ "text", "Witness 1", "\t\tw\033[A\033[Z\033[Fo\r\ra\r\r", REPLY_ANSWER, "officer-1=Oscar Olseno;officer-2=a;witness-1=w;", "" },
	{ "text", "Witness 1", "\003\033[19~\033[99~\033[1;2y\ra\rb\r", REPLY_ANSWER, "officer-1=Oscar Olsen;officer-2=a;witness-1=b;", "" },
	{ "text", "Witness 1", "\033", REPLY_BACK, "", "" },
	{ "text", "Witness 1", "\033OQ\r", REPLY_PAUSE, "", "" },
	{ "text", "Witness 1", "\033OR", REPLY_EXCEPTION, "", "" },
	{ "text", "Witness 1", "typed\005", REPLY_EXCEPTION, "", "" },
	{ "pin", "again", "123\033[13~", REPLY_EXCEPTION, "", "" },
	{ "words", "Word 1", "acid zer\033[[C", REPLY_EXCEPTION, "", "" },
	{ "shown", "press", "\r \033OR", REPLY_EXCEPTION, "", "" },
	{ "shown", "press", "\033[15~", REPLY_PEOPLE, "", "" },
	{ "irreversible", "Type aardvark", "aa\027", REPLY_PEOPLE, "", "" },
	{ "text", "Witness 1", "\033OQxX\ra\rb\r", REPLY_ANSWER, "officer-1=X;officer-2=a;witness-1=b;", "" },
	{ "text", "Witness 1", "\033[21~aaArdvark\r", REPLY_ABORT, "", "" },
	{ "text", "Witness 1", "\033[21~aaardwolf\r\ra\rb\r", REPLY_ANSWER, "officer-1=Oscar Olsen;officer-2=a;witness-1=b;", "" },
	{ "text", "Witness 1", "\033[21~\r\ra\rb\r", REPLY_ANSWER, "officer-1=Oscar Olsen;officer-2=a;witness-1=b;", "" },
	{ "choice", "3  RSA", "\r9x\033[B\033[B\033[B\033[A\r", REPLY_ANSWER, "kind=p256;", "" },
	{ "list", "13 of 13", "\ryear\033[B\033[B\r", REPLY_ANSWER, "what=9;", "" },
	{ "list", "13 of 13", "reh\033[Ar\177\177\177\177\177\033[A\r", REPLY_ANSWER, "what=7;", "" },
	{ "irreversible", "Type aardvark", "\r\raa\010\010123\025AaRxy\177\177Dvark\r", REPLY_ANSWER, "go=yes;", "" },
	{ "irreversible", "Type aardvark", "aardvar\r", REPLY_ANSWER, "go=withheld;!ERR_FLOW_CONFIRM", "" },
	{ "irreversible", "Type aardvark", "1aardvark\r", REPLY_ANSWER, "go=withheld;!ERR_FLOW_CONFIRM", "" },
	{ "irreversible", "Type aardvark", "aardvarks\r", REPLY_ANSWER, "go=withheld;!ERR_FLOW_CONFIRM", "" },
	{ "pin", "again", "good\xc3\xa9\177\r\rgood\r", REPLY_ANSWER, "", "good" },
	{ "pin", "again", "123456\r123457\r", REPLY_ANSWER, "!ERR_FLOW_TWICE", "" },
	{ "words", "Word 1", "acid zer\177\177\177\177ACAD acidic acid\ryoga \177yog nono yield zero\racne \r", REPLY_ANSWER, "",
	  "academic acid yield zero acne" },
	{ "card", "Word 1", "\r", REPLY_ANSWER, "", "" },
	{ "card", "Word 1", "acid \ryog\177\177\177\177\r", REPLY_ANSWER, "", "" },
	{ "paper", "Words 3", "9OPTIC  onlookerz onlOOker\r12\r", REPLY_ANSWER, "back=OPTIC onlOOker;", "12" },
	{ "paper", "Words 3", "optic onlooker\033[D\033[D\033[Dxacme\025optic onlooker\r12\r", REPLY_ANSWER, "back=optic onlooker;", "12" },
	{ "named-twice", "NOT TAKEN", "Wanda\r", REPLY_ANSWER, "officer-1=Oscar Olsen;officer-2=Olga Orr;witness-1=Wanda;", "" },
	{ "review", "PgDn", "\r\033[6~\033[6~\033[6~\033[6~\r", REPLY_ANSWER, "agreed=yes;", "" },
	{ "agree", "Olga", "Olga\r", REPLY_ANSWER, "officer-1=withheld;!ERR_FLOW_CONFIRM", "" },
	{ "agree", "Olga", "\rx\r", REPLY_ANSWER, "officer-1=yes;officer-2=withheld;!ERR_FLOW_CONFIRM", "" },
	{ "agree", "Olga", "\r\r", REPLY_ANSWER, "officer-1=yes;officer-2=yes;", "" },
	{ "agree", "Olga", "\t\r\r\033[B\r", REPLY_ANSWER, "officer-1=yes;officer-2=yes;", "" },
	{ "names", "Go on", "\r", REPLY_ANSWER, "", "" },
	{ "qr", "frames at", "x\t2\r", REPLY_ANSWER, "qr.1=no;taken.1=no;", "" },
	{ "shown", "press", "\r \r", REPLY_ANSWER, "written=yes;", "" },
	{ "shown", "press", "\r \033OS\r\r", REPLY_ANSWER, "written=yes;", "" },
};

static void keys_become_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(talks); i++) {
		start(talks[i].sample);
		assert_true(vt_wait(&vt, talks[i].wait));
		vt_settle(&vt);
		type_keys(talks[i].keys);
		ends_with(talks[i].kind, talks[i].fields, talks[i].secret);
	}
}

static bool logged(const char *text)
{
	return memmem(vt.log, vt.num_read < sizeof vt.log ? vt.num_read : sizeof vt.log, text, strlen(text)) != NULL;
}

static void a_secret_comes_when_asked_for_and_goes(void **state)
{
	(void)state;
	start("shown");
	assert_true(vt_wait(&vt, "press"));
	vt_settle(&vt);
	assert_false(logged("duckling"));
	vt_type(&vt, "\r");
	assert_true(vt_wait(&vt, "33 alto"));
	check_golden("shown");
	assert_false(logged("...................."));
	vt_type(&vt, "q");
	assert_true(vt_wait(&vt, "It is hidden"));
	assert_true(logged("....................")); /* crossed out before it was cleared */
	check_golden("shown-hidden");
	vt_type(&vt, "\022"); /* Ctrl-R */
	assert_true(vt_wait(&vt, "33 alto"));
	vt_type(&vt, "\033OQ"); /* even F2 only hides */
	assert_true(vt_wait(&vt, "It is hidden"));
	leave();
}

static void a_secret_hides_itself(void **state)
{
	(void)state;
	memset(job, 0, sizeof *job);
	job->secret_seconds = 2;
	start_at("shown", 25, 80, "xterm", "C.UTF-8");
	assert_true(vt_wait(&vt, "press"));
	vt_settle(&vt);
	vt_type(&vt, "\r");
	assert_true(vt_wait(&vt, "33 alto"));
	assert_true(vt_wait(&vt, "It is hidden"));
	assert_true(vt_wait_gone(&vt, "alto"));
	leave();
}

static void a_pin_never_reaches_the_terminal(void **state)
{
	(void)state;
	start("pin");
	assert_true(vt_wait(&vt, "again"));
	vt_settle(&vt);
	vt_type(&vt, "{|}`"); /* characters that no sequence holds */
	vt_settle(&vt);
	vt_type(&vt, "\r");
	vt_settle(&vt);
	vt_type(&vt, "{|}`\r");
	ends_with(REPLY_ANSWER, "", "{|}`");
	assert_true(logged("again"));
	assert_false(logged("{"));
	assert_false(logged("|"));
	assert_false(logged("}"));
	assert_false(logged("`"));
}

static void what_was_refused_can_be_corrected(void **state)
{
	(void)state;
	memset(job, 0, sizeof *job);
	job->twice = true;
	start_at("text", 25, 80, "xterm", "C.UTF-8");
	assert_true(vt_wait(&vt, "Witness 1"));
	vt_type(&vt, "\033[F!\rOlga\rWanda\r");
	assert_true(vt_wait(&vt, "NOT TAKEN"));
	check_golden("corrected");
	vt_type(&vt, "\177?\r\r\r");
	ends_with(REPLY_ANSWER, "officer-1=Oscar Olsen?;officer-2=Olga;witness-1=Wanda;", "");

	memset(job, 0, sizeof *job); /* what was chosen, too */
	job->twice = true;
	start_at("choice", 25, 80, "xterm", "C.UTF-8");
	assert_true(vt_wait(&vt, "Kind of key"));
	type_line("2");
	assert_true(vt_wait(&vt, "NOT TAKEN"));
	assert_true(vt_wait(&vt, "\xe2\x80\xa2) 2"));
	type_line("");
	ends_with(REPLY_ANSWER, "kind=p256;", "");

	memset(job, 0, sizeof *job); /* but what is to be typed back is typed anew */
	job->twice = true;
	start_at("aloud", 25, 80, "xterm", "C.UTF-8");
	assert_true(vt_wait(&vt, "spyglass"));
	type_line("stapler");
	assert_true(vt_wait(&vt, "NOT TAKEN"));
	assert_true(vt_wait(&vt, "Words 3 and 7  ____"));
	type_line("ringbolt");
	ends_with(REPLY_ANSWER, "back=ringbolt;", "");
}

static void a_resize_loses_no_key(void **state)
{
	(void)state;
	start("text");
	assert_true(vt_wait(&vt, "Witness 1"));
	vt_type(&vt, "\025Os");
	vt_resize(&vt, 40, 120);
	vt_type(&vt, "car");
	vt_resize(&vt, 30, 70);
	vt_type(&vt, " Ol");
	vt_resize(&vt, 10, 30);
	assert_true(vt_wait(&vt, "larger"));
	vt_settle(&vt);
	vt_resize(&vt, 25, 80);
	assert_true(vt_wait(&vt, "Oscar Ol_"));
	vt_type(&vt, "sen\rOlga\rWanda\r");
	ends_with(REPLY_ANSWER, "officer-1=Oscar Olsen;officer-2=Olga;witness-1=Wanda;", "");
}

static bool has_stopped(void)
{
	int status = 0;

	for (int i = 0; i < 500; i++) {
		(void)vt_read(&vt, 20);
		if (waitpid(vt.child, &status, WNOHANG | WUNTRACED) == vt.child)
			return WIFSTOPPED(status);
	}
	return false;
}

static void stopping_hides_a_secret(void **state)
{
	(void)state;
	for (int by_signal = 0; by_signal < 2; by_signal++) {
		start("shown");
		assert_true(vt_wait(&vt, "press"));
		vt_settle(&vt);
		vt_type(&vt, "\r");
		assert_true(vt_wait(&vt, "33 alto"));
		vt_settle(&vt); /* curses ignores the signal while it writes */
		if (by_signal)
			assert_int_equal(kill(vt.child, SIGTSTP), 0);
		else
			vt_type(&vt, "\032");
		assert_true(has_stopped());
		vt_settle(&vt);
		assert_true(vt_wait_gone(&vt, "alto"));
		uint64_t before = vt.num_read;
		assert_int_equal(kill(vt.child, SIGCONT), 0);
		if (!vt_wait(&vt, "It is hidden"))
			fail_msg("by signal %d, ended %d: %.*s", by_signal, vt.ended, (int)(vt.num_read - before), vt.log + before);
		vt_settle(&vt);
		assert_null(memmem(vt.log + before, vt.num_read - before, "alto", 4));
		leave();
	}
}

static void a_lost_terminal_is_an_error(void **state)
{
	int status = -1;
	(void)state;
	start("text");
	assert_true(vt_wait(&vt, "Witness 1"));
	assert_int_equal(close(vt.fd), 0);
	for (int i = 0; i < 500 && waitpid(vt.child, &status, WNOHANG) == 0; i++)
		(void)nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_false(job->ok);
	assert_int_equal(job->error, ERR_TERMINAL_LOST);
}

static int no_terminal_main(void *ctx)
{
	struct tui         t = { 0 };
	struct tui_options o = { .clock = clock_system() };
	struct err         e = { 0 };
	(void)ctx;
	return !tui_open(&t, &o, &e) && e.id == ERR_TERMINAL_NONE && !t.curses ? 7 : 8;
}

static void a_terminal_of_no_kind_is_refused(void **state)
{
	(void)state;
	assert_true(vt_start(&vt, 25, 80, "no-such-terminal", "C.UTF-8", no_terminal_main, NULL));
	assert_int_equal(vt_end(&vt), 7);
}

/* Clock ticks that the child has used. */
static void meaning_does_not_hang_on_colour(void **state)
{
	(void)state;
	memset(job, 0, sizeof *job);
	start_at("irreversible", 25, 80, "vt100", "C");
	assert_true(vt_wait(&vt, "Type aardvark"));
	vt_settle(&vt);
	assert_int_equal(vt_attr_of(&vt, "! THIS CANNOT BE UNDONE !"), VT_REVERSE | VT_BOLD);
	assert_int_equal(vt_attr_of(&vt, " REHEARSAL "), VT_BOLD);
	assert_int_equal(vt_attr_of(&vt, "Example Root CA G1  "), VT_REVERSE);
	assert_int_equal(vt_attr_of(&vt, "> Root key"), VT_BOLD);
	assert_int_equal(vt_attr_of(&vt, ". Sign-off"), 0);
	assert_int_equal(vt_attr_of(&vt, "Make the root key"), VT_BOLD | VT_UNDERLINE);
	leave();
}

/* Scrolled to its end before Enter closes it; other keys, a resize and what was typed ahead do not. */
static void the_last_screen_stays_until_it_was_read(void **state)
{
	(void)state;
	memset(job, 0, sizeof *job);
	job->tail = true;
	job->end = 1;
	start_at("text", 25, 80, "xterm-256color", "C.UTF-8");
	assert_true(vt_wait(&vt, "Enter: more"));
	vt_settle(&vt);
	check_golden("end");
	vt_type(&vt, "x\032"); /* Ctrl-Z: the test is no shell that would let it go on */
	assert_true(has_stopped());
	assert_int_equal(kill(vt.child, SIGCONT), 0);
	vt_settle(&vt);
	vt_type(&vt, "\r");
	assert_true(vt_wait(&vt, "Enter: close"));
	check_golden("end-read");
	vt_type(&vt, "\r");
	assert_int_equal(vt_end(&vt), 0);

	memset(job, 0, sizeof *job);
	job->end = 2;
	start_at("text", 37, 100, "vt100", "C");
	assert_true(vt_wait(&vt, "Enter: close"));
	vt_settle(&vt);
	check_golden("end-bad-vt100");
	vt_type(&vt, "\r");
	assert_int_equal(vt_end(&vt), 0);
	memset(job, 0, sizeof *job);
}

/* The bar gives way, not what Esc does. */
static void a_wait_says_whether_it_can_be_stopped(void **state)
{
	static const struct {
		const char *text, *wait;
		bool        stop;
	} cases[] = {
		{ "judging the list", "\xe2\x96\xa0\xe2\x96\xa1\xe2\x96\xa1\xe2\x96\xa1\xe2\x96\xa1\xe2\x96\xa1\xe2\x96\xa1 75%  Esc: stop it", true },
		{ "reading the list back", "\xe2\x96\xa0\xe2\x96\xa1\xe2\x96\xa1\xe2\x96\xa1 75%  It cannot be stopped", false },
		{ "writing the record to the medium", "0:00: writing the record to the medium  75%  It cannot be stopped", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		memset(job, 0, sizeof *job);
		job->waits = cases[i].text;
		job->stop = cases[i].stop;
		start_at("text", 25, 80, "xterm-256color", "C.UTF-8");
		assert_true(vt_wait(&vt, cases[i].wait));
		vt_type(&vt, "x");
		assert_int_equal(vt_end(&vt), 0);
	}
	memset(job, 0, sizeof *job);
	job->waits = "looking for the medium, 5 seconds at most";
	job->where = "ways";
	start_at("text", 25, 80, "xterm-256color", "C.UTF-8");
	assert_true(vt_wait(&vt, "at most  "));
	vt_settle(&vt);
	check_golden("wait");
	vt_type(&vt, "x");
	assert_int_equal(vt_end(&vt), 0);
	memset(job, 0, sizeof *job);
}

/* An argument picks tests by a pattern. */
int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_screen_is_as_agreed),
		cmocka_unit_test(keys_become_answers),
		cmocka_unit_test(a_secret_comes_when_asked_for_and_goes),
		cmocka_unit_test(a_secret_hides_itself),
		cmocka_unit_test(a_pin_never_reaches_the_terminal),
		cmocka_unit_test(what_was_refused_can_be_corrected),
		cmocka_unit_test(a_resize_loses_no_key),
		cmocka_unit_test(stopping_hides_a_secret),
		cmocka_unit_test(a_lost_terminal_is_an_error),
		cmocka_unit_test(a_terminal_of_no_kind_is_refused),
		cmocka_unit_test(meaning_does_not_hang_on_colour),
		cmocka_unit_test(the_last_screen_stays_until_it_was_read),
		cmocka_unit_test(a_wait_says_whether_it_can_be_stopped),
	};
	person_init();
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
