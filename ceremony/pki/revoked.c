/* revoked.c: see revoked.h. Written forwards: no length in an entry takes more than one octet. */
#include "ceremony/pki/revoked.h"

#define UTC_2050 ((int64_t)2524608000) /* 2050-01-01T00:00:00Z: GeneralizedTime from there on */

static const uint8_t reason_head[] = { 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01 };
static const uint8_t invalidity_head[] = { 0x30, 0x18, 0x06, 0x03, 0x55, 0x1d, 0x18, 0x04, 0x11, 0x18, 0x0f };

#define REASON_LEN     (sizeof reason_head + 1)
#define INVALIDITY_LEN (sizeof invalidity_head + 15)

static void put_seconds(uint8_t p[5], int64_t t)
{
	const uint32_t low = htobe32((uint32_t)(t & 0xffffffff));

	p[0] = (uint8_t)(t >> 32);
	memcpy(p + 1, &low, sizeof low);
}

static int64_t seconds_of(const uint8_t p[5])
{
	uint32_t low;

	memcpy(&low, p + 1, sizeof low);
	return (int64_t)p[0] << 32 | be32toh(low);
}

void revoked_pack(struct revoked *out, struct bytes serial, uint8_t reason, int64_t date, int64_t invalidity, uint32_t line)
{
	struct revoked r = { .reason = reason };

	MUST(serial.len > 0 && serial.len <= SERIAL_MAX && serial.p[0] != 0 && date >= 0 && date <= UTC_MAX &&
	     invalidity >= 0 && invalidity <= UTC_MAX);
	r.key[0] = (uint8_t)serial.len;
	memcpy(r.key + 1, serial.p, serial.len);
	put_seconds(r.date, date);
	put_seconds(r.invalidity, invalidity);
	line = htobe32(line);
	memcpy(r.line, &line, sizeof r.line);
	*out = r;
}

struct bytes revoked_serial(const struct revoked *r)
{
	return bytes_of(r->key + 1, r->key[0]);
}

int64_t revoked_date(const struct revoked *r)
{
	return seconds_of(r->date);
}

int64_t revoked_invalidity(const struct revoked *r)
{
	return seconds_of(r->invalidity);
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
	size_t len = (r->reason ? REASON_LEN : 0) + (revoked_invalidity(r) ? INVALIDITY_LEN : 0);

	return len ? len + 2 : 0;
}

size_t revoked_der_len(const struct revoked *r)
{
	size_t serial = r->key[0] + (r->key[1] >> 7); /* a zero octet before a top bit */
	size_t time = revoked_date(r) < UTC_2050 ? 13 : 15;

	return 2 + 2 + serial + 2 + time + exts_len(r);
}

static void two_digits(uint8_t *p, unsigned v)
{
	static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
	                            "50515253545556575859606162636465666768697071727374757677787980818283848586878889909192939495969798"
	                            "99";

	memcpy(p, pairs + v % 100 * 2, 2);
}

/* YYYYMMDDHHMMSSZ */
static void put_time(uint8_t out[15], int64_t t, struct revoked_day *d)
{
	const int64_t  day = t / UTC_DAY;
	const unsigned rest = (unsigned)(t % UTC_DAY);

	if (!d->known || d->day != day) {
		struct utc_civil c = utc_civil(t);
		two_digits(d->text, (unsigned)c.year / 100);
		two_digits(d->text + 2, (unsigned)c.year);
		two_digits(d->text + 4, (unsigned)c.month);
		two_digits(d->text + 6, (unsigned)c.day);
		d->day = day;
		d->known = true;
	}
	memcpy(out, d->text, sizeof d->text);
	two_digits(out + 8, rest / 3600);
	two_digits(out + 10, rest / 60 % 60);
	two_digits(out + 12, rest % 60);
	out[14] = 'Z';
}

static uint8_t *put_exts(uint8_t *p, const struct revoked *r, struct revoked_day *day)
{
	const int64_t invalidity = revoked_invalidity(r);
	uint8_t      *start = p;

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
		put_time(p + sizeof invalidity_head, invalidity, day);
		p += INVALIDITY_LEN;
	}
	start[0] = DER_SEQUENCE;
	start[1] = (uint8_t)(p - start - 2);
	return p;
}

