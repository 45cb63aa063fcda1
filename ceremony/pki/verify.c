/* verify.c: see verify.h: verification of signatures.
 *
 * wolfCrypt does the arithmetic, and GMP that of RSA where wolfCrypt cannot. What wolfCrypt is
 * lenient about (the form of an ECDSA signature, the range of its numbers) is checked here first. */
#include "ceremony/pki/verify.h"

#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/ed25519.h>
#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/rsa.h>

#include "ceremony/base/crypt_heap.h"

/* What wolfCrypt knows of each hash. */
static const struct {
	enum wc_HashType type;
	int              mgf;
} hashes[] = {
	[HASH_SHA256] = { WC_HASH_TYPE_SHA256, WC_MGF1SHA256 },
	[HASH_SHA384] = { WC_HASH_TYPE_SHA384, WC_MGF1SHA384 },
	[HASH_SHA512] = { WC_HASH_TYPE_SHA512, WC_MGF1SHA512 },
};

/* Curves: wolfCrypt's name and the order n (FIPS 186-5, SP 800-186 3.2.1). */
static const struct {
	int          id;
	struct bytes order;
} curves[] = {
	[KEY_P256] = { ECC_SECP256R1, BYTES_LIT("\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"
	                                        "\xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51") },
	[KEY_P384] = { ECC_SECP384R1, BYTES_LIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	                                        "\xff\xff\xff\xff\xff\xff\xff\xff\xc7\x63\x4d\x81\xf4\x37\x2d\xdf"
	                                        "\x58\x1a\x0d\xb2\x48\xb0\xa7\x7a\xec\xec\x19\x6a\xcc\xc5\x29\x73") },
	[KEY_P521] = { ECC_SECP521R1, BYTES_LIT("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	                                        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfa"
	                                        "\x51\x86\x87\x83\xbf\x2f\x96\x6b\x7f\xcc\x01\x48\xf7\x09\xa5\xd0\x3b"
	                                        "\xb5\xc9\xb8\x89\x9c\x47\xae\xbb\x6f\xb7\x1e\x91\x38\x64\x09") },
};

/* The hash of an algorithm that has one. */
static enum hash_alg hash_by(enum sig_alg s)
{
	enum hash_alg h;

	MUST(sig_hash(&h, s));
	return h;
}

/* What a failed call of wolfCrypt means: memory is the machine's fault, all else the
 * signature's. Always false. */
static bool refuse(int rc, struct err *e)
{
	if (rc == MEMORY_E)
		return err_set(e, ERR_NO_MEMORY, "verifying a signature");
	return err_set(e, ERR_SIGNATURE_BAD, "%s", "");
}

/* PKCS #1 v1.5: what the library unpads must be the DigestInfo, octet for octet: nothing of
 * it is parsed (RFC 8017 8.2.2 note). */
static bool rsa_pkcs1(RsaKey *rsa, enum sig_alg s, const struct digest *d, struct bytes signature, struct err *e)
{
	uint8_t       opened[SIG_MAX], wanted[96];
	enum hash_alg hash = hash_by(s);
	struct buf    b = BUF_ON(wanted);

	buf_put(&b, sig_digest_info(hash));
	buf_put(&b, digest_bytes(d));
	MUST(buf_ok(&b));
	int rc = wc_RsaSSL_Verify(signature.p, (word32)signature.len, opened, sizeof opened, rsa);
	if (rc < 0 || !bytes_equal(bytes_of(opened, (size_t)rc), buf_bytes(&b)))
		return refuse(rc, e);
	return true;
}

static bool rsa_pss(RsaKey *rsa, const struct key *k, enum sig_alg s, const struct digest *d, struct bytes signature,
                    struct err *e)
{
	uint8_t       given[SIG_MAX], opened[SIG_MAX];
	enum hash_alg hash = hash_by(s);

	memcpy(given, signature.p, signature.len); /* the library's parameter is not const */
	int rc = wc_RsaPSS_Verify_ex(given, (word32)signature.len, opened, sizeof opened, hashes[hash].type,
	                             hashes[hash].mgf, (int)d->len, rsa);
	if (rc < 0)
		return refuse(rc, e);
	rc = wc_RsaPSS_CheckPadding_ex(d->p, (word32)d->len, opened, (word32)rc, hashes[hash].type, (int)d->len,
	                               (int)k->bits);
	return rc == 0 || refuse(rc, e);
}

