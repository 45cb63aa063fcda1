/* witness.h: a witness's Ed25519 key, sealed with a passphrase, and what it signs.
 *
 * The sealed key is public in the sense that it lies on a medium; Argon2id slows down who guesses.
 * Its octets are in docs/formats/witness-key.md. */
#pragma once

#include "ceremony/base/buf.h"
#include "ceremony/base/secret.h"

#define WITNESS_SEALED_LEN     136 /* octets */
#define WITNESS_PUBLIC_LEN     32
#define WITNESS_SIG_LEN        64
#define WITNESS_MIN_PASSPHRASE 8   /* octets */
#define WITNESS_MAX_NAME       120 /* octets: as a cosignature's key name */
#define WITNESS_MAX_COMMENT    256

/* witness_make: a new key for `name` (plain text), sealed. The name is bound to the sealed key:
 * under another name it does not open. ERR_WITNESS_SHORT, ERR_LOCK_MEMORY, ERR_NO_MEMORY. */
bool witness_make(uint8_t public_key[WITNESS_PUBLIC_LEN], uint8_t sealed[WITNESS_SEALED_LEN], struct bytes name,
                  const struct secret *passphrase, struct err *e) __attribute__((warn_unused_result));

/* witness_sign: opens the sealed key, signs the message, and signs that signature followed by the
 * comment (minisign's second signature). The key must be public_key. ERR_WITNESS_SEALED (length,
 * version, costs out of range, other key), ERR_WITNESS_PASSPHRASE (also: another name). */
bool witness_sign(uint8_t signature[WITNESS_SIG_LEN], uint8_t global[WITNESS_SIG_LEN], struct bytes name,
                  struct bytes sealed, struct bytes public_key, const struct secret *passphrase, struct bytes message,
                  struct bytes comment, struct err *e) __attribute__((warn_unused_result));

/* witness_sign_with: the same with a key that is open (libsodium's form), and verifies what it made. */
bool witness_sign_with(uint8_t signature[WITNESS_SIG_LEN], uint8_t global[WITNESS_SIG_LEN], const struct secret *pair,
                       struct bytes public_key, struct bytes message, struct bytes comment, struct err *e)
	__attribute__((warn_unused_result));
