/* request_test.c: certification requests: every case of scripts/fixtures/requests/cases.tsv,
 * and every cut and every changed octet of the good ones. Run from the project's folder. */
#include "ceremony/pki/request.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "ceremony/base/file.h"
#include "ceremony/pki/pem.h"

#define FOLDER "scripts/fixtures/requests"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new((size_t)8 << 20);
	return arena.cap == 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct bytes read_fixture(struct bytes file)
{
	int          dir = open(FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct bytes name = arena_copy(&arena, file), content;
	struct err   e = { 0 };

	assert_true(dir >= 0);
	if (!file_read(&content, &arena, dir, (const char *)name.p, 1 << 17, &e))
		fail_msg("%s: %s", name.p, e.detail);
	return content;
}

static struct bytes read_der(const char *file)
{
	struct bytes der;
	struct err   e = { 0 };

	if (!pem_decode(&der, &arena, "CERTIFICATE REQUEST", read_fixture(bytes_str(file)), &e))
		fail_msg("%s: %s", file, e.detail);
	return der;
}

/* The next field of a line of the table. */
static struct bytes cut_field(struct bytes *line)
{
	struct bytes field, rest;

	if (!bytes_cut(*line, '\t', &field, &rest)) {
		field = *line;
		rest = bytes_of(NULL, 0);
	}
	*line = rest;
	return field;
}

/* What the pki room says to a file: ERR_NONE if it takes it. */
static enum err_id answer(struct bytes content)
{
	struct request r = { .num_exts = 77 };
	struct err     e = { 0 };
	struct bytes   der;

	if (pem_decode(&der, &arena, "CERTIFICATE REQUEST", content, &e) && request_parse(&r, der, &e))
		return ERR_NONE;
	assert_int_equal(r.num_exts, 77); /* untouched */
	assert_int_not_equal(e.id, ERR_NONE);
	return e.id;
}

static size_t run_table(const char *name)
{
	struct bytes table = read_fixture(bytes_str(name)), line;
	size_t       num = 0;

	assert_true(bytes_cut(table, '\n', &line, &table)); /* the heading */
	for (; bytes_cut(table, '\n', &line, &table); num++) {
		size_t       mark = arena.len;
		struct bytes file = cut_field(&line), wanted = cut_field(&line), error = cut_field(&line);
		enum err_id  id = answer(read_fixture(file));
		arena.len = mark;
		/* an unsound key is keytest's to refuse: here the request is good, or nothing verifies under it */
		bool weak = bytes_starts(error, "ERR_KEYTEST_");
		bool good = bytes_is(wanted, "accept") || weak;
		if (weak && (id == ERR_REQUEST_SIGNATURE || id == ERR_KEY_UNSUPPORTED))
			continue;
		if (good ? id != ERR_NONE : !bytes_is(error, err_text_of(id)->name))
			fail_msg("%.*s: %s, not %.*s", (int)file.len, file.p, err_text_of(id)->name, (int)error.len,
			         error.p);
	}
	return num;
}

static void every_case_has_its_answer(void **state)
{
	(void)state;
	assert_true(run_table("cases.tsv") > 80);
	assert_true(run_table("hostile.tsv") > 250);
}

static const char *const good_ones[] = { "intermediate-2.csr", "ed25519.csr", "challenge.csr", "microsoft.csr" };

static void every_cut_and_extension_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(good_ones); i++) {
		struct bytes   der = read_der(good_ones[i]);
		uint8_t        longer[4096] = { 0 };
		struct request r;
		struct err     e = { 0 };

		assert_true(request_parse(&r, der, &e));
		for (size_t len = 0; len < der.len; len++) {
			assert_false(request_parse(&r, bytes_first(der, len), &e));
			assert_int_equal(e.id, ERR_REQUEST_FORM);
		}
		assert_true(der.len < sizeof longer);
		memcpy(longer, der.p, der.len);
		assert_false(request_parse(&r, bytes_of(longer, der.len + 1), &e));
		assert_int_equal(e.id, ERR_REQUEST_TRAILING);
	}
}

