/* revocations.c: see revocations.h. Foreign text: it is read in ceremony-parse only, and by the
 * verifier, which has nothing to lose. */
#include "ceremony/pki/revocations.h"

#include "ceremony/base/utc.h"
#include "ceremony/pki/certificate.h"
#include "ceremony/pki/pem.h"

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----"
#define PEM_END   "-----END CERTIFICATE-----"

const char *revocations_why(enum revocations_why w)
{
	static const char *const text[] = {
#define X(id, text) text,
		REVOCATIONS_WHYS(X)
#undef X
	};

	MUST(w < REVOCATIONS_WHYS_COUNT_);
	return text[w];
}

static void bad(struct revocations *r, uint32_t line, enum revocations_why why)
{
	if (r->num_bad < REVOCATIONS_MAX_BAD)
		r->bad[r->num_bad] = (struct revocations_bad){ line, why };
	r->num_bad++;
}

static bool good(struct revocations *r, const struct revoked *x, struct err *e)
{
	if (++r->num > REVOCATIONS_MAX)
		return err_set(e, ERR_TOO_LARGE, "a list of more than %d entries", REVOCATIONS_MAX);
	return r->each(r->ctx, x, e);
}

/* ---- the fields of a line ------------------------------------------------ */

#define REASON(name, number, reason, end_entity) { name, sizeof name - 1, number, reason, end_entity }
static const struct reason {
	const char *name;
	size_t      len;
	char        number;
	uint8_t     reason;
	bool        end_entity; /* for these only */
} reasons[] = {
	REASON("keyCompromise", '1', 1, false),        REASON("superseded", '4', 4, false),
	REASON("cessationOfOperation", '5', 5, false), REASON("affiliationChanged", '3', 3, false),
	REASON("privilegeWithdrawn", '9', 9, false),   REASON("unspecified", '0', 0, true),
	REASON("", '-', 0, true),
};
#undef REASON
#define REASON_MAX 20 /* octets of a name */

bool revocations_reason(uint8_t *out, struct bytes text, bool end_entity)
{
	for (size_t i = 0; i < COUNT_OF(reasons); i++) {
		const bool number = text.len == 1 && text.p[0] == (uint8_t)reasons[i].number;
		if (!number && !bytes_equal(text, bytes_of(reasons[i].name, reasons[i].len)))
			continue;
		if (reasons[i].end_entity && !end_entity)
			return false;
		*out = reasons[i].reason;
		return true;
	}
	return false;
}

