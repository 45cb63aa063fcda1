/* rows_test.c: every row of test/data/profiles.tsv has a check that is alive.
 *
 * A row's check is a rule that a mutant of that profile breaks (mutants.h; mutants_test.c
 * breaks them), or a change of that profile's text that is refused with its clause, or a
 * function here; or it is out of scope, with a reason. A row without one is named, and so is
 * an entry here without a row. */
#include "ceremony/pki/test/mutants.h"

#include "ceremony/pki/test/changed.h"
#include "ceremony/pki/test/family.h"

static struct family *family;

static int make(void **state)
{
	(void)state;
	family = family_new();
	return 0;
}

static int done(void **state)
{
	(void)state;
	family_free(family);
	return 0;
}

static bool is_listed(const char *list, const char *name)
{
	struct bytes word, rest = bytes_str(list);

	while (bytes_cut(rest, ' ', &word, &rest))
		if (bytes_is(word, name))
			return true;
	return bytes_is(rest, name);
}

/* ---- functions ------------------------------------------------------------------------ */

/* A profile with a piece of its text changed, or NULL and why. */
static const struct profile *reread(const char *name, const char *old, const char *new, struct err *e)
{
	const struct profile *p = NULL;
	char                  path[64];

	(void)snprintf(path, sizeof path, "scripts/profiles/%s.ini", name);
	return profile_parse(&p, &family->arena, path, changed(&family->arena, path, old, new), e) ? p : NULL;
}

static const struct kin *kin_of(const char *name)
{
	for (size_t i = 0; i < NUM_KIN; i++)
		if (strcmp(family->kin[i].name, name) == 0)
			return &family->kin[i];
	fail_msg("no certificate under %s", name);
	return NULL;
}

/* Whether a plan comes of the changed profile; if not, the detail holds `clause`. */
static bool plans(const char *name, const char *old, const char *new, const char *clause)
{
	static const uint8_t  random[20] = { 1 };
	const struct kin     *k = kin_of(name);
	struct plan_input     in = family_input(family, k, bytes_of(random, sizeof random));
	struct plan           plan;
	struct err            e = { 0 };
	const struct profile *p = reread(name, old, new, &e);

	if (!p)
		fail_msg("%s, \"%s\": %s", name, new, e.detail);
	if (profile_check(&plan, &family->arena, p, &in, &e))
		return true;
	if (!strstr(e.detail, clause))
		fail_msg("%s, \"%s\": %s", name, new, e.detail);
	return false;
}

/* [signing - 1 d, signing]; chain_now is 2026-11-21T09:00:00Z. */
static void begins_near_signing(const char *name)
{
	assert_int_equal(kin_of(name)->plan.not_before, chain_now());
	/* under a root that began at signing itself, not before that either */
	assert_int_equal(plans(name, "= signing", "= 2026-11-20T09:00:00Z", "the issuer's beginning"), strcmp(name, "tls-root") == 0);
	assert_false(plans(name, "= signing", "= 2026-11-20T08:59:59Z", "BR 7.1.2.10.1"));
	assert_false(plans(name, "= signing", "= 2026-11-21T09:00:01Z", "BR 7.1.2.10.1"));
}

/* ... or back to the beginning of the certificate that there is: 400 days before. */
static void begins_with_existing(const char *name)
{
	assert_true(plans(name, "= signing", "= 2025-10-17T09:00:00Z", ""));
	assert_false(plans(name, "= signing", "= 2025-10-17T08:59:59Z", "BR 7.1.2.10.1"));
	assert_false(plans(name, "= signing", "= 2026-11-21T09:00:01Z", "BR 7.1.2.10.1"));
}

/* After signing, and no later than the issuer (20 years from 2026-11-21). */
static void ends_with_issuer(const char *name)
{
	char old[32];

	(void)snprintf(old, sizeof old, "duration = %s",
	               strcmp(name, "nontls-subca-tc") == 0 ? "5y" : "3y");
	assert_true(plans(name, old, "notAfter = 2046-11-21T08:59:59Z", ""));
	assert_false(plans(name, old, "notAfter = 2046-11-21T09:00:00Z", "BR 7.1.2.10.1"));
	assert_false(plans(name, old, "notAfter = 2026-11-21T09:00:00Z", "over before it is signed"));
}

