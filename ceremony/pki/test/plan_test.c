/* plan_test.c: the plans that come of profiles, against golden text, and what gets no plan.
 * ACCEPT=1 in the environment rewrites the golden files (make accept). */
#include "ceremony/pki/ext.h"
#include "ceremony/pki/rules.h"
#include "ceremony/pki/test/changed.h"

static uint8_t      storage[1 << 20];
static struct arena arena;

static int fresh_arena(void **state)
{
	(void)state;
	arena = ARENA_ON(storage);
	return 0;
}

/* The generator of P-384: a point like any other, and the same every time. */
static struct key fixed_key(void)
{
	static const char hex[] =
		"04aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7"
		"3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f";
	uint8_t    point[97];
	struct buf b = BUF_ON(point);
	struct key k;
	struct err e = { 0 };

	assert_true(hex_decode(&b, bytes_str(hex)));
	OK(key_build_point(&k, &arena, KEY_P384, buf_bytes(&b), &e), e);
	return k;
}

/* ---- plans: golden ---------------------------------------------------------------- */

static void check_golden(const char *name, struct bytes got)
{
	static uint8_t room[65536];
	struct arena   a = ARENA_ON(room);
	struct bytes   want;
	struct err     e = { 0 };
	char           path[128];

	(void)snprintf(path, sizeof path, "ceremony/pki/test/golden/%s.txt", name);
	if (getenv("ACCEPT"))
		OK(file_write(AT_FDCWD, path, got, 0644, &e), e);
	OK(file_read(&want, &a, AT_FDCWD, path, sizeof room - 1, &e), e);
	if (!bytes_equal(want, got))
		fail_msg("%s is not what was planned:\n%.*s", path, (int)got.len, (const char *)got.p);
}

static void put_plan(struct buf *b, const struct plan *p)
{
	buf_str(b, "# field | asked | profile | will be signed | source\n");
	for (size_t i = 0; i < p->num_rows; i++) {
		const struct plan_row *r = &p->row[i];
		buf_fmt(b, "%s %s | %s | %s | %s | %s\n", r->differs ? "!" : " ", r->field, r->asked, r->profile, r->will_be,
		        r->source);
	}
}

static struct plan_input root_input(const struct key *key)
{
	static const uint8_t random[20] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 };

	return (struct plan_input){
		.key = key,
		.subject_text = BYTES_LIT("C=XX, O=Example Trust, CN=Example Root G1"),
		.sig = sig_for(key),
		.random = bytes_of(random, sizeof random),
		.now = THROWAWAY_NOW,
	};
}

static struct issuer fixed_issuer(void)
{
	struct issuer  issuer = { .not_before = THROWAWAY_NOW - 1, .not_after = THROWAWAY_NOW + 7305 * UTC_DAY };
	struct err     e = { 0 };

	OK(name_from_text(&issuer.name, &arena, BYTES_LIT("C=XX, O=Example Trust, CN=Example Root G1"), &e), e);
	issuer.key = throwaway_rsa(&arena, 4096, 65537);
	memset(issuer.key_id, 0xab, KEY_ID_LEN);
	return issuer;
}

static struct ext asked_ext(enum oid id, const char *text)
{
	static const uint8_t zeros[KEY_ID_LEN];
	struct ext           x;
	struct err           e = { 0 };

	OK(ext_from_text(&x, &arena, id, bytes_str(text), &(struct ext_ids){ zeros, zeros }, &e), e);
	return x;
}

static void golden_root(void **state)
{
	struct key        key = fixed_key();
	struct plan_input in = root_input(&key);
	struct plan       plan;
	struct err        e = { 0 };
	uint8_t           text[16384];
	struct buf        b = BUF_ON(text);

	(void)state;
	OK(profile_check(&plan, &arena, throwaway_profile(&arena, ROOT), &in, &e), e);
	put_plan(&b, &plan);
	in.rehearsal = true;
	in.subject_text = BYTES_LIT("CN=Example Root G1, O=Example Trust, C=XX"); /* another order */
	OK(profile_check(&plan, &arena, throwaway_profile(&arena, ROOT), &in, &e), e);
	put_plan(&b, &plan);
	check_golden("plan-root", buf_bytes(&b));
}

