/* template_test.c: what a profile can say of subjects, moments and signatures, and what becomes
 * of it; beside plan_test.c. */
#include <time.h>

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

static const struct profile *read_changed(const char *path, const char *old, const char *new)
{
	const struct profile *p = NULL;
	struct err            e = { 0 };

	OK(profile_parse(&p, &family->arena, path, changed(&family->arena, path, old, new), &e), e);
	return p;
}

static void patterns_are_kept(void **state)
{
	static const struct {
		const char *pattern, *cn;
		bool        fits;
	} cases[] = {
		{ "Example*", "Example Root", true },
		{ "Example*", "An Example Root", false },
		{ "*Root", "Example Root", true },
		{ "*Root", "Example Root G1", false },
		{ "* Root G?", "Example Root G1", true },
		{ "* Root G?", "Example Root G", false },
		{ "* Root G?", "Example Root G\xc3\xa9", true }, /* one character of two octets */
		{ "*a*b*c", "xaxbxbxc", true },
		{ "*a*b*c", "xaxbxbx", false },
		{ "Example, Inc.", "Example\\, Inc.", true },
		{ "*", "anything", true },
	};
	static const uint8_t random[20] = { 1 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct plan_input in = family_input(family, &family->kin[TLS_ROOT], bytes_of(random, sizeof random));
		struct plan       plan;
		struct err        e = { 0 };
		char              subject[96], line[64];
		(void)snprintf(line, sizeof line, "CN = script, pattern:%s", cases[i].pattern);
		(void)snprintf(subject, sizeof subject, "C=XX, O=Example Trust, CN=%s", cases[i].cn);
		in.subject_text = bytes_str(subject);
		bool good = profile_check(&plan, &family->arena, read_changed(ROOT, "CN = script", line), &in, &e);
		if (good != cases[i].fits || (!good && e.id != ERR_PROFILE_SUBJECT))
			fail_msg("%s, %s: %s", cases[i].pattern, cases[i].cn, e.detail);
	}
}

/* Spans end at the end of a month, and in leap years, as the calendar has it. */
static void spans_follow_the_calendar(void **state)
{
	static const struct {
		const char *now, *span, *end;
	} cases[] = {
		{ "2028-02-29T12:00:00Z", "20y", "2048-02-29T11:59:59Z" },
		{ "2028-02-29T12:00:00Z", "21y", "2049-02-28T11:59:59Z" },
		{ "2026-08-31T00:00:00Z", "246m", "2047-02-27T23:59:59Z" },
		{ "2027-08-31T00:00:00Z", "246m", "2048-02-28T23:59:59Z" },
		{ "2026-12-31T23:59:59Z", "23y", "2049-12-31T23:59:58Z" },
		{ "2026-11-21T09:00:00Z", "7305d", "2046-11-21T08:59:59Z" },
	};
	static const uint8_t random[20] = { 1 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct plan_input in = family_input(family, &family->kin[TLS_ROOT], bytes_of(random, sizeof random));
		struct plan       plan;
		struct err        e = { 0 };
		char              line[32];
		int64_t           end = 0;
		(void)snprintf(line, sizeof line, "= %s", cases[i].span);
		assert_true(utc_parse(&in.now, bytes_str(cases[i].now)) && utc_parse(&end, bytes_str(cases[i].end)));
		OK(profile_check(&plan, &family->arena, read_changed(ROOT, "= 20y", line), &in, &e), e);
		if (plan.not_after != end)
			fail_msg("%s + %s: not %s", cases[i].now, cases[i].span, cases[i].end);
	}
}

