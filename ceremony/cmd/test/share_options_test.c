/* share_options_test.c: what `ceremony share split` can be asked for, and what not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ceremony/cmd/test/share_run.h"

/* 128 to 512 bits, and as far as we go; upper case comes back as lower. */
static void secrets_of_every_length(void **state)
{
	static const struct {
		size_t octets, words;
	} cases[] = { { 16, 20 }, { 18, 22 }, { 24, 27 }, { 32, 33 }, { 48, 46 }, { 64, 59 }, { 256, 212 } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct result r, back;
		char          hex[600] = "", chosen[65536];
		size_t        words = 1;
		for (size_t k = 0; k < cases[i].octets; k++)
			snprintf(hex + 2 * k, sizeof hex - 2 * k, "%02X", (unsigned)(k * 7 + 0xa5) & 0xff);
		run(&r, "share split --threshold 2 --shares 3 --exponent 0", hex, NULL);
		assert_int_equal(r.code, 0);
		for (const char *p = r.out; *p != '\n'; p++)
			words += *p == ' ';
		assert_int_equal(words, cases[i].words);
		pick_lines(chosen, r.out, 5);
		run(&back, "share combine", chosen, NULL);
		assert_int_equal(strlen(back.out), 2 * cases[i].octets + 1);
		assert_int_equal(strncasecmp(back.out, hex, 2 * cases[i].octets), 0);
		assert_null(strpbrk(back.out, "ABCDEF"));
	}
}

static void the_extendable_flag(void **state)
{
	static const char secret[] = "00112233445566778899aabbccddeeff\n";
	struct result     r, check;
	char              one[4096];

	(void)state;
	run(&r, "share split --threshold 2 --shares 2", secret, NULL);
	pick_lines(one, r.out, 1);
	run(&check, "share check", one, NULL);
	assert_non_null(strstr(check.out, ", extendable, exponent 1"));
	run(&r, "share split --threshold 2 --shares 2 --not-extendable --exponent 0", secret, NULL);
	pick_lines(one, r.out, 1);
	run(&check, "share check", one, NULL);
	assert_non_null(strstr(check.out, ", not extendable, exponent 0"));
}

static void no_such_split(void **state)
{
	static const struct {
		const char *args, *in, *err;
		int         code;
	} cases[] = {
		{ "share split --threshold 2 --shares 3x", "00", "usage:", 2 },
		{ "share split --threshold 2 --shares 3 00", "00", "usage:", 2 },
		{ "share split --threshold 2 --shares 3 --groups 1:1/1", "00", "usage:", 2 },
		{ "share split --groups 1", "00", "usage:", 2 },
		{ "share split --groups 2:1/1,", "00", "usage:", 2 },
		{ "share split --groups 2/3,3/5 --group-threshold 0", "00", "usage:", 2 },
		{ "share split --groups 2/3,3/5 --group-threshold 3", "00", "3 of 2 groups", 2 },
		{ "share split --groups 2:2/3,3/5 --group-threshold 2", "00", "usage:", 2 },
		{ "share split --groups 2/3 --groups 3/5", "00", "usage:", 2 },
		{ "share split --groups 2/3,1/5", "00", "group 2: 1 of 5: each share would be the whole", 2 },
		{ "share split --groups 2/3,0/5", "00", "group 2: 0 of 5", 2 },
		{ "share split --groups 2/3,3", "00", "usage:", 2 },
		{ "share split --groups 2-3", "00", "usage:", 2 },
		{ "share split --groups 1/1,1/1,1/1,1/1,1/1,1/1,1/1,1/1,1/1,1/1,1/1,1/1,1/1,1/1,1/1,1/1,1/1", "00", "usage:", 2 },
		{ "share split --groups 3:1/1,1/1", "00", "3 of 2 groups", 2 },
		{ "share split --group-threshold 1 --threshold 2 --shares 3", "00", "usage:", 2 },
		{ "share split --threshold 2 --threshold 2 --shares 3", "00", "usage:", 2 },
		{ "share split --threshold 2 --shares 3 --passphrase geheim", "00", "usage:", 2 },
		{ "share combine --not-extendable", VECTOR_4A, "usage:", 2 },
		{ "share combine --group-threshold 2", VECTOR_4A, "usage:", 2 },
		{ "share combine --threshold 2", VECTOR_4A, "usage:", 2 },
		{ "share split --threshold 2 --shares 3 --exponent 16", "00", "exponent 16", 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct result r;
		run(&r, cases[i].args, cases[i].in, NULL);
		if (!strstr(r.err, cases[i].err))
			print_error("%s: %s", cases[i].args, r.err);
		assert_non_null(strstr(r.err, cases[i].err));
		assert_int_equal(r.code, cases[i].code);
		assert_string_equal(r.out, "");
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_of_every_length),
		cmocka_unit_test(the_extendable_flag),
		cmocka_unit_test(no_such_split),
	};

	return cmocka_run_group_tests_name("share_options", tests, NULL, NULL);
}
