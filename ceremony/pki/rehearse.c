/* rehearse.c: see rehearse.h. wolfCrypt makes the keys on curves, GMP those of RSA. */
#include "ceremony/pki/rehearse.h"

#include "ceremony/base/crypt_heap.h"
#include "ceremony/pki/verify.h"

#include <gmp.h>

#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/ed25519.h>
#include <wolfssl/wolfcrypt/random.h>

#define POINT_MAX  133
#define PRIME_BITS 512
#define PRIMES_MAX (SIG_MAX * 8 / PRIME_BITS)

static bool failed(struct err *e)
{
	return err_set(e, ERR_NO_MEMORY, "a throwaway key");
}

/* ---- curves --------------------------------------------------------------- */

static bool by_curve(struct key *key, struct buf *signature, struct arena *a, WC_RNG *rng, enum key_alg alg, const struct digest *d,
                     struct err *e)
{
	static const int ids[] = { [KEY_P256] = ECC_SECP256R1, [KEY_P384] = ECC_SECP384R1, [KEY_P521] = ECC_SECP521R1 };
	uint8_t          point[POINT_MAX], made[SIG_MAX];
	word32           point_len = sizeof point, len = sizeof made;
	ecc_key          ecc;

	crypt_heap_start();
	if (wc_ecc_init(&ecc) != 0)
		return failed(e);
	int rc = wc_ecc_make_key_ex(rng, wc_ecc_get_curve_size_from_id(ids[alg]), &ecc, ids[alg]);
	rc = rc ? rc : wc_ecc_export_x963(&ecc, point, &point_len);
	wc_ecc_fp_free(); /* or wolfCrypt makes a table for one signature (verify.c) */
	rc = rc ? rc : wc_ecc_sign_hash(d->p, (word32)d->len, made, &len, rng, &ecc);
	wc_ecc_free(&ecc); /* which wipes the scalar */
	wc_ecc_fp_free();
	if (rc != 0)
		return failed(e);
	buf_put(signature, bytes_of(made, len));
	return key_build_point(key, a, alg, bytes_of(point, point_len), e);
}

static bool by_ed25519(struct key *key, struct buf *signature, struct arena *a, WC_RNG *rng, struct bytes tbs, struct err *e)
{
	uint8_t     point[ED25519_PUB_KEY_SIZE], made[ED25519_SIG_SIZE];
	word32      point_len = sizeof point, len = sizeof made;
	ed25519_key ed;

	if (wc_ed25519_init(&ed) != 0)
		return failed(e);
	int rc = wc_ed25519_make_key(rng, ED25519_KEY_SIZE, &ed);
	rc = rc ? rc : wc_ed25519_export_public(&ed, point, &point_len);
	rc = rc ? rc : wc_ed25519_sign_msg(tbs.p, (word32)tbs.len, made, &len, &ed);
	wc_ed25519_free(&ed); /* the same */
	if (rc != 0)
		return failed(e);
	buf_put(signature, bytes_of(made, len));
	return key_build_point(key, a, KEY_ED25519, bytes_of(point, point_len), e);
}

/* ---- RSA ------------------------------------------------------------------- */

/* EMSA-PKCS1-v1_5 (RFC 8017 9.2). */
static void pad_pkcs1(uint8_t *em, size_t len, enum hash_alg hash, const struct digest *d)
{
	struct bytes info = sig_digest_info(hash);
	size_t       tail = info.len + d->len;

	memset(em, 0xff, len);
	em[0] = em[len - tail - 1] = 0;
	em[1] = 1;
	memcpy(em + len - tail, info.p, info.len);
	memcpy(em + len - d->len, d->p, d->len);
}

/* EMSA-PSS (RFC 8017 9.1.1) for a modulus of `bits`, a multiple of 8 or not, with a salt as long as the hash: zeros, for
 * nobody is kept from anything here. */
static void pad_pss(uint8_t *em, size_t len, unsigned bits, enum hash_alg hash, const struct digest *d)
{
	uint8_t       m[8 + 2 * HASH_MAX] = { 0 }, seed[HASH_MAX + 4] = { 0 };
	const size_t  skip = bits % 8 == 1 ? 1 : 0, db = len - skip - d->len - 1; /* emBits is one bit less */
	struct digest h, mask = { 0 };

	memcpy(m + 8, d->p, d->len);
	h = hash_of(hash, bytes_of(m, 8 + 2 * d->len));
	memset(em, 0, len);
	em[skip + db - d->len - 1] = 1;
	memcpy(seed, h.p, h.len);
	for (size_t i = 0; i < db; i++) {
		if (i % h.len == 0) {
			seed[h.len + 3] = (uint8_t)(i / h.len);
			mask = hash_of(hash, bytes_of(seed, h.len + 4));
		}
		em[skip + i] ^= mask.p[i % h.len];
	}
	if (!skip)
		em[0] &= (uint8_t)(0xff >> (8 * len - bits + 1));
	memcpy(em + skip + db, h.p, h.len);
	em[len - 1] = 0xbc;
}

static void forget(mpz_t x)
{
	size_t       num = mpz_size(x);
	mp_limb_t   *limb = mpz_limbs_modify(x, (mp_size_t)num);

	explicit_bzero(limb, num * sizeof *limb);
	mpz_limbs_finish(x, 0);
	mpz_clear(x);
}

