/* image.h: a picture from a stranger as plain grey. Runs only in ceremony-scan, shut in.
 *
 * PNG by libpng, JPEG by libjpeg-turbo, PGM here; and the raw frames of cameras. Width and
 * height are checked before a picture's pixels take any memory. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/err.h"

#define IMAGE_MAX_SIDE   8192            /* pixels */
#define IMAGE_MAX_PIXELS ((size_t)12 << 20) /* of one picture */
#define IMAGE_ARENA      (IMAGE_MAX_PIXELS + 4096)

struct image {
	unsigned width, height;
	uint8_t *grey; /* width * height octets, 0 black; in the arena */
};

/* How a raw frame lies in memory, without padding. */
enum image_layout {
	IMAGE_GREY, /* an octet a pixel */
	IMAGE_YUYV, /* two octets a pixel, grey first */
};

/* image_read: a whole PNG, JPEG (also the frame of a motion JPEG) or PGM (P2 or P5, up to 255). It is
 * known by its first octets. ERR_QR_IMAGE if it is none, damaged, or cut short; ERR_TOO_LARGE. */
bool image_read(struct image *out, struct arena *a, struct bytes content, struct err *e)
	__attribute__((warn_unused_result));

/* image_raw: a frame of a camera. ERR_QR_IMAGE if its length does not fit, ERR_TOO_LARGE. */
bool image_raw(struct image *out, struct arena *a, struct bytes content, enum image_layout kind, uint64_t width,
               uint64_t height, struct err *e) __attribute__((warn_unused_result));

/* image_smooth: each pixel the mean of itself and its eight neighbours, the near ones heavier: noise
 * goes, and with it what is only a pixel or two wide. */
void image_smooth(struct image *i);

/* image_mirror: left becomes right. */
void image_mirror(struct image *i);

/* ---- between the files of image ----------------------------------------- */

/* image_make: an image of that size without its pixels' values. ERR_TOO_LARGE, ERR_QR_IMAGE for 0. */
bool image_make(struct image *out, struct arena *a, uint64_t width, uint64_t height, struct err *e)
	__attribute__((warn_unused_result));
bool image_png(struct image *out, struct arena *a, struct bytes content, struct err *e)
	__attribute__((warn_unused_result));
bool image_jpeg(struct image *out, struct arena *a, struct bytes content, struct err *e)
	__attribute__((warn_unused_result));
bool image_pgm(struct image *out, struct arena *a, struct bytes content, struct err *e)
	__attribute__((warn_unused_result));
