/* image.c: which kind of picture it is, PGM, and raw frames; see image.h. */
#include "qr/image.h"

bool image_make(struct image *out, struct arena *a, uint64_t width, uint64_t height, struct err *e)
{
	if (width == 0 || height == 0)
		return err_set(e, ERR_QR_IMAGE, "it has no pixels");
	if (width > IMAGE_MAX_SIDE || height > IMAGE_MAX_SIDE || width * height > IMAGE_MAX_PIXELS)
		return err_set(e, ERR_TOO_LARGE, "a picture of %llu by %llu pixels", (unsigned long long)width,
		               (unsigned long long)height);
	struct image i = { .width = (unsigned)width, .height = (unsigned)height };
	i.grey = arena_take(a, (size_t)(width * height));
	if (!i.grey)
		return err_set(e, ERR_TOO_LARGE, "a picture of %u by %u pixels", i.width, i.height);
	*out = i;
	return true;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Takes blanks and comments, then a decimal number. */
static bool pgm_number(uint64_t *out, struct bytes *in, uint64_t max)
{
	struct bytes rest = *in, digits;

	while (rest.len && (is_blank(rest.p[0]) || rest.p[0] == '#')) {
		bool comment = rest.p[0] == '#';
		while (comment && rest.len && rest.p[0] != '\n')
			rest = bytes_skip(rest, 1);
		if (rest.len)
			rest = bytes_skip(rest, 1);
	}
	digits = rest;
	while (rest.len && rest.p[0] >= '0' && rest.p[0] <= '9')
		rest = bytes_skip(rest, 1);
	digits.len -= rest.len;
	if (!bytes_to_u64(out, digits, max))
		return false;
	*in = rest;
	return true;
}

bool image_pgm(struct image *out, struct arena *a, struct bytes content, struct err *e)
{
	struct image i;
	struct bytes in = bytes_skip(content, 2);
	bool         plain = content.p[1] == '2';
	uint64_t     width, height, max, v;

	if (!pgm_number(&width, &in, UINT32_MAX) || !pgm_number(&height, &in, UINT32_MAX) ||
	    !pgm_number(&max, &in, 255) || max == 0 || in.len == 0 || !is_blank(in.p[0]))
		return err_set(e, ERR_QR_IMAGE, "the head of a PGM is not understood");
	in = bytes_skip(in, 1);
	if (!image_make(&i, a, width, height, e))
		return false;
	for (size_t at = 0; at < (size_t)i.width * i.height; at++) {
		bool there = plain ? pgm_number(&v, &in, max) : in.len > 0;
		if (there && !plain) {
			v = in.p[0];
			in = bytes_skip(in, 1);
		}
		if (!there || v > max)
			return err_set(e, ERR_QR_IMAGE, "a PGM is cut short, or a pixel is out of its range");
		i.grey[at] = (uint8_t)(v * 255 / max);
	}
	*out = i;
	return true;
}

bool image_read(struct image *out, struct arena *a, struct bytes content, struct err *e)
{
	if (bytes_starts(content, "\x89PNG\r\n\x1a\n"))
		return image_png(out, a, content, e);
	if (bytes_starts(content, "\xff\xd8\xff"))
		return image_jpeg(out, a, content, e);
	if (bytes_starts(content, "P5") || bytes_starts(content, "P2"))
		return image_pgm(out, a, content, e);
	return err_set(e, ERR_QR_IMAGE, "it is no PNG, JPEG or PGM");
}

bool image_raw(struct image *out, struct arena *a, struct bytes content, enum image_layout kind, uint64_t width,
               uint64_t height, struct err *e)
{
	struct image i;
	size_t       step = kind == IMAGE_YUYV ? 2 : 1;

	if (!image_make(&i, a, width, height, e))
		return false;
	size_t num = (size_t)i.width * i.height;
	if (content.len != num * step)
		return err_set(e, ERR_QR_IMAGE, "%zu octets for %u by %u pixels", content.len, i.width, i.height);
	for (size_t at = 0; at < num; at++)
		i.grey[at] = content.p[at * step];
	*out = i;
	return true;
}

void image_smooth(struct image *i)
{
	/* twice the mean of two by two, first towards one corner, then towards the other: 1 2 1 */
	for (unsigned y = 0; y + 1 < i->height; y++) {
		uint8_t *row = i->grey + (size_t)y * i->width, *below = row + i->width;
		for (unsigned x = 0; x + 1 < i->width; x++)
			row[x] = (uint8_t)((row[x] + row[x + 1] + below[x] + below[x + 1]) / 4);
	}
	for (unsigned y = i->height - 1; y > 0; y--) {
		uint8_t *row = i->grey + (size_t)y * i->width, *above = row - i->width;
		for (unsigned x = i->width - 1; x > 0; x--)
			row[x] = (uint8_t)((row[x] + row[x - 1] + above[x] + above[x - 1]) / 4);
	}
}

void image_mirror(struct image *i)
{
	for (unsigned y = 0; y < i->height; y++) {
		uint8_t *row = i->grey + (size_t)y * i->width;
		for (unsigned x = 0; x < i->width / 2; x++) {
			uint8_t kept = row[x];
			row[x] = row[i->width - 1 - x];
			row[i->width - 1 - x] = kept;
		}
	}
}