/* A digit's value and one; 0 for what is none. */
static const uint8_t hex_values[256] = {
	['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ['a'] = 11, 12, 13, 14, 15, 16, ['A'] = 11, 12, 13, 14, 15, 16,
};

/* Leading zero octets are dropped: they are how some tools write a number whose top bit is set. */
static bool read_serial(uint8_t out[SERIAL_MAX], size_t *len, struct bytes text, enum revocations_why *why)
{
	unsigned bad = 0;

	*why = text.len && text.p[0] == '-' ? REVOCATIONS_NEGATIVE : REVOCATIONS_SERIAL;
	if (!text.len || text.len % 2)
		return false;
	while (text.len >= 2 && text.p[0] == '0' && text.p[1] == '0')
		text = bytes_skip(text, 2);
	if (text.len > 2 * SERIAL_MAX)
		return false;
	for (size_t i = 0; i < text.len / 2; i++) {
		const unsigned high = hex_values[text.p[2 * i]] - 1u, low = hex_values[text.p[2 * i + 1]] - 1u;
		out[i] = (uint8_t)(high << 4 | low);
		bad |= high | low;
	}
	if (bad > 0xf)
		return false;
	*why = REVOCATIONS_NEGATIVE; /* or zero */
	*len = text.len / 2;
	return *len > 0;
}

/* As utc_parse. */
static bool read_date(uint64_t *out, struct bytes text)
{
	const uint8_t   *p = text.p;
	struct utc_civil c = { 0 };

	if (text.len != 10 && text.len != 20)
		return false;
	bool bad = p[4] != '-' || p[7] != '-';
	c.year = utc_pair(p, &bad) * 100 + utc_pair(p + 2, &bad);
	c.month = utc_pair(p + 5, &bad);
	c.day = utc_pair(p + 8, &bad);
	if (text.len == 20) {
		bad |= p[10] != 'T' || p[13] != ':' || p[16] != ':' || p[19] != 'Z';
		c.hour = utc_pair(p + 11, &bad);
		c.minute = utc_pair(p + 14, &bad);
		c.second = utc_pair(p + 17, &bad);
	}
	return !bad && revoked_moment(out, &c);
}

/* Up to four fields; how many there are, 5 for more. */
static size_t split(struct bytes field[4], struct bytes line)
{
	for (size_t n = 0; n < 4; n++) {
		const uint8_t *tab = memchr(line.p, '\t', line.len);
		field[n] = bytes_first(line, tab ? (size_t)(tab - line.p) : line.len);
		if (!tab)
			return n + 1;
		line = bytes_skip(line, field[n].len + 1);
	}
	return 5;
}

/* A line without its end: an entry, or what is wrong with it. */
static bool read_entry(struct revoked *out, struct revocations *r, struct bytes line, enum revocations_why *why)
{
	struct bytes field[4] = { { NULL, 0 } };
	uint8_t      serial[SERIAL_MAX], reason = 0;
	size_t       num = split(field, line), len = 0;
	uint64_t     date, invalidity = 0;

	*why = REVOCATIONS_FIELDS;
	if (num != 3 && num != 4)
		return false;
	if (!read_serial(serial, &len, field[0], why))
		return false;
	*why = REVOCATIONS_DATE;
	if (!read_date(&date, field[1]))
		return false;
	*why = REVOCATIONS_FUTURE;
	if (date > r->latest)
		return false;
	*why = REVOCATIONS_REASON;
	if (!revocations_reason(&reason, field[2], r->end_entity))
		return false;
	*why = REVOCATIONS_INVALIDITY;
	if (num == 4 && field[3].len && (!read_date(&invalidity, field[3]) || invalidity == REVOKED_NEW_YEAR(1970) || invalidity > date))
		return false;
	revoked_pack_moments(out, bytes_of(serial, len), reason, date, invalidity, r->line);
	return true;
}

static bool is_text(struct bytes line)
{
	for (size_t i = 0; i < line.len; i++)
		if ((line.p[i] < ' ' && line.p[i] != '\t') || line.p[i] == 0x7f)
			return false;
	return true;
}

static bool take_text(struct revocations *r, struct bytes line, struct err *e)
{
	struct revoked       x;
	enum revocations_why why;

	if (!line.len || line.p[0] == '#' || (r->line == 1 && bytes_starts(line, "serial\t")))
		return is_text(line) || (bad(r, r->line, REVOCATIONS_BINARY), true);
	if (read_entry(&x, r, line, &why))
		return good(r, &x, e);
	bad(r, r->line, is_text(line) ? why : REVOCATIONS_BINARY);
	return true;
}

/* ---- the common line ------------------------------------------------------ */

/* Eight hex digits as four octets; false where one is none. All are looked at together, an octet each: the biases bring what is
 * above a bound to an octet's top bit, and none carries into the next, since no octet had that bit. */
static bool eight_digits(uint8_t out[4], const uint8_t p[8])
{
	const uint64_t ones = 0x0101010101010101, top = 0x80 * ones;
	uint64_t       v, n;

	memcpy(&v, p, sizeof v);
	v = le64toh(v);
	const uint64_t low = v | 0x20 * ones;
	const uint64_t digit = (v + (0x80 - '0') * ones) & ~(v + (0x7f - '9') * ones);
	const uint64_t letter = (low + (0x80 - 'a') * ones) & ~(low + (0x7f - 'f') * ones);
	if ((v & top) || (~(digit | letter) & top))
		return false;
	n = (v & 0x0f * ones) + (v >> 6 & ones) * 9;
	n = (n << 4 | n >> 8) & 0x00ff00ff00ff00ff;
	n = (n | n >> 8) & 0x0000ffff0000ffff;
	const uint32_t four = htole32((uint32_t)(n | n >> 16));
	memcpy(out, &four, sizeof four);
	return true;
}

static uint64_t digits_of(const uint8_t *p, unsigned at)
{
	uint16_t two;

	memcpy(&two, p, sizeof two);
	return (uint64_t)le16toh(two) << at;
}

/* YYYY-MM-DDTHH:MM:SSZ and a TAB. */
static bool plain_date(uint64_t *out, const uint8_t p[21])
{
	bool bad = p[4] != '-' || p[7] != '-' || p[10] != 'T' || p[13] != ':' || p[16] != ':' || p[19] != 'Z' || p[20] != '\t';
	const uint64_t   day = utc_pairs(digits_of(p, 0) | digits_of(p + 2, 16) | digits_of(p + 5, 32) | digits_of(p + 8, 48), &bad);
	const uint64_t   time = utc_pairs(digits_of(p + 11, 0) | digits_of(p + 14, 16) | digits_of(p + 17, 32) | 0x3030000000000000, &bad);
	struct utc_civil c = { .year = (int)((day & 0xff) * 100 + (day >> 16 & 0xff)),
		               .month = (int)(day >> 32 & 0xff),
		               .day = (int)(day >> 48),
		               .hour = (int)(time & 0xff),
		               .minute = (int)(time >> 16 & 0xff),
		               .second = (int)(time >> 32 & 0xff) };

	return !bad && revoked_moment(out, &c);
}

/* A reason that CA certificates are revoked for, by its name, and the line's end behind it; NULL for any other. */
static const struct reason *plain_reason(const uint8_t p[REASON_MAX + 1])
{
	for (size_t i = 0; i < COUNT_OF(reasons) && !reasons[i].end_entity; i++)
		if (p[reasons[i].len] == '\n' && memcmp(p, reasons[i].name, reasons[i].len) == 0)
			return &reasons[i];
	return NULL;
}

#define PLAIN_MAX (2 * SERIAL_MAX + 1 + 21 + REASON_MAX + 1) /* octets that the common line, and what is loaded at once, can reach to */

/* A line by its octets: a serial without leading zero, date and time, a reason, and the line's end. False, and nothing is
 * eaten, for any other, good or bad: that goes the long way. */
static bool plain_line(struct revoked *out, struct revocations *r, struct bytes *piece)
{
	const uint8_t *p = piece->p;
	uint8_t        serial[SERIAL_MAX];
	uint64_t       date;
	size_t         n = 0;

	if (piece->len < PLAIN_MAX)
		return false;
	while (n < SERIAL_MAX && eight_digits(serial + n, p + 2 * n))
		n += 4;
	for (; n < SERIAL_MAX && hex_values[p[2 * n]] && hex_values[p[2 * n + 1]]; n++)
		serial[n] = (uint8_t)((hex_values[p[2 * n]] - 1) << 4 | (hex_values[p[2 * n + 1]] - 1));
	p += 2 * n;
	if (!n || !serial[0] || *p != '\t' || !plain_date(&date, p + 1) || date > r->latest)
		return false;
	p += 22;
	const struct reason *reason = plain_reason(p);
	if (!reason)
		return false;
	r->line += r->line < UINT32_MAX;
	revoked_pack_moments(out, bytes_of(serial, n), reason->reason, date, 0, r->line);
	*piece = bytes_skip(*piece, (size_t)(p - piece->p) + reason->len + 1);
	return true;
}

/* ---- certificates -------------------------------------------------------- */

static bool take_certificate(struct revocations *r, struct bytes text, struct err *e)
{
	uint8_t            room[REVOCATIONS_MAX_CERT];
	struct arena       a = ARENA_ON(room);
	struct certificate c;
	struct bytes       der;
	struct revoked     x;
	struct err         why = { 0 };

	if (!pem_decode(&der, &a, "CERTIFICATE", text, &why)) {
		bad(r, r->block_line, REVOCATIONS_PEM);
		return true;
	}
	if (!certificate_parse(&c, der, &why) || c.serial.len > SERIAL_MAX || !c.serial.len || c.serial.p[0] == 0) {
		bad(r, r->block_line, REVOCATIONS_CERTIFICATE);
		return true;
	}
	if (!bytes_equal(c.issuer.der, r->issuer)) {
		bad(r, r->block_line, REVOCATIONS_ISSUER);
		return true;
	}
	revoked_pack(&x, c.serial, r->reason, r->now, 0, r->block_line);
	return good(r, &x, e);
}

/* Lines of a block gather in rest; text between blocks is passed over, as RFC 7468 2 allows. */
static bool take_pem(struct revocations *r, struct bytes line, struct err *e)
{
	if (bytes_is(line, PEM_BEGIN)) {
		if (r->in_block)
			bad(r, r->block_line, REVOCATIONS_PEM);
		r->in_block = true;
		r->block_line = r->line;
		r->rest_len = 0;
	} else if (!r->in_block) {
		return true;
	}
	struct buf b = { .p = r->rest, .len = r->rest_len, .cap = sizeof r->rest };
	buf_put(&b, line);
	buf_u8(&b, '\n');
	r->rest_len = b.len;
	if (!bytes_is(line, PEM_END) && buf_ok(&b))
		return true;
	r->in_block = false;
	r->rest_len = 0;
	if (buf_ok(&b))
		return take_certificate(r, buf_bytes(&b), e);
	bad(r, r->block_line, REVOCATIONS_PEM);
	return true;
}

/* ---- pieces --------------------------------------------------------------- */

static bool take_line(struct revocations *r, struct bytes line, struct err *e)
{
	if (r->line < UINT32_MAX)
		r->line++;
	if (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	if (r->line == 1 && bytes_starts(line, "\xef\xbb\xbf"))
		line = bytes_skip(line, 3);
	if (r->form == FORM_PEM)
		return take_pem(r, line, e);
	return take_text(r, line, e);
}

/* Whole lines are read where they lie; only the one that a piece ends in is kept. */
static bool take_lines(struct revocations *r, struct bytes piece, struct err *e)
{
	uint8_t joined[REVOCATIONS_MAX_LINE + 2];

	while (piece.len) {
		struct revoked plain;
		if (r->form == FORM_TEXT && !r->partial_len && plain_line(&plain, r, &piece)) {
			if (!good(r, &plain, e))
				return false;
			continue;
		}
		const uint8_t *end = memchr(piece.p, '\n', piece.len);
		struct bytes   part = bytes_first(piece, end ? (size_t)(end - piece.p) : piece.len);
		piece = bytes_skip(piece, end ? part.len + 1 : part.len);
		if (r->partial_len || !end) {
			size_t room = sizeof r->partial - r->partial_len, n = part.len < room ? part.len : room;
			memcpy(r->partial + r->partial_len, part.p, n);
			r->partial_len += n;
			r->skipping |= n < part.len;
			if (!end)
				return true;
			memcpy(joined, r->partial, r->partial_len);
			part = bytes_of(joined, r->partial_len);
			r->partial_len = 0;
		}
		if (r->skipping || part.len > REVOCATIONS_MAX_LINE) {
			r->skipping = false;
			bad(r, ++r->line, REVOCATIONS_LONG);
		} else if (!take_line(r, part, e)) {
			return false;
		}
	}
	return true;
}

bool revocations_feed(struct revocations *r, struct bytes piece, struct err *e)
{
	if (!piece.len)
		return true;
	if (r->form == FORM_UNKNOWN) {
		r->latest = r->now > 0 ? revoked_moment_of(r->now) : 0;
		r->form = !r->reason ? FORM_TEXT : piece.p[0] == DER_SEQUENCE ? FORM_DER : FORM_PEM; /* '0' begins no PEM block */
	}
	if (r->form != FORM_DER)
		return take_lines(r, piece, e);
	size_t room = sizeof r->rest - r->rest_len, n = piece.len < room ? piece.len : room;
	memcpy(r->rest + r->rest_len, piece.p, n);
	r->rest_len += n;
	r->skipping |= n < piece.len;
	return true;
}

bool revocations_end(struct revocations *r, struct err *e)
{
	if (r->form == FORM_DER) {
		r->block_line = 1;
		if (r->skipping)
			bad(r, 1, REVOCATIONS_CERTIFICATE);
		else if (!take_certificate(r, bytes_of(r->rest, r->rest_len), e))
			return false;
	} else if (r->partial_len && !take_lines(r, BYTES_LIT("\n"), e)) {
		return false;
	}
	if (r->in_block)
		bad(r, r->block_line, REVOCATIONS_PEM);
	return r->num || r->num_bad || err_set(e, ERR_LIST_EMPTY, "%u lines", r->line);
}
