/* crl_stream.h: a revocation list that another program has made, larger than memory should hold: read a piece of its file at a
 * time. What is taken and what is odd is as crl_foreign.h has it. */
#pragma once

#include "ceremony/base/fields.h"
#include "ceremony/base/hash.h"
#include "ceremony/pki/crl_foreign.h"
#include "ceremony/pki/revoked.h"

#define CRL_STREAM_HEAD 8192 /* octets before the entries, and behind them, and of one entry, at the most */
#define CRL_STREAM_ROOM (4 * CRL_STREAM_HEAD)

/* Zero at first, but for each and ctx. */
struct crl_stream {
	bool (*each)(void *ctx, const struct revoked *r, struct err *e); /* an entry; its line is its number */
	void *ctx;
	/* once crl_stream_end has said yes: */
	struct crl    list; /* der, tbs and revoked are empty; the rest borrows from here */
	unsigned      odd;
	struct digest digest; /* of the TBSCertList by the signature's hash; len 0: the algorithm has none (Ed25519) */
	/* own */
	enum { CRL_STREAM_BEGIN, CRL_STREAM_ENTRIES, CRL_STREAM_TAIL } at;
	int64_t     pos;              /* of room[0] in the DER */
	int64_t     tbs_end, all_end; /* where they end */
	int64_t     entries_end;
	bool        hashing;
	struct hash hash;
	uint8_t     head[CRL_STREAM_HEAD], room[CRL_STREAM_ROOM];
	size_t      have;
};

/* crl_stream_feed, crl_stream_end: its DER, in order; then, that there is no more. ERR_CRL_*; what `each` says. */
bool crl_stream_feed(struct crl_stream *s, struct bytes piece, struct err *e) __attribute__((warn_unused_result));
bool crl_stream_end(struct crl_stream *s, struct err *e) __attribute__((warn_unused_result));
/* crl_stream_say: what it was, as fields: number issuer(base64) this-update next-update entries algorithm digest?(hex)
 * signature(base64) odd-bits odd?. */
void crl_stream_say(const struct crl_stream *s, struct fields *out);
/* crl_stream_done: safe on zero and twice. */
void crl_stream_done(struct crl_stream *s);
