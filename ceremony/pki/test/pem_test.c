/* pem_test.c: RFC 7468 in and out. */
#include "ceremony/pki/pem.h"
#include "ceremony/pki/pem_stream.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END   "-----END CERTIFICATE-----\n"

static const struct {
	struct bytes text;
	enum err_id  id;
	const char  *octets; /* where it is good */
} cases[] = {
	{ BYTES_LIT(BEGIN "aGVsbG8=\n" END), ERR_NONE, "hello" },
	{ BYTES_LIT("-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----"), ERR_NONE, "hello" },
	{ BYTES_LIT("-----BEGIN CERTIFICATE-----\r\naGVs\r\nbG8=\r\n-----END CERTIFICATE-----\r\n"), ERR_NONE,
	  "hello" },
	{ BYTES_LIT("Subject: x\n\1\xff\n" BEGIN "aGVs \t\n\nbG8=\n" END "-----\nthe end"), ERR_NONE, "hello" },
	{ BYTES_LIT("0hello"), ERR_NONE, "0hello" }, /* 30: taken as DER */
	{ BYTES_LIT("0\x82hello"), ERR_NONE, "0\x82hello" },
	{ BYTES_LIT("0 days ago\n" BEGIN "aGVsbG8=\n" END), ERR_NONE, "hello" }, /* 30, and yet text */
	{ BYTES_LIT("-----BEGIN CERTIFICATE-----\raGVs\rbG8=\r-----END CERTIFICATE-----\r"), ERR_NONE, "hello" },
	{ BYTES_LIT(" \t" BEGIN "  aGVs\v\n\n \f bG8=\n\t" END), ERR_NONE, "hello" },
	{ BYTES_LIT(BEGIN "aG Vs\tbG8=\n" END), ERR_NONE, "hello" },
	/* none */
	{ BYTES_LIT(""), ERR_PEM_NONE, NULL },
	{ BYTES_LIT("\n\n"), ERR_PEM_NONE, NULL },
	{ BYTES_LIT("aGVsbG8=\n"), ERR_PEM_NONE, NULL },
	{ BYTES_LIT("aGVsbG8=\n" END), ERR_PEM_NONE, NULL },
	{ BYTES_LIT("x" BEGIN "aGVsbG8=\n" END), ERR_PEM_NONE, NULL },
	{ BYTES_LIT("-----BEGIN CERTIFICATE----\naGVsbG8=\n" END), ERR_PEM_NONE, NULL },
	{ BYTES_LIT("-----BEGIN CERTIFICATES-----\naGVsbG8=\n" END), ERR_PEM_NONE, NULL },
	{ BYTES_LIT("-----BEGIN NEW CERTIFICATE-----\naGVsbG8=\n" END), ERR_PEM_NONE, NULL },
	{ BYTES_LIT("-----BEGIN -----\n"), ERR_PEM_NONE, NULL },
	/* many */
	{ BYTES_LIT(BEGIN "aGVsbG8=\n" END BEGIN "aGVsbG8=\n" END), ERR_PEM_MANY, NULL },
	{ BYTES_LIT(BEGIN "aGVsbG8=\n" BEGIN "aGVsbG8=\n" END), ERR_PEM_MANY, NULL },
	{ BYTES_LIT(BEGIN "aGVsbG8=\n" END "-----BEGIN X-----\n"), ERR_PEM_MANY, NULL },
	/* damaged */
	{ BYTES_LIT(BEGIN "aGVsbG8=\n" END END), ERR_PEM_BASE64, NULL },
	{ BYTES_LIT("-----END X-----\n" BEGIN "aGVsbG8=\n" END), ERR_PEM_BASE64, NULL },
	{ BYTES_LIT(BEGIN), ERR_PEM_BASE64, NULL },
	{ BYTES_LIT(BEGIN END), ERR_PEM_BASE64, NULL },
	{ BYTES_LIT(BEGIN "aGVsbG8=\n"), ERR_PEM_BASE64, NULL },
	{ BYTES_LIT(BEGIN "aGVsbG8=\n-----END CERT-----\n"), ERR_PEM_BASE64, NULL },
	{ BYTES_LIT(BEGIN "aGVsbG8\n" END), ERR_PEM_BASE64, NULL },
	{ BYTES_LIT(BEGIN "aGVsbG9=\n" END), ERR_PEM_BASE64, NULL }, /* unused bits */
	{ BYTES_LIT(BEGIN "aGVs\xc2\xa0" "bG8=\n" END), ERR_PEM_BASE64, NULL },
	{ BYTES_LIT(BEGIN "aGVsbG8=\n" " " BEGIN "aGVsbG8=\n" END), ERR_PEM_MANY, NULL },
	{ BYTES_LIT(BEGIN "aGVs\0bG8=\n" END), ERR_PEM_BASE64, NULL },
	{ BYTES_LIT("\0\n" BEGIN "aGVsbG8=\n" END), ERR_PEM_BASE64, NULL },
	{ BYTES_LIT(BEGIN "aGVsbG8=\n" END "\0"), ERR_PEM_BASE64, NULL },
	{ BYTES_LIT(BEGIN "aGVsbG8=aGVs\n" END), ERR_PEM_BASE64, NULL },
	{ BYTES_LIT(BEGIN "Proc-Type: 4,ENCRYPTED\n\naGVsbG8=\n" END), ERR_PEM_BASE64, NULL },
};

