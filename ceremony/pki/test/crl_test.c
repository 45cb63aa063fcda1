/* crl_test.c: revocation lists built, read back, bent and broken, and a million entries. */
#include "ceremony/pki/test/throwaway.h"

#include <time.h>

static struct chain *chain;

static int make_chain(void **state)
{
	(void)state;
	chain = chain_new(KEY_P384, KEY_P256);
	return 0;
}

static int free_chain(void **state)
{
	(void)state;
	chain_free(chain);
	return 0;
}

static void is_what_was_planned(void **state)
{
	struct crl_entry x;
	struct err       e = { 0 };
	struct bytes     rest = chain->crl.revoked;

	(void)state;
	OK(crl_matches(&chain->crl, &chain->crl_plan, &e), e);
	OK(crl_verify(&chain->crl, &chain->root.key, &e), e);
	assert_false(crl_verify(&chain->crl, &chain->sub.key, &e));
	assert_int_equal(chain->crl.num_entries, 2);
	assert_int_equal(chain->crl.next_update, THROWAWAY_NOW + 364 * UTC_DAY - 1);
	OK(crl_next(&rest, &x, &e), e);
	assert_int_equal(x.reason, 4);
	OK(crl_next(&rest, &x, &e), e);
	assert_int_equal(x.serial_len, 20);
	assert_int_equal(rest.len, 0);
}

static void nothing_revoked_is_no_field(void **state)
{
	struct crl_plan p = chain->crl_plan;
	struct err      e = { 0 };

	(void)state;
	p.num_entries = 0;
	p.number = crl_number_of(UINT64_MAX);
	struct crl c = chain_crl(chain, &p);
	assert_int_equal(c.num_entries, 0);
	assert_int_equal(c.revoked.len, 0);
	assert_int_equal(crl_number_compare(c.number, p.number), 0);
	OK(crl_matches(&c, &p, &e), e);
}

static void an_entry_without_reason_has_no_extensions(void **state)
{
	struct crl_entry x = chain->entry[0];
	struct crl_plan  p = chain->crl_plan;
	struct err       e = { 0 };

	(void)state;
	x.reason = 0;
	p.entry = &x;
	p.num_entries = 1;
	struct crl c = chain_crl(chain, &p);
	OK(crl_matches(&c, &p, &e), e);
	assert_int_equal(c.revoked.len, 2 + 4 + 15);
}

/* What the builder refuses: one change, one error. */
static void same_serial(struct crl_plan *p, struct crl_entry *x)
{
	(void)p;
	x[1] = x[0];
}
static void swapped(struct crl_plan *p, struct crl_entry *x)
{
	struct crl_entry y = x[0];
	(void)p;
	x[0] = x[1];
	x[1] = y;
}
static void no_serial(struct crl_plan *p, struct crl_entry *x)
{
	(void)p;
	x[0].serial_len = 0;
}
static void leading_zero(struct crl_plan *p, struct crl_entry *x)
{
	(void)p;
	x[1].serial[0] = 0;
}
static void ca_compromise(struct crl_plan *p, struct crl_entry *x)
{
	(void)p;
	x[0].reason = 2;
}
static void on_hold(struct crl_plan *p, struct crl_entry *x)
{
	(void)p;
	x[1].reason = 6;
}
static void tomorrow(struct crl_plan *p, struct crl_entry *x)
{
	x[1].date = p->this_update + 1;
}
static void before_all_time(struct crl_plan *p, struct crl_entry *x)
{
	(void)p;
	x[0].date = -1;
}
static void beyond_9999(struct crl_plan *p, struct crl_entry *x)
{
	(void)x;
	p->next_update = UTC_MAX + 1;
}
static void never_next(struct crl_plan *p, struct crl_entry *x)
{
	(void)x;
	p->next_update = p->this_update;
}

