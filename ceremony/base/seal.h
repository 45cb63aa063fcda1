/* seal.h: octets for one reader: a box that whoever has the public key can fill, and only the holder of the secret key
 * can open (libsodium's crypto_box_seal: X25519, XSalsa20-Poly1305). For what passes through a process that must not see it. */
#pragma once

#include "ceremony/base/buf.h"
#include "ceremony/base/secret.h"

#define SEAL_PUBLIC 32 /* octets of a public key */
#define SEAL_EXTRA  48 /* octets that a box has more than what is in it */

/* seal_key_new: a fresh pair; *key must be empty. ERR_LOCK_MEMORY. */
bool seal_key_new(uint8_t public_key[SEAL_PUBLIC], struct secret *key, struct err *e) __attribute__((warn_unused_result));

/* seal_put: appends the box. */
void seal_put(struct buf *b, const uint8_t public_key[SEAL_PUBLIC], struct bytes plain);

/* seal_open: what is in the box; *out must be empty. ERR_SEAL if it was filled for another key, or changed. */
bool seal_open(struct secret *out, struct bytes box, const uint8_t public_key[SEAL_PUBLIC], const struct secret *key,
               struct err *e) __attribute__((warn_unused_result));
