/* minisign.h: a witness's own secret key, as minisign -G wrote it.
 *
 * The file lies on the witness's medium and is sealed with a password by scrypt. It comes in for each use
 * and is kept nowhere (docs/formats/witness-key.md). */
#pragma once

#include "ceremony/base/secret.h"

#define MINISIGN_FILE_MAX 4096 /* octets of the file */

struct minisign_key {
	uint8_t public_key[32];
	uint8_t number[8]; /* by which its signatures name it */
};

/* minisign_open: reads the file, opens it with the password, checks its checksum and that the two halves fit. pair: in
 * libsodium's form, new. ERR_WITNESS_FILE (what is wrong with it; a key without a password is refused), ERR_WITNESS_PASSPHRASE,
 * ERR_NO_MEMORY (scrypt needs up to 1 GiB, as the file says), ERR_LOCK_MEMORY. */
bool minisign_open(struct minisign_key *out, struct secret *pair, struct bytes file, const struct secret *password,
                   struct err *e) __attribute__((warn_unused_result));
