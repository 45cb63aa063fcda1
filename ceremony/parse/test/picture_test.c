/* picture_test.c: what is read in pictures: each kind of file, exact octets, and pictures that mean harm; and the same by
 * the real ceremony-scan, shut in. Run from the project's folder after `make`. */
#include "ceremony/parse/test/pictures.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <png.h>
#include <turbojpeg.h>

#include "ceremony/base/file.h"
#include "ceremony/port/spawn.h"
#include "qr/crc32.h"
#include "qr/image.h"
#include "qr/render.h"
#include "qr/ur.h"

static struct bytes pgm_of(struct bytes grey, unsigned side)
{
	struct buf b = buffer(grey.len + 32);

	buf_fmt(&b, "P5\n# by a test\n%u %u\n255\n", side, side);
	buf_put(&b, grey);
	return buf_bytes(&b);
}

static void each_version_comes_back(void **state)
{
	struct err e;

	(void)state;
	for (unsigned v = 1; v <= 40; v += 3) {
		struct bytes text = text_of(code_capacity(v, CODE_L));
		assert_true(code_encode(&code, text, v, CODE_L, &e));
		struct buf b = buffer(RENDER_MAX_IMAGE);
		render_png(&b, &code, 4);
		if (!ask(buf_bytes(&b), NULL, 0, 0, &e))
			fail_msg("version %u: %s %s", v, err_text_of(e.id)->name, e.detail);
		expect_text(text);
		pictures.len = 0;
	}
}