static void each_bad_plan_is_refused(void **state)
{
	static const struct {
		void (*change)(struct crl_plan *p, struct crl_entry *x);
		enum err_id want;
	} cases[] = {
		{ same_serial, ERR_CRL_ORDER }, { swapped, ERR_CRL_ORDER },      { no_serial, ERR_CRL_ENTRY },
		{ leading_zero, ERR_CRL_ENTRY }, { ca_compromise, ERR_CRL_ENTRY }, { on_hold, ERR_CRL_ENTRY },
		{ tomorrow, ERR_CRL_ENTRY },     { never_next, ERR_CRL_TIME },
		{ before_all_time, ERR_CRL_ENTRY }, { beyond_9999, ERR_CRL_TIME },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct crl_entry x[] = { chain->entry[0], chain->entry[1] };
		struct crl_plan  p = chain->crl_plan;
		struct bytes     tbs = { 0 };
		struct err       e = { 0 };
		p.entry = x;
		cases[i].change(&p, x);
		assert_false(crl_tbs(&tbs, &chain->arena, &p, &e));
		assert_int_equal(e.id, cases[i].want);
		assert_null(tbs.p);
	}
}

static void each_difference_is_named(void **state)
{
	struct crl_entry x[] = { chain->entry[0], chain->entry[1] };
	struct crl_plan  p = chain->crl_plan;
	struct err       e = { 0 };

	(void)state;
	p.number = crl_number_plus(p.number, 1);
	assert_false(crl_matches(&chain->crl, &p, &e));
	assert_string_equal(e.detail, "crlNumber");
	p = chain->crl_plan;
	p.key_id[0] ^= 1;
	assert_false(crl_matches(&chain->crl, &p, &e));
	assert_string_equal(e.detail, "authorityKeyIdentifier");
	p = chain->crl_plan;
	p.next_update++;
	assert_false(crl_matches(&chain->crl, &p, &e));
	assert_string_equal(e.detail, "nextUpdate");
	p = chain->crl_plan;
	p.num_entries = 1;
	assert_false(crl_matches(&chain->crl, &p, &e));
	assert_string_equal(e.detail, "number of entries");
	p = chain->crl_plan;
	p.entry = x;
	x[1].reason = 5;
	assert_false(crl_matches(&chain->crl, &p, &e));
	assert_string_equal(e.detail, "entry 2");
	assert_int_equal(e.id, ERR_CRL_DIFFERS);
}

static void no_piece_is_taken_for_the_whole(void **state)
{
	struct bytes der = chain->crl.der;
	struct crl   c, before;
	uint8_t      longer[4096];
	struct err   e = { 0 };

	(void)state;
	memset(&before, 0x5a, sizeof before);
	memcpy(&c, &before, sizeof c);
	for (size_t len = 0; len < der.len; len++)
		assert_false(crl_parse(&c, bytes_first(der, len), &e));
	memcpy(longer, der.p, der.len);
	longer[der.len] = 0;
	assert_false(crl_parse(&c, bytes_of(longer, der.len + 1), &e));
	assert_int_equal(e.id, ERR_CRL_DER);
	assert_memory_equal(&c, &before, sizeof c);
}

static void no_flipped_bit_goes_unseen(void **state)
{
	uint8_t      bent[4096];
	struct bytes der = chain->crl.der;
	size_t       read = 0;

	(void)state;
	for (size_t i = 0; i < der.len * 8; i++) {
		struct crl c;
		struct err e = { 0 };
		memcpy(bent, der.p, der.len);
		bent[i / 8] ^= (uint8_t)(1u << i % 8);
		if (!crl_parse(&c, bytes_of(bent, der.len), &e)) {
			assert_int_not_equal(e.id, ERR_NONE);
			continue;
		}
		read++;
		bool same = crl_matches(&c, &chain->crl_plan, &e);
		if (same && bytes_equal(c.tbs, chain->crl.tbs))
			assert_false(bytes_equal(c.signature, chain->crl.signature));
		else
			assert_false(same);
	}
	assert_true(read > 500);
}

/* ---- by hand: what the builder would never write ----------------------------- */

struct bend {
	enum err_id want;
	const char *entries, *exts; /* hex */
	const char *version, *times;
};

#define AKI  "301f0603551d2304183016801400000000000000000000000000000000000000""00"
#define NUMBER "300a0603551d140403020101"
#define TIMES "170d3236313132313039303030305a170d3236313232313039303030305a"

