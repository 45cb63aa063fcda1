/* report_signed.h: what was signed in a ceremony, put together from its transcript alone. */
#pragma once

#include "ceremony/pki/key.h"
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

/* The section of the text on them, an event at a time, each with its SHA-256. */
struct report_signing {
	struct buf       *out;
	unsigned          num; /* of those told */
	report_signed_fn *each;
	void             *ctx;
	struct arena      room; /* owned */
	/* the last intent to sign, until its result comes */
	struct bytes      tbs;
	enum sig_alg      sig;
	bool              pending, is_crl;
};

/* report_signing_init: false if there is no memory. report_signing_done: safe on zero. */
bool report_signing_init(struct report_signing *s, struct buf *out) __attribute__((warn_unused_result));
void report_signing_done(struct report_signing *s);
/* report_signing: a transcript_fn; ctx is a struct report_signing, which must stay where it is. */
bool report_signing(void *ctx, const struct event *ev, struct bytes line, struct err *e) __attribute__((warn_unused_result));