static void root_lasts_its_days(const char *name)
{
	struct err e = { 0 };

	assert_null(reread(name, "= 20y", "= 2921d", &e));
	assert_non_null(strstr(e.detail, "BR 7.1.2.1.1"));
	assert_true(plans(name, "duration = 20y", "notAfter = 2034-11-21T08:59:59Z", ""));
	assert_false(plans(name, "duration = 20y", "notAfter = 2034-11-21T08:59:58Z", "BR 7.1.2.1.1"));
	assert_true(plans(name, "duration = 20y", "notAfter = 2051-11-22T08:59:59Z", ""));
	assert_false(plans(name, "duration = 20y", "notAfter = 2051-11-22T09:00:00Z", "BR 7.1.2.1.1"));
}

/* The longest that may stand there, and one character more. */
static void names_have_bounds(const char *name)
{
	static const struct {
		const char *type;
		int         max;
	} bounds[] = { { "ST", 128 }, { "L", 128 }, { "postalCode", 40 }, { "street", 128 }, { "O", 64 }, { "CN", 64 } };
	char        text[160];
	struct name n;

	(void)name;
	for (size_t i = 0; i < COUNT_OF(bounds); i++) {
		struct err e = { 0 };
		(void)snprintf(text, sizeof text, "%s=%0*d", bounds[i].type, bounds[i].max, 1);
		assert_true(name_from_text(&n, &family->arena, bytes_str(text), &e));
		(void)snprintf(text, sizeof text, "%s=%0*d", bounds[i].type, bounds[i].max + 1, 1);
		assert_false(name_from_text(&n, &family->arena, bytes_str(text), &e));
		assert_int_equal(e.id, ERR_NAME_LENGTH);
	}
}

/* BR 7.1.2.2.2: octet for octet, and a request for another name is refused. */
static void name_is_the_existing_one(const char *name)
{
	static const uint8_t random[20] = { 1 };
	const struct kin    *k = kin_of(name);
	struct plan_input    in = family_input(family, k, bytes_of(random, sizeof random));
	struct request       request = { .key = family->sub_key.key };
	struct plan          plan;
	struct err           e = { 0 };

	assert_true(bytes_equal(k->plan.subject.der, family->existing.subject.der));
	assert_null(reread(name, "subject = existing", "C = request\nO = request\nCN = request", &e));
	assert_non_null(strstr(e.detail, "BR 7.1.2.2.2"));
	OK(name_from_text(&request.subject, &family->arena, BYTES_LIT("C=XX, O=Example Trust, CN=Another"), &e), e);
	in.request = &request;
	assert_false(profile_check(&plan, &family->arena, k->p, &in, &e));
	assert_non_null(strstr(e.detail, "BR 7.1.2.2.2"));
	request.subject = family->existing.subject;
	OK(profile_check(&plan, &family->arena, k->p, &in, &e), e);
	request.key = family->root_key.key; /* another key than the certified one */
	assert_false(profile_check(&plan, &family->arena, k->p, &in, &e));
	assert_int_equal(e.id, ERR_PROFILE_KEY);
	in.existing = NULL;
	assert_false(profile_check(&plan, &family->arena, k->p, &in, &e));
	assert_int_equal(e.id, ERR_PROFILE_SUBJECT);
}

/* An entry stays: what the ledger drops is flow's (ceremony/flow/plan.c, entry_is_over). */
static void revoked_before_it_is_listed(const char *name)
{
	struct crl_plan  plan = family->crl_plan;
	struct crl_entry entry = family->entry[0];
	struct bytes     tbs;
	struct err       e = { 0 };

	(void)name;
	plan.entry = &entry;
	plan.num_entries = 1;
	entry.date = plan.this_update - 365 * UTC_DAY; /* back-dated */
	OK(crl_tbs(&tbs, &family->arena, &plan, &e), e);
	entry.date = plan.this_update + 1;
	assert_false(crl_tbs(&tbs, &family->arena, &plan, &e));
	assert_int_equal(e.id, ERR_CRL_ENTRY);
}

