/* inherit_test.c: what a constrained issuer lets stand under it (plan_inherit.c), and that a request has all its
 * refusals listed. */
#include "ceremony/pki/ext.h"
#include "ceremony/pki/test/changed.h"
#include "ceremony/pki/test/throwaway.h"

#define SUB "scripts/profiles/tls-subca.ini"
#define TC  "scripts/profiles/tls-subca-tc.ini"

static const uint8_t random_octets[20] = { 1, 2, 3 };

struct maker {
	struct arena   arena;
	struct issuer  issuer;
	struct request request;
	struct ext     ext[2];
	uint8_t        storage[1 << 19];
};

static struct maker *m;

static int make(void **state)
{
	struct err e = { 0 };

	(void)state;
	m = calloc(1, sizeof *m);
	assert_non_null(m);
	m->arena = ARENA_ON(m->storage);
	m->issuer = (struct issuer){ .not_before = THROWAWAY_NOW - 1, .not_after = THROWAWAY_NOW + 7305 * UTC_DAY, .ext = m->ext };
	OK(name_from_text(&m->issuer.name, &m->arena, BYTES_LIT("C=XX, O=Example Trust, CN=Example Root G1"), &e), e);
	m->issuer.key = throwaway_rsa(&m->arena, 4096, 65537);
	m->request.key = throwaway_rsa(&m->arena, 3072, 65537);
	OK(name_from_text(&m->request.subject, &m->arena, BYTES_LIT("C=XX, O=Example Trust, CN=Example Sub 1"), &e), e);
	return 0;
}

static int done(void **state)
{
	(void)state;
	free(m);
	return 0;
}

static struct plan_input input(void)
{
	return (struct plan_input){ .request = &m->request, .issuer = &m->issuer, .now = THROWAWAY_NOW,
		                    .sig = SIG_RSA_SHA256, .random = bytes_of(random_octets, sizeof random_octets) };
}

