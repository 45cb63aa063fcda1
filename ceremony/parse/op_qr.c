/* op_qr.c: a picture in, what its QR codes hold out; see parse.h. */
#include "ceremony/parse/parse.h"

#include <stdio.h>

#include "ceremony/port/ipc.h"
#include "ceremony/port/sandbox.h"
#include "qr/decode.h"
#include "qr/image.h"

_Static_assert(PARSE_ARENA >= IMAGE_ARENA + (IPC_MAX_BODY / 4 * 3), "a picture and its pixels");

/* The codes of one picture, in the arena. */
struct codes {
	struct arena *arena;
	struct bytes  code[DECODE_MAX_CODES];
	size_t        num;
	bool          full;
};

static void keep(void *ctx, const uint8_t *p, size_t len)
{
	struct codes *c = ctx;

	MUST(c->num < DECODE_MAX_CODES);
	struct bytes copy = arena_copy(c->arena, bytes_of(p, len));
	c->full = c->full || !copy.p;
	c->code[c->num++] = copy;
}

static bool read_picture(struct image *out, struct arena *a, const struct fields *in, struct bytes content,
                         struct err *e)
{
	uint64_t width, height;

	if (!fields_find(in, "format"))
		return image_read(out, a, content, e);
	bool yuyv = fields_is(in, "format", "yuyv");
	if (!yuyv && !fields_is(in, "format", "grey"))
		return err_set(e, ERR_OP_FIELD, "format");
	if (!fields_get_u64(&width, in, "width", UINT32_MAX) || !fields_get_u64(&height, in, "height", UINT32_MAX))
		return err_set(e, ERR_OP_FIELD, "width, height");
	return image_raw(out, a, content, yuyv ? IMAGE_YUYV : IMAGE_GREY, width, height, e);
}

static bool find_codes(struct codes *out, struct image *image, struct arena *a, const struct fields *in,
                       struct bytes content, struct err *e)
{
	out->arena = a;
	if (!read_picture(image, a, in, content, e))
		return false;
	enum decode_result r = decode_image(image->grey, (int)image->width, (int)image->height, keep, out);
	if (r == DECODE_DONE && out->num == 0) { /* noise hides more codes than its cure */
		image_smooth(image);
		r = decode_image(image->grey, (int)image->width, (int)image->height, keep, out);
	}
	switch (r) {
	case DECODE_DONE:
		return !out->full || err_set(e, ERR_TOO_LARGE, "the QR codes of a picture");
	case DECODE_NO_MEMORY:
		return err_set(e, ERR_NO_MEMORY, "a picture of %u by %u pixels", image->width, image->height);
	case DECODE_FAILED:
		break;
	}
	return err_set(e, ERR_QR_IMAGE, "the decoder fails on it");
}

bool parse_qr_image(struct fields *out, struct arena *a, const struct fields *in, struct bytes content, struct err *e)
{
	struct image image = { 0 };
	struct codes codes = { 0 };

	sandbox_budget(PARSE_PICTURE_CPU);
	bool ok = find_codes(&codes, &image, a, in, content, e);
	sandbox_budget(0);
	if (!ok)
		return false;
	fields_u64(out, "width", image.width);
	fields_u64(out, "height", image.height);
	fields_u64(out, "parts", codes.num);
	for (size_t i = 0; i < codes.num; i++) {
		char key[32];
		(void)snprintf(key, sizeof key, "part.%zu", i + 1);
		fields_base64(out, key, codes.code[i]);
	}
	return true;
}
