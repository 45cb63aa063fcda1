/* layout.c: see layout.h. */
#include "ceremony/record/layout.h"

#include "ceremony/base/hash.h"
#include "ceremony/base/text.h"

#define LABEL_COLUMNS 16
#define MAX_TEXT      4096 /* octets of one piece of text, escaped; longer ones are cut */

/* `text`, escaped, in storage; cut to whole characters if it is very long. */
static struct bytes clean(struct buf *storage, struct bytes text)
{
	while (text.len > MAX_TEXT / 8) { /* \u{10ffff}: at most ten columns for four octets */
		text.len = MAX_TEXT / 8;
		while (text.len && (text.p[text.len] & 0xc0) == 0x80)
			text.len--;
	}
	text_escape(storage, text);
	return buf_bytes(storage);
}

/* How many octets of well-formed text fit into `width` columns. */
static size_t fit(struct bytes text, size_t width)
{
	size_t n = 0, used = 0;

	while (n < text.len) {
		size_t one = 1;
		while (n + one < text.len && (text.p[n + one] & 0xc0) == 0x80)
			one++;
		used += text.p[n] < 0x80 ? 1 : text_columns(bytes_of(text.p + n, one));
		if (used > width)
			break;
		n += one;
	}
	return n;
}

static void put_blanks(struct buf *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_str(out, " ");
}

void put_cell(struct buf *out, struct bytes text, size_t width, bool pad)
{
	uint8_t      storage[MAX_TEXT];
	struct buf   b = BUF_ON(storage);
	struct bytes t = clean(&b, text);
	bool         cut = text_columns(t) > width;

	if (cut)
		t.len = fit(t, width - 1);
	buf_put(out, t);
	buf_str(out, cut ? "~" : "");
	if (pad)
		put_blanks(out, width - text_columns(t) - cut);
}

void put_heading(struct buf *out, const char *text)
{
	buf_fmt(out, "\n%s\n", text);
	for (size_t i = 0; i < strlen(text); i++)
		buf_str(out, "-");
	buf_str(out, "\n");
}

/* How much of text goes on one line of `width`: whole words if there is a blank. */
static size_t line_of(struct bytes text, size_t width)
{
	size_t n = fit(text, width);

	if (n == text.len)
		return n;
	for (size_t at = n + 1; at-- > 1;)
		if (text.p[at] == ' ')
			return at;
	return n;
}

/* The first line stands behind what is there already. */
static void put_lines(struct buf *out, size_t indent, struct bytes text)
{
	uint8_t      storage[MAX_TEXT];
	struct buf   b = BUF_ON(storage);
	struct bytes t = clean(&b, text);

	for (bool first = true; first || t.len; first = false) {
		size_t n = line_of(t, PAGE_COLUMNS - indent);
		if (!first)
			put_blanks(out, indent);
		buf_put(out, bytes_first(t, n));
		buf_str(out, "\n");
		t = bytes_skip(t, n);
		while (t.len && t.p[0] == ' ')
			t = bytes_skip(t, 1);
	}
}

void put_wrapped(struct buf *out, size_t indent, struct bytes text)
{
	put_blanks(out, indent);
	put_lines(out, indent, text);
}

void put_row(struct buf *out, const char *label, struct bytes value)
{
	bool fits = text_columns(bytes_str(label)) < LABEL_COLUMNS - 2;

	buf_str(out, "  ");
	put_cell(out, bytes_str(label), fits ? LABEL_COLUMNS - 2 : PAGE_COLUMNS - 2, fits);
	if (!fits) {
		buf_str(out, "\n");
		put_blanks(out, LABEL_COLUMNS);
	}
	put_lines(out, LABEL_COLUMNS, value);
}

void put_digest(struct buf *out, const char *label, struct bytes content)
{
	char          hex[HASH_MAX * 2 + 1];
	struct digest d = hash_of(HASH_SHA256, content);

	put_row(out, label, bytes_str(digest_hex(hex, &d)));
	for (size_t i = 0; i < d.len; i += 4) {
		put_blanks(out, LABEL_COLUMNS);
		words_put(out, bytes_of(d.p + i, 4), 0);
		buf_str(out, "\n");
	}
}
