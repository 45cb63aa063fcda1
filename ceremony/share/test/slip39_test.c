/* slip39_test.c: share sets by the 45 vectors of SLIP-0039, by what lies between, and by
 * round trips. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ceremony/share/feistel.h"
#include "ceremony/share/shamir.h"
#include "ceremony/share/test/given.h"
#include "ceremony/share/test/tsv.h"

#define VECTORS       "ceremony/share/test/vectors.tsv"
#define INTERMEDIATES "ceremony/share/test/intermediates.tsv"

static void shares_done(struct slip39_share *share, size_t num)
{
	for (size_t i = 0; i < num; i++)
		slip39_share_done(&share[i]);
}

/* Parses and combines; true if there is a master secret. */
static bool combine_texts(struct secret *master, const struct bytes *text, size_t num, struct err *e)
{
	struct slip39_share share[TSV_MAX_FIELDS] = { 0 };
	SECRET              passphrase = { 0 };
	bool                ok = true;

	secret_is(&passphrase, BYTES_LIT("TREZOR"));
	for (size_t i = 0; ok && i < num; i++)
		ok = parse_text(&share[i], text[i], e);
	ok = ok && slip39_combine(master, share, num, &passphrase, e);
	shares_done(share, num);
	return ok;
}

static void all_vectors(void **state)
{
	struct tsv   t;
	struct bytes field[TSV_MAX_FIELDS];
	size_t       num_fields, num_good = 0, num_refused = 0;

	(void)state;
	for (tsv_open(&t, VECTORS); (num_fields = tsv_next(&t, field)) > 0;) {
		SECRET     master = { 0 }, expected = { 0 };
		struct err e = { 0 };
		bool       ok = combine_texts(&master, field + 3, num_fields - 3, &e);
		if (bytes_is(field[1], "ok")) {
			if (!ok)
				print_error("%.*s: %s\n", (int)field[0].len, (const char *)field[0].p, e.detail);
			assert_true(ok);
			secret_is_hex(&expected, field[2]);
			assert_true(secret_equal(&master, &expected));
			num_good++;
			continue;
		}
		assert_false(ok);
		assert_null(master.p);
		if (!bytes_is(field[1], err_text_of(e.id)->name))
			print_error("%.*s\n", (int)field[0].len, (const char *)field[0].p);
		assert_int_equal(e.id, err_by_name(field[1]));
		num_refused++;
	}
	tsv_close(&t);
	assert_int_equal(num_good, 15);
	assert_int_equal(num_refused, 30);
}

static unsigned number(struct bytes text)
{
	uint64_t v = 0;

	assert_true(bytes_to_u64(&v, text, 65535));
	return (unsigned)v;
}

static void same_share(const struct slip39_share *share, const struct bytes *row, struct bytes expected)
{
	struct bytes part[5];
	SECRET       value = { 0 };

	for (size_t i = 0; i < 5; i++)
		assert_true(bytes_cut(expected, ',', &part[i], &expected));
	secret_is_hex(&value, expected);
	assert_int_equal(share->id, number(row[1]));
	assert_int_equal(share->ext, number(row[2]));
	assert_int_equal(share->exponent, number(row[3]));
	assert_int_equal(share->group_index, number(part[0]));
	assert_int_equal(share->group_threshold, number(part[1]));
	assert_int_equal(share->num_groups, number(part[2]));
	assert_int_equal(share->member_index, number(part[3]));
	assert_int_equal(share->member_threshold, number(part[4]));
	assert_true(secret_equal(&share->value, &value));
}

/* The fields of the vector of a number: how many. */
static size_t find_vector(struct bytes field[TSV_MAX_FIELDS], struct tsv *t, struct bytes wanted)
{
	struct bytes head = { 0 }, tail;
	size_t       num_fields;

	tsv_open(t, VECTORS);
	do {
		num_fields = tsv_next(t, field);
	} while (num_fields && bytes_cut(field[0], '.', &head, &tail) && !bytes_equal(head, wanted));
	return num_fields;
}

static void fields_sealed_secret_and_words(void **state)
{
	struct tsv   t, v;
	struct bytes row[TSV_MAX_FIELDS], vector[TSV_MAX_FIELDS];
	size_t       num, num_rows = 0;

	(void)state;
	for (tsv_open(&t, INTERMEDIATES); (num = tsv_next(&t, row)) > 0; num_rows++) {
		struct err e = { 0 };
		SECRET     sealed = { 0 }, master = { 0 }, opened = { 0 }, again = { 0 }, passphrase = { 0 };
		assert_int_equal(find_vector(vector, &v, row[0]) - 3, num - 5);
		for (size_t i = 5; i < num; i++) {
			struct slip39_share share = { 0 };
			SECRET              text = { 0 };
			assert_true(parse_text(&share, vector[i - 2], &e));
			same_share(&share, row, row[i]);
			assert_true(slip39_put(&text, &share, &e));
			assert_true(bytes_equal(secret_expose(&text), vector[i - 2]));
			slip39_share_done(&share);
		}
		struct feistel f = { (uint16_t)number(row[1]), number(row[2]) == 1, (uint8_t)number(row[3]) };
		secret_is(&passphrase, BYTES_LIT("TREZOR"));
		secret_is_hex(&sealed, row[4]);
		secret_is_hex(&master, vector[2]);
		assert_true(feistel_open(&opened, &f, &sealed, &passphrase, &e));
		assert_true(secret_equal(&opened, &master));
		assert_true(feistel_seal(&again, &f, &master, &passphrase, &e));
		assert_true(secret_equal(&again, &sealed));
		tsv_close(&v);
	}
	tsv_close(&t);
	assert_int_equal(num_rows, 15);
}

