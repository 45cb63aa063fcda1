/* merkle_test.c: RFC 6962 roots and inclusion proofs against the published vectors. */
#include "ceremony/record/merkle.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "ceremony/base/buf.h"
#include "ceremony/record/test/data/merkle_vectors.inc"

static void from_hex(struct buf *b, const char *hex)
{
	assert_true(hex_decode(b, bytes_str(hex)));
}

static void leaf_of(uint8_t out[32], size_t index)
{
	uint8_t    storage[32];
	struct buf b = BUF_ON(storage);

	from_hex(&b, leaf_hex[index]);
	merkle_leaf(out, buf_bytes(&b));
}

static void roots_of_the_reference_leaves(void **state)
{
	struct merkle m = { .size = 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(root_hex); i++) {
		uint8_t    root[32], want[32], storage[32];
		struct buf b = BUF_ON(want), leaf = BUF_ON(storage);
		from_hex(&b, root_hex[i]);
		merkle_root(root, &m);
		assert_memory_equal(root, want, 32);
		if (i == COUNT_OF(leaf_hex))
			break;
		from_hex(&leaf, leaf_hex[i]);
		merkle_add(&m, buf_bytes(&leaf));
		assert_int_equal(m.size, i + 1);
	}
}

/* The definition of RFC 6962 2.1, written as it stands there. */
static void root_by_definition(uint8_t out[32], size_t first, size_t n)
{
	uint8_t  node[65] = { 1 }, leaf[2] = { (uint8_t)(first >> 8), (uint8_t)first };
	size_t   k = 1;

	if (n == 1) {
		merkle_leaf(out, bytes_of(leaf, 2));
		return;
	}
	while (k * 2 < n)
		k *= 2;
	root_by_definition(node + 1, first, k);
	root_by_definition(node + 33, first + k, n - k);
	struct digest d = hash_of(HASH_SHA256, bytes_of(node, 65));
	memcpy(out, d.p, 32);
}

static void growing_agrees_with_the_definition(void **state)
{
	struct merkle m = { .size = 0 };

	(void)state;
	for (size_t i = 0; i < 130; i++) {
		uint8_t root[32], want[32], leaf[2] = { (uint8_t)(i >> 8), (uint8_t)i };
		merkle_add(&m, bytes_of(leaf, 2));
		merkle_root(root, &m);
		root_by_definition(want, 0, i + 1);
		assert_memory_equal(root, want, 32);
	}
}

static void inclusion_proofs(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(inclusion); i++) {
		uint8_t     root[32], leaf[32], path[MERKLE_DEPTH][32];
		struct buf  r = BUF_ON(root), p = BUF_ON(path);
		const void *at = path;
		from_hex(&r, root_hex[inclusion[i].size]);
		from_hex(&p, inclusion[i].path_hex);
		leaf_of(leaf, inclusion[i].index);
		size_t n = p.len / 32;
		uint64_t size = inclusion[i].size, index = inclusion[i].index;
		assert_true(merkle_verify_inclusion(root, size, index, leaf, at, n));
		/* too long, too short, elsewhere, another leaf, another root, any octet of the path */
		memset(path[n], 0, 32);
		assert_false(merkle_verify_inclusion(root, size, index, leaf, at, n + 1));
		if (n)
			assert_false(merkle_verify_inclusion(root, size, index, leaf, at, n - 1));
		assert_false(merkle_verify_inclusion(root, size, size, leaf, at, n));
		assert_false(merkle_verify_inclusion(root, 0, 0, leaf, at, 0));
		if (size > 1)
			assert_false(merkle_verify_inclusion(root, size, index ^ 1, leaf, at, n));
		leaf[31] ^= 1;
		assert_false(merkle_verify_inclusion(root, size, index, leaf, at, n));
		leaf[31] ^= 1;
		root[0] ^= 1;
		assert_false(merkle_verify_inclusion(root, size, index, leaf, at, n));
		root[0] ^= 1;
		for (size_t k = 0; k < n * 32; k++) {
			path[k / 32][k % 32] ^= 0x80;
			assert_false(merkle_verify_inclusion(root, size, index, leaf, at, n));
			path[k / 32][k % 32] ^= 0x80;
		}
	}
}

/* Every path of every small tree leads to the root, and to no other leaf's place. */
static void every_path_is_made(void **state)
{
	static uint8_t leaf[70][32], path[MERKLE_DEPTH][32];

	(void)state;
	for (uint64_t size = 1; size <= COUNT_OF(leaf); size++) {
		struct merkle m = { .size = 0 };
		uint8_t       root[32];
		for (uint64_t i = 0; i < size; i++) {
			const uint8_t text[1] = { (uint8_t)i };
			merkle_leaf(leaf[i], bytes_of(text, 1));
			merkle_add(&m, bytes_of(text, 1));
		}
		merkle_root(root, &m);
		for (uint64_t i = 0; i < size; i++) {
			size_t len = merkle_prove(path, (const uint8_t(*)[32])leaf, size, i);
			assert_true(merkle_verify_inclusion(root, size, i, leaf[i], (const uint8_t(*)[32])path, len));
			for (uint64_t k = 0; k < size; k++)
				assert_int_equal(merkle_verify_inclusion(root, size, k, leaf[i], (const uint8_t(*)[32])path, len), k == i);
			if (len) {
				path[i % len][i % 32] ^= 1;
				assert_false(merkle_verify_inclusion(root, size, i, leaf[i], (const uint8_t(*)[32])path, len));
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_of_the_reference_leaves),
		cmocka_unit_test(growing_agrees_with_the_definition),
		cmocka_unit_test(inclusion_proofs),
		cmocka_unit_test(every_path_is_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
