/* revocations_test.c: lists of lines and of certificates, whole and in pieces; entries packed, written, read. */
#include "ceremony/pki/test/throwaway.h"

#include "ceremony/pki/pem.h"
#include "ceremony/pki/revocations.h"

#define NOW ((int64_t)1800000000) /* 2027-01-15 */

static struct revoked seen[64];
static size_t         num_seen;

static bool take(void *ctx, const struct revoked *r, struct err *e)
{
	(void)ctx;
	(void)e;
	assert_true(num_seen < COUNT_OF(seen));
	seen[num_seen++] = *r;
	return true;
}

/* Reads a text in pieces of `step` octets. */
static bool read_list(struct revocations *r, struct bytes text, size_t step, bool end_entity, struct bytes issuer, struct err *e)
{
	*r = (struct revocations){ .end_entity = end_entity, .now = NOW, .reason = issuer.len ? 4 : 0, .issuer = issuer, .each = take };
	num_seen = 0;
	for (size_t at = 0; at < text.len; at += step) {
		size_t n = text.len - at < step ? text.len - at : step;
		if (!revocations_feed(r, bytes_of(text.p + at, n), e))
			return false;
	}
	return revocations_end(r, e);
}

static struct revocations reader;

/* ---- lines ------------------------------------------------------------------ */

static void good_lines(void **state)
{
	static const char text[] = "\xef\xbb\xbf" "serial\tdate\treason\r\n"
				   "# a remark\n"
				   "\n"
				   "00ff\t2026-11-20T08:01:02Z\tkeyCompromise\r\n"
				   "0A\t2026-11-21\t4\t2026-11-01\n"
				   "ffffffffffffffffffffffffffffffffffffffff\t1970-01-01\tprivilegeWithdrawn\t";
	static const size_t steps[] = { 1, 2, 7, 64, sizeof text };
	struct err          e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		OK(read_list(&reader, bytes_str(text), steps[i], false, bytes_of(NULL, 0), &e), e);
		assert_int_equal(reader.num_bad, 0);
		assert_int_equal(num_seen, 3);
		assert_true(bytes_equal(revoked_serial(&seen[0]), BYTES_LIT("\xff")));
		assert_int_equal(revoked_date(&seen[0]), 1795161662);
		assert_int_equal(revoked_line(&seen[0]), 4);
		assert_int_equal(seen[0].reason, 1);
		assert_int_equal(seen[1].reason, 4);
		assert_int_equal(revoked_invalidity(&seen[1]), 1793491200);
		assert_int_equal(revoked_serial(&seen[2]).len, 20);
		assert_int_equal(revoked_date(&seen[2]), 0);
		assert_true(revoked_compare(&seen[1], &seen[0]) < 0 && revoked_compare(&seen[0], &seen[2]) < 0);
	}
}

static void bad_lines(void **state)
{
	static const struct {
		const char          *line;
		enum revocations_why why;
	} cases[] = {
		{ "0a", REVOCATIONS_FIELDS },
		{ "0a\t2026-11-21", REVOCATIONS_FIELDS },
		{ "0a\t2026-11-21\t1\t\t", REVOCATIONS_FIELDS },
		{ "\t2026-11-21\t1", REVOCATIONS_SERIAL },
		{ "a\t2026-11-21\t1", REVOCATIONS_SERIAL },
		{ "0x0a\t2026-11-21\t1", REVOCATIONS_SERIAL },
		{ "0a:0b\t2026-11-21\t1", REVOCATIONS_SERIAL },
		{ "01ffffffffffffffffffffffffffffffffffffffff\t2026-11-21\t1", REVOCATIONS_SERIAL },
		{ "-0a\t2026-11-21\t1", REVOCATIONS_NEGATIVE },
		{ "00\t2026-11-21\t1", REVOCATIONS_NEGATIVE },
		{ "0a\t1949-12-31\t1", REVOCATIONS_DATE },
		{ "0a\t1969-12-31T23:59:59Z\t1", REVOCATIONS_DATE },
		{ "0a\t2026-02-29\t1", REVOCATIONS_DATE },
		{ "0a\t2026-11-21 08:00:00\t1", REVOCATIONS_DATE },
		{ "0a\t2026-11-21T24:00:00Z\t1", REVOCATIONS_DATE },
		{ "0a\t\t1", REVOCATIONS_DATE },
		{ "0a\t2050-01-01\t1", REVOCATIONS_FUTURE },
		{ "0a\t2026-11-21\tcertificateHold", REVOCATIONS_REASON },
		{ "0a\t2026-11-21\t6", REVOCATIONS_REASON },
		{ "0a\t2026-11-21\t2", REVOCATIONS_REASON },
		{ "0a\t2026-11-21\t10", REVOCATIONS_REASON },
		{ "0a\t2026-11-21\tunspecified", REVOCATIONS_REASON },
		{ "0a\t2026-11-21\t", REVOCATIONS_REASON },
		{ "0a\t2026-11-21\t1\t2026-11-22", REVOCATIONS_INVALIDITY },
		{ "0a\t2026-11-21\t1\tyesterday", REVOCATIONS_INVALIDITY },
		{ "0a\t2026-11-21\t1\x01", REVOCATIONS_BINARY },
		{ "# \x1b[2J", REVOCATIONS_BINARY },
	};
	char       text[128];
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		(void)snprintf(text, sizeof text, "0b\t2026-11-21\t1\n%s\n0c\t2026-11-21\t1\n", cases[i].line);
		OK(read_list(&reader, bytes_str(text), 5, false, bytes_of(NULL, 0), &e), e);
		if (num_seen != 2 || reader.num_bad != 1 || reader.bad[0].why != cases[i].why || reader.bad[0].line != 2)
			fail_msg("%s: %zu good, %llu bad, line %u: %s", cases[i].line, num_seen,
			         (unsigned long long)reader.num_bad, reader.bad[0].line, revocations_why(reader.bad[0].why));
	}
}

