/* hash.h: SHA-2 digests by libgcrypt, which uses the processor's own instructions; HMAC and PBKDF2 by wolfCrypt. */
#pragma once

#include "ceremony/base/bytes.h"
#include "ceremony/base/err.h"

enum hash_alg { HASH_SHA256, HASH_SHA384, HASH_SHA512 };

#define HASH_MAX 64

/* A digest and its length. */
struct digest {
	uint8_t p[HASH_MAX];
	size_t  len; /* 32, 48 or 64 octets */
};

/* A digest being made of pieces. Opaque; hash_end gives back what it holds. */
struct hash {
	enum hash_alg alg;
	void         *handle;
};

/* hash_len: octets of a digest of alg. */
size_t hash_len(enum hash_alg alg);
/* hash_name: "sha256" and so on. */
const char *hash_name(enum hash_alg alg);

/* hash_init, hash_put, hash_end: a digest of pieces. Each init has its end, also where the digest is not wanted.
 * The library's memory is wiped at the end. A failure of the library is a broken invariant and stops the program. */
void          hash_init(struct hash *h, enum hash_alg alg);
void          hash_put(struct hash *h, struct bytes a);
struct digest hash_end(struct hash *h);

/* hash_of: the digest of one span. */
struct digest hash_of(enum hash_alg alg, struct bytes a);

/* digest_bytes: the digest as a span; borrows d. */
static inline struct bytes digest_bytes(const struct digest *d)
{
	return bytes_of(d->p, d->len);
}

/* digest_hex: lower-case hex with a NUL, in out[HASH_MAX * 2 + 1]; returns out. */
const char *digest_hex(char out[HASH_MAX * 2 + 1], const struct digest *d);

/* sha256_hex: digest_hex(hash_of(HASH_SHA256, a)). */
const char *sha256_hex(char out[HASH_MAX * 2 + 1], struct bytes a);

/* hmac_sha256: RFC 2104. out: 32 octets. */
void hmac_sha256(uint8_t out[32], struct bytes key, struct bytes msg);

/* pbkdf2_sha256: RFC 8018 5.2 with HMAC-SHA-256. */
void pbkdf2_sha256(uint8_t *out, size_t out_len, struct bytes password, struct bytes salt, unsigned iterations);
