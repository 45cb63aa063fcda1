/* oid_test.c: the table of object identifiers, and dotted decimal both ways. */
#include "ceremony/pki/oid.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct {
	enum oid    id;
	const char *dotted;
} rows[] = {
#define X(id_, der, dotted_, name, text) { id_, dotted_ },
#include "ceremony/pki/oid.def"
#undef X
};

static void every_row_says_one_thing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint8_t      storage[64];
		char         text[80];
		struct buf   der = BUF_ON(storage), dotted = BUF_ON(text);
		enum oid     id = rows[i].id;
		struct bytes name = bytes_str(oid_name(id));

		assert_true(oid_parse_dotted(&der, bytes_str(rows[i].dotted)));
		assert_true(bytes_equal(buf_bytes(&der), oid_der(id)));
		assert_true(oid_put_dotted(&dotted, oid_der(id)));
		assert_string_equal(buf_cstr(&dotted), rows[i].dotted);
		/* nothing twice: each column finds its own row */
		assert_int_equal(oid_find(oid_der(id)), id);
		assert_int_equal(oid_by_name(name), id);
		assert_int_equal(oid_by_name(bytes_str(rows[i].dotted)), id);
		assert_true(oid_text(id)[0] != 0);
	}
}

static void what_is_not_there_is_unknown(void **state)
{
	(void)state;
	assert_int_equal(oid_find(BYTES_LIT("")), OID_UNKNOWN);
	assert_int_equal(oid_find(BYTES_LIT("\x55\x04")), OID_UNKNOWN);
	assert_int_equal(oid_by_name(BYTES_LIT("")), OID_UNKNOWN);
	assert_int_equal(oid_by_name(BYTES_LIT("cn")), OID_UNKNOWN);
	assert_int_equal(oid_by_name(BYTES_LIT("unknown")), OID_UNKNOWN);
}

static void malformed_octets_are_refused(void **state)
{
	static const struct bytes bad[] = {
		BYTES_LIT(""),
		BYTES_LIT("\x80\x01"),                                     /* leading zero septet */
		BYTES_LIT("\x55\x80\x01"),                                 /* the same, later */
		BYTES_LIT("\x55\x84"),                                     /* ends inside an arc */
		BYTES_LIT("\x69\x83\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), /* more than 63 bits */
	};
	char text[80];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct buf b = BUF_ON(text);
		assert_false(oid_put_dotted(&b, bad[i]));
		assert_int_equal(b.len, 0);
	}
}

static void malformed_text_is_refused(void **state)
{
	static const char *const bad[] = { "",
		                           "1",
		                           "1.",
		                           ".1",
		                           "1..2",
		                           "3.1",
		                           "0.40",
		                           "1.40",
		                           "1.02",
		                           "1.-2",
		                           "1.a",
		                           "1.2 ",
		                           "2.5.99999999999999999999" };
	uint8_t                  storage[64];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct buf b = BUF_ON(storage);
		assert_false(oid_parse_dotted(&b, bytes_str(bad[i])));
		assert_int_equal(b.len, 0);
	}
}

static void the_first_two_arcs_share_an_octet(void **state)
{
	static const char *const good[] = { "0.0", "0.39", "1.0", "1.39", "2.0", "2.40", "2.48", "2.999.3" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		uint8_t    storage[64];
		char       text[80];
		struct buf der = BUF_ON(storage), dotted = BUF_ON(text);
		assert_true(oid_parse_dotted(&der, bytes_str(good[i])));
		assert_true(oid_put_dotted(&dotted, buf_bytes(&der)));
		assert_string_equal(buf_cstr(&dotted), good[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_says_one_thing),          cmocka_unit_test(what_is_not_there_is_unknown),
		cmocka_unit_test(malformed_octets_are_refused),      cmocka_unit_test(malformed_text_is_refused),
		cmocka_unit_test(the_first_two_arcs_share_an_octet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
