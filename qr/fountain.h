/* fountain.h: which fragments a frame mixes, and how mixed ones are taken apart again.
 *
 * A message is cut into `num` fragments of one length. Frame 1 to num hold one fragment
 * each, later ones the exclusive or of several, chosen by a generator that both ends know
 * (BCR-2024-001 5, 6). Any num frames that are independent over GF(2) give the message. */
#pragma once

#include "ceremony/base/arena.h"
#include "qr/sampler.h"

#define FOUNTAIN_MAX SAMPLER_MAX /* fragments of one message */

/* A set of fragments. */
struct fountain_set {
	uint64_t word[FOUNTAIN_MAX / 64];
};

static inline bool fountain_has(const struct fountain_set *s, size_t i)
{
	return s->word[i / 64] >> i % 64 & 1;
}

struct fountain {
	struct sampler degree;
	uint32_t       checksum; /* CRC-32 of the whole message: part of every seed */
};

/* fountain_fragment_len: the longest fragments of at most max octets (at least 1) that cut len
 * octets (at least 1) into the fewest pieces of one length. */
size_t fountain_fragment_len(size_t len, size_t max);

/* fountain_init: for num fragments, 1 to FOUNTAIN_MAX. */
void fountain_init(struct fountain *f, size_t num, uint32_t checksum);

/* fountain_choose: the fragments that frame seq (from 1) mixes. */
void fountain_choose(const struct fountain *f, struct fountain_set *out, uint32_t seq);

/* fountain_shuffle: takes `take` of the num items of list one by one at random; they stand in
 * out in the order they were drawn. list is used up. */
void fountain_shuffle(struct xoshiro *x, uint16_t *out, size_t take, uint16_t *list, size_t num);

/* fountain_mix: out, fragment_len octets, is the exclusive or of those fragments of the message;
 * the last one is filled up with zeros. */
void fountain_mix(uint8_t *out, struct bytes message, size_t fragment_len, const struct fountain_set *set);

/* Fragments on their way back: rows of a matrix over GF(2) in echelon form. */
struct fountain_rows {
	size_t               num, fragment_len, rank;
	bool                *have;  /* is there a row whose first fragment is this? */
	struct fountain_set *set;
	uint8_t             *data;  /* num times fragment_len */
	uint8_t             *spare; /* one row */
};

/* fountain_rows_init: takes its memory, num * (fragment_len + sizeof(struct fountain_set) + 1)
 * octets and a little, from `a`. ERR_TOO_LARGE. */
bool fountain_rows_init(struct fountain_rows *r, struct arena *a, size_t num, size_t fragment_len, struct err *e)
	__attribute__((warn_unused_result));

/* fountain_rows_put: adds what a frame holds, fragment_len octets. False if that says nothing new. */
bool fountain_rows_put(struct fountain_rows *r, struct fountain_set set, const uint8_t *data)
	__attribute__((warn_unused_result));

/* fountain_rows_solve: once rank is num: the fragments in their order, in r->data. */
void fountain_rows_solve(struct fountain_rows *r);
