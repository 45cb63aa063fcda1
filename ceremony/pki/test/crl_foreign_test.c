/* crl_foreign_test.c: lists of other programs, odd in one way each: read with that finding, or refused. */
#include "ceremony/pki/test/throwaway.h"

#include "ceremony/pki/crl_stream.h"
#include "ceremony/pki/der.h"
#include "ceremony/pki/signed.h"

static struct chain *chain;
static struct arena  arena;

static int begin(void **state)
{
	(void)state;
	chain = chain_new(KEY_P384, KEY_P256);
	arena = arena_new((size_t)1 << 20);
	return arena.p ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	chain_free(chain);
	arena_free(&arena);
	return 0;
}

/* A list in pieces, from its end: each as it would be in a sound one, unless the case says otherwise. */
struct pieces {
	const char *exts, *revoked, *next, *this_update; /* hex of what stands in their place; "" nothing; NULL as is */
	bool        v1;
};

/* Extensions of a v2 list: number 7 and a key identifier. */
#define SOUND "a02f302d300a0603551d140403020107301f0603551d230418301680140102030405060708090a0b0c0d0e0f1011121314"

static void put_hex(struct der *d, const char *hex)
{
	uint8_t    octets[512];
	struct buf b = BUF_ON(octets);

	assert_true(hex_decode(&b, bytes_str(hex)));
	der_put(d, buf_bytes(&b));
}

static struct bytes list_of(const struct pieces *p)
{
	static const uint8_t signature[] = "nothing here is verified";
	uint8_t             *room = arena_take(&arena, 4096);
	struct der           d = der_on(room, 4096);
	size_t               mark = der_mark(&d);
	struct bytes         der;
	struct err           e = { 0 };

	put_hex(&d, p->exts ? p->exts : p->v1 ? "" : SOUND);
	put_hex(&d, p->revoked ? p->revoked : "");
	put_hex(&d, p->next ? p->next : "170d3237303130313030303030305a");
	put_hex(&d, p->this_update ? p->this_update : "170d3236303130323030303030305a");
	der_put(&d, chain->root.subject.der);
	der_put(&d, sig_der(SIG_ECDSA_SHA384));
	if (!p->v1)
		der_small(&d, 1);
	der_wrap(&d, DER_SEQUENCE, mark);
	OK(signed_join(&der, &arena, der_bytes(&d), SIG_ECDSA_SHA384, bytes_of(signature, sizeof signature), &e), e);
	return der;
}

#define ODD(o) (1u << CRL_ODD_##o)

