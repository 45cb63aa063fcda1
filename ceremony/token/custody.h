/* custody.h: the wrapping key and its shares, from the wrap until they are forgotten.
 *
 * All of it lives in locked memory of this process and nowhere else. What a custodian typed
 * is kept apart from what was dealt: the proof of a backup uses only what was typed. */
#pragma once

#include "ceremony/base/fields.h"
#include "ceremony/base/hash.h"
#include "ceremony/base/secret.h"
#include "ceremony/share/slip39.h"

#define CUSTODY_KEY_LEN    32 /* octets: AES-256 */
#define CUSTODY_MAX_SHARES 16 /* of all groups: one a custodian */
#define CUSTODY_MIN_PASSPHRASE 8

struct custody {
	struct secret key;                         /* owned; the wrapping key */
	struct secret dealt[CUSTODY_MAX_SHARES];   /* owned; mnemonics */
	struct secret entered[CUSTODY_MAX_SHARES]; /* owned; as typed, where it was right */
	struct secret passphrase;                  /* owned; empty: none */
	struct secret dice;                        /* owned; rolls, empty: none */
	size_t        num_shares;                  /* 0 until it is split, or a share is entered */
	uint16_t      identifier;                  /* of the set: chosen with the key, or that shares are entered of */
	bool          has_identifier;              /* it was chosen with the key, and the split takes it */
};

/* custody_done: wipes everything; safe on zero and twice. */
void custody_done(struct custody *c);

/* custody_take: forgets what was there, but for the dice, and takes a new wrapping key over. */
void custody_take(struct custody *c, struct secret *key);

/* custody_put_passphrase: the one that the next set is dealt under, or that the shares were dealt under.
 * ERR_SHARE_PASSPHRASE, and ERR_SHARE_PASSPHRASE_SHORT where it is new. */
bool custody_put_passphrase(struct custody *c, const struct secret *typed, bool is_new, struct err *e)
	__attribute__((warn_unused_result));

/* custody_split: deals shares (SLIP-0039, extendable, under the passphrase if there is one), at most
 * CUSTODY_MAX_SHARES; the scheme's exponent and flag are set here. Fills identifier, commitment.N (SHA-256
 * of share N's words), words, and key-check (custody_key_check). Splitting anew makes the old shares void.
 * ERR_BACKUP_NONE without a key, ERR_SHARE_SCHEME. */
bool custody_split(struct custody *c, struct fields *out, const struct slip39_scheme *scheme, const struct rng *rng,
                   struct err *e) __attribute__((warn_unused_result));

/* custody_key_check: by which a secret that was shared is known again: HMAC-SHA-256 under it of fixed words. */
void custody_key_check(uint8_t out[32], const struct secret *key);

/* custody_show: a copy of share `number` (from 1), words parted by single blanks. */
bool custody_show(const struct custody *c, struct secret *out, size_t number, struct err *e)
	__attribute__((warn_unused_result));

/* custody_check: compares what was typed (any case, any blanks) with share `number`, word by word,
 * and keeps it if it is right. ERR_SHARE_DIFFERS names the place of the first wrong word. */
bool custody_check(struct custody *c, size_t number, const struct secret *typed, struct err *e)
	__attribute__((warn_unused_result));

/* A set that was dealt in another process, as the record has it. */
struct custody_set {
	uint16_t      identifier;
	size_t        num_shares;
	struct digest commitment[CUSTODY_MAX_SHARES]; /* SHA-256 of each share's words */
};

/* custody_enter: takes a share of that set, typed in any case and with any blanks; *number, from 1, is
 * which one it is. Whatever was dealt or entered of another set is forgotten. Refused: what slip39_parse
 * refuses, with the place of the word; ERR_SHARE_SET (another identifier; *other, which may be NULL, is
 * that one), ERR_SHARE_UNKNOWN (no such commitment: forged; which share it says that it is), ERR_SHARE_TWICE. */
bool custody_enter(struct custody *c, size_t *number, uint16_t *other, const struct custody_set *set,
                   const struct secret *typed, struct err *e) __attribute__((warn_unused_result));

/* custody_combine: the wrapping key again, from the entered shares alone, which *num_used counts; each
 * of them must agree with the rest; those of a group that is not complete are not needed and not used.
 * ERR_BACKUP_SHARES if fewer than are needed were entered; ERR_SHARE_FORGED names those that the others
 * contradict. */
bool custody_combine(const struct custody *c, struct secret *out, size_t *num_used, struct err *e)
	__attribute__((warn_unused_result));

/* custody_join: custody_combine without the key: is it the one of that key-check (hex; empty: not known)?
 * If not, ERR_SHARE_KEY, and the passphrase is forgotten; if the shares do not fit each other, they are. */
bool custody_join(struct custody *c, size_t *num_used, struct bytes key_check, struct err *e)
	__attribute__((warn_unused_result));
