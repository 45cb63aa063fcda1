/* verify_big.c: RSA verification by GMP: moduli above wolfCrypt's limit, and salts that it does
 * not take. Everything here is public: nothing need be constant in time.
 *
 * RFC 8017: 5.2.2 opens the signature, 8.2.2 compares it whole, 9.1.2 takes PSS apart. */
#include <gmp.h>

#include "ceremony/pki/verify.h"

#define EXPONENT_MAX 8 /* octets: a longer one only burns time */

/* s^e mod n, as long as the modulus. False if s is not below n. */
static bool open_signature(uint8_t *out, const struct key *k, struct bytes signature)
{
	mpz_t n, e, s;

	mpz_inits(n, e, s, NULL);
	mpz_import(n, k->modulus.len, 1, 1, 1, 0, k->modulus.p);
	mpz_import(e, k->exponent.len, 1, 1, 1, 0, k->exponent.p);
	mpz_import(s, signature.len, 1, 1, 1, 0, signature.p);
	bool below = mpz_cmp(s, n) < 0;
	if (below) {
		size_t len = 0;
		mpz_powm(s, s, e, n);
		memset(out, 0, k->modulus.len);
		size_t octets = (mpz_sizeinbase(s, 2) + 7) / 8;
		if (mpz_sgn(s))
			(void)mpz_export(out + k->modulus.len - octets, &len, 1, 1, 1, 0, s);
	}
	mpz_clears(n, e, s, NULL);
	return below;
}

/* 00 01 ff .. ff 00 DigestInfo, made and compared. */
static bool is_pkcs1(struct bytes em, enum hash_alg hash, const struct digest *d)
{
	uint8_t      want[SIG_MAX];
	struct bytes info = sig_digest_info(hash);
	size_t       tail = info.len + d->len;

	if (em.len < tail + 11 || em.len > sizeof want)
		return false;
	memset(want, 0xff, em.len);
	want[0] = 0;
	want[1] = 1;
	want[em.len - tail - 1] = 0;
	memcpy(want + em.len - tail, info.p, info.len);
	memcpy(want + em.len - d->len, d->p, d->len);
	return bytes_equal(em, bytes_of(want, em.len));
}

/* MGF1 (RFC 8017 B.2.1): its mask is taken off db. */
static void unmask(uint8_t *db, size_t len, enum hash_alg hash, struct bytes seed)
{
	for (uint32_t i = 0; len; i++) {
		struct hash   h;
		const uint8_t counter[4] = { (uint8_t)(i >> 24), (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };
		hash_init(&h, hash);
		hash_put(&h, seed);
		hash_put(&h, bytes_of(counter, sizeof counter));
		struct digest mask = hash_end(&h);
		size_t        n = len < mask.len ? len : mask.len;
		for (size_t j = 0; j < n; j++)
			db[j] ^= mask.p[j];
		db += n;
		len -= n;
	}
}

/* RFC 8017 9.1.2, with emBits = bits - 1. em: as long as the modulus; changed. */
static bool is_pss(uint8_t *em, size_t em_len, unsigned bits, enum hash_alg hash, size_t salt_len,
                   const struct digest *d)
{
	static const uint8_t zeros[8] = { 0 };
	const unsigned       spare = (8 - (bits - 1) % 8) % 8; /* bits of the first octet that must be 0 */

	if ((bits - 1) % 8 == 0) { /* the encoding is an octet shorter than the modulus */
		if (*em++ != 0)
			return false;
		em_len--;
	}
	if (em_len < d->len + salt_len + 2 || em[em_len - 1] != 0xbc || (em[0] & ~(0xff >> spare)))
		return false;
	const size_t db_len = em_len - d->len - 1;
	struct bytes h = bytes_of(em + db_len, d->len);
	unmask(em, db_len, hash, h);
	em[0] = (uint8_t)(em[0] & (0xff >> spare));
	for (size_t i = 0; i < db_len - salt_len - 1; i++)
		if (em[i])
			return false;
	if (em[db_len - salt_len - 1] != 1)
		return false;
	struct hash again;
	hash_init(&again, hash);
	hash_put(&again, bytes_of(zeros, sizeof zeros));
	hash_put(&again, digest_bytes(d));
	hash_put(&again, bytes_of(em + db_len - salt_len, salt_len));
	struct digest want = hash_end(&again);
	return bytes_equal(h, digest_bytes(&want));
}

bool rsa_verify_big(const struct key *k, struct proof s, const struct digest *d, struct bytes signature, struct err *e)
{
	uint8_t       em[SIG_MAX];
	enum hash_alg hash;

	MUST(sig_hash(&hash, s.alg) && signature.len == k->modulus.len);
	if (k->exponent.len > EXPONENT_MAX || k->modulus.len > sizeof em)
		return err_set(e, ERR_KEY_UNSUPPORTED, "RSA-%u with an exponent of %zu octets", k->bits, k->exponent.len);
	bool good = open_signature(em, k, signature) &&
	            (s.alg >= SIG_PSS_SHA256 ? is_pss(em, k->modulus.len, k->bits, hash, s.salt_len, d)
	                                     : is_pkcs1(bytes_of(em, k->modulus.len), hash, d));
	return good || err_set(e, ERR_SIGNATURE_BAD, "%s", "");
}
