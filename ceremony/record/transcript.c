/* transcript.c: see transcript.h. Writing is here, reading in transcript_read.c. */
#include "ceremony/record/transcript.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/record/personal_file.h"
#include "ceremony/record/transcript_read.h"

static bool io_failed(struct err *e, int why)
{
	bool full = why == ENOSPC || why == EDQUOT || why == EFBIG;

	return err_set(e, full ? ERR_DISK_FULL : ERR_TRANSCRIPT_WRITE, TRANSCRIPT_NAME ": %s", strerror(why));
}

/* An open file description lock: released when the last copy of the descriptor is closed,
 * thus also by a crash, and never by closing some other descriptor of the file. */
static bool lock(int fd, struct err *e)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (fcntl(fd, F_OFD_SETLK, &whole) == 0)
		return true;
	if (errno == EAGAIN || errno == EACCES)
		return err_set(e, ERR_TRANSCRIPT_BUSY, TRANSCRIPT_NAME);
	return io_failed(e, errno);
}

static bool take_room(struct transcript *t, struct err *e)
{
	t->room = arena_new(EVENT_MAX_LINE + 1);
	t->veiled = arena_new(EVENT_MAX_LINE);
	return t->room.cap && t->veiled.cap ? personal_init(&t->personal, e) : err_set(e, ERR_NO_MEMORY, TRANSCRIPT_NAME);
}

bool transcript_create(struct transcript *out, int dir, struct err *e)
{
	struct transcript t = { .fd = -1 };

	t.fd = openat(dir, TRANSCRIPT_NAME, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (t.fd < 0 && errno == EEXIST)
		return err_set(e, ERR_FILE_EXISTS, TRANSCRIPT_NAME);
	if (t.fd < 0)
		return io_failed(e, errno);
	bool ok = take_room(&t, e) && lock(t.fd, e) && personal_open(&t.personal, dir, e);
	if (ok && fsync(dir) != 0) /* its name; of an empty file there is nothing else */
		ok = io_failed(e, errno);
	if (!ok) {
		(void)unlinkat(dir, TRANSCRIPT_NAME, 0);
		transcript_done(&t);
		return false;
	}
	*out = t;
	return true;
}

/* The file's state after its last whole line, and a torn rest cut off. */
static bool take_up(struct transcript *t, int dir, struct err *e)
{
	struct transcript_end end;

	if (!personal_read(&t->personal, dir, e) ||
	    !transcript_scan(&end, t->fd, &(struct transcript_use){ .personal = &t->personal }, e))
		return false;
	t->hides = end.hides;
	t->num = end.num;
	t->size = t->sure = end.size;
	t->last_time = end.time;
	t->torn = end.torn;
	memcpy(t->prev, end.prev, sizeof t->prev);
	if (t->torn && (ftruncate(t->fd, (off_t)t->size) != 0 || fsync(t->fd) != 0))
		return io_failed(e, errno);
	return personal_open(&t->personal, dir, e);
}

bool transcript_open(struct transcript *out, int dir, struct err *e)
{
	struct transcript t = { .fd = openat(dir, TRANSCRIPT_NAME, O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC) };

	if (t.fd < 0)
		return err_set(e, ERR_FILE_OPEN, TRANSCRIPT_NAME ": %s", strerror(errno));
	if (!take_room(&t, e) || !lock(t.fd, e) || !take_up(&t, dir, e)) {
		transcript_done(&t);
		return false;
	}
	*out = t;
	return true;
}

/* One write, and one sync if it is not to wait; or the reason why not. */
static int write_line(int fd, struct bytes line, bool sync)
{
	ssize_t n;

	do
		n = write(fd, line.p, line.len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno;
	if ((size_t)n != line.len)
		return ENOSPC; /* a regular file takes less only when nothing more fits */
	return !sync || fdatasync(fd) == 0 ? 0 : errno;
}

/* Appends only at the end that is known: no other hand has been here. */
static bool add_line(struct transcript *t, struct bytes line, bool sync, struct err *e)
{
	struct stat st;

	if (fstat(t->fd, &st) != 0)
		return io_failed(e, errno);
	if ((uint64_t)st.st_size != t->size)
		return err_set(e, ERR_TRANSCRIPT_WRITE, TRANSCRIPT_NAME " has been changed by another program");
	int why = write_line(t->fd, line, sync);
	if (why == 0)
		return true;
	t->broken = ftruncate(t->fd, (off_t)t->sure) != 0 || t->sure != t->size;
	(void)fsync(t->fd); /* so that a power cut does not bring the line back; it may fail again */
	return io_failed(e, why);
}

/* What a person was shown goes with what they said; without the values that are known by now. */
static bool put_prompt(struct transcript *t, struct event *hidden, struct err *e)
{
	struct buf b = buf_init(t->veiled.p, t->veiled.cap);

	if (!hidden->prompt.len || !t->hides)
		return true;
	personal_veil(&t->personal, &b, hidden->prompt);
	if (!buf_ok(&b) || hidden->data.num == FIELDS_MAX)
		return err_set(e, ERR_TOO_LARGE, "what a prompt showed");
	hidden->data.item[hidden->data.num++] = (struct field){ BYTES_LIT(TRANSCRIPT_PROMPT), buf_bytes(&b) };
	return true;
}

/* ev->n and ev->prev, and the line, hidden where it must be. */
static bool build_line(struct transcript *t, struct buf *b, const struct event *ev, struct err *e)
{
	struct event hidden = *ev;

	if (t->hides && (!personal_hide(&t->personal, &hidden, e) || !put_prompt(t, &hidden, e)))
		return false;
	hidden.n = t->num;
	memcpy(hidden.prev, t->prev, sizeof hidden.prev);
	event_encode(b, &hidden);
	t->line = buf_bytes(b);
	buf_u8(b, '\n');
	return buf_ok(b) || err_set(e, ERR_EVENT_FORM, "type %s", event_type_name(ev->type));
}

static bool append(struct transcript *t, struct event *ev, bool sync, struct err *e)
{
	struct buf b = buf_init(t->room.p, t->room.cap);

	if (t->broken)
		return err_set(e, ERR_TRANSCRIPT_WRITE, TRANSCRIPT_NAME " could not be cut back; start again");
	if (t->num && ev->time < t->last_time)
		return err_set(e, ERR_TRANSCRIPT_TIME, "by %lld seconds", (long long)(t->last_time - ev->time));
	if (t->num == 0)
		t->hides = fields_is(&ev->data, "format", TRANSCRIPT_FORMAT);
	personal_mark(&t->personal);
	if (!build_line(t, &b, ev, e) || !add_line(t, buf_bytes(&b), sync, e)) {
		personal_undo(&t->personal);
		return false;
	}
	ev->n = t->num;
	memcpy(ev->prev, t->prev, sizeof ev->prev);
	struct digest d = hash_of(HASH_SHA256, t->line);
	memcpy(t->prev, d.p, sizeof t->prev);
	t->num++;
	t->size += b.len;
	t->sure = sync ? t->size : t->sure;
	t->last_time = ev->time;
	return true;
}

bool transcript_append(struct transcript *t, struct event *ev, struct err *e)
{
	return append(t, ev, true, e);
}

bool transcript_append_early(struct transcript *t, struct event *ev, struct err *e)
{
	return append(t, ev, false, e);
}

void transcript_done(struct transcript *t)
{
	if (t->fd >= 0)
		(void)close(t->fd);
	arena_free(&t->room);
	arena_free(&t->veiled);
	personal_done(&t->personal);
	*t = (struct transcript){ .fd = -1 };
}