size_t revoked_der(uint8_t out[REVOKED_DER_MAX], const struct revoked *r, struct revoked_day *day)
{
	uint8_t      *p = out + 2, time[15];
	const size_t  pad = r->key[1] >> 7;
	const int64_t date = revoked_date(r);
	const bool    general = date >= UTC_2050;

	*p++ = DER_INTEGER;
	*p++ = (uint8_t)(r->key[0] + pad);
	*p = 0;
	memcpy(p + pad, r->key + 1, SERIAL_MAX); /* the zeros behind it are written over */
	p += pad + r->key[0];
	put_time(time, date, day);
	*p++ = general ? DER_GENERALIZED_TIME : DER_UTC_TIME;
	*p++ = general ? 15 : 13;
	memcpy(p, general ? time : time + 2, general ? 15 : 13);
	p = put_exts(p + (general ? 15 : 13), r, day);
	out[0] = DER_SEQUENCE;
	out[1] = (uint8_t)(p - out - 2);
	return (size_t)(p - out);
}

/* ---- reading ------------------------------------------------------------ */

static bool digit_pair(int64_t *out, const uint8_t *p)
{
	*out = (p[0] - '0') * 10 + (p[1] - '0');
	return p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9';
}

/* UTCTime's thirteen octets; the day of the one before is not reckoned again. */
static bool get_time(int64_t *out, const uint8_t *p, struct revoked_day *d)
{
	struct utc_civil c = { 0 };
	int64_t          v[6], t;

	for (size_t i = 0; i < 6; i++)
		if (!digit_pair(&v[i], p + 2 * i))
			return false;
	if (p[12] != 'Z' || v[3] > 23 || v[4] > 59 || v[5] > 59)
		return false;
	if (!d->known || memcmp(d->text + 2, p, 6) != 0) {
		c = (struct utc_civil){ .year = (int)(v[0] >= 50 ? 1900 + v[0] : 2000 + v[0]), .month = (int)v[1], .day = (int)v[2] };
		if (!utc_from_civil(&t, c) || t < 0)
			return false;
		memcpy(d->text + 2, p, 6);
		d->day = t / UTC_DAY;
		d->known = true;
	}
	*out = d->day * UTC_DAY + v[3] * 3600 + v[4] * 60 + v[5];
	return true;
}

/* The common form, by its octets: a serial, UTCTime, a reasonCode or nothing. False for any other,
 * good or bad. */
static bool get_plain(struct bytes *in, struct revoked *out, struct revoked_day *day)
{
	const uint8_t *p = in->p;
	struct revoked r = { .reason = 0 };
	int64_t        date;

	if (in->len < 2 || p[0] != DER_SEQUENCE || p[1] >= 0x80 || in->len < 2u + p[1] || p[1] < 4)
		return false;
	size_t whole = 2u + p[1], serial = p[3], pad = p[4] == 0;
	if (p[2] != DER_INTEGER || serial <= pad || serial - pad > SERIAL_MAX || whole < 4 + serial + 15)
		return false;
	if ((p[4] & 0x80) || (pad && !(p[5] & 0x80)))
		return false;
	const uint8_t *time = p + 4 + serial;
	size_t         left = whole - (4 + serial + 15);
	if (time[0] != DER_UTC_TIME || time[1] != 13 || !get_time(&date, time + 2, day))
		return false;
	if (left) {
		const uint8_t *x = time + 15;
		if (left != 2 + REASON_LEN || x[0] != DER_SEQUENCE || x[1] != REASON_LEN ||
		    memcmp(x + 2, reason_head, sizeof reason_head) != 0 || x[left - 1] == 0 || x[left - 1] > 10)
			return false;
		r.reason = x[left - 1];
	}
	r.key[0] = (uint8_t)(serial - pad);
	memcpy(r.key + 1, p + 4 + pad, serial - pad);
	put_seconds(r.date, date);
	*in = bytes_skip(*in, whole);
	*out = r;
	return true;
}

bool revoked_get(struct bytes *in, struct revoked *out, struct revoked_day *day, struct err *e)
{
	struct crl_entry x;

	if (get_plain(in, out, day))
		return true;
	if (!crl_next(in, &x, e))
		return false;
	if (x.date < 0 || x.invalidity < 0)
		return err_set(e, ERR_CRL_ENTRY, "a date before 1970");
	revoked_pack(out, bytes_of(x.serial, x.serial_len), x.reason, x.date, x.invalidity, 0);
	return true;
}