static void lists_name_reasons(const char *name)
{
	struct crl_plan  plan = family->crl_plan;
	struct crl_entry entry = family->entry[0];

	(void)name;
	plan.entry = &entry;
	plan.num_entries = 1;
	for (uint8_t reason = 0; reason < 12; reason++) {
		bool       may = reason == 1 || reason == 3 || reason == 4 || reason == 5 || reason == 9;
		struct err e = { 0 };
		entry.reason = reason;
		assert_int_equal(profile_crl_check(family->crl_profile, &plan, &e), may);
		assert_true(may || strstr(e.detail, "BR 7.2.2"));
	}
}

static void lists_last_a_year(const char *name)
{
	struct crl_plan plan = family->crl_plan;
	struct err      e = { 0 };

	assert_null(reread(name, "= 364d", "= 367d", &e));
	assert_non_null(strstr(e.detail, "BR 7.2"));
	plan.next_update++;
	assert_false(profile_crl_check(family->crl_profile, &plan, &e));
	assert_int_equal(e.id, ERR_PROFILE_VALIDITY);
}

/* ---- the map ----------------------------------------------------------------------------- */

#define FIVE "tls-root " BR_SUBS

static const struct row {
	const char *profiles, *field;
	const char *rules;          /* each broken by a mutant of that profile; "*": of any */
	const char *old, *new, *clause; /* a change of the profile's text, and the clause that refuses it */
	void (*check)(const char *profile);
	const char *out; /* of scope: why */
} rows[] = {
	{ "*", "version", .rules = "ERR_CERT_VERSION" },
	{ "*", "serialNumber", .rules = "ERR_CERT_SERIAL serial-entropy" },
	{ "*", "signature", .rules = "ERR_CERT_SIGALG_DIFFERS" },
	{ "*", "issuer", .rules = "issuer-name" },
	{ "*", "validity.encoding", .rules = "ERR_CERT_TIME" },
	{ "*", "issuerUniqueID/subjectUniqueID", .rules = "ERR_CERT_DER" },
	{ "*", "subject.encoding", .rules = "subject-single subject-order" },
	{ "*", "subject.C", .rules = "subject-attributes subject-country ERR_NAME_TYPE" },
	{ "*", "subject.O", .rules = "subject-attributes", .check = names_have_bounds },
	{ "*", "subject.CN", .rules = "subject-attributes", .check = names_have_bounds },
	{ "*", "subject.ST/L/postalCode/street", .check = names_have_bounds },
	{ "*", "subject.other", .rules = "subject-other" },
	{ "*", "spki.rsa", .rules = "key" },
	{ "*", "spki.ec", .rules = "ERR_KEY_ALGORITHM" },
	{ "*", "no duplicate extension", .rules = "ERR_CERT_EXT_DUPLICATE" },

	{ "tls-root", "basicConstraints", "ca-basic-constraints root-pathlen", "critical, CA:TRUE", "CA:TRUE", "RFC 5280 4.2.1.9", NULL, NULL },
	{ BR_SUBS, "basicConstraints", "ca-basic-constraints", "critical, CA:TRUE", "CA:TRUE", "RFC 5280 4.2.1.9", NULL, NULL },
	{ FIVE, "keyUsage", "br-key-usage", "critical, keyCertSign", "critical, nonRepudiation, keyCertSign", "BR 7.1.2.10.7", NULL, NULL },
	{ FIVE, "subjectKeyIdentifier", "ca-subject-key-id ERR_CERT_EXT_DUPLICATE", "subjectKeyIdentifier = hash", "", "RFC 5280 4.2.1.2", NULL, NULL },
	{ "tls-root", "SCT list", .rules = "root-other-extension" },
	{ BR_SUBS, "SCT list", .rules = "subca-other-extension" },
	{ "tls-root", "any other extension", "root-other-extension root-name-constraints", "[extensions]", "[extensions]\nnoCheck = ignored", "BR 7.1.2.11.5", NULL, NULL },
	{ BR_SUBS, "any other extension", "subca-other-extension", "[extensions]", "[extensions]\nnoCheck = ignored", "BR 7.1.2.11.5", NULL, NULL },

	{ "tls-root " TLS_SUBS " nontls-subca-tc", "notBefore", .check = begins_near_signing },
	{ "tls-cross", "notBefore", .check = begins_with_existing },
	{ "tls-root", "notAfter", .rules = "root-validity", .check = root_lasts_its_days },
	{ BR_SUBS, "notAfter", .check = ends_with_issuer },
	{ "tls-root", "subject.OU", "subject-other", "CN = script", "OU = script\nCN = script", "BR 7.1.2.10.2", NULL, NULL },
	{ TLS_SUBS " nontls-subca-tc", "subject.OU", "subject-other", "CN = request", "OU = request\nCN = request", "BR 7.1.2.10.2", NULL, NULL },
	{ "tls-root", "authorityKeyIdentifier", "root-own-key-id authority-key-id-critical", "= keyid:always", "= critical, keyid:always", "RFC 5280 4.2.1.1", NULL, NULL },
	{ BR_SUBS, "authorityKeyIdentifier", "subca-authority-key-id", "authorityKeyIdentifier = keyid:always", "", "BR 7.1.2.11.1", NULL, NULL },
	{ "tls-root", "extKeyUsage", "root-ext-key-usage", "[extensions]", "[extensions]\nextendedKeyUsage = serverAuth", "BR 7.1.2.1.2", NULL, NULL },
	{ "tls-root", "certificatePolicies", "root-policies", "[extensions]", "[extensions]\ncertificatePolicies = anyPolicy", "BR 7.1.2.1.2", NULL, NULL },
	{ "tls-root", "cRLDistributionPoints", "root-crl-points", "[extensions]", "[extensions]\ncrlDistributionPoints = URI:http://a.example/", "BR 7.1.2.11.2", NULL, NULL },
	{ "tls-root", "authorityInfoAccess", "root-access", "[extensions]", "[extensions]\nauthorityInfoAccess = OCSP;URI:http://a.example/", "BR 7.1.2.1.2", NULL, NULL },
	{ BR_SUBS, "cRLDistributionPoints", "subca-crl-points", "URI:http://crl", "URI:https://crl", "BR 7.1.2.11.2", NULL, NULL },
	{ BR_SUBS, "authorityInfoAccess", "subca-access", "URI:http://aia", "URI:ldap://aia", "BR 7.1.2.10.3", NULL, NULL },

	{ "tls-cross", "subject", .check = name_is_the_existing_one },
	{ "tls-cross", "extKeyUsage", "cross-ext-key-usage", "= serverAuth", "= serverAuth, clientAuth", "BR 7.1.2.2.3", NULL, NULL },
	{ "tls-cross", "certificatePolicies", "cross-policies", "= 2.23.140.1.2.1", "= 1.2.3.4, 2.23.140.1.2.1", "BR 7.1.2.2.6", NULL, NULL },
	{ "tls-cross tls-subca nontls-subca-tc", "nameConstraints", "subca-name-constraints", "[extensions]", "[extensions]\nnameConstraints = permitted;DNS:a.example", "RFC 5280 4.2.1.10", NULL, NULL },
	{ TLS_SUBS, "extKeyUsage", "subca-ext-key-usage", "= serverAuth", "= serverAuth, clientAuth", "BR 7.1.2.10.6", NULL, NULL },
	{ TLS_SUBS, "certificatePolicies", "subca-policies", "= 2.23.140.1.2.1", "= 2.23.140.1.2.1, 2.23.140.1.2.2", "BR 7.1.2.10.5", NULL, NULL },
	{ "tls-subca-tc", "nameConstraints", "tc-name-constraints", ", excluded;IP:::/::", "", "BR 7.1.2.5.2", NULL, NULL },
	{ "nontls-subca-tc", "extKeyUsage", "nontls-ext-key-usage", "= clientAuth", "= clientAuth, serverAuth", "BR 7.1.2.3.3", NULL, NULL },
	{ "nontls-subca-tc", "certificatePolicies", "nontls-policies", "= anyPolicy", "= 2.23.140.1.2.2", "BR 7.1.2.3.2", NULL, NULL },

	{ "ocsp-responder", "authorityKeyIdentifier", "ocsp-authority-key-id", "authorityKeyIdentifier = keyid:always", "", "BR 7.1.2.8", NULL, NULL },
	{ "ocsp-responder", "extKeyUsage", "ocsp-ext-key-usage", "= OCSPSigning", "= OCSPSigning, serverAuth", "BR 7.1.2.8", NULL, NULL },
	{ "ocsp-responder", "id-pkix-ocsp-nocheck", "ocsp-no-check no-check", "noCheck = ignored", "", "BR 7.1.2.8", NULL, NULL },
	{ "ocsp-responder", "keyUsage", "ocsp-key-usage", "critical, digitalSignature", "critical, digitalSignature, nonRepudiation", "BR 7.1.2.8", NULL, NULL },
	{ "ocsp-responder", "basicConstraints", "ocsp-basic-constraints", "critical, CA:FALSE", "CA:FALSE", "BR 7.1.2.8", NULL, NULL },
	{ "ocsp-responder", "nameConstraints, subjectAltName, cRLDistributionPoints", "ocsp-name-constraints ocsp-alternative-name ocsp-crl-points", "[extensions]", "[extensions]\ncrlDistributionPoints = URI:http://a.example/", "BR 7.1.2.8", NULL, NULL },
	{ "ocsp-responder", "certificatePolicies", "ocsp-policies", "[extensions]", "[extensions]\ncertificatePolicies = anyPolicy", "BR 7.1.2.8", NULL, NULL },
	{ "ocsp-responder", "authorityInfoAccess", "ocsp-access", "[extensions]", "[extensions]\nauthorityInfoAccess = OCSP;URI:http://a.example/", "BR 7.1.2.8", NULL, NULL },

	{ "smime-root", "(as tls-root)", "ca-basic-constraints ca-key-usage br-key-usage ca-subject-key-id root-validity smime-root-policies smime-root-ext-key-usage", "[extensions]", "[extensions]\nextendedKeyUsage = emailProtection", "S/MIME BR 7.1.2.1", NULL, NULL },
	{ "smime-root", "spki.rsa", "smime-key", "RSA-4096", "RSA-3072", "S/MIME BR 6.1.5", NULL, NULL },
	{ "smime-subca", "extKeyUsage", "smime-ext-key-usage", "= emailProtection", "= emailProtection, timeStamping", "S/MIME BR 7.1.2.2", NULL, NULL },
	{ "smime-subca", "certificatePolicies", "smime-policies", "= 2.23.140.1.5.2.3", "= 2.23.140.1.5.2.1", "S/MIME BR 7.1.6.3", NULL, NULL },
	{ "smime-subca", "cRLDistributionPoints / AIA", "subca-crl-points subca-access", "URI:http://crl", "URI:ldap://crl", "BR 7.1.2.11.2", NULL, NULL },
	{ "smime-subca", "nameConstraints", "smime-name-constraints", "[extensions]", "[extensions]\nnameConstraints = critical, permitted;email:joe@example.com", "S/MIME BR 7.1.5", NULL, NULL },
	{ "cs-root", "spki", "code-key code-root-ext-key-usage code-root-policies", "RSA-4096", "RSA-3072", "Code Signing BR 6.1.5.1", NULL, NULL },
	{ "cs-subca", "extKeyUsage", "code-ext-key-usage", "= codeSigning", "= codeSigning, timeStamping", "Code Signing BR 7.1.2.2", NULL, NULL },
	{ "ts-subca", "extKeyUsage", "time-ext-key-usage", "= timeStamping", "= timeStamping, codeSigning", "Code Signing BR 7.1.2.2", NULL, NULL },
	{ "cs-subca", "authorityInfoAccess", "code-access", "caIssuers;", "OCSP;", "Code Signing BR 7.1.2.2", NULL, NULL },
	{ "cs-subca", "certificatePolicies", "code-policies", "= 2.23.140.1.4.1", "= 1.2.3.4", "Code Signing BR 7.1.6.3", NULL, NULL },

	{ "crl-ca", "version", .rules = "ERR_CRL_VERSION" },
	{ "crl-ca", "issuer", .rules = "crl-issuer-name crl-partition" },
	{ "crl-ca", "thisUpdate/nextUpdate", .rules = "crl-next-update ERR_CRL_TIME", .check = lists_last_a_year },
	{ "crl-ca", "authorityKeyIdentifier", "crl-issuer-key-id ERR_CRL_EXT", "authorityKeyIdentifier = keyid:always", "", "BR 7.2.2", NULL, NULL },
	{ "crl-ca", "cRLNumber", "ERR_CRL_EXT", "crlNumber = next", "", "BR 7.2.2", NULL, NULL },
	{ "crl-ca", "issuingDistributionPoint", .rules = "crl-partition crl-partition-critical" },
	{ "crl-ca", "entry.reasonCode", .rules = "crl-reason", .check = lists_name_reasons },
	{ "crl-ca", "entry.revocationDate", .rules = "crl-date", .check = revoked_before_it_is_listed },
	{ "crl-ca", "revokedCertificates", .rules = "ERR_CRL_EMPTY" },
	{ "crl-ca", "issue deadlines", .check = lists_last_a_year,
	  .out = "the 24 hours are the ledger's, not a profile's: ceremony/cmd/test/due_test.c" },
	{ "pq-mldsa", "spki+sigalg", .out = "no library in Debian 12 or 13 makes or verifies it" },
	{ "pq-slhdsa", "spki+sigalg", .out = "no library in Debian 12 or 13 makes or verifies it" },
	{ "pq-composite", "spki+sigalg", .out = "a draft: not to be shipped" },
};