/* The signature covers all but itself, and has one form: no octet may be changed. */
static void every_changed_octet_is_refused(void **state)
{
	static const uint8_t flips[] = { 0x01, 0x20, 0x80, 0xff };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good_ones); i++) {
		struct bytes   der = arena_copy(&arena, read_der(good_ones[i]));
		uint8_t       *p = (uint8_t *)(uintptr_t)der.p;
		struct request r;
		struct err     e = { 0 };

		for (size_t at = 0; at < der.len; at++) {
			for (size_t f = 0; f < COUNT_OF(flips); f++) {
				p[at] ^= flips[f];
				if (request_parse(&r, der, &e))
					fail_msg("%s: octet %zu may be changed by %02x", good_ones[i], at, flips[f]);
				p[at] ^= flips[f];
			}
		}
		assert_true(request_parse(&r, der, &e));
	}
}

static void what_it_holds_is_what_was_put_in(void **state)
{
	struct request r;
	struct err     e = { 0 };
	char           text[512], name[16];
	struct buf     b = BUF_ON(text), asked = BUF_ON(text);

	(void)state;
	assert_true(request_parse(&r, read_der("intermediate-1.csr"), &e));
	name_put(&b, &r.subject);
	assert_string_equal(buf_cstr(&b), "C=XX, O=Example Trust Services, CN=Example Issuing CA R1");
	assert_string_equal(key_name(name, &r.key), "RSA-4096");
	assert_int_equal(r.sig, SIG_RSA_SHA384);
	assert_int_equal(r.num_exts, 2);
	assert_int_equal(r.num_attrs, 0);
	request_asked(&asked, &r);
	assert_string_equal(buf_cstr(&asked), "asked: basicConstraints = critical, CA:TRUE, pathlen:0\n"
	                                      "asked: keyUsage = critical, keyCertSign, cRLSign\n");
}

static void other_attributes_are_told(void **state)
{
	struct request r;
	struct err     e = { 0 };
	char           text[512];
	struct buf     b = BUF_ON(text), c = BUF_ON(text);

	(void)state;
	assert_true(request_parse(&r, read_der("microsoft.csr"), &e));
	assert_int_equal(r.num_attrs, 2);
	request_asked(&b, &r);
	assert_string_equal(buf_cstr(&b), "asked: msOsVersion\nasked: msEnrollmentCsp\n");
	assert_true(request_parse(&r, read_der("unknown-attribute.csr"), &e));
	request_asked(&c, &r);
	assert_non_null(strstr(buf_cstr(&c), "asked: 1.2.3.4.5\n"));
}

static void a_request_has_a_most(void **state)
{
	static uint8_t big[REQUEST_MAX + 1] = { 0x30 };
	struct request r;
	struct err     e = { 0 };

	(void)state;
	assert_false(request_parse(&r, bytes_of(big, sizeof big), &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
}

/* Nobody grants alternative names, so what was asked must be told to the last of them. */
static void alternative_names_are_told(void **state)
{
	static const struct {
		const char *file, *said;
	} told[] = {
		{ "h-san.csr", "asked: subjectAltName = DNS:example.test\n" },
		{ "e-san-upn.csr", "asked: subjectAltName = otherName:1.3.6.1.4.1.311.20.2.3;UTF8:ca@example.test\n" },
		{ "h-san-all.csr", "asked: subjectAltName = DNS:*.example.test, DNS:xn--e1afmkfd.test, DNS:a_b.test, IP:127.0.0.1, IP:2001:db8::1, "
		                   "email:a@example.test, URI:http://example.test/, RID:1.2.3.4, dirName:C=XX, O=Example, CN=Example Issuing CA, "
		                   "otherName:1.2.3.4;UTF8:x\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(told); i++) {
		char           text[2048];
		struct buf     b = BUF_ON(text);
		struct request r;
		struct err     e = { 0 };
		assert_true(request_parse(&r, read_der(told[i].file), &e));
		request_asked(&b, &r);
		if (!buf_ok(&b) || !strstr(buf_cstr(&b), told[i].said))
			fail_msg("%s: %s", told[i].file, buf_cstr(&b));
		arena.len = 0;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_has_its_answer),
		cmocka_unit_test(every_cut_and_extension_is_refused),
		cmocka_unit_test(every_changed_octet_is_refused),
		cmocka_unit_test(what_it_holds_is_what_was_put_in),
		cmocka_unit_test(other_attributes_are_told),
		cmocka_unit_test(a_request_has_a_most),
		cmocka_unit_test(alternative_names_are_told),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
