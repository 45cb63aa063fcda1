/* transcript_test.c: appending, reading, torn lines, changed octets, a full disk. */
#include "ceremony/record/transcript.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#define NUM_LONG 5000

struct room {
	char              path[32];
	int               dir;
	struct transcript t;
};

static uint8_t keys[4 << 20], whole[4 << 20];

static int make_room(void **state)
{
	struct room *r = calloc(1, sizeof *r);

	(void)snprintf(r->path, sizeof r->path, "/tmp/transcript-XXXXXX");
	if (!mkdtemp(r->path))
		return -1;
	r->dir = open(r->path, O_RDONLY | O_DIRECTORY);
	r->t.fd = -1;
	*state = r;
	return r->dir < 0 ? -1 : 0;
}

static int drop_room(void **state)
{
	struct room *r = *state;

	transcript_done(&r->t);
	(void)unlinkat(r->dir, TRANSCRIPT_NAME, 0);
	(void)close(r->dir);
	int rc = rmdir(r->path);
	free(r);
	return rc;
}

static bool no_sync; /* the disk takes nothing */

int fdatasync(int fd)
{
	errno = EIO;
	return no_sync ? -1 : (int)syscall(SYS_fdatasync, fd);
}

static bool append(struct transcript *t, int64_t time, const char *step, struct err *e)
{
	struct arena a = ARENA_ON(keys);
	struct event ev = { .n = 99, .time = time, .mono = 5, .type = EVENT_ANSWER, .step = bytes_str(step),
		            .data = fields_on(&a) };

	fields_fmt(&ev.data, "said", "%s at %lld", step, (long long)time);
	bool ok = transcript_append(t, &ev, e);
	assert_int_equal(ev.n, ok ? t->num - 1 : 99);
	return ok;
}

static void fill(struct room *r, size_t num)
{
	struct err e = { 0 };

	assert_true(transcript_create(&r->t, r->dir, &e));
	for (size_t i = 0; i < num; i++)
		assert_true(append(&r->t, 1795251600 + (int64_t)i / 3, "step", &e));
	assert_int_equal(r->t.num, num);
}

static struct bytes content(struct room *r)
{
	int     fd = openat(r->dir, TRANSCRIPT_NAME, O_RDONLY);
	ssize_t n = read(fd, whole, sizeof whole);

	assert_true(n >= 0 && (size_t)n < sizeof whole);
	(void)close(fd);
	return bytes_of(whole, (size_t)n);
}

static void put_content(struct room *r, struct bytes text)
{
	int fd = openat(r->dir, TRANSCRIPT_NAME, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, text.p, text.len), (ssize_t)text.len);
	(void)close(fd);
}

struct seen {
	uint64_t num, stop_at;
	size_t   octets;
};

static bool see(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct seen *s = ctx;

	if (s->num == s->stop_at)
		return err_set(e, ERR_USAGE, "enough");
	assert_int_equal(ev->n, s->num);
	assert_true(bytes_starts(fields_get(&ev->data, "said"), "step at "));
	s->num++;
	s->octets += line.len + 1;
	return true;
}

static void what_was_appended_is_read(void **state)
{
	struct room *r = *state;
	struct seen  s = { .stop_at = UINT64_MAX };
	struct err   e = { 0 };

	fill(r, 1000);
	assert_true(transcript_each(r->dir, see, &s, &e));
	assert_int_equal(s.num, 1000);
	assert_int_equal(s.octets, r->t.size);
	assert_int_equal(content(r).len, s.octets);
	s = (struct seen){ .stop_at = 10 };
	assert_false(transcript_each(r->dir, see, &s, &e));
	assert_int_equal(e.id, ERR_USAGE);
	assert_int_equal(s.num, 10);
}

static void there_is_one_writer(void **state)
{
	struct room      *r = *state;
	struct transcript other = { .fd = -1, .num = 7 };
	struct err        e = { 0 };
	uint8_t           prev[32];

	fill(r, 3);
	assert_false(transcript_create(&other, r->dir, &e));
	assert_int_equal(e.id, ERR_FILE_EXISTS);
	assert_false(transcript_open(&other, r->dir, &e));
	assert_int_equal(e.id, ERR_TRANSCRIPT_BUSY);
	assert_int_equal(other.num, 7);
	memcpy(prev, r->t.prev, 32);
	transcript_done(&r->t);
	transcript_done(&r->t);
	assert_false(append(&r->t, 1795251600, "step", &e));
	assert_true(transcript_open(&r->t, r->dir, &e));
	assert_int_equal(r->t.num, 3);
	assert_memory_equal(r->t.prev, prev, 32);
	assert_int_equal(r->t.torn, 0);
	assert_true(append(&r->t, 1795251601, "step", &e));
	assert_true(transcript_each(r->dir, NULL, NULL, &e));
	/* someone who does not ask for the lock is noticed */
	int fd = openat(r->dir, TRANSCRIPT_NAME, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "x\n", 2), 2);
	(void)close(fd);
	assert_false(append(&r->t, 1795251602, "step", &e));
	assert_int_equal(e.id, ERR_TRANSCRIPT_WRITE);
}

