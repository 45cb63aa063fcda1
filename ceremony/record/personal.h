/* personal.h: what is personal in a transcript, and how it is withheld.
 *
 * In the lines of a transcript a personal value (personal.def) stands as a salted commitment,
 *
 *     "officer.1":"sha256:<64 hex>"     SHA-256 of "ceremony-personal/v1\n", the salt's 64 hex digits, "\n", the value
 *
 * once for each value of a ceremony, so that the same person is the same commitment. What opens it, salt and value,
 * is a line of personal.jsonl beside the transcript. A line that is taken out of that file is withheld, and every
 * hash and signature of the transcript holds as before (docs/formats/personal.md).
 *
 * Whoever reads events sees values. One that is withheld reads as "withheld-" and the commitment's first eight digits:
 * the same for the same value, and no other one in the ceremony. */
#pragma once

#include "ceremony/record/event.h"

#define PERSONAL_NAME     "personal.jsonl"
#define PERSONAL_WITHHELD "withheld-"
#define PERSONAL_MAX_LEN  ((size_t)32 << 20) /* octets of personal.jsonl */
#define PERSONAL_MAX      65536              /* values of one ceremony */

/* personal_is: whether a field of an event is personal. */
bool personal_is(const struct event *ev, struct bytes key);

/* personal_is_withheld: whether a value, as an event says it, is one that is withheld. */
bool personal_is_withheld(struct bytes value);

/* personal_fits: whether a text can be a personal value at all: it must not read like one that is withheld.
 * ERR_PERSONAL_WORD. */
bool personal_fits(struct bytes value, struct err *e) __attribute__((warn_unused_result));

struct personal_value {
	struct personal_value *next, *same_commitment, *same_value; /* in order; of the same bucket */
	uint8_t                commitment[32];
	const char            *text;  /* "sha256:...", as it stands in a line */
	struct bytes           value; /* or what it reads as while it is withheld; a NUL behind it */
	struct bytes           line;  /* of personal.jsonl; empty: withheld */
	bool                   used;  /* some line of the transcript has it */
};

#define PERSONAL_BUCKETS 1024

/* The values of one ceremony. */
struct personal {
	struct arena           room; /* owned */
	struct personal_value *first, *last;
	struct personal_value *by_commitment[PERSONAL_BUCKETS], *by_value[PERSONAL_BUCKETS];
	size_t                 num, num_withheld;
	bool                   several; /* set by the caller: of several ceremonies, who may have values in common */
	size_t                 torn; /* octets behind the last whole line of the file */
	int                    dir, fd; /* for appending: borrowed, owned; fd -1: not yet there */
	uint64_t               size;    /* of the file's whole lines */
	/* what personal_undo goes back to: the state before the last personal_hide */
	struct personal_value *mark;
	uint64_t               mark_size;
	size_t                 mark_room;
};

/* personal_init: no values yet. ERR_NO_MEMORY. personal_done: safe on zero. */
bool personal_init(struct personal *p, struct err *e) __attribute__((warn_unused_result));
void personal_done(struct personal *p);

/* personal_read: takes in the disclosures of the folder `dir`; a file that is not there has none. Each is checked
 * against its commitment. ERR_PERSONAL_FORM, ERR_PERSONAL_FALSE, ERR_PERSONAL_TWICE name the line. */
bool personal_read(struct personal *p, int dir, struct err *e) __attribute__((warn_unused_result));

/* personal_parse: the same of a text; a last line without its newline counts as torn. */
bool personal_parse(struct personal *p, struct bytes text, struct err *e) __attribute__((warn_unused_result));

/* personal_show: in an event as it was read, puts values in the place of commitments; they live as long as p. more:
 * NULL, or disclosures from elsewhere, of which those that fit are marked used. ERR_PERSONAL_PLAIN where a personal
 * field is no commitment, ERR_PERSONAL_ALIKE. */
bool personal_show(struct personal *p, struct personal *more, struct event *ev, struct err *e)
	__attribute__((warn_unused_result));

/* personal_veil: appends a text with "withheld-" and eight digits in the place of each known value that stands in it as
 * words of its own; personal_unveil puts those values back that are open. */
void personal_veil(const struct personal *p, struct buf *out, struct bytes text);
void personal_unveil(const struct personal *p, struct buf *out, struct bytes text);

/* personal_end: after the last line of a transcript that nobody will go on with: every disclosure was of something,
 * and the file is whole. ERR_PERSONAL_UNUSED, ERR_PERSONAL_FORM. */
bool personal_end(const struct personal *p, struct err *e) __attribute__((warn_unused_result));

/* ---- writing ---- */

/* personal_open: after personal_read and the transcript's lines: for appending. What a power cut left (a torn line, or
 * values whose line was never written) is cut off. dir is borrowed until personal_done. */
bool personal_open(struct personal *p, int dir, struct err *e) __attribute__((warn_unused_result));

/* personal_hide: in an event that is to be written, puts commitments in the place of values, and adds what opens new
 * ones to the file, synced, before it returns. ERR_PERSONAL_WORD, ERR_TRANSCRIPT_WRITE, ERR_DISK_FULL: then nothing
 * is changed. personal_undo: the event was not written after all: takes the new ones back. */
bool personal_hide(struct personal *p, struct event *ev, struct err *e) __attribute__((warn_unused_result));
void personal_undo(struct personal *p);
