/* utc_test.c: the calendar, day by day, and its spellings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ceremony/base/utc.h"

static int64_t at(const char *text)
{
	int64_t t = 0;

	assert_true(utc_parse(&t, bytes_str(text)));
	return t;
}

static void is(int64_t t, const char *text)
{
	char out[24];

	assert_string_equal(utc_str(out, t), text);
}

static void known_moments(void **state)
{
	(void)state;
	is(0, "1970-01-01T00:00:00Z");
	is(-1, "1969-12-31T23:59:59Z");
	is(951782400, "2000-02-29T00:00:00Z");
	is(2147483648, "2038-01-19T03:14:08Z");
	is(2524607999, "2049-12-31T23:59:59Z");
	is(UTC_MAX, "9999-12-31T23:59:59Z");
	is(UTC_MIN, "0001-01-01T00:00:00Z");
	is(INT64_MAX, "9999-12-31T23:59:59Z");
	is(INT64_MIN, "0001-01-01T00:00:00Z");
	assert_true(at("2026-11-21T09:00:00Z") == 1795251600);
	assert_true(at("2026-11-21") == 1795219200);
}

/* An own count of days, a day at a time, from 1900 to 2400. */
static void every_day(void **state)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t          t = -INT64_C(2208988800); /* RFC 868: 1900-01-01 */

	(void)state;
	for (int year = 1900; year <= 2400; year++) {
		bool leap = year % 400 == 0 || (year % 100 != 0 && year % 4 == 0);
		for (int month = 1; month <= 12; month++) {
			int last = days[month - 1] + (leap && month == 2);
			for (int day = 1; day <= last; day++, t += UTC_DAY) {
				struct utc_civil c = utc_civil(t), e = utc_civil(t + UTC_DAY - 1);
				int64_t          back = 0;
				assert_true(c.year == year && c.month == month && c.day == day);
				assert_true(c.hour == 0 && c.minute == 0 && c.second == 0);
				assert_true(e.day == day && e.hour == 23 && e.minute == 59 && e.second == 59);
				assert_true(utc_from_civil(&back, c));
				assert_true(back == t);
			}
			struct utc_civil beyond = { .year = year, .month = month, .day = last + 1 };
			int64_t          kept = 5;
			assert_false(utc_from_civil(&kept, beyond));
			assert_int_equal(kept, 5);
		}
	}
}

static void every_year_begins(void **state)
{
	(void)state;
	for (int year = 1; year <= 9999; year++) {
		struct utc_civil c = { .year = year, .month = 1, .day = 1 }, before;
		int64_t          t = 0;
		assert_true(utc_from_civil(&t, c));
		assert_int_equal(utc_civil(t).year, year);
		before = utc_civil(t - 1);
		assert_true(year == 1 || (before.year == year - 1 && before.month == 12 && before.day == 31));
	}
}

static void only_one_spelling(void **state)
{
	static const char *const bad[] = {
		"",
		"2026",
		"2026-11-2",
		"2026-11-211",
		"2026-13-01",
		"2026-00-01",
		"2026-11-00",
		"2026-11-31",
		"2026-02-29",
		"1900-02-29",
		"0000-01-01",
		"2026/11/21",
		"2026-11-21 09:00:00Z",
		"2026-11-21T09:00:00z",
		"2026-11-21T09:00:00",
		"2026-11-21T24:00:00Z",
		"2026-11-21T09:60:00Z",
		"2026-11-21T09:00:60Z",
		"2026-11-21T09:00:00Z ",
		"2026-11-21T+9:00:00Z",
		"2026-11-21T09-00:00Z",
		"2026-11-21T09:00:00+00:00",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		int64_t t = 5;
		assert_false(utc_parse(&t, bytes_str(bad[i])));
		assert_int_equal(t, 5);
	}
}

static void spans(void **state)
{
	static const struct {
		const char *text;
		int         months;
		int64_t     seconds;
	} good[] = {
		{ "10y", 120, 0 },          { "18m", 18, 0 },    { "90d", 0, 90 * UTC_DAY }, { "36h", 0, 36 * 3600 },
		{ " 10y  1d ", 120, UTC_DAY }, { "1y 1m 1d 1h", 13, UTC_DAY + 3600 },          { "0d", 0, 0 },
	};
	static const char *const bad[] = { "", " ", "10", "y", "10 y", "10w", "1d 1y", "1d 1d", "-1d", "1.5y", "100000d", "10Y", "01d" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct utc_span s = { 9, 9 };
		assert_true(utc_span_parse(&s, bytes_str(good[i].text)));
		assert_true(s.months == good[i].months && s.seconds == good[i].seconds);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct utc_span s = { 9, 9 };
		assert_false(utc_span_parse(&s, bytes_str(bad[i])));
		assert_true(s.months == 9 && s.seconds == 9);
	}
}

static void adding_keeps_to_the_month(void **state)
{
	static const struct {
		const char *from, *span, *to;
	} cases[] = {
		{ "2026-01-31", "1m", "2026-02-28T00:00:00Z" }, { "2028-01-31", "1m", "2028-02-29T00:00:00Z" },
		{ "2028-02-29", "1y", "2029-02-28T00:00:00Z" }, { "2028-02-29", "4y", "2032-02-29T00:00:00Z" },
		{ "2026-10-31", "4m", "2027-02-28T00:00:00Z" }, { "2026-12-31", "1d", "2027-01-01T00:00:00Z" },
		{ "2026-12-15", "1m", "2027-01-15T00:00:00Z" }, { "2026-03-31T23:59:59Z", "1m 1h", "2026-05-01T00:59:59Z" },
		{ "9999-12-01", "1m", "9999-12-31T23:59:59Z" }, { "9999-12-01", "31d", "9999-12-31T23:59:59Z" },
		{ "2026-11-21", "99999y", "9999-12-31T23:59:59Z" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct utc_span s = { 0 };
		assert_true(utc_span_parse(&s, bytes_str(cases[i].span)));
		is(utc_add(at(cases[i].from), s), cases[i].to);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_moments),
		cmocka_unit_test(every_day),
		cmocka_unit_test(every_year_begins),
		cmocka_unit_test(only_one_spelling),
		cmocka_unit_test(spans),
		cmocka_unit_test(adding_keeps_to_the_month),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