static void each_case_has_its_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint8_t      room[1024];
		struct arena a = ARENA_ON(room);
		struct bytes out = BYTES_LIT("untouched");
		struct err   e = { .id = ERR_NONE };
		bool         ok = pem_decode(&out, &a, "CERTIFICATE", cases[i].text, &e);

		if (ok != (cases[i].id == ERR_NONE) || e.id != cases[i].id)
			fail_msg("case %zu: %s", i, err_text_of(e.id)->name);
		assert_true(bytes_is(out, ok ? cases[i].octets : "untouched"));
	}
}

/* A piece at a time, whatever its size, a file is taken or refused as it is as a whole; but what begins as DER may, and is
 * text without a block, is no longer there to be handed on. */
static void in_pieces_it_is_the_same(void **state)
{
	static const size_t sizes[] = { 2, 3, 7, 1024 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases) * COUNT_OF(sizes); i++) {
		const size_t      n = i / COUNT_OF(sizes), size = sizes[i % COUNT_OF(sizes)];
		struct pem_stream s = { .label = "CERTIFICATE" };
		uint8_t           room[1024];
		struct buf        b = BUF_ON(room);
		struct err        e = { .id = ERR_NONE };
		bool              ok = true;

		for (struct bytes rest = cases[n].text; ok && rest.len; rest = bytes_skip(rest, rest.len < size ? rest.len : size))
			ok = pem_stream_feed(&s, &b, bytes_first(rest, rest.len < size ? rest.len : size), &e);
		ok = ok && pem_stream_end(&s, &e);
		if (cases[n].id == ERR_NONE && strcmp(cases[n].octets, "0hello") == 0)
			assert_true(!ok && e.id == ERR_PEM_NONE);
		else if (ok != (cases[n].id == ERR_NONE) || (ok && !bytes_is(buf_bytes(&b), cases[n].octets)))
			fail_msg("case %zu in pieces of %zu: %s", n, size, err_text_of(e.id)->name);
	}
}

