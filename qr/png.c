/* png.c: PNG as grey, by libpng's simplified interface; see image.h. It reports errors by its
 * return value, and what lies behind transparency is white. */
#include <png.h>

#include "qr/image.h"

/* libpng 1.6: rows of 32-bit words could overflow below; image_make's caps are far from it. */
_Static_assert(IMAGE_MAX_PIXELS <= INT32_MAX, "strides are int32");

static void done(png_image *p)
{
	png_image_free(p);
}

bool image_png(struct image *out, struct arena *a, struct bytes content, struct err *e)
{
	__attribute__((cleanup(done))) png_image p = { .version = PNG_IMAGE_VERSION };
	const png_color white = { 255, 255, 255 };
	struct image    i;

	if (!png_image_begin_read_from_memory(&p, content.p, content.len))
		return err_set(e, ERR_QR_IMAGE, "the head of a PNG is damaged");
	p.format = PNG_FORMAT_GRAY;
	if (!image_make(&i, a, p.width, p.height, e))
		return false;
	if (!png_image_finish_read(&p, &white, i.grey, (png_int_32)i.width, NULL) || PNG_IMAGE_FAILED(p))
		return err_set(e, ERR_QR_IMAGE, "a PNG is damaged or cut short");
	*out = i;
	return true;
}
