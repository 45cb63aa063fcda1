/* merkle.c: see merkle.h. RFC 6962 2.1; a leaf begins with 00, a node with 01. */
#include "ceremony/record/merkle.h"

static void hash_node(uint8_t out[32], const uint8_t left[32], const uint8_t right[32])
{
	uint8_t text[65] = { 1 };

	memcpy(text + 1, left, 32);
	memcpy(text + 33, right, 32);
	struct digest d = hash_of(HASH_SHA256, bytes_of(text, sizeof text));
	memcpy(out, d.p, 32);
}

void merkle_leaf(uint8_t out[32], struct bytes leaf)
{
	struct hash h;

	hash_init(&h, HASH_SHA256);
	hash_put(&h, bytes_of("", 1));
	hash_put(&h, leaf);
	struct digest d = hash_end(&h);
	memcpy(out, d.p, 32);
}

/* One full subtree for each bit that is set in the size. */
static size_t num_subtrees(uint64_t size)
{
	return (size_t)__builtin_popcountll(size);
}

static void add_hash(struct merkle *m, const uint8_t leaf[32])
{
	size_t at = num_subtrees(m->size);

	MUST(m->size < UINT64_MAX);
	memcpy(m->node[at], leaf, 32);
	for (uint64_t full = m->size; full & 1; full >>= 1, at--)
		hash_node(m->node[at - 1], m->node[at - 1], m->node[at]);
	m->size++;
}

void merkle_add(struct merkle *m, struct bytes leaf)
{
	uint8_t hash[32];

	merkle_leaf(hash, leaf);
	add_hash(m, hash);
}

void merkle_root(uint8_t out[32], const struct merkle *m)
{
	size_t at = num_subtrees(m->size);

	if (at == 0) {
		struct digest d = hash_of(HASH_SHA256, bytes_of("", 0));
		memcpy(out, d.p, 32);
		return;
	}
	memcpy(out, m->node[--at], 32);
	while (at)
		hash_node(out, m->node[--at], out);
}

bool merkle_verify_inclusion(const uint8_t root[32], uint64_t size, uint64_t index, const uint8_t leaf_hash[32],
                             const uint8_t (*path)[32], size_t path_len)
{
	uint64_t fn = index, sn = size - 1;
	uint8_t  r[32];

	if (index >= size)
		return false;
	memcpy(r, leaf_hash, sizeof r);
	for (size_t i = 0; i < path_len; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			hash_node(r, path[i], r);
			for (; !(fn & 1) && fn; fn >>= 1)
				sn >>= 1;
		} else {
			hash_node(r, r, path[i]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && memcmp(r, root, sizeof r) == 0;
}

/* The largest power of two below n; n > 1. */
static uint64_t left_part(uint64_t n)
{
	uint64_t k = 1;

	while (k < n - k)
		k *= 2;
	return k;
}

static void root_of(uint8_t out[32], const uint8_t (*leaf)[32], uint64_t size)
{
	struct merkle m = { .size = 0 };

	for (uint64_t i = 0; i < size; i++)
		add_hash(&m, leaf[i]);
	merkle_root(out, &m);
}

size_t merkle_prove(uint8_t path[MERKLE_DEPTH][32], const uint8_t (*leaf)[32], uint64_t size, uint64_t index)
{
	size_t len = 0;

	MUST(index < size);
	for (uint64_t at = 0; size > 1;) { /* from the root down; leaf `index` is in leaf[at..at + size) */
		uint64_t k = left_part(size);
		if (index - at < k) {
			root_of(path[len++], leaf + at + k, size - k);
			size = k;
		} else {
			root_of(path[len++], leaf + at, k);
			at += k;
			size -= k;
		}
	}
	for (size_t i = 0; i < len / 2; i++) { /* told from the leaf up */
		uint8_t swap[32];
		memcpy(swap, path[i], 32);
		memcpy(path[i], path[len - 1 - i], 32);
		memcpy(path[len - 1 - i], swap, 32);
	}
	return len;
}