static void time_does_not_go_back(void **state)
{
	struct room *r = *state;
	struct err   e = { 0 };

	fill(r, 3);
	assert_true(append(&r->t, 1795251700, "step", &e));
	assert_true(append(&r->t, 1795251700, "step", &e));
	assert_false(append(&r->t, 1795251699, "step", &e));
	assert_int_equal(e.id, ERR_TRANSCRIPT_TIME);
	assert_int_equal(r->t.last_time, 1795251700);
	assert_false(append(&r->t, 1795251700, "\xff", &e));
	assert_int_equal(e.id, ERR_EVENT_FORM);
	assert_true(append(&r->t, 1795251700, "step", &e));
	assert_int_equal(r->t.num, 6);
	/* and a line that was made so by hand is named */
	char       line[512];
	struct buf b = BUF_ON(line);
	struct event ev = { .n = 6, .time = 1795251699, .type = EVENT_ANSWER };
	memcpy(ev.prev, r->t.prev, 32);
	event_encode(&b, &ev);
	buf_str(&b, "\n");
	int fd = openat(r->dir, TRANSCRIPT_NAME, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, b.p, b.len), (ssize_t)b.len);
	(void)close(fd);
	assert_false(transcript_each(r->dir, NULL, NULL, &e));
	assert_int_equal(e.id, ERR_TRANSCRIPT_TIME);
	assert_string_equal(e.detail, "line 7, by 1 seconds");
}

/* Cut anywhere: reading says torn, opening keeps the whole lines and says how much it cut. */
static void a_torn_line_is_cut(void **state)
{
	static uint8_t copy[4096];
	struct room   *r = *state;
	struct err     e = { 0 };

	fill(r, 4);
	struct bytes   all = content(r);
	memcpy(copy, all.p, all.len);
	for (size_t n = 0; n <= all.len; n++) {
		size_t lines = 0, end = 0;
		for (size_t i = 0; i < n; i++)
			if (copy[i] == '\n')
				lines++, end = i + 1;
		transcript_done(&r->t);
		put_content(r, bytes_of(copy, n));
		assert_int_equal(transcript_each(r->dir, NULL, NULL, &e), n == end);
		if (n != end)
			assert_int_equal(e.id, ERR_TRANSCRIPT_TORN);
		assert_true(transcript_open(&r->t, r->dir, &e));
		assert_int_equal(r->t.num, lines);
		assert_int_equal(r->t.torn, n - end);
		assert_true(bytes_equal(content(r), bytes_of(copy, end)));
		assert_true(append(&r->t, 1795251700, "step", &e));
		assert_true(transcript_each(r->dir, NULL, NULL, &e));
	}
	/* pages that a power cut left empty; but nothing longer than a line is ever cut */
	transcript_done(&r->t);
	put_content(r, bytes_of(copy, all.len));
	assert_int_equal(truncate(strcat(strcpy((char *)keys, r->path), "/" TRANSCRIPT_NAME), (off_t)all.len + 5000), 0);
	assert_true(transcript_open(&r->t, r->dir, &e));
	assert_int_equal(r->t.torn, 5000);
	transcript_done(&r->t);
	assert_int_equal(truncate((char *)keys, (off_t)(all.len + EVENT_MAX_LINE)), 0);
	assert_false(transcript_open(&r->t, r->dir, &e));
	assert_int_equal(e.id, ERR_TRANSCRIPT_LINE);
	assert_string_equal(e.detail, "line 5 is too long");
}

static bool names(const struct err *e, size_t line)
{
	char want[32];
	int  n = snprintf(want, sizeof want, "line %zu", line);

	for (const char *at = strstr(e->detail, want); at; at = strstr(at + 1, want))
		if (at[n] < '0' || at[n] > '9')
			return true;
	return false;
}

/* 5,000 lines made by the encoder, without 5,000 syncs. */
static struct bytes long_transcript(void)
{
	static uint8_t storage[2 << 20];
	struct buf     b = BUF_ON(storage);
	struct event   ev = { .time = 1795251600, .type = EVENT_RESULT, .step = BYTES_LIT("sign") };