static const struct bend bends[] = {
	{ ERR_NONE, "", "302d" AKI NUMBER, "020101", TIMES },
	{ ERR_NONE, "30143012020101170d3236313132313039303030305a", "302d" AKI NUMBER, "020101", TIMES },
	{ ERR_CRL_VERSION, "", "302d" AKI NUMBER, "020100", TIMES },
	{ ERR_CRL_VERSION, "", "302d" AKI NUMBER, "", TIMES },
	{ ERR_CRL_TIME, "", "302d" AKI NUMBER, "020101", "170d3236313132313039303030305a" },
	{ ERR_CRL_TIME, "", "302d" AKI NUMBER, "020101",
	  "170d3236313132313039303030305a170d3236313132313039303030305a" },
	{ ERR_CRL_TIME, "", "302d" AKI NUMBER, "020101",
	  "170d3236313132313039303030305a180f32303236313232313039303030305a" },
	{ ERR_CRL_EMPTY, "3000", "302d" AKI NUMBER, "020101", TIMES },
	{ ERR_CRL_ENTRY, "30143012020100170d3236313132313039303030305a", "302d" AKI NUMBER, "020101", TIMES },
	{ ERR_CRL_ENTRY, "301430120201ff170d3236313132313039303030305a", "302d" AKI NUMBER, "020101", TIMES },
	/* an empty list of entry extensions; a critical reason; reason 0 (unspecified) */
	{ ERR_CRL_ENTRY, "30163014020101170d3236313132313039303030305a3000", "302d" AKI NUMBER, "020101", TIMES },
	{ ERR_CRL_ENTRY, "30253023020101170d3236313132313039303030305a300f300d0603551d150101ff04030a0101",
	  "302d" AKI NUMBER, "020101", TIMES },
	{ ERR_CRL_ENTRY, "30223020020101170d3236313132313039303030305a300c300a0603551d1504030a0100", "302d" AKI NUMBER,
	  "020101", TIMES },
	{ ERR_CRL_EXT, "", "3021" AKI, "020101", TIMES },
	{ ERR_CRL_EXT, "", "300c" NUMBER, "020101", TIMES },
	{ ERR_CRL_EXT, "", "3039" AKI NUMBER NUMBER, "020101", TIMES },
	{ ERR_CRL_EXT, "", "304e" AKI AKI NUMBER, "020101", TIMES },
	{ ERR_CRL_EXT, "", "3030" AKI "300d0603551d140101ff0403020101", "020101", TIMES }, /* a critical number */
	/* a delta; an empty issuingDistributionPoint; a negative number */
	{ ERR_CRL_EXT, "", "303c" AKI NUMBER "300d0603551d1b0101ff0403020100", "020101", TIMES },
	{ ERR_CRL_EXT, "", "303b" AKI NUMBER "300c0603551d1c0101ff04023000", "020101", TIMES },
	{ ERR_CRL_EXT, "", "302d" AKI "300a0603551d1404030201ff", "020101", TIMES },
};

static void put_hex(struct der *d, const char *hex)
{
	uint8_t    octets[256];
	struct buf b = BUF_ON(octets);

	assert_true(hex_decode(&b, bytes_str(hex)));
	der_put(d, buf_bytes(&b));
}

static void each_bend_has_its_own_refusal(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bends); i++) {
		uint8_t    room[1024];
		struct der d = der_on(room, sizeof room);
		struct crl c;
		struct err e = { 0 };
		der_bits(&d, BYTES_LIT("signature"));
		der_put(&d, sig_der(SIG_ED25519));
		size_t tbs = der_mark(&d), exts = tbs;
		put_hex(&d, bends[i].exts);
		der_wrap(&d, DER_CONTEXT_IN(0), exts);
		put_hex(&d, bends[i].entries);
		put_hex(&d, bends[i].times);
		der_put(&d, chain->root.subject.der);
		der_put(&d, sig_der(SIG_ED25519));
		put_hex(&d, bends[i].version);
		der_wrap(&d, DER_SEQUENCE, tbs);
		der_wrap(&d, DER_SEQUENCE, sizeof room);
		bool good = crl_parse(&c, der_bytes(&d), &e);
		if (good != (bends[i].want == ERR_NONE) || e.id != bends[i].want)
			fail_msg("bend %zu: %s (%s)", i, err_text_of(e.id)->name, e.detail);
	}
}

/* ---- a great many -------------------------------------------------------------- */