static void each_kind_of_picture(void **state)
{
	struct bytes text = text_of(300);
	struct err   e;
	unsigned     side;

	(void)state;
	assert_true(code_encode(&code, text, 12, CODE_M, &e));
	struct bytes grey = pixels(4, 30, 220, &side);
	assert_true(ask(pgm_of(grey, side), NULL, 0, 0, &e));
	expect_text(text);
	assert_true(ask(grey, "grey", side, side, &e));
	expect_text(text);
	struct buf yuyv = buffer(grey.len * 2), plain = buffer(grey.len * 4 + 32), rgba = buffer(grey.len * 4);
	buf_fmt(&plain, "P2 %u %u 255\n", side, side);
	for (size_t i = 0; i < grey.len; i++) {
		buf_u8(&yuyv, grey.p[i]);
		buf_u8(&yuyv, 99);
		buf_fmt(&plain, "%u\n", grey.p[i]);
		buf_u32(&rgba, grey.p[i] == 220 ? 0x11223300 : 0x112233FF); /* dark upon nothing */
	}
	assert_true(ask(buf_bytes(&yuyv), "yuyv", side, side, &e));
	expect_text(text);
	assert_true(ask(buf_bytes(&plain), NULL, 0, 0, &e));
	expect_text(text);
	unsigned char *jpeg = NULL;
	unsigned long  jpeg_len = 0;
	tjhandle       t = tjInitCompress();
	assert_int_equal(tjCompress2(t, grey.p, (int)side, 0, (int)side, TJPF_GRAY, &jpeg, &jpeg_len, TJSAMP_GRAY, 70, 0), 0);
	assert_true(ask(bytes_of(jpeg, jpeg_len), NULL, 0, 0, &e));
	expect_text(text);
	tjFree(jpeg);
	(void)tjDestroy(t);
	png_image         p = { .version = PNG_IMAGE_VERSION, .width = side, .height = side, .format = PNG_FORMAT_RGBA };
	png_alloc_size_t  len = grey.len * 4 + 4096;
	struct buf        png = buffer(len);
	assert_true(png_image_write_to_memory(&p, png.p, &len, 0, rgba.p, 0, NULL));
	assert_true(ask(bytes_of(png.p, len), NULL, 0, 0, &e));
	expect_text(text);
	memset(yuyv.p, 128, yuyv.len);
	assert_true(ask(buf_bytes(&yuyv), "yuyv", side, side, &e));
	assert_int_equal(seen.num, 0);
	/* a wrong length is not a frame */
	assert_false(ask(bytes_first(grey, grey.len - 1), "grey", side, side, &e));
	assert_int_equal(e.id, ERR_QR_IMAGE);
	assert_false(ask(grey, "rgb", side, side, &e));
	assert_int_equal(e.id, ERR_OP_FIELD);
	assert_false(ask(bytes_of("", 0), "grey", 0, 0, &e));
	assert_int_equal(e.id, ERR_QR_IMAGE);
	assert_false(ask(bytes_of("", 0), "yuyv", 4000000000, 4000000000, &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
}

/* A PNG that says it is so large. */
static struct bytes huge_png(uint32_t width, uint32_t height)
{
	struct buf b = buffer(128);

	buf_put(&b, BYTES_LIT("\x89PNG\r\n\x1a\n"));
	buf_u32(&b, 13);
	buf_str(&b, "IHDR");
	buf_u32(&b, width);
	buf_u32(&b, height);
	buf_put(&b, BYTES_LIT("\x08\x06\x00\x00\x00"));
	buf_u32(&b, crc32_of(bytes_of(b.p + 12, 17)));
	buf_u32(&b, 4);
	buf_str(&b, "IDATabcd");
	buf_u32(&b, crc32_of(BYTES_LIT("IDATabcd")));
	return buf_bytes(&b);
}

static void pictures_that_mean_harm(void **state)
{
	struct err e;

	(void)state;
	assert_true(code_encode(&code, text_of(100), 6, CODE_L, &e));
	struct buf png = buffer(RENDER_MAX_IMAGE);
	render_png(&png, &code, 4);
	for (size_t n = 0; n < png.len; n += n < 64 ? 1 : 997) {
		if (ask(bytes_first(buf_bytes(&png), n), NULL, 0, 0, &e))
			fail_msg("a PNG cut at %zu is taken", n);
		assert_int_equal(e.id, ERR_QR_IMAGE);
	}
	png.p[200] ^= 1;
	assert_false(ask(buf_bytes(&png), NULL, 0, 0, &e));
	assert_int_equal(e.id, ERR_QR_IMAGE);
	static const struct {
		struct bytes content;
		enum err_id  id;
	} cases[] = {
		{ BYTES_LIT(""), ERR_QR_IMAGE },
		{ BYTES_LIT("%PDF-1.7"), ERR_QR_IMAGE },
		{ BYTES_LIT("P5"), ERR_QR_IMAGE },
		{ BYTES_LIT("P5 3 3 255"), ERR_QR_IMAGE },
		{ BYTES_LIT("P5 3 3 255\n12345678"), ERR_QR_IMAGE },
		{ BYTES_LIT("P5 3 3 65535\n123456789123456789"), ERR_QR_IMAGE },
		{ BYTES_LIT("P5 3 3 0\n123456789"), ERR_QR_IMAGE },
		{ BYTES_LIT("P5 -3 3 255\n123456789"), ERR_QR_IMAGE },
		{ BYTES_LIT("P2 1 1 9\n10"), ERR_QR_IMAGE },
		{ BYTES_LIT("P5 0 3 255\n"), ERR_QR_IMAGE },
		{ BYTES_LIT("P5 100000 1 255\n"), ERR_TOO_LARGE },
		{ BYTES_LIT("P5 4000000000 4000000000 255\n"), ERR_TOO_LARGE },
		{ BYTES_LIT("\xff\xd8\xff"), ERR_QR_IMAGE },
		{ BYTES_LIT("\xff\xd8\xff\xe0\x00\x02\xff\xd9"), ERR_QR_IMAGE },
		/* a JPEG of 65500 by 65500 */
		{ BYTES_LIT("\xff\xd8\xff\xc0\x00\x0b\x08\xff\xdc\xff\xdc\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\xff\xd9"),
		  ERR_TOO_LARGE },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (ask(cases[i].content, NULL, 0, 0, &e) || e.id != cases[i].id)
			fail_msg("case %zu: %s %s", i, err_text_of(e.id)->name, e.detail);
	}
	static const uint32_t sizes[][2] = { { 2147483647, 2147483647 }, { 100000, 1 }, { 8193, 1 }, { 1, 8193 }, { 8192, 8192 } };
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		assert_false(ask(huge_png(sizes[i][0], sizes[i][1]), NULL, 0, 0, &e));
		assert_true(e.id == ERR_TOO_LARGE || (i == 0 && e.id == ERR_QR_IMAGE)); /* beyond libpng's own cap */
	}
	/* 4 octets cannot be 12 million pixels */
	assert_false(ask(huge_png(4096, 3072), NULL, 0, 0, &e));
	assert_int_equal(e.id, ERR_QR_IMAGE);
}

/* Noise has no code in it, and takes bounded time. */
static void noise(void **state)
{
	struct err     e;
	struct digest  d = hash_of(HASH_SHA256, BYTES_LIT("noise"));
	struct xoshiro x;

	(void)state;
	xoshiro_init(&x, &d);
	for (unsigned round = 0; round < 3; round++) {
		struct buf b = buffer(1280 * 720);
		while (b.len < b.cap) {
			uint64_t r = xoshiro_next(&x);
			buf_u8(&b, round == 0 ? (uint8_t)r : round == 1 ? (r & 1 ? 255 : 0) : (uint8_t)(r % 40 + b.len / 5120));
		}
		assert_true(ask(buf_bytes(&b), "grey", 1280, 720, &e));
		assert_int_equal(seen.num, 0);
		pictures.len = 0;
	}
}

/* More than one code on a picture. */
static void several_codes(void **state)
{
	struct err   e;
	unsigned     side;
	struct buf   both = buffer((size_t)2 * 1000 * 1000);

	(void)state;
	assert_true(code_encode(&code, BYTES_LIT("UR:BYTES/LEFT"), 3, CODE_M, &e));
	struct bytes left = pixels(5, 0, 255, &side);
	assert_true(code_encode(&code, BYTES_LIT("UR:BYTES/RIGHT"), 3, CODE_M, &e));
	struct bytes right = pixels(5, 0, 255, &side);
	for (unsigned y = 0; y < side; y++) {
		buf_put(&both, bytes_of(left.p + (size_t)y * side, side));
		buf_put(&both, bytes_of(right.p + (size_t)y * side, side));
	}
	assert_true(ask(buf_bytes(&both), "grey", 2 * side, side, &e));
	assert_int_equal(seen.num, 2);
	assert_false(bytes_equal(seen.code[0], seen.code[1]));
	for (int i = 0; i < 2; i++)
		assert_true(bytes_is(seen.code[i], "UR:BYTES/LEFT") || bytes_is(seen.code[i], "UR:BYTES/RIGHT"));
}

/* ---- the real process, shut in -------------------------------------------------------------- */

static struct spawned helper;
static struct arena   calls;
static struct call    call;

static bool tell(enum op op, struct err *e)
{
	calls.len = 0;
	call = (struct call){ .op = op, .in = fields_on(&calls), .out = fields_on(&calls) };
	if (op == OP_SCAN_TAKE)
		fields_u64(&call.in, "max", UR_MAX_CONTENT);
	return helper_call(&helper.helper, &call, e);
}

/* The frame `seq` of a sender, as pixels. */
static struct bytes frame_of(const struct ur_sender *s, uint32_t seq, unsigned *side)
{
	char       text[UR_MAX_TEXT];
	struct buf b = BUF_ON(text);

	ur_sender_frame(&b, s, seq);
	assert_true(code_encode(&code, buf_bytes(&b), 9, CODE_L, NULL));
	return pixels(4, 0, 255, side);
}

static void put_file(int dir, const char *name, struct bytes content)
{
	struct err e = { 0 };

	assert_true(file_write(dir, name, content, 0644, &e));
}

/* A file in three frames, each as another kind of picture, and harm between them. */
static void by_the_process_that_is_shut_in(void **state)
{
	static const char *const names[] = { "1.pgm", "2.jpg", "2.junk", "3.png" };
	const char              *b = getenv("B");
	char                     path[512], folder[] = "/tmp/ceremony-pictures.XXXXXX";
	struct ur_sender         s;
	struct err               e = { 0 };
	unsigned char           *jpeg = NULL;
	unsigned long            len = 0;
	unsigned                 side, looked = 0, left_out = 0;
	struct bytes             content = text_of(380), got;

	(void)state;
	assert_non_null(mkdtemp(folder));
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(ur_sender_init(&s, &pictures, content, code_capacity(9, CODE_L), &e));
	assert_int_equal(s.num, 3);
	struct bytes grey = frame_of(&s, 1, &side);
	put_file(dir, names[0], pgm_of(grey, side));
	grey = frame_of(&s, 2, &side);
	tjhandle t = tjInitCompress();
	assert_int_equal(tjCompress2(t, grey.p, (int)side, 0, (int)side, TJPF_GRAY, &jpeg, &len, TJSAMP_GRAY, 70, 0), 0);
	put_file(dir, names[1], bytes_of(jpeg, len));
	put_file(dir, names[2], huge_png(4096, 3072));
	(void)frame_of(&s, 3, &side);
	struct buf png = buffer(RENDER_MAX_IMAGE);
	render_png(&png, &code, 4);
	put_file(dir, names[3], buf_bytes(&png));
	(void)snprintf(path, sizeof path, "%s/bin/ceremony-scan", b ? b : "build");
	calls = arena_new((size_t)8 << 20);
	if (!spawn_program(&helper, PORT_PARSE, "ceremony-scan", path, (const char *const[]){ "--images", folder, NULL }, &e))
		fail_msg("%s: %s", path, e.detail);
	do {
		assert_true(tell(OP_SCAN_NEXT, &e));
		left_out += fields_is(&call.out, "why", "ERR_QR_IMAGE");
		assert_true(++looked <= COUNT_OF(names));
	} while (!fields_is(&call.out, "done", "yes"));
	assert_int_equal(looked, 4);
	assert_int_equal(left_out, 1);
	assert_true(tell(OP_SCAN_TAKE, &e));
	assert_true(fields_get_base64(&got, &calls, &call.out, "content"));
	assert_true(bytes_equal(got, content));
	spawn_done(&helper);
	arena_free(&calls);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		assert_int_equal(unlinkat(dir, names[i], 0), 0);
	(void)close(dir);
	assert_int_equal(rmdir(folder), 0);
	tjFree(jpeg);
	(void)tjDestroy(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_version_comes_back, empty), cmocka_unit_test_setup(each_kind_of_picture, empty),
		cmocka_unit_test_setup(pictures_that_mean_harm, empty), cmocka_unit_test_setup(noise, empty),
		cmocka_unit_test_setup(several_codes, empty), cmocka_unit_test_setup(by_the_process_that_is_shut_in, empty),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
