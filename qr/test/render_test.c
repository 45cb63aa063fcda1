/* render_test.c: codes against what their version holds, and each way of showing them read back
 * by a reader of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ceremony/base/arena.h"
#include "qr/crc32.h"
#include "qr/render.h"
#include "qr/ur.h"

static uint8_t     storage[RENDER_MAX_IMAGE], other[RENDER_MAX_IMAGE];
static struct code code;
static uint8_t     seen[CODE_MAX_SIZE + 9][CODE_MAX_SIZE + 8]; /* with the quiet zone */

static struct bytes text_of(size_t len)
{
	static char text[UR_MAX_TEXT + 8];

	for (size_t i = 0; i < len; i++)
		text[i] = "UR:BYTES/0123456789-ABCDXYZ"[(i * 7 + i / 27) % 27];
	return bytes_of(text, len);
}

static void each_version_holds_what_it_says(void **state)
{
	(void)state;
	for (unsigned v = 1; v <= CODE_MAX_VERSION; v++) {
		for (enum code_level l = CODE_L; l <= CODE_H; l++) {
			struct err e = { 0 };
			size_t     n = code_capacity(v, l);
			assert_true(code_encode(&code, text_of(n), v, l, &e));
			assert_int_equal(code.size, 17 + 4 * v);
			assert_false(code_encode(&code, text_of(n + 1), v, l, &e));
			assert_int_equal(e.id, ERR_QR_SIZE);
		}
	}
	/* ISO/IEC 18004 table 7 */
	assert_int_equal(code_capacity(1, CODE_L), 25);
	assert_int_equal(code_capacity(17, CODE_M), 734);
	assert_int_equal(code_capacity(40, CODE_L), UR_MAX_TEXT);
	assert_int_equal(code_capacity(40, CODE_H), 1852);
	struct err e = { 0 };
	assert_false(code_encode(&code, BYTES_LIT("small"), 5, CODE_L, &e));
	assert_int_equal(e.id, ERR_BUG_HERE);
}

/* What a frame carries at each size of screen: the table of docs/formats/qr.md. */
static void what_fits(void **state)
{
	static const struct {
		unsigned columns, rows, half, wide;
	} screens[] = {
		{ 80, 24, 5, 0 },   { 80, 25, 6, 0 },    { 100, 37, 12, 3 },  { 128, 48, 17, 5 }, { 160, 64, 25, 9 },
		{ 240, 67, 27, 10 }, { 400, 200, 40, 40 }, { 28, 15, 0, 0 }, { 29, 15, 1, 0 },
	};
	static const struct {
		unsigned version;
		size_t   frames; /* of 30 KiB */
	} nets[] = { { 6, 459 }, { 12, 130 }, { 17, 70 }, { 20, 52 }, { 27, 30 }, { 40, 15 } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(screens); i++) {
		assert_int_equal(render_version(RENDER_HALF, screens[i].columns, screens[i].rows), screens[i].half);
		assert_int_equal(render_version(RENDER_WIDE, screens[i].columns, screens[i].rows), screens[i].wide);
	}
	assert_int_equal(render_pixels_version(1024, 768, 4), 40);
	assert_int_equal(render_pixels_version(640, 480, 4), 23);
	assert_int_equal(render_pixels_version(100, 100, 4), 0);
	struct arena     a = arena_new(UR_ARENA);
	struct ur_sender *s;
	static uint8_t    content[30 << 10];
	for (size_t i = 0; i < COUNT_OF(nets); i++) {
		char       text[UR_MAX_TEXT];
		struct buf b = buf_init(text, code_capacity(nets[i].version, CODE_L));
		a.len = 0;
		s = arena_take(&a, sizeof *s);
		assert_true(ur_sender_init(s, &a, bytes_of(content, sizeof content), b.cap, NULL));
		print_message("  version %2u: %zu frames of %zu octets\n", nets[i].version, s->num, s->fragment_len);
		assert_int_equal(s->num, nets[i].frames);
		ur_sender_frame(&b, s, UR_MAX_SEQ);
		assert_true(buf_ok(&b) && code_encode(&code, buf_bytes(&b), nets[i].version, CODE_L, NULL));
	}
	arena_free(&a);
}

static void expect_seen(unsigned side)
{
	assert_int_equal(side, code.size + 8);
	for (unsigned y = 0; y < side; y++) {
		for (unsigned x = 0; x < side; x++) {
			bool within = x >= 4 && y >= 4 && x < side - 4 && y < side - 4;
			assert_int_equal(seen[y][x], within && code.module[(y - 4) * code.size + x - 4]);
		}
	}
}

static struct bytes line_of(struct bytes *rest, const char *begin)
{
	struct bytes line;

	assert_true(bytes_cut(*rest, '\n', &line, rest));
	assert_true(bytes_starts(line, begin));
	assert_true(line.len > 4 && memcmp(line.p + line.len - 4, "\033[0m", 4) == 0);
	return bytes_first(line, line.len - 4);
}

