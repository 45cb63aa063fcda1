/* utc.c: see utc.h. */
#include "ceremony/base/utc.h"

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int utc_days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* A year that is reckoned with begins on 1 March: a leap day is then its last one, and the months that begin at
 * 153 / 5 days each end where they should. 400 such years are 146097 days; 1970-01-01 is day 719468 of year 0. */
#define DAYS_OF_400_YEARS 146097
#define DAYS_TO_1970      719468

static int64_t days_of(int year, int month, int day)
{
	int64_t y = year - (month <= 2), of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return y * 365 + y / 4 - y / 100 + y / 400 + of_year - DAYS_TO_1970;
}

struct utc_civil utc_civil(int64_t t)
{
	t = t < UTC_MIN ? UTC_MIN : t > UTC_MAX ? UTC_MAX : t;
	int64_t day = t / UTC_DAY, rest = t % UTC_DAY;

	if (rest < 0) {
		rest += UTC_DAY;
		day--;
	}
	day += DAYS_TO_1970;
	int64_t of_400 = day % DAYS_OF_400_YEARS;
	int64_t year = (of_400 - of_400 / 1460 + of_400 / 36524 - of_400 / 146096) / 365; /* without the leap days so far */
	int64_t of_year = of_400 - (year * 365 + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;
	return (struct utc_civil){ (int)(day / DAYS_OF_400_YEARS * 400 + year + (month >= 10)),
		                   (int)(month < 10 ? month + 3 : month - 9),
		                   (int)(of_year - (153 * month + 2) / 5 + 1),
		                   (int)(rest / 3600),
		                   (int)(rest / 60 % 60),
		                   (int)(rest % 60) };
}

bool utc_from_civil(int64_t *t, struct utc_civil c)
{
	if (!utc_is_civil(&c))
		return false;
	*t = days_of(c.year, c.month, c.day) * UTC_DAY + c.hour * 3600 + c.minute * 60 + c.second;
	return true;
}

void utc_put(struct buf *b, int64_t t)
{
	struct utc_civil c = utc_civil(t);

	buf_fmt(b, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

const char *utc_str(char out[24], int64_t t)
{
	struct buf b = buf_init(out, 24);

	utc_put(&b, t);
	return buf_cstr(&b);
}

static bool digits(int *out, struct bytes text, size_t at, size_t n)
{
	int v = 0;

	for (size_t i = at; i < at + n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		v = v * 10 + (text.p[i] - '0');
	}
	*out = v;
	return true;
}

bool utc_parse(int64_t *t, struct bytes x)
{
	struct utc_civil c = { 0 };

	if (x.len != 20 && x.len != 10)
		return false;
	if (!digits(&c.year, x, 0, 4) || x.p[4] != '-' || !digits(&c.month, x, 5, 2) || x.p[7] != '-' ||
	    !digits(&c.day, x, 8, 2))
		return false;
	if (x.len == 20 &&
	    (x.p[10] != 'T' || !digits(&c.hour, x, 11, 2) || x.p[13] != ':' || !digits(&c.minute, x, 14, 2) ||
	     x.p[16] != ':' || !digits(&c.second, x, 17, 2) || x.p[19] != 'Z'))
		return false;
	return utc_from_civil(t, c);
}

bool utc_span_parse(struct utc_span *out, struct bytes text)
{
	static const struct {
		char    unit;
		int     months;
		int64_t seconds;
	} units[] = { { 'y', 12, 0 }, { 'm', 1, 0 }, { 'd', 0, UTC_DAY }, { 'h', 0, 3600 } };
	struct utc_span span = { 0 };
	size_t          next_unit = 0;

	text = bytes_trim(text);
	if (text.len == 0)
		return false;
	while (text.len) {
		struct bytes word, rest;
		if (!bytes_cut(text, ' ', &word, &rest)) {
			word = text;
			rest = bytes_of(NULL, 0);
		}
		text = bytes_trim(rest);
		uint64_t n = 0;
		if (word.len < 2 || !bytes_to_u64(&n, bytes_first(word, word.len - 1), 99999))
			return false;
		size_t u = next_unit;
		while (u < COUNT_OF(units) && units[u].unit != (char)word.p[word.len - 1])
			u++;
		if (u == COUNT_OF(units))
			return false;
		span.months += (int)n * units[u].months;
		span.seconds += (int64_t)n * units[u].seconds;
		next_unit = u + 1;
	}
	*out = span;
	return true;
}

int64_t utc_add(int64_t t, struct utc_span span)
{
	struct utc_civil c = utc_civil(t);
	int              month = c.month - 1 + span.months;

	c.year += month / 12;
	c.month = month % 12 + 1;
	if (c.year > 9999)
		return UTC_MAX;
	if (c.day > utc_days_in(c.year, c.month))
		c.day = utc_days_in(c.year, c.month);
	MUST(utc_from_civil(&t, c));
	return span.seconds > UTC_MAX - t ? UTC_MAX : t + span.seconds;
}
