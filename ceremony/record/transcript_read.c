/* transcript_read.c: see transcript.h and transcript_read.h.
 *
 * When the chain is broken between two lines, either of them may be the changed one. The
 * line after them tells: if it does not fit the second line either, the second line was
 * changed, else the first. So the scan looks one line further before it accuses. */
#include "ceremony/record/transcript_read.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define ROOM_READ  (2 * EVENT_MAX_LINE)
#define ROOM_EVENT (EVENT_MAX_LINE + 64)

struct scan {
	int                   fd;
	off_t                 offset; /* of the next read */
	struct arena          room, strings, prompt; /* prompt: what one showed, with its values */
	uint8_t              *p;
	size_t                start, end; /* unread octets are p[start..end) */
	struct transcript_end so_far;
	bool                  suspect; /* the last two lines do not fit each other */
};

static bool scan_init(struct scan *s, int fd, struct err *e)
{
	*s = (struct scan){ .fd = fd, .room = arena_new(ROOM_READ), .strings = arena_new(ROOM_EVENT),
	                    .prompt = arena_new(2 * EVENT_MAX_LINE) };
	s->p = s->room.p;
	return s->room.cap && s->strings.cap && s->prompt.cap ? true : err_set(e, ERR_NO_MEMORY, TRANSCRIPT_NAME);
}

static void scan_done(struct scan *s)
{
	arena_free(&s->room);
	arena_free(&s->strings);
	arena_free(&s->prompt);
}

/* More of the file into the buffer; *eof when there is no more. */
static bool fill(struct scan *s, bool *eof, struct err *e)
{
	ssize_t n;

	memmove(s->p, s->p + s->start, s->end - s->start);
	s->end -= s->start;
	s->start = 0;
	do
		n = pread(s->fd, s->p + s->end, ROOM_READ - s->end, s->offset);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set(e, ERR_FILE_READ, TRANSCRIPT_NAME ": %s", strerror(errno));
	s->end += (size_t)n;
	s->offset += n;
	*eof = n == 0;
	return true;
}

/* The next line without its newline; *none at the end of the whole lines. */
static bool next_line(struct scan *s, struct bytes *line, bool *none, struct err *e)
{
	size_t looked = 0;

	for (;;) {
		size_t   len = s->end - s->start;
		uint8_t *nl = looked < len ? memchr(s->p + s->start + looked, '\n', len - looked) : NULL;
		bool     eof = false;
		if (nl) {
			*line = bytes_of(s->p + s->start, (size_t)(nl - (s->p + s->start)));
			s->start += line->len + 1;
			return true;
		}
		if (len >= EVENT_MAX_LINE)
			return err_set(e, ERR_TRANSCRIPT_LINE, "line %llu is too long",
			               (unsigned long long)s->so_far.num + 1);
		looked = len;
		if (!fill(s, &eof, e))
			return false;
		*none = eof;
		if (eof)
			return true;
	}
}

/* Does the line follow from what is so far? What a broken chain means is known one line later. */
static bool check_line(struct scan *s, const struct event *ev, struct err *e)
{
	unsigned long long line = s->so_far.num + 1;
	bool               fits = memcmp(ev->prev, s->so_far.prev, sizeof ev->prev) == 0;

	if (s->suspect && fits)
		return err_set(e, ERR_TRANSCRIPT_CHAIN, "line %llu has been changed", line - 2);
	if (s->suspect || (!fits && line == 1))
		return err_set(e, ERR_TRANSCRIPT_CHAIN, "line %llu has been changed", line == 1 ? 1 : line - 1);
	if (ev->n != line - 1)
		return err_set(e, ERR_TRANSCRIPT_CHAIN, "line %llu says n = %llu", line, (unsigned long long)ev->n);
	if (!fits) {
		s->suspect = true;
		return true;
	}
	if (line > 1 && ev->time < s->so_far.time)
		return err_set(e, ERR_TRANSCRIPT_TIME, "line %llu, by %lld seconds", line,
		               (long long)(s->so_far.time - ev->time));
	return true;
}

/* What a person was shown is no part of what they said. */
static void take_prompt(struct scan *s, const struct personal *p, struct event *ev)
{
	struct buf b = buf_init(s->prompt.p, s->prompt.cap);

	if (!event_says(ev->type) || !ev->data.num || !bytes_is(ev->data.item[ev->data.num - 1].key, TRANSCRIPT_PROMPT))
		return;
	ev->prompt = ev->data.item[--ev->data.num].value;
	personal_unveil(p, &b, ev->prompt);
	if (buf_ok(&b)) /* else it stays veiled: names that are much longer than their tokens */
		ev->prompt = buf_bytes(&b);
}

/* From here on an event says values, where its line has commitments. */
static bool show(struct scan *s, const struct transcript_use *use, struct event *ev, struct err *e)
{
	struct err why;

	if (!use->personal || !s->so_far.hides)
		return true;
	if (personal_show(use->personal, use->more, ev, &why)) {
		take_prompt(s, use->personal, ev);
		return true;
	}
	return err_set(e, why.id, "line %llu: %s", (unsigned long long)s->so_far.num + 1, why.detail);
}

