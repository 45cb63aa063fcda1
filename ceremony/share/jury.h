/* jury.h: which of more shares than are needed belong together.
 *
 * Exactly as many shares as the threshold can only be right or wrong together. With one
 * more, each set of the threshold's size is tried by its digest (shamir.h), and a share
 * that contradicts the only set which holds is outvoted. */
#pragma once

#include "ceremony/share/shamir.h"

/* jury_join: as shamir_join, of num >= threshold points, at most SHAMIR_MAX_SHARES.
 * *outvoted: a bit for each point that contradicts the rest, the first one lowest. If
 * no set holds, or sets hold that contradict each other, so that nobody can be named:
 * ERR_SHARE_DIGEST. The work grows as num over threshold: at most 12870 trials. */
bool jury_join(struct secret *out, uint32_t *outvoted, size_t threshold, const struct gf256_point *point, size_t num,
               size_t len, struct err *e) __attribute__((warn_unused_result));
