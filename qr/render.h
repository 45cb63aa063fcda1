/* render.h: a QR code for eyes and cameras: on a terminal, and as PNG, SVG and PBM.
 *
 * Always dark on white with a quiet zone of four modules: most decoders fail on the inverse. */
#pragma once

#include "ceremony/base/buf.h"
#include "qr/code.h"

/* How modules become characters. */
enum render_style {
	RENDER_HALF, /* two modules a character, by half blocks: UTF-8, and a font that has them */
	RENDER_WIDE, /* a module two characters wide: ASCII, wherever there are colours */
};

#define RENDER_MAX_TEXT  ((size_t)768 << 10) /* octets that any code takes in any style */
#define RENDER_MAX_IMAGE ((size_t)5 << 18)   /* octets that any code takes as an image, up to scale 16 */

/* render_version: the largest version that fits so many columns and rows; 0 if none does. */
unsigned render_version(enum render_style style, unsigned columns, unsigned rows);

/* render_pixels_version: the same for a screen of pixels, each module at least scale wide. */
unsigned render_pixels_version(unsigned width, unsigned height, unsigned scale);

/* render_columns, render_rows: what a version takes on a terminal. */
unsigned render_columns(enum render_style style, unsigned version);
unsigned render_rows(enum render_style style, unsigned version);

/* render_dark: whether the module at column x, row y is dark, counted from the quiet zone's corner; false beyond. */
bool render_dark(const struct code *c, unsigned x, unsigned y);

/* render_text: appends lines, each of which sets its colours, puts them back and ends with
 * line_end. */
void render_text(struct buf *b, const struct code *c, enum render_style style, const char *line_end);

/* render_png, render_svg, render_pbm: append an image, each module scale (1 to 16) pixels wide. The
 * PNG has one bit a pixel and is not compressed; the PBM is of kind P4. */
void render_png(struct buf *b, const struct code *c, unsigned scale);
/* render_png_picture: any picture, an octet a pixel: 0 is white, all else dark. */
void render_png_picture(struct buf *b, const uint8_t *dark, unsigned width, unsigned height);
void render_svg(struct buf *b, const struct code *c, unsigned scale);
void render_pbm(struct buf *b, const struct code *c, unsigned scale);