static const struct {
	const char   *name;
	struct pieces p;
	unsigned      odd; /* of what is read */
	enum err_id   id;  /* of what is not */
	const char   *says;
} cases[] = {
	{ "a sound one", { 0 }, 0, ERR_NONE, NULL },
	{ "an empty revokedCertificates", { .revoked = "3000" }, ODD(EMPTY), ERR_NONE, NULL },
	{ "version 1", { .v1 = true }, ODD(VERSION) | ODD(NUMBER) | ODD(KEY_ID), ERR_NONE, NULL },
	{ "version 1 with an entry", { .v1 = true, .revoked = "30143012020105170d3236303130313030303030305a" }, ODD(VERSION) | ODD(NUMBER) | ODD(KEY_ID), ERR_NONE, NULL },
	{ "version 1 with extensions", { .v1 = true, .exts = SOUND }, 0, ERR_CRL_VERSION, "version 1" },
	{ "no number", { .exts = "a0233021301f0603551d230418301680140102030405060708090a0b0c0d0e0f1011121314" }, ODD(NUMBER), ERR_NONE, NULL },
	{ "no key identifier", { .exts = "a00e300c300a0603551d140403020107" }, ODD(KEY_ID), ERR_NONE, NULL },
	{ "a key identifier of another form", { .exts = "a0223020300a0603551d14040302010730120603551d23040b3009800461626364820105" }, ODD(KEY_ID), ERR_NONE, NULL },
	{ "no extensions", { .exts = "" }, ODD(NUMBER) | ODD(KEY_ID), ERR_NONE, NULL },
	{ "an empty list of extensions", { .exts = "a0023000" }, 0, ERR_CRL_EXT, "the list of" },
	{ "no nextUpdate", { .next = "" }, ODD(NO_NEXT), ERR_NONE, NULL },
	{ "a GeneralizedTime", { .this_update = "180f32303236303130323030303030305a" }, ODD(TIME), ERR_NONE, NULL },
	{ "a GeneralizedTime of no day", { .this_update = "180f32303236313330323030303030305a" }, 0, ERR_CRL_TIME, "thisUpdate" },
	{ "a time with an offset", { .this_update = "17113236303130323030303030302b30313030" }, 0, ERR_CRL_TIME, "thisUpdate" },
	{ "an end before its begin", { .next = "170d3235303130313030303030305a" }, 0, ERR_CRL_TIME, "nextUpdate" },
	{ "an extension that is not known", { .exts = "a03d303b300a0603551d140403020107301f0603551d230418301680140102030405060708090a0b0c0d0e0f1011121314300c06032a030404050403010203" }, ODD(EXTENSION), ERR_NONE, NULL },
	{ "a critical one", { .exts = "a040303e300a0603551d140403020107301f0603551d230418301680140102030405060708090a0b0c0d0e0f1011121314300f06032a03040101ff04050403010203" }, 0, ERR_CRL_EXT, "critical" },
	{ "a delta", { .exts = "a03e303c300a0603551d140403020107301f0603551d230418301680140102030405060708090a0b0c0d0e0f1011121314300d0603551d1b0101ff0403020105" }, 0, ERR_CRL_EXT, "critical" },
	{ "a part: CA certificates alone", { .exts = "a040303e300a0603551d140403020107301f0603551d230418301680140102030405060708090a0b0c0d0e0f1011121314300f0603551d1c0101ff040530038201ff" }, 0, ERR_CRL_EXT, "some certificates" },
	{ "a part: some reasons", { .exts = "a041303f300a0603551d140403020107301f0603551d230418301680140102030405060708090a0b0c0d0e0f101112131430100603551d1c0101ff0406300483020640" }, 0, ERR_CRL_EXT, "some certificates" },
	{ "of other issuers too", { .exts = "a040303e300a0603551d140403020107301f0603551d230418301680140102030405060708090a0b0c0d0e0f1011121314300f0603551d1c0101ff040530038401ff" }, 0, ERR_CRL_EXT, "some certificates" },
	{ "a point", { .exts = "a04c304a300a0603551d140403020107301f0603551d230418301680140102030405060708090a0b0c0d0e0f1011121314301b0603551d1c0101ff0411300fa00da00b8609687474703a2f2f612f" }, ODD(POINT), ERR_NONE, NULL },
	{ "a number twice", { .exts = "a03b3039300a0603551d140403020107300a0603551d140403020107301f0603551d230418301680140102030405060708090a0b0c0d0e0f1011121314" }, 0, ERR_CRL_EXT, "crlNumber" },
	{ "a number that leaves no room", { .exts = "a0423040301d0603551d14041602147fffffffffffffffffffffffffffffffffffffff301f0603551d230418301680140102030405060708090a0b0c0d0e0f1011121314" }, 0, ERR_CRL_EXT, "too large" },
	{ "a number of 20 octets", { .exts = "a0423040301d0603551d14041602147fffffffffffffffffffffffffffff0000000000301f0603551d230418301680140102030405060708090a0b0c0d0e0f1011121314" }, 0, ERR_NONE, NULL },
	{ "a reason that is left out", { .revoked = "30223020020105170d3236303130313030303030305a300c300a0603551d1504030a0100" }, ODD(UNSPECIFIED), ERR_NONE, NULL },
	{ "a reason that is none", { .revoked = "30223020020105170d3236303130313030303030305a300c300a0603551d1504030a010b" }, 0, ERR_CRL_ENTRY, "entry 1" },
	{ "two reasons", { .revoked = "302e302c020105170d3236303130313030303030305a3018300a0603551d1504030a0104300a0603551d1504030a0104" }, 0, ERR_CRL_ENTRY, "entry 1" },
	{ "an other extension of an entry", { .revoked = "30243022020105170d3236303130313030303030305a300e300c06032a030404050403010203" }, ODD(ENTRY), ERR_NONE, NULL },
	{ "an entry of another issuer", { .revoked = "30273025020105170d3236303130313030303030305a3011300f0603551d1d0101ff04050403010203" }, 0, ERR_CRL_ENTRY, "critical" },
	{ "serial number 0", { .revoked = "30143012020100170d3236303130313030303030305a" }, 0, ERR_CRL_ENTRY, "serial" },
	{ "a negative serial number", { .revoked = "301430120201fb170d3236303130313030303030305a" }, 0, ERR_CRL_ENTRY, "serial" },
	{ "entries that are not sorted, and one twice", { .revoked = "303c3012020109170d3236303130313030303030305a3012020105170d3236303130313030303030305a3012020105170d3236303130313030303030305a" }, 0, ERR_NONE, NULL },
};

