/* transcript.h: the append-only file of events: chained, fsynced one by one.
 *
 * A line counts once its newline is on the disk. A torn last line (power cut) is cut off
 * when the file is opened for appending, and the cut is told to the caller so that the
 * next event can say it. */
#pragma once

#include "ceremony/record/event.h"

struct transcript {
	int      fd;       /* owned */
	uint64_t num;      /* lines */
	uint8_t  prev[32]; /* SHA-256 of the last line; zeros if there is none */
	size_t   torn;     /* octets of a torn last line that were cut off on opening */
};

/* transcript_create: a new empty file; ERR_FILE_EXISTS if there is one. */
bool transcript_create(struct transcript *t, int dir, struct err *e) __attribute__((warn_unused_result));

/* transcript_open: for appending, after a pause or crash; takes a write lock, so that two
 * programs cannot append. The chain is checked (ERR_TRANSCRIPT_CHAIN names the line). */
bool transcript_open(struct transcript *t, int dir, struct err *e) __attribute__((warn_unused_result));

/* transcript_append: sets ev->n and ev->prev, writes the line in one write, fdatasyncs.
 * On failure the file is cut back to what it was: nothing half written stays. */
bool transcript_append(struct transcript *t, struct event *ev, struct err *e) __attribute__((warn_unused_result));

/* transcript_done: closes; safe on zero-initialised {.fd = -1}. */
void transcript_done(struct transcript *t);

/* transcript_each: reads a whole transcript: parses each line, checks n, chain and that
 * time never goes back, and hands it over. `line` is the raw line without newline. Stops
 * at the first false. The last line must end in a newline. Linear, one line in memory. */
bool transcript_each(int dir, bool (*each)(void *ctx, const struct event *ev, struct bytes line, struct err *e),
                     void *ctx, struct err *e) __attribute__((warn_unused_result));

/* transcript_last: the last complete line of a transcript open for reading, parsed into
 * `a`: how ceremony-token sees the intent for itself. */
bool transcript_last(struct event *out, struct arena *a, int fd, struct err *e) __attribute__((warn_unused_result));
