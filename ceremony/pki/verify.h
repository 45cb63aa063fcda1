/* verify.h: the arithmetic behind key.h's sig_verify, and the proof of possession that a request
 * carries, which may be of more kinds than a CA's own signatures. */
#pragma once

#include "ceremony/pki/key.h"

/* How a request is signed by its own key. */
struct proof {
	enum sig_alg alg;
	unsigned     salt_len; /* PSS: octets */
};

/* proof_find: reads an AlgorithmIdentifier, whole: one of sig_find's, PKCS #1 v1.5 without parameters
 * (RFC 4055 5), or PSS with one of the three hashes for message and mask and any salt up to SIG_MAX octets (RFC 4055 3.1). BR 7.1.3.2 binds what a CA
 * signs, not how a requester proves to hold a key. False if it is another, or not DER. */
bool proof_find(struct proof *out, struct bytes algorithm_identifier) __attribute__((warn_unused_result));

/* proof_fits: whether a key of this kind can make it: RSA, ECDSA with any of the three hashes
 * (FIPS 186-5 6.4), Ed25519. */
bool proof_fits(enum sig_alg s, enum key_alg k);

/* proof_verify: as sig_verify, of any proof that fits the key. RSA up to 16384 bits; above 4096,
 * with a public exponent of 64 bits at most (ERR_KEY_UNSUPPORTED). What held once in this process, of RSA and ECDSA, is
 * not reckoned again: one of the two things that this room remembers (lint_before.c has the other). */
bool proof_verify(const struct key *k, struct proof s, struct bytes message, struct bytes signature, struct err *e)
	__attribute__((warn_unused_result));

/* proof_verify_digest: the same of a message that was hashed elsewhere, by the algorithm's hash; never by Ed25519. */
bool proof_verify_digest(const struct key *k, struct proof s, const struct digest *d, struct bytes signature, struct err *e)
	__attribute__((warn_unused_result));

/* sig_digest_info: DigestInfo without the digest (RFC 8017 9.2 note 1). */
struct bytes sig_digest_info(enum hash_alg hash);

/* rsa_verify_big: the same for RSA alone, by GMP, whatever the size and the salt. The signature
 * must be as long as the modulus. */
bool rsa_verify_big(const struct key *k, struct proof s, const struct digest *d, struct bytes signature, struct err *e)
	__attribute__((warn_unused_result));
