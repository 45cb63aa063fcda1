/* buf.h: a builder that appends octets or text to storage of the caller's.
 *
 * The first append that does not fit sets `failed` and every later one does nothing:
 * check once, at the end, with buf_ok(). It never allocates. Not for secrets. */
#pragma once

#include <stdarg.h>

#include "ceremony/base/bytes.h"

struct buf {
	uint8_t *p;
	size_t   len, cap; /* octets used, octets there */
	bool     failed;   /* sticky: something did not fit */
};

/* BUF_ON: a builder over a local array. */
#define BUF_ON(array) ((struct buf){ .p = (uint8_t *)(array), .cap = sizeof(array) })

/* buf_init: a builder over cap octets at storage. */
static inline struct buf buf_init(void *storage, size_t cap)
{
	return (struct buf){ .p = storage, .cap = cap };
}

/* buf_bytes: what has been built so far; borrows the storage. */
static inline struct bytes buf_bytes(const struct buf *b)
{
	return (struct bytes){ b->p, b->len };
}

/* buf_ok: true if everything fitted. */
static inline bool buf_ok(const struct buf *b)
{
	return !b->failed;
}

/* buf_put: appends octets. */
void buf_put(struct buf *b, struct bytes a);
/* buf_str: appends a C string without its NUL. */
void buf_str(struct buf *b, const char *s);
/* buf_u8, buf_u32, buf_u64: append an integer, big-endian. */
void buf_u8(struct buf *b, uint8_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);
/* buf_fmt: appends text as printf does. */
void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vfmt(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* buf_hex: appends lower-case hex, two digits an octet. */
void buf_hex(struct buf *b, struct bytes a);
/* buf_base64: appends RFC 4648 section 4 base64 with padding. */
void buf_base64(struct buf *b, struct bytes a);

/* buf_cstr: NUL-terminates what was built and returns it; on overflow the text is cut
 * and `failed` set. cap must be at least 1. */
const char *buf_cstr(struct buf *b);

/* hex_decode, base64_decode: append the octets that the text stands for. Strict: even
 * number of lower- or upper-case digits; exact padding, no blanks, unused bits zero
 * (RFC 4648 3.5). False, with b as it was, on anything else or if it does not fit. */
bool hex_decode(struct buf *b, struct bytes text) __attribute__((warn_unused_result));
bool base64_decode(struct buf *b, struct bytes text) __attribute__((warn_unused_result));
