/* bytewords.c: see bytewords.h. */
#include "qr/bytewords.h"

#include "qr/crc32.h"

#define WORD 4

static const char words[256][WORD + 1] = {
#include "qr/bytewords.inc"
};

static char upper(uint8_t c)
{
	return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

static void put_word(struct buf *b, uint8_t octet, enum bytewords_style style, bool first)
{
	const char *w = words[octet];

	if (style == BYTEWORDS_MINIMAL) {
		buf_u8(b, (uint8_t)w[0]);
		buf_u8(b, (uint8_t)w[WORD - 1]);
		return;
	}
	if (!first)
		buf_u8(b, style == BYTEWORDS_URI ? '-' : ' ');
	buf_str(b, w);
}

void bytewords_put(struct buf *b, struct bytes octets, enum bytewords_style style)
{
	uint32_t crc = crc32_of(octets);

	for (size_t i = 0; i < octets.len; i++)
		put_word(b, octets.p[i], style, i == 0);
	for (int shift = 24; shift >= 0; shift -= 8)
		put_word(b, (uint8_t)(crc >> shift), style, octets.len == 0 && shift == 24);
}

/* The octet whose word begins and ends so, or -1. No two words share both letters, and the
 * words stand in the order of their first letter. */
static int octet_of(char first, char last)
{
	for (int i = 0; i < 256; i++)
		if (words[i][0] == first && words[i][WORD - 1] == last)
			return i;
	return -1;
}

/* Takes one word from the front of *text. */
static bool take_word(uint8_t *out, struct bytes *text, enum bytewords_style style, bool first)
{
	size_t len = style == BYTEWORDS_MINIMAL ? 2 : WORD;

	if (style != BYTEWORDS_MINIMAL && !first) {
		if (text->len == 0 || text->p[0] != (style == BYTEWORDS_URI ? '-' : ' '))
			return false;
		*text = bytes_skip(*text, 1);
	}
	if (text->len < len)
		return false;
	int octet = octet_of(upper(text->p[0]), upper(text->p[len - 1]));
	if (octet < 0)
		return false;
	for (size_t i = 1; style != BYTEWORDS_MINIMAL && i < len - 1; i++)
		if (upper(text->p[i]) != words[octet][i])
			return false;
	*out = (uint8_t)octet;
	*text = bytes_skip(*text, len);
	return true;
}

bool bytewords_get(struct buf *b, struct bytes text, enum bytewords_style style)
{
	const struct buf was = *b;
	uint32_t         crc = 0;
	uint8_t          octet;

	for (bool first = true; text.len; first = false) {
		if (!take_word(&octet, &text, style, first)) {
			*b = was;
			return false;
		}
		buf_u8(b, octet);
	}
	size_t num = b->len - was.len;
	bool   ok = buf_ok(b) && num >= 4;
	for (size_t i = 0; ok && i < 4; i++)
		crc = crc << 8 | b->p[b->len - 4 + i];
	if (!ok || crc != crc32_of(bytes_of(was.p + was.len, num - 4))) {
		*b = was;
		return false;
	}
	b->len -= 4;
	return true;
}
