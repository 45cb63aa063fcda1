/* transcript_read.h: the one reading of a transcript that opening, replay and the tree share.
 * For this room only; see transcript.h. */
#pragma once

#include "ceremony/record/transcript.h"

/* Where a transcript ends. */
struct transcript_end {
	uint64_t num;      /* whole lines */
	uint64_t size;     /* octets of them */
	int64_t  time;     /* of the last one; 0 if there is none */
	uint8_t  prev[32]; /* its SHA-256; zeros if there is none */
	size_t   torn;     /* octets behind it */
	bool     hides;    /* the first line is of the format in which personal values are commitments */
	bool     final;    /* the last line is one after which nothing comes */
};

/* What is done with each line. */
struct transcript_use {
	struct personal *personal, *more; /* what commitments stand for; personal NULL: they stay */
	transcript_fn   *each;            /* or NULL */
	void            *ctx;
};

/* transcript_scan: reads the file from its start, checks every whole line, and hands it over. A torn last line is
 * counted and not looked at. */
bool transcript_scan(struct transcript_end *out, int fd, const struct transcript_use *use, struct err *e)
	__attribute__((warn_unused_result));
