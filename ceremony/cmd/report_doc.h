/* report_doc.h: the report as a document: tables, to be printed, read in a browser, and signed. For report.c only.
 *
 * Each section is a replay of the transcript of its own, as in ceremony/record/report.c, whose text stands in the
 * record. It shows what the record says; the caller has verified it. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/paper/doc.h"
#include "ceremony/record/compliance.h"
#include "ceremony/record/note.h"
#include "ceremony/record/transcript.h"

struct report_doc {
	struct doc       *d;
	int               record, dir; /* the CA's folder and the ceremony's */
	struct arena      room;        /* owned: strings, until a section has been written */
	bool              failed;      /* sticky: the room was too small */
	struct event      first;       /* the open event */
	struct event      last;        /* its strings are gone, but for those of an abort */
	uint64_t          num[EVENT_COUNT_];
	struct transcript_personal personal;
	struct bytes      sums;        /* SHA256SUMS; empty if there is none */
	bool              has_root, has_checkpoint;
	uint8_t           root_sha256[32];
	struct checkpoint checkpoint;
	struct compliance clauses;
	size_t            num_unmet;
};

/* report_doc_read: what several sections need. report_doc_done: safe on zero. */
bool report_doc_read(struct report_doc *r, int record, int dir, struct err *e) __attribute__((warn_unused_result));
void report_doc_done(struct report_doc *r);

/* report_doc_foot: appends what stands at the foot of each page: the fingerprints. */
void report_doc_foot(struct buf *b, const struct report_doc *r);

/* report_doc_fill: the whole document; ctx is the struct report_doc. For printed_write(). */
bool report_doc_fill(struct doc *d, void *ctx, struct err *e) __attribute__((warn_unused_result));

/* Texts in the room. shown: made safe for eyes. said: as printf. hex: lower case, 32 digits a line. words: the first num
 * octets as PGP words. */
struct bytes report_doc_shown(struct report_doc *r, struct bytes foreign);
struct bytes report_doc_said(struct report_doc *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct bytes report_doc_hex(struct report_doc *r, struct bytes octets);
struct bytes report_doc_words(struct report_doc *r, struct bytes octets, unsigned per_line);
struct bytes report_doc_time(struct report_doc *r, int64_t t);

/* The sections, in the order in which they stand. */
bool report_doc_cover(struct report_doc *r, struct err *e) __attribute__((warn_unused_result));
bool report_doc_people(struct report_doc *r, struct err *e) __attribute__((warn_unused_result));
bool report_doc_tokens(struct report_doc *r, struct err *e) __attribute__((warn_unused_result));
bool report_doc_keys(struct report_doc *r, struct err *e) __attribute__((warn_unused_result));
bool report_doc_backup(struct report_doc *r, struct err *e) __attribute__((warn_unused_result));
bool report_doc_signed(struct report_doc *r, struct err *e) __attribute__((warn_unused_result));
bool report_doc_reviews(struct report_doc *r, struct err *e) __attribute__((warn_unused_result));
bool report_doc_exceptions(struct report_doc *r, struct err *e) __attribute__((warn_unused_result));
bool report_doc_media(struct report_doc *r, struct err *e) __attribute__((warn_unused_result));
bool report_doc_carried(struct report_doc *r, struct err *e) __attribute__((warn_unused_result));
bool report_doc_files(struct report_doc *r, struct err *e) __attribute__((warn_unused_result));
bool report_doc_clauses(struct report_doc *r, struct err *e) __attribute__((warn_unused_result));
bool report_doc_letter(struct report_doc *r, struct err *e) __attribute__((warn_unused_result));
bool report_doc_timeline(struct report_doc *r, struct err *e) __attribute__((warn_unused_result));