	for (ev.n = 0; ev.n < NUM_LONG; ev.n++) {
		struct arena a = ARENA_ON(keys);
		size_t       start = b.len;
		ev.time += (int64_t)(ev.n % 2);
		ev.data = fields_on(&a);
		fields_fmt(&ev.data, "sha256", "%064llu", (unsigned long long)ev.n * 7919);
		event_encode(&b, &ev);
		struct digest d = hash_of(HASH_SHA256, bytes_of(b.p + start, b.len - start));
		memcpy(ev.prev, d.p, 32);
		buf_str(&b, "\n");
	}
	assert_true(buf_ok(&b));
	return buf_bytes(&b);
}

static void every_changed_octet_is_named(void **state)
{
	struct room  *r = *state;
	struct bytes  all = long_transcript();
	struct merkle good = { 0 }, m = { 0 };
	struct err    e = { 0 };
	uint8_t       root[32], other[32];
	size_t        in_last = 0;

	put_content(r, all);
	int fd = openat(r->dir, TRANSCRIPT_NAME, O_RDWR);
	assert_true(transcript_tree(&good, fd, &e));
	merkle_root(root, &good);
	assert_int_equal(good.size, NUM_LONG);
	srand(1);
	for (size_t i = 0; i < 300; i++) {
		/* the edges densely, the middle by sample */
		size_t  at = i < 60 ? i : i < 220 ? all.len - 1 - (i - 60) * 4 : (size_t)rand() % all.len;
		size_t  line = 1;
		uint8_t c = (uint8_t)(all.p[at] ^ (1 << i % 8));
		for (size_t k = 0; k < at; k++)
			line += all.p[k] == '\n';
		assert_int_equal(pwrite(fd, &c, 1, (off_t)at), 1);
		if (transcript_tree(&m, fd, &e)) { /* only the last line may say something else unnoticed, */
			merkle_root(other, &m);    /* and the checkpoint notices that */
			assert_memory_not_equal(root, other, 32);
			assert_int_equal(line, NUM_LONG);
			in_last++;
		} else if (e.id == ERR_TRANSCRIPT_TORN) {
			assert_int_equal(at, all.len - 1);
		} else if (!names(&e, line)) {
			fail_msg("octet %zu in line %zu: %s", at, line, e.detail);
		}
		assert_int_equal(pwrite(fd, all.p + at, 1, (off_t)at), 1);
	}
	assert_true(in_last > 0);
	assert_true(transcript_tree(&m, fd, &e));
	(void)close(fd);
}

/* Lines that were taken out, swapped or put in. */
static void whole_lines_are_missed(void **state)
{
	static uint8_t copy[4096];
	struct room   *r = *state;
	struct err     e = { 0 };

	fill(r, 5);
	transcript_done(&r->t);
	struct bytes all = content(r), line[6];
	for (size_t i = 0; i < 5; i++) {
		assert_true(bytes_cut(all, '\n', &line[i], &all));
		line[i].len++;
	}
	for (size_t skip = 0; skip < 4; skip++) {
		struct buf b = BUF_ON(copy);
		for (size_t i = 0; i < 5; i++)
			if (i != skip)
				buf_put(&b, line[i]);
		put_content(r, buf_bytes(&b));
		assert_false(transcript_each(r->dir, NULL, NULL, &e));
		assert_int_equal(e.id, ERR_TRANSCRIPT_CHAIN);
		assert_true(names(&e, skip + 1));
	}
	struct buf b = BUF_ON(copy);
	for (size_t i = 0; i < 5; i++) {
		buf_put(&b, line[i]);
		if (i == 2)
			buf_put(&b, line[i]);
	}
	put_content(r, buf_bytes(&b));
	assert_false(transcript_each(r->dir, NULL, NULL, &e));
	assert_true(names(&e, 4));
}

/* A line that waits for the next one's sync is lost with it, and what comes behind it must not stand there without it. */
static void a_sync_that_fails_leaves_no_gap(void **state)
{
	struct room *r = *state;
	struct arena a = ARENA_ON(keys);
	struct event early = { .time = 1795251600, .type = EVENT_RESULT, .step = BYTES_LIT("step"), .data = fields_on(&a) };
	struct err   e = { 0 };

	fill(r, 2);
	no_sync = true;
	assert_false(append(&r->t, 1795251600, "none waits", &e));
	no_sync = false;
	assert_int_equal(e.id, ERR_TRANSCRIPT_WRITE);
	assert_true(append(&r->t, 1795251600, "again", &e));
	const size_t sure = content(r).len;
	assert_true(transcript_append_early(&r->t, &early, &e));
	assert_true(content(r).len > sure);
	no_sync = true;
	assert_false(append(&r->t, 1795251600, "one waits", &e));
	no_sync = false;
	assert_int_equal(content(r).len, sure);
	assert_false(append(&r->t, 1795251600, "it lacks a line", &e));
	assert_int_equal(content(r).len, sure);
	transcript_done(&r->t);
	assert_true(transcript_open(&r->t, r->dir, &e));
	assert_int_equal(r->t.num, 3);
	assert_true(transcript_append_early(&r->t, &early, &e) && append(&r->t, 1795251600, "whole", &e));
	no_sync = true;
	assert_false(append(&r->t, 1795251600, "both are sure", &e));
	no_sync = false;
	assert_true(append(&r->t, 1795251600, "the sixth", &e));
	assert_int_equal(r->t.num, 6);
}

