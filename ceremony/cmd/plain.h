/* plain.h: the face that speaks line by line: a serial console, a braille display, a pipe.
 *
 * It moves no cursor, uses no colour and no character that it was not given, and wraps at
 * 78 columns. Commands stand on a line of their own: ? back pause abort tour. Secrets are read without
 * echo. A line terminal cannot take back what it printed: a shown secret comes only after its custodian
 * says to be alone, and is then pushed away by a form feed and blank lines; the face says so. */
#pragma once

#include <termios.h>

#include "ceremony/port/clock.h"
#include "ceremony/port/face.h"

#define PLAIN_COLUMNS  78
#define PLAIN_MAX_LINE 1024 /* octets of a typed line */

struct plain {
	/* The tour of the keys that the line `tour` leads to, as tour_run (tour.h); NULL: none. */
	bool         (*tour)(struct face *face, bool plain, struct err *e);
	int            in, out; /* descriptors; borrowed */
	bool           steady; /* the words of hand.h are always the same: for tests */
	bool           tty;     /* `in` is a terminal: echo can be turned off */
	struct termios saved;
	size_t         last_step; /* step announced last, plus 1 */
	uint64_t       asked, told; /* monotonic, in ms: when the last prompt ended, and when it was last said that something goes on */
};

/* plain_open: over two open descriptors, which may be pipes. */
void plain_open(struct plain *pl, int in, int out);

/* plain_face: the face. Its ask fails with ERR_TERMINAL_LOST when the input ends. */
struct face plain_face(struct plain *pl);
