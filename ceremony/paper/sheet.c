/* sheet.c: see sheet.h: type, lines and boxes on the page that is open. */
#include "ceremony/paper/sheet.h"

#include "ceremony/base/text.h"
#include "ceremony/paper/letters.h"

/* The signs of WinAnsi from 0x80 to 0x9f (ISO 32000-1 annex D.2); 0: none. */
static const uint16_t upper[32] = {
	0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

/* The sign of a character, or 0. A no-break space and a soft hyphen would not be seen as such. */
static uint8_t sign_of(uint32_t v)
{
	if ((v >= 0x20 && v < 0x7f) || (v > 0xa0 && v <= 0xff && v != 0xad))
		return (uint8_t)v;
	for (size_t i = 0; i < COUNT_OF(upper); i++)
		if (v >= 0x80 && upper[i] == v)
			return (uint8_t)(0x80 + i);
	return 0;
}

size_t sheet_signs(struct buf *b, struct bytes a, const struct sheet_face *f)
{
	uint32_t v = 0;
	size_t   n = text_char(&v, a);
	uint8_t  sign = n ? sign_of(v) : 0;

	if (sign && (sign < 0x7f || f))
		buf_u8(b, sign);
	else if (n == 0 || v < 0x80)
		buf_fmt(b, "\\x%02x", a.p[0]);
	else if (f && letters_has(v) && letters_font(f))
		buf_fmt(b, "%c%.*s%c", SHEET_LETTERS, (int)n, (const char *)a.p, SHEET_SIGNS);
	else
		buf_fmt(b, "\\u{%x}", v);
	return n ? n : 1;
}

static float width_of(const struct sheet_face *f, const char *signs, size_t len, float size)
{
	struct bytes a = bytes_of(signs, len);
	float        w = 0;
	uint32_t     v = 0;

	while (a.len) {
		if (a.p[0] == SHEET_LETTERS) {
			a = bytes_skip(a, 1);
			a = bytes_skip(a, text_char(&v, a) + 1);
			w += (float)HPDF_Font_GetUnicodeWidth(letters_font(f), (HPDF_UNICODE)v);
		} else {
			w += f->width[a.p[0]];
			a = bytes_skip(a, 1);
		}
	}
	return w * size / 1000;
}

/* Ends a line of `len` octets, after which `rest` stands. */
static bool taken(struct sheet_line *out, struct bytes *rest, struct bytes after, size_t len,
                  const struct sheet_face *f, float size)
{
	out->len = len;
	out->text[len] = '\0';
	out->width = width_of(f, out->text, len, size);
	*rest = after;
	return true;
}

bool sheet_take(struct sheet_line *out, struct bytes *rest, const struct sheet_face *f, float size, float width)
{
	struct bytes a = *rest, blank = { NULL, 0 };
	size_t       len = 0, blank_len = 0;
	float        w = 0;

	if (a.len == 0)
		return false;
	while (a.len) {
		char       signs[16];
		struct buf b = BUF_ON(signs);
		if (a.p[0] == '\n')
			return taken(out, rest, bytes_skip(a, 1), len, f, size);
		size_t n = sheet_signs(&b, a, f);
		float  more = width_of(f, signs, b.len, size);
		if ((w + more > width && len) || len + b.len >= sizeof out->text) {
			if (a.p[0] == ' ')
				return taken(out, rest, bytes_skip(a, 1), len, f, size);
			return blank.p ? taken(out, rest, blank, blank_len, f, size) : taken(out, rest, a, len, f, size);
		}
		if (a.p[0] == ' ' && len) {
			blank = bytes_skip(a, 1);
			blank_len = len;
		}
		memcpy(out->text + len, signs, b.len);
		len += b.len;
		w += more;
		a = bytes_skip(a, n);
	}
	return taken(out, rest, a, len, f, size);
}

size_t sheet_count(struct bytes text, const struct sheet_face *f, float size, float width)
{
	struct sheet_line line;
	size_t            n = 0;

	while (sheet_take(&line, &text, f, size, width))
		n++;
	return n;
}

const struct sheet_face *sheet_face(const struct paper *p, enum paper_tone tone)
{
	static const enum sheet_font font[PAPER_TONES] = {
		[PAPER_PLAIN] = SHEET_SANS, [PAPER_STRONG] = SHEET_BOLD, [PAPER_MUTED] = SHEET_SANS,
		[PAPER_CODE] = SHEET_MONO,  [PAPER_ALARM] = SHEET_BOLD,
	};

	MUST(tone < PAPER_TONES);
	return &p->face[font[tone]];
}

/* Signs of the face, and in between what is in the font of other letters. */
static void show_runs(struct paper *p, const struct sheet_face *f, float size, const char *text)
{
	char   run[SHEET_LINE];
	size_t len = 0;
	bool   letters = false;

	for (;; text++) {
		if (*text && *text != SHEET_LETTERS && *text != SHEET_SIGNS) {
			run[len++] = *text;
			continue;
		}
		if (text[0] == SHEET_SIGNS && text[1] == SHEET_LETTERS) { /* one letter after the other */
			text++;
			continue;
		}
		run[len] = '\0';
		if (len) {
			(void)HPDF_Page_SetFontAndSize(p->page, letters ? letters_font(f) : f->font, size);
			(void)HPDF_Page_ShowText(p->page, run);
		}
		len = 0;
		letters = *text == SHEET_LETTERS;
		if (!*text)
			return;
	}
}

void sheet_show(struct paper *p, float x, float y, float size, enum paper_tone tone, const struct sheet_line *line)
{
	static const float ink[PAPER_TONES][3] = {
		[PAPER_PLAIN] = { 0.08F, 0.08F, 0.10F }, [PAPER_STRONG] = { 0.08F, 0.08F, 0.10F },
		[PAPER_MUTED] = { 0.36F, 0.38F, 0.42F }, [PAPER_CODE] = { 0.08F, 0.08F, 0.10F },
		[PAPER_ALARM] = { 0.66F, 0.07F, 0.09F },
	};

	if (line->len == 0)
		return;
	(void)HPDF_Page_BeginText(p->page);
	(void)HPDF_Page_SetRGBFill(p->page, ink[tone][0], ink[tone][1], ink[tone][2]);
	(void)HPDF_Page_SetFontAndSize(p->page, sheet_face(p, tone)->font, size);
	(void)HPDF_Page_MoveTextPos(p->page, x, y - size);
	show_runs(p, sheet_face(p, tone), size, line->text);
	(void)HPDF_Page_EndText(p->page);
	p->used = true;
}

void sheet_say(struct paper *p, float x, float y, float size, enum paper_tone tone, struct bytes text)
{
	struct sheet_line line;

	if (sheet_take(&line, &text, sheet_face(p, tone), size, SHEET_WIDTH))
		sheet_show(p, x, y, size, tone, &line);
}

void sheet_block(struct paper *p, float x, float width, float size, enum paper_tone tone, struct bytes text)
{
	struct sheet_line line;

	while (sheet_take(&line, &text, sheet_face(p, tone), size, width)) {
		(void)sheet_room(p, sheet_leading(size));
		sheet_show(p, x, p->y, size, tone, &line);
		p->y -= sheet_leading(size);
	}
}

void sheet_rule(struct paper *p, float x0, float y0, float x1, float y1, float thick, float grey)
{
	(void)HPDF_Page_SetGrayStroke(p->page, grey);
	(void)HPDF_Page_SetLineWidth(p->page, thick);
	(void)HPDF_Page_MoveTo(p->page, x0, y0);
	(void)HPDF_Page_LineTo(p->page, x1, y1);
	(void)HPDF_Page_Stroke(p->page);
	p->used = true;
}

void sheet_fill(struct paper *p, float x, float y, float width, float height, float grey)
{
	(void)HPDF_Page_SetGrayFill(p->page, grey);
	(void)HPDF_Page_Rectangle(p->page, x, y - height, width, height);
	(void)HPDF_Page_Fill(p->page);
	p->used = true;
}

float sheet_size(float size)
{
	return size < PAPER_MIN ? PAPER_MIN : size > PAPER_MAX ? PAPER_MAX : size;
}
