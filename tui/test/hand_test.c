/* hand_test.c: only a hand confirms: not what was typed before it was asked, nor what was pasted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "tui/test/person.h"

static void what_was_typed_ahead_confirms_nothing(void **state)
{
	struct timespec wait = { .tv_nsec = 200000000 };
	(void)state;
	start("irreversible");
	vt_type(&vt, "aardvark\raardvark\r"); /* before it is on the screen */
	assert_true(vt_wait(&vt, "Type aardvark"));
	(void)nanosleep(&wait, NULL);
	vt_settle(&vt);
	assert_int_equal(waitpid(vt.child, NULL, WNOHANG), 0); /* still asking */
	leave();
}

/* Not by a terminal that marks it, and not by one that sends it as if it were typed. */
static void what_is_pasted_confirms_nothing(void **state)
{
	(void)state;
	start("irreversible");
	assert_true(vt_wait(&vt, "Type aardvark"));
	vt_settle(&vt);
	vt_type(&vt, "\033[200~aardvark\raardvark\r\033[201~");
	assert_true(vt_wait(&vt, "Pasted text is not taken here"));
	vt_type(&vt, "aardvark\raardvark\r");
	assert_true(vt_wait(&vt, "too fast for a hand"));
	check_golden("irreversible-pasted");
	vt_settle(&vt);
	vt_type(&vt, "\r");
	ends_with(REPLY_ANSWER, "go=yes;", "");

	start("pin");
	assert_true(vt_wait(&vt, "again"));
	vt_settle(&vt);
	vt_type(&vt, "\033[200~1234\r1234\r\033[201~");
	assert_true(vt_wait(&vt, "Pasted text is not taken here"));
	leave();

	start("text"); /* open text takes it, but nothing is answered by it */
	assert_true(vt_wait(&vt, "Witness 1"));
	vt_settle(&vt);
	vt_type(&vt, "\033[200~Wanda\rWeber\033\r\033[21~\033[201~");
	assert_true(vt_wait(&vt, "WandaWeber"));
	type_keys("\ra\rb\r");
	ends_with(REPLY_ANSWER, "officer-1=WandaWeber;officer-2=a;witness-1=b;", "");
}

static void typed_words_are_not_lost_by_one_key(void **state)
{
	(void)state;
	start("words");
	assert_true(vt_wait(&vt, "Word 1"));
	vt_settle(&vt);
	type_keys("acid zer\033");
	assert_true(vt_wait(&vt, "Esc once more goes back"));
	type_keys("o\033");
	assert_true(vt_wait(&vt, "Esc once more goes back"));
	vt_type(&vt, "\033");
	ends_with(REPLY_BACK, "", "");
}

/* A word that the refusal names is typed again; the others are still there. */
static void one_wrong_word_is_one_word_again(void **state)
{
	(void)state;
	memset(job, 0, sizeof *job);
	job->twice = true;
	job->wrong_word = 2;
	start_at("words", 25, 80, "xterm-256color", "C.UTF-8");
	assert_true(vt_wait(&vt, "Word 1 of 5"));
	vt_settle(&vt);
	type_keys("acid zero acne acid yoga \r");
	assert_true(vt_wait(&vt, "NOT TAKEN"));
	assert_true(vt_wait(&vt, "Word 2 of 5, again"));
	check_golden("words-again");
	type_keys("\r"); /* not the same again by a slip */
	assert_true(vt_wait(&vt, "Type this word again"));
	type_keys("acad ");
	assert_true(vt_wait(&vt, "All words are there"));
	type_keys("\033[D\033[D\033[Dyiel "); /* the third, by the arrows */
	assert_true(vt_wait(&vt, "All words are there"));
	type_keys("\033[D\033[C\r");
	ends_with(REPLY_ANSWER, "", "acid academic yield acid yoga");
}

static void without_a_place_all_are_typed_again(void **state)
{
	(void)state;
	memset(job, 0, sizeof *job);
	job->twice = true;
	start_at("words", 25, 80, "xterm-256color", "C.UTF-8");
	assert_true(vt_wait(&vt, "Word 1 of 5"));
	vt_settle(&vt);
	type_keys("acid zero acne acid yoga \r");
	assert_true(vt_wait(&vt, "NOT TAKEN"));
	assert_true(vt_wait(&vt, "Word 1 of 5"));
	leave();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_typed_ahead_confirms_nothing),
		cmocka_unit_test(what_is_pasted_confirms_nothing),
		cmocka_unit_test(typed_words_are_not_lost_by_one_key),
		cmocka_unit_test(one_wrong_word_is_one_word_again),
		cmocka_unit_test(without_a_place_all_are_typed_again),
	};
	person_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