static void each_is_read_with_its_finding_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct bytes     der = list_of(&cases[i].p);
		struct crl       c, strict;
		struct crl_entry entry;
		struct err       e = { 0 };
		unsigned         odd = 0, again = 0;
		bool             read = crl_read(&c, &odd, der, &e);
		if (e.id != cases[i].id || read != (cases[i].id == ERR_NONE) || odd != cases[i].odd)
			fail_msg("%s: %s (%s), odd %x", cases[i].name, err_text_of(e.id)->name, e.detail, odd);
		assert_true(read || strstr(e.detail, cases[i].says));
		/* What is odd the strict reader refuses, but for a point; a part it leaves to the linter. */
		bool sound = crl_parse(&strict, der, &e);
		assert_true(read ? sound == !(odd & ~ODD(POINT)) : !sound || cases[i].id == ERR_CRL_EXT);
		size_t num = 0;
		for (struct bytes rest = read ? c.revoked : bytes_of(NULL, 0); rest.len; num++)
			OK(crl_read_next(&rest, &entry, &again, &e), e);
		assert_true(!read || num == c.num_entries);
		/* Cut short, or with something behind it, it is none. */
		for (size_t len = 0; len < der.len; len++)
			assert_false(crl_read(&c, &odd, bytes_first(der, len), &e));
		uint8_t more[4096];
		memcpy(more, der.p, der.len);
		more[der.len] = 0;
		assert_false(crl_read(&c, &odd, bytes_of(more, der.len + 1), &e));
	}
}

/* What comes a piece at a time is read as it is as a whole. */
struct seen {
	struct bytes rest; /* of revokedCertificates, as crl_read has it */
	size_t       num;
};

static bool same_entry(void *ctx, const struct revoked *r, struct err *e)
{
	struct seen     *s = ctx;
	struct crl_entry entry;
	unsigned         odd = 0;

	OK(crl_read_next(&s->rest, &entry, &odd, e), *e);
	assert_true(bytes_equal(revoked_serial(r), bytes_of(entry.serial, entry.serial_len)));
	assert_int_equal(r->reason, entry.reason);
	assert_int_equal(revoked_date(r), entry.date);
	assert_int_equal(revoked_invalidity(r), entry.invalidity);
	assert_int_equal(revoked_line(r), ++s->num);
	return true;
}

static bool any_entry(void *ctx, const struct revoked *r, struct err *e)
{
	(void)ctx;
	(void)r;
	(void)e;
	return true;
}

