/* sign.c: see sign.h. */
#include "ceremony/token/sign.h"

#include "ceremony/token/ckr.h"

#define RAW_MAX 1024 /* octets of a signature as the token gives it */

/* DigestInfo up to the digest (RFC 8017 9.2 note 1). */
static const struct bytes digest_info[] = {
	[HASH_SHA256] = BYTES_LIT("\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"),
	[HASH_SHA384] = BYTES_LIT("\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30"),
	[HASH_SHA512] = BYTES_LIT("\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40"),
};

/* Salt as long as the hash: the AlgorithmIdentifiers of sig_der say so. */
static CK_RSA_PKCS_PSS_PARAMS pss[] = {
	[HASH_SHA256] = { CKM_SHA256, CKG_MGF1_SHA256, 32 },
	[HASH_SHA384] = { CKM_SHA384, CKG_MGF1_SHA384, 48 },
	[HASH_SHA512] = { CKM_SHA512, CKG_MGF1_SHA512, 64 },
};

static bool is_pss(enum sig_alg alg)
{
	return alg == SIG_PSS_SHA256 || alg == SIG_PSS_SHA384 || alg == SIG_PSS_SHA512;
}

/* What goes into C_Sign. */
static struct bytes to_be_signed(struct buf *b, CK_MECHANISM *m, enum key_alg kind, enum sig_alg alg,
                                 struct bytes message)
{
	enum hash_alg hash = HASH_SHA256;

	if (!sig_hash(&hash, alg)) {
		*m = (CK_MECHANISM){ CKM_EDDSA, NULL, 0 };
		return message;
	}
	struct digest d = hash_of(hash, message);
	if (is_pss(alg)) {
		*m = (CK_MECHANISM){ CKM_RSA_PKCS_PSS, &pss[hash], sizeof pss[hash] };
	} else if (kind == KEY_RSA) {
		*m = (CK_MECHANISM){ CKM_RSA_PKCS, NULL, 0 };
		buf_put(b, digest_info[hash]);
	} else {
		*m = (CK_MECHANISM){ CKM_ECDSA, NULL, 0 };
	}
	buf_put(b, digest_bytes(&d));
	return buf_bytes(b);
}

/* PKCS #11 gives r || s, X.509 wants SEQUENCE { r, s } (RFC 5480 appendix A). */
static bool put_ecdsa(struct buf *out, struct bytes raw)
{
	uint8_t    storage[256];
	struct der d = der_on(storage, sizeof storage);
	size_t     half = raw.len / 2, mark = der_mark(&d);

	if (raw.len % 2 || !half || half > 66)
		return false;
	der_unsigned(&d, bytes_skip(raw, half));
	der_unsigned(&d, bytes_first(raw, half));
	der_wrap(&d, DER_SEQUENCE, mark);
	buf_put(out, der_bytes(&d));
	return !d.failed;
}

bool sign_message(struct buf *out, const struct session *s, CK_OBJECT_HANDLE private_key, const struct key *key,
                  enum sig_alg alg, struct bytes message, struct err *e)
{
	uint8_t      tbs[128], raw[RAW_MAX], signature[SIG_MAX];
	struct buf   b = BUF_ON(tbs), made = BUF_ON(signature);
	CK_MECHANISM m;
	CK_ULONG     len = sizeof raw;
	struct err   why = { 0 };

	if (!sig_fits(alg, key->alg))
		return err_set(e, ERR_TOKEN_ALGORITHM, "%s by a key of another kind", sig_name(alg));
	struct bytes in = to_be_signed(&b, &m, key->alg, alg, message);
	if (!ckr_ok(s->module.fn->C_SignInit(s->handle, &m, private_key), "C_SignInit", e) ||
	    !ckr_ok(s->module.fn->C_Sign(s->handle, (CK_BYTE *)(uintptr_t)in.p, in.len, raw, &len), "C_Sign", e))
		return false;
	if (len > sizeof raw)
		return err_set(e, ERR_TOKEN_SIGNATURE, "%lu octets", len);
	if (key->alg == KEY_RSA || key->alg == KEY_ED25519)
		buf_put(&made, bytes_of(raw, len));
	else if (!put_ecdsa(&made, bytes_of(raw, len)))
		return err_set(e, ERR_TOKEN_SIGNATURE, "%lu octets are not two numbers", len);
	if (!sig_verify(key, alg, message, buf_bytes(&made), &why))
		return err_set(e, ERR_TOKEN_SIGNATURE, "%s", why.detail);
	buf_put(out, buf_bytes(&made));
	return buf_ok(out) || err_set(e, ERR_TOO_LARGE, "a signature");
}
