/* crl_diff_test.c: what the review of a list names, and that what it has no room for is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ceremony/flow/crl_diff.h"

#define CERTS 100

static struct ledger_cert     cert[CERTS];
static struct flow_revocation revocation[CERTS];
static char                   name[CERTS][24];
static struct ledger          ledger;

/* So many are revoked by name, so many have expired on the list: as the review has them. */
static void rows(struct prompt *p, struct arena *scratch, unsigned added, unsigned expired, size_t head, size_t most)
{
	struct flow f = { .scratch = scratch, .before = &ledger, .revocation = revocation, .num_revocations = added, .crl_number = crl_number_of(7) };

	ledger = (struct ledger){ .cert = cert, .crl_this_update = 1000 };
	for (unsigned i = 0; i < CERTS; i++) {
		(void)snprintf(name[i], sizeof name[i], "CN=%u", i);
		cert[i] = (struct ledger_cert){ .subject = name[i], .not_after = i < expired ? 1 : 2000, .revoked = i < expired, .next = &cert[i + 1] };
		revocation[i] = (struct flow_revocation){ .cert = &cert[i], .reason = 4 };
	}
	cert[CERTS - 1].next = NULL;
	*p = (struct prompt){ .num_rows = head };
	crl_diff_rows(&f, p, most);
}

static void all_are_named_or_counted(void **state)
{
	static const unsigned nums[] = { 0, 1, 2, 9, 10, 12, 13, 14, 15, 16, 40, 90 };
	static uint8_t        room[65536];
	static struct prompt  p;
	const size_t          head = 4;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(nums) * COUNT_OF(nums); i++) {
		const unsigned added = nums[i / COUNT_OF(nums)], expired = nums[i % COUNT_OF(nums)];
		struct arena   scratch = ARENA_ON(room);
		unsigned       named[2] = { 0, 0 }, more = 0;

		rows(&p, &scratch, added, expired, head, CRL_DIFF_ROWS);
		assert_true(p.num_rows <= CRL_DIFF_ROWS);
		assert_string_equal(p.row[head].label, "Compared with list");
		assert_string_equal(p.row[head].value, "7");
		for (size_t k = head + 1; k < p.num_rows; k++) {
			const struct row *r = &p.row[k];
			assert_true(r->mark);
			if (strcmp(r->label, "Changes") == 0)
				assert_int_equal(sscanf(r->value, "and %u more,", &more), 1);
			else
				named[strcmp(r->label, "Added") != 0]++;
		}
		assert_int_equal(named[0] + named[1] + more, added + expired);
		assert_true(more == 0 || p.num_rows == CRL_DIFF_ROWS);
		assert_true(named[0] == added || named[1] == 0); /* what is new comes first */
	}
}

/* Nobody reads of a change that is not there: a name stands with its reason. */
static void a_name_and_its_reason(void **state)
{
	static uint8_t       room[4096];
	static struct prompt p;
	struct arena         scratch = ARENA_ON(room);

	(void)state;
	rows(&p, &scratch, 1, 0, 0, CRL_DIFF_ROWS_LARGE);
	assert_int_equal(p.num_rows, 2);
	assert_string_equal(p.row[1].label, "Added");
	assert_string_equal(p.row[1].value, "CN=0 (superseded)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_named_or_counted),
		cmocka_unit_test(a_name_and_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
