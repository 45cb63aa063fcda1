/* fields.h: an ordered list of key = value, all text.
 *
 * One shape for what a person answers, what a helper process returns, and what a line
 * of the transcript says. Values are UTF-8 text; octets travel as base64, digests as
 * hex, numbers in decimal. Never a secret. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

#define FIELDS_MAX 96 /* fields in one list */

struct field {
	struct bytes key, value;
};

struct fields {
	struct field  item[FIELDS_MAX];
	size_t        num;
	struct arena *arena;  /* where copies go; borrowed */
	bool          failed; /* sticky: arena full, too many, or a key twice */
};

/* fields_on: an empty list whose copies go into `a`. */
static inline struct fields fields_on(struct arena *a)
{
	return (struct fields){ .arena = a };
}

/* fields_put: appends a copy of key and value. fields_str, fields_u64, fields_base64,
 * fields_fmt: the same from a C string, a number, octets as base64, printf. A key that
 * is there already sets `failed`. */
void fields_put(struct fields *f, const char *key, struct bytes value);
void fields_str(struct fields *f, const char *key, const char *value);
void fields_u64(struct fields *f, const char *key, uint64_t value);
void fields_base64(struct fields *f, const char *key, struct bytes octets);
void fields_hex(struct fields *f, const char *key, struct bytes octets);
void fields_fmt(struct fields *f, const char *key, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* fields_add_all: appends copies of all of `from`. */
void fields_add_all(struct fields *f, const struct fields *from);

/* fields_find: the value, or NULL if the key is not there. */
const struct bytes *fields_find(const struct fields *f, const char *key);
/* fields_get: the value, or the empty span if the key is not there. */
struct bytes fields_get(const struct fields *f, const char *key);
/* fields_is: true if the key is there and its value is exactly `value`. */
bool fields_is(const struct fields *f, const char *key, const char *value);
/* fields_get_u64: false if it is not there, not a decimal number, or above max. */
bool fields_get_u64(uint64_t *out, const struct fields *f, const char *key, uint64_t max)
	__attribute__((warn_unused_result));
/* fields_get_base64: the decoded octets, in `a`. False if not there or not base64. */
bool fields_get_base64(struct bytes *out, struct arena *a, const struct fields *f, const char *key)
	__attribute__((warn_unused_result));
/* fields_equal: the same keys and values in the same order. */
bool fields_equal(const struct fields *a, const struct fields *b);