/* The common line goes a shorter way, but not where a piece ends in it, so that lists in one piece and octet by octet go
 * both ways: line by line they say the same, whatever one octet is changed to. */
static void both_ways_say_the_same(void **state)
{
	static const char *const lines[] = {
		"00112233445566778899aabbccddeeff\t2026-11-20T08:01:02Z\tkeyCompromise\n",
		"7B12\t2024-02-29T23:59:59Z\taffiliationChanged\n",
		"ffeeddccbbaa99887766554433221100AbCdEf01\t1970-01-01T00:00:00Z\tprivilegeWithdrawn\n",
		"0a0b0c0d0e0f1a1b2a\t2026-12-31T00:59:00Z\tsuperseded\n",
		"40\t2027-01-01T00:00:00Z\tcessationOfOperation\n",
	};
	struct revoked one[2] = { { .reason = 0 } };
	char           text[256];
	struct err     e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		const size_t len = strlen(lines[i]), all = len + 120; /* enough behind it for the shorter way */
		(void)snprintf(text, sizeof text, "%s%0120d", lines[i], 0);
		OK(read_list(&reader, bytes_of(text, all), all, false, bytes_of(NULL, 0), &e), e);
		assert_true(num_seen == 1 && reader.num_bad == 1);
		for (unsigned n = 0; n < 256 * len; n++) {
			const size_t at = n / 256;
			text[at] = (char)(n % 256);
			OK(read_list(&reader, bytes_of(text, all), all, i % 2, bytes_of(NULL, 0), &e), e);
			const size_t                 num = num_seen, num_bad = reader.num_bad;
			const struct revocations_bad bad = reader.bad[0];
			memcpy(one, seen, sizeof one);
			OK(read_list(&reader, bytes_of(text, all), 1, i % 2, bytes_of(NULL, 0), &e), e);
			if (num_seen != num || reader.num_bad != num_bad || memcmp(&bad, &reader.bad[0], sizeof bad) != 0 ||
			    memcmp(one, seen, num * sizeof one[0]) != 0)
				fail_msg("line %zu, octet %zu as %02x", i, at, n % 256);
			text[at] = lines[i][at];
		}
	}
}

static void end_entities_may_have_no_reason(void **state)
{
	static const char text[] = "0a\t2026-11-21\t\n0b\t2026-11-21\t-\n0c\t2026-11-21\tunspecified\n0d\t2026-11-21\t6\n";
	struct err        e = { 0 };

	(void)state;
	OK(read_list(&reader, bytes_str(text), 1000, true, bytes_of(NULL, 0), &e), e);
	assert_int_equal(num_seen, 3);
	assert_int_equal(seen[0].reason + seen[1].reason + seen[2].reason, 0);
	assert_int_equal(reader.bad[0].line, 4);
}

