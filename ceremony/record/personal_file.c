/* personal_file.c: personal.jsonl, what opens the commitments of a transcript; see personal.h.
 *
 *   {"commitment":"<64 hex>","salt":"<64 hex>","value":"..."}
 *
 * One value a line, in one spelling, appended and synced before the line of the transcript that names it first. So a
 * power cut leaves at most values behind the last used one, and those are cut off. */
#include "ceremony/record/personal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"

#define HEAD      "{\"commitment\":\""
#define SALT      "\",\"salt\":\""
#define VALUE     "\",\"value\":"
#define BEFORE    (sizeof HEAD - 1 + 64 + sizeof SALT - 1 + 64 + sizeof VALUE - 1)

/* ---- reading ----------------------------------------------------------------------------- */

/* 64 lower-case hex digits behind `before`. */
static bool take_hex(uint8_t out[32], struct bytes *rest, const char *before)
{
	struct buf b = buf_init(out, 32);

	if (!bytes_starts(*rest, before))
		return false;
	*rest = bytes_skip(*rest, strlen(before));
	struct bytes hex = bytes_first(*rest, 64);
	for (size_t i = 0; i < hex.len; i++)
		if (hex.p[i] >= 'A' && hex.p[i] <= 'F')
			return false;
	*rest = bytes_skip(*rest, 64);
	return hex_decode(&b, hex) && b.len == 32;
}

static bool read_line(struct bytes line, uint8_t said[32], uint8_t salt[32], struct bytes *value, struct arena *a)
{
	struct bytes rest = line;

	if (!text_is_utf8(line) || !take_hex(said, &rest, HEAD) || !take_hex(salt, &rest, SALT) || !bytes_starts(rest, VALUE))
		return false;
	rest = bytes_skip(rest, sizeof VALUE - 1);
	return rest.len > 0 && rest.p[rest.len - 1] == '}' && event_string(value, a, bytes_first(rest, rest.len - 1));
}

static bool take_line(struct personal *p, struct bytes line, size_t number, struct err *e)
{
	struct bytes value;
	uint8_t      said[32], salt[32], is[32];

	if (!read_line(line, said, salt, &value, &p->room) || personal_is_reserved(value) || personal_is_withheld(value))
		return err_set(e, ERR_PERSONAL_FORM, "line %zu", number);
	personal_commitment(is, salt, value);
	if (memcmp(is, said, 32) != 0)
		return err_set(e, ERR_PERSONAL_FALSE, "line %zu", number);
	if (personal_by_commitment(p, said) || (!p->several && personal_by_value(p, value)))
		return err_set(e, ERR_PERSONAL_TWICE, "line %zu", number);
	return personal_add(p, said, value, line) || err_set(e, ERR_TOO_LARGE, "line %zu", number);
}

bool personal_parse(struct personal *p, struct bytes text, struct err *e)
{
	struct bytes line;

	for (size_t number = 1; bytes_cut(text, '\n', &line, &text); number++) {
		if (!take_line(p, line, number, e))
			return false;
		p->size += line.len + 1;
	}
	p->torn = text.len;
	return true;
}

bool personal_read(struct personal *p, int dir, struct err *e)
{
	struct bytes text;
	struct err   why;

	if (!file_exists(dir, PERSONAL_NAME))
		return true;
	if (!file_read(&text, &p->room, dir, PERSONAL_NAME, PERSONAL_MAX_LEN, e))
		return false;
	return personal_parse(p, text, &why) || err_set(e, why.id, PERSONAL_NAME " %s", why.detail);
}

/* ---- writing ----------------------------------------------------------------------------- */

static bool io_failed(struct err *e, int why)
{
	bool full = why == ENOSPC || why == EDQUOT || why == EFBIG;

	return err_set(e, full ? ERR_DISK_FULL : ERR_TRANSCRIPT_WRITE, PERSONAL_NAME ": %s", strerror(why));
}

void personal_mark(struct personal *p)
{
	p->mark = p->last;
	p->mark_size = p->size;
	p->mark_room = p->room.len;
}

