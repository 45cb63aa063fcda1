/* shamir.h: one secret into shares of equal rank, and back (SLIP-0039, "Sharing a
 * secret").
 *
 * Shamir's scheme over GF(256) with a digest: of a threshold of 2 or more, shares that
 * do not belong together are noticed. Groups and words are slip39.h's affair. */
#pragma once

#include "ceremony/base/secret.h"
#include "ceremony/share/gf256.h"
#include "ceremony/share/rng.h"

#define SHAMIR_MAX_SHARES 16
#define SHAMIR_MIN_LEN    16 /* octets of a secret: four of them are the digest's */

/* shamir_split: share[i], for i of 0 to num - 1, becomes the point at x = i; each must be
 * empty before. threshold 1..num, num to SHAMIR_MAX_SHARES, secret of SHAMIR_MIN_LEN
 * octets or more. With a threshold of 1 each share is the secret itself. On failure all
 * shares are empty. ERR_LOCK_MEMORY, or what rng says. */
bool shamir_split(struct secret *share, size_t threshold, size_t num, const struct secret *secret,
                  const struct rng *rng, struct err *e) __attribute__((warn_unused_result));

/* shamir_join: the secret of exactly `threshold` points of len octets with distinct x.
 * *out, empty before, is untouched on failure. ERR_SHARE_DIGEST if the points do not
 * belong together, ERR_LOCK_MEMORY. */
bool shamir_join(struct secret *out, size_t threshold, const struct gf256_point *point, size_t len, struct err *e)
	__attribute__((warn_unused_result));
