/* person.c: see person.h. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "ceremony/base/file.h"
#include "tui/test/person.h"

struct job *job;
struct vt   vt;

void start_at(const char *sample, int lines, int cols, const char *term, const char *locale)
{
	job->sample = sample;
	assert_true(vt_start(&vt, lines, cols, term, locale, job_main, job));
}

void start(const char *sample)
{
	memset(job, 0, sizeof *job);
	start_at(sample, 25, 80, "xterm-256color", "C.UTF-8");
}

void ends_with(enum reply_kind kind, const char *fields, const char *secret)
{
	for (int i = 0; i < 200 && !vt.ended; i++) /* it may not have read the last key yet */
		(void)vt_read(&vt, 50);
	int status = vt_end(&vt);

	if (status != 0 || !job->ok)
		fail_msg("%s: status %d, error %d", job->sample, status, (int)job->error);
	assert_int_equal(job->kind, kind);
	assert_string_equal(job->fields, fields);
	assert_string_equal(job->secret, secret);
}

void check_golden(const char *name)
{
	static char    text[VT_MAX_LINES * VT_MAX_COLS * 4];
	static uint8_t room[1 << 16];
	struct buf     b = BUF_ON(text);
	struct arena   a = ARENA_ON(room);
	struct bytes   want = { 0 };
	struct err     e;
	char           path[96];

	(void)snprintf(path, sizeof path, "tui/test/golden/%s.txt", name);
	if (getenv("ACCEPT")) {
		vt_settle(&vt);
		vt_text(&vt, &b);
		assert_true(file_write(AT_FDCWD, path, buf_bytes(&b), 0644, &e));
	}
	assert_true(file_read(&want, &a, AT_FDCWD, path, sizeof room / 2, &e));
	for (int i = 0; i < 100; i++) { /* it may take a while to get there */
		b = BUF_ON(text);
		vt_text(&vt, &b);
		if (bytes_equal(buf_bytes(&b), want))
			return;
		(void)vt_read(&vt, 50);
	}
	fail_msg("%s differs; the screen:\n%s", path, buf_cstr(&b));
}

void type_keys(const char *keys)
{
	for (const char *k = keys; *k;) {
		char   key[8] = { 0 };
		size_t n = 1;
		if (*k == '\033' && (k[1] == 'O' || k[1] == '[')) {
			for (n = 2; k[n] && k[n - 1] != '~' && !(n > 2 && k[n - 1] >= 'A' && k[n - 1] != '['); n++)
				;
		}
		memcpy(key, k, n);
		k += n;
		vt_type(&vt, key);
		(void)vt_read(&vt, 700); /* a key that came with the next one would count as pasted */
		while (vt_read(&vt, strcmp(job->sample, "shown") == 0 ? 330 : 5)) /* what hides a secret drops what is typed meanwhile */
			;
	}
}

void type_line(const char *text)
{
	vt_type(&vt, text);
	assert_true(vt_wait(&vt, text));
	vt_settle(&vt);
	vt_type(&vt, "\r");
}

void leave(void)
{
	vt_type(&vt, "\x10"); /* Ctrl-P */
	if (!vt_wait(&vt, "Pause the ceremony?")) {
		static char text[VT_MAX_LINES * VT_MAX_COLS * 4];
		struct buf  b = BUF_ON(text);
		vt_text(&vt, &b);
		fail_msg("%s: no way to pause from this screen:\n%s", job->sample, buf_cstr(&b));
	}
	vt_type(&vt, "\r");
	ends_with(REPLY_PAUSE, "", "");
}

void person_init(void)
{
	job = mmap(NULL, sizeof *job, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	MUST(job != MAP_FAILED);
}
