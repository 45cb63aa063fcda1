/* kind_test.c: what a file looks like. */
#include "ceremony/pki/kind.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SEQ0 "\x30\x00"
#define OID0 "\x06\x01\x2a"

static const struct {
	struct bytes der;
	const char  *name;
} cases[] = {
	{ BYTES_LIT("\x30\x18\x30\x11\xa0\x00\x02\x01\x01" SEQ0 SEQ0 SEQ0 SEQ0 SEQ0 SEQ0 "\x03\x01\x00"), NULL },
	{ BYTES_LIT("\x30\x18\x30\x11\xa0\x00\x02\x01\x01" SEQ0 SEQ0 SEQ0 SEQ0 SEQ0 SEQ0 "\x03\x01"), NULL },
	{ BYTES_LIT("\x30\x16\x30\x0f\xa0\x00\x02\x01\x01" SEQ0 SEQ0 SEQ0 SEQ0 SEQ0 SEQ0 "\x03\x01\x00"), "a certificate" },
	{ BYTES_LIT("\x30\x14\x30\x0d\x02\x01\x01" SEQ0 SEQ0 SEQ0 SEQ0 SEQ0 SEQ0 "\x03\x01\x00"), "a certificate" },
	{ BYTES_LIT("\x30\x10\x30\x09\x02\x01\x01" SEQ0 SEQ0 "\x17\x00" SEQ0 "\x03\x01\x00"), "a revocation list" },
	{ BYTES_LIT("\x30\x10\x30\x09\x02\x01\x00" SEQ0 SEQ0 "\xa0\x00" SEQ0 "\x03\x01\x00"), "a request" },
	{ BYTES_LIT("\x30\x07\x02\x01\x00" SEQ0 "\x04\x00"), "a private key" },
	{ BYTES_LIT("\x30\x05\x02\x01\x01\x04\x00"), "a private key" },
	{ BYTES_LIT("\x30\x0f\x02\x01\x00\x02\x01\x01\x02\x01\x01\x02\x01\x01\x02\x01\x01"), "a private key" },
	{ BYTES_LIT("\x30\x07\x30\x03" OID0 "\x04\x00"), "an encrypted private key" },
	{ BYTES_LIT("\x30\x08\x30\x03" OID0 "\x03\x01\x00"), "a public key" },
	{ BYTES_LIT("\x30\x06\x02\x01\x05\x02\x01\x03"), "a public key" },
	{ BYTES_LIT("\x30\x07\x02\x01\x03" SEQ0 SEQ0), "a PKCS #12 file" },
	{ BYTES_LIT("\x30\x05" OID0 "\xa0\x00"), "a CMS message (PKCS #7)" },
	{ BYTES_LIT(""), NULL },
	{ BYTES_LIT("\x30\x00"), NULL },
	{ BYTES_LIT("\x31\x05" OID0 "\xa0\x00"), NULL },
	{ BYTES_LIT("\x30\x05" OID0 "\xa0\x00\x00"), NULL },
	{ BYTES_LIT("\x30\x80" OID0 "\xa0\x00\x00\x00"), NULL },
};

static void each_kind_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *name = kind_of(cases[i].der);
		if (!name != !cases[i].name || (name && strcmp(name, cases[i].name) != 0))
			fail_msg("case %zu: %s", i, name ? name : "nothing");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
