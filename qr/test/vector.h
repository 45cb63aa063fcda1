/* vector.h: the groups of vectors/ur.tsv, a row at a time. For tests only. */
#pragma once

#include <fcntl.h>
#include <stdlib.h>

#include "ceremony/base/file.h"
#include "qr/ur.h"

#define VECTORS "qr/test/vectors/"

/* vector_read: a file of the folder, in `a`. */
static inline struct bytes vector_read(struct arena *a, const char *name)
{
	char         path[128];
	struct buf   b = BUF_ON(path);
	struct bytes content = { 0 };
	struct err   e = { 0 };

	buf_fmt(&b, VECTORS "%s", name);
	if (!file_read(&content, a, AT_FDCWD, buf_cstr(&b), (size_t)1 << 20, &e))
		fail_msg("%s: %s (run this from the root of the tree)", path, e.detail);
	return content;
}

/* vector_next: the fields behind the group's name of its next row in *rest; false if there is none. */
static inline bool vector_next(struct bytes *fields, struct bytes *rest, const char *group)
{
	struct bytes line, name;

	while (bytes_cut(*rest, '\n', &line, rest))
		if (bytes_cut(line, '\t', &name, fields) && bytes_is(name, group))
			return true;
	return false;
}

/* vector_field: takes the next field, or the next number of a list. */
static inline struct bytes vector_field(struct bytes *fields, char separator)
{
	struct bytes head, tail;

	if (!bytes_cut(*fields, (uint8_t)separator, &head, &tail)) {
		head = *fields;
		tail = bytes_first(*fields, 0);
	}
	*fields = tail;
	return head;
}

static inline uint64_t vector_number(struct bytes *fields, char separator)
{
	uint64_t v = 0;

	assert_true(bytes_to_u64(&v, vector_field(fields, separator), UINT64_MAX));
	return v;
}

/* vector_hex: the octets of a field of hex digits, in `a`. */
static inline struct bytes vector_hex(struct arena *a, struct bytes text)
{
	struct buf b = buf_init(arena_take(a, text.len / 2 + 1), text.len / 2 + 1);

	assert_true(hex_decode(&b, text));
	return buf_bytes(&b);
}

static inline struct xoshiro wolf(const char *seed)
{
	struct digest  d = hash_of(HASH_SHA256, bytes_str(seed));
	struct xoshiro x;

	xoshiro_init(&x, &d);
	return x;
}

/* message_of: make_message(len) of the vectors, in `a`. */
static inline struct bytes message_of(struct arena *a, size_t len)
{
	struct xoshiro x = wolf("Wolf");
	uint8_t       *p = arena_take(a, len);

	assert_non_null(p);
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)xoshiro_int(&x, 0, 255);
	return bytes_of(p, len);
}