static bool verify_rsa(const struct key *k, struct proof s, const struct digest *d, struct bytes signature,
                       struct err *e)
{
	RsaKey rsa;

	if (signature.len != k->modulus.len || signature.len > SIG_MAX) /* RFC 8017 8.1.2, 8.2.2: step 1 */
		return err_set(e, ERR_SIGNATURE_BAD, "%zu octets instead of %zu", signature.len, k->modulus.len);
	if (k->bits > RSA_MAX_SIZE || (s.alg >= SIG_PSS_SHA256 && s.salt_len != hash_len(hash_by(s.alg))))
		return rsa_verify_big(k, s, d, signature, e);
	int rc = wc_InitRsaKey(&rsa, NULL);
	if (rc != 0)
		return refuse(rc, e);
	rc = wc_RsaPublicKeyDecodeRaw(k->modulus.p, (word32)k->modulus.len, k->exponent.p, (word32)k->exponent.len,
	                              &rsa);
	bool good = rc != 0                   ? refuse(rc, e)
	            : s.alg >= SIG_PSS_SHA256 ? rsa_pss(&rsa, k, s.alg, d, signature, e)
	                                      : rsa_pkcs1(&rsa, s.alg, d, signature, e);
	wc_FreeRsaKey(&rsa);
	return good;
}

/* 1 <= v < order, both big-endian without leading zeros. */
static bool in_range(struct bytes v, struct bytes order)
{
	if (v.len == 1 && v.p[0] == 0)
		return false;
	return v.len < order.len || (v.len == order.len && memcmp(v.p, order.p, v.len) < 0);
}

/* wolfCrypt (FP_ECC) makes tables for the points that it meets a second time: with P-384 they cost as much as twenty
 * verifications, and a key that is met once takes a third longer beside them. They are worth it for a key of many signatures one
 * after the other, as a root's in a long ceremony, and for no other: until then what it has remembered is freed each time. */
#define RUN       32
#define POINT_MAX 133 /* octets: P-521 */

static void spare_tables(struct bytes point)
{
	static uint8_t  last[POINT_MAX];
	static unsigned run;

	MUST(point.len <= sizeof last);
	if (memcmp(last, point.p, point.len) != 0) {
		memcpy(last, point.p, point.len);
		run = 0;
	}
	if (run++ < RUN)
		wc_ecc_fp_free();
	else
		run = RUN;
}

static bool verify_ecdsa(const struct key *k, const struct digest *d, struct bytes signature, struct err *e)
{
	struct bytes  in = signature, seq, r, t;
	ecc_key       ecc;
	int           good = 0;

	if (!der_get(&in, DER_SEQUENCE, &seq) || in.len || !der_get_unsigned(&seq, &r) ||
	    !der_get_unsigned(&seq, &t) || seq.len)
		return err_set(e, ERR_SIGNATURE_BAD, "not two integers in DER");
	if (!in_range(r, curves[k->alg].order) || !in_range(t, curves[k->alg].order))
		return err_set(e, ERR_SIGNATURE_BAD, "a number outside 1 to n-1");
	crypt_heap_start();
	int rc = wc_ecc_init(&ecc);
	if (rc != 0)
		return refuse(rc, e);
	rc = wc_ecc_import_x963_ex(k->point.p, (word32)k->point.len, &ecc, curves[k->alg].id);
	if (rc == 0)
		rc = wc_ecc_verify_hash(signature.p, (word32)signature.len, d->p, (word32)d->len, &good, &ecc);
	wc_ecc_free(&ecc);
	spare_tables(k->point);
	return (rc == 0 && good == 1) || refuse(rc, e);
}