/* A prime of that many bits, the upper two of them set, whose p - 1 has nothing in common with e. */
static bool find_prime(mpz_t p, WC_RNG *rng, unsigned bits, const mpz_t e)
{
	uint8_t octets[PRIME_BITS / 8 * 2];
	mpz_t   t;
	bool    ok;

	mpz_init(t);
	do {
		size_t len = (bits + 7) / 8;
		ok = wc_RNG_GenerateBlock(rng, octets, (word32)len) == 0;
		mpz_import(p, len, 1, 1, 1, 0, octets);
		mpz_fdiv_r_2exp(p, p, bits);
		mpz_setbit(p, bits - 1);
		mpz_setbit(p, bits - 2);
		mpz_nextprime(p, p);
		mpz_sub_ui(t, p, 1);
		mpz_gcd(t, t, e);
	} while (ok && (mpz_cmp_ui(t, 1) != 0 || mpz_sizeinbase(p, 2) != bits));
	explicit_bzero(octets, sizeof octets);
	mpz_clear(t);
	return ok;
}

/* s = em^(1/e) modulo one prime after the other, put together as it goes (Garner). n becomes their product. */
static bool root_of(mpz_t s, mpz_t n, WC_RNG *rng, const mpz_t em, const mpz_t e, unsigned bits)
{
	unsigned num = bits / PRIME_BITS ? bits / PRIME_BITS : 1;
	bool     ok = true;
	mpz_t    p, d, t, top;

	mpz_inits(p, d, t, top, NULL);
	mpz_set_ui(n, 1);
	mpz_set_ui(s, 0);
	for (unsigned left = bits; ok && num; num--) {
		unsigned size = left / num;
		left -= size;
		if (num > 1) {
			ok = find_prime(p, rng, size, e);
		} else { /* the last one brings the product to its size */
			mpz_set_ui(top, 3);
			mpz_mul_2exp(top, top, bits - 2); /* the middle of what has that many bits */
			mpz_fdiv_q(p, top, n);
			do {
				mpz_nextprime(p, p);
				mpz_sub_ui(t, p, 1);
				mpz_gcd(t, t, e);
			} while (mpz_cmp_ui(t, 1) != 0);
		}
		mpz_sub_ui(t, p, 1);
		ok = ok && mpz_invert(d, e, t) != 0;
		mpz_powm(d, em, d, p);
		mpz_sub(d, d, s);
		ok = ok && mpz_invert(t, n, p) != 0; /* 0: the same prime twice */
		mpz_mul(d, d, t);
		mpz_mod(d, d, p);
		mpz_addmul(s, n, d);
		mpz_mul(n, n, p);
	}
	forget(p);
	forget(d);
	forget(t);
	mpz_clear(top);
	return ok && mpz_sizeinbase(n, 2) == bits;
}

static bool by_rsa(struct key *key, struct buf *signature, struct arena *a, WC_RNG *rng, const struct key *issuer, enum sig_alg sig,
                   const struct digest *d, struct err *err)
{
	uint8_t       em[SIG_MAX], octets[SIG_MAX] = { 0 };
	const size_t  len = (issuer->bits + 7) / 8;
	enum hash_alg hash;
	size_t        n_len = 0;
	mpz_t         m, s, n, e;

	MUST(sig_hash(&hash, sig) && len <= sizeof em);
	if (len < 2 * d->len + sig_digest_info(hash).len + 11)
		return err_set(err, ERR_SIGNATURE_BAD, "%s by RSA of %u bits", sig_name(sig), issuer->bits);
	if (sig >= SIG_PSS_SHA256 && sig <= SIG_PSS_SHA512)
		pad_pss(em, len, issuer->bits, hash, d);
	else
		pad_pkcs1(em, len, hash, d);
	mpz_inits(m, s, n, e, NULL);
	mpz_import(m, len, 1, 1, 1, 0, em);
	mpz_import(e, issuer->exponent.len, 1, 1, 1, 0, issuer->exponent.p);
	bool ok = mpz_odd_p(e) && root_of(s, n, rng, m, e, issuer->bits);
	if (ok) {
		(void)mpz_export(octets, &n_len, 1, 1, 1, 0, n);
		ok = key_build_rsa(key, a, bytes_of(octets, n_len), issuer->exponent, err);
		memset(octets, 0, sizeof octets);
		size_t s_len = (mpz_sizeinbase(s, 2) + 7) / 8;
		(void)mpz_export(octets + len - s_len, NULL, 1, 1, 1, 0, s);
		buf_put(signature, bytes_of(octets, len));
	} else {
		(void)err_set(err, ERR_SIGNATURE_BAD, "no RSA key of %u bits with that exponent", issuer->bits);
	}
	mpz_clears(m, s, n, e, NULL);
	return ok;
}

/* ---- any -------------------------------------------------------------------- */

bool rehearse_sign(struct key *key, struct buf *signature, struct arena *a, const struct key *issuer, enum sig_alg sig,
                    struct bytes tbs, struct err *e)
{
	struct digest d = { 0 };
	enum hash_alg hash;
	WC_RNG        rng;

	if (!sig_fits(sig, issuer->alg))
		return err_set(e, ERR_SIGNATURE_BAD, "%s by a key of another kind", sig_name(sig));
	if (wc_InitRng(&rng) != 0)
		return failed(e);
	if (sig_hash(&hash, sig))
		d = hash_of(hash, tbs);
	bool ok = issuer->alg == KEY_RSA       ? by_rsa(key, signature, a, &rng, issuer, sig, &d, e)
	          : issuer->alg == KEY_ED25519 ? by_ed25519(key, signature, a, &rng, tbs, e)
	                                       : by_curve(key, signature, a, &rng, issuer->alg, &d, e);
	wc_FreeRng(&rng);
	return ok && (buf_ok(signature) || err_set(e, ERR_TOO_LARGE, "a signature"));
}
