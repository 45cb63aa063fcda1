/* utc.h: time as whole seconds UTC since 1970-01-01, in one type and one spelling.
 *
 * The proleptic Gregorian calendar, without leap seconds. Nothing here asks the clock. */
#pragma once

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

#define UTC_DAY ((int64_t)86400)
#define UTC_MIN ((int64_t)-62135596800) /* 0001-01-01T00:00:00Z */
#define UTC_MAX ((int64_t)253402300799) /* 9999-12-31T23:59:59Z */

/* A moment's calendar fields, UTC. */
struct utc_civil {
	int year, month, day; /* month 1..12, day 1..31 */
	int hour, minute, second;
};

/* utc_civil: the calendar fields of t, which is moved into UTC_MIN..UTC_MAX first. */
struct utc_civil utc_civil(int64_t t);
/* utc_days_in: days of a month. */
int utc_days_in(int year, int month);
/* utc_is_civil: true if the calendar has such a moment, in the years 1 to 9999. */
static inline bool utc_is_civil(const struct utc_civil *c)
{
	return c->year >= 1 && c->year <= 9999 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       (c->day <= 28 || c->day <= utc_days_in(c->year, c->month)) && c->hour >= 0 && c->hour <= 23 && c->minute >= 0 &&
	       c->minute <= 59 && c->second >= 0 && c->second <= 59;
}
/* utc_pair: the number that two decimal digits say; sets *bad where they are none. */
static inline int utc_pair(const uint8_t p[2], bool *bad)
{
	const unsigned tens = p[0] - (unsigned)'0', ones = p[1] - (unsigned)'0';

	*bad |= tens > 9 || ones > 9;
	return (int)(tens * 10 + ones);
}
/* utc_pairs: four such numbers at once, of eight digits, the first of them in the lowest octet; each in sixteen bits, the first
 * in the lowest. */
static inline uint64_t utc_pairs(uint64_t digits, bool *bad)
{
	const uint64_t d = digits ^ 0x3030303030303030;

	*bad |= ((d | (d + 0x7676767676767676)) & 0x8080808080808080) != 0; /* above nine */
	return (d * 10 + (d >> 8)) & 0x00ff00ff00ff00ff;
}
/* utc_from_civil: false, *t untouched, if a field is out of range (years 1 to 9999). */
bool utc_from_civil(int64_t *t, struct utc_civil c) __attribute__((warn_unused_result));
/* utc_put: appends RFC 3339 "2026-11-21T09:00:00Z". */
void utc_put(struct buf *b, int64_t t);
/* utc_str: the same as a C string in out. */
const char *utc_str(char out[24], int64_t t);
/* utc_parse: the exact spelling that utc_put writes; or "2026-11-21" for midnight. */
bool utc_parse(int64_t *t, struct bytes text) __attribute__((warn_unused_result));

/* A span of calendar time, as "10y", "18m", "90d", "36h", or sums such as "10y 1d". */
struct utc_span {
	int     months;
	int64_t seconds;
};

/* utc_span_parse: the spelling above; each unit at most once, largest first. */
bool utc_span_parse(struct utc_span *out, struct bytes text) __attribute__((warn_unused_result));
/* utc_add: t moved by months (a day past the month's end becomes its last day: 31 January
 * plus one month is 28 or 29 February), then by seconds. Never past UTC_MAX. */
int64_t utc_add(int64_t t, struct utc_span span);
