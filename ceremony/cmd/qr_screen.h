/* qr_screen.h: a file as moving QR codes on this terminal: fitted to it, also after it has become another; beside them
 * what is shown, the words of its SHA-256, and the keys. */
#pragma once

#include <termios.h>

#include "ceremony/base/err.h"
#include "qr/show.h"

struct qr_screen {
	/* what the caller says */
	const char   *name;    /* of the file; foreign text */
	struct bytes  content;
	struct arena *arena;   /* borrowed; from its length at qr_screen_fit on the screen's alone */
	unsigned      fps, version; /* version 0: what fits */
	bool          ascii, once;
	/* what is shown now */
	struct show       show; /* version 0: nothing fits */
	enum render_style style;
	unsigned          columns, rows; /* of the terminal */
	size_t            mark;
	bool              keys, still, over, again; /* keys are taken; it stands still; it has been ended; what stands there is
	                                             * to be painted anew */
	struct termios    saved;
};

/* qr_screen_fit: codes for the terminal as it is now, or of the version that was asked for. ERR_QR_SIZE, ERR_TOO_LARGE. */
bool qr_screen_fit(struct qr_screen *s, struct err *e) __attribute__((warn_unused_result));

/* qr_screen_run: shows them until somebody ends it (q, Esc, Ctrl-C), or for one round. Where standard output is no terminal,
 * the codes are printed one below the other. ERR_FILE_WRITE. */
bool qr_screen_run(struct qr_screen *s, struct err *e) __attribute__((warn_unused_result));
