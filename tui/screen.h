/* screen.h: the terminal's regions and styles, and text painted into them.
 *
 * All painting goes to stdscr through screen_put(), which clips, so that no text can leave
 * its region. Every style can be told from the others without colour. */
#pragma once

#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#include <curses.h>

#include "tui/tui.h"

/* The least screen that is drawn on. */
#define SCREEN_MIN_LINES 20
#define SCREEN_MIN_COLS  64

enum style {
	STYLE_TEXT,
	STYLE_STRONG, /* names, values */
	STYLE_QUIET,  /* hints, what is later */
	STYLE_TITLE,
	STYLE_BAR,    /* the header and the key line */
	STYLE_BADGE,  /* REHEARSAL, in the header */
	STYLE_NOW,    /* the step that is now, the field that is typed into */
	STYLE_DANGER, /* cannot be undone */
	STYLE_SECRET,
	STYLE_ERROR,
	STYLE_GOOD,   /* the verdict that was hoped for */
	STYLE_QR,      /* dark on white: what a camera reads */
	STYLE_QR_DARK, /* a blank that is dark */
	STYLE_COUNT_
};

enum mark { MARK_DONE, MARK_NOW, MARK_LATER, MARK_SKIPPED, MARK_BULLET, MARK_FULL, MARK_EMPTY, MARK_DOTS, MARK_COUNT_ };

struct rect {
	int y, x, h, w;
};

struct layout {
	struct rect outline; /* w 0: not shown */
	struct rect centre;
	struct rect tail;
	int         rule_y, keys_y;
	bool        too_small;
};

/* screen_layout: the regions for the screen's present size; wide: the centre takes the outline's place. */
struct layout screen_layout(bool wide);

/* screen_put: paints one line of UTF-8 at y, x in at most w columns; what does not fit is cut and
 * ends in dots. Returns the columns used. */
int screen_put(const struct tui *t, int y, int x, int w, enum style style, const char *text);
/* screen_put_bytes: the same over a span, which may be part of a secret: no copy is made of ASCII. */
int screen_put_bytes(const struct tui *t, int y, int x, int w, enum style style, struct bytes text);

/* screen_mark: the text of a mark, one column (ASCII where the terminal has no better). */
const char *screen_mark(const struct tui *t, enum mark mark);
/* screen_blank: paints a region with blanks. */
void screen_blank(const struct tui *t, struct rect r);
/* screen_rule, screen_column: a horizontal and a vertical line. */
void screen_rule(const struct tui *t, int y, int x, int w);
void screen_column(const struct tui *t, int y, int x, int h, const char *instead);

/* screen_header: the bar at the top; outline: it stands below, and names the step. screen_outline: the steps. screen_keys: the line at the bottom. */
void screen_header(const struct tui *t, const struct prompt *p, bool outline);
void screen_clock(const struct tui *t);
void screen_outline(const struct tui *t, const struct layout *l, const struct prompt *p);
void screen_keys(const struct tui *t, const char *keys);

/* screen_cross_out: paints a region full of dots, so that a terminal that keeps what is cleared from it keeps
 * those. screen_forget: drops what was typed ahead, and has the next refresh write every cell anew, so that
 * neither curses nor its output buffer keeps what stood there (forget_test looks). After a secret. */
void screen_cross_out(const struct tui *t, struct rect r);
void screen_forget(void);

/* What screen_read brings, beside OK (a character) and KEY_CODE_YES (a key of curses'). */
#define SCREEN_NOTHING (-2) /* a second has passed */
#define SCREEN_STOP    (-3) /* the process is asked to stop (SIGTSTP): call screen_stop */
#define SCREEN_LOST    (-4) /* the terminal is gone */

/* Not keys, but the ends of what was pasted, where the terminal tells (bracketed paste). */
#define SCREEN_PASTE     (KEY_MAX + 1)
#define SCREEN_PASTE_END (KEY_MAX + 2)

/* screen_more: true if something that was typed, or pasted, waits already: no hand types so fast. */
bool screen_more(void);

/* screen_esc: true if an Esc waits; it is taken. Another key that waits stays, and so does what came after it. */
bool screen_esc(void);

/* screen_read: waits at most a second for a key. */
int screen_read(wint_t *key);
/* screen_read_within: as screen_read, in so many milliseconds. */
int screen_read_within(int ms, wint_t *key);
/* screen_stop: gives the terminal back, stops the process, and takes the terminal again when it goes on. */
void screen_stop(void);

/* screen_ascii: text as it can be shown: itself, or with each character that is not ASCII as '?', a few
 * as their like. out has room for every octet of text. */
struct bytes screen_ascii(const struct tui *t, struct buf *out, struct bytes text);
