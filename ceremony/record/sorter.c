/* sorter.c: see sorter.h. */
#include "ceremony/record/sorter.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROOM (SORTER_RUN * (sizeof(struct revoked) + 2 * sizeof(struct sorter_pair)) + 4096)
#define FEW  24 /* so few are sorted by comparing them */
#define DIGIT_BITS 11u
#define SORT_BITS  (2 * DIGIT_BITS)
#define AHEAD     16 /* entries that are fetched into the cache before their turn */
#define PIECE     ((size_t)1024) /* entries of a run that are read at once */
#define BLOCK     ((size_t)7168) /* entries that are written at once */

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

/* By two digits of the parts, of DIGIT_BITS each, from bit `low` on, the least first. */
static void sort_bits(struct sorter *s, struct sorter_pair *p, size_t num, unsigned low)
{
	const size_t        digits = (size_t)1 << DIGIT_BITS;
	struct sorter_pair *from = p, *to = s->other;

	for (unsigned shift = low; shift < low + SORT_BITS; shift += DIGIT_BITS) {
		uint32_t count[1u << DIGIT_BITS] = { 0 }, at = 0;
		for (size_t i = 0; i < num; i++)
			count[from[i].part >> shift & (digits - 1)]++;
		for (size_t i = 0; i < digits; i++) {
			uint32_t n = count[i];
			count[i] = at;
			at += n;
		}
		for (size_t i = 0; i < num; i++)
			to[count[from[i].part >> shift & (digits - 1)]++] = from[i];
		struct sorter_pair *swap = from;
		from = to;
		to = swap;
	}
}

static void sort_from(struct sorter *s, struct sorter_pair *p, size_t num, size_t at);

/* By their parts, which are the octets from `at` on; those before are the same in all. Sorted by the first bits in which
 * any two differ; those that are the same in them are sorted by themselves: of random serials hardly two are. */
static void sort_parts(struct sorter *s, struct sorter_pair *p, size_t num, size_t at)
{
	uint64_t differ = 0;

	for (size_t i = 1; i < num; i++)
		differ |= p[i].part ^ p[0].part;
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

static void sort_from(struct sorter *s, struct sorter_pair *p, size_t num, size_t at)
{
	if (num <= FEW) {
		sort_few(s, p, num);
		return;
	}
	for (size_t i = 0; i < num; i++)
		p[i].part = part_of(&s->entry[p[i].which], at);
	sort_parts(s, p, num, at);
}

/* The parts are as they were put, but for what was sorted before. */
static void sort_run(struct sorter *s)
{
	if (s->sorted)
		sort_from(s, s->pair, s->num, 0);
	else if (s->num > 1)
		sort_parts(s, s->pair, s->num, 0);
	s->sorted = true;
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
	/* cheaper than piece by piece; where it cannot be had, the writing will say */
	(void)fallocate(s->fd, FALLOC_FL_KEEP_SIZE, (off_t)((s->num_all - s->num) * sizeof *piece), (off_t)(s->num * sizeof *piece));
	for (size_t i = 0; i < s->num; i++) {
		if (i + AHEAD < s->num)
			__builtin_prefetch(&s->entry[s->pair[i + AHEAD].which]);
		piece[have++] = s->entry[s->pair[i].which];
		if (have < BLOCK && i + 1 < s->num)
			continue;
		if (!write_all(s->fd, piece, have * sizeof piece[0]))
			return failed(e);
		have = 0;
	}
	s->run[s->num_runs++] = (struct sorter_run){ .from = s->num_all - s->num, .num = s->num };
	s->num = 0;
	s->sorted = false;
	return true;
}

bool sorter_put(struct sorter *s, const struct revoked *r, struct err *e)
{
	if (s->num == SORTER_RUN && !put_down(s, e))
		return false;
	s->entry[s->num] = *r;
	s->pair[s->num] = (struct sorter_pair){ part_of(r, 0), (uint32_t)s->num };
	s->num++;
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

#define EXHAUSTED UINT64_MAX /* of a run that has no more: no key begins like that */

/* Of two equal ones the earlier run's goes first. */
static bool before(const struct sorter *s, struct sorter_pair a, struct sorter_pair b)
{
	if (a.part != b.part)
		return a.part < b.part;
	int c = a.part == EXHAUSTED ? 0 : revoked_compare(head_of(s, a), head_of(s, b));
	return c ? c < 0 : a.which < b.which;
}

static struct sorter_pair next_of(const struct sorter *s, uint32_t run)
{
	const struct sorter_run *r = &s->run[run];

	return (struct sorter_pair){ r->next < r->have ? part_of(&r->piece[r->next], 0) : EXHAUSTED, run };
}

/* Whose turn it is of the leaves below node i. */
static struct sorter_pair first_of(struct sorter *s, size_t i)
{
	if (i >= s->num_runs)
		return next_of(s, (uint32_t)(i - s->num_runs));
	struct sorter_pair a = first_of(s, 2 * i), b = first_of(s, 2 * i + 1);
	const bool         goes = before(s, a, b);
	s->later[i] = goes ? b : a;
	return goes ? a : b;
}

/* Another one of that run is next: from its leaf to the root the lesser one goes on, and the other stays. */
static void replay(struct sorter *s, uint32_t run)
{
	struct sorter_pair x = next_of(s, run);

	for (size_t i = (s->num_runs + run) / 2; i > 0; i /= 2) {
		struct sorter_pair other = s->later[i];
		const uint64_t     swap = -(uint64_t)before(s, other, x); /* by a mask: nobody could foretell a branch's way */
		const uint64_t     part = (other.part ^ x.part) & swap;
		const uint32_t     which = (other.which ^ x.which) & (uint32_t)swap;
		s->later[i] = (struct sorter_pair){ other.part ^ part, other.which ^ which };
		x = (struct sorter_pair){ x.part ^ part, x.which ^ which };
	}
	s->later[0] = x;
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
	for (unsigned i = 0; i < s->num_runs; i++) {
		struct sorter_run *r = &s->run[i];
		r->piece = s->entry + i * most;
		r->at = (int64_t)r->from;
		r->left = r->num;
		if (!fill(s, r, e))
			return false;
	}
	s->later[0] = first_of(s, 1);
	s->next = SIZE_MAX; /* nothing was given out yet */
	return true;
}

bool sorter_next(struct sorter *s, const struct revoked **out, struct err *e)
{
	if (s->num_runs == 0) {
		*out = s->next < s->num ? &s->entry[s->pair[s->next++].which] : NULL;
		return true;
	}
	if (s->next != SIZE_MAX && s->later[0].part != EXHAUSTED) { /* what was given out is given up now */
		struct sorter_run *r = &s->run[s->later[0].which];
		if (++r->next == r->have && r->left && !fill(s, r, e))
			return false;
		replay(s, s->later[0].which);
	}
	s->next = 0;
	*out = s->later[0].part != EXHAUSTED ? head_of(s, s->later[0]) : NULL;
	return true;
}
