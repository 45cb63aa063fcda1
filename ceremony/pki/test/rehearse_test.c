/* rehearse_test.c: signatures before the signature: good under their own key alone, of every kind; and that the linter looks. */
#include "ceremony/pki/rehearse.h"

#include "ceremony/pki/test/throwaway.h"

static uint8_t room[1 << 20];

#define TBS BYTES_LIT("what is about to be signed")

static struct key issuer_key(struct arena *a, enum key_alg alg, unsigned bits, uint32_t exponent)
{
	struct throwaway t;

	if (alg == KEY_RSA)
		return throwaway_rsa(a, bits, exponent);
	if (alg == KEY_ED25519) {
		struct key k;
		struct err e = { 0 };
		uint8_t    point[32] = { 9 };
		OK(key_build_point(&k, a, alg, bytes_of(point, sizeof point), &e), e);
		return k;
	}
	throwaway_new(&t, a, alg);
	throwaway_done(&t);
	return t.key;
}

static void each_kind_signs_and_is_another_key(void **state)
{
	static const struct {
		enum key_alg alg;
		unsigned     bits;
		uint32_t     exponent;
	} kinds[] = {
		{ KEY_P256, 0, 0 },          { KEY_P384, 0, 0 },        { KEY_P521, 0, 0 },        { KEY_ED25519, 0, 0 },
		{ KEY_RSA, 2048, 65537 },    { KEY_RSA, 2049, 65537 },  { KEY_RSA, 3071, 3 },      { KEY_RSA, 3072, 65537 },
		{ KEY_RSA, 4096, 65539 },    { KEY_RSA, 4104, 65537 },  { KEY_RSA, 8192, 65537 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		for (enum sig_alg sig = 0; sig < SIG_COUNT_; sig++) {
			struct arena a = ARENA_ON(room);
			struct key   issuer = issuer_key(&a, kinds[i].alg, kinds[i].bits, kinds[i].exponent), key, other;
			uint8_t      octets[SIG_MAX];
			struct buf   signature = BUF_ON(octets);
			struct err   e = { 0 };
			if (!sig_fits(sig, issuer.alg)) {
				assert_false(rehearse_sign(&key, &signature, &a, &issuer, sig, TBS, &e));
				assert_int_equal(e.id, ERR_SIGNATURE_BAD);
				continue;
			}
			OK(rehearse_sign(&key, &signature, &a, &issuer, sig, TBS, &e), e);
			assert_int_equal(key.alg, issuer.alg);
			assert_int_equal(key.bits, issuer.bits);
			assert_true(bytes_equal(key.exponent, issuer.exponent));
			assert_false(bytes_equal(key.spki, issuer.spki));
			OK(sig_verify(&key, sig, TBS, buf_bytes(&signature), &e), e);
			assert_false(sig_verify(&key, sig, BYTES_LIT("something else"), buf_bytes(&signature), &e));
			signature.len = 0;
			OK(rehearse_sign(&other, &signature, &a, &issuer, sig, TBS, &e), e);
			assert_false(bytes_equal(key.spki, other.spki)); /* it was thrown away */
		}
	}
}

static void an_exponent_must_be_odd(void **state)
{
	struct arena a = ARENA_ON(room);
	struct key   issuer = throwaway_rsa(&a, 2048, 65538), key;
	uint8_t      octets[SIG_MAX];
	struct buf   signature = BUF_ON(octets);
	struct err   e = { 0 };

	(void)state;
	assert_false(rehearse_sign(&key, &signature, &a, &issuer, SIG_RSA_SHA256, TBS, &e));
	assert_int_equal(e.id, ERR_SIGNATURE_BAD);
}

/* What only a signature shows: the rest of the linter says yes to these. */
static void what_cannot_be_signed_so_is_found(void **state)
{
	struct chain *c = chain_new(KEY_P384, KEY_P256);
	struct plan   p = c->sub_plan;
	struct bytes  tbs;
	struct err    e = { 0 };

	(void)state;
	OK(certificate_tbs(&tbs, &c->arena, &p, &e), e);
	OK(lint_tbs(&c->arena, tbs, &p, &c->root, &e), e);
	p.sig = SIG_ECDSA_SHA256; /* well-formed, an algorithm of the profile, but not of a key on P-384 */
	OK(certificate_tbs(&tbs, &c->arena, &p, &e), e);
	assert_false(lint_tbs(&c->arena, tbs, &p, &c->root, &e));
	assert_int_equal(e.id, ERR_PROFILE_LINT);
	assert_non_null(strstr(e.detail, "signature: "));
	struct crl_plan list = c->crl_plan;
	list.sig = SIG_ECDSA_SHA256;
	OK(crl_tbs(&tbs, &c->arena, &list, &e), e);
	assert_false(lint_crl_tbs(&c->arena, tbs, &list, &c->root, 0, &e));
	assert_non_null(strstr(e.detail, "signature: "));
	chain_free(c);
}

/* A root whose signatures no library here verifies is told before it signs: RSA above 4096 bits with a long exponent. */
static void what_cannot_be_verified_here_is_found(void **state)
{
	static const uint8_t long_exponent[] = { 1, 0, 0, 0, 0, 0, 0, 0, 13 };
	struct chain        *c = chain_new(KEY_P384, KEY_P256);
	struct plan          p = c->sub_plan;
	struct certificate   root = c->root;
	struct lint_finding  f[4];
	struct bytes         tbs;
	size_t               num = 0;
	struct err           e = { 0 };

	(void)state;
	struct key rsa = throwaway_rsa(&c->arena, 4104, 65537);
	OK(key_build_rsa(&root.key, &c->arena, rsa.modulus, bytes_of(long_exponent, sizeof long_exponent), &e), e);
	p.sig = SIG_RSA_SHA384;
	OK(certificate_tbs(&tbs, &c->arena, &p, &e), e);
	OK(lint_tbs_all(f, COUNT_OF(f), &num, &c->arena, tbs, &p, &root, &e), e);
	assert_int_equal(num, 1);
	assert_string_equal(f[0].rule, "signature");
	OK(lint_tbs_all(f, COUNT_OF(f), &num, &c->arena, tbs, &p, &root, &e), e);
	assert_int_equal(num, 1); /* what was found is not remembered as good */
	chain_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_signs_and_is_another_key),
		cmocka_unit_test(an_exponent_must_be_odd),
		cmocka_unit_test(what_cannot_be_signed_so_is_found),
		cmocka_unit_test(what_cannot_be_verified_here_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
