/* vt.h: a small terminal for tests: it runs a function on a pseudo-terminal and reads the screen.
 *
 * It knows what curses sends for TERM=linux, xterm and vt100: cursor moves, erasing, scrolling,
 * character sets, UTF-8. Reverse, bold and underline are kept. */
#pragma once

#include <sys/types.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

#define VT_MAX_LINES 60
#define VT_MAX_COLS  160

enum vt_attr { VT_BOLD = 1, VT_UNDERLINE = 2, VT_REVERSE = 4 };

struct vt_cell {
	char    text[8]; /* one character with what combines; "" the right half of a wide one */
	uint8_t attr;
};

struct vt {
	int            fd; /* the master */
	pid_t          child;
	int            lines, cols, y, x, saved_y, saved_x, top, bottom; /* top, bottom: what scrolls */
	uint8_t        attr;
	bool           graphics; /* line drawing in G0 or G1 */
	bool           g1, g0_graphics, g1_graphics;
	struct vt_cell cell[VT_MAX_LINES][VT_MAX_COLS];
	char           last[8]; /* for REP */
	uint8_t        held[64]; /* an unfinished sequence */
	size_t         num_held;
	uint64_t       num_read; /* octets */
	char           log[1 << 18]; /* all of them, as far as there is room */
	bool           ended;    /* the child's side is closed */
};

/* vt_start: runs main_of(ctx) in a child on a terminal of that size and TERM, in that locale. */
bool vt_start(struct vt *v, int lines, int cols, const char *term, const char *locale, int (*main_of)(void *ctx),
              void *ctx);
/* vt_type: sends keys as octets. vt_resize: changes the size and tells the child. */
void vt_type(struct vt *v, const char *keys);
void vt_resize(struct vt *v, int lines, int cols);
/* vt_read: takes what the child has written, waiting up to ms for the first of it. False if there was nothing. */
bool vt_read(struct vt *v, int ms);
/* vt_wait: reads until the screen holds `text` somewhere; false after ten seconds. vt_wait_gone: until it does not. */
bool vt_wait(struct vt *v, const char *text);
bool vt_wait_gone(struct vt *v, const char *text);
/* vt_settle: reads until nothing has come for a third of a second. */
void vt_settle(struct vt *v);
/* vt_has_colour: true if a select graphic rendition with a colour in it was ever sent. */
bool vt_has_colour(const struct vt *v);
/* vt_text: the screen's text, a line each, without blanks at the ends of lines. */
void vt_text(const struct vt *v, struct buf *b);
/* vt_attr_of: the attributes of the first place where `text` stands on one line; -1 if nowhere. */
int vt_attr_of(const struct vt *v, const char *text);
/* vt_end: closes the terminal and waits for the child: its exit status, or -1 if it died otherwise. */
int vt_end(struct vt *v);