static void a_constrained_issuer_is_not_widened(void **state)
{
	static const struct {
		const char *path;
		enum oid    id;
		const char *text; /* of the issuer's extension */
		const char *old, *new; /* a line of the profile */
		const char *why;  /* NULL: allowed */
	} cases[] = {
		{ SUB, OID_EXT_EKU, "serverAuth", "", "", NULL },
		{ SUB, OID_EXT_EKU, "clientAuth, serverAuth", "", "", NULL },
		{ SUB, OID_EXT_EKU, "anyExtendedKeyUsage", "", "", NULL },
		{ SUB, OID_EXT_EKU, "emailProtection", "", "", "extendedKeyUsage does not hold" },
		{ "scripts/profiles/private-subca.ini", OID_EXT_EKU, "emailProtection", "", "", "has none: that is any" },
		{ SUB, OID_EXT_CP, "2.23.140.1.2.1", "", "", NULL },
		{ SUB, OID_EXT_CP, "2.5.29.32.0", "", "", NULL },
		{ SUB, OID_EXT_CP, "2.23.140.1.2.2", "", "", "certificatePolicies does not hold" },
		{ "scripts/profiles/private-subca.ini", OID_EXT_CP, "2.23.140.1.2.2", "", "", NULL },
		{ SUB, OID_EXT_NC, "permitted;DNS:example.com", "", "", NULL },
		{ SUB, OID_EXT_NC, "permitted;dirName:C=XX, O=Example Trust", "", "", NULL },
		{ SUB, OID_EXT_NC, "permitted;dirName:C=XX, O=EXAMPLE  TRUST", "", "", NULL },
		{ SUB, OID_EXT_NC, "permitted;dirName:C=XX, O=Another", "", "", "do not allow the subject" },
		{ SUB, OID_EXT_NC, "excluded;dirName:C=XX", "", "", "do not allow the subject" },
		{ TC, OID_EXT_NC, "permitted;DNS:example.com", "", "", NULL },
		{ TC, OID_EXT_NC, "permitted;DNS:com", "", "", NULL },
		{ TC, OID_EXT_NC, "permitted;DNS:ample.com", "", "", "this one's permit" },
		{ TC, OID_EXT_NC, "permitted;DNS:www.example.com", "", "", "this one's permit" },
		{ TC, OID_EXT_NC, "excluded;DNS:example.com", "", "", "this one's permit" },
		{ TC, OID_EXT_NC, "excluded;DNS:example.org", "", "", NULL },
		{ TC, OID_EXT_NC, "permitted;IP:192.0.2.0/255.255.255.0", "excluded;IP:0.0.0.0/0.0.0.0",
		  "permitted;IP:192.0.2.128/255.255.255.128", NULL },
		{ TC, OID_EXT_NC, "permitted;IP:192.0.2.0/255.255.255.0", "excluded;IP:0.0.0.0/0.0.0.0",
		  "permitted;IP:192.0.0.0/255.255.0.0", "this one's permit" },
		{ TC, OID_EXT_NC, "permitted;IP:192.0.2.0/255.255.255.0", "excluded;IP:0.0.0.0/0.0.0.0",
		  "permitted;IP:192.0.3.0/255.255.255.0", "this one's permit" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const size_t          mark = m->arena.len;
		struct plan_input     in = input();
		const struct profile *p = NULL;
		struct plan           plan;
		struct err            e = { 0 };
		OK(profile_parse(&p, &m->arena, cases[i].path, changed(&m->arena, cases[i].path, cases[i].old, cases[i].new), &e), e);
		OK(ext_from_text(&m->ext[0], &m->arena, cases[i].id, bytes_str(cases[i].text), NULL, &e), e);
		m->issuer.num_exts = 1;
		bool good = profile_check(&plan, &m->arena, p, &in, &e);
		if (good != !cases[i].why || (!good && (e.id != ERR_PROFILE_ISSUER || !strstr(e.detail, cases[i].why))))
			fail_msg("case %zu: %d, %s", i, good, e.detail);
		m->issuer.num_exts = 0;
		m->arena.len = mark;
	}
}

static void all_refusals_are_listed(void **state)
{
	static const struct {
		enum err_id id;
		const char *part;
	} wanted[] = {
		{ ERR_PROFILE_REQUEST, "OU has no place" },   { ERR_PROFILE_REQUEST, "CN stands twice" },
		{ ERR_PROFILE_REQUEST, "O is missing" },      { ERR_PROFILE_KEY, "RSA-1024" },
		{ ERR_PROFILE_SIGNATURE, "Ed25519" },         { ERR_PROFILE_REQUEST, "CA:FALSE is asked for" },
		{ ERR_PROFILE_REQUEST, "without keyCertSign" },
	};
	struct plan_input     in = input();
	struct request        r = { .key = throwaway_rsa(&m->arena, 1024, 65537), .num_exts = 2 };
	const struct profile *p = throwaway_profile(&m->arena, SUB);
	struct plan           plan;
	struct err            e = { 0 }, all[16];

	(void)state;
	OK(name_from_text(&r.subject, &m->arena, BYTES_LIT("C=XX, OU=Unit, CN=One, CN=Two"), &e), e);
	OK(ext_from_text(&r.ext[0], &m->arena, OID_EXT_BC, BYTES_LIT("CA:FALSE"), NULL, &e), e);
	OK(ext_from_text(&r.ext[1], &m->arena, OID_EXT_KU, BYTES_LIT("digitalSignature"), NULL, &e), e);
	in.request = &r;
	in.sig = SIG_ED25519;
	assert_false(profile_check(&plan, &m->arena, p, &in, &e));
	size_t num = profile_refusals(all, COUNT_OF(all), &m->arena, p, &in);
	assert_int_equal(num, COUNT_OF(wanted));
	for (size_t i = 0; i < num; i++)
		if (all[i].id != wanted[i].id || !strstr(all[i].detail, wanted[i].part))
			fail_msg("%zu: %s", i, all[i].detail);
	assert_int_equal(profile_refusals(all, 1, &m->arena, p, &in), COUNT_OF(wanted)); /* kept: one */
	in = input();
	assert_int_equal(profile_refusals(all, COUNT_OF(all), &m->arena, p, &in), 0);
	OK(profile_check(&plan, &m->arena, p, &in, &e), e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_constrained_issuer_is_not_widened, make, done),
		cmocka_unit_test_setup_teardown(all_refusals_are_listed, make, done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
