/* backup.h: backup by wrap: a private key leaves the token under a wrapping key, and comes back.
 *
 * The blob is public; the wrapping key is the secret, and custody.h splits it. The methods that
 * design.md names beside this one (load, vendor, clone) will be files of their own. */
#pragma once

#include "ceremony/token/custody.h"
#include "ceremony/token/keypair.h"

#define BACKUP_MAX_BLOB 8192 /* octets: RSA-4096 takes 2.4 KiB */

/* A wrapped key. */
struct backup {
	struct bytes      blob; /* in the arena given */
	const char       *format;
	CK_MECHANISM_TYPE mechanism;
};

/* backup_wrap: makes a wrapping key (both generators), brings it into the token, wraps the key, and
 * destroys the token's copy; custody takes the other one. ERR_BACKUP_UNSUPPORTED with the token's
 * own words if none of its ways works. */
bool backup_wrap(struct backup *out, struct custody *custody, struct arena *a, const struct session *s,
                 const struct keypair *k, struct err *e) __attribute__((warn_unused_result));

/* backup_prove: makes the wrapping key again from the entered shares, unwraps the blob as a session
 * key that cannot leave, signs a challenge with it, verifies that under the root's public key, and
 * destroys what it made. Fills shares, challenge (hex), verified. ERR_BACKUP_PROOF if the blob does
 * not open or holds another key. */
bool backup_prove(struct fields *out, const struct custody *custody, const struct session *s, const struct key *root,
                  const char *format, struct bytes blob, struct err *e) __attribute__((warn_unused_result));

/* backup_restore: makes the wrapping key again from the entered shares and unwraps the blob into the token
 * as a private key that stays, sensitive and unextractable, which is read back. *out: it. *num_used: the
 * shares. The public half is the caller's. On failure nothing stays. ERR_BACKUP_PROOF if the blob does not
 * open, ERR_TOKEN_KEY_UNFIT. */
bool backup_restore(CK_OBJECT_HANDLE *out, size_t *num_used, const struct custody *custody, const struct session *s,
                    const struct keypair_names *names, const struct key *root, const char *format, struct bytes blob,
                    struct err *e) __attribute__((warn_unused_result));

/* backup_rewrap: makes the old wrapping key again from the entered shares, brings the key in as a passing object,
 * which signs a challenge, and wraps it under a new wrapping key, which custody takes: the old shares are
 * wiped. Nothing stays in the token. ERR_BACKUP_*. */
bool backup_rewrap(struct backup *out, struct custody *custody, struct arena *a, const struct session *s,
                   const struct key *root, const char *format, struct bytes blob, struct err *e)
	__attribute__((warn_unused_result));

/* backup_challenge: signs fixed words and 32 random octets with a key of the token's, and verifies that
 * under the root's public key. Fills challenge (hex), verified. ERR_BACKUP_PROOF. */
bool backup_challenge(struct fields *out, const struct session *s, const struct keypair *k, const struct key *root,
                      struct err *e) __attribute__((warn_unused_result));

/* backup_check_locked: tries to wrap a key that has been locked. ERR_BACKUP_LOCK if it works.
 * *refusal: what the token said, a name of PKCS #11's. */
bool backup_check_locked(char refusal[40], const struct session *s, const struct keypair *k, struct err *e)
	__attribute__((warn_unused_result));
