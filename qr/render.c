/* render.c: see render.h. */
#include "qr/render.h"

#include "qr/crc32.h"

#define BLACK_ON_WHITE "\033[30;107m"
#define BLACK_ON_BLACK "\033[30;40m"
#define PLAIN          "\033[0m"

bool render_dark(const struct code *c, unsigned x, unsigned y)
{
	if (x < CODE_QUIET || y < CODE_QUIET || x >= CODE_QUIET + c->size || y >= CODE_QUIET + c->size)
		return false;
	return c->module[(size_t)(y - CODE_QUIET) * c->size + (x - CODE_QUIET)];
}

static unsigned side_of(unsigned version)
{
	return code_size(version) + 2 * CODE_QUIET;
}

/* ---- terminals ---------------------------------------------------------- */

unsigned render_columns(enum render_style style, unsigned version)
{
	return style == RENDER_HALF ? side_of(version) : 2 * side_of(version);
}

unsigned render_rows(enum render_style style, unsigned version)
{
	return style == RENDER_HALF ? (side_of(version) + 1) / 2 : side_of(version);
}

unsigned render_version(enum render_style style, unsigned columns, unsigned rows)
{
	unsigned v = CODE_MAX_VERSION;

	while (v > 0 && (render_columns(style, v) > columns || render_rows(style, v) > rows))
		v--;
	return v;
}

unsigned render_pixels_version(unsigned width, unsigned height, unsigned scale)
{
	unsigned v = CODE_MAX_VERSION, least = width < height ? width : height;

	while (v > 0 && side_of(v) > least / scale)
		v--;
	return v;
}

static void half_line(struct buf *b, const struct code *c, unsigned y)
{
	static const char *const block[] = { " ", "\u2580", "\u2584", "\u2588" };

	buf_str(b, BLACK_ON_WHITE);
	for (unsigned x = 0; x < side_of(c->version); x++)
		buf_str(b, block[render_dark(c, x, y) + 2 * render_dark(c, x, y + 1)]);
	buf_str(b, PLAIN);
}

/* Number signs under the colours, so that it can still be read where colours get lost. */
static void wide_line(struct buf *b, const struct code *c, unsigned y)
{
	for (unsigned x = 0; x < side_of(c->version); x++) {
		bool now = render_dark(c, x, y);
		if (x == 0 || now != render_dark(c, x - 1, y))
			buf_str(b, now ? BLACK_ON_BLACK : BLACK_ON_WHITE);
		buf_str(b, now ? "##" : "  ");
	}
	buf_str(b, PLAIN);
}

void render_text(struct buf *b, const struct code *c, enum render_style style, const char *line_end)
{
	unsigned step = style == RENDER_HALF ? 2 : 1;

	for (unsigned y = 0; y < side_of(c->version); y += step) {
		if (style == RENDER_HALF)
			half_line(b, c, y);
		else
			wide_line(b, c, y);
		buf_str(b, line_end);
	}
}

/* ---- images ------------------------------------------------------------- */

/* A row of pixels, a bit each, a set bit for a dark one or for a white one. */
static void pixel_row(struct buf *b, const struct code *c, unsigned y, unsigned scale, bool set_is_dark)
{
	unsigned width = side_of(c->version) * scale;

	for (unsigned at = 0; at < width; at += 8) {
		uint8_t octet = 0;
		for (unsigned i = 0; i < 8 && at + i < width; i++)
			if (render_dark(c, (at + i) / scale, y) == set_is_dark)
				octet |= (uint8_t)(0x80 >> i);
		buf_u8(b, octet);
	}
}

void render_pbm(struct buf *b, const struct code *c, unsigned scale)
{
	unsigned side = side_of(c->version) * scale;

	MUST(scale >= 1 && scale <= 16);
	buf_fmt(b, "P4\n%u %u\n", side, side);
	for (unsigned y = 0; y < side; y++)
		pixel_row(b, c, y / scale, scale, true);
}

