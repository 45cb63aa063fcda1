/* pictures.h: codes as pixels, and what is read in them: for the tests of this room. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ceremony/parse/parse.h"
#include "ceremony/parse/picture.h"
#include "qr/code.h"

static struct arena   room, pictures, taken; /* taken: from a camera */
static struct picture seen;
static struct code    code;

static inline int setup(void **state)
{
	(void)state;
	room = arena_new(PARSE_ARENA);
	pictures = arena_new((size_t)64 << 20);
	taken = arena_new(CAMERA_MAX_FRAME);
	return room.cap == 0 || pictures.cap == 0 || taken.cap == 0;
}

static inline int teardown(void **state)
{
	(void)state;
	arena_free(&room);
	arena_free(&pictures);
	arena_free(&taken);
	return 0;
}

static inline int empty(void **state)
{
	(void)state;
	pictures.len = 0;
	return 0;
}

/* What is in a picture; format NULL: a file. */
static inline bool ask(struct bytes content, const char *format, unsigned width, unsigned height, struct err *e)
{
	const struct camera_frame f = { content, format, width, height };

	room.len = 0;
	*e = (struct err){ 0 };
	return picture_read(&seen, &room, &f, e);
}

static inline void expect_text(struct bytes text)
{
	assert_int_equal(seen.num, 1);
	assert_true(bytes_equal(seen.code[0], text));
}

static inline struct buf buffer(size_t cap)
{
	void *p = arena_take(&pictures, cap);

	assert_non_null(p);
	return buf_init(p, cap);
}

static inline struct bytes text_of(size_t len)
{
	struct buf b = buffer(len);

	for (size_t i = 0; i < len; i++)
		buf_u8(&b, (uint8_t)"UR:BYTES/0123456789-ABCDXYZ"[(i * 7 + i / 27) % 27]);
	return buf_bytes(&b);
}

/* The code as grey pixels, dark and white being these values. */
static inline struct bytes pixels(unsigned scale, uint8_t dark, uint8_t white, unsigned *side)
{
	*side = (code.size + 8) * scale;
	struct buf b = buffer((size_t)*side * *side);
	for (unsigned y = 0; y < *side; y++) {
		for (unsigned x = 0; x < *side; x++) {
			unsigned mx = x / scale, my = y / scale;
			bool     in = mx >= 4 && my >= 4 && mx < code.size + 4 && my < code.size + 4;
			buf_u8(&b, in && code.module[(my - 4) * code.size + mx - 4] ? dark : white);
		}
	}
	return buf_bytes(&b);
}