/* The wanted groups, and in each as many members as needed: the last ones. */
static size_t choose(struct slip39_share *out, const struct set *s, const struct slip39_scheme *scheme,
                     uint32_t groups)
{
	size_t num = 0, at = 0;

	for (unsigned g = 0; g < scheme->num_groups; at += scheme->group[g++].count)
		for (unsigned m = 0; groups >> g & 1 && m < scheme->group[g].threshold; m++)
			out[num++] = s->share[at + scheme->group[g].count - 1 - m]; /* lent */
	return num;
}

static void check_round_trip(const struct slip39_scheme *scheme, size_t len, const char *passphrase_text)
{
	SET                 set = { 0 };
	SECRET              master = { 0 }, passphrase = { 0 };
	struct slip39_share chosen[SLIP39_MAX_SHARES];
	struct err          e = { 0 };

	master_of(&master, len);
	secret_is(&passphrase, bytes_str(passphrase_text));
	set_make(&set, scheme, &master, &passphrase, len + 1);
	for (uint32_t groups = 1; groups < UINT32_C(1) << scheme->num_groups; groups++) {
		SECRET got = { 0 };
		size_t num = choose(chosen, &set, scheme, groups);
		int    num_chosen = __builtin_popcount(groups);
		bool   ok = slip39_combine(&got, chosen, num, &passphrase, &e);
		if (num_chosen == scheme->group_threshold) {
			assert_true(ok);
			assert_true(secret_equal(&got, &master));
			continue;
		}
		assert_false(ok);
		assert_int_equal(e.id, num_chosen < scheme->group_threshold ? ERR_SHARE_TOO_FEW_GROUPS
		                                                            : ERR_SHARE_TOO_MANY_GROUPS);
	}
}

