/* hidden.h: secrets typed or piped in, line by line, into locked memory.
 *
 * On a terminal nothing is echoed from hidden_init to hidden_done, and a signal that ends
 * the program leaves it echoing again. Nothing passes through stdio,
 * whose buffers are not locked. */
#pragma once

#include "ceremony/base/secret.h"

#define HIDDEN_MAX_LINE 4000 /* octets; a terminal takes 4095 */

struct hidden {
	int           fd;
	bool          is_terminal, is_quiet;
	unsigned      line;  /* the line last read, from 1 */
	struct secret chunk; /* what was read and not yet given out */
	size_t        at;
};

/* hidden_init: a reader of fd, which stays the caller's and open until hidden_done. At most
 * two may be terminals at a time. ERR_LOCK_MEMORY, ERR_FILE_READ (the echo stays on). */
bool hidden_init(struct hidden *h, int fd, struct err *e) __attribute__((warn_unused_result));
/* hidden_done: wipes; safe on zero and twice. */
void hidden_done(struct hidden *h);

/* hidden_line: the next line without its end, in *line (emptied first). On a terminal it
 * is asked for with `prompt` on stderr. *end is set, and *line empty, after the last one.
 * ERR_LINE_TOO_LONG, ERR_FILE_READ, ERR_LOCK_MEMORY. */
bool hidden_line(struct hidden *h, struct secret *line, bool *end, const char *prompt, struct err *e)
	__attribute__((warn_unused_result));
