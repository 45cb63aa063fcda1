/* feistel.h: how SLIP-0039 seals a master secret under a passphrase before it is shared.
 *
 * Four rounds of a Feistel network whose round function is PBKDF2-HMAC-SHA-256, 2500 *
 * 2^exponent iterations each (SLIP-0039, "Encryption of the master secret"). There is no
 * wrong passphrase: each one opens to some secret of the same length. */
#pragma once

#include "ceremony/base/secret.h"

/* What a set's encryption depends on. */
struct feistel {
	uint16_t id;         /* 15 bits; salt, unless extendable */
	bool     extendable;
	uint8_t  exponent;   /* 0..15 */
};

/* feistel_seal, feistel_open: *out (empty before) is as long as `in`, whose length is
 * even and at least 2. passphrase may be NULL: none. ERR_LOCK_MEMORY. */
bool feistel_seal(struct secret *out, const struct feistel *f, const struct secret *in,
                  const struct secret *passphrase, struct err *e) __attribute__((warn_unused_result));
bool feistel_open(struct secret *out, const struct feistel *f, const struct secret *in,
                  const struct secret *passphrase, struct err *e) __attribute__((warn_unused_result));
