/* key.c: see keytest.h.
 *
 * Points here, with wolfCrypt's arithmetic; RSA in rsa.c. */
#include "keytest/rsa.h"

#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/ed25519.h>
#include <wolfssl/wolfcrypt/error-crypt.h>

/* ---- points ------------------------------------------------------------- */

static const struct {
	int          id;
	struct bytes prime; /* of the field (SP 800-186 3.2.1), as long as a coordinate */
} curves[] = {
	[KEY_P256] = { ECC_SECP256R1, BYTES_LIT("\xff\xff\xff\xff\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"
	                                        "\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff") },
	[KEY_P384] = { ECC_SECP384R1, BYTES_LIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	                                        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe"
	                                        "\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff") },
	[KEY_P521] = { ECC_SECP521R1, BYTES_LIT("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	                                        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	                                        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	                                        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff") },
};

/* SP 800-56A 5.6.2.3.4. These curves have cofactor 1: a point that is on the curve and has
 * affine coordinates is of order n, and the long multiplication by n would only say so again. */
static bool test_ec(const struct key *k, struct err *e)
{
	const struct bytes prime = curves[k->alg].prime;
	char               name[16];
	ecc_key            ecc;

	MUST(k->point.len == 1 + 2 * prime.len);
	for (size_t at = 1; at < k->point.len; at += prime.len)
		if (memcmp(k->point.p + at, prime.p, prime.len) >= 0)
			return err_set(e, ERR_KEYTEST_POINT, "%s: a coordinate is not below the prime",
			               key_name(name, k));
	int rc = wc_ecc_init(&ecc);
	if (rc == 0) {
		rc = wc_ecc_import_x963_ex(k->point.p, (word32)k->point.len, &ecc, curves[k->alg].id);
		if (rc == 0)
			rc = wc_ecc_point_is_on_curve(&ecc.pubkey, ecc.idx);
		wc_ecc_free(&ecc);
	}
	if (rc == MEMORY_E)
		return err_set(e, ERR_NO_MEMORY, "testing a key");
	return rc == 0 || err_set(e, ERR_KEYTEST_POINT, "%s", key_name(name, k));
}

/* y of the eight points of small order, little-endian (RFC 8032 5.1: cofactor 8); x, of which
 * only the top bit is stored, does not matter. */
static const struct bytes small_order[] = {
	BYTES_LIT("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	          "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), /* order 4 */
	BYTES_LIT("\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	          "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), /* order 1 */
	BYTES_LIT("\xec\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	          "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), /* order 2 */
	BYTES_LIT("\xc7\x17\x6a\x70\x3d\x4d\xd8\x4f\xba\x3c\x0b\x76\x0d\x10\x67\x0f"
	          "\x2a\x20\x53\xfa\x2c\x39\xcc\xc6\x4e\xc7\xfd\x77\x92\xac\x03\x7a"), /* order 8 */
	BYTES_LIT("\x26\xe8\x95\x8f\xc2\xb2\x27\xb0\x45\xc3\xf4\x89\xf2\xef\x98\xf0"
	          "\xd5\xdf\xac\x05\xd3\xc6\x33\x39\xb1\x38\x02\x88\x6d\x53\xfc\x05"), /* order 8 */
};

/* y below 2^255 - 19: the one way to write it (RFC 8032 5.1.3). */
static bool is_canonical(const uint8_t y[32])
{
	for (int i = 30; i > 0; i--)
		if (y[i] != 0xff)
			return true;
	return y[31] != 0x7f || y[0] < 0xed;
}

static bool test_ed25519(const struct key *k, struct err *e)
{
	static const uint8_t no_signature[ED25519_SIG_SIZE] = { 1 };
	uint8_t              y[32];
	ed25519_key          ed;
	int                  good = 0;

	MUST(k->point.len == sizeof y);
	memcpy(y, k->point.p, sizeof y);
	y[31] &= 0x7f;
	if (!is_canonical(y))
		return err_set(e, ERR_KEYTEST_POINT, "Ed25519: not the canonical form");
	for (size_t i = 0; i < COUNT_OF(small_order); i++)
		if (bytes_equal(bytes_of(y, sizeof y), small_order[i]))
			return err_set(e, ERR_KEYTEST_SMALL_ORDER, "Ed25519");
	/* wolfCrypt decompresses the point only to verify: what it says to any signature tells */
	int rc = wc_ed25519_init(&ed);
	if (rc == 0) {
		rc = wc_ed25519_import_public(k->point.p, (word32)k->point.len, &ed);
		if (rc == 0)
			rc = wc_ed25519_verify_msg(no_signature, sizeof no_signature, y, sizeof y, &good, &ed);
		wc_ed25519_free(&ed);
	}
	if (rc == MEMORY_E)
		return err_set(e, ERR_NO_MEMORY, "testing a key");
	return rc == 0 || rc == SIG_VERIFY_E || err_set(e, ERR_KEYTEST_POINT, "Ed25519");
}

bool keytest_key(const struct key *k, struct err *e)
{
	switch (k->alg) {
	case KEY_RSA: return keytest_rsa(k, e);
	case KEY_P256:
	case KEY_P384:
	case KEY_P521: return test_ec(k, e);
	case KEY_ED25519: return test_ed25519(k, e);
	}
	bug(__FILE__, __LINE__, "a kind of key");
}
