/* due_test.c: what is due, soon and overdue, to the second. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ceremony/cmd/due.h"

#define NOW 1795251600

static struct ledger_cert second = { .name = "b.csr", .subject = "CN=B", .not_after = NOW + 400 * UTC_DAY, .signed_at = NOW };
static struct ledger_cert first = {
	.name = "a.csr", .subject = "CN=A\x1b", .not_after = NOW + 300 * UTC_DAY, .signed_at = NOW, .next = &second
};

static struct ledger a_ca(void)
{
	return (struct ledger){
		.organisation = "Example",
		.root_cert = BYTES_LIT("root"),
		.root_not_after = NOW + 7000 * UTC_DAY,
		.crl_number = crl_number_of(3),
		.crl_next_update = NOW + 364 * UTC_DAY,
		.cert = &first,
		.num_certs = 2,
	};
}

static enum due_state state_at(const struct ledger *l, const char *what, int64_t now)
{
	struct due due[8];
	size_t     num = due_list(due, COUNT_OF(due), l, now);

	for (size_t i = 0; i < num; i++)
		if (strcmp(due[i].what, what) == 0)
			return due[i].state;
	fail_msg("no %s", what);
	return DUE_PAST;
}

static void the_next_list(void **state)
{
	struct ledger l = a_ca();
	int64_t       at = l.crl_next_update;

	(void)state;
	assert_int_equal(state_at(&l, "next revocation list", NOW), DUE_LATER);
	assert_int_equal(state_at(&l, "next revocation list", at - 30 * UTC_DAY - 1), DUE_LATER);
	assert_int_equal(state_at(&l, "next revocation list", at - 30 * UTC_DAY), DUE_SOON);
	assert_int_equal(state_at(&l, "next revocation list", at - 1), DUE_SOON);
	assert_int_equal(state_at(&l, "next revocation list", at), DUE_OVERDUE);
}

static void the_first_list_within_a_day(void **state)
{
	struct ledger l = a_ca();

	(void)state;
	l.crl_number = crl_number_of(0); /* a list without a number was taken over: it ends all the same */
	assert_int_equal(state_at(&l, "next revocation list", l.crl_next_update), DUE_OVERDUE);
	l.crl_next_update = 0;
	assert_int_equal(state_at(&l, "first revocation list", NOW), DUE_SOON);
	assert_int_equal(state_at(&l, "first revocation list", NOW + UTC_DAY), DUE_OVERDUE);
}

static void ends(void **state)
{
	struct ledger l = a_ca();
	struct due    due[8];

	(void)state;
	assert_int_equal(state_at(&l, "end of a certificate", NOW + 209 * UTC_DAY), DUE_LATER);
	assert_int_equal(state_at(&l, "end of a certificate", NOW + 210 * UTC_DAY), DUE_SOON);
	assert_int_equal(state_at(&l, "end of the root certificate", NOW + 7000 * UTC_DAY), DUE_OVERDUE);
	first.revoked = true;
	assert_int_equal(state_at(&l, "end of a revoked certificate", NOW + 210 * UTC_DAY), DUE_PAST);
	first.revoked = false;
	assert_int_equal(due_list(due, COUNT_OF(due), &l, NOW), 4);
	for (size_t i = 1; i < 4; i++)
		assert_true(due[i - 1].at <= due[i].at);
	assert_string_equal(due[0].of, "CN=A\\x1b"); /* what is foreign is escaped */
	assert_int_equal(due_list(due, 2, &l, NOW), 2);
}

/* Three that were signed ahead: one of them was overtaken. */
static void lists_that_were_signed_ahead(void **state)
{
	struct ledger_list two = { .number = crl_number_of(2), .this_update = NOW, .next_update = NOW + 100 * UTC_DAY, .file = "root-2.crl" };
	struct ledger_list three = { .number = crl_number_of(3), .this_update = NOW + 90 * UTC_DAY, .next_update = NOW + 190 * UTC_DAY, .ahead = true, .file = "root-3.crl", .next = &two };
	struct ledger_list four = { .number = crl_number_of(4), .this_update = NOW + 180 * UTC_DAY, .next_update = NOW + 280 * UTC_DAY, .ahead = true, .file = "root-4.crl", .next = &three };
	struct ledger      l = a_ca();
	const char        *publish = "publish the list that was signed ahead", *never = "never publish the list that was signed ahead";
	struct due         due[8];

	(void)state;
	l.list = &four;
	assert_int_equal(due_most(&l), 2 + 2 + 3);
	assert_int_equal(state_at(&l, publish, NOW + 76 * UTC_DAY - 1), DUE_LATER);
	assert_int_equal(state_at(&l, publish, NOW + 76 * UTC_DAY), DUE_SOON);
	assert_int_equal(due_list(due, COUNT_OF(due), &l, NOW), 6);
	assert_string_equal(due[0].of, "root-3.crl");
	assert_string_equal(due[0].key, "publish-3");
	/* Whether it was published nobody here knows: on its day it becomes the list of today. */
	assert_int_equal(due_list(due, COUNT_OF(due), &l, NOW + 90 * UTC_DAY), 5);
	assert_ptr_equal(ledger_list_at(&l, NOW + 90 * UTC_DAY), &three);
	assert_ptr_equal(ledger_list_at(&l, NOW + 90 * UTC_DAY - 1), &two);
	assert_null(ledger_list_at(&l, NOW - 1));
	three.instead = four.instead = crl_number_of(5);
	assert_int_equal(state_at(&l, never, NOW), DUE_VOID);
	assert_int_equal(due_list(due, COUNT_OF(due), &l, NOW + 190 * UTC_DAY), 5); /* the third has ended by itself */
	for (size_t i = 0; i < 5; i++)
		assert_string_not_equal(due[i].what, publish);
}

static void nothing_is_due_where_nothing_is(void **state)
{
	struct ledger l;
	struct due    due[2];

	(void)state;
	ledger_init(&l);
	assert_int_equal(due_list(due, COUNT_OF(due), &l, NOW), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_list),
		cmocka_unit_test(the_first_list_within_a_day),
		cmocka_unit_test(ends),
		cmocka_unit_test(lists_that_were_signed_ahead),
		cmocka_unit_test(nothing_is_due_where_nothing_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
