/* der.h: DER (X.690) strictly read and strictly written; nothing of ASN.1's meaning.
 *
 * The reader eats from the front of a span. It takes definite, minimal lengths and
 * low tag numbers only (all that X.509 uses). The writer works from the back to the
 * front, so that every length is known when it is written and nothing is moved. */
#pragma once

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

enum {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8_STRING = 0x0c,
	DER_PRINTABLE_STRING = 0x13,
	DER_T61_STRING = 0x14,
	DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_VISIBLE_STRING = 0x1a,
	DER_UNIVERSAL_STRING = 0x1c,
	DER_BMP_STRING = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
};
/* DER_CONTEXT(n): context tag n, primitive. DER_CONTEXT_IN(n): the same, constructed. */
#define DER_CONTEXT(n)    (0x80 | (n))
#define DER_CONTEXT_IN(n) (0xa0 | (n))

/* der_get: eats one element with exactly this tag; *content is what it holds. False, and
 * *in untouched, on another tag, a length that is not minimal or runs over the end. */
bool der_get(struct bytes *in, unsigned tag, struct bytes *content) __attribute__((warn_unused_result));
/* der_get_any: eats one element of any tag; `whole` (may be NULL) is with its header. */
bool der_get_any(struct bytes *in, unsigned *tag, struct bytes *content, struct bytes *whole)
	__attribute__((warn_unused_result));
/* der_header: of an element of which only the first octets are here: its tag, the octets of its header (2 to 6), those of
 * its content. False if the header is not whole, not strict, or says 4 GiB or more. */
bool der_header(struct bytes in, unsigned *tag, size_t *header_len, int64_t *len) __attribute__((warn_unused_result));
/* der_next_is: true if the next element has this tag; eats nothing. */
bool der_next_is(struct bytes in, unsigned tag);
/* der_get_integer: eats a minimal INTEGER; *value is its content octets, as they are
 * (two's complement). der_get_unsigned: one that is not negative; *value has no leading
 * zero octet (zero itself is one octet 00). */
bool der_get_integer(struct bytes *in, struct bytes *value) __attribute__((warn_unused_result));
bool der_get_unsigned(struct bytes *in, struct bytes *value) __attribute__((warn_unused_result));
/* der_get_small: a non-negative INTEGER of at most max. */
bool der_get_small(struct bytes *in, uint32_t *value, uint32_t max) __attribute__((warn_unused_result));
/* der_get_boolean: 00 or FF only (X.690 11.1). */
bool der_get_boolean(struct bytes *in, bool *value) __attribute__((warn_unused_result));
/* der_get_bits: a BIT STRING with no unused bits (keys and signatures). */
bool der_get_bits(struct bytes *in, struct bytes *octets) __attribute__((warn_unused_result));
/* der_get_named_bits: a BIT STRING of named bits, trailing zero bits cut (X.690 11.2.2):
 * bit n of *value is named bit n. At most 16. */
bool der_get_named_bits(struct bytes *in, uint16_t *value) __attribute__((warn_unused_result));
/* der_get_time: UTCTime YYMMDDHHMMSSZ for 1950..2049, GeneralizedTime YYYYMMDDHHMMSSZ
 * from 2050 (RFC 5280 4.1.2.5); the wrong form of the two is refused. */
bool der_get_time(struct bytes *in, int64_t *t) __attribute__((warn_unused_result));

/* der_is_whole: one element, strict to the last octet of the last one inside: definite and minimal
 * lengths, nothing behind it, at most DER_MAX_DEPTH deep, and what X.690 says of each universal type: no constructed
 * strings, BOOLEAN 00 or FF, minimal INTEGER and OBJECT IDENTIFIER, empty NULL, unused bits zero, times in UTC with seconds. The order of a SET is not looked at: one that is a
 * SET OF is not told from one that is not; nor are the letters of strings. */
#define DER_MAX_DEPTH 64
bool der_is_whole(struct bytes a);

/* A writer: what was written last stands first. */
struct der {
	uint8_t *p;
	size_t   cap;
	size_t   at;     /* what is written lies in p[at..cap) */
	bool     failed; /* sticky: it did not fit */
};

/* der_on: a writer over cap octets of storage. */
static inline struct der der_on(void *storage, size_t cap)
{
	return (struct der){ .p = storage, .cap = cap, .at = cap };
}
/* der_mark: a place to hand to der_wrap. */
static inline size_t der_mark(const struct der *d)
{
	return d->at;
}
/* der_bytes: all that is written; borrows. */
static inline struct bytes der_bytes(const struct der *d)
{
	return bytes_of(d->p + d->at, d->cap - d->at);
}

/* der_put: writes octets as they are (an element that is DER already). */
void der_put(struct der *d, struct bytes a);
/* der_wrap: puts a header of `tag` before all that was written since `mark`. */
void der_wrap(struct der *d, unsigned tag, size_t mark);
/* der_tlv: one element with this content. */
void der_tlv(struct der *d, unsigned tag, struct bytes content);
/* der_unsigned: an INTEGER of big-endian octets, a zero octet added where the top bit is
 * set, leading zeros dropped. der_small: of a number. */
void der_unsigned(struct der *d, struct bytes value);
void der_small(struct der *d, uint64_t value);
void der_boolean(struct der *d, bool value);
void der_null(struct der *d);
/* der_bits: a BIT STRING without unused bits. der_named_bits: as der_get_named_bits. */
void der_bits(struct der *d, struct bytes octets);
void der_named_bits(struct der *d, uint16_t bits);
/* der_time: UTCTime until 2049-12-31T23:59:59Z, GeneralizedTime after; `failed` is set
 * for what is before 1950 or after UTC_MAX. */
void der_time(struct der *d, int64_t t);
