/* ext_form_test.c: which values of a request's extensions have the form of theirs. */
#include "ceremony/pki/ext.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void forms(void **state)
{
	static const struct {
		enum oid     id;
		struct bytes value;
		bool         formed;
	} cases[] = {
		/* nameConstraints: one host; none of any host, mailbox, URI */
		{ OID_EXT_NC, BYTES_LIT("\x30\x07\xa0\x05\x30\x03\x82\x01\x61"), true },
		{ OID_EXT_NC, BYTES_LIT("\x30\x06\xa1\x04\x30\x02\x82\x00"), true },
		{ OID_EXT_NC, BYTES_LIT("\x30\x06\xa1\x04\x30\x02\x81\x00"), true },
		{ OID_EXT_NC, BYTES_LIT("\x30\x06\xa1\x04\x30\x02\x86\x00"), true },
		{ OID_EXT_NC, BYTES_LIT("\x30\x06\xa1\x04\x30\x02\x87\x00"), false }, /* no address */
		{ OID_EXT_NC, BYTES_LIT("\x30\x06\xa1\x04\x30\x02\x88\x00"), false }, /* no identifier */
		{ OID_EXT_NC, BYTES_LIT("\x30\x06\xa1\x04\x30\x02\x0c\x00"), false }, /* no GeneralName */
		{ OID_EXT_NC, BYTES_LIT("\x30\x04\xa1\x02\x30\x00"), false },
		{ OID_EXT_NC, BYTES_LIT("\x30\x02\xa1\x00"), false },
		{ OID_EXT_NC, BYTES_LIT("\x30\x00"), false },
		{ OID_EXT_NC, BYTES_LIT("\x30\x09\xa1\x07\x30\x05\x82\x00\x80\x01\x00"), false }, /* the default written out */
		{ OID_EXT_NC, BYTES_LIT("\x30\x09\xa1\x07\x30\x05\x82\x00\x80\x01\x01"), false }, /* another minimum */
		{ OID_EXT_NC, BYTES_LIT("\x30\x09\xa1\x07\x30\x05\x82\x00\x81\x01\x05"), false }, /* a maximum */
		{ OID_EXT_NC, BYTES_LIT("\x30\x09\xa1\x07\x30\x05\x82\x00\x82\x01\x00"), false },
		/* authorityInfoAccess: a URI; an empty one leads nowhere, nor does a relative one */
		{ OID_EXT_AIA, BYTES_LIT("\x30\x0a\x30\x08\x06\x02\x2a\x03\x86\x02\x61\x3a"), true },
		{ OID_EXT_AIA, BYTES_LIT("\x30\x0a\x30\x08\x06\x02\x2a\x03\x86\x02\x3a\x61"), false },
		{ OID_EXT_AIA, BYTES_LIT("\x30\x09\x30\x07\x06\x02\x2a\x03\x86\x01\x61"), false },
		{ OID_EXT_AIA, BYTES_LIT("\x30\x08\x30\x06\x06\x02\x2a\x03\x86\x00"), false },
		/* cRLDistributionPoints: not of reasons alone */
		{ OID_EXT_CRLDP, BYTES_LIT("\x30\x0a\x30\x08\xa0\x06\xa0\x04\x86\x02\x61\x3a"), true },
		{ OID_EXT_CRLDP, BYTES_LIT("\x30\x06\x30\x04\x81\x02\x06\x40"), false },
		{ OID_EXT_CRLDP, BYTES_LIT("\x30\x02\x30\x00"), false },
		/* policyConstraints: one of the two, at the least */
		{ OID_EXT_POLICY_CONSTRAINTS, BYTES_LIT("\x30\x03\x81\x01\x00"), true },
		{ OID_EXT_POLICY_CONSTRAINTS, BYTES_LIT("\x30\x00"), false },
		{ OID_EXT_INHIBIT_ANY, BYTES_LIT("\x02\x01\x00"), true },
		{ OID_EXT_INHIBIT_ANY, BYTES_LIT("\x02\x01\xff"), false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		if (ext_is_formed(cases[i].id, cases[i].value) != cases[i].formed)
			fail_msg("case %zu", i);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(forms) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
