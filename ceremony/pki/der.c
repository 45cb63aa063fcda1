/* der.c: see der.h. */
#include "ceremony/pki/der.h"

#include "ceremony/base/utc.h"
#include "ceremony/pki/oid.h"

/* ---- reading ------------------------------------------------------------ */

bool der_get_any(struct bytes *in, unsigned *tag, struct bytes *content, struct bytes *whole)
{
	struct bytes a = *in;

	if (a.len < 2 || (a.p[0] & 0x1f) == 0x1f)
		return false;
	size_t head = 2, len = a.p[1];
	if (len >= 0x80) {
		size_t n = len & 0x7f; /* octets of the length; 0 is BER's indefinite form */
		if (n == 0 || n > 4 || a.len < 2 + n || a.p[2] == 0)
			return false;
		len = 0;
		for (size_t i = 0; i < n; i++)
			len = len << 8 | a.p[2 + i];
		if (len < 0x80)
			return false; /* not minimal */
		head += n;
	}
	if (len > a.len - head)
		return false;
	*tag = a.p[0];
	*content = bytes_of(a.p + head, len);
	if (whole)
		*whole = bytes_of(a.p, head + len);
	*in = bytes_skip(a, head + len);
	return true;
}

bool der_get(struct bytes *in, unsigned tag, struct bytes *content)
{
	struct bytes a = *in, c;
	unsigned     t;

	if (!der_get_any(&a, &t, &c, NULL) || t != tag)
		return false;
	*in = a;
	*content = c;
	return true;
}

bool der_header(struct bytes in, unsigned *tag, size_t *header_len, int64_t *len)
{
	size_t  n = 0;
	int64_t content;

	if (in.len < 2 || (in.p[0] & 0x1f) == 0x1f)
		return false;
	content = in.p[1];
	if (content >= 0x80) {
		n = in.p[1] & 0x7f;
		if (n == 0 || n > 4 || in.len < 2 + n || in.p[2] == 0)
			return false;
		content = 0;
		for (size_t i = 0; i < n; i++)
			content = content << 8 | in.p[2 + i];
		if (content < 0x80)
			return false;
	}
	*tag = in.p[0];
	*header_len = 2 + n;
	*len = content;
	return true;
}

bool der_next_is(struct bytes in, unsigned tag)
{
	return in.len && in.p[0] == tag;
}

static bool is_minimal(struct bytes c)
{
	return c.len && (c.len == 1 || !((c.p[0] == 0 && !(c.p[1] & 0x80)) || (c.p[0] == 0xff && (c.p[1] & 0x80))));
}

bool der_get_integer(struct bytes *in, struct bytes *value)
{
	struct bytes a = *in, c;

	if (!der_get(&a, DER_INTEGER, &c) || !is_minimal(c))
		return false;
	*in = a;
	*value = c;
	return true;
}

bool der_get_unsigned(struct bytes *in, struct bytes *value)
{
	struct bytes a = *in, c;

	if (!der_get_integer(&a, &c) || (c.p[0] & 0x80))
		return false;
	*in = a;
	*value = c.len > 1 && c.p[0] == 0 ? bytes_skip(c, 1) : c;
	return true;
}

bool der_get_small(struct bytes *in, uint32_t *value, uint32_t max)
{
	struct bytes a = *in, c;
	uint32_t     v = 0;

	if (!der_get_unsigned(&a, &c) || c.len > 4)
		return false;
	for (size_t i = 0; i < c.len; i++)
		v = v << 8 | c.p[i];
	if (v > max)
		return false;
	*in = a;
	*value = v;
	return true;
}

bool der_get_boolean(struct bytes *in, bool *value)
{
	struct bytes a = *in, c;

	if (!der_get(&a, DER_BOOLEAN, &c) || c.len != 1 || (c.p[0] != 0 && c.p[0] != 0xff))
		return false;
	*in = a;
	*value = c.p[0] == 0xff;
	return true;
}

bool der_get_bits(struct bytes *in, struct bytes *octets)
{
	struct bytes a = *in, c;

	if (!der_get(&a, DER_BIT_STRING, &c) || c.len == 0 || c.p[0] != 0)
		return false;
	*in = a;
	*octets = bytes_skip(c, 1);
	return true;
}

