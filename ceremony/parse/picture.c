/* picture.c: see picture.h. */
#include "ceremony/parse/picture.h"

#include "ceremony/parse/parse.h"
#include "ceremony/parse/source.h"
#include "ceremony/port/sandbox.h"
#include "qr/image.h"

_Static_assert(PARSE_ARENA >= IMAGE_ARENA + SOURCE_MAX_FILE + DECODE_MAX_CODES * DECODE_MAX_CODE, "a picture, its pixels and its codes");

/* The codes of one picture, in the arena. */
struct codes {
	struct arena   *arena;
	struct picture *out;
	bool            full;
};

static void keep(void *ctx, const uint8_t *p, size_t len)
{
	struct codes *c = ctx;

	MUST(c->out->num < DECODE_MAX_CODES);
	struct bytes copy = arena_copy(c->arena, bytes_of(p, len));
	c->full = c->full || !copy.p;
	c->out->code[c->out->num++] = copy;
}

static bool read_pixels(struct image *out, struct arena *a, const struct camera_frame *f, struct err *e)
{
	if (!f->format)
		return image_read(out, a, f->content, e);
	bool yuyv = strcmp(f->format, "yuyv") == 0;
	if (!yuyv && strcmp(f->format, "grey") != 0)
		return err_set(e, ERR_OP_FIELD, "format");
	return image_raw(out, a, f->content, yuyv ? IMAGE_YUYV : IMAGE_GREY, f->width, f->height, e);
}

static bool find_codes(struct picture *out, struct arena *a, const struct camera_frame *f, struct err *e)
{
	struct image image = { 0 };
	struct codes codes = { .arena = a, .out = out };

	if (!read_pixels(&image, a, f, e))
		return false;
	enum decode_result r = decode_image(image.grey, (int)image.width, (int)image.height, keep, &codes);
	if (r == DECODE_DONE && out->num == 0) { /* noise hides more codes than its cure */
		image_smooth(&image);
		r = decode_image(image.grey, (int)image.width, (int)image.height, keep, &codes);
	}
	if (r == DECODE_DONE && out->num == 0) { /* zxing-cpp 1.4 misses some mirrored codes */
		image_mirror(&image);
		r = decode_image(image.grey, (int)image.width, (int)image.height, keep, &codes);
	}
	out->width = image.width;
	out->height = image.height;
	switch (r) {
	case DECODE_DONE:
		return !codes.full || err_set(e, ERR_TOO_LARGE, "the QR codes of a picture");
	case DECODE_NO_MEMORY:
		return err_set(e, ERR_NO_MEMORY, "a picture of %u by %u pixels", image.width, image.height);
	case DECODE_FAILED:
		break;
	}
	return err_set(e, ERR_QR_IMAGE, "the decoder fails on it");
}

bool picture_read(struct picture *out, struct arena *a, const struct camera_frame *f, struct err *e)
{
	struct picture p = { .num = 0 };

	sandbox_budget(PARSE_PICTURE_CPU);
	bool ok = find_codes(&p, a, f, e);
	sandbox_budget(0);
	if (ok)
		*out = p;
	return ok;
}
