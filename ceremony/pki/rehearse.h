/* rehearse.h: a signature before the signature: by a key of the issuer's kind that nobody keeps.
 *
 * With it what is to be signed is a whole certificate or list, which the decoder and the linter read as they will read the
 * real one, before the issuer's key is asked. It is good under the throwaway key alone, which no certificate holds: AKI and
 * SKI in it are the issuer's. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/pki/key.h"

/* rehearse_sign: makes a key like the issuer's (its kind, and of RSA its size and exponent), signs tbs as sig says, forgets the
 * private half. *key, in `a`, is the public half; the signature is appended, SIG_MAX octets at most, as X.509 carries it. An
 * RSA key has a prime for each 512 bits (RFC 8017 3.1): they are found in milliseconds, and nobody need find them hard.
 * ERR_SIGNATURE_BAD if a key of that kind does not sign so. */
bool rehearse_sign(struct key *key, struct buf *signature, struct arena *a, const struct key *issuer, enum sig_alg sig,
                    struct bytes tbs, struct err *e) __attribute__((warn_unused_result));