static bool stream(struct crl_stream *s, struct bytes der, size_t size, struct err *e)
{
	for (; der.len; der = bytes_skip(der, der.len < size ? der.len : size))
		if (!crl_stream_feed(s, bytes_first(der, der.len < size ? der.len : size), e))
			return false;
	return crl_stream_end(s, e);
}

static void in_pieces_it_is_the_same(void **state)
{
	static const size_t      sizes[] = { 1, 3, 64, 8192 };
	static struct crl_stream s;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases) * COUNT_OF(sizes); i++) {
		const size_t  n = i / COUNT_OF(sizes), size = sizes[i % COUNT_OF(sizes)];
		struct bytes  der = list_of(&cases[n].p);
		struct crl    c = { 0 };
		struct err    e = { 0 }, ignored = { 0 };
		unsigned      odd = 0;
		bool          read = crl_read(&c, &odd, der, &ignored);
		struct seen   seen = { .rest = c.revoked };
		s = (struct crl_stream){ .each = read ? same_entry : any_entry, .ctx = &seen };
		bool ok = stream(&s, der, size, &e);
		if (ok != read || e.id != cases[n].id || (ok && s.odd != odd))
			fail_msg("%s, in pieces of %zu: %s (%s), odd %x", cases[n].name, size, err_text_of(e.id)->name, e.detail, s.odd);
		if (ok) {
			struct digest d = hash_of(HASH_SHA384, c.tbs);
			assert_int_equal(seen.num, c.num_entries);
			assert_int_equal(s.list.num_entries, c.num_entries);
			assert_true(bytes_equal(digest_bytes(&s.digest), digest_bytes(&d)));
			assert_true(bytes_equal(s.list.signature, c.signature) && bytes_equal(s.list.issuer.der, c.issuer.der));
			assert_true(crl_number_compare(s.list.number, c.number) == 0 && s.list.this_update == c.this_update && s.list.next_update == c.next_update);
		}
		crl_stream_done(&s);
		for (size_t len = 0; size == 64 && len < der.len; len++) {
			s = (struct crl_stream){ .each = any_entry };
			assert_false(stream(&s, bytes_first(der, len), size, &e));
			crl_stream_done(&s);
		}
		uint8_t more[4096];
		memcpy(more, der.p, der.len);
		more[der.len] = 0;
		s = (struct crl_stream){ .each = any_entry };
		assert_false(stream(&s, bytes_of(more, der.len + 1), size, &e));
		crl_stream_done(&s);
	}
}

/* As old as it is, it is due at once. */
static void without_an_end_it_has_ended(void **state)
{
	struct pieces p = { .next = "" };
	struct crl    c;
	struct err    e = { 0 };
	unsigned      odd = 0;

	(void)state;
	OK(crl_read(&c, &odd, list_of(&p), &e), e);
	assert_int_equal(c.next_update, c.this_update);
	assert_int_equal(crl_number_compare(c.number, crl_number_of(7)), 0);
}

static void each_finding_names_its_clause(void **state)
{
	uint8_t    text[CRL_ODD_MAX];
	struct buf b = BUF_ON(text);

	(void)state;
	for (int o = 0; o < CRL_ODD_COUNT_; o++)
		assert_non_null(strstr(crl_odd_text((enum crl_odd)o), "(RFC 5280 5."));
	crl_odd_put(&b, (1u << CRL_ODD_COUNT_) - 1);
	assert_true(buf_ok(&b));
	b = (struct buf)BUF_ON(text);
	crl_odd_put(&b, ODD(EMPTY) | ODD(NUMBER));
	assert_string_equal(buf_cstr(&b), "revokedCertificates is there and empty (RFC 5280 5.1.2.6); it bears no number (RFC 5280 5.2.3)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_read_with_its_finding_or_refused),
		cmocka_unit_test(in_pieces_it_is_the_same),
		cmocka_unit_test(without_an_end_it_has_ended),
		cmocka_unit_test(each_finding_names_its_clause),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