static void half_blocks(void **state)
{
	(void)state;
	for (unsigned v = 1; v <= CODE_MAX_VERSION; v += 3) {
		struct buf b = buf_init(storage, RENDER_MAX_TEXT);
		unsigned   y = 0;
		assert_true(code_encode(&code, text_of(20), v, CODE_L, NULL));
		render_text(&b, &code, RENDER_HALF, "\n");
		assert_true(buf_ok(&b));
		memset(seen, 0, sizeof seen);
		for (struct bytes rest = buf_bytes(&b); rest.len; y += 2) {
			struct bytes line = bytes_skip(line_of(&rest, "\033[30;107m"), 9);
			for (unsigned x = 0; line.len; x++) {
				bool blank = line.p[0] == ' ';
				if (!blank)
					assert_true(line.len >= 3 && line.p[0] == 0xE2 && line.p[1] == 0x96);
				uint8_t block = blank ? 0 : line.p[2];
				assert_true(blank || block == 0x80 || block == 0x84 || block == 0x88);
				seen[y][x] = block == 0x80 || block == 0x88;
				seen[y + 1][x] = block == 0x84 || block == 0x88;
				line = bytes_skip(line, blank ? 1 : 3);
				assert_true(x < render_columns(RENDER_HALF, v));
			}
		}
		assert_int_equal(y / 2, render_rows(RENDER_HALF, v));
		expect_seen(y - 1); /* a side is odd: the last line shows half a row of nothing */
	}
}

static void wide_blocks(void **state)
{
	struct buf b = buf_init(storage, RENDER_MAX_TEXT);
	unsigned   y = 0;

	(void)state;
	assert_true(code_encode(&code, text_of(4296), 40, CODE_L, NULL));
	render_text(&b, &code, RENDER_WIDE, "\n");
	assert_true(buf_ok(&b));
	memset(seen, 0, sizeof seen);
	for (struct bytes rest = buf_bytes(&b); rest.len; y++) {
		struct bytes line = line_of(&rest, "\033[30;107m");
		bool         is_dark = false;
		for (unsigned x = 0; line.len;) {
			if (bytes_starts(line, "\033[30;107m") || bytes_starts(line, "\033[30;40m")) {
				is_dark = bytes_starts(line, "\033[30;40m");
				line = bytes_skip(line, is_dark ? 8 : 9);
				continue;
			}
			assert_true(bytes_starts(line, is_dark ? "##" : "  "));
			line = bytes_skip(line, 2);
			seen[y][x++] = is_dark;
		}
	}
	expect_seen(y);
	b = buf_init(storage, 1000);
	render_text(&b, &code, RENDER_WIDE, "\n");
	assert_false(buf_ok(&b));
}

static void see_pixels(struct bytes rows, unsigned scale, size_t skip, size_t stride, bool set_is_dark)
{
	unsigned side = code.size + 8;

	for (unsigned y = 0; y < side * scale; y++) {
		assert_true(rows.len >= (y + 1) * stride);
		for (unsigned x = 0; x < side * scale; x++) {
			bool bit = rows.p[y * stride + skip + x / 8] >> (7 - x % 8) & 1;
			bool now = bit == set_is_dark;
			if (x % scale == 0 && y % scale == 0)
				seen[y / scale][x / scale] = now;
			assert_int_equal(seen[y / scale][x / scale], now);
		}
	}
	assert_int_equal(rows.len, side * scale * stride);
	expect_seen(side);
}

static void images(void **state)
{
	static const unsigned versions[] = { 1, 6, 17, 40 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(versions); i++) {
		for (unsigned scale = 1; scale <= 16; scale += 5) {
			struct buf b = buf_init(storage, RENDER_MAX_IMAGE);
			char       head[32];
			assert_true(code_encode(&code, text_of(25), versions[i], CODE_L, NULL));
			unsigned px = (code.size + 8) * scale;
			render_pbm(&b, &code, scale);
			(void)snprintf(head, sizeof head, "P4\n%u %u\n", px, px);
			assert_true(buf_ok(&b) && bytes_starts(buf_bytes(&b), head));
			see_pixels(bytes_skip(buf_bytes(&b), strlen(head)), scale, 0, (px + 7) / 8, true);

			/* signature 8, IHDR 25, then IDAT: 8, zlib's 2, rows, Adler-32 and CRC-32 */
			b = buf_init(storage, RENDER_MAX_IMAGE);
			render_png(&b, &code, scale);
			assert_true(buf_ok(&b));
			memset(seen, 9, sizeof seen);
			size_t stride = 5 + 1 + (px + 7) / 8;
			assert_int_equal(b.len, 8 + 25 + 8 + 2 + px * stride + 4 + 4 + 12);
			see_pixels(bytes_of(b.p + 43, px * stride), scale, 6, stride, false);

			b = buf_init(other, RENDER_MAX_IMAGE);
			render_svg(&b, &code, scale);
			assert_true(buf_ok(&b) && bytes_starts(buf_bytes(&b), "<svg "));
		}
	}
	struct buf b = buf_init(storage, 100);
	render_png(&b, &code, 4);
	assert_false(buf_ok(&b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_version_holds_what_it_says), cmocka_unit_test(what_fits),
		cmocka_unit_test(half_blocks), cmocka_unit_test(wide_blocks), cmocka_unit_test(images),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
