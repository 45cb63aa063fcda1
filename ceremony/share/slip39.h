/* slip39.h: a master secret into mnemonics for custodians, and back (SLIP-0039).
 *
 * A share set has groups, a group has members, a member has one mnemonic: as many groups
 * as the group threshold, each with as many members as its own threshold, make the secret
 * again. People count groups and members from 1, and so does every message; the fields
 * count from 0, as the mnemonic does. docs/formats/share.md is the format's page. */
#pragma once

#include "ceremony/base/secret.h"
#include "ceremony/share/rng.h"

#define SLIP39_MIN_SECRET 16  /* octets: 128 bits */
#define SLIP39_MAX_SECRET 256 /* octets; our own limit: the SLIP sets none */
#define SLIP39_MIN_WORDS  20
#define SLIP39_MAX_WORDS  212
#define SLIP39_MAX_TEXT   (SLIP39_MAX_WORDS * 9) /* octets of a mnemonic as we write it */
#define SLIP39_MAX_GROUPS 16
#define SLIP39_MAX_SHARES (SLIP39_MAX_GROUPS * 16)

/* What one mnemonic carries. All but the value is public. */
struct slip39_share {
	uint16_t      id;       /* 15 bits: which split it comes of */
	bool          ext;      /* extendable: the id is no salt of the encryption */
	uint8_t       exponent; /* of the iterations: 10000 * 2^exponent */
	uint8_t       group_index, group_threshold, num_groups;
	uint8_t       member_index, member_threshold;
	struct secret value; /* owned; slip39_share_done */
};

/* slip39_share_done: wipes and frees; safe on zero and twice. */
void slip39_share_done(struct slip39_share *share);

/* slip39_parse: reads one mnemonic: words of any case, any blanks (space, tab, CR, LF)
 * around and between. The detail of an error names a word's place, never a word.
 *   ERR_SHARE_WORD       a word that is not in the list; the first such place
 *   ERR_SHARE_SHORT      fewer than 20 words
 *   ERR_SHARE_LENGTH     a number of words that no mnemonic has, or too many
 *   ERR_SHARE_CHECKSUM   the words do not belong together; names the place of the word
 *                        that alone explains it, if there is one
 *   ERR_SHARE_GROUPS     a group threshold above the number of groups
 *   ERR_SHARE_PADDING    bits are set that must be zero
 *   ERR_LOCK_MEMORY */
bool slip39_parse(struct slip39_share *out, const struct secret *mnemonic, struct err *e)
	__attribute__((warn_unused_result));

/* slip39_wrong_word: *place (0-based) is where one wrong word alone explains why the
 * checksum of the mnemonic fails. With one wrong word it is that one; with two it is
 * false. What the word should be is not said: the custodian's card knows. False also if
 * the checksum is right, or a word is not in the list. */
bool slip39_wrong_word(size_t *place, const struct secret *mnemonic);

/* slip39_words: the list, sorted; each word is known by its first four letters. For a face
 * that helps with typing; nothing here indexes it with a secret. */
#define SLIP39_NUM_WORDS 1024
extern const char *const slip39_words[SLIP39_NUM_WORDS];

/* slip39_put: writes a share as its mnemonic: lower case, one blank between words, no
 * line end. *mnemonic must be empty. The share's fields must be in range: a broken
 * invariant otherwise. ERR_LOCK_MEMORY. */
bool slip39_put(struct secret *mnemonic, const struct slip39_share *share, struct err *e)
	__attribute__((warn_unused_result));

/* Who is to get shares. */
struct slip39_scheme {
	uint8_t exponent; /* 0..15 */
	bool    ext;      /* extendable; what new sets should be */
	uint8_t group_threshold, num_groups;
	struct {
		uint8_t threshold, count;
	} group[SLIP39_MAX_GROUPS];
	const uint16_t *id; /* of the set, if it is chosen already; NULL: a fresh random one. Borrowed */
};

