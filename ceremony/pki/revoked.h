/* revoked.h: one revoked certificate in a fixed number of octets.
 *
 * A million of them are sorted, merged and written out without ever being in memory together
 * (ceremony/record/crlfile.h); crl.h's struct crl_entry is for lists that fit. */
#pragma once

#include <endian.h>

#include "ceremony/pki/crl.h"

#define REVOKED_KEY     21 /* octets of the key */
#define REVOKED_DER_MAX 96 /* octets of an entry of a list, at the most */

struct revoked {
	/* The serial's length, its octets, zeros: memcmp of two keys gives the order of their serials as numbers. */
	uint8_t key[REVOKED_KEY];
	uint8_t reason;        /* 0: no reasonCode */
	uint8_t date[5];       /* UTC seconds, big-endian */
	uint8_t invalidity[5]; /* the same; 0: no invalidityDate */
	uint8_t line[4];       /* of the list that it stands in, from 1; 0: in none */
};
_Static_assert(sizeof(struct revoked) == 36, "no holes: it is written to files as it is");

/* revoked_pack: serial: 1 to SERIAL_MAX octets without leading zero; dates from 0 to UTC_MAX. */
void revoked_pack(struct revoked *out, struct bytes serial, uint8_t reason, int64_t date, int64_t invalidity,
                  uint32_t line);
/* revoked_serial: borrows r. */
struct bytes revoked_serial(const struct revoked *r);
int64_t      revoked_date(const struct revoked *r);
int64_t      revoked_invalidity(const struct revoked *r);
uint32_t     revoked_line(const struct revoked *r);

/* revoked_compare: <0, 0, >0 in the order of serials. */
static inline int revoked_compare(const struct revoked *a, const struct revoked *b)
{
	uint64_t x, y;

	memcpy(&x, a->key, sizeof x);
	memcpy(&y, b->key, sizeof y);
	if (x == y) /* most are told apart by their first octets */
		return memcmp(a->key + sizeof x, b->key + sizeof x, REVOKED_KEY - sizeof x);
	return be64toh(x) < be64toh(y) ? -1 : 1;
}
/* revoked_same: the same serial, reason and dates, wherever they stand. */
static inline bool revoked_same(const struct revoked *a, const struct revoked *b)
{
	return memcmp(a, b, offsetof(struct revoked, line)) == 0;
}

/* The last day that was written: most entries of a list are of few days. Zero at first. */
struct revoked_day {
	int64_t day;
	uint8_t text[8]; /* YYYYMMDD */
	bool    known;
};

/* revoked_der: the entry as it stands in revokedCertificates (RFC 5280 5.1.2.6, 5.3); returns how many
 * octets. revoked_der_len: the same number, without writing. */
size_t revoked_der(uint8_t out[REVOKED_DER_MAX], const struct revoked *r, struct revoked_day *day);
size_t revoked_der_len(const struct revoked *r);

/* revoked_get: eats one entry, strictly, as crl_next; false where it is not well-formed or not whole. */
bool revoked_get(struct bytes *in, struct revoked *out, struct revoked_day *day, struct err *e) __attribute__((warn_unused_result));
