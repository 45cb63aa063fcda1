/* pem_stream.h: what pem.h's pem_decode does, of a file that comes a piece at a time. */
#pragma once

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

#define PEM_STREAM_LINE 512 /* octets of a line that is no base64, as far as they are looked at */

/* Zero at first, but for label. */
struct pem_stream {
	const char *label;
	/* own */
	enum { PEM_NEW, PEM_DER, PEM_TEXT, PEM_INSIDE, PEM_BEHIND } at;
	char   line[PEM_STREAM_LINE];
	size_t line_len;
	bool   line_begins; /* nothing of the line was seen but blanks */
	bool   in_line;     /* it goes into line[] */
	bool   padded, any;
	char   quad[4];
	size_t num_quad;
};

/* pem_stream_feed: appends what a piece of the file holds to `out`, DER as it is; out must have room for as many octets as
 * the piece has. The first piece has two octets at least. ERR_PEM_*. */
bool pem_stream_feed(struct pem_stream *s, struct buf *out, struct bytes piece, struct err *e) __attribute__((warn_unused_result));
/* pem_stream_end: there are no more pieces. ERR_PEM_*. */
bool pem_stream_end(struct pem_stream *s, struct err *e) __attribute__((warn_unused_result));