static double cpu_seconds(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t), 0);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Four times the entries must cost about four times the time, not sixteen. */
static void a_million_entries_are_linear(void **state)
{
	static const uint8_t reasons[] = { 1, 3, 4, 5, 9 };
	const size_t         num = 1000000;
	struct crl_entry    *x = calloc(num, sizeof *x);
	struct arena         a = arena_new((size_t)160 << 20);
	struct crl_plan      p = chain->crl_plan;
	struct bytes         tbs, der;
	struct crl           c;
	struct err           e = { 0 };
	double               spent[2];

	(void)state;
	assert_non_null(x);
	assert_int_not_equal(a.cap, 0);
	for (size_t i = 0; i < num; i++) {
		x[i] = (struct crl_entry){ .serial_len = 20, .reason = reasons[i % COUNT_OF(reasons)],
			                   .date = THROWAWAY_NOW - (int64_t)(i * 7 % 10000000) };
		x[i].serial[0] = 0x40;
		for (size_t n = 0; n < 4; n++)
			x[i].serial[1 + n] = (uint8_t)(i >> (24 - 8 * n));
	}
	p.entry = x;
	for (size_t i = 0; i < 2; i++) {
		p.num_entries = i ? num : num / 4;
		double before = cpu_seconds();
		OK(crl_tbs(&tbs, &a, &p, &e), e);
		spent[i] = cpu_seconds() - before;
	}
	printf("a million entries: %zu octets in %.2f s, a quarter in %.2f s\n", tbs.len, spent[1], spent[0]);
	assert_true(spent[1] < 8 * spent[0] + 0.05);
	OK(crl_join(&der, &a, tbs, p.sig, BYTES_LIT("not a signature"), &e), e);
	OK(crl_parse(&c, der, &e), e);
	OK(crl_matches(&c, &p, &e), e);
	assert_int_equal(c.num_entries, num);
	arena_free(&a);
	free(x);
}

static void a_full_arena_is_said(void **state)
{
	uint8_t      room[300];
	struct arena a = ARENA_ON(room);
	struct bytes tbs = { 0 };
	struct err   e = { 0 };

	(void)state;
	assert_false(crl_tbs(&tbs, &a, &chain->crl_plan, &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
	assert_null(tbs.p);
}

static void a_crl_profile_holds_its_plans(void **state)
{
	struct crl_entry      entry = { .serial = { 1 }, .serial_len = 1, .reason = 9, .date = THROWAWAY_NOW };
	struct crl_plan       plan = { .sig = SIG_ECDSA_SHA384, .this_update = THROWAWAY_NOW, .entry = &entry, .num_entries = 1 };
	const struct profile *p = throwaway_profile(&chain->arena, "scripts/profiles/crl-ca.ini");
	struct err            e = { 0 };

	(void)state;
	OK(profile_crl_next(&plan.next_update, p, plan.this_update, &e), e);
	OK(profile_crl_check(p, &plan, &e), e);
	entry.reason = 0;
	assert_false(profile_crl_check(p, &plan, &e));
	assert_int_equal(e.id, ERR_CRL_ENTRY);
	entry.reason = 9;
	plan.next_update++;
	assert_false(profile_crl_check(p, &plan, &e));
	assert_int_equal(e.id, ERR_PROFILE_VALIDITY);
	plan.next_update--;
	plan.sig = SIG_ED25519;
	assert_false(profile_crl_check(p, &plan, &e));
	assert_int_equal(e.id, ERR_PROFILE_SIGNATURE);
	p = throwaway_profile(&chain->arena, "scripts/profiles/tls-root.ini");
	assert_false(profile_crl_next(&plan.next_update, p, 0, &e));
	assert_int_equal(e.id, ERR_PROFILE_KIND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_what_was_planned),
		cmocka_unit_test(nothing_revoked_is_no_field),
		cmocka_unit_test(an_entry_without_reason_has_no_extensions),
		cmocka_unit_test(each_bad_plan_is_refused),
		cmocka_unit_test(each_difference_is_named),
		cmocka_unit_test(no_piece_is_taken_for_the_whole),
		cmocka_unit_test(no_flipped_bit_goes_unseen),
		cmocka_unit_test(each_bend_has_its_own_refusal),
		cmocka_unit_test(a_million_entries_are_linear),
		cmocka_unit_test(a_crl_profile_holds_its_plans),
		cmocka_unit_test(a_full_arena_is_said),
	};

	return cmocka_run_group_tests(tests, make_chain, free_chain);
}
