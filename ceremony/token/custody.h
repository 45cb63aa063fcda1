/* custody.h: the wrapping key and its shares, from the wrap until they are forgotten.
 *
 * All of it lives in locked memory of this process and nowhere else. What a custodian typed
 * is kept apart from what was dealt: the proof of a backup uses only what was typed. */
#pragma once

#include "ceremony/base/fields.h"
#include "ceremony/base/secret.h"
#include "ceremony/share/rng.h"

#define CUSTODY_KEY_LEN    32 /* octets: AES-256 */
#define CUSTODY_MAX_SHARES 16 /* SLIP-0039: of one group */

struct custody {
	struct secret key;                         /* owned; the wrapping key */
	struct secret dealt[CUSTODY_MAX_SHARES];   /* owned; mnemonics */
	struct secret entered[CUSTODY_MAX_SHARES]; /* owned; as typed, where it was right */
	size_t        num_shares, threshold;       /* 0 until it is split */
};

/* custody_done: wipes everything; safe on zero and twice. */
void custody_done(struct custody *c);

/* custody_take: forgets what was there and takes a new wrapping key over. */
void custody_take(struct custody *c, struct secret *key);

/* custody_split: deals shares (SLIP-0039, one group, extendable, no passphrase). Fills identifier,
 * commitment.N (SHA-256 of share N's words) and words. Splitting anew makes the old shares void.
 * ERR_BACKUP_NONE without a key, ERR_SHARE_SCHEME. */
bool custody_split(struct custody *c, struct fields *out, size_t threshold, size_t num_shares, const struct rng *rng,
                   struct err *e) __attribute__((warn_unused_result));

/* custody_show: a copy of share `number` (from 1), words parted by single blanks. */
bool custody_show(const struct custody *c, struct secret *out, size_t number, struct err *e)
	__attribute__((warn_unused_result));

/* custody_check: compares what was typed (any case, any blanks) with share `number`, word by word,
 * and keeps it if it is right. ERR_SHARE_DIFFERS names the place of the first wrong word. */
bool custody_check(struct custody *c, size_t number, const struct secret *typed, struct err *e)
	__attribute__((warn_unused_result));

/* custody_combine: the wrapping key again, from the first `threshold` entered shares alone, which
 * *num_used counts. ERR_BACKUP_SHARES if fewer were entered. */
bool custody_combine(const struct custody *c, struct secret *out, size_t *num_used, struct err *e)
	__attribute__((warn_unused_result));