static void round_trips(void **state)
{
	static const struct slip39_scheme schemes[] = {
		{ 0, true, 1, 1, { { 1, 1 } }, NULL },
		{ 0, true, 1, 1, { { 2, 2 } }, NULL },
		{ 0, false, 1, 1, { { 2, 3 } }, NULL },
		{ 1, true, 1, 1, { { 3, 5 } }, NULL },
		{ 0, true, 1, 1, { { 16, 16 } }, NULL },
		{ 0, true, 1, 1, { { 2, 16 } }, NULL },
		{ 0, true, 1, 2, { { 1, 1 }, { 2, 3 } }, NULL },
		{ 0, false, 2, 2, { { 3, 3 }, { 2, 5 } }, NULL },
		{ 0, true, 2, 4, { { 1, 1 }, { 1, 1 }, { 3, 5 }, { 2, 6 } }, NULL },
		{ 0, true, 4, 4, { { 1, 1 }, { 4, 5 }, { 3, 5 }, { 2, 6 } }, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(schemes); i++)
		check_round_trip(&schemes[i], 16 + 2 * i, i % 2 ? "" : "a ~ Passphrase");
	struct slip39_scheme plain = plain_scheme(2, 3);
	for (size_t len = SLIP39_MIN_SECRET; len <= SLIP39_MAX_SECRET; len += len < 40 ? 2 : 54)
		check_round_trip(&plain, len, "");
}

/* 16 groups of 16: the most there can be. */
static void the_largest_set(void **state)
{
	SET                  set = { 0 };
	SECRET               master = { 0 }, got = { 0 };
	struct slip39_scheme scheme = { .ext = true, .group_threshold = 16, .num_groups = 16 };
	struct err           e = { 0 };

	(void)state;
	for (size_t g = 0; g < 16; g++)
		scheme.group[g].threshold = scheme.group[g].count = 16;
	master_of(&master, 32);
	set_make(&set, &scheme, &master, NULL, 7);
	assert_int_equal(set.num, 256);
	assert_true(slip39_combine(&got, set.share, set.num, NULL, &e));
	assert_true(secret_equal(&got, &master));
}

static void another_passphrase_opens_another_secret(void **state)
{
	SET                  set = { 0 };
	SECRET               master = { 0 }, got = { 0 }, wrong = { 0 };
	struct slip39_scheme scheme = plain_scheme(2, 2);
	struct err           e = { 0 };

	(void)state;
	master_of(&master, 32);
	secret_is(&wrong, BYTES_LIT("wrong"));
	set_make(&set, &scheme, &master, NULL, 3);
	assert_true(slip39_combine(&got, set.share, 2, &wrong, &e));
	assert_int_equal(got.len, 32);
	assert_false(secret_equal(&got, &master));
}

static void random_sets_differ(void **state)
{
	SECRET               master = { 0 };
	struct secret        text[2][2] = { 0 };
	struct slip39_scheme scheme = plain_scheme(2, 2);
	struct err           e = { 0 };
	size_t               num = 0;

	(void)state;
	master_of(&master, 32);
	for (size_t i = 0; i < 2; i++)
		assert_true(slip39_split(text[i], 2, &num, &scheme, &master, NULL, &rng_system, &e));
	assert_false(secret_equal(&text[0][0], &text[1][0]));
	for (size_t i = 0; i < 4; i++)
		secret_done(&text[i / 2][i % 2]);
}

static bool fill_once(void *context, uint8_t *out, size_t len, struct err *e)
{
	int *left = context;

	memset(out, 0x5a, len);
	return (*left)-- > 0 ? true : err_set(e, ERR_FILE_READ, "the generator is dry");
}

static void a_dry_generator_leaves_nothing(void **state)
{
	SECRET               master = { 0 };
	struct secret        text[6] = { 0 };
	struct slip39_scheme scheme = { .group_threshold = 2, .num_groups = 2, .group = { { 2, 3 }, { 2, 3 } } };

	(void)state;
	master_of(&master, 16);
	for (int calls = 0; calls <= 4; calls++) {
		int        left = calls;
		struct rng rng = { fill_once, &left };
		struct err e = { 0 };
		size_t     num = 99;
		bool       ok = slip39_split(text, 6, &num, &scheme, &master, NULL, &rng, &e);
		assert_int_equal(ok, calls == 4); /* the id, the groups, two groups' members */
		assert_int_equal(num, ok ? 6 : 99);
		if (!ok)
			assert_int_equal(e.id, ERR_FILE_READ);
		for (size_t i = 0; i < 6; i++) {
			assert_int_equal(text[i].p != NULL, ok);
			secret_done(&text[i]);
		}
	}
}

static void bad_schemes(void **state)
{
	static const struct slip39_scheme bad[] = {
		{ 16, true, 1, 1, { { 1, 1 } }, NULL },
		{ 0, true, 0, 1, { { 1, 1 } }, NULL },
		{ 0, true, 2, 1, { { 1, 1 } }, NULL },
		{ 0, true, 1, 0, { { 1, 1 } }, NULL },
		{ 0, true, 1, 17, { { 1, 1 } }, NULL },
		{ 0, true, 1, 1, { { 0, 1 } }, NULL },
		{ 0, true, 1, 1, { { 3, 2 } }, NULL },
		{ 0, true, 1, 1, { { 2, 17 } }, NULL },
		{ 0, true, 1, 1, { { 1, 2 } }, NULL },
		{ 0, true, 1, 2, { { 2, 2 }, { 0, 0 } }, NULL },
	};
	struct err           e = { 0 };
	struct slip39_scheme good = plain_scheme(2, 3);
	struct secret        text[3] = { 0 };
	size_t               num = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		e.id = ERR_NONE;
		assert_false(slip39_scheme_check(&bad[i], &e));
		assert_int_equal(e.id, ERR_SHARE_SCHEME);
	}
	for (size_t len = 0; len <= SLIP39_MAX_SECRET + 2; len++) {
		SECRET master = { 0 };
		if (len % 2 == 0 && len >= SLIP39_MIN_SECRET && len <= SLIP39_MAX_SECRET)
			continue;
		master_of(&master, len);
		assert_false(slip39_split(text, 3, &num, &good, &master, NULL, &rng_system, &e));
		assert_int_equal(e.id, ERR_SHARE_SECRET_LENGTH);
	}
	SECRET master = { 0 };
	master_of(&master, 16);
	assert_false(slip39_split(text, 2, &num, &good, &master, NULL, &rng_system, &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
}

static void passphrases(void **state)
{
	static const struct {
		const char *text;
		bool        good;
	} cases[] = {
		{ "", true },      { " !~", true },     { "tab\t", false },        { "\x1f", false },
		{ "\x7f", false }, { "\x80", false },   { "caf\xc3\xa9", false }, { "ok\n", false },
	};
	struct slip39_scheme scheme = plain_scheme(1, 1);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		SECRET     master = { 0 }, passphrase = { 0 }, text = { 0 };
		struct err e = { 0 };
		size_t     num = 0;
		master_of(&master, 16);
		secret_is(&passphrase, bytes_str(cases[i].text));
		bool ok = slip39_split(&text, 1, &num, &scheme, &master, &passphrase, &rng_system, &e);
		assert_int_equal(ok, cases[i].good);
		assert_int_equal(e.id, ok ? 0 : ERR_SHARE_PASSPHRASE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_vectors),
		cmocka_unit_test(fields_sealed_secret_and_words),
		cmocka_unit_test(round_trips),
		cmocka_unit_test(the_largest_set),
		cmocka_unit_test(another_passphrase_opens_another_secret),
		cmocka_unit_test(random_sets_differ),
		cmocka_unit_test(a_dry_generator_leaves_nothing),
		cmocka_unit_test(bad_schemes),
		cmocka_unit_test(passphrases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
