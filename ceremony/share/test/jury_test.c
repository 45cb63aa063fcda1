/* jury_test.c: too many, foreign and forged shares, and who is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ceremony/share/test/given.h"

/* Combining by the rules, beyond what the vectors show. */
static void refusals_of_combine(void **state)
{
	SET                  set = { 0 };
	SECRET               master = { 0 }, got = { 0 };
	struct slip39_scheme scheme = plain_scheme(2, 3);
	struct err           e = { 0 };

	(void)state;
	master_of(&master, 16);
	set_make(&set, &scheme, &master, NULL, 5);
	struct slip39_share s[3] = { set.share[0], set.share[1], set.share[2] }; /* lent */
	assert_false(slip39_combine(&got, s, 0, NULL, &e));
	assert_int_equal(e.id, ERR_SHARE_NONE);
	assert_false(slip39_combine(&got, s, 3, NULL, &e));
	assert_int_equal(e.id, ERR_SHARE_TOO_MANY);
	for (size_t num = 0; num <= 3; num++) {
		static const enum err_id expected[] = { ERR_SHARE_NONE, ERR_SHARE_TOO_FEW, 0, ERR_SHARE_TOO_MANY };
		assert_int_equal(slip39_check(s, num, &e), num == 2);
		if (num != 2)
			assert_int_equal(e.id, expected[num]);
	}
	s[1] = s[0];
	assert_false(slip39_combine(&got, s, 2, NULL, &e));
	assert_int_equal(e.id, ERR_SHARE_TWICE);
	assert_string_equal(e.detail, "group 1, share 1");
	s[1] = set.share[1];
	s[1].ext = false;
	assert_false(slip39_combine(&got, s, 2, NULL, &e));
	assert_int_equal(e.id, ERR_SHARE_EXTENDABLE);
	s[1] = set.share[1];
	s[1].value.len -= 2;
	assert_false(slip39_combine(&got, s, 2, NULL, &e));
	assert_int_equal(e.id, ERR_SHARE_VALUE_LENGTH);
	assert_null(got.p);
}

static void extra_shares_agree(void **state)
{
	SET                  set = { 0 };
	SECRET               master = { 0 };
	struct slip39_scheme scheme = { .group_threshold = 2, .num_groups = 3, .group = { { 2, 4 }, { 1, 1 }, { 3, 5 } } };
	struct err           e = { 0 };
	bool                 forged[10];

	(void)state;
	master_of(&master, 32);
	set_make(&set, &scheme, &master, NULL, 9);
	SECRET got = { 0 }, fewer = { 0 };
	assert_true(slip39_combine_all(&got, forged, set.share, set.num, NULL, &e));
	assert_true(secret_equal(&got, &master));
	assert_true(slip39_combine_all(&fewer, forged, set.share, 5, NULL, &e));
	assert_true(secret_equal(&fewer, &master));
	SECRET none = { 0 };
	assert_false(slip39_combine_all(&none, forged, set.share, 6, NULL, &e));
	assert_int_equal(e.id, ERR_SHARE_TOO_FEW);
}

static void a_forged_share_is_named(void **state)
{
	struct slip39_scheme scheme = plain_scheme(3, 5);

	(void)state;
	for (size_t num = 3; num <= 5; num++) {
		for (size_t bad = 0; bad < num; bad++) {
			SET        set = { 0 };
			SECRET     master = { 0 }, got = { 0 };
			struct err e = { 0 };
			bool       forged[5];
			char       expected[40];
			struct buf b = BUF_ON(expected);
			master_of(&master, 32);
			set_make(&set, &scheme, &master, NULL, 11);
			set.share[bad].value.p[31 - bad] ^= 0x40;
			assert_false(slip39_combine_all(&got, forged, set.share, num, NULL, &e));
			assert_null(got.p);
			assert_int_equal(e.id, num == 3 ? ERR_SHARE_DIGEST : ERR_SHARE_FORGED);
			buf_fmt(&b, "group 1, share %zu", bad + 1);
			if (num > 3)
				assert_string_equal(e.detail, buf_cstr(&b));
			for (size_t i = 0; i < num; i++)
				assert_int_equal(forged[i], num > 3 && i == bad);
		}
	}
}

static void two_parties_accuse_nobody(void **state)
{
	SET                  ours = { 0 }, theirs = { 0 };
	SECRET               master = { 0 }, got = { 0 };
	struct slip39_scheme scheme = plain_scheme(2, 5);
	struct err           e = { 0 };
	bool                 forged[5];

	(void)state;
	master_of(&master, 16);
	set_make(&ours, &scheme, &master, NULL, 21);
	set_make(&theirs, &scheme, &master, NULL, 22);
	struct slip39_share s[5];
	for (size_t i = 0; i < 5; i++) {
		s[i] = (i > 2 ? &theirs : &ours)->share[i]; /* lent: three of one split, two of another */
		s[i].id = ours.share[0].id;
	}
	assert_false(slip39_combine_all(&got, forged, s, 5, NULL, &e));
	assert_int_equal(e.id, ERR_SHARE_DIGEST);
	for (size_t i = 0; i < 5; i++)
		assert_false(forged[i]);
	/* With one of them alone it is clear again. */
	assert_false(slip39_combine_all(&got, forged, s, 4, NULL, &e));
	assert_int_equal(e.id, ERR_SHARE_FORGED);
	assert_true(forged[3] && !forged[0] && !forged[1] && !forged[2]);
}

static void a_forged_group_is_named(void **state)
{
	SET                  set = { 0 };
	SECRET               master = { 0 }, got = { 0 };
	struct slip39_scheme scheme = { .group_threshold = 2, .num_groups = 3, .group = { { 1, 1 }, { 1, 1 }, { 2, 2 } } };
	struct err           e = { 0 };
	bool                 forged[4];

	(void)state;
	master_of(&master, 16);
	set_make(&set, &scheme, &master, NULL, 31);
	set.share[1].value.p[3] ^= 1;
	assert_false(slip39_combine_all(&got, forged, set.share, 4, NULL, &e));
	assert_int_equal(e.id, ERR_SHARE_FORGED);
	assert_string_equal(e.detail, "group 2, share 1");
	assert_true(forged[1] && !forged[0] && !forged[2] && !forged[3]);
	assert_false(slip39_combine_all(&got, forged, set.share, 2, NULL, &e));
	assert_int_equal(e.id, ERR_SHARE_DIGEST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_of_combine),
		cmocka_unit_test(extra_shares_agree),
		cmocka_unit_test(a_forged_share_is_named),
		cmocka_unit_test(two_parties_accuse_nobody),
		cmocka_unit_test(a_forged_group_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
