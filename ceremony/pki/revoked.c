/* revoked.c: see revoked.h. Written forwards: no length in an entry takes more than one octet. */
#include "ceremony/pki/revoked.h"

#define MOMENT_2050 REVOKED_NEW_YEAR(2050) /* GeneralizedTime from there on (RFC 5280 5.1.2.6) */

/* Eleven octets are compared as twice eight: that is no call. */
static const uint8_t reason_head[] = { 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01 };
static const uint8_t invalidity_head[] = { 0x30, 0x18, 0x06, 0x03, 0x55, 0x1d, 0x18, 0x04, 0x11, 0x18, 0x0f };

#define REASON_LEN     (sizeof reason_head + 1)
#define INVALIDITY_LEN (sizeof invalidity_head + 15)

static struct utc_civil civil_of(uint64_t moment)
{
	return (struct utc_civil){ .year = (int)(moment >> 26),
		                   .month = moment >> 22 & 0xf,
		                   .day = moment >> 17 & 0x1f,
		                   .hour = moment >> 12 & 0x1f,
		                   .minute = moment >> 6 & 0x3f,
		                   .second = moment & 0x3f };
}

uint64_t revoked_moment_of(int64_t t)
{
	const struct utc_civil c = utc_civil(t);
	uint64_t               moment = 0;

	MUST(revoked_moment(&moment, &c));
	return moment;
}

static void put_moment(uint8_t p[5], uint64_t moment)
{
	const uint32_t low = htobe32((uint32_t)(moment & 0xffffffff));

	p[0] = (uint8_t)(moment >> 32);
	memcpy(p + 1, &low, sizeof low);
}

static uint64_t moment_in(const uint8_t p[5])
{
	uint32_t low;

	memcpy(&low, p + 1, sizeof low);
	return (uint64_t)p[0] << 32 | be32toh(low);
}

/* Written where it is wanted: a copy at once of what was put together from small pieces stalls the processor. */
void revoked_pack_moments(struct revoked *out, struct bytes serial, uint8_t reason, uint64_t date, uint64_t invalidity, uint32_t line)
{
	MUST(serial.len > 0 && serial.len <= SERIAL_MAX && serial.p[0] != 0);
	*out = (struct revoked){ .reason = reason };
	if (serial.len >= 16) { /* most: without a call, and the first eight octets at once, as revoked_compare reads them */
		uint64_t first;
		memcpy(&first, serial.p, sizeof first);
		first = htole64(le64toh(first) << 8 | serial.len);
		memcpy(out->key, &first, sizeof first);
		memcpy(out->key + 8, serial.p + 7, 9);
		for (size_t i = 16; i < serial.len; i++)
			out->key[1 + i] = serial.p[i];
	} else {
		out->key[0] = (uint8_t)serial.len;
		memcpy(out->key + 1, serial.p, serial.len);
	}
	put_moment(out->date, date);
	put_moment(out->invalidity, invalidity);
	line = htobe32(line);
	memcpy(out->line, &line, sizeof out->line);
}

void revoked_pack(struct revoked *out, struct bytes serial, uint8_t reason, int64_t date, int64_t invalidity, uint32_t line)
{
	revoked_pack_moments(out, serial, reason, revoked_moment_of(date), invalidity ? revoked_moment_of(invalidity) : 0, line);
}

bool revoked_sound(const struct revoked *r)
{
	const struct utc_civil date = civil_of(moment_in(r->date)), invalidity = civil_of(moment_in(r->invalidity));
	uint64_t               same;

	return r->key[0] > 0 && r->key[0] <= SERIAL_MAX && r->key[1] != 0 && r->reason <= 10 && revoked_moment(&same, &date) &&
	       (moment_in(r->invalidity) == 0 || (revoked_moment(&same, &invalidity) && moment_in(r->invalidity) <= moment_in(r->date)));
}

struct bytes revoked_serial(const struct revoked *r)
{
	return bytes_of(r->key + 1, r->key[0]);
}

static int64_t seconds_of(const uint8_t moment[5])
{
	int64_t t = 0;

	MUST(utc_from_civil(&t, civil_of(moment_in(moment))));
	return t;
}

int64_t revoked_date(const struct revoked *r)
{
	return seconds_of(r->date);
}

int64_t revoked_invalidity(const struct revoked *r)
{
	return moment_in(r->invalidity) ? seconds_of(r->invalidity) : 0;
}

uint32_t revoked_line(const struct revoked *r)
{
	uint32_t line;

	memcpy(&line, r->line, sizeof line);
	return be32toh(line);
}

/* ---- writing ------------------------------------------------------------ */

static size_t exts_len(const struct revoked *r)
{
	size_t len = (r->reason ? REASON_LEN : 0) + (moment_in(r->invalidity) ? INVALIDITY_LEN : 0);

	return len ? len + 2 : 0;
}

size_t revoked_der_len(const struct revoked *r)
{
	size_t serial = r->key[0] + (r->key[1] >> 7); /* a zero octet before a top bit */
	size_t time = moment_in(r->date) < MOMENT_2050 ? 13 : 15;

	return 2 + 2 + serial + 2 + time + exts_len(r);
}

/* v: up to 99. */
static uint8_t *two_digits(uint8_t *p, unsigned v)
{
	static const char pairs[100][2] = {
#define TEN(t) t "0", t "1", t "2", t "3", t "4", t "5", t "6", t "7", t "8", t "9"
		TEN("0"), TEN("1"), TEN("2"), TEN("3"), TEN("4"), TEN("5"), TEN("6"), TEN("7"), TEN("8"), TEN("9"),
#undef TEN
	};

	memcpy(p, pairs[v], 2);
	return p + 2;
}

