/* shard_test.c: the parts of a revocation list: a serial's, and its URI in a certificate. */
#include "ceremony/pki/shard.h"

#include "ceremony/pki/test/changed.h"
#include "ceremony/pki/test/family.h"

#define URI "http://crl.example.com/part-{shard}.crl"

/* The serial as a number, whatever its length; zeros in front do not count. */
static void serials_are_numbers(void **state)
{
	(void)state;
	assert_int_equal(shard_of(BYTES_LIT("\x05"), 4), 1);
	assert_int_equal(shard_of(BYTES_LIT("\x00\x05"), 4), 1);
	assert_int_equal(shard_of(BYTES_LIT("\x01\x00"), 7), 256 % 7);
	assert_int_equal(shard_of(BYTES_LIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), 64), 63);
	assert_int_equal(shard_of(BYTES_LIT("\x7f"), 1), 0);
}

static void patterns(void **state)
{
	static const struct {
		const char *text, *filled; /* NULL: it is none */
	} cases[] = {
		{ "{shard}", "12" },         { URI, "http://crl.example.com/part-12.crl" },
		{ "a{shard}", "a12" },       { "{shard}b", "12b" },
		{ "", NULL },                { "http://a.example/", NULL },
		{ "{shard", NULL },          { "shard}", NULL },
		{ "{Shard}", NULL },         { "{shard}{shard}", NULL },
		{ "{{shard}", NULL },        { "{shard}}", NULL },
		{ "}{shard}", NULL },        { "{}{shard}", NULL },
		{ "{shard }", NULL },
	};
	uint8_t      room[128];
	struct arena a = ARENA_ON(room), none = { .p = NULL };
	struct bytes out = { 0 };
	struct err   e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++, a.len = 0) {
		assert_int_equal(shard_is_pattern(bytes_str(cases[i].text)), cases[i].filled != NULL);
		if (!cases[i].filled)
			continue;
		OK(shard_fill(&out, &a, bytes_str(cases[i].text), 12, &e), e);
		assert_true(bytes_is(out, cases[i].filled));
	}
	assert_false(shard_fill(&out, &none, BYTES_LIT("{shard}"), 1, &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
}

/* In the certificate, and in the row of the review; and nothing without parts. */
static void a_plan_names_its_part(void **state)
{
	static const uint8_t random[20] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 };
	struct family        *f = family_new();
	struct plan_input     in = family_input(f, &f->kin[5], bytes_of(random, sizeof random));
	const struct profile *p;
	struct plan           plan;
	struct ext_list       points;
	struct err            e = { 0 };
	bool                  shown = false;

	(void)state;
	OK(profile_parse(&p, &f->arena, SUB, changed(&f->arena, SUB, "com/root.crl", "com/part-{shard}.crl"), &e), e);
	assert_true(bytes_is(profile_shard_uri(p), URI));
	assert_int_equal(profile_shard_uri(f->kin[5].p).len, 0);
	for (in.shards = 0; in.shards < 2; in.shards++) {
		assert_false(profile_check(&plan, &f->arena, p, &in, &e));
		assert_int_equal(e.id, ERR_PROFILE_SHARD);
	}
	in.shards = 23; /* 0x4102030405060708090a0b0c0d0e0f1011121314 mod 23 is 13 */
	OK(profile_check(&plan, &f->arena, p, &in, &e), e);
	const struct ext *x = ext_find(plan.ext, plan.num_exts, OID_EXT_CRLDP);
	assert_true(x && ext_get_list(&points, OID_EXT_CRLDP, x->value) && points.num == 1);
	assert_true(bytes_is(points.item[0].uri, "http://crl.example.com/part-13.crl"));
	for (size_t i = 0; i < plan.num_rows; i++)
		shown |= strcmp(plan.row[i].will_be, "URI:http://crl.example.com/part-13.crl") == 0 &&
		         strcmp(plan.row[i].profile, "URI:" URI) == 0;
	assert_true(shown);
	family_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(serials_are_numbers),
		cmocka_unit_test(patterns),
		cmocka_unit_test(a_plan_names_its_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
