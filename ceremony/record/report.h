/* report.h: a ceremony's report for people, made from its events alone. */
#pragma once

#include "ceremony/base/buf.h"
#include "ceremony/record/transcript.h"

#define REPORT_MAX ((size_t)48 << 20) /* octets: more than 200,000 events */

/* report_text: appends the report of the transcript in the folder `dir`: plain text, 80 columns.
 * The same transcript always gives the same text: the verifier makes it again and compares. */
bool report_text(struct buf *out, int dir, struct err *e) __attribute__((warn_unused_result));

/* report_telling: appends, on one line, what an event says that tells most. */
void report_telling(struct buf *b, const struct event *ev);

/* report_beginning: appends by whom a ceremony is answered, and how often was looked around before, as its first line says it. */
void report_beginning(struct buf *b, const struct event *first);

/* report_verifying: how the record is verified with tools that are not ours: lines of text. */
extern const char report_verifying[];
