/* qr.c: see qr.h. The window is the code's alone, but for a column of words on its right. */
#include "tui/qr.h"

#include <unistd.h>

#include "ceremony/base/hash.h"
#include "ceremony/base/text.h"
#include "ceremony/port/terminal.h"
#include "qr/show.h"

#define ESC   0x1b
#define PANEL 27 /* columns beside the code, with a gap */
#define TALL  30 /* rows of a window that is not cramped */
#define WORDS 16 /* of SHA-256, as many as are read aloud elsewhere */

struct qr_view {
	const struct tui *t;
	const struct ask *a;
	enum render_style style;
	struct arena      arena; /* owned */
	struct show       show;
	struct code       code;
	unsigned          most;      /* the largest version that fits the window */
	int               fps;
	bool              still, inverted, over, painted;
	uint64_t          place, frames; /* frames: that were on the screen in this size */
	int64_t           due;           /* of the next one, by the monotonic clock */
};

static int64_t now_ms(const struct tui *t)
{
	return (int64_t)t->options.clock.mono(t->options.clock.ctx);
}

static enum render_style style_of(const struct tui *t)
{
	return t->ascii || !terminal_has_half_blocks(STDOUT_FILENO) ? RENDER_WIDE : RENDER_HALF;
}

/* The largest code that leaves room for the words. */
static unsigned most_of(enum render_style style)
{
	unsigned v = COLS > PANEL ? render_version(style, (unsigned)(COLS - PANEL), (unsigned)LINES) : 0;

	return v < SHOW_MAX_VERSION ? v : SHOW_MAX_VERSION;
}

void qr_says(const struct tui *t, struct buf *b, const struct ask *a)
{
	struct show_fit fit = show_fit(a->octets.len, most_of(style_of(t)));

	if (fit.version && LINES < TALL) /* there one line must do */
		buf_fmt(b, "%zu frame%s at %dx%d; ", fit.frames, fit.frames == 1 ? "" : "s", COLS, LINES);
	else if (fit.version == 0)
		buf_fmt(b, "%zu octets: too many for codes at %dx%d. Frames elsewhere: ", a->octets.len, COLS, LINES);
	else
		buf_fmt(b, "%zu octets: %zu frame%s at %dx%d, %.1f s; ", a->octets.len, fit.frames, fit.frames == 1 ? "" : "s", COLS,
		        LINES, (double)fit.frames / SHOW_FPS);
	show_elsewhere(b, a->octets.len, false, (unsigned)COLS, (unsigned)LINES);
}

/* ---- painting ------------------------------------------------------------ */

static void cell(const struct qr_view *v, int y, int x, enum style style, const char *text)
{
	(void)screen_put(v->t, y, x, 2, style, text);
}

static void paint_half(const struct qr_view *v)
{
	static const char *const block[] = { " ", "\u2580", "\u2584", "\u2588" };
	int columns = (int)render_columns(v->style, v->show.version), rows = (int)render_rows(v->style, v->show.version);

	for (int y = 0; y < rows; y++)
		for (int x = 0; x < columns; x++) {
			unsigned top = render_dark(&v->code, (unsigned)x, 2 * (unsigned)y);
			unsigned low = render_dark(&v->code, (unsigned)x, 2 * (unsigned)y + 1);
			cell(v, y, x, STYLE_QR, block[(top ^ v->inverted) + 2 * (low ^ v->inverted)]);
		}
}

static void paint_wide(const struct qr_view *v)
{
	int side = (int)render_rows(v->style, v->show.version);

	for (int y = 0; y < side; y++)
		for (int x = 0; x < side; x++) {
			bool dark = render_dark(&v->code, (unsigned)x, (unsigned)y) != v->inverted;
			cell(v, y, 2 * x, dark ? STYLE_QR_DARK : STYLE_QR, "  ");
		}
}

static void line(const struct qr_view *v, int y, enum style style, const char *text)
{
	int x = (int)render_columns(v->style, v->show.version) + 2;

	(void)screen_put(v->t, y, x, COLS - x, style, text);
}

static void paint_words(const struct qr_view *v, int y)
{
	char          words[512];
	struct buf    b = BUF_ON(words);
	struct digest d = hash_of(HASH_SHA256, v->a->octets);
	struct bytes  rest, one;

	line(v, y++, STYLE_TITLE, "SHA-256, the first 16 words");
	words_put(&b, bytes_first(digest_bytes(&d), WORDS), 2);
	rest = buf_bytes(&b);
	for (bool more = true; more; y++) {
		char text[64];
		more = bytes_cut(rest, '\n', &one, &rest);
		one = more ? one : rest;
		(void)snprintf(text, sizeof text, "%.*s", (int)one.len, (const char *)one.p);
		line(v, y, STYLE_STRONG, text);
	}
}