static void long_lines_and_binaries(void **state)
{
	static uint8_t text[5000];
	struct err     e = { 0 };

	(void)state;
	memset(text, 'a', sizeof text);
	memcpy(text + 4000, "\n0a\t2026-11-21\t1\n", 17);
	for (size_t step = 100; step < 6000; step += 1900) {
		OK(read_list(&reader, bytes_of(text, 4017), step, false, bytes_of(NULL, 0), &e), e);
		assert_int_equal(num_seen, 1);
		assert_int_equal(revoked_line(&seen[0]), 2);
		assert_true(reader.num_bad == 1 && reader.bad[0].line == 1 && reader.bad[0].why == REVOCATIONS_LONG);
	}
	memset(text, 0, sizeof text);
	OK(read_list(&reader, bytes_of(text, sizeof text), 300, false, bytes_of(NULL, 0), &e), e);
	assert_true(num_seen == 0 && reader.num_bad == 1);
	for (size_t i = 0; i < 200; i++)
		memcpy(text + 3 * i, "x\ty", 3), text[3 * i + 2] = '\n';
	OK(read_list(&reader, bytes_of(text, 600), 64, false, bytes_of(NULL, 0), &e), e);
	assert_int_equal(reader.num_bad, 200); /* all are counted, the first ones kept */
}

static void nothing_is_no_list(void **state)
{
	static const char *const texts[] = { "", "\n\n", "# nothing\n", "serial\tdate\treason\n", "\xef\xbb\xbf" };
	struct err               e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		assert_false(read_list(&reader, bytes_str(texts[i]), 3, false, bytes_of(NULL, 0), &e));
		assert_int_equal(e.id, ERR_LIST_EMPTY);
	}
}

/* ---- certificates -------------------------------------------------------------- */

static void certificates(void **state)
{
	static uint8_t room[16384];
	struct chain  *c = chain_new(KEY_P384, KEY_P256);
	struct buf     b = BUF_ON(room);
	struct err     e = { 0 };

	(void)state;
	buf_str(&b, "subject=something\n");
	pem_encode(&b, "CERTIFICATE", c->sub.der);
	buf_str(&b, "\r\n");
	pem_encode(&b, "CERTIFICATE", c->sub.der);
	for (size_t step = 1; step < 5000; step = step * 3 + 1) {
		OK(read_list(&reader, buf_bytes(&b), step, false, c->root.subject.der, &e), e);
		assert_int_equal(reader.num_bad, 0);
		assert_int_equal(num_seen, 2);
		assert_true(bytes_equal(revoked_serial(&seen[0]), c->sub.serial));
		assert_int_equal(seen[0].reason, 4);
		assert_int_equal(revoked_date(&seen[1]), NOW);
	}
	OK(read_list(&reader, buf_bytes(&b), 64, false, BYTES_LIT("another"), &e), e);
	assert_true(num_seen == 0 && reader.num_bad == 2 && reader.bad[0].why == REVOCATIONS_ISSUER);
	OK(read_list(&reader, bytes_first(buf_bytes(&b), b.len - 40), 64, false, c->root.subject.der, &e), e);
	assert_true(num_seen == 1 && reader.num_bad == 1 && reader.bad[0].why == REVOCATIONS_PEM);
	OK(read_list(&reader, c->sub.der, 100, false, c->root.subject.der, &e), e);
	assert_int_equal(num_seen, 1);
	OK(read_list(&reader, bytes_first(c->sub.der, 300), 100, false, c->root.subject.der, &e), e);
	assert_true(num_seen == 0 && reader.num_bad == 1);
	chain_free(c);
}

/* ---- entries ---------------------------------------------------------------------- */

static void entries_come_back(void **state)
{
	static const int64_t dates[] = { 0, 1, 86399, 1795161662, 2524607999, 2524608000, UTC_MAX };
	uint8_t              der[REVOKED_DER_MAX], serial[SERIAL_MAX];
	struct err           e = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(dates); i++) {
		for (unsigned k = 0; k < 2 * SERIAL_MAX * 4; k++) {
			struct revoked r, back;
			size_t         len = k % SERIAL_MAX + 1;
			memset(serial, k & 1 ? 0x80 : 0x7f, sizeof serial);
			revoked_pack(&r, bytes_of(serial, len), k % 3 ? (uint8_t)(k % 3 * 4) : 0, dates[i], k & 2 ? dates[i] : 0, 0);
			size_t       n = revoked_der(der, &r);
			struct bytes rest = bytes_of(der, n);
			assert_int_equal(n, revoked_der_len(&r));
			OK(revoked_get(&rest, &back, &e), e);
			assert_int_equal(rest.len, 0);
			assert_true(revoked_same(&r, &back));
			for (size_t cut = 0; cut < n; cut++) {
				struct bytes part = bytes_first(bytes_of(der, n), cut);
				assert_false(revoked_get(&part, &back, NULL));
			}
		}
	}
}

