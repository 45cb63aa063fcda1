/* job.h: what the child on the pseudo-terminal is to do, and what came of it. */
#pragma once

#include "ceremony/port/face.h"

/* Lies in shared memory. */
struct job {
	const char     *sample;
	bool            ascii, tail, twice; /* twice: the first answer is refused */
	int             end; /* no prompt, but the last screen: 1 as hoped for, 2 not, 3 a line alone */
	const char     *waits; /* no prompt, but a wait with this text, until a key comes; stop: Esc stops it */
	bool            stop;
	const char     *where; /* of that wait: the sample whose step it is; it ends by itself */
	unsigned        wrong_word; /* twice: the place that the refusal names */
	unsigned        secret_seconds;
	volatile bool   ok;
	unsigned long   keys, idle, frames; /* struct tui's count */
	enum err_id     error;
	enum reply_kind kind;
	char            fields[512], secret[128];
};

/* job_main: opens the face, asks the sample, writes down the reply; ctx is a struct job. For vt_start. */
int job_main(void *ctx);
