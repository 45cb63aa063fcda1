/* plain_line.h: lines in and out for the plain face: wrapped text, typed lines, secrets.
 *
 * Nothing here is buffered: a secret passes through no stdio buffer. */
#pragma once

#include "ceremony/cmd/plain.h"

/* plain_say: prints text wrapped at PLAIN_COLUMNS, each line behind `indent` blanks, and ends it. */
void plain_say(struct plain *pl, unsigned indent, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* plain_drop: drops what was typed, or pasted, before the question was there: nothing is confirmed by it. */
void plain_drop(struct plain *pl);

/* plain_mark: prints "> ", where an answer is to be typed. */
void plain_mark(struct plain *pl);
/* plain_read: a typed line without its end; too long sets line->failed. False at the input's end. */
bool plain_read(struct plain *pl, struct buf *line) __attribute__((warn_unused_result));
/* plain_read_secret: turns the echo off, prints "> ", and reads a line into `s`, controls left out; Ctrl-C or
 * too long gives an empty line. */
bool plain_read_secret(struct plain *pl, struct secret *s) __attribute__((warn_unused_result));
/* plain_words: prints a secret's words numbered, four a line. */
void plain_words(struct plain *pl, const struct secret *s);
/* plain_push_away: a form feed and enough blank lines to empty any screen. */
void plain_push_away(struct plain *pl);
