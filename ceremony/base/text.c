/* text.c: see text.h. */
#include "ceremony/base/text.h"

#include <strings.h>

#include "ceremony/base/err.h"

size_t text_char(uint32_t *out, struct bytes a)
{
	uint8_t  c = a.p[0];
	size_t   n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
	uint32_t v = n == 1 ? c : n == 2 ? c & 0x1f : n == 3 ? c & 0x0f : c & 0x07;

	if (n == 0 || n > a.len)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((a.p[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (a.p[i] & 0x3f);
	}
	if ((n == 3 && v < 0x800) || (n == 4 && (v < 0x10000 || v > 0x10ffff)) || (v >= 0xd800 && v < 0xe000))
		return 0;
	*out = v;
	return n;
}

struct range {
	uint32_t first, last;
};

static bool in_ranges(const struct range *r, size_t num, uint32_t v)
{
	for (size_t i = 0; i < num; i++)
		if (v >= r[i].first && v <= r[i].last)
			return true;
	return false;
}

/* What can deceive an eye: controls, invisible and direction-changing characters. */
static bool is_deceptive(uint32_t v)
{
	static const struct range bad[] = {
		{ 0, 0x1f },          { 0x7f, 0x9f },       { 0xad, 0xad },       { 0x034f, 0x034f },
		{ 0x061c, 0x061c },   { 0x115f, 0x1160 },   { 0x17b4, 0x17b5 },   { 0x180b, 0x180f },
		{ 0x200b, 0x200f },   { 0x2028, 0x202e },   { 0x2060, 0x206f },   { 0x2800, 0x2800 },   { 0x3164, 0x3164 },
		{ 0xe000, 0xf8ff },   { 0xfdd0, 0xfdef },   { 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff },
		{ 0xffa0, 0xffa0 },   { 0xfff0, 0xffff },   { 0x13430, 0x1345f }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
		{ 0x40000, 0x10ffff },
	};

	return in_ranges(bad, COUNT_OF(bad), v) || (v & 0xfffe) == 0xfffe;
}

bool text_is_blank(uint32_t c)
{
	static const struct range blank[] = {
		{ ' ', ' ' },       { 0xa0, 0xa0 },     { 0x1680, 0x1680 }, { 0x2000, 0x200a },
		{ 0x202f, 0x202f }, { 0x205f, 0x205f }, { 0x3000, 0x3000 },
	};

	return in_ranges(blank, COUNT_OF(blank), c);
}

/* ASCII octets at the front, in steps of eight: the whole record is checked often. */
static size_t ascii_run(struct bytes a)
{
	size_t   n = 0;
	uint64_t eight;

	for (; a.len - n >= sizeof eight; n += sizeof eight) {
		memcpy(&eight, a.p + n, sizeof eight);
		if (eight & UINT64_C(0x8080808080808080))
			break;
	}
	return n;
}

bool text_is_utf8(struct bytes a)
{
	while (a.len) {
		uint32_t v = 0;
		a = bytes_skip(a, ascii_run(a));
		size_t n = a.len ? text_char(&v, a) : 0;
		if (n == 0)
			return a.len == 0;
		a = bytes_skip(a, n);
	}
	return true;
}

char *text_whole(char *text)
{
	char    *to = text;
	uint32_t v;

	for (struct bytes a = bytes_str(text); a.len;) {
		size_t n = text_char(&v, a);
		if (n)
			memmove(to, a.p, n);
		to += n;
		a = bytes_skip(a, n ? n : 1);
	}
	*to = 0;
	return text;
}

#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

/* A high bit is set if, and only if, one of eight octets is 0; and if one is not 0x20 to 0x7e: the lowest such octet sets its own, since
 * no borrow and no carry comes from those below. */
static uint64_t has_zero(uint64_t eight)
{
	return (eight - ONES) & ~eight & HIGHS;
}

static uint64_t has_other(uint64_t eight)
{
	return ((eight - 0x20 * ONES) | (eight + ONES) | eight) & HIGHS;
}

size_t text_ascii(struct bytes a, uint8_t but, uint8_t nor)
{
	size_t   n = 0;
	uint64_t eight;

	for (; a.len - n >= sizeof eight; n += sizeof eight) {
		memcpy(&eight, a.p + n, sizeof eight);
		if (has_other(eight) | has_zero(eight ^ but * ONES) | has_zero(eight ^ nor * ONES))
			break;
	}
	while (n < a.len && a.p[n] >= ' ' && a.p[n] < 0x7f && a.p[n] != but && a.p[n] != nor)
		n++;
	return n;
}

bool text_is_plain(struct bytes a)
{
	while ((a = bytes_skip(a, text_ascii(a, 0, 0))).len) {
		uint32_t v = 0;
		size_t   n = text_char(&v, a);
		if (n == 0 || is_deceptive(v))
			return false;
		a = bytes_skip(a, n);
	}
	return true;
}

void text_escape(struct buf *b, struct bytes a)
{
	while (a.len) {
		uint32_t v = 0;
		size_t   n = text_ascii(a, '\\', 0), room = b->cap - b->len;
		if (n > room) { /* what fits, and then what does not */
			buf_put(b, bytes_first(a, room));
			a = bytes_skip(a, room);
			n -= room;
		}
		buf_put(b, bytes_first(a, n));
		a = bytes_skip(a, n);
		if (!a.len)
			return;
		n = text_char(&v, a);
		if (n == 0) {
			buf_fmt(b, "\\x%02x", a.p[0]);
			n = 1;
		} else if (v == '\\') {
			buf_str(b, "\\\\");
		} else if (is_deceptive(v)) {
			if (v < 0x80)
				buf_fmt(b, "\\x%02x", v);
			else
				buf_fmt(b, "\\u{%x}", v);
		} else {
			buf_put(b, bytes_first(a, n));
		}
		a = bytes_skip(a, n);
	}
}

size_t text_columns(struct bytes a)
{
	static const struct range none[] = {
		{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd }, { 0x064b, 0x065f },
		{ 0x0900, 0x0902 }, { 0x0e31, 0x0e31 }, { 0x0e34, 0x0e3a }, { 0x1ab0, 0x1aff },
		{ 0x1dc0, 0x1dff }, { 0x20d0, 0x20ff }, { 0xfe20, 0xfe2f },
	};
	static const struct range wide[] = {
		{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf }, { 0xac00, 0xd7a3 },
		{ 0xf900, 0xfaff }, { 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 },
		{ 0x1f300, 0x1faff }, { 0x20000, 0x3fffd },
	};
	size_t columns = 0;

	for (;;) {
		uint32_t v = 0;
		size_t   n = text_ascii(a, 0, 0);
		columns += n;
		a = bytes_skip(a, n);
		if (!a.len)
			break;
		n = text_char(&v, a);
		if (n == 0)
			n = 1;
		columns += in_ranges(none, COUNT_OF(none), v) ? 0 : in_ranges(wide, COUNT_OF(wide), v) ? 2 : 1;
		a = bytes_skip(a, n);
	}
	return columns;
}

bool text_wrap(struct bytes *line, struct bytes *rest, size_t columns)
{
	size_t len = 0, blank = 0, used = 0;
	bool   had_blank = false;

	MUST(columns >= 2);
	if (rest->len == 0)
		return false;
	while (len < rest->len && rest->p[len] != '\n') {
		uint32_t v = 0;
		size_t   n = text_char(&v, bytes_skip(*rest, len));
		n = n ? n : 1;
		if (rest->p[len] == ' ') {
			blank = len;
			had_blank = true;
		}
		used += text_columns(bytes_of(rest->p + len, n));
		if (used > columns)
			break;
		len += n;
	}
	bool ended = len == rest->len || rest->p[len] == '\n';
	if (!ended && had_blank && blank > 0)
		len = blank;
	*line = bytes_first(*rest, len);
	while (line->len && line->p[line->len - 1] == ' ')
		line->len--;
	*rest = bytes_skip(*rest, len);
	if (ended && rest->len)
		*rest = bytes_skip(*rest, 1);
	while (!ended && rest->len && rest->p[0] == ' ')
		*rest = bytes_skip(*rest, 1);
	return true;
}

#define GROUPS_MIN 32 /* digits of a number that nobody compares in one go */

static bool is_hex(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

void text_groups(struct buf *b, struct bytes text)
{
	for (size_t i = 0; i < text.len;) {
		size_t n = 1, digits = 0;
		while (is_alnum(text.p[i]) && i + n < text.len && is_alnum(text.p[i + n]))
			n++;
		for (size_t k = 0; k < n; k++)
			digits += is_hex(text.p[i + k]);
		bool number = digits == n && n >= GROUPS_MIN && n % 2 == 0; /* octets */
		for (size_t k = 0; k < n; k++) {
			if (number && k && k % 4 == 0)
				buf_u8(b, ' ');
			buf_u8(b, text.p[i + k]);
		}
		i += n;
	}
}

static const char *const pgp_words[256][2] = {
#include "ceremony/base/pgp_words.inc"
};

const char *word_of(uint8_t octet, size_t index)
{
	return pgp_words[octet][index % 2];
}

void words_put(struct buf *b, struct bytes octets, unsigned per_line)
{
	for (size_t i = 0; i < octets.len; i++) {
		if (i)
			buf_str(b, per_line && i % per_line == 0 ? "\n" : " ");
		buf_str(b, word_of(octets.p[i], i));
	}
}

static bool is_word(struct bytes b, bool whole)
{
	for (size_t i = 0; i < 2 * COUNT_OF(pgp_words); i++) {
		const char  *word = pgp_words[i / 2][i % 2];
		const size_t len = strlen(word);
		if ((whole ? len == b.len : len >= b.len) && strncasecmp((const char *)b.p, word, b.len) == 0)
			return true;
	}
	return false;
}

bool words_begun(struct bytes typed)
{
	struct bytes word;

	while (bytes_cut(typed, ' ', &word, &typed))
		if (word.len && !is_word(word, true))
			return false;
	return typed.len == 0 || is_word(typed, false);
}

bool words_match(struct bytes typed, struct bytes octets)
{
	typed = bytes_trim(typed);
	for (size_t i = 0; i < octets.len; i++) {
		const char *word = word_of(octets.p[i], i);
		size_t      n = strlen(word);
		if (typed.len < n || strncasecmp((const char *)typed.p, word, n) != 0)
			return false;
		if (typed.len > n && typed.p[n] != ' ' && typed.p[n] != '\n' && typed.p[n] != '\t' && typed.p[n] != '\r')
			return false;
		typed = bytes_trim(bytes_skip(typed, n));
	}
	return typed.len == 0;
}
