/* lint_test.c: what the shipped profiles make has no finding; and for each rule a certificate
 * or a list that breaks it. */
#include "ceremony/pki/test/throwaway.h"

#include "ceremony/pki/ext.h"
#include "ceremony/pki/rules.h"

#define FINDINGS 32

static struct chain *chain;

static int make_chain(void **state)
{
	(void)state;
	chain = chain_new(KEY_P384, KEY_P256);
	return 0;
}

static int free_chain(void **state)
{
	(void)state;
	chain_free(chain);
	return 0;
}

static void fail_if_any(const struct lint_finding *f, size_t num)
{
	if (num)
		fail_msg("%zu findings: %s: %s: %s", num, f[0].rule, f[0].reason, f[0].clause);
}

static void what_is_made_has_no_finding(void **state)
{
	struct lint_finding f[FINDINGS];

	(void)state;
	fail_if_any(f, lint_certificate(f, FINDINGS, &chain->root, &chain->root));
	fail_if_any(f, lint_certificate(f, FINDINGS, &chain->root, NULL));
	fail_if_any(f, lint_certificate(f, FINDINGS, &chain->sub, &chain->root));
	fail_if_any(f, lint_certificate(f, FINDINGS, &chain->sub, NULL));
	fail_if_any(f, lint_crl(f, FINDINGS, &chain->crl, &chain->root));
	fail_if_any(f, lint_crl(f, FINDINGS, &chain->crl, NULL));
}

/* ---- certificates -------------------------------------------------------------- */

static struct ext *ext_of(struct plan *p, enum oid id)
{
	for (size_t i = 0; i < p->num_exts; i++)
		if (p->ext[i].id == id)
			return &p->ext[i];
	fail_msg("no %s", oid_name(id));
	return NULL;
}

static void drop(struct plan *p, enum oid id)
{
	struct ext *x = ext_of(p, id);

	memmove(x, x + 1, (size_t)(p->ext + p->num_exts - (x + 1)) * sizeof *x);
	p->num_exts--;
}

static void say(struct plan *p, enum oid id, const char *text)
{
	struct ext_ids ids = { chain->sub.subject_key_id.p, chain->root.subject_key_id.p };
	struct ext    *x = &p->ext[p->num_exts];
	struct err     e = { 0 };

	for (size_t i = 0; i < p->num_exts; i++)
		if (p->ext[i].id == id)
			x = &p->ext[i];
	p->num_exts += x == &p->ext[p->num_exts];
	OK(ext_from_text(x, &chain->arena, id, bytes_str(text), &ids, &e), e);
}

static void name_is(struct name *n, const char *text)
{
	struct err e = { 0 };

	OK(name_from_text(n, &chain->arena, bytes_str(text), &e), e);
}

enum base { ROOT, SUB };

