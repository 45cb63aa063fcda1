/* cost_test.c: what the face costs: one painting for each key, a few octets on the line, and nothing while nobody types. Counted, so
 * that no machine is too slow for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ceremony/port/clock.h"
#include "tui/test/person.h"

#define KEYS 100

static void each_key_is_one_frame(void **state)
{
	uint64_t most = 0;

	(void)state;
	start("text");
	assert_true(vt_wait(&vt, "Witness 1"));
	vt_settle(&vt);
	for (int i = 0; i < KEYS; i++) {
		uint64_t before = vt.num_read;
		vt_type(&vt, i % 2 ? "\177" : "x");
		while (!vt_read(&vt, 50)) /* it answers each of them */
			assert_false(vt.ended);
		while (vt_read(&vt, 5))
			;
		most = vt.num_read - before > most ? vt.num_read - before : most;
	}
	assert_in_range(most, 1, 120); /* octets: an eighth of a second at 9600 baud, where the whole screen takes two */
	leave();
	assert_int_equal(job->keys, KEYS + 2);
	assert_int_equal(job->frames, job->keys + job->idle); /* the last key leads out, the first painting led in */
}

static void keys_that_queue_up_are_all_taken(void **state)
{
	char many[KEYS + 1];

	(void)state;
	memset(many, 'x', KEYS);
	many[KEYS] = 0;
	start("text");
	assert_true(vt_wait(&vt, "Witness 1"));
	vt_settle(&vt);
	vt_type(&vt, many);
	type_keys("\ra\rb\r");
	char want[KEYS + 64];
	(void)snprintf(want, sizeof want, "officer-1=%s;officer-2=a;witness-1=b;", many);
	ends_with(REPLY_ANSWER, want, "");
}

static unsigned long ticks(void)
{
	char          path[64], line[512];
	unsigned long user = 0, sys = 0;

	(void)snprintf(path, sizeof path, "/proc/%d/stat", vt.child);
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof line, f));
	(void)fclose(f);
	assert_int_equal(sscanf(strrchr(line, ')'), ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &sys), 2);
	return user + sys;
}

/* How often the process went to sleep: each time is one that it was woken. */
static unsigned long sleeps(void)
{
	char          path[64], line[256];
	unsigned long n = 0;

	(void)snprintf(path, sizeof path, "/proc/%d/status", vt.child);
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		(void)sscanf(line, "voluntary_ctxt_switches: %lu", &n);
	(void)fclose(f);
	return n;
}

static void waiting_costs_nothing(void **state)
{
	struct clock c = clock_system();

	(void)state;
	start("text");
	assert_true(vt_wait(&vt, "Witness 1"));
	vt_settle(&vt);
	unsigned long before = ticks(), slept = sleeps();
	uint64_t      read = vt.num_read, began = c.mono(c.ctx);
	assert_false(vt_read(&vt, 10300));
	uint64_t seconds = (c.mono(c.ctx) - began) / 1000;
	assert_in_range(ticks() - before, 0, 2); /* of 1030 */
	assert_in_range(sleeps() - slept, 0, seconds + 2); /* the clock's, once a second */
	assert_int_equal(vt.num_read, read);
	leave();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_key_is_one_frame),
		cmocka_unit_test(keys_that_queue_up_are_all_taken),
		cmocka_unit_test(waiting_costs_nothing),
	};
	person_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