/* RLIMIT_FSIZE stands for a full disk: first a short write, then EFBIG. */
static void a_full_disk_leaves_nothing_half_written(void **state)
{
	struct room  *r = *state;
	struct err    e = { 0 };
	struct rlimit old, small;

	fill(r, 5);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	for (rlim_t more = 0; more < 300; more += 7) {
		uint64_t size = r->t.size, num = r->t.num;
		uint8_t  prev[32];
		memcpy(prev, r->t.prev, 32);
		small = (struct rlimit){ .rlim_cur = size + more, .rlim_max = old.rlim_max };
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		bool ok = append(&r->t, 1795251700, "step", &e);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
		assert_int_equal(content(r).len, r->t.size);
		if (!ok) {
			assert_int_equal(e.id, ERR_DISK_FULL);
			assert_true(r->t.size == size && r->t.num == num && !r->t.broken);
			assert_memory_equal(prev, r->t.prev, 32);
		}
		assert_int_equal(ok, more >= r->t.size - size && r->t.size > size);
		assert_true(transcript_each(r->dir, NULL, NULL, &e));
	}
	(void)signal(SIGXFSZ, handler);
	assert_true(r->t.num > 5);
	assert_true(append(&r->t, 1795251700, "step", &e));
}

static void the_last_line_alone(void **state)
{
	struct room *r = *state;
	struct event ev = { .n = 77 };
	struct err   e = { 0 };

	assert_true(transcript_create(&r->t, r->dir, &e));
	int          fd = openat(r->dir, TRANSCRIPT_NAME, O_RDONLY);
	struct arena a = ARENA_ON(keys);
	assert_false(transcript_last(&ev, &a, fd, &e));
	assert_int_equal(e.id, ERR_TRANSCRIPT_EMPTY);
	assert_int_equal(ev.n, 77);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	for (unsigned i = 0; i < 3; i++) {
		static uint8_t big[EVENT_MAX_LINE - 1000];
		struct event   in = { .time = 1795251600, .type = EVENT_INTENT, .round = i };
		memset(big, 'b', sizeof big);
		in.turn = bytes_of(big, sizeof big);
		assert_true(transcript_append(&r->t, &in, &e));
		a = ARENA_ON(keys);
		assert_true(transcript_last(&ev, &a, fd, &e));
		assert_true(ev.n == i && ev.round == i && ev.type == EVENT_INTENT && ev.turn.len == sizeof big);
	}
	for (size_t len = 15900; len < 16500; len += 37) { /* as long as what is read at first */
		static uint8_t some[16500];
		struct event   in = { .time = 1795251600, .type = EVENT_INTENT };
		memset(some, 's', len);
		in.turn = bytes_of(some, len);
		for (unsigned twice = 0; twice < 2; twice++) {
			assert_true(transcript_append(&r->t, &in, &e));
			a = ARENA_ON(keys);
			assert_true(transcript_last(&ev, &a, fd, &e));
			assert_true(ev.n == r->t.num - 1 && ev.turn.len == len);
		}
	}
	const uint64_t last = r->t.num - 1;
	/* a torn line behind it is not there yet */
	int other = openat(r->dir, TRANSCRIPT_NAME, O_WRONLY | O_APPEND);
	assert_int_equal(write(other, "{\"n\":3", 6), 6);
	(void)close(other);
	a = ARENA_ON(keys);
	assert_true(transcript_last(&ev, &a, fd, &e));
	assert_int_equal(ev.n, last);
	(void)close(fd);
}

int main(void)
{
#define IN_ROOM(f) cmocka_unit_test_setup_teardown(f, make_room, drop_room)
	const struct CMUnitTest tests[] = {
		IN_ROOM(what_was_appended_is_read),
		IN_ROOM(there_is_one_writer),
		IN_ROOM(time_does_not_go_back),
		IN_ROOM(a_torn_line_is_cut),
		IN_ROOM(every_changed_octet_is_named),
		IN_ROOM(whole_lines_are_missed),
		IN_ROOM(a_full_disk_leaves_nothing_half_written),
		IN_ROOM(a_sync_that_fails_leaves_no_gap),
		IN_ROOM(the_last_line_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
