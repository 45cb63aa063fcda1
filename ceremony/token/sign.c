/* sign.c: see sign.h. */
#include "ceremony/token/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

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

/* What goes into C_Sign, of a message that is hashed. */
static struct bytes to_be_signed(struct buf *b, CK_MECHANISM *m, enum key_alg kind, enum sig_alg alg, const struct digest *d)
{
	enum hash_alg hash = HASH_SHA256;

	MUST(sig_hash(&hash, alg));
	if (is_pss(alg)) {
		*m = (CK_MECHANISM){ CKM_RSA_PKCS_PSS, &pss[hash], sizeof pss[hash] };
	} else if (kind == KEY_RSA) {
		*m = (CK_MECHANISM){ CKM_RSA_PKCS, NULL, 0 };
		buf_put(b, digest_info[hash]);
	} else {
		*m = (CK_MECHANISM){ CKM_ECDSA, NULL, 0 };
	}
	buf_put(b, digest_bytes(d));
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

/* The token's signature, as X.509 carries it. */
static bool sign_raw(struct buf *made, const struct session *s, CK_OBJECT_HANDLE private_key, const struct key *key,
                     CK_MECHANISM *m, struct bytes in, struct err *e)
{
	uint8_t  raw[RAW_MAX];
	CK_ULONG len = sizeof raw;

	if (!ckr_ok(s->module.fn->C_SignInit(s->handle, m, private_key), "C_SignInit", e) ||
	    !ckr_ok(s->module.fn->C_Sign(s->handle, (CK_BYTE *)(uintptr_t)in.p, in.len, raw, &len), "C_Sign", e))
		return false;
	if (len > sizeof raw)
		return err_set(e, ERR_TOKEN_SIGNATURE, "%lu octets", len);
	if (key->alg == KEY_RSA || key->alg == KEY_ED25519)
		buf_put(made, bytes_of(raw, len));
	else if (!put_ecdsa(made, bytes_of(raw, len)))
		return err_set(e, ERR_TOKEN_SIGNATURE, "%lu octets are not two numbers", len);
	return true;
}

static bool give(struct buf *out, const struct buf *made, bool good, const struct err *why, struct err *e)
{
	if (!good)
		return err_set(e, ERR_TOKEN_SIGNATURE, "%s", why->detail);
	buf_put(out, buf_bytes(made));
	return buf_ok(out) || err_set(e, ERR_TOO_LARGE, "a signature");
}

bool sign_digest(struct buf *out, const struct session *s, CK_OBJECT_HANDLE private_key, const struct key *key,
                 enum sig_alg alg, const struct digest *d, struct err *e)
{
	uint8_t      tbs[128], signature[SIG_MAX];
	struct buf   b = BUF_ON(tbs), made = BUF_ON(signature);
	CK_MECHANISM m;
	struct err   why = { 0 };

	if (!sig_fits(alg, key->alg) || alg == SIG_ED25519)
		return err_set(e, ERR_TOKEN_ALGORITHM, "%s by a key of another kind", sig_name(alg));
	return sign_raw(&made, s, private_key, key, &m, to_be_signed(&b, &m, key->alg, alg, d), e) &&
	       give(out, &made, sig_verify_digest(key, alg, d, buf_bytes(&made), &why), &why, e);
}

bool sign_message(struct buf *out, const struct session *s, CK_OBJECT_HANDLE private_key, const struct key *key,
                  enum sig_alg alg, struct bytes message, struct err *e)
{
	uint8_t       signature[SIG_MAX];
	struct buf    made = BUF_ON(signature);
	CK_MECHANISM  m = { CKM_EDDSA, NULL, 0 };
	enum hash_alg hash;
	struct err    why = { 0 };

	if (!sig_fits(alg, key->alg))
		return err_set(e, ERR_TOKEN_ALGORITHM, "%s by a key of another kind", sig_name(alg));
	if (sig_hash(&hash, alg)) {
		struct digest d = hash_of(hash, message);
		return sign_digest(out, s, private_key, key, alg, &d, e);
	}
	return sign_raw(&made, s, private_key, key, &m, message, e) &&
	       give(out, &made, sig_verify(key, alg, message, buf_bytes(&made), &why), &why, e);
}

bool sign_hash_file(struct digest *sha256, struct digest *d, int dir, const char *name, int64_t from, enum sig_alg alg, struct err *e)
{
	uint8_t       piece[65536];
	struct hash   all, own;
	enum hash_alg hash;
	ssize_t       n;

	if (!sig_hash(&hash, alg))
		return err_set(e, ERR_TOKEN_ALGORITHM, "%s needs the whole message at once", sig_name(alg));
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_set(e, ERR_FILE_OPEN, "%s: %s", name, strerror(errno));
	if (lseek(fd, from, SEEK_SET) != from) {
		(void)close(fd);
		return err_set(e, ERR_FILE_READ, "%s", name);
	}
	hash_init(&all, HASH_SHA256);
	hash_init(&own, hash);
	while ((n = read(fd, piece, sizeof piece)) > 0) {
		hash_put(&all, bytes_of(piece, (size_t)n));
		hash_put(&own, bytes_of(piece, (size_t)n));
	}
	(void)close(fd);
	*sha256 = hash_end(&all);
	*d = hash_end(&own);
	return n == 0 || err_set(e, ERR_FILE_READ, "%s", name);
}