/* slip39_scheme_check: ERR_SHARE_SCHEME, with the rule that it breaks: thresholds are 1
 * to the count, counts to 16, and a threshold of 1 goes with a count of 1. */
bool slip39_scheme_check(const struct slip39_scheme *scheme, struct err *e) __attribute__((warn_unused_result));

/* slip39_num_shares: how many mnemonics a sound scheme makes. */
size_t slip39_num_shares(const struct slip39_scheme *scheme);

/* slip39_check_passphrase: ERR_SHARE_PASSPHRASE unless it is printable ASCII; NULL and empty will do. */
bool slip39_check_passphrase(const struct secret *passphrase, struct err *e) __attribute__((warn_unused_result));

/* slip39_split: fills mnemonic[0..*num-1], each empty before and owned by the caller
 * after, by group, then by member. max: elements there. passphrase NULL or empty: none.
 * Nothing is left in the array on failure. Every set gets a fresh random id, unless the scheme has one.
 * ERR_SHARE_SCHEME, ERR_SHARE_SECRET_LENGTH (odd, or out of 16..256 octets),
 * ERR_SHARE_PASSPHRASE (not printable ASCII), ERR_TOO_LARGE, ERR_LOCK_MEMORY, and what
 * rng says. */
bool slip39_split(struct secret *mnemonic, size_t max, size_t *num, const struct slip39_scheme *scheme,
                  const struct secret *master, const struct secret *passphrase, const struct rng *rng, struct err *e)
	__attribute__((warn_unused_result));

/* slip39_check: what slip39_combine checks, but for the digest and the passphrase. Shares
 * that come in one after the other are enough when it is no longer ERR_SHARE_TOO_FEW or
 * ERR_SHARE_TOO_FEW_GROUPS. */
bool slip39_check(const struct slip39_share *share, size_t num, struct err *e) __attribute__((warn_unused_result));

/* slip39_combine: the master secret of exactly enough shares, as the SLIP demands: the
 * group threshold's number of groups, in each its threshold's number of members. *master,
 * empty before, is untouched on failure. A wrong passphrase is not noticed: it opens to
 * another secret. Refusals, in the order in which they are looked for:
 *   ERR_SHARE_NONE              no share
 *   ERR_SHARE_SET               of another id: another split
 *   ERR_SHARE_EXTENDABLE, ERR_SHARE_EXPONENT, ERR_SHARE_GROUP_THRESHOLD,
 *   ERR_SHARE_GROUP_COUNT, ERR_SHARE_VALUE_LENGTH
 *                               one id, but unlike in what all shares of a set share
 *   ERR_SHARE_MEMBER_THRESHOLD  two thresholds in one group
 *   ERR_SHARE_TWICE             the same share again
 *   ERR_SHARE_INDEX             two different shares claim one number
 *   ERR_SHARE_TOO_FEW_GROUPS, ERR_SHARE_TOO_MANY_GROUPS
 *   ERR_SHARE_TOO_FEW, ERR_SHARE_TOO_MANY    of one group
 *   ERR_SHARE_DIGEST            one share or more is forged; who cannot be said
 *   ERR_SHARE_PASSPHRASE, ERR_LOCK_MEMORY */
bool slip39_combine(struct secret *master, const struct slip39_share *share, size_t num,
                    const struct secret *passphrase, struct err *e) __attribute__((warn_unused_result));

/* slip39_combine_all: the same, but more shares than needed are welcome, and every one of
 * them must agree with the rest. ERR_SHARE_FORGED if one does not: forged[i] is then set
 * for each share[i] that enough others contradict (never for honest ones, but for a
 * chance of 2^-32 a trial). forged: num elements, all false unless ERR_SHARE_FORGED. */
bool slip39_combine_all(struct secret *master, bool *forged, const struct slip39_share *share, size_t num,
                        const struct secret *passphrase, struct err *e) __attribute__((warn_unused_result));
