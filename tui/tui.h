/* tui.h: the ncurses face: a calm screen for a room of people.
 *
 * It holds no logic: it shows the flow's prompt and brings back a reply. It works at 80x25
 * on the Linux console and on a serial line, without colour, and in ASCII where the locale is not
 * UTF-8. One struct tui at a time; curses itself is seen only inside this room (screen.h). */
#pragma once

#include "ceremony/port/clock.h"
#include "ceremony/port/face.h"

#define TUI_MAX_TAIL 8   /* lines of the transcript kept to be shown */
#define TUI_MAX_LINE 240 /* octets of one */

struct tui_options {
	struct clock clock;          /* for the clock in the header, and for hiding secrets */
	bool         ascii;          /* no line drawing, no UTF-8, whatever the locale says */
	bool         mono;           /* no colour, whatever the terminal says; NO_COLOR in the environment does the same */
	/* The tour of the keys that the help leads to, in a face of its own: as tour_run (ceremony/cmd/tour.h). NULL: none. */
	bool       (*tour)(struct face *face, bool plain, struct err *e);
	bool         steady;         /* the words of hand.h are always the same: for tests */
	unsigned     secret_seconds; /* a shown secret hides itself after so long; 0: 300 */
};

struct record_log;

struct tui {
	struct tui_options options;
	void              *curses; /* owned: the SCREEN; NULL when closed */
	bool               ascii, marks, colour; /* marks: the terminal has the finer marks */
	char               tail[TUI_MAX_TAIL][TUI_MAX_LINE];
	size_t             num_tail; /* the last TUI_MAX_TAIL, oldest first */
	char               tree[64]; /* the first words of the record's tree; "" not known */
	struct record_log *log;        /* owned: record.c's; NULL: nothing is kept */
	struct {
		unsigned long keys, idle, frames;
	} count; /* of a prompt: keys read, seconds without one, paintings; the tests look at it */
	bool               no_clock;   /* as the prompt says */
	uint64_t           busy_since; /* by the monotonic clock: when the last answer was taken */
	/* The open answers given last, to be corrected if they are refused, and the prompt they were given to. */
	char               kept[PROMPT_MAX_ASKS][TUI_MAX_LINE], kept_for[TUI_MAX_LINE];
	struct secret      kept_words; /* of a share that may be refused: kept.h */
	/* The same of a prompt that was left to record something out of turn. */
	char               left[PROMPT_MAX_ASKS][TUI_MAX_LINE], left_for[TUI_MAX_LINE];
};

/* tui_open: takes over the terminal on stdin and stdout (TERM names its kind), and sets LC_CTYPE from
 * the environment. ERR_TERMINAL_NONE if there is no such terminal. */
bool tui_open(struct tui *t, const struct tui_options *o, struct err *e) __attribute__((warn_unused_result));

/* tui_done: gives the terminal back; safe on zero and twice. */
void tui_done(struct tui *t);

/* tui_face: the face. Its ask fails with ERR_TERMINAL_LOST when the terminal goes away, or with
 * ERR_LOCK_MEMORY; its close calls tui_done. */
struct face tui_face(struct tui *t);
