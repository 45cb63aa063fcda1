/* private.h: a private key outside of any token, for tokens that cannot give theirs away: made in locked memory,
 * written as PKCS #8, read again. RSA of 3072 and 4096 bits, P-256, P-384, P-521. */
#pragma once

#include "ceremony/base/secret.h"
#include "ceremony/pki/key.h"

#define PRIVATE_MAX_DER 4096 /* octets: RSA-4096 takes 2375 */

/* The parts of a PKCS #8; spans of its octets. RSA: unsigned, without leading zeros. */
struct private_key {
	enum key_alg alg;
	struct bytes n, e, d, p, q, dp, dq, qi; /* RSA; d: EC, too */
	struct bytes point;                     /* EC: 04 || X || Y */
};

/* private_make: a fresh key. seed: octets of which neither the token nor the system alone decides; they are mixed
 * with the system's. *pkcs8 must be empty. All that wolfCrypt does of it is done on a locked stack and in locked
 * memory. ERR_TOKEN_ALGORITHM for another kind of key, ERR_LOCK_MEMORY. */
bool private_make(struct secret *pkcs8, enum key_alg alg, unsigned bits, struct bytes seed, struct err *e)
	__attribute__((warn_unused_result));

/* private_parse: to the last octet, but for zeros that follow (tokens pad). ERR_BACKUP_PROOF. */
bool private_parse(struct private_key *out, struct bytes pkcs8, struct err *e) __attribute__((warn_unused_result));

/* private_public: the public key that it says it belongs to, in `a`. */
bool private_public(struct key *out, struct arena *a, const struct private_key *k, struct err *e)
	__attribute__((warn_unused_result));
