/* uri_test.c: which URIs name a token, and which are refused although p11-kit would take them. */
#include "ceremony/token/uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const struct {
	const char *text, *says; /* says: "" if it is good */
} cases[] = {
	{ "pkcs11:token=Root;serial=0a1b?module-path=/usr/lib/m.so", "" },
	{ "pkcs11:serial=0a1b?module-path=/m.so", "" },
	{ "pkcs11:token=My%20Root;manufacturer=Acme;model=X?module-path=/m%20m.so", "" },
	{ "pkcs11:?module-path=/m.so", "" },
	{ "pkcs11:token=A?module-path=/m.so&x-init=configdir%3D%27%27%20flags%3DnoModDB", "" },
	{ "pkcs11:token=A?x-init=a&module-path=/m.so", "" },
	{ "pkcs11:token=A?module-path=/m.so&x-init=", "an attribute is empty: x-init" },
	{ "pkcs11:token=A?module-path=/m.so&x-init=a&x-init=b", "an attribute stands twice: x-init" },
	{ "pkcs11:token=A;x-init=a?module-path=/m.so", "an attribute on the wrong side of the ?: x-init" },
	{ "pkcs11:token=A?module-path=/m.so&x-init=%a", "a % without two hex digits" },
	{ "pkcs11:token=A?module-path=/m.so&x-colour=red", "an attribute that is not taken: x-colour" },
	{ "", "it is empty" },
	{ "token=Root?module-path=/m.so", "it does not begin with the scheme pkcs11: token=Root?module-path=/m.so" },
	{ "PKCS11:token=Root?module-path=/m.so", "it does not begin with the scheme pkcs11: PKCS11:token=Root?module-path=/m.so" },
	{ "pkcs11:token=Root", "no ?module-path=" },
	{ "pkcs11:token=Root?", "an attribute without a value" },
	{ "pkcs11:token=Root?module-path=", "an attribute is empty: module-path" },
	{ "pkcs11:token=Root?module-path=m.so", "the module-path is not absolute" },
	{ "pkcs11:token=Root?module-path=/m.so&module-path=/n.so", "an attribute stands twice: module-path" },
	{ "pkcs11:token=A;token=B?module-path=/m.so", "an attribute stands twice: token" },
	{ "pkcs11:serial=1;token=A;serial=1?module-path=/m.so", "an attribute stands twice: serial" },
	{ "pkcs11:token=?module-path=/m.so", "an attribute is empty: token" },
	{ "pkcs11:token?module-path=/m.so", "an attribute without a value: token" },
	{ "pkcs11:token=A;?module-path=/m.so", "an attribute without a value" },
	{ "pkcs11:token=A;slot-id=1?module-path=/m.so", "an attribute that is not taken: slot-id" },
	{ "pkcs11:token=A;object=key?module-path=/m.so", "an attribute that is not taken: object" },
	{ "pkcs11:token=A;x-colour=red?module-path=/m.so", "an attribute that is not taken: x-colour" },
	{ "pkcs11:token=A?module-path=/m.so&pin-value=1234", "an attribute that is not taken: pin-value" },
	{ "pkcs11:token=A?module-path=/m.so&pin-source=/p", "an attribute that is not taken: pin-source" },
	{ "pkcs11:token=A?module-name=m&module-path=/m.so", "an attribute that is not taken: module-name" },
	{ "pkcs11:module-path=/m.so?token=A", "an attribute on the wrong side of the ?: module-path" },
	{ "pkcs11:token=A%2?module-path=/m.so", "a % without two hex digits" },
	{ "pkcs11:token=A%zz?module-path=/m.so", "a % without two hex digits" },
	{ "pkcs11:token=123456789012345678901234567890123?module-path=/m.so", "a value is too long" },
	{ "pkcs11:\033[31m=A?module-path=/m.so", "an attribute that is not taken" },
};

