/* key.h: public keys (SubjectPublicKeyInfo), signature algorithms, verification.
 *
 * wolfCrypt verifies; whether a key is sound is keytest's business. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/hash.h"
#include "ceremony/pki/der.h"

#define KEY_MAX_DER 2400 /* octets of an SPKI: RSA-16384 and a bit */
#define SIG_MAX     2048 /* octets of a signature */
#define KEY_ID_LEN  20

enum key_alg { KEY_RSA, KEY_P256, KEY_P384, KEY_P521, KEY_ED25519 };

struct key {
	enum key_alg alg;
	unsigned     bits;     /* RSA: of the modulus; EC: of the field; Ed25519: 256 */
	struct bytes spki;     /* the whole SubjectPublicKeyInfo, as it was; borrowed */
	struct bytes bits_der; /* content of its BIT STRING, without the unused-bits octet */
	struct bytes modulus, exponent; /* RSA: big-endian, no leading zero */
	struct bytes point;             /* EC: 04 || X || Y; Ed25519: 32 octets */
};

/* The exact AlgorithmIdentifiers of facts/profiles/sigalg.tsv, and no other. */
enum sig_alg {
	SIG_RSA_SHA256,
	SIG_RSA_SHA384,
	SIG_RSA_SHA512,
	SIG_PSS_SHA256,
	SIG_PSS_SHA384,
	SIG_PSS_SHA512,
	SIG_ECDSA_SHA256, /* P-256 only */
	SIG_ECDSA_SHA384, /* P-384 only */
	SIG_ECDSA_SHA512, /* P-521 only */
	SIG_ED25519,
	SIG_COUNT_
};

/* key_parse: an SPKI to its last octet: exact AlgorithmIdentifier, uncompressed points,
 * positive integers. ERR_KEY_*. Says nothing about strength. */
bool key_parse(struct key *out, struct bytes spki, struct err *e) __attribute__((warn_unused_result));

/* key_build_rsa, key_build_point: an SPKI from raw parts, in `a`, then key_parse. point is
 * 04 || X || Y for EC, 32 octets for Ed25519. */
bool key_build_rsa(struct key *out, struct arena *a, struct bytes modulus, struct bytes exponent, struct err *e)
	__attribute__((warn_unused_result));
bool key_build_point(struct key *out, struct arena *a, enum key_alg alg, struct bytes point, struct err *e)
	__attribute__((warn_unused_result));

/* key_name: "P-384", "RSA-4096", "Ed25519", in out (at least 16). */
const char *key_name(char out[16], const struct key *k);
/* key_alg_by_name: "P-256", "P-384", "P-521", "Ed25519" or "RSA-<bits>" as scripts say it. */
bool key_alg_by_name(enum key_alg *alg, unsigned *bits, struct bytes name) __attribute__((warn_unused_result));

/* key_id: the subject key identifier: leftmost 160 bits of SHA-256 over the BIT STRING's
 * octets (RFC 7093 2 method 1). */
void key_id(uint8_t out[KEY_ID_LEN], const struct key *k);

/* sig_for: the algorithm this key signs with by default: RSA PKCS#1 with SHA-256 up to
 * 3072 bits and SHA-384 above; ECDSA with the curve's hash; Ed25519. */
enum sig_alg sig_for(const struct key *k);
/* sig_fits: whether a key of this kind may make this signature. */
bool sig_fits(enum sig_alg s, enum key_alg k);
/* sig_der: the AlgorithmIdentifier, whole. sig_find: which one it is; false if none. */
struct bytes sig_der(enum sig_alg s);
bool         sig_find(enum sig_alg *out, struct bytes algorithm_identifier) __attribute__((warn_unused_result));
/* sig_name: "ecdsa-with-SHA384" ... sig_by_name: the other way. */
const char *sig_name(enum sig_alg s);
bool        sig_by_name(enum sig_alg *out, struct bytes name) __attribute__((warn_unused_result));
/* sig_hash: the hash it is made over; false for Ed25519 (which hashes by itself). */
bool sig_hash(enum hash_alg *out, enum sig_alg s) __attribute__((warn_unused_result));

/* sig_verify: true if `signature` (as X.509 carries it: DER r,s for ECDSA) over `message`
 * is good under k. ERR_SIGNATURE_BAD if not, ERR_KEY_UNSUPPORTED if the library cannot. */
bool sig_verify(const struct key *k, enum sig_alg s, struct bytes message, struct bytes signature, struct err *e)
	__attribute__((warn_unused_result));
/* sig_verify_digest: the same of a message that was hashed elsewhere, by sig_hash's hash; ERR_SIGNATURE_BAD of Ed25519,
 * which takes no digest. */
bool sig_verify_digest(const struct key *k, enum sig_alg s, const struct digest *d, struct bytes signature, struct err *e)
	__attribute__((warn_unused_result));
