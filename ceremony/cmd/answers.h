/* answers.h: the face that reads its answers from a file: rehearsals, tests, benchmarks.
 *
 * The file is INI (base/ini.h): one section a step id, `key = value` for each ask of the
 * step. docs/faces.md says what values there are. The file may hold PINs of a rehearsal's
 * throwaway token, so its text lives in an arena that is wiped. An unattended run never
 * waits and never asks the same thing for ever: a missing answer ends it with an error. */
#pragma once

#include <stdio.h>

#include "ceremony/base/ini.h"
#include "ceremony/port/clock.h"
#include "ceremony/port/face.h"

#define ANSWERS_MAX_LEN    ((size_t)256 << 10) /* octets of the file */
#define ANSWERS_MAX_ROUNDS 64                  /* secrets shown in one run, by round */
#define ANSWERS_MAX_REUSE  64                  /* times that one value may serve again */

/* How often a key was asked for, and which of its values served last. */
struct answers_use {
	const struct ini_entry *entry, *last;
	unsigned                times, reused;
};

struct answers {
	struct ini          ini;
	struct arena        arena; /* owned: the file's text and `use` */
	struct answers_use *use;   /* one place an entry of the file */
	size_t              num_use;
	struct clock        clock;
	FILE               *progress;       /* borrowed; NULL: say nothing */
	const char         *cards; /* borrowed: the folder that stands for the share cards, or NULL */
	const char         *frames; /* borrowed: the folder for pictures of QR codes; NULL: there is none */
	struct secret       shown[ANSWERS_MAX_ROUNDS];
	const struct ini_section *first_asked; /* the section that this run began in */
	char                last_line[192]; /* of progress, to say nothing twice */
	struct err          told; /* what went wrong since the last answer, or ERR_NONE */
};

/* answers_open: reads the file. The path is borrowed until answers_done. `progress`: where
 * "step n of m" lines go (stderr), or NULL. cards: a folder that stands for the cards on which custodians
 * write their shares, made when the first is written; borrowed; NULL: there are none. ERR_FILE_OPEN, ERR_FILE_READ, ERR_TOO_LARGE, ERR_INI_*. */
bool answers_open(struct answers *a, const char *path, const char *cards, struct clock clock, FILE *progress,
                  struct err *e)
	__attribute__((warn_unused_result));

/* answers_done: wipes the text and what was shown, frees both; safe on zero and twice. */
void answers_done(struct answers *a);

/* answers_face: the face. Its ask fails with ERR_ANSWER_MISSING or ERR_ANSWER_VALUE, naming
 * file, step and field; or, if the file holds no next answer, with what went wrong: the refusal
 * (p->refused) or the error that was told last. Its close calls answers_done. */
struct face answers_face(struct answers *a);

/* answers_left_over: after a run that reached its end, before the face is closed: false and ERR_ANSWER_LEFT, with
 * file, line, step and field, for the first answer that was never used. In a `resumed` run the steps
 * before the one it began in, and that one, may have been answered earlier: they are passed over,
 * and so is [session], which is no step. */
bool answers_left_over(const struct answers *a, bool resumed, struct err *e) __attribute__((warn_unused_result));
