/* sign.h: a signature by a key in the token, as X.509 carries it.
 *
 * The message is hashed here, since tokens differ in what they hash; and the signature is
 * verified here, by wolfCrypt under the exported public key, before anyone sees it. */
#pragma once

#include "ceremony/token/keypair.h"

/* sign_message: signs, verifies, appends to out (SIG_MAX octets are room enough).
 * ERR_TOKEN_ALGORITHM if the key does not make such signatures; ERR_TOKEN_SIGNATURE if what came
 * is not good: it is then thrown away. */
bool sign_message(struct buf *out, const struct session *s, CK_OBJECT_HANDLE private_key, const struct key *key,
                  enum sig_alg alg, struct bytes message, struct err *e) __attribute__((warn_unused_result));

/* sign_digest: the same of a message that was hashed by the algorithm's hash already; not for Ed25519. */
bool sign_digest(struct buf *out, const struct session *s, CK_OBJECT_HANDLE private_key, const struct key *key,
                 enum sig_alg alg, const struct digest *d, struct err *e) __attribute__((warn_unused_result));

/* sign_hash_file: hashes a file of the folder `dir`, from octet `from` to its end, in pieces: its SHA-256, and by the algorithm's hash.
 * ERR_TOKEN_ALGORITHM of Ed25519; ERR_FILE_OPEN, ERR_FILE_READ. */
bool sign_hash_file(struct digest *sha256, struct digest *d, int dir, const char *name, int64_t from, enum sig_alg alg, struct err *e)
	__attribute__((warn_unused_result));
