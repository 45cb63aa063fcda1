/* plain_echo.h: whether the terminal of the plain face shows what is typed: while an open line is asked for, and at no other time.
 *
 * What is typed ahead of a question may be a PIN: it is neither shown nor taken. The terminal is given back as it was when the
 * program is stopped or ended by a signal, too. Ctrl-C is a character in a line, as on the full screen, and ends nothing. */
#pragma once

#include "ceremony/cmd/plain.h"

enum plain_echo {
	PLAIN_OPEN,   /* a line is being typed, and shown */
	PLAIN_QUIET,  /* nothing is asked for */
	PLAIN_SECRET, /* a line is being typed, and not shown; Ctrl-C empties it */
};

/* plain_echo: from now on so; on no terminal, nothing. */
void plain_echo(struct plain *pl, enum plain_echo how);
/* plain_echo_drop: throws away what has been typed and not read. Returns how many octets that were. */
size_t plain_echo_drop(struct plain *pl);
/* plain_echo_done: the terminal as it was before. */
void plain_echo_done(struct plain *pl);
