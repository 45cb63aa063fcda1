/* transcript.h: the append-only file of events: chained, synced.
 *
 * Here, and nowhere else, values that are personal become commitments on their way into a line, and values again on
 * their way out (personal.h): an event says values, a line commitments. Transcripts of the first format, which had
 * none, are read and continued as they are.
 *
 * A line counts once its newline is on the disk. A torn last line (power cut) is cut off
 * when the file is opened for appending, and the cut is told to the caller so that the
 * next event can say it. Lines are numbered from 1 in messages, as editors count; an
 * event's own n is one less. */
#pragma once

#include "ceremony/record/event.h"
#include "ceremony/record/merkle.h"
#include "ceremony/record/personal.h"

#define TRANSCRIPT_NAME   "transcript.jsonl"
#define TRANSCRIPT_FORMAT "ceremony-transcript v2" /* the field `format` of the first event */
#define TRANSCRIPT_PROMPT "prompt"                 /* the last field of a line that a person's words made */
#define TRANSCRIPT_OLD    "ceremony-transcript v1" /* without commitments */

struct transcript {
	int          fd;        /* owned */
	uint64_t     num;       /* lines */
	uint64_t     size;      /* octets */
	uint64_t     sure;      /* of those, as far as is known, on the disk: lines behind them wait for the next sync */
	int64_t      last_time; /* of the last line: no later one may be before it; 0 if there is none */
	uint8_t      prev[32];  /* SHA-256 of the last line; zeros if there is none */
	size_t       torn;      /* octets of a torn last line that were cut off on opening */
	bool         broken;    /* a failed append could not be undone: only reopening helps */
	struct arena room;      /* owned: where a line is built */
	struct bytes line;      /* the one that was appended last, without its newline; until the next one */
	bool         hides;     /* personal values stand as commitments: its first line says so */
	struct personal personal; /* owned */
	struct arena veiled;      /* owned: where what a prompt showed is built without its values */
};

/* transcript_create: a new empty file in the folder `dir`; ERR_FILE_EXISTS if there is one. */
bool transcript_create(struct transcript *t, int dir, struct err *e) __attribute__((warn_unused_result));

/* transcript_open: for appending, after a pause or crash; takes a write lock (ERR_TRANSCRIPT_BUSY),
 * so that two programs cannot append. Every line is parsed and the chain checked, as by
 * transcript_each, before anything is changed. */
bool transcript_open(struct transcript *t, int dir, struct err *e) __attribute__((warn_unused_result));

/* transcript_append: sets ev->n and ev->prev, hides what is personal, appends ev->prompt to the fields (ev stays as it is), writes the line in one write, fdatasyncs (the only
 * fdatasync in the program: tests count it). On failure (ERR_DISK_FULL, ERR_TRANSCRIPT_WRITE)
 * the file is cut back to what it was, or to what is on the disk, where lines waited for this sync, which may be lost with it: then
 * only reopening helps. Nothing half written stays. ERR_TRANSCRIPT_TIME if ev
 * is before the last line; ERR_EVENT_FORM if ev cannot be written. */
bool transcript_append(struct transcript *t, struct event *ev, struct err *e) __attribute__((warn_unused_result));

/* transcript_append_early: the same without the sync: the line is on the disk with the next that transcript_append adds, and a power cut
 * before that may take it. For what can be found out again, and changes nothing in the world. */
bool transcript_append_early(struct transcript *t, struct event *ev, struct err *e) __attribute__((warn_unused_result));

/* transcript_done: closes; safe on zero-initialised {.fd = -1}. */
void transcript_done(struct transcript *t);

/* What is told of each line: the event (good until the call returns) and the raw line
 * without its newline. False, with e filled, stops the reading. */
typedef bool transcript_fn(void *ctx, const struct event *ev, struct bytes line, struct err *e);

/* transcript_each: reads a whole transcript: parses each line, checks n, the chain and that time
 * never goes back, and hands it over. Stops at the first false. Linear, one line in memory.
 * ERR_TRANSCRIPT_LINE, ERR_TRANSCRIPT_CHAIN and ERR_TRANSCRIPT_TIME name the line, so do ERR_PERSONAL_*; a last line
 * without newline is ERR_TRANSCRIPT_TORN. each may be NULL. */
bool transcript_each(int dir, transcript_fn *each, void *ctx, struct err *e) __attribute__((warn_unused_result));

/* How many values of a transcript are personal, and how many of them are withheld. */
struct transcript_personal {
	size_t num, num_withheld;
};

/* transcript_each_with: the same, with disclosures from elsewhere (more: NULL for none), and a count of what is personal
 * (out: NULL if nobody asks). */
bool transcript_each_with(int dir, struct personal *more, struct transcript_personal *out, transcript_fn *each, void *ctx,
                          struct err *e) __attribute__((warn_unused_result));

/* transcript_each_fd: the same of an open file, from its start; does not move its offset. Events are as the lines have
 * them, with commitments. */
bool transcript_each_fd(int fd, transcript_fn *each, void *ctx, struct err *e) __attribute__((warn_unused_result));

/* transcript_tree: the RFC 6962 tree over all lines of an open file, checked on the way. */
bool transcript_tree(struct merkle *out, int fd, struct err *e) __attribute__((warn_unused_result));

/* transcript_last: the last complete line of a transcript open for reading, parsed into
 * `a`, as the line has it: how ceremony-token sees the intent for itself. ERR_TRANSCRIPT_EMPTY. */
bool transcript_last(struct event *out, struct arena *a, int fd, struct err *e) __attribute__((warn_unused_result));
