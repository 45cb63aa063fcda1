/* name_compare.c: when two names are one (RFC 5280 7.1); see name.h.
 *
 * The standard asks for all of LDAP's string preparation. This is the part of it that needs no tables of Unicode:
 * letters of either case in the scripts that have two, blanks of any width. Marks that are written apart from their
 * letter are not put together. */
#include "ceremony/base/text.h"
#include "ceremony/pki/name.h"

/* Capital letters and how far off the small ones are; in steps of two where both stand in turn. */
static const struct {
	uint32_t first, last, step, to_small;
} capitals[] = {
	{ 'A', 'Z', 1, 32 },         { 0xc0, 0xd6, 1, 32 },       { 0xd8, 0xde, 1, 32 },       { 0x100, 0x12e, 2, 1 },
	{ 0x132, 0x136, 2, 1 },      { 0x139, 0x147, 2, 1 },      { 0x14a, 0x176, 2, 1 },      { 0x179, 0x17d, 2, 1 },
	{ 0x391, 0x3a1, 1, 32 },     { 0x3a3, 0x3ab, 1, 32 },     { 0x400, 0x40f, 1, 80 },     { 0x410, 0x42f, 1, 32 },
	{ 0x460, 0x480, 2, 1 },      { 0x48a, 0x4be, 2, 1 },      { 0x4d0, 0x52e, 2, 1 },      { 0x531, 0x556, 1, 48 },
	{ 0x1e00, 0x1e94, 2, 1 },    { 0x1ea0, 0x1efe, 2, 1 },    { 0xff21, 0xff3a, 1, 32 },
};

/* The next character of well-formed UTF-8, and how many octets it has. */
static uint32_t peek(struct bytes in, size_t *len)
{
	uint8_t  c = in.p[0];
	size_t   n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	uint32_t v = n == 1 ? c : c & (0xffu >> (n + 1));

	MUST(n <= in.len);
	for (size_t i = 1; i < n; i++)
		v = v << 6 | (in.p[i] & 0x3f);
	*len = n;
	return v;
}

static void skip_blanks(struct bytes *in)
{
	size_t n;

	while (in->len && text_is_blank(peek(*in, &n)))
		*in = bytes_skip(*in, n);
}

/* The next character of a value as it is compared; 0 at its end. */
static uint32_t next_compared(struct bytes *in)
{
	size_t n;

	if (in->len == 0)
		return 0;
	uint32_t c = peek(*in, &n);
	*in = bytes_skip(*in, n);
	if (text_is_blank(c)) {
		skip_blanks(in);
		return in->len ? ' ' : 0; /* blanks at the end do not count */
	}
	for (size_t i = 0; i < COUNT_OF(capitals); i++)
		if (c >= capitals[i].first && c <= capitals[i].last && (c - capitals[i].first) % capitals[i].step == 0)
			return c + capitals[i].to_small;
	return c;
}

bool name_value_same(struct bytes a, struct bytes b)
{
	uint32_t x, y;

	skip_blanks(&a);
	skip_blanks(&b);
	do {
		x = next_compared(&a);
		y = next_compared(&b);
	} while (x == y && x != 0);
	return x == y;
}

/* Behind the last attribute of the level that begins at i. */
static size_t level_end(const struct name *n, size_t i)
{
	size_t end = i;

	while (end < n->num_attrs && n->attr[end].rdn == n->attr[i].rdn)
		end++;
	return end;
}

/* A level is a set: how long a value is tells its place, and that does not count. */
static bool level_same(const struct name *a, size_t i, const struct name *b, size_t k)
{
	const size_t end = level_end(b, k);

	if (level_end(a, i) - i != end - k)
		return false;
	for (size_t x = i; x < level_end(a, i); x++) {
		size_t y = k;
		while (y < end && !(bytes_equal(a->attr[x].type_der, b->attr[y].type_der) &&
		                    name_value_same(a->attr[x].value, b->attr[y].value)))
			y++;
		if (y == end)
			return false;
	}
	return true;
}

bool name_within(const struct name *base, const struct name *n)
{
	size_t i = 0, k = 0;

	for (; i < base->num_attrs; i = level_end(base, i), k = level_end(n, k))
		if (k == n->num_attrs || !level_same(base, i, n, k))
			return false;
	return true;
}

bool name_same(const struct name *a, const struct name *b)
{
	return a->num_attrs == b->num_attrs && name_within(a, b);
}