/* The quick way and crl.c's agree on what is no entry: every octet changed in turn. */
static void bent_entries_are_refused_alike(void **state)
{
	uint8_t            der[REVOKED_DER_MAX];
	struct revoked     r;

	(void)state;
	revoked_pack(&r, BYTES_LIT("\x81\x02\x03"), 1, 1795161662, 0, 0);
	size_t n = revoked_der(der, &r);
	for (size_t i = 0; i < n; i++) {
		for (unsigned v = 0; v < 256; v++) {
			uint8_t          was = der[i];
			struct crl_entry x;
			struct revoked   back;
			der[i] = (uint8_t)v;
			struct bytes one = bytes_of(der, n), other = one;
			bool quick = revoked_get(&one, &back, NULL);
			bool slow = crl_next(&other, &x, NULL) && x.date >= 0;
			if (quick != slow || (quick && (one.len != other.len || back.reason != x.reason || revoked_date(&back) != x.date ||
			                                !bytes_equal(revoked_serial(&back), bytes_of(x.serial, x.serial_len)))))
				fail_msg("octet %zu = %02x: %d, %d", i, v, quick, slow);
			der[i] = was;
		}
	}
}

/* What another process sent is looked at before it is believed: every octet of an entry that is good is set to every value,
 * and what is called sound can be written and read again as the same. */
static void unsound_entries_are_told(void **state)
{
	uint8_t        der[REVOKED_DER_MAX];
	struct revoked good, r, back;
	unsigned       sound = 0;

	(void)state;
	revoked_pack(&good, BYTES_LIT("\x01\x02\x03"), 1, 1709251199, 1709164800, 0); /* 2024-02-29 */
	assert_true(revoked_sound(&good));
	for (size_t i = 0; i < offsetof(struct revoked, line); i++) {
		for (unsigned v = 0; v < 256; v++) {
			struct err e = { 0 };
			r = good;
			((uint8_t *)&r)[i] = (uint8_t)v;
			if (!revoked_sound(&r) || revoked_invalidity(&r) == 0 || r.reason == 0)
				continue;
			sound++;
			struct bytes in = bytes_of(der, revoked_der(der, &r));
			OK(revoked_get(&in, &back, &e), e);
			assert_true(revoked_date(&r) >= 0 && revoked_date(&r) == revoked_date(&back) && revoked_invalidity(&r) == revoked_invalidity(&back));
		}
	}
	assert_true(sound > 256);
	for (unsigned day = 1; day < 32; day++) {
		const struct utc_civil c = { .year = 2023, .month = 2, .day = (int)day };
		uint64_t               m = 0;
		assert_int_equal(revoked_moment(&m, &c), day <= 28);
	}
}

/* Every pair of octets as a serial: hex digits and nothing else. */
static void digits_and_nothing_else(void **state)
{
	static const char hex[] = "0123456789abcdefABCDEF";
	char              text[] = "01xx\t2026-11-21\t1\n";
	struct err        e = { 0 };

	(void)state;
	for (unsigned a = 0x20; a < 256; a++) {
		for (unsigned b = 0x20; b < 256; b++) {
			text[2] = (char)a;
			text[3] = (char)b;
			const bool good = strchr(hex, (int)a) && strchr(hex, (int)b);
			OK(read_list(&reader, bytes_str(text), 1000, false, bytes_of(NULL, 0), &e), e);
			if (num_seen != good || (good && revoked_serial(&seen[0]).p[1] != strtoul((char[]){ (char)a, (char)b, 0 }, NULL, 16)))
				fail_msg("%02x %02x", a, b);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_lines),
		cmocka_unit_test(bad_lines),
		cmocka_unit_test(both_ways_say_the_same),
		cmocka_unit_test(end_entities_may_have_no_reason),
		cmocka_unit_test(long_lines_and_binaries),
		cmocka_unit_test(nothing_is_no_list),
		cmocka_unit_test(certificates),
		cmocka_unit_test(entries_come_back),
		cmocka_unit_test(bent_entries_are_refused_alike),
		cmocka_unit_test(unsound_entries_are_told),
		cmocka_unit_test(digits_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
