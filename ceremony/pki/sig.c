/* sig.c: signature algorithms and verification: the second half of key.h.
 *
 * wolfCrypt does the arithmetic. What it is lenient about (the form of an ECDSA
 * signature, the range of its numbers) is checked here first. */
#include "ceremony/pki/key.h"

#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/ed25519.h>
#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/rsa.h>

/* id-RSASSA-PSS with one hash for message and mask, and a salt of its length (BR 7.1.3.2.1). */
#define PSS_DER(hash_octet, salt_octet)                                                                     \
	BYTES_LIT("\x30\x41\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x30\x34\xa0\x0f\x30\x0d\x06\x09"    \
	          "\x60\x86\x48\x01\x65\x03\x04\x02" hash_octet "\x05\x00\xa1\x1c\x30\x1a\x06\x09\x2a\x86"  \
	          "\x48\x86\xf7\x0d\x01\x01\x08\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02" hash_octet \
	          "\x05\x00\xa2\x03\x02\x01" salt_octet)
#define RSA_DER(octet)   BYTES_LIT("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01" octet "\x05\x00")
#define ECDSA_DER(octet) BYTES_LIT("\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03" octet)

/* What is fixed for each: its AlgorithmIdentifier, name, hash. */
static const struct {
	struct bytes  der;
	const char   *name;
	enum hash_alg hash;
} sigs[] = {
	[SIG_RSA_SHA256] = { RSA_DER("\x0b"), "sha256WithRSAEncryption", HASH_SHA256 },
	[SIG_RSA_SHA384] = { RSA_DER("\x0c"), "sha384WithRSAEncryption", HASH_SHA384 },
	[SIG_RSA_SHA512] = { RSA_DER("\x0d"), "sha512WithRSAEncryption", HASH_SHA512 },
	[SIG_PSS_SHA256] = { PSS_DER("\x01", "\x20"), "RSASSA-PSS-SHA256", HASH_SHA256 },
	[SIG_PSS_SHA384] = { PSS_DER("\x02", "\x30"), "RSASSA-PSS-SHA384", HASH_SHA384 },
	[SIG_PSS_SHA512] = { PSS_DER("\x03", "\x40"), "RSASSA-PSS-SHA512", HASH_SHA512 },
	[SIG_ECDSA_SHA256] = { ECDSA_DER("\x02"), "ecdsa-with-SHA256", HASH_SHA256 },
	[SIG_ECDSA_SHA384] = { ECDSA_DER("\x03"), "ecdsa-with-SHA384", HASH_SHA384 },
	[SIG_ECDSA_SHA512] = { ECDSA_DER("\x04"), "ecdsa-with-SHA512", HASH_SHA512 },
	[SIG_ED25519] = { BYTES_LIT("\x30\x05\x06\x03\x2b\x65\x70"), "Ed25519", HASH_SHA512 },
};
_Static_assert(COUNT_OF(sigs) == SIG_COUNT_, "a row for each");

