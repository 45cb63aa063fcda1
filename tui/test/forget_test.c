/* forget_test.c: what was shown and hidden, or typed as a secret, is in no memory of the process afterwards.
 *
 * The letters are made at random, so that nothing but the showing or typing can leave them anywhere. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/screen.h"
#include "tui/kept.h"
#include "tui/test/samples.h"
#include "tui/test/vt.h"

#define WORD 8 /* letters */

/* Shared with the child. The word is kept masked, so that the search does not find itself. */
struct job {
	const char *sample;
	uint8_t     mask[WORD], masked[WORD];
	unsigned    during, after; /* how often it was found */
};

static struct job *job;

static uint8_t letter(size_t i)
{
	return job->masked[i] ^ job->mask[i];
}

/* How often the word stands in a block, letters `stride` octets apart. */
static unsigned count(const uint8_t *p, size_t len, size_t stride)
{
	unsigned n = 0;

	for (size_t at = 0; at + (WORD - 1) * stride < len; at++) {
		size_t i = 0;
		while (i < WORD && p[at + i * stride] == letter(i))
			i++;
		n += i == WORD;
	}
	return n;
}

/* How often the word stands in the writable memory of this process: in a row, in curses' cells, in its keys. */
static unsigned search(void)
{
	static uint8_t block[1 << 16];
	char           line[512];
	unsigned long  from, to;
	unsigned       n = 0;
	FILE          *maps = fopen("/proc/self/maps", "r");
	int            mem = open("/proc/self/mem", O_RDONLY);

	while (maps && mem >= 0 && fgets(line, sizeof line, maps)) {
		if (sscanf(line, "%lx-%lx rw", &from, &to) != 2 || !strstr(line, " rw"))
			continue;
		for (unsigned long at = from; at < to; at += sizeof block / 2) {
			if (at < (unsigned long)block + sizeof block && at + sizeof block > (unsigned long)block)
				continue; /* not what was just read */
			ssize_t got = pread(mem, block, sizeof block, (off_t)at);
			if (got > 0)
				n += count(block, (size_t)got, 1) + count(block, (size_t)got, sizeof(cchar_t)) +
				     count(block, (size_t)got, sizeof(int));
		}
	}
	if (!maps || mem < 0)
		return 1000;
	(void)fclose(maps);
	(void)close(mem);
	wipe(block, sizeof block);
	return n;
}

/* The clock is asked on every painting: by what is found then it is known that the search can find. */
static int64_t now(void *ctx)
{
	unsigned n = search();
	(void)ctx;
	job->during = n > job->during ? n : job->during;
	return 0;
}

static int forget_main(void *ctx)
{
	static uint8_t     room[4096];
	struct tui         t = { 0 };
	struct tui_options o = { .clock = { now, clock_system().mono, NULL, "" } };
	struct secret      shown = { 0 };
	struct prompt      p;
	struct arena       a = ARENA_ON(room);
	struct reply       r = { .fields = fields_on(&a) };
	struct err         e = { 0 };
	(void)ctx;

	if (!samples_init(&e) || !secret_new(&shown, 33 * (WORD + 1), &e) || !tui_open(&t, &o, &e))
		return 3;
	for (size_t i = 1; i < 33; i++) /* the last of 33 words lies deepest in the output */
		if (!secret_put(&shown, BYTES_LIT("academic ")))
			return 3;
	for (size_t i = 0; i < WORD; i++) {
		uint8_t c = letter(i);
		if (!secret_put(&shown, bytes_of(&c, 1)))
			return 3;
	}
	sample_named(job->sample)->make(&p);
	if (p.shown)
		p.shown = &shown;
	struct face f = tui_face(&t);
	bool        ok = f.ask(f.ctx, &p, &r, &e) && r.kind == REPLY_ANSWER;
	secret_done(&shown);
	secret_done(&r.secret);
	kept_forget(&t); /* as the next prompt does */
	job->after = search();
	f.close(f.ctx);
	samples_done();
	return ok ? 0 : 4;
}

static struct vt vt;

static void begin(const char *sample, const char *wait)
{
	memset(job, 0, sizeof *job);
	job->sample = sample;
	random_fill(job->mask, sizeof job->mask);
	random_fill(job->masked, sizeof job->masked);
	for (size_t i = 0; i < WORD; i++)
		job->masked[i] = (uint8_t)(('a' + job->masked[i] % 26) ^ job->mask[i]);
	assert_true(vt_start(&vt, 25, 80, "xterm", "C.UTF-8", forget_main, NULL));
	assert_true(vt_wait(&vt, wait));
	vt_settle(&vt);
}

static void end(unsigned during)
{
	assert_int_equal(vt_end(&vt), 0);
	assert_in_range(job->during, during, 100);
	assert_int_equal(job->after, 0);
}

static void a_hidden_word_is_in_no_memory(void **state)
{
	(void)state;
	begin("shown", "press");
	vt_type(&vt, "\r");
	assert_true(vt_wait(&vt, "itself in 4:58")); /* painted again while it is there */
	vt_type(&vt, " ");
	assert_true(vt_wait(&vt, "It is hidden"));
	vt_settle(&vt);
	vt_type(&vt, "\r");
	end(3); /* the secret itself, curses' cells, its output */
}

static void a_typed_pin_is_in_no_memory(void **state)
{
	char pin[WORD + 2] = { 0 };
	(void)state;
	begin("pin", "again");
	for (size_t i = 0; i < WORD; i++)
		pin[i] = (char)letter(i);
	vt_type(&vt, pin); /* at once, so that curses holds it as a whole */
	vt_settle(&vt);
	vt_type(&vt, "\r");
	vt_settle(&vt);
	pin[WORD] = '\r';
	vt_type(&vt, pin);
	wipe(pin, sizeof pin);
	end(2); /* the one to show, and the PIN */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hidden_word_is_in_no_memory),
		cmocka_unit_test(a_typed_pin_is_in_no_memory),
	};
	struct err e;
	job = mmap(NULL, sizeof *job, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (job == MAP_FAILED || !samples_init(&e)) /* not process_harden: it would forbid the search */
		return 1;
	samples_done();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