/* Where the file ends that holds what the transcript's lines name: all that a power cut can have left lies behind. */
static bool drop_unused(struct personal *p, struct err *e)
{
	struct personal_value *last = NULL;
	uint64_t               size = 0;

	for (struct personal_value *v = p->first; v && v->used; v = v->next) {
		size += v->line.len ? v->line.len + 1 : 0;
		last = v;
	}
	for (const struct personal_value *v = last ? last->next : p->first; v; v = v->next)
		if (v->used)
			return err_set(e, ERR_PERSONAL_UNUSED, PERSONAL_NAME ", before %s", v->text);
	personal_drop_after(p, last);
	p->torn += p->size - size;
	p->size = size;
	return true;
}

bool personal_open(struct personal *p, int dir, struct err *e)
{
	p->dir = dir;
	if (p->num_withheld)
		return err_set(e, ERR_PERSONAL_WITHHELD, "%zu values", p->num_withheld);
	if (!drop_unused(p, e))
		return false;
	if (!file_exists(dir, PERSONAL_NAME))
		return true;
	p->fd = openat(dir, PERSONAL_NAME, O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	if (p->fd < 0)
		return err_set(e, ERR_FILE_OPEN, PERSONAL_NAME ": %s", strerror(errno));
	if (p->torn && (ftruncate(p->fd, (off_t)p->size) != 0 || fsync(p->fd) != 0))
		return io_failed(e, errno);
	p->torn = 0;
	return true;
}

/* A salt that no placeholder of the ceremony makes one read like another. */
static void draw(const struct personal *p, uint8_t salt[32], uint8_t commitment[32], struct bytes value)
{
	const struct personal_value *v;

	do {
		randombytes_buf(salt, 32);
		personal_commitment(commitment, salt, value);
		for (v = p->first; v && memcmp(v->commitment, commitment, 4) != 0; v = v->next)
			;
	} while (v);
}

struct personal_value *personal_new(struct personal *p, struct bytes value, struct err *e)
{
	uint8_t                salt[32], commitment[32];
	size_t                 cap = 6 * value.len + BEFORE + 4; /* a control is six octets in a string */
	uint8_t               *room = arena_take(&p->room, cap);
	struct buf             b = buf_init(room, room ? cap : 0);
	struct personal_value *v;

	draw(p, salt, commitment, value);
	buf_str(&b, HEAD);
	buf_hex(&b, bytes_of(commitment, 32));
	buf_str(&b, SALT);
	buf_hex(&b, bytes_of(salt, 32));
	buf_str(&b, VALUE);
	event_put_string(&b, value);
	buf_str(&b, "}");
	v = buf_ok(&b) ? personal_add(p, commitment, value, buf_bytes(&b)) : NULL;
	if (!v)
		(void)err_set(e, room ? ERR_EVENT_FORM : ERR_TOO_LARGE, "a personal value");
	else
		v->used = true; /* by the line that comes next, or it is taken back */
	return v;
}

/* The file comes to be with its first line. */
static bool need_file(struct personal *p, struct err *e)
{
	if (p->fd >= 0)
		return true;
	p->fd = openat(p->dir, PERSONAL_NAME, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
	return (p->fd >= 0 && fsync(p->dir) == 0) || io_failed(e, errno);
}

bool personal_sync(struct personal *p, struct err *e)
{
	struct personal_value *first = p->mark ? p->mark->next : p->first;
	struct stat            st;

	if (!first)
		return true;
	if (!need_file(p, e))
		return false;
	if (fstat(p->fd, &st) != 0 || (uint64_t)st.st_size != p->size)
		return err_set(e, ERR_TRANSCRIPT_WRITE, PERSONAL_NAME " has been changed by another program");
	for (const struct personal_value *v = first; v; v = v->next) {
		if (!fd_write(p->fd, v->line) || !fd_write(p->fd, BYTES_LIT("\n")))
			return io_failed(e, errno);
		p->size += v->line.len + 1;
	}
	return fsync(p->fd) == 0 || io_failed(e, errno);
}

void personal_undo(struct personal *p)
{
	struct stat st;

	if (p->last == p->mark)
		return;
	personal_drop_after(p, p->mark);
	p->room.len = p->mark_room;
	p->size = p->mark_size;
	/* If it cannot be cut back, the next write says so, and a resume does it. */
	if (p->fd >= 0 && fstat(p->fd, &st) == 0 && (uint64_t)st.st_size > p->size && ftruncate(p->fd, (off_t)p->size) == 0)
		(void)fsync(p->fd);
}

void personal_done(struct personal *p)
{
	if (p->fd > 0)
		(void)close(p->fd);
	arena_free(&p->room);
	*p = (struct personal){ .dir = -1, .fd = -1 };
}
