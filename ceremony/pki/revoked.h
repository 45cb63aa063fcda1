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
	uint8_t date[5];       /* a moment, big-endian */
	uint8_t invalidity[5]; /* the same; 0: no invalidityDate */
	uint8_t line[4];       /* of the list that it stands in, from 1; 0: in none */
};
_Static_assert(sizeof(struct revoked) == 36, "no holes: it is written to files as it is");

/* A moment is its calendar fields side by side: the year, and in 4, 5, 5, 6 and 6 bits month, day, hour, minute and
 * second, UTC. It is read and written without reckoning, and the later one is the greater number. 0 is none.
 * revoked_moment: false, *out untouched, where the calendar has no such moment, or before 1970. */
__attribute__((warn_unused_result)) static inline bool revoked_moment(uint64_t *out, const struct utc_civil *c)
{
	if (c->year < 1970 || !utc_is_civil(c))
		return false;
	*out = (uint64_t)c->year << 26 | (uint64_t)c->month << 22 | (uint64_t)c->day << 17 | (uint64_t)c->hour << 12 |
	       (uint64_t)c->minute << 6 | (uint64_t)c->second;
	return true;
}
/* revoked_moment_of: t from 0 to UTC_MAX. REVOKED_NEW_YEAR: the first moment of a year. */
uint64_t revoked_moment_of(int64_t t);
#define REVOKED_NEW_YEAR(year) ((uint64_t)(year) << 26 | (uint64_t)1 << 22 | (uint64_t)1 << 17)

/* revoked_pack: serial: 1 to SERIAL_MAX octets without leading zero; dates from 0 to UTC_MAX. revoked_pack_moments: the
 * same with moments; invalidity 0: none. */
void revoked_pack(struct revoked *out, struct bytes serial, uint8_t reason, int64_t date, int64_t invalidity,
                  uint32_t line);
void revoked_pack_moments(struct revoked *out, struct bytes serial, uint8_t reason, uint64_t date, uint64_t invalidity,
                          uint32_t line);
/* revoked_sound: true if octets that another process sent are such a thing; an invalidityDate is not later than the date. */
bool revoked_sound(const struct revoked *r);
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

/* revoked_der: the entry as it stands in revokedCertificates (RFC 5280 5.1.2.6, 5.3); returns how many
 * octets. revoked_der_len: the same number, without writing. */
size_t revoked_der(uint8_t out[REVOKED_DER_MAX], const struct revoked *r);
size_t revoked_der_len(const struct revoked *r);

/* revoked_get: eats one entry, strictly, as crl_next; false where it is not well-formed or not whole. */
bool revoked_get(struct bytes *in, struct revoked *out, struct err *e) __attribute__((warn_unused_result));
