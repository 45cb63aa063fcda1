/* err.h: what went wrong, and what a tired person should do about it.
 *
 * One catalogue for the whole program (errors.def): what happened, what to do now, the
 * kind, and the clause if a standard says so. Functions return false and fill a struct
 * err; they never print, log or exit. */
#pragma once

#include <stdnoreturn.h>

#include "ceremony/base/bytes.h"

enum err_kind {
	ERR_RETRY, /* put it right and try again: the step stays where it is */
	ERR_STOP,  /* cannot go on like this: fix the cause outside, or abort */
	ERR_BUG,   /* a broken invariant of this program */
};

enum err_id {
#define X(id, kind, what, todo, clause) id,
#include "ceremony/base/errors.def"
#undef X
	ERR_COUNT_
};

struct err {
	enum err_id id;
	char        detail[192]; /* UTF-8, foreign text already escaped; never a secret */
};

/* One row of the catalogue. */
struct err_text {
	const char   *name; /* "ERR_PIN_WRONG": stands in transcripts and in stdout */
	const char   *what, *todo, *clause;
	enum err_kind kind;
};

/* err_set: fills e and returns false, so that a caller can write `return err_set(...)`.
 * The detail is cut at its capacity; of a character that was cut, there or by the caller, nothing stays. e may be NULL. */
bool err_set(struct err *e, enum err_id id, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* err_text_of: the catalogue's row of an id. */
const struct err_text *err_text_of(enum err_id id);

/* err_by_name: the id of a row's name, or ERR_COUNT_ if there is none. */
enum err_id err_by_name(struct bytes name);

/* err_line: "What happened (detail). What to do." as a C string in out, cut between characters. */
const char *err_line(char *out, size_t out_len, const struct err *e);

/* bug: stops the program at once, in every build: a broken invariant. */
noreturn void bug(const char *file, int line, const char *what);

/* MUST: the invariant `x`, checked in release builds too. */
#define MUST(x) ((x) ? (void)0 : bug(__FILE__, __LINE__, #x))