/* The key's usual algorithm, or the first that both allow. */
static void signatures_follow_key_and_profile(void **state)
{
	static const char *const path = "scripts/profiles/private-root.ini";
	struct key               rsa = throwaway_rsa(&family->arena, 4096, 65537);
	enum sig_alg             sig = SIG_COUNT_;
	struct err               e = { 0 };

	(void)state;
	OK(profile_sig(&sig, family->kin[PRIVATE_ROOT].p, &rsa, &e), e);
	assert_int_equal(sig, SIG_RSA_SHA384);
	char all[] = "sha256WithRSAEncryption, sha384WithRSAEncryption, sha512WithRSAEncryption, RSASSA-PSS-SHA256, ";
	OK(profile_sig(&sig, read_changed(path, all, ""), &rsa, &e), e);
	assert_int_equal(sig, SIG_PSS_SHA384);
	assert_false(profile_sig(&sig, read_changed(CRL, "ecdsa-with-SHA384, ecdsa-with-SHA256, ", ""), &family->root_key.key, &e));
	assert_int_equal(e.id, ERR_PROFILE_SIGNATURE);
	assert_int_equal(sig, SIG_PSS_SHA384); /* untouched */
}

/* Two attributes in one level, PrintableString beside UTF8String: not an octet is changed. */
static void a_whole_subject_is_kept(void **state)
{
	static const char    der[] = "\x30\x32\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02XX\x31\x23\x30\x0f\x06\x03\x55\x04\x03\x13\x08Two in A"
	                             "\x30\x10\x06\x03\x55\x04\x0a\x0c\x09One level";
	static const uint8_t random[20] = { 1 };
	const struct kin    *k = &family->kin[NUM_KIN - 1];
	struct plan_input    in = family_input(family, k, bytes_of(random, sizeof random));
	struct request       request = *in.request;
	struct plan          plan;
	struct err           e = { 0 };

	(void)state;
	assert_string_equal(k->name, "private-subca");
	in.request = &request;
	OK(name_parse(&request.subject, bytes_of(der, sizeof der - 1), &e), e);
	OK(profile_check(&plan, &family->arena, k->p, &in, &e), e);
	assert_true(bytes_equal(plan.subject.der, bytes_of(der, sizeof der - 1)));
	in.rehearsal = true;
	OK(profile_check(&plan, &family->arena, k->p, &in, &e), e);
	assert_true(bytes_is(name_find(&plan.subject, OID_AT_CN)->value, "REHEARSAL Two in A"));
	OK(name_parse(&request.subject, BYTES_LIT("\x30\x00"), &e), e);
	assert_false(profile_check(&plan, &family->arena, k->p, &in, &e));
	assert_non_null(strstr(e.detail, "RFC 5280 4.1.2.6"));
}

/* What one certificate costs beside its signatures: plan, TBS, lint, join, parse, match, lint. */
static void planning_and_linting_are_cheap(void **state)
{
	const int            rounds = 2000;
	static const uint8_t random[20] = { 1 };
	const struct kin    *k = &family->kin[5];
	struct plan_input    in = family_input(family, k, bytes_of(random, sizeof random));
	struct timespec      from, to;
	struct err           e = { 0 };

	(void)state;
	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from), 0);
	for (int i = 0; i < rounds; i++) {
		struct plan        plan;
		struct certificate c;
		struct bytes       tbs, der;
		size_t             kept = family->arena.len;
		OK(profile_check(&plan, &family->arena, k->p, &in, &e), e);
		OK(certificate_tbs(&tbs, &family->arena, &plan, &e), e);
		OK(lint_tbs(&family->arena, tbs, &plan, family_issuer(family, k), &e), e);
		OK(certificate_join(&der, &family->arena, tbs, plan.sig, k->c.signature, &e), e);
		OK(certificate_parse(&c, der, &e), e);
		OK(certificate_matches(&c, &plan, &e), e);
		OK(lint_signed(&c, family_issuer(family, k), plan.claims, &e), e);
		family->arena.len = kept;
	}
	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to), 0);
	double each = ((double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9) / rounds;
	printf("plan to linted certificate: %.4f ms\n", each * 1e3);
	assert_true(each < 1e-3); /* it takes some hundredths of a millisecond; slow machines and checkers more */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_are_kept),
		cmocka_unit_test(spans_follow_the_calendar),
		cmocka_unit_test(signatures_follow_key_and_profile),
		cmocka_unit_test(a_whole_subject_is_kept),
		cmocka_unit_test(planning_and_linting_are_cheap),
	};

	return cmocka_run_group_tests(tests, make, done);
}
