/* merkle.h: the RFC 6962 tree over the transcript's lines (leaf = line without newline). */
#pragma once

#include "ceremony/base/hash.h"

#define MERKLE_DEPTH 64

/* A tree being grown: the hashes of its full subtrees, largest first. Zero is the empty tree. */
struct merkle {
	uint8_t  node[MERKLE_DEPTH][32];
	uint64_t size;
};

void merkle_add(struct merkle *m, struct bytes leaf);
void merkle_root(uint8_t out[32], const struct merkle *m);

/* merkle_leaf: the hash of one leaf. */
void merkle_leaf(uint8_t out[32], struct bytes leaf);
/* merkle_verify_inclusion: RFC 9162 2.1.3.2. */
bool merkle_verify_inclusion(const uint8_t root[32], uint64_t size, uint64_t index, const uint8_t leaf_hash[32],
                             const uint8_t (*path)[32], size_t path_len);

/* merkle_prove: the path from leaf `index` to the root of all `size` leaves, given their hashes (RFC 6962 2.1.1). Returns its
 * length. index < size. */
size_t merkle_prove(uint8_t path[MERKLE_DEPTH][32], const uint8_t (*leaf)[32], uint64_t size, uint64_t index);
