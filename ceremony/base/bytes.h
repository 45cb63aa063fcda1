/* bytes.h: a borrowed, read-only span of octets.
 *
 * A span never owns and must not outlive the storage that it points into. It is
 * not for secrets (see secret.h) and not for output (see buf.h). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *p;
	size_t         len; /* octets */
};

/* BYTES_LIT: the span of a string literal, without its NUL. */
#define BYTES_LIT(s) ((struct bytes){ (const uint8_t *)(s), sizeof(s) - 1 })

/* COUNT_OF: the number of elements of an array. */
#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

/* bytes_of: a span over len octets at p. */
static inline struct bytes bytes_of(const void *p, size_t len)
{
	return (struct bytes){ p, len };
}

/* bytes_str: a span over a C string, without its NUL; NULL gives the empty span. */
static inline struct bytes bytes_str(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, s ? strlen(s) : 0 };
}

/* bytes_equal: true if both spans hold the same octets. Not for secrets. */
static inline bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

/* bytes_is: true if the span holds exactly the octets of the C string s. */
static inline bool bytes_is(struct bytes a, const char *s)
{
	return bytes_equal(a, bytes_str(s));
}

/* bytes_starts: true if a begins with the octets of the C string s. */
static inline bool bytes_starts(struct bytes a, const char *s)
{
	size_t n = strlen(s);
	return a.len >= n && memcmp(a.p, s, n) == 0;
}

/* bytes_ends: the same for its end. */
static inline bool bytes_ends(struct bytes a, const char *s)
{
	size_t n = strlen(s);
	return a.len >= n && memcmp(a.p + a.len - n, s, n) == 0;
}

/* bytes_skip: a without its first n octets; nothing if it has fewer. */
static inline struct bytes bytes_skip(struct bytes a, size_t n)
{
	n = n < a.len ? n : a.len;
	return (struct bytes){ a.p + n, a.len - n };
}

/* bytes_first: the first n octets of a, or all of it if it has fewer: no length that somebody else gave
 * makes it longer than it is. */
static inline struct bytes bytes_first(struct bytes a, size_t n)
{
	return (struct bytes){ a.p, n < a.len ? n : a.len };
}

/* bytes_compare: <0, 0, >0 in octet order, a shorter prefix first. */
static inline int bytes_compare(struct bytes a, struct bytes b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int    c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.len > b.len) - (a.len < b.len);
}

/* bytes_cut: splits a at the first octet `at`: *head is what stands before it, *tail
 * what stands after. False, and outputs untouched, if it does not occur. */
bool bytes_cut(struct bytes a, uint8_t at, struct bytes *head, struct bytes *tail)
	__attribute__((warn_unused_result));

/* bytes_trim: a without leading and trailing spaces, tabs, CR and LF. */
struct bytes bytes_trim(struct bytes a);

/* bytes_to_u64: a decimal number without sign, spaces or leading zeros, at most max.
 * False, and *out untouched, on anything else. */
bool bytes_to_u64(uint64_t *out, struct bytes a, uint64_t max) __attribute__((warn_unused_result));