static bool take_line(struct scan *s, struct bytes line, const struct transcript_use *use, struct err *e)
{
	struct event ev;
	struct err   why;

	s->strings.len = 0;
	if (!event_parse(&ev, &s->strings, line, &why))
		return err_set(e, ERR_TRANSCRIPT_LINE, "line %llu, %s", (unsigned long long)s->so_far.num + 1,
		               why.detail);
	if (!check_line(s, &ev, e))
		return false;
	if (ev.n == 0)
		s->so_far.hides = fields_is(&ev.data, "format", TRANSCRIPT_FORMAT);
	if (!s->suspect && (!show(s, use, &ev, e) || (use->each && !use->each(use->ctx, &ev, line, e))))
		return false;
	struct digest d = hash_of(HASH_SHA256, line);
	memcpy(s->so_far.prev, d.p, sizeof s->so_far.prev);
	s->so_far.num++;
	s->so_far.size += line.len + 1;
	s->so_far.time = ev.time;
	s->so_far.final = ev.type == EVENT_CLOSE || ev.type == EVENT_ABORT;
	return true;
}

static bool scan_all(struct scan *s, const struct transcript_use *use, struct err *e)
{
	bool none = false;

	for (;;) {
		struct bytes line = { 0 };
		if (!next_line(s, &line, &none, e))
			return false;
		if (none)
			break;
		if (!take_line(s, line, use, e))
			return false;
	}
	s->so_far.torn = s->end - s->start;
	if (s->suspect)
		return err_set(e, ERR_TRANSCRIPT_CHAIN, "line %llu or line %llu has been changed",
		               (unsigned long long)s->so_far.num - 1, (unsigned long long)s->so_far.num);
	return true;
}

bool transcript_scan(struct transcript_end *out, int fd, const struct transcript_use *use, struct err *e)
{
	struct scan s;
	bool        ok = scan_init(&s, fd, e) && scan_all(&s, use, e);

	scan_done(&s);
	if (ok)
		*out = s.so_far;
	return ok;
}

/* A transcript that nobody writes: it ends with a whole line. */
static bool read_whole(struct transcript_end *end, int fd, const struct transcript_use *use, struct err *e)
{
	if (!transcript_scan(end, fd, use, e))
		return false;
	if (end->torn)
		return err_set(e, ERR_TRANSCRIPT_TORN, "line %llu, %zu octets", (unsigned long long)end->num + 1, end->torn);
	return true;
}

bool transcript_each_fd(int fd, transcript_fn *each, void *ctx, struct err *e)
{
	struct transcript_end end;

	return read_whole(&end, fd, &(struct transcript_use){ .each = each, .ctx = ctx }, e);
}

bool transcript_each_with(int dir, struct personal *more, struct transcript_personal *out, transcript_fn *each, void *ctx,
                          struct err *e)
{
	struct transcript_end end;
	struct personal       p = { .fd = -1 };
	int                   fd = openat(dir, TRANSCRIPT_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return err_set(e, ERR_FILE_OPEN, TRANSCRIPT_NAME ": %s", strerror(errno));
	bool ok = personal_init(&p, e) && personal_read(&p, dir, e) &&
	          read_whole(&end, fd, &(struct transcript_use){ &p, more, each, ctx }, e) &&
	          (!end.final || personal_end(&p, e));
	if (ok && out)
		*out = (struct transcript_personal){ p.num, p.num_withheld };
	personal_done(&p);
	(void)close(fd);
	return ok;
}

bool transcript_each(int dir, transcript_fn *each, void *ctx, struct err *e)
{
	return transcript_each_with(dir, NULL, NULL, each, ctx, e);
}

static bool add_leaf(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	(void)ev;
	(void)e;
	merkle_add(ctx, line);
	return true;
}

bool transcript_tree(struct merkle *out, int fd, struct err *e)
{
	struct merkle m = { .size = 0 };

	if (!transcript_each_fd(fd, add_leaf, &m, e))
		return false;
	*out = m;
	return true;
}

/* The last octets of the file, so many or all; *whole: it is all of them. */
static bool read_tail(struct scan *s, size_t most, bool *whole, struct err *e)
{
	off_t size = lseek(s->fd, 0, SEEK_END);
	bool  eof = false;

	if (size < 0)
		return err_set(e, ERR_FILE_READ, TRANSCRIPT_NAME ": %s", strerror(errno));
	*whole = size <= (off_t)most;
	s->offset = *whole ? 0 : size - (off_t)most;
	s->start = s->end = 0;
	while (!eof && s->end < most)
		if (!fill(s, &eof, e))
			return false;
	return true;
}

/* The last line: most are short, and a token asks for it at each signature. */
static bool last_line(struct bytes *line, struct scan *s, struct err *e)
{
	static const size_t most[] = { 16384, ROOM_READ };
	const uint8_t      *nl = NULL, *before = NULL;
	bool                whole = false;

	for (size_t i = 0; i < COUNT_OF(most) && !before && !whole; i++) {
		if (!read_tail(s, most[i], &whole, e))
			return false;
		nl = memrchr(s->p, '\n', s->end);
		before = nl ? memrchr(s->p, '\n', (size_t)(nl - s->p)) : NULL;
	}
	if (!nl)
		return whole ? err_set(e, ERR_TRANSCRIPT_EMPTY, TRANSCRIPT_NAME) :
		               err_set(e, ERR_TRANSCRIPT_LINE, "the last line is too long");
	const uint8_t *start = before ? before + 1 : s->p;
	*line = bytes_of(start, (size_t)(nl - start));
	return true;
}

bool transcript_last(struct event *out, struct arena *a, int fd, struct err *e)
{
	struct scan  s;
	struct bytes line;
	bool         ok = scan_init(&s, fd, e) && last_line(&line, &s, e) && event_parse(out, a, line, e);

	scan_done(&s);
	return ok;
}
