/* qr_test.c: the QR view on a real pseudo-terminal: what a decoder reads off its cells, its keys, and what is answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "ceremony/base/bytes.h"
#include "qr/decode.h"
#include "qr/ur.h"
#include "tui/test/job.h"
#include "tui/test/vt.h"
#include "tui/tui.h"

#define SCALE 4 /* pixels a module */

static struct job *job;
static struct vt   vt;
static uint8_t     grey[VT_MAX_LINES * 2 * SCALE * VT_MAX_COLS * SCALE];
static char        text[UR_MAX_TEXT + 1];
static unsigned    num_found;

static void start_at(int lines, int cols, const char *term, const char *locale)
{
	memset(job, 0, sizeof *job);
	job->sample = "qr";
	assert_true(vt_start(&vt, lines, cols, term, locale, job_main, job));
	assert_true(vt_wait(&vt, "frames at"));
	vt_type(&vt, "\r ");
	assert_true(vt_wait(&vt, "standing still"));
}

/* A cell's two modules, the upper one first, as the glyph has them: 0 is dark. */
static void modules_of(const struct vt_cell *c, uint8_t out[2])
{
	static const char *const block[] = { " ", "\u2580", "\u2584", "\u2588" };
	size_t                   i = 0;

	while (i < COUNT_OF(block) && strcmp(c->text, block[i]) != 0)
		i++;
	out[0] = i < COUNT_OF(block) && i & 1 ? 0 : 255;
	out[1] = i < COUNT_OF(block) && i & 2 ? 0 : 255;
}

static void found(void *ctx, const uint8_t *p, size_t len)
{
	(void)ctx;
	num_found++;
	assert_true(len < sizeof text);
	memcpy(text, p, len);
	text[len] = 0;
}

/* Reads the screen's cells as a camera would that sees dark on white. wide: a cell is half a module, and only its colour
 * says which; of a terminal without colours: reversed is white. */
static const char *read_code(bool wide)
{
	const int width = vt.cols * SCALE, height = vt.lines * 2 * SCALE;

	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			const struct vt_cell *c = &vt.cell[y / (2 * SCALE)][x / SCALE];
			uint8_t               m[2];
			modules_of(c, m);
			grey[(size_t)y * (size_t)width + (size_t)x] = wide ? (c->attr & VT_REVERSE ? 255 : 0) : m[y / SCALE % 2];
		}
	num_found = 0;
	assert_int_equal(decode_image(grey, width, height, found, NULL), DECODE_DONE);
	return num_found == 1 ? text : "";
}

static void seq_is(unsigned seq, bool wide)
{
	char want[32], now[32];

	(void)snprintf(now, sizeof now, "now %u,", seq);
	assert_true(vt_wait(&vt, now));
	vt_settle(&vt);
	(void)snprintf(want, sizeof want, "UR:BYTES/%u-", seq);
	const char *read = read_code(wide);
	if (strncmp(read, want, strlen(want)) != 0)
		fail_msg("wanted %s, read %.40s", want, read);
}

static void end(void)
{
	vt_type(&vt, "\r");
	assert_true(vt_wait(&vt, "shown: version"));
	vt_type(&vt, "1\r");
	assert_int_equal(vt_end(&vt), 0);
	assert_true(job->ok);
	assert_int_equal(job->kind, REPLY_ANSWER);
	assert_non_null(strstr(job->fields, "taken.1=agree;"));
}

