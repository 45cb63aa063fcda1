/* carry_test.c: what a file in the ceremony's folder is offered as: codes up to a size, else a medium. */
#include "ceremony/flow/carry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ceremony/base/hash.h"

static uint8_t      storage[1 << 16];
static struct arena room = ARENA_ON(storage);
static struct flow  flow = { .scratch = &room, .round = 1 };

static void up_to_a_size_codes_are_offered(void **state)
{
	char          hex[HASH_MAX * 2 + 1];
	struct prompt p = { .num_asks = 0 };

	(void)state;
	carry_prompt_file(&flow, &p, "root.crl", "crls/root.crl", CARRY_MAX, sha256_hex(hex, BYTES_LIT("a list")));
	assert_int_equal(p.num_asks, 2);
	assert_int_equal(p.ask[0].kind, ASK_QR);
	assert_string_equal(p.ask[0].key, "qr.2");
	assert_string_equal(p.ask[0].file, "crls/root.crl");
	assert_string_equal(p.ask[0].sha256, hex);
	assert_string_equal(p.ask[1].key, "taken.2");
	/* the words are those of the hash, as for a file that is at hand */
	struct prompt other = { .num_asks = 0 };
	carry_prompt(&flow, &other, "root.crl", BYTES_LIT("a list"));
	assert_string_equal(p.aloud, other.aloud);
	assert_null(other.ask[0].file);
}

static void above_it_a_medium_is_named(void **state)
{
	char          hex[HASH_MAX * 2 + 1];
	struct prompt p = { .num_asks = 0 };
	struct arena  a = ARENA_ON(storage);
	struct fields answer = fields_on(&a);
	struct err    e = { 0 };

	(void)state;
	carry_prompt_file(&flow, &p, "root.crl", "crls/root.crl", CARRY_MAX + 1, sha256_hex(hex, BYTES_LIT("a list")));
	assert_int_equal(p.num_asks, 1);
	assert_int_equal(p.ask[0].kind, ASK_CONFIRM);
	assert_string_equal(p.ask[0].key, "by-medium.2");
	assert_string_equal(p.title, "root.crl does not go by camera");
	assert_string_equal(p.text, "It has 1048577 octets; QR codes show files of up to 1048576. It goes by a medium.");
	fields_str(&answer, "by-medium.2", "yes");
	assert_true(carry_take(&flow, &answer, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(up_to_a_size_codes_are_offered),
		cmocka_unit_test(above_it_a_medium_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