/* One change of a plan, told in a small language: what, on which extension, to what. */
static const struct lint_case {
	enum base   base;
	enum change { DROP, SAY, SUBJECT, ISSUER, LASTS, SERIAL, RAW, WRONG_AKI, RSA } change;
	enum oid    id;
	const char *text;
	long        number;
	const char *rule;
} cases[] = {
	{ ROOT, SAY, OID_EXT_BC, "CA:TRUE", 0, "ca-basic-constraints" },
	{ ROOT, DROP, OID_EXT_KU, "", 0, "ca-key-usage" },
	{ ROOT, SAY, OID_EXT_KU, "keyCertSign, cRLSign", 0, "ca-key-usage" },
	{ ROOT, SAY, OID_EXT_KU, "critical, cRLSign", 0, "ca-key-usage" },
	{ ROOT, DROP, OID_EXT_SKI, "", 0, "ca-subject-key-id" },
	{ ROOT, SAY, OID_EXT_SKI, "critical, hash", 0, "ca-subject-key-id" },
	{ ROOT, SAY, OID_EXT_AKI, "critical, keyid:always", 0, "authority-key-id-critical" },
	{ SUB, SAY, OID_EXT_AIA, "critical, OCSP;URI:http://a.example/", 0, "access-critical" },
	{ ROOT, SAY, OID_EXT_KU, "critical, keyCertSign", 0, "br-key-usage" },
	{ ROOT, SAY, OID_EXT_KU, "critical, keyCertSign, cRLSign, keyAgreement", 0, "br-key-usage" },
	{ ROOT, SAY, OID_EXT_BC, "critical, CA:TRUE, pathlen:1", 0, "root-pathlen" },
	{ ROOT, SAY, OID_EXT_EKU, "serverAuth", 0, "root-ext-key-usage" },
	{ ROOT, SAY, OID_EXT_CP, "anyPolicy", 0, "root-policies" },
	{ ROOT, SAY, OID_EXT_CRLDP, "URI:http://a.example/", 0, "root-crl-points" },
	{ ROOT, SAY, OID_EXT_AIA, "OCSP;URI:http://a.example/", 0, "root-access" },
	{ ROOT, RAW, OID_EXT_SCT_LIST, "\x04\x00", 2, "root-other-extension" },
	{ SUB, RAW, OID_EXT_SAN, "\x30\x00", 2, "subca-other-extension" },
	{ SUB, RAW, OID_EXT_NC, "\x30\x00", 2, "subca-name-constraints" },
	{ SUB, DROP, OID_EXT_AKI, "", 0, "subca-authority-key-id" },
	{ SUB, DROP, OID_EXT_EKU, "", 0, "subca-ext-key-usage" },
	{ SUB, SAY, OID_EXT_EKU, "serverAuth, clientAuth", 0, "subca-ext-key-usage" },
	{ SUB, SAY, OID_EXT_EKU, "anyExtendedKeyUsage", 0, "subca-ext-key-usage" },
	{ SUB, RAW, OID_EXT_EKU, "\x30\x00", 2, "subca-ext-key-usage" },
	{ SUB, DROP, OID_EXT_CP, "", 0, "subca-policies" },
	{ SUB, SAY, OID_EXT_CP, "1.2.3.4", 0, "subca-policies" },
	{ SUB, DROP, OID_EXT_CRLDP, "", 0, "subca-crl-points" },
	{ SUB, SAY, OID_EXT_CRLDP, "URI:ldap://a.example/", 0, "subca-crl-points" },
	{ SUB, SAY, OID_EXT_AIA, "caIssuers;URI:https://a.example/", 0, "subca-access" },
	{ SUB, SAY, OID_EXT_BC, "critical, CA:FALSE", 0, "cert-sign-without-ca" },
	{ SUB, SUBJECT, 0, "O=Example Trust, CN=Example Sub 1", 0, "subject-attributes" },
	{ SUB, SUBJECT, 0, "C=XX, O=Example Trust, OU=Unit, CN=Example Sub 1", 0, "subject-other" },
	{ SUB, SUBJECT, 0, "C=XX, CN=Example Sub 1, O=Example Trust", 0, "subject-order" },
	{ SUB, SUBJECT, 0, "C=XX, O=Example Trust, O=Example Two, CN=Example Sub 1", 0, "subject-single" },
	{ SUB, SUBJECT, 0, "", 0, "empty-name" },
	{ SUB, ISSUER, 0, "C=XX, O=Example Trust, CN=Example Root G2", 0, "issuer-name" },
	{ SUB, WRONG_AKI, OID_EXT_AKI, "", 0, "issuer-key-id" },
	{ ROOT, WRONG_AKI, OID_EXT_AKI, "", 0, "root-own-key-id" },
	{ SUB, LASTS, 0, "", 7306, "subca-validity" },
	{ ROOT, LASTS, 0, "", 2921, "root-validity" },
	{ ROOT, LASTS, 0, "", 9133, "root-validity" },
	{ ROOT, LASTS, 0, "", 9132, NULL },
	{ ROOT, LASTS, 0, "", 2922, NULL },
	{ SUB, SERIAL, 0, "", 7, "serial-entropy" },
	{ SUB, SERIAL, 0, "", 8, NULL },
	{ SUB, RSA, 0, "", 1024, "key" },
	{ SUB, RSA, 0, "", 2049, "key" },
	{ SUB, RSA, 0, "exponent 3", 2048, "key" },
	{ SUB, RSA, 0, "", 2048, NULL },
};

static void apply(struct plan *p, const struct lint_case *x)
{
	static const uint8_t zeros[KEY_ID_LEN];
	struct err           e = { 0 };

	switch (x->change) {
	case DROP: drop(p, x->id); return;
	case SAY: say(p, x->id, x->text); return;
	case SUBJECT: name_is(&p->subject, x->text); return;
	case ISSUER: name_is(&p->issuer, x->text); return;
	case LASTS: p->not_after = p->not_before + x->number * UTC_DAY - 1; return;
	case SERIAL: p->serial_len = (size_t)x->number; return;
	case RSA: p->key = throwaway_rsa(&chain->arena, (unsigned)x->number, x->text[0] ? 3 : 65537); return;
	case WRONG_AKI:
		OK(ext_from_text(ext_of(p, x->id), &chain->arena, x->id, BYTES_LIT("keyid"), &(struct ext_ids){ zeros, zeros },
		                 &e),
		   e);
		return;
	case RAW:
		say(p, OID_EXT_CP, "cabf-ov"); /* any: makes room in the list where it is new */
		if (ext_find(p->ext, p->num_exts, x->id))
			drop(p, x->id);
		p->ext[p->num_exts++] = (struct ext){ .id = x->id, .oid = oid_der(x->id),
			                              .value = bytes_of(x->text, (size_t)x->number) };
		return;
	}
	fail();
}

static bool has(const struct lint_finding *f, size_t num, const char *rule)
{
	for (size_t i = 0; i < num && i < FINDINGS; i++)
		if (strcmp(f[i].rule, rule) == 0)
			return true;
	return false;
}

