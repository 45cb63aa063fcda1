/* report.h: a ceremony's report for people, made from its events alone. */
#pragma once

#include "ceremony/base/buf.h"
#include "ceremony/record/transcript.h"

#define REPORT_MAX ((size_t)48 << 20) /* octets: more than 200,000 events */

/* report_text: appends the report of the transcript in the folder `dir`: plain text, 80 columns.
 * The same transcript always gives the same text. ERR_TOO_LARGE, ERR_TRANSCRIPT_*, ERR_PERSONAL_*. */
bool report_text(struct buf *out, int dir, struct err *e) __attribute__((warn_unused_result));

/* A report in the making, for who reads the lines for a purpose of their own: report_begin, report_take of each line, and
 * report_put appends the report of those so far. report_free: safe on NULL. */
struct report_maker;
bool report_begin(struct report_maker **out, struct err *e) __attribute__((warn_unused_result));
bool report_take(struct report_maker *w, const struct event *ev, struct bytes line, struct err *e) __attribute__((warn_unused_result));
bool report_put(struct report_maker *w, struct buf *out, struct err *e) __attribute__((warn_unused_result));
void report_free(struct report_maker *w);

/* report_telling: appends, on one line, what an event says that tells most. */
void report_telling(struct buf *b, const struct event *ev);

/* report_beginning: appends by whom a ceremony is answered, and how often was looked around before, as its first line says it. */
void report_beginning(struct buf *b, const struct event *first);

/* report_verifying: how the record is verified with tools that are not ours: lines of text. */
extern const char report_verifying[];
