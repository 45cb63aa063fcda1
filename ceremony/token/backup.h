/* backup.h: backup by wrap: a private key leaves the token under a wrapping key, and comes back.
 *
 * What leaves is an envelope (ceremony/share/envelope.h), which is public; the secret that opens it is what
 * custody.h splits. A key that was made outside (load.h) is in an envelope, too, and comes back by another
 * door: which one, the envelope says. */
#pragma once

#include "ceremony/share/envelope.h"
#include "ceremony/token/custody.h"
#include "ceremony/token/keypair.h"

/* Whose backup it is, as the record has it. */
struct backup_of {
	const struct key *root;
	struct bytes      set; /* the share set's name */
	uint64_t          epoch;
};

/* A key in its envelope. */
struct backup {
	struct bytes      file; /* in the arena given */
	const char       *format;
	CK_MECHANISM_TYPE mechanism; /* by which the token wrapped it */
};

/* backup_wrap: makes a secret (both generators), brings the wrapping key that follows from it into the token,
 * wraps the private key (the best of the module's ways that works), and destroys the token's copy; custody takes
 * the secret. ERR_BACKUP_UNSUPPORTED with the token's own words if none of its ways works. */
bool backup_wrap(struct backup *out, struct custody *custody, struct arena *a, const struct session *s,
                 CK_OBJECT_HANDLE private_key, const struct backup_of *of, struct err *e)
	__attribute__((warn_unused_result));

/* backup_prove: makes the secret again from the entered shares, checks the envelope's MAC, brings the key in as a
 * session key that cannot leave, signs a challenge with it, verifies that under the root's public key, and
 * destroys what it made. Fills shares, challenge (hex), signature, verified. ERR_BACKUP_PROOF if the key does not come back
 * or is another one; ERR_BACKUP_* for an envelope that is not what the record says. */
bool backup_prove(struct fields *out, const struct custody *custody, struct arena *a, const struct session *s,
                  const struct backup_of *of, struct bytes file, struct err *e) __attribute__((warn_unused_result));

/* backup_restore: the same way in, as a private key that stays, sensitive and unextractable, which is read back.
 * *out: it. *num_used: the shares. The public half is the caller's. On failure nothing stays. Errors as for
 * backup_prove, ERR_TOKEN_KEY_UNFIT. */
bool backup_restore(CK_OBJECT_HANDLE *out, size_t *num_used, const struct custody *custody, struct arena *a,
                    const struct session *s, const struct keypair_names *names, const struct backup_of *of,
                    struct bytes file, struct err *e) __attribute__((warn_unused_result));

/* backup_rewrap: makes the old secret again from the entered shares, brings the key in as a passing object, which
 * signs a challenge, and wraps it under a new one, which custody takes: the old shares are wiped. Nothing stays
 * in the token. next: what the new envelope is to say. */
bool backup_rewrap(struct backup *out, struct custody *custody, struct arena *a, const struct session *s,
                   const struct backup_of *old, const struct backup_of *next, struct bytes file, struct err *e)
	__attribute__((warn_unused_result));

/* backup_new_secret: a fresh secret (of the dice, too; NULL or empty: none), and the identifier of the share set that is to be. *out must be empty. */
bool backup_new_secret(struct secret *out, uint16_t *identifier, const struct session *s, const struct secret *dice,
                       struct err *e) __attribute__((warn_unused_result));

/* backup_seal: what is wrapped becomes a file; custody takes the secret. Fills root, set and epoch of the envelope. */
bool backup_seal(struct backup *out, struct custody *custody, struct arena *a, struct envelope *env,
                 const struct backup_of *of, struct secret *shared, struct err *e) __attribute__((warn_unused_result));

/* backup_wrap_by, backup_unwrap_by: by a wrapping key that the token has, in the best of its ways that works: fills
 * format, iv and wrapped (in `a`); and back, as a key that stays, protected and read back. */
bool backup_wrap_by(struct envelope *env, struct arena *a, const struct session *s, CK_OBJECT_HANDLE wrapping_key,
                    CK_OBJECT_HANDLE private_key, const struct key *k, struct err *e) __attribute__((warn_unused_result));
bool backup_unwrap_by(CK_OBJECT_HANDLE *out, const struct session *s, CK_OBJECT_HANDLE wrapping_key, const struct key *root,
                      const struct envelope *env, const struct keypair_names *names, struct err *e)
	__attribute__((warn_unused_result));

/* backup_challenge: signs fixed words and 32 random octets with a key of the token's, and verifies that
 * under the root's public key. Fills challenge (hex), signature, verified. ERR_BACKUP_PROOF. */
bool backup_challenge(struct fields *out, const struct session *s, const struct keypair *k, const struct key *root,
                      struct err *e) __attribute__((warn_unused_result));

/* backup_check_locked: tries to wrap a key that has been locked. ERR_BACKUP_LOCK if it works.
 * *tried: no, if the token takes no wrapping key or wraps no key in any way, so that nothing is shown of this one. *refusal:
 * what the token said of the key, a name of PKCS #11's; or why it was not tried. */
bool backup_check_locked(bool *tried, char refusal[40], const struct session *s, const struct keypair *k, struct err *e)
	__attribute__((warn_unused_result));