static void each_rule_can_be_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct lint_case *x = &cases[i];
		struct plan             p = x->base == ROOT ? chain->root_plan : chain->sub_plan;
		struct lint_finding     f[FINDINGS];
		size_t                  kept = chain->arena.len;
		apply(&p, x);
		struct certificate c = chain_certificate(chain, &p, &chain->root_key);
		size_t             num = lint_certificate(f, FINDINGS, &c, x->base == ROOT ? NULL : &chain->root);
		if (x->rule ? !has(f, num, x->rule) : num != 0)
			fail_msg("%zu: %zu findings, first %s (%s)", i, num, num ? f[0].rule : "none", num ? f[0].reason : "");
		for (size_t n = 0; n < num && n < FINDINGS; n++)
			assert_true(f[n].clause[0] && f[n].reason[0]);
		chain->arena.len = kept;
	}
}

static void a_wrong_issuer_is_seen(void **state)
{
	struct certificate  issuer = chain->root;
	struct lint_finding f[FINDINGS];
	size_t              num;

	(void)state;
	num = lint_certificate(f, FINDINGS, &chain->sub, &chain->sub);
	assert_true(has(f, num, "signature") && has(f, num, "issuer-name") && has(f, num, "issuer-key-id"));
	assert_true(has(f, num, "pathlen"));
	issuer.key_usage = USAGE_CRL_SIGN;
	num = lint_certificate(f, FINDINGS, &chain->sub, &issuer);
	assert_true(has(f, num, "issuer-may-sign"));
	assert_int_equal(num, 1);
	assert_int_equal(lint_certificate(f, 0, &chain->sub, &chain->sub), 4); /* counted, not kept */
}

/* The same CA is held to more or less, as its profile claims. */
static void claims_choose_the_rules(void **state)
{
	struct plan         p = chain->root_plan;
	struct lint_finding f[FINDINGS];

	(void)state;
	p.not_after = p.not_before + 100 * UTC_DAY;
	struct certificate c = chain_certificate(chain, &p, &chain->root_key);
	assert_int_equal(lint_certificate(f, FINDINGS, &c, NULL), 1);
	assert_int_equal(lint_certificate_under(f, FINDINGS, &c, NULL, CLAIM_RFC5280 | CLAIM_CA), 0);
	/* no extendedKeyUsage, no policies, no distribution point */
	assert_int_equal(lint_certificate_under(f, FINDINGS, &c, NULL, CLAIM_RFC5280 | CLAIM_BR | CLAIM_BR_SUBCA), 3);
}

/* ---- CRLs ------------------------------------------------------------------------ */

static void each_crl_rule_can_be_broken(void **state)
{
	struct lint_finding f[FINDINGS];
	struct crl_entry    entry = chain->entry[0];
	struct crl_plan     p = chain->crl_plan;
	struct certificate  issuer = chain->root;
	size_t              num;

	(void)state;
	num = lint_crl(f, FINDINGS, &chain->crl, &chain->sub);
	assert_true(has(f, num, "crl-issuer-name") && has(f, num, "crl-issuer-key-id") && has(f, num, "crl-signature"));
	issuer.key_usage = USAGE_KEY_CERT_SIGN;
	num = lint_crl(f, FINDINGS, &chain->crl, &issuer);
	assert_true(num == 1 && has(f, num, "crl-issuer-may-sign"));

	p.next_update = p.this_update + 366 * UTC_DAY;
	struct crl c = chain_crl(chain, &p);
	num = lint_crl(f, FINDINGS, &c, &chain->root);
	assert_true(num == 1 && has(f, num, "crl-next-update"));

	p = chain->crl_plan;
	p.entry = &entry;
	p.num_entries = 1;
	entry.reason = 0;
	c = chain_crl(chain, &p);
	num = lint_crl(f, FINDINGS, &c, &chain->root);
	assert_true(num == 1 && has(f, num, "crl-reason"));
	assert_int_equal(lint_crl_under(f, FINDINGS, &c, &chain->root, CLAIM_RFC5280), 0);

	c = chain->crl;
	c.this_update = chain->entry[0].date - 1;
	num = lint_crl(f, FINDINGS, &c, NULL);
	assert_true(has(f, num, "crl-date"));
	c = chain->crl;
	c.sig = SIG_ED25519;
	num = lint_crl(f, FINDINGS, &c, NULL);
	assert_true(num == 1 && has(f, num, "crl-signature-algorithm"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_made_has_no_finding), cmocka_unit_test(each_rule_can_be_broken),
		cmocka_unit_test(a_wrong_issuer_is_seen),      cmocka_unit_test(claims_choose_the_rules),
		cmocka_unit_test(each_crl_rule_can_be_broken),
	};

	return cmocka_run_group_tests(tests, make_chain, free_chain);
}