/* The frame on the screen is what a decoder reads, one after the other, forward and back, at every size of window. */
static void what_is_shown_can_be_read(void **state)
{
	static const struct {
		int         lines, cols;
		const char *term, *locale, *version;
		bool        wide;
	} sizes[] = {
		{ 25, 80, "xterm-256color", "C.UTF-8", "version 6", false },
		{ 37, 100, "xterm-256color", "C.UTF-8", "version 12", false },
		{ 48, 128, "vt100", "C.UTF-8", "version 16", false },
		{ 48, 128, "vt100", "C", "version 5", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		start_at(sizes[i].lines, sizes[i].cols, sizes[i].term, sizes[i].locale);
		vt_type(&vt, "<<<<<<<<<<<<");
		seq_is(1, sizes[i].wide);
		vt_type(&vt, ">");
		seq_is(2, sizes[i].wide);
		vt_type(&vt, "<");
		seq_is(1, sizes[i].wide);
		end();
		if (!strstr(job->fields, sizes[i].version))
			fail_msg("wanted %s: %s", sizes[i].version, job->fields);
	}
}

/* Light on dark is another code to many decoders; smaller codes take more frames. */
static void keys_change_how(void **state)
{
	(void)state;
	start_at(25, 80, "xterm-256color", "C.UTF-8");
	vt_type(&vt, "<<<<<<<<<<<<");
	seq_is(1, false);
	uint8_t corner[2];
	modules_of(&vt.cell[0][0], corner);
	assert_int_equal(corner[0], 255);
	vt_type(&vt, "i");
	vt_settle(&vt);
	modules_of(&vt.cell[0][0], corner);
	assert_int_equal(corner[0], 0);
	vt_type(&vt, "i[");
	assert_true(vt_wait(&vt, "25 frames"));
	seq_is(1, false);
	vt_type(&vt, "--------------++");
	assert_true(vt_wait(&vt, "3 a second"));
	vt_type(&vt, "]]]]]");
	assert_true(vt_wait(&vt, "17 frames"));
	end();
	assert_non_null(strstr(job->fields, "version 6, fragments 17, frames "));
}

/* It moves by itself, and a window that changes gets other codes. */
static void it_moves_by_itself(void **state)
{
	(void)state;
	memset(job, 0, sizeof *job);
	job->sample = "qr";
	assert_true(vt_start(&vt, 25, 80, "xterm-256color", "C.UTF-8", job_main, job));
	assert_true(vt_wait(&vt, "frames at"));
	vt_type(&vt, "\r");
	assert_true(vt_wait(&vt, "now 1"));
	assert_true(vt_wait(&vt, "now 5"));
	vt_resize(&vt, 48, 128);
	assert_true(vt_wait(&vt, "3 frames"));
	vt_resize(&vt, 8, 30); /* nothing fits: back to the prompt, which says so */
	assert_true(vt_wait(&vt, "Make this window"));
	vt_resize(&vt, 25, 80);
	assert_true(vt_wait(&vt, "cannot be shown in this window"));
	vt_type(&vt, "\t2\r");
	assert_int_equal(vt_end(&vt), 0);
	assert_string_equal(job->fields, "qr.1=no;taken.1=no;");
}

static void how_it_was_shown_has_one_spelling(void **state)
{
	static const char *const bad[] = {
		"", "no", "version 6", "version 6, fragments 18", "version 6, fragments 18, frames 0", "version 41, fragments 1, frames 1",
		"version 6, fragments 1025, frames 1", "version 06, fragments 18, frames 54", "version 6,fragments 18, frames 54",
		"fragments 18, version 6, frames 54", "version 6, fragments 18, frames 54 ", "version 6, fragments 18, frames 54, more",
		"version 6, fragments 18, frames 4294967296",
	};
	char            storage[96];
	struct buf      b = BUF_ON(storage);
	struct qr_shown s = { 6, 18, 54 }, back = { 0 };

	(void)state;
	qr_shown_put(&b, &s);
	assert_string_equal(buf_cstr(&b), "version 6, fragments 18, frames 54");
	assert_true(qr_shown_parse(&back, buf_bytes(&b)));
	assert_true(back.version == 6 && back.fragments == 18 && back.frames == 54);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (qr_shown_parse(&back, bytes_str(bad[i])))
			fail_msg("taken: %s", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_shown_can_be_read),
		cmocka_unit_test(keys_change_how),
		cmocka_unit_test(it_moves_by_itself),
		cmocka_unit_test(how_it_was_shown_has_one_spelling),
	};

	job = mmap(NULL, sizeof *job, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (job == MAP_FAILED)
		return 3;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