static bool verify_ed25519(const struct key *k, struct bytes message, struct bytes signature, struct err *e)
{
	/* RFC 8032 5.1.7: S below the order L, here little-endian, or one signature has many forms */
	static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
		                           0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
		                           0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10 };
	ed25519_key          ed;
	int                  good = 0, at = 31;

	if (signature.len != ED25519_SIG_SIZE)
		return err_set(e, ERR_SIGNATURE_BAD, "%zu octets instead of %d", signature.len, ED25519_SIG_SIZE);
	while (at > 0 && signature.p[32 + at] == order[at])
		at--;
	if (signature.p[32 + at] >= order[at])
		return err_set(e, ERR_SIGNATURE_BAD, "S is not below the order of the group");
	if (message.len > UINT32_MAX)
		return err_set(e, ERR_TOO_LARGE, "a signed message");
	int rc = wc_ed25519_init(&ed);
	if (rc != 0)
		return refuse(rc, e);
	rc = wc_ed25519_import_public(k->point.p, (word32)k->point.len, &ed);
	if (rc == 0)
		rc = wc_ed25519_verify_msg(signature.p, (word32)signature.len, message.p, (word32)message.len, &good,
		                           &ed);
	wc_ed25519_free(&ed);
	return (rc == 0 && good == 1) || refuse(rc, e);
}

/* ---- what held already ----------------------------------------------------------------- */

/* Signatures that held in this process, each by the SHA-256 of all that its verification looks at: a ceremony that
 * replays its record, or verifies it at the end, need not reckon the same again. Only what held is kept, and nothing
 * else can have its SHA-256. */
#define HELD   65536 /* those of 30,000 certificates and their requests; only what is used of it takes memory */
#define PLACES 8     /* where one can stand: from its own first place on */

static uint8_t held[HELD][32];

static struct digest name_of(const struct key *k, struct proof s, const struct digest *d, struct bytes signature)
{
	const uint16_t form[] = { (uint16_t)k->alg, (uint16_t)k->modulus.len, (uint16_t)k->exponent.len, (uint16_t)s.alg, (uint16_t)s.salt_len };
	struct hash    h;

	hash_init(&h, HASH_SHA256);
	hash_put(&h, bytes_of(form, sizeof form)); /* and with it the length of all but the last */
	hash_put(&h, k->modulus);
	hash_put(&h, k->exponent);
	hash_put(&h, k->point);
	hash_put(&h, digest_bytes(d));
	hash_put(&h, signature);
	return hash_end(&h);
}

/* Its place, or a free one, or the first one, which then changes hands. */
static uint8_t *place_of(const struct digest *name)
{
	static const uint8_t nobody[32];
	const size_t         first = (size_t)name->p[0] << 8 | name->p[1];

	for (size_t i = 0; i < PLACES; i++) {
		uint8_t *p = held[(first + i) % HELD];
		if (memcmp(p, name->p, sizeof held[0]) == 0 || memcmp(p, nobody, sizeof nobody) == 0)
			return p;
	}
	return held[first % HELD];
}

bool proof_verify_digest(const struct key *k, struct proof s, const struct digest *d, struct bytes signature, struct err *e)
{
	if (!proof_fits(s.alg, k->alg) || k->alg == KEY_ED25519)
		return err_set(e, ERR_SIGNATURE_BAD, "%s by a key of another kind", sig_name(s.alg));
	MUST(d->len == hash_len(hash_by(s.alg)));
	struct digest name = name_of(k, s, d, signature);
	uint8_t      *place = place_of(&name);
	if (memcmp(place, name.p, sizeof held[0]) == 0)
		return true;
	if (k->alg == KEY_RSA ? !verify_rsa(k, s, d, signature, e) : !verify_ecdsa(k, d, signature, e))
		return false;
	memcpy(place, name.p, sizeof held[0]);
	return true;
}

bool proof_verify(const struct key *k, struct proof s, struct bytes message, struct bytes signature, struct err *e)
{
	if (!proof_fits(s.alg, k->alg))
		return err_set(e, ERR_SIGNATURE_BAD, "%s by a key of another kind", sig_name(s.alg));
	if (k->alg == KEY_ED25519)
		return verify_ed25519(k, message, signature, e);
	struct digest d = hash_of(hash_by(s.alg), message);
	return proof_verify_digest(k, s, &d, signature, e);
}
