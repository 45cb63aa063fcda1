/* ics.c: see ics.h. */
#include "ceremony/cmd/ics.h"

#include <fcntl.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"

#define LINE_MAX_OCTETS 75 /* without its end (RFC 5545 3.1) */
#define TEXT_MAX        4096
#define EVENT_MAX       (2 * TEXT_MAX)

/* TEXT (3.3.11), of what is escaped for eyes already, so that it holds no control. */
static void put_text(struct buf *b, struct bytes s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == ',' || s.p[i] == ';' || s.p[i] == '\\')
			buf_u8(b, '\\');
		buf_u8(b, s.p[i]);
	}
}

static void put_organisation(struct buf *b, const struct ledger *l)
{
	uint8_t    clean[TEXT_MAX / 2];
	struct buf c = BUF_ON(clean);

	text_escape(&c, bytes_str(l->organisation));
	b->failed |= !buf_ok(&c);
	put_text(b, buf_bytes(&c));
}

/* One content line, folded where it is long, never inside a character. */
static void put_line(struct buf *b, struct buf *line)
{
	struct bytes rest = buf_bytes(line);
	size_t       room = LINE_MAX_OCTETS;

	b->failed |= !buf_ok(line);
	while (rest.len > room) {
		size_t n = room;
		while (n > 1 && (rest.p[n] & 0xc0) == 0x80)
			n--;
		buf_put(b, bytes_first(rest, n));
		buf_str(b, "\r\n ");
		rest = bytes_skip(rest, n);
		room = LINE_MAX_OCTETS - 1;
	}
	buf_put(b, rest);
	buf_str(b, "\r\n");
	line->len = 0;
}

static void put_time(struct buf *b, struct buf *line, const char *name, int64_t t)
{
	struct utc_civil c = utc_civil(t);

	buf_fmt(line, "%s:%04d%02d%02dT%02d%02d%02dZ", name, c.year, c.month, c.day, c.hour, c.minute, c.second);
	put_line(b, line);
}

static void put_alarm(struct buf *b, struct buf *line, const struct due *d, int64_t now)
{
	buf_str(b, "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:");
	put_text(line, bytes_str(d->what));
	put_line(b, line);
	buf_str(b, d->at - now > 30 * UTC_DAY ? "TRIGGER:-P30D\r\n" : d->at - now > 7 * UTC_DAY ? "TRIGGER:-P7D\r\n" : "TRIGGER:-P1D\r\n");
	buf_str(b, "END:VALARM\r\n");
}

static void put_event(struct buf *b, const struct ledger *l, const struct due *d, int64_t now)
{
	uint8_t    text[TEXT_MAX];
	char       hex[HASH_MAX * 2 + 1];
	struct buf line = BUF_ON(text);

	buf_str(b, "BEGIN:VEVENT\r\n");
	buf_fmt(&line, "UID:%s-%.32s@ceremony", d->key, sha256_hex(hex, l->root_cert));
	put_line(b, &line);
	/* A later file has what the record says later: it has more ceremonies (3.8.7.4). */
	buf_fmt(&line, "SEQUENCE:%u", l->num_ceremonies);
	put_line(b, &line);
	put_time(b, &line, "DTSTAMP", now);
	put_time(b, &line, "DTSTART", d->at);
	buf_str(&line, "SUMMARY:");
	put_organisation(&line, l);
	buf_str(&line, "\\, ");
	put_text(&line, bytes_str(d->what));
	if (d->of[0]) {
		buf_str(&line, ": ");
		put_text(&line, bytes_str(d->of));
	}
	put_line(b, &line);
	if (d->state == DUE_VOID || d->state == DUE_PAST)
		buf_str(b, "STATUS:CANCELLED\r\n");
	else
		put_alarm(b, &line, d, now);
	buf_str(b, "END:VEVENT\r\n");
}

bool ics_write(const char *path, const struct ledger *l, const struct due *due, size_t num, int64_t now, struct arena *a,
               struct err *e)
{
	size_t     cap = 512 + num * EVENT_MAX;
	uint8_t   *p = arena_take(a, cap);
	struct buf b = buf_init(p, p ? cap : 0);

	buf_str(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//ceremony//" CEREMONY_VERSION "//EN\r\n");
	for (size_t i = 0; i < num; i++)
		if (due[i].state != DUE_PAST || due[i].at > now) /* what was revoked ends no more: it is struck out */
			put_event(&b, l, &due[i], now);
	buf_str(&b, "END:VCALENDAR\r\n");
	if (!p || !buf_ok(&b))
		return err_set(e, ERR_TOO_LARGE, "%s", path);
	return file_write(AT_FDCWD, path, buf_bytes(&b), 0644, e);
}
