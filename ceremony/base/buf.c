/* buf.c: see buf.h. */
#include "ceremony/base/buf.h"

#include <stdio.h>

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static uint8_t *room_for(struct buf *b, size_t len)
{
	if (b->failed || len > b->cap - b->len) {
		b->failed = true;
		return NULL;
	}
	uint8_t *at = b->p + b->len;
	b->len += len;
	return at;
}

void buf_put(struct buf *b, struct bytes a)
{
	uint8_t *at = room_for(b, a.len);

	if (at && a.len)
		memcpy(at, a.p, a.len);
}

void buf_str(struct buf *b, const char *s)
{
	buf_put(b, bytes_str(s));
}

void buf_u8(struct buf *b, uint8_t v)
{
	buf_put(b, bytes_of(&v, 1));
}

void buf_u32(struct buf *b, uint32_t v)
{
	uint8_t be[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };
	buf_put(b, bytes_of(be, sizeof be));
}

void buf_u64(struct buf *b, uint64_t v)
{
	if (8 > b->cap - b->len) {
		b->failed = true;
		return;
	}
	buf_u32(b, (uint32_t)(v >> 32));
	buf_u32(b, (uint32_t)v);
}

void buf_vfmt(struct buf *b, const char *fmt, va_list ap)
{
	size_t free_len = b->cap - b->len;

	if (b->failed)
		return;
	/* vsnprintf wants a place for its NUL, which we do not keep. */
	char  spill[1];
	char *at = free_len ? (char *)b->p + b->len : spill;
	int   n = vsnprintf(at, free_len ? free_len : 1, fmt, ap);
	if (n < 0 || (n > 0 && (size_t)n >= free_len))
		b->failed = true;
	else
		b->len += (size_t)n;
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(b, fmt, ap);
	va_end(ap);
}

void buf_hex(struct buf *b, struct bytes a)
{
	static const char digits[] = "0123456789abcdef";

	if (a.len > (b->cap - b->len) / 2) {
		b->failed = true;
		return;
	}
	for (size_t i = 0; i < a.len; i++) {
		buf_u8(b, (uint8_t)digits[a.p[i] >> 4]);
		buf_u8(b, (uint8_t)digits[a.p[i] & 15]);
	}
}

void buf_base64(struct buf *b, struct bytes a)
{
	for (size_t i = 0; i < a.len; i += 3) {
		size_t   n = a.len - i < 3 ? a.len - i : 3;
		uint32_t v = (uint32_t)a.p[i] << 16;
		v |= n > 1 ? (uint32_t)a.p[i + 1] << 8 : 0;
		v |= n > 2 ? (uint32_t)a.p[i + 2] : 0;
		uint8_t quad[4] = { '=', '=', '=', '=' };
		for (size_t k = 0; k <= n; k++)
			quad[k] = (uint8_t)base64_digits[v >> (18 - 6 * k) & 63];
		buf_put(b, bytes_of(quad, 4));
	}
}

const char *buf_cstr(struct buf *b)
{
	if (b->len == b->cap) {
		b->failed = true;
		b->len--;
	}
	b->p[b->len] = 0;
	return (const char *)b->p;
}

static int hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool hex_decode(struct buf *b, struct bytes text)
{
	if (text.len % 2 != 0 || b->failed || text.len / 2 > b->cap - b->len)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (hex_value(text.p[i]) < 0)
			return false;
	for (size_t i = 0; i < text.len; i += 2)
		buf_u8(b, (uint8_t)(hex_value(text.p[i]) << 4 | hex_value(text.p[i + 1])));
	return true;
}

static int base64_value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_decode(struct buf *b, struct bytes text)
{
	size_t pad = 0, was = b->len;

	if (text.len % 4 != 0 || b->failed || text.len / 4 > (b->cap - b->len) / 3 + 1)
		return false;
	while (pad < 2 && text.len > pad && text.p[text.len - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < text.len; i += 4) {
		size_t   n = i + 4 == text.len ? 4 - pad : 4;
		uint32_t v = 0;
		for (size_t k = 0; k < 4; k++) {
			int digit = k < n ? base64_value(text.p[i + k]) : 0;
			if (digit < 0)
				goto refuse;
			v = v << 6 | (uint32_t)digit;
		}
		uint8_t three[3] = { (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };
		if ((n == 2 && (v & 0xffff)) || (n == 3 && (v & 0xff)))
			goto refuse;
		buf_put(b, bytes_of(three, n - 1));
	}
	if (buf_ok(b))
		return true;
refuse:
	b->len = was;
	b->failed = false;
	return false;
}
