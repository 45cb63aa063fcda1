/* certificate_test.c: certificates built from plans, read back, bent and broken.
 *
 * With PKI_OUT=DIR in the environment the chain is left there for judges that are not ours
 * (scripts/e2e/pki.t). */
#include "ceremony/pki/test/throwaway.h"

#include "ceremony/pki/ext.h"

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

static void is_what_was_planned(void **state)
{
	struct err e = { 0 };

	(void)state;
	OK(certificate_matches(&chain->root, &chain->root_plan, &e), e);
	OK(certificate_matches(&chain->sub, &chain->sub_plan, &e), e);
	OK(certificate_verify(&chain->root, &chain->root_key.key, &e), e);
	OK(certificate_verify(&chain->sub, &chain->root.key, &e), e);
	assert_false(certificate_verify(&chain->sub, &chain->sub.key, &e));
	assert_true(bytes_equal(chain->sub.issuer.der, chain->root.subject.der));
	assert_true(bytes_equal(chain->sub.authority_key_id, chain->root.subject_key_id));
	assert_true(chain->sub.is_ca && chain->sub.has_pathlen && chain->sub.pathlen == 0);
	assert_int_equal(chain->sub.key_usage, USAGE_KEY_CERT_SIGN | USAGE_CRL_SIGN);
	assert_int_equal(chain->root.serial.len, 20);
	assert_int_equal(chain->root.serial.p[0], 0x7f);
	assert_int_equal(chain->sub.serial.len, 20); /* of nothing but zeros, too */
	assert_int_equal(chain->sub.serial.p[0], 0x40);
}

/* One change of a plan, and the field that certificate_matches must name. */
static void shift_serial(struct plan *p)
{
	p->serial[19] ^= 1;
}
static void shift_begin(struct plan *p)
{
	p->not_before++;
}
static void shift_end(struct plan *p)
{
	p->not_after++;
}
static void swap_names(struct plan *p)
{
	p->issuer = p->subject;
}
static void swap_subject(struct plan *p)
{
	p->subject = p->issuer;
}
static void other_key(struct plan *p)
{
	p->key = chain->root_key.key;
}
static void other_sig(struct plan *p)
{
	p->sig = SIG_ECDSA_SHA256;
}
static void drop_ext(struct plan *p)
{
	p->num_exts--;
}
static void flip_critical(struct plan *p)
{
	p->ext[1].critical = false;
}
static void other_value(struct plan *p)
{
	p->ext[2].value = p->ext[1].value;
}