void render_svg(struct buf *b, const struct code *c, unsigned scale)
{
	unsigned side = side_of(c->version);

	MUST(scale >= 1 && scale <= 16);
	buf_fmt(b,
	        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\" "
	        "shape-rendering=\"crispEdges\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n<path d=\"",
	        side * scale, side * scale, side, side);
	for (unsigned y = 0; y < side; y++) {
		for (unsigned x = 0, end; x < side; x = end + 1) {
			for (end = x; render_dark(c, end, y); end++)
				;
			if (end > x)
				buf_fmt(b, "M%u %uh%uv1h-%uz", x, y, end - x, end - x);
		}
	}
	buf_str(b, "\"/>\n</svg>\n");
}

/* A PNG chunk: what was built from `from` on is its type and content. */
static void png_chunk_end(struct buf *b, size_t from)
{
	if (!buf_ok(b))
		return;
	uint32_t len = (uint32_t)(b->len - from - 4);
	for (unsigned i = 0; i < 4; i++)
		b->p[from - 4 + i] = (uint8_t)(len >> (24 - 8 * i));
	buf_u32(b, crc32_of(bytes_of(b->p + from, b->len - from)));
}

static size_t png_chunk(struct buf *b, const char *type)
{
	buf_u32(b, 0); /* the length, filled in at the end */
	buf_str(b, type);
	return b->len - 4;
}

/* What fills a row of pixels, a bit each. */
struct rows {
	unsigned    width, height, scale;
	const void *of;
	void (*put)(struct buf *b, const struct rows *r, unsigned y);
};

/* zlib's frame around stored blocks, one a row of pixels (RFC 1950, RFC 1951 3.2.4). */
static void png_pixels(struct buf *b, const struct rows *r)
{
	unsigned len = 1 + (r->width + 7) / 8;
	uint32_t sum_low = 1, sum_high = 0;

	buf_u8(b, 0x78);
	buf_u8(b, 0x01);
	for (unsigned y = 0; y < r->height; y++) {
		buf_u8(b, y + 1 == r->height);
		buf_u8(b, (uint8_t)len);
		buf_u8(b, (uint8_t)(len >> 8));
		buf_u8(b, (uint8_t)~len);
		buf_u8(b, (uint8_t)(~len >> 8));
		size_t from = b->len;
		buf_u8(b, 0); /* no filter */
		r->put(b, r, y);
		for (size_t i = from; i < b->len; i++) {
			sum_low = (sum_low + b->p[i]) % 65521;
			sum_high = (sum_high + sum_low) % 65521;
		}
	}
	buf_u32(b, sum_high << 16 | sum_low);
}

static void put_png(struct buf *b, const struct rows *r)
{
	buf_put(b, BYTES_LIT("\x89PNG\r\n\x1a\n"));
	size_t at = png_chunk(b, "IHDR");
	buf_u32(b, r->width);
	buf_u32(b, r->height);
	buf_put(b, BYTES_LIT("\x01\x00\x00\x00\x00")); /* a bit of grey, deflate, no filter, not interlaced */
	png_chunk_end(b, at);
	at = png_chunk(b, "IDAT");
	png_pixels(b, r);
	png_chunk_end(b, at);
	at = png_chunk(b, "IEND");
	png_chunk_end(b, at);
}

static void code_row(struct buf *b, const struct rows *r, unsigned y)
{
	pixel_row(b, r->of, y / r->scale, r->scale, false);
}

void render_png(struct buf *b, const struct code *c, unsigned scale)
{
	unsigned side = side_of(c->version) * scale;

	MUST(scale >= 1 && scale <= 16);
	put_png(b, &(struct rows){ side, side, scale, c, code_row });
}

static void picture_row(struct buf *b, const struct rows *r, unsigned y)
{
	const uint8_t *row = (const uint8_t *)r->of + (size_t)y * r->width;

	for (unsigned x = 0; x < r->width; x += 8) {
		uint8_t bits = 0;
		for (unsigned i = 0; i < 8 && x + i < r->width; i++)
			bits |= (uint8_t)(!row[x + i] << (7 - i));
		buf_u8(b, bits);
	}
}

void render_png_picture(struct buf *b, const uint8_t *dark, unsigned width, unsigned height)
{
	put_png(b, &(struct rows){ width, height, 1, dark, picture_row });
}
