/* load.h: backup by load: for tokens that cannot give a key away. The key is made in locked memory of this process,
 * sealed, and given to each token as an object; the sealed key is the backup, whose secret custody.h splits.
 *
 * What a vendor's module does with the key's octets on its way to the device is the module's: the script that
 * chooses this method has decided to trust it with them. */
#pragma once

#include "ceremony/token/backup.h"

/* load_make: makes a key of that algorithm ("P-384") and seals it (AES key wrap with padding, on the host); custody
 * takes the secret; the key itself is wiped. *root, in `a`: its public half; of->root must point to it.
 * ERR_TOKEN_ALGORITHM. */
bool load_make(struct backup *out, struct key *root, struct custody *custody, struct arena *a, const struct session *s,
               struct bytes algorithm, struct backup_of *of, struct err *e) __attribute__((warn_unused_result));

/* load_bring: opens the envelope with its wrapping key and gives the private key to the token. names: NULL: as a
 * session object. ERR_BACKUP_PROOF if it does not open or is another key; ERR_BACKUP_UNSUPPORTED if the token
 * takes no such key. What it reads as is the caller's to check. */
bool load_bring(CK_OBJECT_HANDLE *out, struct arena *a, const struct session *s, const struct key *root,
                const struct envelope *env, const struct secret *key, const struct keypair_names *names, struct err *e)
	__attribute__((warn_unused_result));

/* load_reseal: the same key under a new secret, which custody takes. next: what the new envelope says. */
bool load_reseal(struct backup *out, struct custody *custody, struct arena *a, const struct session *s,
                 const struct envelope *env, const struct secret *key, const struct backup_of *next, struct err *e)
	__attribute__((warn_unused_result));