bool der_get_named_bits(struct bytes *in, uint16_t *value)
{
	struct bytes a = *in, c;
	uint16_t     v = 0;

	if (!der_get(&a, DER_BIT_STRING, &c) || c.len == 0 || c.len > 3 || c.p[0] > 7)
		return false;
	if (c.len == 1 ? c.p[0] != 0 : (c.p[c.len - 1] & (1u << c.p[0])) == 0)
		return false; /* the last bit that is kept must be set */
	if (c.len > 1 && (c.p[c.len - 1] & ((1u << c.p[0]) - 1)) != 0)
		return false; /* unused bits are zero (X.690 11.2.1) */
	for (unsigned n = 0; n < (c.len - 1) * 8; n++)
		if (c.p[1 + n / 8] & (0x80u >> n % 8))
			v = (uint16_t)(v | 1u << n);
	*in = a;
	*value = v;
	return true;
}

static bool two_digits(int *out, struct bytes c, size_t at)
{
	if (c.p[at] < '0' || c.p[at] > '9' || c.p[at + 1] < '0' || c.p[at + 1] > '9')
		return false;
	*out = (c.p[at] - '0') * 10 + (c.p[at + 1] - '0');
	return true;
}

bool der_get_time(struct bytes *in, int64_t *t)
{
	struct bytes     a = *in, c;
	struct utc_civil v = { 0 };
	unsigned         tag;
	int              century = 0, year = 0;

	if (!der_get_any(&a, &tag, &c, NULL))
		return false;
	bool   general = tag == DER_GENERALIZED_TIME;
	size_t at = general ? 2 : 0;
	if ((!general && tag != DER_UTC_TIME) || c.len != at + 13 || c.p[at + 12] != 'Z')
		return false;
	if ((general && !two_digits(&century, c, 0)) || !two_digits(&year, c, at) ||
	    !two_digits(&v.month, c, at + 2) || !two_digits(&v.day, c, at + 4) || !two_digits(&v.hour, c, at + 6) ||
	    !two_digits(&v.minute, c, at + 8) || !two_digits(&v.second, c, at + 10))
		return false;
	v.year = general ? century * 100 + year : year >= 50 ? 1900 + year : 2000 + year;
	if ((general && v.year < 2050) || !utc_from_civil(t, v))
		return false;
	*in = a;
	return true;
}

/* What an element of a universal type may look like (X.690 8.1.1.4, 8.2 to 8.12, 8.19, 10.2, 11.1, 11.2.1, 11.7, 11.8). */
static bool is_sound(unsigned tag, struct bytes c)
{
	switch (tag) {
	case 0: return false; /* the end of an indefinite length, or nothing */
	case DER_BOOLEAN: return c.len == 1 && (c.p[0] == 0 || c.p[0] == 0xff);
	case DER_INTEGER:
	case DER_ENUMERATED: return is_minimal(c);
	case DER_BIT_STRING:
		return c.len && c.p[0] <= 7 && (c.len == 1 ? c.p[0] == 0 : (c.p[c.len - 1] & ((1u << c.p[0]) - 1)) == 0);
	case DER_NULL: return c.len == 0;
	case DER_OID: return oid_is_sound(c);
	case DER_UTC_TIME: return c.len == 13 && c.p[12] == 'Z';
	case DER_GENERALIZED_TIME: return c.len >= 15 && c.p[c.len - 1] == 'Z';
	case DER_SEQUENCE:
	case DER_SET: return true;
	case DER_SEQUENCE & ~0x20u:
	case DER_SET & ~0x20u: return false;
	default: return (tag & 0xc0) != 0 || !(tag & 0x20); /* of the universal types, only those two are constructed */
	}
}

/* Elements to the end, a stack of what is left on each level in place of recursion. */
bool der_is_whole(struct bytes a)
{
	struct bytes level[DER_MAX_DEPTH] = { a }, content;
	size_t       depth = 0, num = 0;
	unsigned     tag;

	while (depth || level[0].len) {
		if (level[depth].len == 0) {
			depth--;
			continue;
		}
		num += depth == 0;
		if (!der_get_any(&level[depth], &tag, &content, NULL) || !is_sound(tag, content))
			return false;
		if ((tag & 0x20) && depth + 1 == DER_MAX_DEPTH)
			return false;
		if (tag & 0x20)
			level[++depth] = content;
	}
	return num == 1;
}

