/* series_test.c: the ceremony of torture_test.c with lists that are signed ahead of their time, and what the next
 * ceremony finds in the ledger. */
#include "ceremony/flow/test/torture.h"

/* What the next ceremony begins with: the numbers are used up, and only the first list's day has come. */
static void a_series_in_the_ledger(void **state)
{
	struct process p;
	struct ledger  l;
	struct err     e = { 0 };
	int64_t        begin = 0;
	uint64_t       number = num_lists;

	(void)state;
	fresh_world();
	process_new(&p);
	assert_true(process_run_or_cut(&p, false));
	ledger_init(&l);
	OK(flow_ledger(&p.runner.flow, &l, &p.runner.arena, "abc", &e), e);
	assert_int_equal(crl_number_compare(l.crl_number, crl_number_of(num_lists)), 0);
	assert_int_equal(l.crl_this_update, p.runner.flow.crl_time);
	assert_true(l.crl_next_update > l.crl_this_update + 240 * UTC_DAY);
	for (const struct ledger_list *x = l.list; x; x = x->next, number--) {
		assert_int_equal(crl_number_compare(x->number, crl_number_of(number)), 0);
		assert_int_equal(x->ahead, number > 1);
		assert_true(!begin || (x->this_update < begin - 80 * UTC_DAY && x->next_update > begin + 7 * UTC_DAY));
		begin = x->this_update;
	}
	assert_int_equal(number, 0);
	assert_ptr_equal(ledger_list_at(&l, begin + 100 * UTC_DAY)->next->next, NULL);
	/* Expired on the second list's day, which has not come: the entry stays. */
	struct ledger_cert c = { .not_after = begin + UTC_DAY };
	assert_false(ledger_is_over(&l, &c));
	c.not_after = begin - 1;
	assert_true(ledger_is_over(&l, &c));
	process_done(&p);
}

/* A ceremony that is ended for good between two signatures: those that were made are used numbers. */
static void a_series_that_breaks_off(void **state)
{
	struct process p;
	struct ledger  l;
	struct err     e = { 0 };
	unsigned       seen = 0;

	(void)state;
	for (uint64_t cut = 1; cut <= num_events; cut++) {
		fresh_world();
		world.stop_after = cut;
		process_new(&p);
		assert_false(process_run_or_cut(&p, false));
		if (p.runner.flow.num_crls && p.runner.flow.num_crls < num_lists) {
			ledger_init(&l);
			OK(flow_ledger(&p.runner.flow, &l, &p.runner.arena, NULL, &e), e);
			assert_int_equal(crl_number_compare(l.crl_number, crl_number_of(p.runner.flow.num_crls)), 0);
			assert_int_equal(l.crl_this_update, p.runner.flow.crl_time);
			seen++;
		}
		process_done(&p);
	}
	assert_true(seen >= num_lists - 1);
}

/* The same ceremony, with three lists in place of one. */
static int set_up_series(void **state)
{
	if (set_up(state) != 0 || !stage_script(&stage, &script, "rehearsal", "profile = crl-ca\n", "profile = crl-series\nseries = 3\nevery = 3 months\n"))
		return -1;
	num_lists = 3;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(power_cut_after_every_event),
		cmocka_unit_test(every_call_fails_once),
		cmocka_unit_test(a_series_in_the_ledger),
		cmocka_unit_test(a_series_that_breaks_off),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, set_up_series, tear_down);
}
