/* card_png.c: a share card as a picture: capitals of five by seven dots, so that no font has to be loaded. */
#include <stdlib.h>

#include "ceremony/base/secret.h"
#include "ceremony/cmd/card.h"
#include "qr/render.h"

#define WIDTH  1240
#define HEIGHT 1754 /* A4 at 150 dots an inch */

/* Rows from the top, the leftmost dot highest. */
static const struct {
	char    sign;
	uint8_t row[7];
} glyphs[] = {
	{ 'A', { 14, 17, 17, 31, 17, 17, 17 } }, { 'B', { 30, 17, 17, 30, 17, 17, 30 } }, { 'C', { 14, 17, 16, 16, 16, 17, 14 } },
	{ 'D', { 30, 17, 17, 17, 17, 17, 30 } }, { 'E', { 31, 16, 16, 30, 16, 16, 31 } }, { 'F', { 31, 16, 16, 30, 16, 16, 16 } },
	{ 'G', { 14, 17, 16, 23, 17, 17, 15 } }, { 'H', { 17, 17, 17, 31, 17, 17, 17 } }, { 'I', { 14, 4, 4, 4, 4, 4, 14 } },
	{ 'J', { 7, 2, 2, 2, 2, 18, 12 } },      { 'K', { 17, 18, 20, 24, 20, 18, 17 } }, { 'L', { 16, 16, 16, 16, 16, 16, 31 } },
	{ 'M', { 17, 27, 21, 21, 17, 17, 17 } }, { 'N', { 17, 25, 21, 19, 17, 17, 17 } }, { 'O', { 14, 17, 17, 17, 17, 17, 14 } },
	{ 'P', { 30, 17, 17, 30, 16, 16, 16 } }, { 'Q', { 14, 17, 17, 17, 21, 18, 13 } }, { 'R', { 30, 17, 17, 30, 20, 18, 17 } },
	{ 'S', { 15, 16, 16, 14, 1, 1, 30 } },   { 'T', { 31, 4, 4, 4, 4, 4, 4 } },       { 'U', { 17, 17, 17, 17, 17, 17, 14 } },
	{ 'V', { 17, 17, 17, 17, 17, 10, 4 } },  { 'W', { 17, 17, 17, 21, 21, 27, 17 } }, { 'X', { 17, 17, 10, 4, 10, 17, 17 } },
	{ 'Y', { 17, 17, 10, 4, 4, 4, 4 } },     { 'Z', { 31, 1, 2, 4, 8, 16, 31 } },     { '0', { 14, 17, 19, 21, 25, 17, 14 } },
	{ '1', { 4, 12, 4, 4, 4, 4, 14 } },      { '2', { 14, 17, 1, 6, 8, 16, 31 } },    { '3', { 14, 17, 1, 6, 1, 17, 14 } },
	{ '4', { 2, 6, 10, 18, 31, 2, 2 } },     { '5', { 31, 16, 30, 1, 1, 17, 14 } },   { '6', { 14, 16, 16, 30, 17, 17, 14 } },
	{ '7', { 31, 1, 2, 4, 8, 8, 8 } },       { '8', { 14, 17, 17, 14, 17, 17, 14 } }, { '9', { 14, 17, 17, 15, 1, 1, 14 } },
	{ ' ', { 0, 0, 0, 0, 0, 0, 0 } },        { '.', { 0, 0, 0, 0, 0, 12, 12 } },      { ',', { 0, 0, 0, 0, 12, 4, 8 } },
	{ '-', { 0, 0, 0, 31, 0, 0, 0 } },       { ':', { 0, 12, 12, 0, 12, 12, 0 } },    { ';', { 0, 12, 12, 0, 12, 4, 8 } },
	{ '/', { 1, 1, 2, 4, 8, 16, 16 } },      { '\'', { 4, 4, 8, 0, 0, 0, 0 } },       { '?', { 14, 17, 1, 6, 4, 0, 4 } },
	{ '(', { 2, 4, 8, 8, 8, 4, 2 } },        { ')', { 8, 4, 2, 2, 2, 4, 8 } },
};