/* ---- writing ------------------------------------------------------------ */

void der_put(struct der *d, struct bytes a)
{
	if (d->failed || a.len > d->at) {
		d->failed = true;
		return;
	}
	d->at -= a.len;
	if (a.len)
		memcpy(d->p + d->at, a.p, a.len);
}

static void put_octet(struct der *d, unsigned v)
{
	uint8_t octet = (uint8_t)v;

	der_put(d, bytes_of(&octet, 1));
}

void der_wrap(struct der *d, unsigned tag, size_t mark)
{
	if (d->failed)
		return;
	size_t len = mark - d->at;
	if (len < 0x80) {
		put_octet(d, (unsigned)len);
	} else {
		unsigned n = 0;
		for (size_t v = len; v; v >>= 8, n++)
			put_octet(d, (unsigned)(v & 0xff));
		put_octet(d, 0x80 | n);
	}
	put_octet(d, tag);
}

void der_tlv(struct der *d, unsigned tag, struct bytes content)
{
	size_t mark = der_mark(d);

	der_put(d, content);
	der_wrap(d, tag, mark);
}

void der_unsigned(struct der *d, struct bytes v)
{
	size_t mark = der_mark(d);

	while (v.len > 1 && v.p[0] == 0)
		v = bytes_skip(v, 1);
	der_put(d, v);
	if (v.len == 0 || (v.p[0] & 0x80))
		put_octet(d, 0);
	der_wrap(d, DER_INTEGER, mark);
}

void der_small(struct der *d, uint64_t value)
{
	uint8_t    be[8];
	struct buf b = BUF_ON(be);

	buf_u64(&b, value);
	der_unsigned(d, buf_bytes(&b));
}

void der_boolean(struct der *d, bool value)
{
	size_t mark = der_mark(d);

	put_octet(d, value ? 0xff : 0);
	der_wrap(d, DER_BOOLEAN, mark);
}

void der_null(struct der *d)
{
	der_tlv(d, DER_NULL, bytes_of(NULL, 0));
}

void der_bits(struct der *d, struct bytes octets)
{
	size_t mark = der_mark(d);

	der_put(d, octets);
	put_octet(d, 0);
	der_wrap(d, DER_BIT_STRING, mark);
}

void der_named_bits(struct der *d, uint16_t bits)
{
	uint8_t  octets[3] = { 0 };
	unsigned last = 0, num = 0;

	for (unsigned n = 0; n < 16; n++) {
		if (bits >> n & 1) {
			octets[1 + n / 8] |= (uint8_t)(0x80u >> n % 8);
			last = n;
			num = n / 8 + 1;
		}
	}
	octets[0] = num ? (uint8_t)(7 - last % 8) : 0;
	der_tlv(d, DER_BIT_STRING, bytes_of(octets, 1 + num));
}

#define UTC_1950 ((int64_t)-631152000) /* 1950-01-01T00:00:00Z: UTCTime goes no further back */

/* By hand: a CRL of a million entries writes a million of these. */
static void two_digits_out(uint8_t out[2], int value)
{
	out[0] = (uint8_t)('0' + value / 10 % 10);
	out[1] = (uint8_t)('0' + value % 10);
}

void der_time(struct der *d, int64_t t)
{
	struct utc_civil c = utc_civil(t);
	uint8_t          text[15];
	bool             general = c.year >= 2050;

	if (t < UTC_1950 || t > UTC_MAX) {
		d->failed = true;
		return;
	}
	two_digits_out(text, c.year / 100);
	two_digits_out(text + 2, c.year);
	two_digits_out(text + 4, c.month);
	two_digits_out(text + 6, c.day);
	two_digits_out(text + 8, c.hour);
	two_digits_out(text + 10, c.minute);
	two_digits_out(text + 12, c.second);
	text[14] = 'Z';
	der_tlv(d, general ? DER_GENERALIZED_TIME : DER_UTC_TIME, bytes_of(general ? text : text + 2, general ? 15 : 13));
}