static void each_difference_is_named(void **state)
{
	static const struct {
		void (*change)(struct plan *p);
		const char *field;
	} cases[] = {
		{ shift_serial, "serialNumber" },
		{ shift_begin, "notBefore" },
		{ shift_end, "notAfter" },
		{ swap_names, "issuer" },
		{ swap_subject, "subject" },
		{ other_key, "subjectPublicKeyInfo" },
		{ other_sig, "signature" },
		{ drop_ext, "number of extensions" },
		{ flip_critical, "keyUsage" },
		{ other_value, "extendedKeyUsage" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct plan p = chain->sub_plan;
		struct err  e = { 0 };
		cases[i].change(&p);
		assert_false(certificate_matches(&chain->sub, &p, &e));
		assert_int_equal(e.id, ERR_CERT_DIFFERS);
		assert_string_equal(e.detail, cases[i].field);
	}
}

static void no_piece_is_taken_for_the_whole(void **state)
{
	struct bytes       der = chain->sub.der;
	struct certificate c, before;
	uint8_t            longer[CERTIFICATE_MAX];
	struct err         e = { 0 };

	(void)state;
	memset(&before, 0x5a, sizeof before);
	memcpy(&c, &before, sizeof c);
	for (size_t len = 0; len < der.len; len++)
		assert_false(certificate_parse(&c, bytes_first(der, len), &e));
	memcpy(longer, der.p, der.len);
	longer[der.len] = 0;
	assert_false(certificate_parse(&c, bytes_of(longer, der.len + 1), &e));
	assert_int_equal(e.id, ERR_CERT_DER);
	assert_memory_equal(&c, &before, sizeof c); /* outputs untouched on failure */
}

/* A flipped bit anywhere is refused by the reader, or seen by the comparison, or breaks the
 * signature. */
static void no_flipped_bit_goes_unseen(void **state)
{
	uint8_t      bent[CERTIFICATE_MAX];
	struct bytes der = chain->sub.der;
	size_t       read = 0;

	(void)state;
	for (size_t i = 0; i < der.len * 8; i++) {
		struct certificate c;
		struct err         e = { 0 };
		memcpy(bent, der.p, der.len);
		bent[i / 8] ^= (uint8_t)(1u << i % 8);
		if (!certificate_parse(&c, bytes_of(bent, der.len), &e)) {
			assert_int_not_equal(e.id, ERR_NONE);
			continue;
		}
		read++;
		bool same = certificate_matches(&c, &chain->sub_plan, &e);
		if (same && bytes_equal(c.tbs, chain->sub.tbs)) /* then it can only be in the signature */
			assert_false(bytes_equal(c.signature, chain->sub.signature));
		else
			assert_false(same);
	}
	assert_true(read > 500); /* names, dates, keys and signatures still read */
}

/* ---- by hand: what the builder would never write ---------------------------- */

enum bend {
	BEND_NONE,
	BEND_V1,
	BEND_SERIAL_ZERO,
	BEND_SERIAL_NEGATIVE,
	BEND_SERIAL_LONG,
	BEND_SERIAL_TOP_BIT,
	BEND_TWO_ALGORITHMS,
	BEND_SHA1,
	BEND_END_FIRST,
	BEND_GENERALIZED,
	BEND_UNIQUE_ID,
	BEND_EXT_TWICE,
	BEND_EXT_EMPTY,
	BEND_FALSE_WRITTEN,
	BEND_USAGE_NONE,
	BEND_PATHLEN_WITHOUT_CA,
	BEND_AKI_ISSUER,
	BEND_CA_FALSE_WRITTEN,
	BEND_AFTER_EXTS,
	BEND_AFTER_SIGNATURE,
	BEND_NO_SIGNATURE,
};

static const uint8_t sha1_alg[] = { 0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1, 0 }; /* wrong in its own way too */

static void put_extension(struct der *d, enum oid id, const char *value, size_t len, bool false_written)
{
	size_t mark = der_mark(d);

	der_tlv(d, DER_OCTET_STRING, bytes_of(value, len));
	if (false_written)
		der_boolean(d, false);
	der_tlv(d, DER_OID, oid_der(id));
	der_wrap(d, DER_SEQUENCE, mark);
}

static void put_extensions(struct der *d, enum bend bend)
{
	size_t mark = der_mark(d);

	if (bend == BEND_EXT_TWICE)
		put_extension(d, OID_EXT_BC, "\x30\x00", 2, false);
	if (bend == BEND_USAGE_NONE)
		put_extension(d, OID_EXT_KU, "\x03\x01\x00", 3, false);
	if (bend == BEND_CA_FALSE_WRITTEN)
		put_extension(d, OID_EXT_BC, "\x30\x03\x01\x01\x00", 5, false);
	else if (bend == BEND_PATHLEN_WITHOUT_CA)
		put_extension(d, OID_EXT_BC, "\x30\x03\x02\x01\x00", 5, false);
	else if (bend != BEND_EXT_EMPTY)
		put_extension(d, OID_EXT_BC, "\x30\x00", 2, bend == BEND_FALSE_WRITTEN);
	if (bend == BEND_AKI_ISSUER)
		put_extension(d, OID_EXT_AKI, "\x30\x06\x80\x01\x01\x82\x01\x01", 8, false);
	der_wrap(d, DER_SEQUENCE, mark);
	der_wrap(d, DER_CONTEXT_IN(3), mark);
}

static void put_validity(struct der *d, enum bend bend)
{
	size_t mark = der_mark(d);

	der_time(d, THROWAWAY_NOW + (bend == BEND_END_FIRST ? -1 : 1));
	if (bend == BEND_GENERALIZED)
		der_tlv(d, DER_GENERALIZED_TIME, BYTES_LIT("20261121090000Z"));
	else
		der_time(d, THROWAWAY_NOW);
	der_wrap(d, DER_SEQUENCE, mark);
}

static void put_serial(struct der *d, enum bend bend)
{
	static const uint8_t octets[21] = { 0x7f }, top_bit[20] = { 0x80 };

	if (bend == BEND_SERIAL_ZERO)
		der_small(d, 0);
	else if (bend == BEND_SERIAL_NEGATIVE)
		der_tlv(d, DER_INTEGER, BYTES_LIT("\x80"));
	else if (bend == BEND_SERIAL_TOP_BIT) /* 20 octets of a number, 21 of DER */
		der_unsigned(d, bytes_of(top_bit, sizeof top_bit));
	else
		der_unsigned(d, bytes_of(octets, bend == BEND_SERIAL_LONG ? 21 : 20));
}

static struct bytes by_hand(uint8_t *room, size_t cap, enum bend bend)
{
	struct der   d = der_on(room, cap);
	struct bytes alg = sig_der(SIG_ECDSA_SHA384), sha1 = bytes_of(sha1_alg, sizeof sha1_alg);

	if (bend == BEND_AFTER_SIGNATURE)
		der_null(&d);
	der_bits(&d, bend == BEND_NO_SIGNATURE ? bytes_of(NULL, 0) : BYTES_LIT("signature"));
	der_put(&d, bend == BEND_SHA1 ? sha1 : alg);
	size_t tbs = der_mark(&d);
	if (bend == BEND_AFTER_EXTS)
		der_null(&d);
	put_extensions(&d, bend);
	if (bend == BEND_UNIQUE_ID)
		der_tlv(&d, DER_CONTEXT(1), BYTES_LIT("\0unique"));
	der_put(&d, chain->sub.key.spki);
	der_put(&d, chain->sub.subject.der);
	put_validity(&d, bend);
	der_put(&d, chain->sub.issuer.der);
	der_put(&d, bend == BEND_SHA1 ? sha1 : bend == BEND_TWO_ALGORITHMS ? sig_der(SIG_ECDSA_SHA256) : alg);
	put_serial(&d, bend);
	if (bend != BEND_V1) {
		size_t mark = der_mark(&d);
		der_small(&d, 2);
		der_wrap(&d, DER_CONTEXT_IN(0), mark);
	}
	der_wrap(&d, DER_SEQUENCE, tbs);
	der_wrap(&d, DER_SEQUENCE, cap);
	assert_false(d.failed);
	return der_bytes(&d);
}

static void each_bend_has_its_own_refusal(void **state)
{
	static const struct {
		enum bend   bend;
		enum err_id want;
	} cases[] = {
		{ BEND_NONE, ERR_NONE },
		{ BEND_V1, ERR_CERT_VERSION },
		{ BEND_SERIAL_ZERO, ERR_CERT_SERIAL },
		{ BEND_SERIAL_NEGATIVE, ERR_CERT_SERIAL },
		{ BEND_SERIAL_LONG, ERR_CERT_SERIAL },
		{ BEND_SERIAL_TOP_BIT, ERR_CERT_SERIAL },
		{ BEND_TWO_ALGORITHMS, ERR_CERT_SIGALG_DIFFERS },
		{ BEND_SHA1, ERR_CERT_SIGALG },
		{ BEND_END_FIRST, ERR_CERT_TIME },
		{ BEND_GENERALIZED, ERR_CERT_TIME },
		{ BEND_UNIQUE_ID, ERR_CERT_DER },
		{ BEND_EXT_TWICE, ERR_CERT_EXT_DUPLICATE },
		{ BEND_EXT_EMPTY, ERR_CERT_EXT },
		{ BEND_FALSE_WRITTEN, ERR_CERT_EXT },
		{ BEND_USAGE_NONE, ERR_CERT_EXT },
		{ BEND_PATHLEN_WITHOUT_CA, ERR_CERT_EXT },
		{ BEND_AKI_ISSUER, ERR_CERT_EXT },
		{ BEND_CA_FALSE_WRITTEN, ERR_CERT_EXT },
		{ BEND_AFTER_EXTS, ERR_CERT_DER },
		{ BEND_AFTER_SIGNATURE, ERR_CERT_DER },
		{ BEND_NO_SIGNATURE, ERR_CERT_DER },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint8_t            room[2048];
		struct certificate c;
		struct err         e = { 0 };
		bool               good = certificate_parse(&c, by_hand(room, sizeof room, cases[i].bend), &e);
		if (good != (cases[i].want == ERR_NONE) || e.id != cases[i].want)
			fail_msg("bend %d: %s (%s)", (int)cases[i].bend, err_text_of(e.id)->name, e.detail);
	}
}

static void times_change_their_form_in_2050(void **state)
{
	struct plan p = chain->sub_plan;

	(void)state;
	p.not_before = 2524607999; /* 2049-12-31T23:59:59Z */
	p.not_after = 2524608000;
	struct certificate c = chain_certificate(chain, &p, &chain->root_key);
	static const char  want[] = "\x30\x20\x17\x0d" "491231235959Z" "\x18\x0f" "20500101000000Z";
	assert_non_null(memmem(c.der.p, c.der.len, want, sizeof want - 1));
	assert_int_equal(c.not_before, p.not_before);
	assert_int_equal(c.not_after, p.not_after);
}

static void what_no_time_can_say_is_not_written(void **state)
{
	static const struct {
		int64_t t;
		bool    fits;
	} cases[] = { { -631152001, false }, { -631152000, true }, { UTC_MAX, true }, { UTC_MAX + 1, false },
		      { INT64_MIN, false },  { INT64_MAX, false } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint8_t    room[32];
		struct der d = der_on(room, sizeof room);
		der_time(&d, cases[i].t);
		assert_int_equal(d.failed, !cases[i].fits);
	}
}

static void an_issuer_is_a_ca(void **state)
{
	struct certificate c = chain->root;
	struct issuer      issuer;
	struct err         e = { 0 };

	(void)state;
	c.is_ca = false;
	assert_false(issuer_of(&issuer, &c, &e));
	assert_int_equal(e.id, ERR_CERT_NOT_CA);
	c = chain->root;
	c.key_usage = USAGE_CRL_SIGN;
	assert_false(issuer_of(&issuer, &c, &e));
	c = chain->root;
	c.subject_key_id.len = 0;
	assert_false(issuer_of(&issuer, &c, &e));
	OK(issuer_of(&issuer, &chain->sub, &e), e);
	assert_true(issuer.has_pathlen && issuer.pathlen == 0);
	assert_memory_equal(issuer.key_id, chain->sub.subject_key_id.p, KEY_ID_LEN);
}

static void leave(const char *dir, const char *name, struct bytes der)
{
	struct err e = { 0 };
	char       path[512];

	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	OK(file_write(AT_FDCWD, path, der, 0644, &e), e);
}

static void a_private_root_may_be_p521(void **state)
{
	static uint8_t        storage[65536];
	struct arena          a = ARENA_ON(storage);
	uint8_t               room[SIG_MAX], random[20] = { 0 };
	const struct profile *p = NULL;
	struct throwaway      key;
	struct plan           plan;
	struct certificate    c;
	struct bytes          tbs, der;
	struct err            e = { 0 };

	(void)state;
	throwaway_new(&key, &a, KEY_P521);
	struct plan_input in = { .key = &key.key, .sig = key.sig, .now = THROWAWAY_NOW, .random = bytes_of(random, 20) };
	in.subject_text = BYTES_LIT("CN=Private Root");
	OK(profile_parse(&p, &a, "private-root.ini", BYTES_LIT(private_root), &e), e);
	OK(profile_check(&plan, &a, p, &in, &e), e);
	OK(certificate_tbs(&tbs, &a, &plan, &e), e);
	OK(certificate_join(&der, &a, tbs, plan.sig, throwaway_sign(&key, room, tbs), &e), e);
	OK(certificate_parse(&c, der, &e), e);
	OK(certificate_matches(&c, &plan, &e), e);
	OK(certificate_verify(&c, &c.key, &e), e);
	throwaway_done(&key);
}

/* Each curve of the shipped profiles, signing and being signed. */
static void every_curve_makes_a_chain(void **state)
{
	static const enum key_alg algs[] = { KEY_P256, KEY_P384 };
	const char               *dir = getenv("PKI_OUT");

	(void)state;
	for (size_t i = 0; i < COUNT_OF(algs); i++) {
		struct chain *c = chain_new(algs[i], algs[(i + 1) % COUNT_OF(algs)]);
		struct err    e = { 0 };
		char          name[64];
		OK(certificate_verify(&c->sub, &c->root.key, &e), e);
		OK(crl_verify(&c->crl, &c->root.key, &e), e);
		for (int n = 0; dir && n < 3; n++) {
			(void)snprintf(name, sizeof name, "%s-%zu.der", (const char *[]){ "root", "sub", "crl" }[n], i);
			leave(dir, name, n == 0 ? c->root.der : n == 1 ? c->sub.der : c->crl.der);
		}
		if (dir) {
			c->crl_plan.num_entries = 0;
			(void)snprintf(name, sizeof name, "none-%zu.der", i);
			leave(dir, name, chain_crl(c, &c->crl_plan).der);
		}
		chain_free(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_what_was_planned),
		cmocka_unit_test(each_difference_is_named),
		cmocka_unit_test(no_piece_is_taken_for_the_whole),
		cmocka_unit_test(no_flipped_bit_goes_unseen),
		cmocka_unit_test(each_bend_has_its_own_refusal),
		cmocka_unit_test(times_change_their_form_in_2050),
		cmocka_unit_test(what_no_time_can_say_is_not_written),
		cmocka_unit_test(an_issuer_is_a_ca),
		cmocka_unit_test(a_private_root_may_be_p521),
		cmocka_unit_test(every_curve_makes_a_chain),
	};

	return cmocka_run_group_tests(tests, make_chain, free_chain);
}
