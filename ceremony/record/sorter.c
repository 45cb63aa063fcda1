/* sorter.c: see sorter.h. */
#include "ceremony/record/sorter.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROOM (SORTER_RUN * (sizeof(struct revoked) + 2 * sizeof(struct sorter_pair)) + 4096)
#define FEW  24 /* so few are sorted by comparing them */
#define SORT_BITS 24u
#define AHEAD     16 /* entries that are fetched into the cache before their turn */
#define PIECE     ((size_t)1024)

bool sorter_init(struct sorter *s, int dir, struct err *e)
{
	struct arena a = arena_new(ROOM);

	if (!a.cap)
		return err_set(e, ERR_NO_MEMORY, "%zu octets", ROOM);
	(void)madvise(a.p, a.cap, MADV_HUGEPAGE); /* a few large pages instead of thousands, where the kernel has them */
	*s = (struct sorter){ .room = a, .fd = -1, .dir = dir };
	s->entry = (struct revoked *)(void *)a.p; /* fresh pages: arena_take would touch them all */
	s->pair = (struct sorter_pair *)(void *)(a.p + SORTER_RUN * sizeof *s->entry);
	s->other = s->pair + SORTER_RUN;
	return true;
}

void sorter_done(struct sorter *s)
{
	if (!s->room.cap)
		return;
	if (s->fd >= 0)
		(void)close(s->fd);
	arena_free(&s->room);
	*s = (struct sorter){ .fd = -1 };
}

/* ---- a run ---------------------------------------------------------------- */

/* Octets `at` to `at` + 7 of a key as a number; zeros behind its end. */
static uint64_t part_of(const struct revoked *r, size_t at)
{
	size_t   n = REVOKED_KEY - at;
	uint64_t v = 0;

	memcpy(&v, r->key + at, n < sizeof v ? n : sizeof v);
	return be64toh(v);
}

static void sort_few(const struct sorter *s, struct sorter_pair *p, size_t num)
{
	for (size_t i = 1; i < num; i++) {
		struct sorter_pair x = p[i];
		size_t             k = i;
		for (; k > 0 && revoked_compare(&s->entry[p[k - 1].which], &s->entry[x.which]) > 0; k--)
			p[k] = p[k - 1];
		p[k] = x;
	}
}

/* By three octets of the parts from bit `low` on, the least first. */
static void sort_bits(struct sorter *s, struct sorter_pair *p, size_t num, unsigned low)
{
	struct sorter_pair *from = p, *to = s->other;

	for (unsigned shift = low; shift < low + SORT_BITS; shift += 8) {
		uint32_t count[256] = { 0 }, at = 0;
		for (size_t i = 0; i < num; i++)
			count[from[i].part >> shift & 0xff]++;
		for (size_t i = 0; i < 256; i++) {
			uint32_t n = count[i];
			count[i] = at;
			at += n;
		}
		for (size_t i = 0; i < num; i++)
			to[count[from[i].part >> shift & 0xff]++] = from[i];
		struct sorter_pair *swap = from;
		from = to;
		to = swap;
	}
	memcpy(p, from, num * sizeof *p);
}

/* By the octets from `at` on; those before are the same in all. Each round sorts by the first bits in which any two
 * differ, and those that are the same in them are sorted by themselves: of random serials hardly two are. */
static void sort_from(struct sorter *s, struct sorter_pair *p, size_t num, size_t at)
{
	uint64_t differ = 0;

	if (num <= FEW) {
		sort_few(s, p, num);
		return;
	}
	for (size_t i = 0; i < num; i++) {
		p[i].part = part_of(&s->entry[p[i].which], at);
		differ |= p[i].part ^ p[0].part;
	}
	unsigned top = differ ? 64 - (unsigned)__builtin_clzll(differ) : 0, low = top > SORT_BITS ? top - SORT_BITS : 0;
	if (differ)
		sort_bits(s, p, num, low);
	at += low ? 0 : sizeof p->part;
	for (size_t i = 0, end; i < num && at < REVOKED_KEY; i = end) {
		for (end = i + 1; end < num && p[end].part >> low == p[i].part >> low;)
			end++;
		if (end - i > 1)
			sort_from(s, p + i, end - i, at);
	}
}

static void sort_run(struct sorter *s)
{
	for (size_t i = 0; i < s->num; i++)
		s->pair[i].which = (uint32_t)i;
	sort_from(s, s->pair, s->num, 0);
}

/* ---- the file --------------------------------------------------------------- */

static bool failed(struct err *e)
{
	return err_set(e, errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_FILE_WRITE, "a file to sort in: %s",
	               strerror(errno));
}