/* Whoever brought the file is told what it is. */
static void what_it_is_instead_is_said(void **state)
{
	static const struct {
		struct bytes text;
		const char  *said;
	} told[] = {
		{ BYTES_LIT(""), "the file is empty" },
		{ BYTES_LIT("\xef\xbb\xbf" BEGIN "aGVsbG8=\n" END), "byte order mark" },
		{ BYTES_LIT("\xff\xfe-\0-\0-\0"), "UTF-16" },
		{ BYTES_LIT("\xfe\xff\0-\0-\0-"), "UTF-16" },
		{ BYTES_LIT("aGVs\r\nbG8=\r\n"), "before the base64" },
		{ BYTES_LIT("aGVs\nbG8!\n"), "no line -----BEGIN CERTIFICATE-----" },
		{ BYTES_LIT("-----BEGIN PRIVATE KEY-----\naGVsbG8=\n-----END PRIVATE KEY-----\n"), "PRIVATE KEY instead of" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(told); i++) {
		uint8_t      room[1024];
		struct arena a = ARENA_ON(room);
		struct bytes out;
		struct err   e = { .id = ERR_NONE };

		assert_false(pem_decode(&out, &a, "CERTIFICATE", told[i].text, &e));
		assert_int_equal(e.id, ERR_PEM_NONE);
		if (!strstr(e.detail, told[i].said))
			fail_msg("case %zu: %s", i, e.detail);
	}
}

static void requests_have_an_old_name_too(void **state)
{
	static const struct bytes text = BYTES_LIT(
		"-----BEGIN NEW CERTIFICATE REQUEST-----\naGVsbG8=\n-----END NEW CERTIFICATE REQUEST-----\n");
	static const struct bytes mixed =
		BYTES_LIT("-----BEGIN NEW CERTIFICATE REQUEST-----\naGVsbG8=\n-----END CERTIFICATE REQUEST-----\n");
	uint8_t      room[1024];
	struct arena a = ARENA_ON(room);
	struct bytes out;
	struct err   e;

	(void)state;
	assert_true(pem_decode(&out, &a, "CERTIFICATE REQUEST", text, &e));
	assert_false(pem_decode(&out, &a, "CERTIFICATE REQUEST", mixed, &e));
	assert_int_equal(e.id, ERR_PEM_BASE64);
}

static void a_foreign_label_is_escaped(void **state)
{
	uint8_t      room[1024];
	struct arena a = ARENA_ON(room);
	struct bytes out;
	struct err   e;

	(void)state;
	assert_false(pem_decode(&out, &a, "X", BYTES_LIT("-----BEGIN \x1b[2J-----\n"), &e));
	assert_string_equal(e.detail, "\\x1b[2J instead of X");
}

static void a_full_arena_is_told(void **state)
{
	uint8_t      room[32];
	struct arena a = ARENA_ON(room);
	struct bytes out;
	struct err   e;

	(void)state;
	assert_false(pem_decode(&out, &a, "CERTIFICATE", cases[0].text, &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
}

static void what_is_written_is_read(void **state)
{
	uint8_t octets[200];

	(void)state;
	for (size_t i = 0; i < sizeof octets; i++)
		octets[i] = (uint8_t)(i * 7 + 1);
	for (size_t len = 1; len <= sizeof octets; len++) {
		char         text[512];
		uint8_t      room[1024];
		struct buf   b = BUF_ON(text);
		struct arena a = ARENA_ON(room);
		struct bytes out, line, rest;
		struct err   e;

		pem_encode(&b, "X", bytes_of(octets, len));
		assert_true(buf_ok(&b));
		assert_true(pem_decode(&out, &a, "X", buf_bytes(&b), &e));
		assert_true(bytes_equal(out, bytes_of(octets, len)));
		for (rest = buf_bytes(&b); bytes_cut(rest, '\n', &line, &rest);)
			assert_true(line.len <= 64);
		assert_int_equal(rest.len, 0); /* it ends in a line end */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case_has_its_answer),
		cmocka_unit_test(in_pieces_it_is_the_same),
		cmocka_unit_test(what_it_is_instead_is_said),   cmocka_unit_test(requests_have_an_old_name_too),
		cmocka_unit_test(a_foreign_label_is_escaped), cmocka_unit_test(a_full_arena_is_told),
		cmocka_unit_test(what_is_written_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