/* ---- the walk ------------------------------------------------------------------------------ */

static bool is_alive(const char *profile, const char *rule)
{
	for (size_t i = 0; i < COUNT_OF(mutants); i++)
		if (mutants[i].rule && strcmp(mutants[i].rule, rule) == 0 &&
		    (strcmp(profile, "*") == 0 || is_listed(mutants[i].profiles, profile)))
			return true;
	for (size_t i = 0; strcmp(profile, "crl-ca") == 0 && i < COUNT_OF(list_mutants); i++)
		if (list_mutants[i].rule && strcmp(list_mutants[i].rule, rule) == 0)
			return true;
	return false;
}

static void each_rule_is_alive(const char *profile, const struct row *r)
{
	struct bytes rule, rest = bytes_str(r->rules);
	char         text[64];

	for (bool more = r->rules != NULL; more;) {
		more = bytes_cut(rest, ' ', &rule, &rest);
		if (!more)
			rule = rest;
		(void)snprintf(text, sizeof text, "%.*s", (int)rule.len, (const char *)rule.p);
		if (!is_alive(profile, text))
			fail_msg("%s, %s: no mutant breaks %s", profile, r->field, text);
	}
}

static void walk(const char *profile, const struct row *r)
{
	struct err e = { 0 };

	if (!r->rules && !r->old && !r->check && !r->out)
		fail_msg("%s, %s: the entry checks nothing", profile, r->field);
	each_rule_is_alive(profile, r);
	if (r->old) {
		if (reread(profile, r->old, r->new, &e))
			fail_msg("%s, %s: \"%s\" is not refused", profile, r->field, r->new);
		if (e.id != ERR_PROFILE_RULE || !strstr(e.detail, r->clause))
			fail_msg("%s, %s: %s (%s)", profile, r->field, err_text_of(e.id)->name, e.detail);
	}
	if (r->check)
		r->check(profile);
}