static void paint_panel(const struct qr_view *v)
{
	static const char *const keys[] = { "Space  stand still, go on", "< >    one back, one on", "[ ]    smaller, larger codes",
		                            "i      swap light and dark" };
	char                     text[64];
	int                      y = 14;

	line(v, 0, STYLE_STRONG, v->a->name);
	(void)snprintf(text, sizeof text, "%zu octets, %zu frame%s", v->a->octets.len, v->show.sender.num,
	               v->show.sender.num == 1 ? "" : "s");
	line(v, 1, STYLE_TEXT, text);
	(void)snprintf(text, sizeof text, "now %u%s", (unsigned)ur_sender_seq(&v->show.sender, v->place),
	               v->still ? ", standing still" : "");
	line(v, 2, STYLE_QUIET, text);
	paint_words(v, 4);
	(void)snprintf(text, sizeof text, "+ -    speed: %d a second", v->fps);
	line(v, y++, STYLE_TEXT, text);
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		line(v, y++, STYLE_TEXT, keys[i]);
	line(v, y, STYLE_NOW, "Enter  done");
}

static void paint(const struct qr_view *v)
{
	(void)erase();
	if (v->style == RENDER_HALF)
		paint_half(v);
	else
		paint_wide(v);
	paint_panel(v);
	(void)curs_set(0);
	(void)refresh();
}

/* ---- frames --------------------------------------------------------------- */

/* In codes of that version from now on, from the first frame. */
static bool set_version(struct qr_view *v, unsigned version)
{
	struct show next;
	struct err  e = { 0 };

	v->arena.len = 0;
	if (!show_init(&next, &v->arena, v->a->octets, version, &e))
		return false;
	v->show = next;
	v->place = v->frames = 0;
	v->painted = false;
	v->due = now_ms(v->t);
	return true;
}

/* The window may have become another. */
static bool fit(struct qr_view *v)
{
	unsigned most = most_of(v->style);

	if (most == v->most && v->show.version)
		return true;
	v->most = most;
	struct show_fit f = show_fit(v->a->octets.len, most);
	return f.version > 0 && set_version(v, f.version);
}

/* One size up or down; where the file does not fit in codes of that size, it stays. */
static void resize(struct qr_view *v, int by)
{
	unsigned was = v->show.version, to = by > 0 ? was + 1 : was - 1;

	if (to >= 1 && to <= v->most && !set_version(v, to))
		MUST(set_version(v, was));
}

static void step(struct qr_view *v, int by)
{
	v->still = true;
	if (by > 0 || v->place > 0)
		v->place = by > 0 ? v->place + 1 : v->place - 1;
	v->painted = false;
}

static bool show_due(struct qr_view *v)
{
	struct err e = { 0 };

	if (!v->still && v->painted && now_ms(v->t) >= v->due) {
		v->place++;
		v->painted = false;
	}
	if (v->painted)
		return true;
	if (!show_frame(&v->code, &v->show, v->place, &e))
		return false;
	v->painted = true;
	v->frames++;
	v->due = now_ms(v->t) + 1000 / v->fps;
	paint(v);
	return true;
}

static void key(struct qr_view *v, wint_t k, bool is_code)
{
	bool back = is_code ? k == KEY_LEFT : k == '<' || k == ',', on = is_code ? k == KEY_RIGHT : k == '>' || k == '.';
	int  faster = is_code ? 0 : k == '+' || k == '=' ? 1 : k == '-' ? -1 : 0;

	if (back || on)
		step(v, on ? 1 : -1);
	else if (is_code ? k == KEY_ENTER : k == '\r' || k == '\n' || k == ESC || k == 'q')
		v->over = true;
	else if (faster && v->fps + faster >= 1 && v->fps + faster <= SHOW_MAX_FPS)
		v->fps += faster;
	else if (!is_code && k == ' ')
		v->still = !v->still;
	else if (!is_code && (k == '[' || k == ']'))
		resize(v, k == ']' ? 1 : -1);
	else if (!is_code && k == 'i')
		v->inverted = !v->inverted;
	if (v->painted && !v->over)
		paint(v);
}

static bool go(struct qr_view *v)
{
	while (!v->over) {
		wint_t k = 0;
		if (!fit(v) || !show_due(v))
			return false;
		int64_t wait = v->still ? 1000 : v->due - now_ms(v->t);
		int     got = screen_read_within((int)wait, &k);
		if (got == SCREEN_LOST)
			v->over = true;
		else if (got == SCREEN_STOP)
			screen_stop();
		else if (got == OK || (got == KEY_CODE_YES && k != KEY_RESIZE))
			key(v, k, got == KEY_CODE_YES);
	}
	return true;
}

bool qr_run(const struct tui *t, const struct ask *a, struct qr_shown *out, const char **why)
{
	static struct qr_view v;

	v = (struct qr_view){ .t = t, .a = a, .style = style_of(t), .fps = SHOW_FPS, .arena = arena_new(a->octets.len + 4096) };
	bool ok = v.arena.cap && go(&v);
	arena_free(&v.arena);
	if (!ok)
		*why = "It cannot be shown in this window: a larger one takes larger codes";
	else
		*out = (struct qr_shown){ v.show.version, (unsigned)v.show.sender.num, v.frames };
	return ok;
}
