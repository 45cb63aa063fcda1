/* plain_qr_test.c: a file as QR codes on a line terminal: what a decoder reads off the printed lines. */
#include "ceremony/cmd/plain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "qr/decode.h"
#include "qr/ur.h"

#define SCALE   4
#define COLUMNS 80
#define ROWS    25

static const char *const taken[] = { "agree", "they have it", "no", "it is not carried this way" };
static uint8_t           out[1 << 18], grey[ROWS * 2 * SCALE * COLUMNS * SCALE];
static char              file[1152], text[UR_MAX_TEXT + 1];

/* Answers the prompt with these lines; what was printed stands in out. */
static struct bytes talk(const char *typed, bool ok, const char *fields)
{
	static uint8_t  room[4096];
	const struct step_line step = { "Results", "all", STEP_NOW };
	struct prompt   p = { .ceremony = "C", .step = &step, .num_steps = 1, .num_rounds = 1, .title = "Carry it", .num_asks = 2 };
	struct arena    a = ARENA_ON(room);
	struct reply    r = { .fields = fields_on(&a) };
	struct err      e = { 0 };
	char            said[256];
	struct buf      b = BUF_ON(said);
	int             in = memfd_create("in", 0), to = memfd_create("out", 0);
	struct plain    pl;

	memset(file, 'x', sizeof file);
	p.ask[0] = (struct ask){ .key = "qr.1", .kind = ASK_QR, .label = "Show it", .name = "a.pem", .octets = bytes_of(file, sizeof file) };
	p.ask[1] = (struct ask){ .key = "taken.1", .kind = ASK_CHOICE, .label = "The other side", .choice = taken, .num_choices = 2 };
	assert_int_equal(write(in, typed, strlen(typed)), strlen(typed));
	assert_int_equal(lseek(in, 0, SEEK_SET), 0);
	plain_open(&pl, in, to);
	struct face f = plain_face(&pl);
	assert_int_equal(f.ask(f.ctx, &p, &r, &e), ok);
	for (size_t i = 0; ok && i < r.fields.num; i++)
		buf_fmt(&b, "%s=%s;", r.fields.item[i].key.p, r.fields.item[i].value.p);
	if (r.wrong.id != ERR_NONE)
		buf_fmt(&b, "!%s", err_text_of(r.wrong.id)->name);
	assert_string_equal(buf_cstr(&b), ok ? fields : "");
	ssize_t n = pread(to, out, sizeof out - 1, 0);
	assert_true(n > 0);
	out[n] = 0;
	(void)close(in);
	(void)close(to);
	return bytes_of(out, (size_t)n);
}

static void found(void *ctx, const uint8_t *p, size_t len)
{
	(void)ctx;
	memcpy(text, p, len);
	text[len] = 0;
}

/* Draws the frame number n (from 0) as a terminal would, and reads it. */
static const char *read_frame(const char *printed, unsigned n)
{
	static const char *const block[] = { " ", "\u2580", "\u2584", "\u2588" };
	static const char        begin[] = "\033[30;107m";

	memset(grey, 255, sizeof grey);
	for (unsigned row = 0; row <= n * 21; row++) /* 21 lines a code of version 4 */
		assert_non_null(printed = strstr(printed + (row > 0), begin));
	for (unsigned y = 0; y < ROWS && printed && strncmp(printed, begin, sizeof begin - 1) == 0; y++) {
		const char *c = printed + sizeof begin - 1;
		for (unsigned x = 0; x < COLUMNS && *c != '\033'; x++) {
			size_t i = COUNT_OF(block) - 1;
			while (i > 0 && strncmp(c, block[i], strlen(block[i])) != 0)
				i--;
			for (unsigned py = 0; py < 2 * SCALE; py++)
				for (unsigned px = 0; px < SCALE; px++)
					grey[(y * 2 * SCALE + py) * COLUMNS * SCALE + x * SCALE + px] = i >> (py / SCALE) & 1 ? 0 : 255;
			c += strlen(block[i]);
		}
		printed = strchr(printed, '\n');
		printed = printed ? printed + 1 : NULL;
	}
	text[0] = 0;
	assert_int_equal(decode_image(grey, COLUMNS * SCALE, ROWS * 2 * SCALE, found, NULL), DECODE_DONE);
	return text;
}

static void frames_stand_one_after_the_other(void **state)
{
	(void)state;
	struct bytes printed = talk("show\n\n\nend\nagree\n", true, "qr.1=version 4, fragments 42, frames 3;taken.1=agree;");
	assert_non_null(strstr((const char *)printed.p, "1152 octets, 42 frames at 80x25, version 4, of 28 octets."));
	assert_non_null(strstr((const char *)printed.p, "128x48 3 of 385, 240x67 2 of 578."));
	for (unsigned i = 0; i < 3; i++) {
		char want[32];
		(void)snprintf(want, sizeof want, "UR:BYTES/%u-42/", i + 1);
		const char *read = read_frame((const char *)printed.p, i);
		if (strncmp(read, want, strlen(want)) != 0)
			fail_msg("wanted %s, read %.40s", want, read);
	}
}

static void what_else_may_be_typed(void **state)
{
	(void)state;
	struct bytes printed = talk("what\n", true, "qr.1=withheld;!ERR_FLOW_FIELD");
	printed = talk("\n?\nno\nno\n", true, "qr.1=no;taken.1=no;");
	assert_non_null(strstr((const char *)printed.p, "That cannot be done here."));
	assert_null(strstr((const char *)printed.p, "\033"));
	(void)talk("show\n\n", false, ""); /* the input ends while a frame stands */
	assert_int_equal(setenv("LC_ALL", "C", 1), 0);
	printed = talk("show\nno\nno\n", true, "qr.1=no;taken.1=no;"); /* blanks two wide: no code fits */
	assert_non_null(strstr((const char *)printed.p, "do not fit codes for 80x25"));
	assert_null(strstr((const char *)printed.p, "\033"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_stand_one_after_the_other),
		cmocka_unit_test(what_else_may_be_typed),
	};

	if (setenv("LC_ALL", "C.UTF-8", 1) != 0)
		return 3;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