static void each_row_has_a_check(void **state)
{
	static uint8_t storage[1 << 16];
	struct arena   a = ARENA_ON(storage);
	struct bytes   text, line, profile, field, rest;
	bool           used[COUNT_OF(rows)] = { false };
	size_t         num = 0;
	struct err     e = { 0 };

	(void)state;
	OK(file_read(&text, &a, AT_FDCWD, "ceremony/pki/test/data/profiles.tsv", sizeof storage - 1, &e), e);
	assert_true(bytes_cut(text, '\n', &line, &text) && bytes_starts(line, "profile\tfield\t"));
	for (; bytes_cut(text, '\n', &line, &text); num++) {
		size_t i = 0;
		char   name[32];
		assert_true(bytes_cut(line, '\t', &profile, &rest) && bytes_cut(rest, '\t', &field, &rest));
		(void)snprintf(name, sizeof name, "%.*s", (int)profile.len, (const char *)profile.p);
		while (i < COUNT_OF(rows) && !(bytes_is(field, rows[i].field) && is_listed(rows[i].profiles, name)))
			i++;
		if (i == COUNT_OF(rows))
			fail_msg("no check for the row %s, %.*s", name, (int)field.len, (const char *)field.p);
		used[i] = true;
		size_t kept = family->arena.len;
		walk(name, &rows[i]);
		family->arena.len = kept;
	}
	assert_int_equal(num, 116);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (!used[i])
			fail_msg("no row for the entry %s, %s", rows[i].profiles, rows[i].field);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_has_a_check),
	};

	return cmocka_run_group_tests(tests, make, done);
}