/* [YY]YYMMDDHHMMSSZ. The fields of a moment are below 64, its year up to 9999. */
static uint8_t *put_time(uint8_t *p, uint64_t moment, bool century)
{
	const struct utc_civil c = civil_of(moment);

	if (century)
		p = two_digits(p, (unsigned)c.year / 100 % 100);
	p = two_digits(p, (unsigned)c.year % 100);
	p = two_digits(p, (unsigned)c.month);
	p = two_digits(p, (unsigned)c.day);
	p = two_digits(p, (unsigned)c.hour);
	p = two_digits(p, (unsigned)c.minute);
	p = two_digits(p, (unsigned)c.second);
	*p++ = 'Z';
	return p;
}

static uint8_t *put_exts(uint8_t *p, const struct revoked *r)
{
	const uint64_t invalidity = moment_in(r->invalidity);
	uint8_t       *start = p;

	if (!r->reason && !invalidity)
		return p;
	p += 2;
	if (r->reason) {
		memcpy(p, reason_head, sizeof reason_head);
		p += sizeof reason_head;
		*p++ = r->reason;
	}
	if (invalidity) {
		memcpy(p, invalidity_head, sizeof invalidity_head);
		p = put_time(p + sizeof invalidity_head, invalidity, true);
	}
	start[0] = DER_SEQUENCE;
	start[1] = (uint8_t)(p - start - 2);
	return p;
}

size_t revoked_der(uint8_t out[REVOKED_DER_MAX], const struct revoked *r)
{
	uint8_t       *p = out + 2;
	const size_t   pad = r->key[1] >> 7;
	const uint64_t date = moment_in(r->date);
	const bool     general = date >= MOMENT_2050;

	*p++ = DER_INTEGER;
	*p++ = (uint8_t)(r->key[0] + pad);
	*p = 0;
	memcpy(p + pad, r->key + 1, SERIAL_MAX); /* the zeros behind it are written over */
	p += pad + r->key[0];
	*p++ = general ? DER_GENERALIZED_TIME : DER_UTC_TIME;
	*p++ = general ? 15 : 13;
	p = put_exts(put_time(p, date, general), r);
	out[0] = DER_SEQUENCE;
	out[1] = (uint8_t)(p - out - 2);
	return (size_t)(p - out);
}

/* ---- reading ------------------------------------------------------------ */

/* UTCTime's thirteen octets. */
static bool get_time(uint64_t *out, const uint8_t p[13])
{
	uint64_t digits[2];
	bool     bad = p[12] != 'Z';

	memcpy(&digits[0], p, 8); /* YYMMDDHH, and DDHHMMSS */
	memcpy(&digits[1], p + 4, 8);
	const uint64_t   first = utc_pairs(le64toh(digits[0]), &bad), last = utc_pairs(le64toh(digits[1]), &bad);
	const int        year = (int)(first & 0xff);
	struct utc_civil c = { .year = year + (year < 50 ? 2000 : 1900),
		               .month = (int)(first >> 16 & 0xff),
		               .day = (int)(first >> 32 & 0xff),
		               .hour = (int)(first >> 48),
		               .minute = (int)(last >> 32 & 0xff),
		               .second = (int)(last >> 48) };

	return !bad && revoked_moment(out, &c);
}

/* The common form, by its octets: a serial, UTCTime, a reasonCode or nothing. False for any other,
 * good or bad. */
static bool get_plain(struct bytes *in, struct revoked *out)
{
	const uint8_t *p = in->p;
	uint8_t        reason = 0;
	uint64_t       date;

	if (in->len < 2 || p[0] != DER_SEQUENCE || p[1] >= 0x80 || in->len < 2u + p[1] || p[1] < 4)
		return false;
	size_t whole = 2u + p[1], serial = p[3], pad = p[4] == 0;
	if (p[2] != DER_INTEGER || serial <= pad || serial - pad > SERIAL_MAX || whole < 4 + serial + 15)
		return false;
	if ((p[4] & 0x80) || (pad && !(p[5] & 0x80)))
		return false;
	const uint8_t *time = p + 4 + serial;
	size_t         left = whole - (4 + serial + 15);
	if (time[0] != DER_UTC_TIME || time[1] != 13 || !get_time(&date, time + 2))
		return false;
	if (left) {
		const uint8_t *x = time + 15;
		if (left != 2 + REASON_LEN || x[0] != DER_SEQUENCE || x[1] != REASON_LEN ||
		    memcmp(x + 2, reason_head, 8) != 0 || memcmp(x + 2 + 3, reason_head + 3, 8) != 0 || x[left - 1] == 0 || x[left - 1] > 10)
			return false;
		reason = x[left - 1];
	}
	revoked_pack_moments(out, bytes_of(p + 4 + pad, serial - pad), reason, date, 0, 0);
	*in = bytes_skip(*in, whole);
	return true;
}

bool revoked_get(struct bytes *in, struct revoked *out, struct err *e)
{
	struct crl_entry x;

	if (get_plain(in, out))
		return true;
	if (!crl_next(in, &x, e))
		return false;
	if (x.date < 0 || x.invalidity < 0)
		return err_set(e, ERR_CRL_ENTRY, "a date before 1970");
	revoked_pack(out, bytes_of(x.serial, x.serial_len), x.reason, x.date, x.invalidity, 0);
	return true;
}