/* What wolfCrypt knows of each hash, and its DigestInfo without the digest (RFC 8017 9.2). */
static const struct {
	enum wc_HashType type;
	int              mgf;
	struct bytes     info;
} hashes[] = {
	[HASH_SHA256] = { WC_HASH_TYPE_SHA256, WC_MGF1SHA256,
	                  BYTES_LIT("\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20") },
	[HASH_SHA384] = { WC_HASH_TYPE_SHA384, WC_MGF1SHA384,
	                  BYTES_LIT("\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30") },
	[HASH_SHA512] = { WC_HASH_TYPE_SHA512, WC_MGF1SHA512,
	                  BYTES_LIT("\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40") },
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

/* ---- the table ---------------------------------------------------------- */

enum sig_alg sig_for(const struct key *k)
{
	switch (k->alg) {
	case KEY_RSA: return k->bits <= 3072 ? SIG_RSA_SHA256 : SIG_RSA_SHA384;
	case KEY_P256: return SIG_ECDSA_SHA256;
	case KEY_P384: return SIG_ECDSA_SHA384;
	case KEY_P521: return SIG_ECDSA_SHA512;
	case KEY_ED25519: return SIG_ED25519;
	}
	bug(__FILE__, __LINE__, "a kind of key");
}

bool sig_fits(enum sig_alg s, enum key_alg k)
{
	switch (k) {
	case KEY_RSA: return s <= SIG_PSS_SHA512;
	case KEY_P256: return s == SIG_ECDSA_SHA256;
	case KEY_P384: return s == SIG_ECDSA_SHA384;
	case KEY_P521: return s == SIG_ECDSA_SHA512;
	case KEY_ED25519: return s == SIG_ED25519;
	}
	return false;
}

struct bytes sig_der(enum sig_alg s)
{
	return sigs[s].der;
}

bool sig_find(enum sig_alg *out, struct bytes algorithm_identifier)
{
	for (size_t i = 0; i < COUNT_OF(sigs); i++) {
		if (bytes_equal(algorithm_identifier, sigs[i].der)) {
			*out = (enum sig_alg)i;
			return true;
		}
	}
	return false;
}

const char *sig_name(enum sig_alg s)
{
	return sigs[s].name;
}

bool sig_by_name(enum sig_alg *out, struct bytes name)
{
	for (size_t i = 0; i < COUNT_OF(sigs); i++) {
		if (bytes_is(name, sigs[i].name)) {
			*out = (enum sig_alg)i;
			return true;
		}
	}
	return false;
}

bool sig_hash(enum hash_alg *out, enum sig_alg s)
{
	if (s == SIG_ED25519)
		return false;
	*out = sigs[s].hash;
	return true;
}

/* ---- verification ------------------------------------------------------- */

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
static bool rsa_pkcs1(RsaKey *rsa, enum sig_alg s, struct bytes message, struct bytes signature, struct err *e)
{
	uint8_t       opened[SIG_MAX], wanted[96];
	struct digest d = hash_of(sigs[s].hash, message);
	struct buf    b = BUF_ON(wanted);

	buf_put(&b, hashes[sigs[s].hash].info);
	buf_put(&b, digest_bytes(&d));
	MUST(buf_ok(&b));
	int rc = wc_RsaSSL_Verify(signature.p, (word32)signature.len, opened, sizeof opened, rsa);
	if (rc < 0 || !bytes_equal(bytes_of(opened, (size_t)rc), buf_bytes(&b)))
		return refuse(rc, e);
	return true;
}

static bool rsa_pss(RsaKey *rsa, const struct key *k, enum sig_alg s, struct bytes message, struct bytes signature,
                    struct err *e)
{
	uint8_t       given[SIG_MAX], opened[SIG_MAX];
	enum hash_alg hash = sigs[s].hash;
	struct digest d = hash_of(hash, message);

	memcpy(given, signature.p, signature.len); /* the library's parameter is not const */
	int rc = wc_RsaPSS_Verify_ex(given, (word32)signature.len, opened, sizeof opened, hashes[hash].type,
	                             hashes[hash].mgf, (int)d.len, rsa);
	if (rc < 0)
		return refuse(rc, e);
	rc = wc_RsaPSS_CheckPadding_ex(d.p, (word32)d.len, opened, (word32)rc, hashes[hash].type, (int)d.len,
	                               (int)k->bits);
	return rc == 0 || refuse(rc, e);
}

static bool verify_rsa(const struct key *k, enum sig_alg s, struct bytes message, struct bytes signature,
                       struct err *e)
{
	RsaKey rsa;

	if (k->bits > RSA_MAX_SIZE)
		return err_set(e, ERR_KEY_UNSUPPORTED, "RSA-%u, at most %d bits", k->bits, RSA_MAX_SIZE);
	if (signature.len != k->modulus.len || signature.len > SIG_MAX) /* RFC 8017 8.1.2, 8.2.2: step 1 */
		return err_set(e, ERR_SIGNATURE_BAD, "%zu octets instead of %zu", signature.len, k->modulus.len);
	int rc = wc_InitRsaKey(&rsa, NULL);
	if (rc != 0)
		return refuse(rc, e);
	rc = wc_RsaPublicKeyDecodeRaw(k->modulus.p, (word32)k->modulus.len, k->exponent.p, (word32)k->exponent.len,
	                              &rsa);
	bool good = rc != 0               ? refuse(rc, e)
	            : s >= SIG_PSS_SHA256 ? rsa_pss(&rsa, k, s, message, signature, e)
	                                  : rsa_pkcs1(&rsa, s, message, signature, e);
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

static bool verify_ecdsa(const struct key *k, enum sig_alg s, struct bytes message, struct bytes signature,
                         struct err *e)
{
	struct bytes  in = signature, seq, r, t;
	struct digest d = hash_of(sigs[s].hash, message);
	ecc_key       ecc;
	int           good = 0;

	if (!der_get(&in, DER_SEQUENCE, &seq) || in.len || !der_get_unsigned(&seq, &r) ||
	    !der_get_unsigned(&seq, &t) || seq.len)
		return err_set(e, ERR_SIGNATURE_BAD, "not two integers in DER");
	if (!in_range(r, curves[k->alg].order) || !in_range(t, curves[k->alg].order))
		return err_set(e, ERR_SIGNATURE_BAD, "a number outside 1 to n-1");
	int rc = wc_ecc_init(&ecc);
	if (rc != 0)
		return refuse(rc, e);
	rc = wc_ecc_import_x963_ex(k->point.p, (word32)k->point.len, &ecc, curves[k->alg].id);
	if (rc == 0)
		rc = wc_ecc_verify_hash(signature.p, (word32)signature.len, d.p, (word32)d.len, &good, &ecc);
	wc_ecc_free(&ecc);
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

bool sig_verify(const struct key *k, enum sig_alg s, struct bytes message, struct bytes signature, struct err *e)
{
	if (!sig_fits(s, k->alg))
		return err_set(e, ERR_SIGNATURE_BAD, "%s by a key of another kind", sig_name(s));
	switch (k->alg) {
	case KEY_RSA: return verify_rsa(k, s, message, signature, e);
	case KEY_P256:
	case KEY_P384:
	case KEY_P521: return verify_ecdsa(k, s, message, signature, e);
	case KEY_ED25519: return verify_ed25519(k, message, signature, e);
	}
	bug(__FILE__, __LINE__, "a kind of key");
}
