/* plain_line.c: see plain_line.h. */
#include "ceremony/cmd/plain_line.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/cmd/plain_echo.h"

#define BLANK_LINES 70 /* more than a screen or a page has */
#define CTRL_C      3
#define DEL         127

static void put(struct plain *pl, struct bytes b)
{
	(void)!fd_write(pl->out, b); /* the next read notices that nobody is there */
}

void plain_say(struct plain *pl, unsigned indent, const char *fmt, ...)
{
	char         text[8192], out[PLAIN_COLUMNS * 4 + 2];
	struct buf   b = BUF_ON(text);
	struct bytes line, rest;
	va_list      ap;

	va_start(ap, fmt);
	buf_vfmt(&b, fmt, ap);
	va_end(ap);
	rest = bytes_str(buf_cstr(&b));
	while (text_wrap(&line, &rest, PLAIN_COLUMNS - indent)) {
		struct buf o = BUF_ON(out);
		buf_fmt(&o, "%*s", (int)(line.len ? indent : 0), "");
		buf_put(&o, line);
		buf_str(&o, "\n");
		put(pl, buf_bytes(&o));
	}
}

void plain_drop(struct plain *pl)
{
	if (plain_echo_drop(pl))
		plain_say(pl, 0, "What was typed before the question was there is dropped: it was not shown, and not taken.");
}

void plain_mark(struct plain *pl)
{
	plain_drop(pl);
	plain_echo(pl, PLAIN_OPEN); /* before anyone is asked to type */
	put(pl, BYTES_LIT("> "));
}

/* One octet: 1, or 0 at the end of the input. */
static bool get(struct plain *pl, uint8_t *c)
{
	ssize_t n;

	do
		n = read(pl->in, c, 1);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

bool plain_read_unseen(struct plain *pl, struct buf *line)
{
	uint8_t c = 0;
	bool    any = false;

	line->len = 0;
	line->failed = false;
	while (get(pl, &c)) {
		any = true;
		if (c == '\n')
			break;
		if (c != '\r')
			buf_u8(line, c);
	}
	return any;
}

bool plain_read(struct plain *pl, struct buf *line)
{
	plain_echo(pl, PLAIN_OPEN);
	bool any = plain_read_unseen(pl, line);
	plain_echo(pl, PLAIN_QUIET);
	return any;
}

bool plain_read_secret(struct plain *pl, struct secret *s)
{
	uint8_t c = 0;
	bool    any = false, spoilt = false;

	plain_drop(pl);
	plain_echo(pl, PLAIN_SECRET);
	put(pl, BYTES_LIT("> "));
	while (get(pl, &c)) {
		any = true;
		if (c == '\n')
			break;
		if (c == CTRL_C)
			spoilt = true;
		else if (c >= ' ' && c != DEL)
			spoilt |= !secret_put(s, bytes_of(&c, 1));
	}
	wipe(&c, sizeof c);
	plain_echo(pl, PLAIN_QUIET);
	if (spoilt)
		secret_cut(s, 0);
	put(pl, BYTES_LIT("\n"));
	return any;
}

void plain_words(struct plain *pl, const struct secret *s)
{
	struct bytes rest = bytes_trim(secret_expose(s)), word;
	char         number[16];

	for (unsigned i = 1; rest.len; i++) {
		if (!bytes_cut(rest, ' ', &word, &rest)) {
			word = rest;
			rest.len = 0;
		}
		(void)snprintf(number, sizeof number, "%4u ", i);
		put(pl, bytes_str(number));
		put(pl, word); /* straight from locked memory */
		(void)snprintf(number, sizeof number, "%*s", word.len < 10 ? (int)(10 - word.len) : 1, "");
		put(pl, i % 4 == 0 || rest.len == 0 ? BYTES_LIT("\n") : bytes_str(number));
	}
}

void plain_push_away(struct plain *pl)
{
	put(pl, BYTES_LIT("\f"));
	for (unsigned i = 0; i < BLANK_LINES; i++)
		put(pl, BYTES_LIT("\n"));
	plain_say(pl, 0, "The secret was above. Clear the terminal's scrollback and the display's memory before anyone comes back.");
}