/* O_TMPFILE is not known to every file system (exFAT); a name that is gone at once serves as well. */
static bool open_file(struct sorter *s, struct err *e)
{
	static const char name[] = "sorting.tmp";

	if (s->fd >= 0)
		return true;
	s->fd = openat(s->dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (s->fd >= 0)
		return true;
	(void)unlinkat(s->dir, name, 0);
	s->fd = openat(s->dir, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return (s->fd >= 0 && unlinkat(s->dir, name, 0) == 0) || failed(e);
}

static bool write_all(int fd, const void *p, size_t len)
{
	for (const uint8_t *at = p; len;) {
		ssize_t n = write(fd, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

static bool put_down(struct sorter *s, struct err *e)
{
	struct revoked *piece = (struct revoked *)(void *)s->other; /* free when the run is sorted */
	size_t          have = 0;

	if (s->num_runs == SORTER_MAX_RUNS)
		return err_set(e, ERR_TOO_LARGE, "more than %zu entries", SORTER_RUN * SORTER_MAX_RUNS);
	if (!open_file(s, e))
		return false;
	sort_run(s);
	for (size_t i = 0; i < s->num; i++) {
		if (i + AHEAD < s->num)
			__builtin_prefetch(&s->entry[s->pair[i + AHEAD].which]);
		piece[have++] = s->entry[s->pair[i].which];
		if (have < PIECE && i + 1 < s->num)
			continue;
		if (!write_all(s->fd, piece, have * sizeof piece[0]))
			return failed(e);
		have = 0;
	}
	s->run[s->num_runs++] = (struct sorter_run){ .from = s->num_all - s->num, .num = s->num };
	s->num = 0;
	return true;
}

bool sorter_put(struct sorter *s, const struct revoked *r, struct err *e)
{
	if (s->num == SORTER_RUN && !put_down(s, e))
		return false;
	s->entry[s->num++] = *r;
	s->num_all++;
	s->der_len += revoked_der_len(r);
	return true;
}

/* ---- the way out -------------------------------------------------------------- */

/* Entries of a run that are in memory: together they stay in the processor's cache. */
static size_t piece_of(const struct sorter *s)
{
	size_t most = SORTER_RUN / s->num_runs;

	return most < PIECE ? most : PIECE;
}

static bool fill(struct sorter *s, struct sorter_run *r, struct err *e)
{
	size_t most = piece_of(s), want = r->left < most ? (size_t)r->left : most;

	r->next = 0;
	r->have = want;
	for (size_t got = 0, len = want * sizeof *r->piece; got < len;) {
		ssize_t n = pread(s->fd, (uint8_t *)r->piece + got, len - got, r->at * (int64_t)sizeof *r->piece + (int64_t)got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(e, ERR_FILE_READ, "a file to sort in");
		got += (size_t)n;
	}
	r->at += (int64_t)want;
	r->left -= want;
	return true;
}

static const struct revoked *head_of(const struct sorter *s, struct sorter_pair run)
{
	return &s->run[run.which].piece[s->run[run.which].next];
}

/* Of two equal ones the earlier run's goes first. */
static bool before(const struct sorter *s, struct sorter_pair a, struct sorter_pair b)
{
	if (a.part != b.part)
		return a.part < b.part;
	int c = revoked_compare(head_of(s, a), head_of(s, b));
	return c ? c < 0 : a.which < b.which;
}

static void sink(struct sorter *s, size_t i)
{
	const struct sorter_pair x = s->heap[i];

	for (size_t child; (child = 2 * i + 1) < s->heap_len; i = child) {
		if (child + 1 < s->heap_len)
			child += before(s, s->heap[child + 1], s->heap[child]);
		if (!before(s, s->heap[child], x))
			break;
		s->heap[i] = s->heap[child];
	}
	s->heap[i] = x;
}

bool sorter_begin(struct sorter *s, struct err *e)
{
	s->next = 0;
	if (s->num_runs == 0) {
		sort_run(s);
		return true;
	}
	if (s->num && !put_down(s, e))
		return false;
	size_t most = piece_of(s);
	s->heap_len = s->num_runs;
	for (unsigned i = 0; i < s->num_runs; i++) {
		struct sorter_run *r = &s->run[i];
		r->piece = s->entry + i * most;
		r->at = (int64_t)r->from;
		r->left = r->num;
		if (!fill(s, r, e))
			return false;
		s->heap[i] = (struct sorter_pair){ part_of(r->piece, 0), i };
	}
	for (size_t i = s->heap_len; i > 0; i--)
		sink(s, i - 1);
	s->next = SIZE_MAX; /* nothing was given out yet */
	return true;
}

bool sorter_next(struct sorter *s, const struct revoked **out, struct err *e)
{
	if (s->num_runs == 0) {
		*out = s->next < s->num ? &s->entry[s->pair[s->next++].which] : NULL;
		return true;
	}
	if (s->next != SIZE_MAX && s->heap_len) { /* what was given out is given up now */
		struct sorter_run *r = &s->run[s->heap[0].which];
		if (++r->next == r->have && r->left && !fill(s, r, e))
			return false;
		if (r->next == r->have)
			s->heap[0] = s->heap[--s->heap_len];
		else
			s->heap[0].part = part_of(&r->piece[r->next], 0);
		if (s->heap_len)
			sink(s, 0);
	}
	s->next = 0;
	*out = s->heap_len ? head_of(s, s->heap[0]) : NULL;
	return true;
}
