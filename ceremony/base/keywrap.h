/* keywrap.h: AES key wrap with padding (RFC 5649) of octets in locked memory: what a token does with CKM 0x210B,
 * for keys that were made outside of one. */
#pragma once

#include "ceremony/base/secret.h"

#define KEYWRAP_MIN 9    /* octets: fewer go another way in RFC 5649, which no key needs */
#define KEYWRAP_MAX 4096 /* octets */

/* keywrap_seal: wraps `plain` under an AES-256 key; *out_len octets at out, which has room for plain and 15 more.
 * ERR_TOO_LARGE, ERR_LOCK_MEMORY. */
bool keywrap_seal(uint8_t *out, size_t *out_len, const struct secret *key, const struct secret *plain, struct err *e)
	__attribute__((warn_unused_result));

/* keywrap_open: the other way. *plain must be empty. ERR_BACKUP_PROOF if it does not open: a wrong key, or changed
 * octets. */
bool keywrap_open(struct secret *plain, const struct secret *key, struct bytes wrapped, struct err *e)
	__attribute__((warn_unused_result));