struct canvas {
	uint8_t *dot; /* WIDTH * HEIGHT, one octet each */
};

static void put_dot(struct canvas *c, unsigned x, unsigned y, unsigned scale)
{
	for (unsigned i = 0; i < scale && y + i < HEIGHT; i++)
		for (unsigned k = 0; k < scale && x + k < WIDTH; k++)
			c->dot[(size_t)(y + i) * WIDTH + x + k] = 1;
}

static void put_sign(struct canvas *c, unsigned x, unsigned y, unsigned scale, char sign)
{
	for (size_t g = 0; g < COUNT_OF(glyphs); g++)
		for (unsigned r = 0; glyphs[g].sign == sign && r < 7; r++)
			for (unsigned k = 0; k < 5; k++)
				if (glyphs[g].row[r] >> (4 - k) & 1)
					put_dot(c, x + k * scale, y + r * scale, scale);
}

static bool has_sign(char sign)
{
	for (size_t g = 0; g < COUNT_OF(glyphs); g++)
		if (glyphs[g].sign == sign)
			return true;
	return false;
}

static void put_text(struct canvas *c, unsigned x, unsigned y, unsigned scale, struct bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t o = text.p[i];
		char    sign = (char)(o >= 'a' && o <= 'z' ? o - 32 : o);
		if (o >= 0x80 && o < 0xc0)
			continue; /* the rest of a character */
		put_sign(c, x, y, scale, o < 0x80 && has_sign(sign) ? sign : '?');
		x += 6 * scale;
	}
}

static void put_paragraph(struct canvas *c, unsigned *y, struct bytes text)
{
	while (text.len) {
		size_t n = text.len, most = 94;
		if (n > most)
			for (n = most; n > 0 && text.p[n] != ' '; n--)
				;
		put_text(c, 60, *y, 2, bytes_first(text, n));
		text = bytes_trim(bytes_skip(text, n));
		*y += 19;
	}
	*y += 8;
}

static void put_code(struct canvas *c, unsigned x0, unsigned y0, unsigned scale, const struct code *code)
{
	for (unsigned y = 0; y < code->size; y++)
		for (unsigned x = 0; x < code->size; x++)
			if (code->module[y * code->size + x])
				put_dot(c, x0 + x * scale, y0 + y * scale, scale);
}

bool card_png(struct buf *out, const struct card *card, struct err *e)
{
	struct canvas c = { calloc(WIDTH, HEIGHT) };
	char          text[200];
	struct buf    value = BUF_ON(text);
	const char   *label;
	size_t        rows = (card->num_words + 2) / 3;
	unsigned      y = 150;

	if (!c.dot)
		return err_set(e, ERR_NO_MEMORY, "a card");
	put_text(&c, 60, 60, 5, BYTES_LIT("Share card - secret"));
	for (unsigned i = 0; card_line(card, i, &label, &value); i++, y += 34) {
		put_text(&c, 60, y, 3, bytes_str(label));
		put_text(&c, 430, y, 3, buf_bytes(&value));
	}
	for (size_t i = 0; i < card->num_words; i++) {
		char       number[8];
		struct buf n = BUF_ON(number);
		unsigned   at = y + 20 + (unsigned)(i % rows) * 40, x = 60 + 380 * (unsigned)(i / rows);
		buf_fmt(&n, "%2zu", i + 1);
		put_text(&c, x, at + 7, 3, buf_bytes(&n));
		put_text(&c, x + 60, at, 4, card_word(card, i));
	}
	y += 60 + (unsigned)rows * 40;
	put_code(&c, 60, y, 5, &card->code);
	y += 60 + card->code.size * 5;
	for (size_t i = 0; i < card_num_how; i++)
		put_paragraph(&c, &y, bytes_str(card_how[i]));
	render_png_picture(out, c.dot, WIDTH, HEIGHT);
	wipe(c.dot, (size_t)WIDTH * HEIGHT);
	free(c.dot);
	return buf_ok(out) || err_set(e, ERR_TOO_LARGE, "a card");
}