/* It asks for much, and for things that would deceive an eye. */
static void golden_subca(void **state)
{
	static const uint8_t escape[] = "\x1b[2J evil";
	struct issuer        issuer = fixed_issuer();
	struct request       request = { .key = fixed_key() };
	struct plan_input    in = root_input(&request.key);
	struct plan          plan;
	struct err           e = { 0 };
	uint8_t              text[16384];
	struct buf           b = BUF_ON(text);

	(void)state;
	OK(name_from_text(&request.subject, &arena, BYTES_LIT("C=XX, O=Example Trust, CN=Example Sub\\, 1"), &e), e);
	request.ext[0] = asked_ext(OID_EXT_BC, "critical, CA:TRUE");
	request.ext[1] = asked_ext(OID_EXT_KU, "critical, digitalSignature, keyCertSign, cRLSign");
	request.ext[2] = asked_ext(OID_EXT_EKU, "serverAuth");
	request.ext[3] = (struct ext){ .id = OID_EXT_SAN, .oid = oid_der(OID_EXT_SAN), .value = bytes_of(escape, 9) };
	request.ext[4] = (struct ext){ .oid = BYTES_LIT("\x2a\x03\x04"), .critical = true, .value = bytes_of(text, 0) };
	request.num_exts = 5;
	request.attr[0] = oid_der(OID_ATTR_CHALLENGE);
	request.num_attrs = 1;
	in.request = &request;
	in.key = NULL;
	in.issuer = &issuer;
	in.sig = SIG_RSA_SHA384;
	OK(profile_check(&plan, &arena, throwaway_profile(&arena, SUB), &in, &e), e);
	put_plan(&b, &plan);
	check_golden("plan-subca", buf_bytes(&b));
	assert_int_equal(plan.num_exts, 8);
	assert_null(memchr(text, 0x1b, b.len));
}

static void same_input_same_plan(void **state)
{
	struct key            key = fixed_key();
	struct plan_input     in = root_input(&key);
	const struct profile *p = throwaway_profile(&arena, ROOT);
	struct plan           one, two;
	struct bytes          tbs[2];
	struct err            e = { 0 };

	(void)state;
	OK(profile_check(&one, &arena, p, &in, &e), e);
	OK(profile_check(&two, &arena, p, &in, &e), e);
	OK(certificate_tbs(&tbs[0], &arena, &one, &e), e);
	OK(certificate_tbs(&tbs[1], &arena, &two, &e), e);
	assert_true(bytes_equal(tbs[0], tbs[1]));
}

/* ---- plans: refused ----------------------------------------------------------------- */

struct sub_case {
	struct issuer     issuer;
	struct request    request;
	struct plan_input in;
	const char       *path, *old, *new;
};

static struct sub_case sub_case(void)
{
	struct sub_case c = { .issuer = fixed_issuer(), .path = SUB, .old = "", .new = "" };
	struct err      e = { 0 };

	c.request.key = fixed_key();
	OK(name_from_text(&c.request.subject, &arena, BYTES_LIT("C=XX, O=Example Trust, CN=Example Sub 1"), &e), e);
	c.in = root_input(&c.request.key);
	c.in.key = NULL;
	c.in.sig = SIG_RSA_SHA384;
	return c;
}

static void subject(struct sub_case *c, const char *text)
{
	struct err e = { 0 };

	OK(name_from_text(&c->request.subject, &arena, bytes_str(text), &e), e);
}
static void asks(struct sub_case *c, enum oid id, const char *text)
{
	c->request.ext[c->request.num_exts++] = asked_ext(id, text);
}

