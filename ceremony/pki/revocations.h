/* revocations.h: a list of what is to be revoked, as it comes on a medium: docs/formats/revocation-list.md.
 *
 * Either lines of text (serial TAB date TAB reason TAB invalidity date), or the certificates
 * themselves, as PEM one after the other or one as DER. Read in pieces of any size, in constant
 * memory; every bad line is counted, and the first ones are kept with what is wrong with them. */
#pragma once

#include "ceremony/pki/revoked.h"

#define REVOCATIONS_MAX_LINE 200                 /* octets of a line of text */
#define REVOCATIONS_MAX_CERT ((size_t)24 << 10)  /* octets of a certificate's PEM block */
#define REVOCATIONS_MAX_BAD  64                  /* bad lines that are kept */
#define REVOCATIONS_MAX      2000000             /* entries */

/* What can be wrong with a line. */
enum revocations_why {
#define REVOCATIONS_WHYS(X)                                                                                    \
	X(LONG, "it is longer than a line can be")                                                             \
	X(FIELDS, "three or four fields are wanted, a TAB between two")                                        \
	X(SERIAL, "the serial is not 1 to 20 octets in hex, two digits each")                                  \
	X(NEGATIVE, "the serial is negative or zero")                                                          \
	X(DATE, "the date is not YYYY-MM-DDTHH:MM:SSZ or YYYY-MM-DD, or before 1970")                          \
	X(FUTURE, "the date lies in the future")                                                               \
	X(REASON, "the reason is not one that such a certificate can be revoked for")                          \
	X(INVALIDITY, "the invalidity date is not a date, or after the revocation")                            \
	X(BINARY, "there is an octet that no text holds")                                                      \
	X(PEM, "a certificate's PEM block is not whole")                                                       \
	X(CERTIFICATE, "a certificate is not well-formed")                                                     \
	X(ISSUER, "the certificate is not of this CA")
#define X(id, text) REVOCATIONS_##id,
	REVOCATIONS_WHYS(X)
#undef X
	REVOCATIONS_WHYS_COUNT_
};

const char *revocations_why(enum revocations_why w);

struct revocations_bad {
	uint32_t             line;
	enum revocations_why why;
};

struct revocations {
	/* set by the caller */
	bool         end_entity; /* else CA certificates: a reason is wanted */
	int64_t      now;        /* nothing is revoked later; and the date of certificates */
	uint8_t      reason;     /* of certificates; 0: it is a list of lines */
	struct bytes issuer;     /* of certificates: the CA's Name; borrowed */
	/* each: one entry that is good, in the order of the list. */
	bool (*each)(void *ctx, const struct revoked *r, struct err *e);
	void *ctx;
	/* what was read */
	uint64_t               num, num_bad;
	struct revocations_bad bad[REVOCATIONS_MAX_BAD];
	/* where it is */
	enum { FORM_UNKNOWN, FORM_TEXT, FORM_PEM, FORM_DER } form;
	uint32_t line, block_line;
	bool     in_block, skipping; /* skipping: the rest of a line that is too long */
	uint64_t latest;             /* now, as a moment (revoked.h) */
	uint8_t  partial[REVOCATIONS_MAX_LINE + 2]; /* the line that a piece ended in */
	size_t   partial_len;
	uint8_t  rest[REVOCATIONS_MAX_CERT]; /* the certificate that is not whole yet */
	size_t   rest_len;
};

/* revocations_feed: the next piece. False only if `each` says so, or there are too many entries
 * (ERR_TOO_LARGE); a bad line is no failure. */
bool revocations_feed(struct revocations *r, struct bytes piece, struct err *e) __attribute__((warn_unused_result));
/* revocations_end: there is no more. ERR_LIST_EMPTY if the list holds neither an entry nor a bad line. */
bool revocations_end(struct revocations *r, struct err *e) __attribute__((warn_unused_result));

/* revocations_reason: "keyCompromise" or "1" as a number of RFC 5280 5.3.1 that a certificate of this kind
 * may be revoked for, never certificateHold; 0 ("unspecified", "-" or nothing: no reasonCode) for end
 * entities only. */
bool revocations_reason(uint8_t *out, struct bytes text, bool end_entity) __attribute__((warn_unused_result));
