/* report_signed.h: what was signed in a ceremony, put together from its transcript alone. */
#pragma once

#include "ceremony/record/report.h"

/* One certificate or CRL. */
struct report_signed {
	uint64_t     n;      /* the event that bears the signature */
	bool         is_crl;
	struct bytes der;    /* good until the call returns; empty: it cannot be put together from the transcript */
};

typedef void report_signed_fn(void *ctx, const struct report_signed *s);

/* report_signed_each: each one, of the intent's TBS and the result's signature. */
bool report_signed_each(int dir, report_signed_fn *each, void *ctx, struct err *e) __attribute__((warn_unused_result));

/* report_ahead: for transcript_each, ctx a struct buf: what was signed ahead of its time and at what risk, and which lists
 * of before must never be published any more. */
bool report_ahead(void *ctx, const struct event *ev, struct bytes line, struct err *e) __attribute__((warn_unused_result));

/* report_signed: the section of the text on them, each with its SHA-256; "Nothing was signed." if there are none. */
bool report_signed(struct buf *out, int dir, struct err *e) __attribute__((warn_unused_result));