static void each_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct uri u = { 0 };
		struct err e = { 0 };
		bool       good = uri_parse(&u, bytes_str(cases[i].text), &e);

		print_message("  %s\n", cases[i].says[0] ? cases[i].says : cases[i].text);
		assert_string_equal(e.detail, cases[i].says);
		assert_int_equal(good, cases[i].says[0] == 0);
		assert_int_equal(e.id, good ? ERR_NONE : ERR_TOKEN_URI);
		assert_int_equal(u.p != NULL, good); /* untouched on failure */
		uri_done(&u);
		uri_done(&u);
	}
}

static void a_text_to_start_with(void **state)
{
	struct uri u = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_true(uri_parse(&u, BYTES_LIT("pkcs11:token=A?module-path=/m.so&x-init=a%3D%27b%27%20c%26%25"), &e));
	assert_string_equal(u.init, "a='b' c&%");
	uri_done(&u);
	assert_true(uri_parse(&u, BYTES_LIT("pkcs11:token=A?module-path=/m.so"), &e));
	assert_null(u.init);
	uri_done(&u);
}

static void too_long_and_with_a_nul(void **state)
{
	static char text[URI_MAX + 2];
	struct uri  u = { 0 };
	struct err  e = { 0 };

	(void)state;
	(void)snprintf(text, sizeof text, "pkcs11:token=A?module-path=/");
	memset(text + strlen(text), 'm', sizeof text - strlen(text));
	assert_true(uri_parse(&u, bytes_of(text, URI_MAX), &e));
	assert_int_equal(strlen(u.module_path), URI_MAX - strlen("pkcs11:token=A?module-path="));
	uri_done(&u);
	assert_false(uri_parse(&u, bytes_of(text, URI_MAX + 1), &e));
	assert_false(uri_parse(&u, BYTES_LIT("pkcs11:token=A\0B?module-path=/m.so"), &e));
}

static CK_TOKEN_INFO token(const char *label, const char *serial)
{
	CK_TOKEN_INFO t;

	memset(&t, 0, sizeof t);
	memset(t.label, ' ', sizeof t.label);
	memset(t.serialNumber, ' ', sizeof t.serialNumber);
	memset(t.manufacturerID, ' ', sizeof t.manufacturerID);
	memset(t.model, ' ', sizeof t.model);
	memcpy(t.label, label, strlen(label));
	memcpy(t.serialNumber, serial, strlen(serial));
	memcpy(t.manufacturerID, "Acme", 4);
	return t;
}

static void fitting(void **state)
{
	static const struct {
		const char *uri, *label, *serial;
		bool        fits, fits_blank;
	} rows[] = {
		{ "pkcs11:token=Root?module-path=/m", "Root", "1", true, true },
		{ "pkcs11:token=Root?module-path=/m", "Root2", "1", false, true },
		{ "pkcs11:token=Root?module-path=/m", "", "", false, true },
		{ "pkcs11:token=Root;serial=1?module-path=/m", "Root", "1", true, true },
		{ "pkcs11:token=Root;serial=1?module-path=/m", "Root", "2", false, false },
		{ "pkcs11:token=Root;serial=1?module-path=/m", "Root", "", false, false },
		{ "pkcs11:serial=1?module-path=/m", "Any", "1", true, true },
		{ "pkcs11:serial=1?module-path=/m", "Any", "11", false, false },
		{ "pkcs11:token=Root;manufacturer=Acme?module-path=/m", "Root", "1", true, true },
		{ "pkcs11:token=Root;manufacturer=Other?module-path=/m", "Root", "1", false, false },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct uri    u = { 0 };
		struct err    e = { 0 };
		CK_TOKEN_INFO t = token(rows[i].label, rows[i].serial);

		assert_true(uri_parse(&u, bytes_str(rows[i].uri), &e));
		assert_int_equal(uri_fits(&u, &t), rows[i].fits);
		assert_int_equal(uri_fits_blank(&u, &t), rows[i].fits_blank);
		uri_done(&u);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case),
		cmocka_unit_test(a_text_to_start_with),
		cmocka_unit_test(too_long_and_with_a_nul),
		cmocka_unit_test(fitting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
