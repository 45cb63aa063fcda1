/* witness.c: see witness.h. */
#include "ceremony/token/witness.h"

#include <sodium.h>

#define MAGIC       "CERWIT01"
#define PASSES      3U          /* RFC 9106 section 4, second recommendation: 3 passes ... */
#define MEMORY_KIB  (64U << 10) /* ... over 64 MiB (here in one lane, which is libsodium's) */
#define MAX_PASSES  16U
#define MAX_KIB     (1U << 20)
#define SALT_LEN    crypto_pwhash_SALTBYTES
#define NONCE_LEN   crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEED_LEN    crypto_sign_SEEDBYTES
#define TAG_LEN     crypto_aead_xchacha20poly1305_ietf_ABYTES
#define HEADER_LEN  88

_Static_assert(8 + 4 + 4 + SALT_LEN + NONCE_LEN + WITNESS_PUBLIC_LEN == HEADER_LEN, "the header");
_Static_assert(HEADER_LEN + SEED_LEN + TAG_LEN == WITNESS_SEALED_LEN, "the whole");

/* The header, read or to be written. */
struct header {
	uint32_t     passes, kib;
	struct bytes salt, nonce, public_key;
};

/* The sealing key. costs and salt from the header. */
static bool stretch(struct secret *out, const struct header *h, const struct secret *passphrase, struct err *e)
{
	struct bytes p = secret_expose(passphrase);

	if (!secret_new(out, crypto_aead_xchacha20poly1305_ietf_KEYBYTES, e))
		return false;
	if (crypto_pwhash(out->p, out->cap, (const char *)p.p, p.len, h->salt.p, h->passes, (size_t)h->kib << 10,
	                  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return err_set(e, ERR_NO_MEMORY, "%u KiB for Argon2id", h->kib);
	out->len = out->cap;
	return true;
}

/* What the seal also covers: header and name. */
static bool covered(struct buf *b, struct bytes header, struct bytes name, struct err *e)
{
	if (!name.len || name.len > WITNESS_MAX_NAME)
		return err_set(e, ERR_OP_FIELD, "name");
	buf_put(b, header);
	buf_put(b, name);
	MUST(buf_ok(b));
	return true;
}

bool witness_make(uint8_t public_key[WITNESS_PUBLIC_LEN], uint8_t sealed[WITNESS_SEALED_LEN], struct bytes name,
                  const struct secret *passphrase, struct err *e)
{
	SECRET     seed = { 0 }, pair = { 0 }, key = { 0 };
	uint8_t    pub[WITNESS_PUBLIC_LEN], salt[SALT_LEN], nonce[NONCE_LEN], out[WITNESS_SEALED_LEN];
	uint8_t    ad[HEADER_LEN + WITNESS_MAX_NAME];
	struct buf b = BUF_ON(out), a = BUF_ON(ad);

	if (passphrase->len < WITNESS_MIN_PASSPHRASE)
		return err_set(e, ERR_WITNESS_SHORT, "%zu octets", passphrase->len);
	if (!secret_new(&seed, SEED_LEN, e) || !secret_new(&pair, crypto_sign_SECRETKEYBYTES, e))
		return false;
	random_fill(seed.p, SEED_LEN);
	random_fill(salt, sizeof salt);
	random_fill(nonce, sizeof nonce);
	(void)crypto_sign_seed_keypair(pub, pair.p, seed.p);
	struct header h = { PASSES, MEMORY_KIB, bytes_of(salt, sizeof salt), bytes_of(nonce, sizeof nonce),
		            bytes_of(pub, sizeof pub) };
	buf_str(&b, MAGIC);
	buf_u32(&b, h.passes);
	buf_u32(&b, h.kib);
	buf_put(&b, h.salt);
	buf_put(&b, h.nonce);
	buf_put(&b, h.public_key);
	MUST(buf_ok(&b) && b.len == HEADER_LEN);
	if (!covered(&a, buf_bytes(&b), name, e) || !stretch(&key, &h, passphrase, e))
		return false;
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(out + HEADER_LEN, NULL, seed.p, SEED_LEN, a.p, a.len, NULL,
	                                                 nonce, key.p);
	memcpy(public_key, pub, sizeof pub);
	memcpy(sealed, out, sizeof out);
	return true;
}

static uint32_t u32_of(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool read_header(struct header *h, struct bytes sealed, struct err *e)
{
	if (sealed.len != WITNESS_SEALED_LEN || !bytes_starts(sealed, MAGIC))
		return err_set(e, ERR_WITNESS_SEALED, "%zu octets", sealed.len);
	h->passes = u32_of(sealed.p + 8);
	h->kib = u32_of(sealed.p + 12);
	h->salt = bytes_of(sealed.p + 16, SALT_LEN);
	h->nonce = bytes_of(sealed.p + 16 + SALT_LEN, NONCE_LEN);
	h->public_key = bytes_of(sealed.p + 16 + SALT_LEN + NONCE_LEN, WITNESS_PUBLIC_LEN);
	if (h->passes < 1 || h->passes > MAX_PASSES || h->kib < 8 || h->kib > MAX_KIB)
		return err_set(e, ERR_WITNESS_SEALED, "its costs are out of range");
	return true;
}

/* Opens the seal: the pair in libsodium's form. */
static bool open_sealed(struct secret *pair, struct bytes name, struct bytes sealed, struct bytes public_key,
                        const struct secret *passphrase, struct err *e)
{
	SECRET        key = { 0 }, seed = { 0 };
	struct header h;
	uint8_t       pub[WITNESS_PUBLIC_LEN], ad[HEADER_LEN + WITNESS_MAX_NAME];
	struct buf    a = BUF_ON(ad);

	if (!read_header(&h, sealed, e) || !covered(&a, bytes_first(sealed, HEADER_LEN), name, e) ||
	    !stretch(&key, &h, passphrase, e) || !secret_new(&seed, SEED_LEN, e) ||
	    !secret_new(pair, crypto_sign_SECRETKEYBYTES, e))
		return false;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(seed.p, NULL, NULL, sealed.p + HEADER_LEN, SEED_LEN + TAG_LEN,
	                                               a.p, a.len, h.nonce.p, key.p) != 0)
		return err_set(e, ERR_WITNESS_PASSPHRASE, "%s", "");
	(void)crypto_sign_seed_keypair(pub, pair->p, seed.p);
	pair->len = pair->cap;
	if (!bytes_equal(bytes_of(pub, sizeof pub), public_key) || !bytes_equal(h.public_key, public_key))
		return err_set(e, ERR_WITNESS_SEALED, "it is of another public key");
	return true;
}

bool witness_sign_with(uint8_t signature[WITNESS_SIG_LEN], uint8_t global[WITNESS_SIG_LEN], const struct secret *pair,
                       struct bytes public_key, struct bytes message, struct bytes comment, struct err *e)
{
	uint8_t    first[WITNESS_SIG_LEN], both[WITNESS_SIG_LEN + WITNESS_MAX_COMMENT];
	struct buf b = BUF_ON(both);

	if (comment.len > WITNESS_MAX_COMMENT)
		return err_set(e, ERR_OP_FIELD, "comment");
	(void)crypto_sign_detached(first, NULL, message.p, message.len, pair->p);
	if (crypto_sign_verify_detached(first, message.p, message.len, public_key.p) != 0)
		return err_set(e, ERR_TOKEN_SIGNATURE, "of the witness");
	buf_put(&b, bytes_of(first, sizeof first));
	buf_put(&b, comment);
	MUST(buf_ok(&b));
	(void)crypto_sign_detached(global, NULL, b.p, b.len, pair->p);
	memcpy(signature, first, sizeof first);
	return true;
}

bool witness_sign(uint8_t signature[WITNESS_SIG_LEN], uint8_t global[WITNESS_SIG_LEN], struct bytes name,
                  struct bytes sealed, struct bytes public_key, const struct secret *passphrase, struct bytes message,
                  struct bytes comment, struct err *e)
{
	SECRET pair = { 0 };

	return open_sealed(&pair, name, sealed, public_key, passphrase, e) &&
	       witness_sign_with(signature, global, &pair, public_key, message, comment, e);
}