static void change_none(struct sub_case *c)
{
	(void)c;
}
static void change_ca_false(struct sub_case *c)
{
	asks(c, OID_EXT_BC, "CA:FALSE");
}
static void change_usage(struct sub_case *c)
{
	asks(c, OID_EXT_KU, "critical, digitalSignature, cRLSign");
}
static void change_purpose(struct sub_case *c)
{
	asks(c, OID_EXT_EKU, "emailProtection");
}
static void change_malformed(struct sub_case *c)
{
	asks(c, OID_EXT_BC, "CA:TRUE");
	c->request.ext[0].value.len--;
}
static void change_no_o(struct sub_case *c)
{
	subject(c, "C=XX, CN=Example Sub 1");
}
static void change_ou(struct sub_case *c)
{
	subject(c, "C=XX, O=Example Trust, OU=Unit, CN=Example Sub 1");
}
static void change_twice(struct sub_case *c)
{
	subject(c, "C=XX, O=Example Trust, O=Example Two, CN=Example Sub 1");
}
static void change_issuers_name(struct sub_case *c)
{
	subject(c, "C=XX, O=Example Trust, CN=Example Root G1");
}
static void change_issuers_name_turned(struct sub_case *c) /* the template turns it back */
{
	subject(c, "CN=EXAMPLE  root g1, O=Example Trust, C=XX");
}
static void change_issuers_key(struct sub_case *c)
{
	c->request.key = c->issuer.key;
}
static void change_fixed(struct sub_case *c)
{
	c->old = "O = request";
	c->new = "O = fixed:Example Trustt";
}
static void change_rsa_1024(struct sub_case *c)
{
	c->request.key = throwaway_rsa(&arena, 1024, 65537);
}
static void change_rsa_odd(struct sub_case *c)
{
	c->request.key = throwaway_rsa(&arena, 2049, 65537);
}
static void change_rsa_exponent(struct sub_case *c)
{
	c->request.key = throwaway_rsa(&arena, 2048, 3);
}
static void change_sig_of_other_key(struct sub_case *c)
{
	c->in.sig = SIG_ECDSA_SHA384;
}
static void change_sig_not_allowed(struct sub_case *c)
{
	c->in.sig = SIG_PSS_SHA384;
}
static void change_beyond(struct sub_case *c)
{
	c->issuer.not_after = THROWAWAY_NOW + 1095 * UTC_DAY;
}
static void change_expired(struct sub_case *c)
{
	c->issuer.not_after = THROWAWAY_NOW - 1;
}
static void change_not_yet(struct sub_case *c)
{
	c->issuer.not_before = THROWAWAY_NOW + 1;
}
static void change_pathlen(struct sub_case *c)
{
	c->issuer.has_pathlen = true;
}
static void change_pathlen_as_long(struct sub_case *c)
{
	c->issuer.has_pathlen = true;
	c->issuer.pathlen = 1;
	c->old = "pathlen:0";
	c->new = "pathlen:1";
}
static void change_pathlen_shorter(struct sub_case *c)
{
	c->issuer.has_pathlen = true;
	c->issuer.pathlen = 1;
}
static void change_no_issuer(struct sub_case *c)
{
	c->in.issuer = NULL;
}
static void change_root_profile(struct sub_case *c)
{
	c->path = ROOT;
}
static void change_crl_profile(struct sub_case *c)
{
	c->path = CRL;
}
static void change_long_rehearsal(struct sub_case *c)
{
	subject(c, "C=XX, O=Example Trust, CN=Fifty-five characters are one too many for a rehearsal.");
	c->in.rehearsal = true;
}
static void change_fits_rehearsal(struct sub_case *c)
{
	subject(c, "C=XX, O=Example Trust, CN=Fifty-four characters are just enough for a rehearsal.");
	c->in.rehearsal = true;
}
static void change_clamped(struct sub_case *c)
{
	change_beyond(c);
	c->old = "clamp = no";
	c->new = "clamp = yes";
}
static void change_year_10000(struct sub_case *c)
{
	c->in.now = UTC_MAX - UTC_DAY;
	c->issuer.not_after = INT64_MAX;
}
static void change_too_many(struct sub_case *c)
{
	static uint8_t oids[REQUEST_MAX_EXTS][3];

	for (size_t i = 0; i < REQUEST_MAX_EXTS; i++) {
		memcpy(oids[i], (uint8_t[]){ 0x2a, 3, (uint8_t)i }, 3);
		c->request.ext[i] = (struct ext){ .oid = bytes_of(oids[i], 3), .value = BYTES_LIT("\x05\x00") };
	}
	c->request.num_exts = REQUEST_MAX_EXTS;
}

