/* plain_line.h: lines in and out for the plain face: wrapped text, typed lines, secrets.
 *
 * Nothing here is buffered: a secret passes through no stdio buffer. */
#pragma once

#include "ceremony/cmd/plain.h"

/* plain_say: prints text wrapped at PLAIN_COLUMNS, each line behind `indent` blanks, and ends it. */
void plain_say(struct plain *pl, unsigned indent, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* plain_drop: drops what was typed, or pasted, before the question was there, and says so: it may be a PIN, and nothing is answered by it.
 * On no terminal, nothing: what a pipe holds is read in its order. */
void plain_drop(struct plain *pl);

/* plain_mark: drops what was typed ahead, turns the echo on, and prints "> ", where an answer is to be typed. */
void plain_mark(struct plain *pl);
/* plain_read: a typed line without its end, shown; too long sets line->failed. False at the input's end. plain_read_unseen: the same of
 * what was typed while nothing was asked for. */
bool plain_read(struct plain *pl, struct buf *line) __attribute__((warn_unused_result));
bool plain_read_unseen(struct plain *pl, struct buf *line) __attribute__((warn_unused_result));
/* plain_read_secret: drops what was typed ahead, prints "> ", and without echo reads a line into `s`, controls left out; Ctrl-C or
 * too long gives an empty line. */
bool plain_read_secret(struct plain *pl, struct secret *s) __attribute__((warn_unused_result));
/* plain_words: prints a secret's words numbered, four a line. */
void plain_words(struct plain *pl, const struct secret *s);
/* plain_push_away: a form feed and enough blank lines to empty any screen. */
void plain_push_away(struct plain *pl);