static void each_bad_input_is_refused(void **state)
{
	static const struct {
		void (*change)(struct sub_case *c);
		enum err_id want;
		const char *says;
	} cases[] = {
		{ change_none, ERR_NONE, "" },
		{ change_ca_false, ERR_PROFILE_REQUEST, "basicConstraints CA:FALSE" },
		{ change_usage, ERR_PROFILE_REQUEST, "keyUsage is asked for without keyCertSign" },
		{ change_purpose, ERR_PROFILE_REQUEST, "extendedKeyUsage" },
		{ change_malformed, ERR_PROFILE_REQUEST, "basicConstraints is not well-formed" },
		{ change_no_o, ERR_PROFILE_REQUEST, "subject: O is missing" },
		{ change_ou, ERR_PROFILE_REQUEST, "subject: OU has no place" },
		{ change_twice, ERR_PROFILE_REQUEST, "subject: O stands twice" },
		{ change_issuers_name, ERR_PROFILE_REQUEST, "issuer's own name" },
		{ change_issuers_name_turned, ERR_PROFILE_REQUEST, "issuer's own name" },
		{ change_issuers_key, ERR_PROFILE_KEY, "issuer's own key" },
		{ change_fixed, ERR_PROFILE_REQUEST, "subject: O is not the one" },
		{ change_rsa_1024, ERR_PROFILE_KEY, "RSA-1024; allowed:" },
		{ change_rsa_odd, ERR_PROFILE_KEY, "BR 6.1.6" },
		{ change_rsa_exponent, ERR_PROFILE_KEY, "BR 6.1.6" },
		{ change_sig_of_other_key, ERR_PROFILE_SIGNATURE, "does not make ecdsa-with-SHA384" },
		{ change_sig_not_allowed, ERR_PROFILE_SIGNATURE, "RSASSA-PSS-SHA384; allowed:" },
		{ change_beyond, ERR_PROFILE_VALIDITY, "BR 7.1.2.10.1" },
		{ change_expired, ERR_PROFILE_ISSUER, "valid from" },
		{ change_not_yet, ERR_PROFILE_ISSUER, "valid from" },
		{ change_pathlen, ERR_PROFILE_ISSUER, "pathlen:0" },
		{ change_pathlen_as_long, ERR_PROFILE_ISSUER, "pathlen:1 does not allow pathlen:1" },
		{ change_pathlen_shorter, ERR_NONE, "" },
		{ change_no_issuer, ERR_PROFILE_ISSUER, "tls-subca" },
		{ change_root_profile, ERR_PROFILE_ISSUER, "tls-root" },
		{ change_crl_profile, ERR_PROFILE_KIND, "crl-ca" },
		{ change_long_rehearsal, ERR_PROFILE_SUBJECT, "64 characters" },
		{ change_fits_rehearsal, ERR_NONE, "" },
		{ change_clamped, ERR_NONE, "" },
		{ change_year_10000, ERR_PROFILE_VALIDITY, "1970 to 9999" },
		{ change_too_many, ERR_PROFILE_REQUEST, "more than 40 things" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct profile *p = NULL;
		static struct plan    plan;
		struct err            e = { 0 };
		arena = ARENA_ON(storage);
		struct sub_case c = sub_case();
		c.in.request = &c.request;
		c.in.issuer = &c.issuer;
		cases[i].change(&c);
		OK(profile_parse(&p, &arena, c.path, changed(&arena, c.path, c.old, c.new), &e), e);
		memset(&plan, 0x5a, sizeof plan);
		bool good = profile_check(&plan, &arena, p, &c.in, &e);
		if (good != (cases[i].want == ERR_NONE) || e.id != cases[i].want || !strstr(e.detail, cases[i].says))
			fail_msg("%zu: %s (%s)", i, err_text_of(e.id)->name, e.detail);
		if (good)
			assert_true(plan.not_after <= c.issuer.not_after);
		else
			assert_true(plan.num_rows == 0x5a5a5a5a5a5a5a5a); /* untouched */
	}
}

/* Exactly the days of BR 7.1.2.1.1, both ends counted. */
static void a_root_ends_on_the_last_second(void **state)
{
	struct key        key = fixed_key();
	struct plan_input in = root_input(&key);
	struct plan       plan;
	struct err        e = { 0 };
	const struct profile *p = NULL;
	(void)state;

	OK(profile_parse(&p, &arena, ROOT, changed(&arena, ROOT, "= 20y", "= 9132d"), &e), e);
	OK(profile_check(&plan, &arena, p, &in, &e), e);
	assert_int_equal(plan.not_before, THROWAWAY_NOW);
	assert_int_equal(plan.not_after, THROWAWAY_NOW + 9132 * UTC_DAY - 1);
	/* eight years around 2100, which is no leap year, are a day short of 2922 */
	OK(profile_parse(&p, &arena, ROOT, changed(&arena, ROOT, "= 20y", "= 8y"), &e), e);
	in.now = 4000000000; /* 2096-10-02 */
	assert_false(profile_check(&plan, &arena, p, &in, &e));
	assert_int_equal(e.id, ERR_PROFILE_VALIDITY);
	assert_non_null(strstr(e.detail, "2921 days"));
}

/* What claims no more than RFC 5280 may be an Ed25519 root. */
static void a_private_root_may_be_ed25519(void **state)
{
	static const uint8_t  point[32] = { 9 };
	const struct profile *p = NULL;
	struct plan           plan;
	struct key            key;
	struct err            e = { 0 };

	(void)state;
	OK(key_build_point(&key, &arena, KEY_ED25519, bytes_of(point, sizeof point), &e), e);
	struct plan_input in = root_input(&key);
	in.subject_text = BYTES_LIT("CN=Private Root");
	OK(profile_parse(&p, &arena, "private-root.ini", BYTES_LIT(private_root), &e), e);
	assert_int_equal(profile_claims(p), CLAIM_RFC5280 | CLAIM_CA);
	OK(profile_check(&plan, &arena, p, &in, &e), e);
	assert_int_equal(plan.ext[0].id, OID_EXT_BC); /* the certificate's order, not the file's */
}

/* ... and what is no CA is told from one in both directions. */
static void a_profile_may_be_for_no_ca(void **state)
{
	static const char text[] = "[profile]\nname = signer\nkind = certificate\nfollows = RFC 5280\n"
				   "[subject]\nCN = request\n[key]\nallowed = P-384\n[signature]\n"
				   "allowed = sha384WithRSAEncryption\n[validity]\nnotBefore = signing\nduration = 1y\n"
				   "[extensions]\nbasicConstraints = critical, CA:FALSE\n"
				   "keyUsage = critical, digitalSignature\nauthorityKeyIdentifier = keyid:always\n";
	static const struct {
		enum oid    id;
		const char *text;
		enum err_id want;
	} cases[] = {
		{ OID_EXT_KU, "digitalSignature, keyEncipherment", ERR_NONE },
		{ OID_EXT_KU, "keyEncipherment", ERR_PROFILE_REQUEST },
		{ OID_EXT_BC, "CA:FALSE", ERR_NONE },
		{ OID_EXT_BC, "critical, CA:TRUE", ERR_PROFILE_REQUEST },
	};
	const struct profile *p = NULL;
	struct err            e = { 0 };

	(void)state;
	OK(profile_parse(&p, &arena, "signer.ini", BYTES_LIT(text), &e), e);
	assert_int_equal(profile_claims(p), CLAIM_RFC5280);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct sub_case c = sub_case();
		struct plan     plan;
		e.id = ERR_NONE;
		subject(&c, "CN=Signer");
		asks(&c, cases[i].id, cases[i].text);
		c.in.request = &c.request;
		c.in.issuer = &c.issuer;
		assert_int_equal(profile_check(&plan, &arena, p, &c.in, &e), cases[i].want == ERR_NONE);
		assert_int_equal(e.id, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(golden_root, fresh_arena),
		cmocka_unit_test_setup(golden_subca, fresh_arena),
		cmocka_unit_test_setup(same_input_same_plan, fresh_arena),
		cmocka_unit_test_setup(each_bad_input_is_refused, fresh_arena),
		cmocka_unit_test_setup(a_root_ends_on_the_last_second, fresh_arena),
		cmocka_unit_test_setup(a_private_root_may_be_ed25519, fresh_arena),
		cmocka_unit_test_setup(a_profile_may_be_for_no_ca, fresh_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
