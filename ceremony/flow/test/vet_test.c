/* vet_test.c: a request against the ledger, its neighbours and the CA itself. */
#include "ceremony/flow/vet.h"

#include "ceremony/pki/test/throwaway.h"

struct scene {
	struct arena       arena, scratch;
	struct ledger      ledger;
	struct ledger_cert cert[3];
	struct flow        flow;
	struct request     request, other;
	struct flow_request neighbour;
	struct chain      *chain;
	uint8_t            storage[1 << 18], scratch_storage[1 << 18];
};

static struct scene *s;

static void add_cert(struct ledger_cert *c, const char *name, const struct certificate *of, bool revoked)
{
	uint8_t    text[512];
	struct buf b = BUF_ON(text);

	name_put(&b, &of->subject);
	*c = (struct ledger_cert){ .name = name, .ceremony = 2, .der = of->der, .spki = of->key.spki, .revoked = revoked };
	c->subject = (const char *)arena_copy(&s->arena, buf_bytes(&b)).p;
	*s->ledger.cert_end = c;
	s->ledger.cert_end = &c->next;
	s->ledger.num_certs++;
}

/* A CA that has certified sub 1, and a request that has nothing to do with it. */
static int make(void **state)
{
	struct err e = { 0 };

	(void)state;
	s = calloc(1, sizeof *s);
	assert_non_null(s);
	s->arena = ARENA_ON(s->storage);
	s->scratch = ARENA_ON(s->scratch_storage);
	s->chain = chain_new(KEY_P384, KEY_P384);
	ledger_init(&s->ledger);
	s->flow = (struct flow){ .before = &s->ledger, .arena = &s->arena, .scratch = &s->scratch };
	s->flow.root.key = s->chain->root.key;
	s->flow.root_cert = s->chain->root.der;
	s->flow.record.key = throwaway_rsa(&s->arena, 2048, 65537);
	s->request.key = throwaway_rsa(&s->arena, 3072, 65537);
	OK(name_from_text(&s->request.subject, &s->arena, BYTES_LIT("C=XX, O=Example Trust, CN=Example Sub 2"), &e), e);
	return 0;
}

static int done(void **state)
{
	(void)state;
	chain_free(s->chain);
	free(s);
	return 0;
}

static void expect(bool renewal, size_t num, enum err_id id)
{
	struct err e = { .id = ERR_NONE };

	s->scratch.len = 0;
	bool good = vet_request(&s->flow, &s->request, num, renewal, &e);
	if (good != (id == ERR_NONE) || e.id != id)
		fail_msg("%s (%s) instead of %s", err_text_of(e.id)->name, e.detail, err_text_of(id)->name);
}

static void index_it(void)
{
	struct err e = { 0 };

	OK(vet_make(&s->flow, &e), e);
}

static void the_cas_own_name_and_keys_are_refused(void **state)
{
	struct key  own = s->request.key;
	struct name name = s->request.subject;
	struct err  e = { 0 };

	(void)state;
	index_it();
	expect(false, 0, ERR_NONE);
	s->request.key = s->flow.root.key;
	expect(false, 0, ERR_REQUEST_ISSUER);
	s->request.key = s->flow.record.key;
	expect(false, 0, ERR_REQUEST_ISSUER);
	s->request.key = own;
	OK(name_from_text(&s->request.subject, &s->arena, BYTES_LIT("C=XX, O=EXAMPLE  Trust, CN=example root g1"), &e), e);
	expect(false, 0, ERR_REQUEST_ISSUER);
	s->request.subject = name;
	expect(false, 0, ERR_NONE);
}

static void a_key_has_one_certificate(void **state)
{
	(void)state;
	add_cert(&s->cert[0], "sub-1", &s->chain->sub, false);
	index_it();
	expect(false, 0, ERR_NONE);
	s->request.key = s->chain->sub.key;
	expect(false, 0, ERR_REQUEST_CERTIFIED);
	expect(true, 0, ERR_REQUEST_CERTIFIED); /* another subject: no renewal */
	s->request.subject = s->chain->sub.subject;
	expect(true, 0, ERR_NONE);
	expect(false, 0, ERR_REQUEST_CERTIFIED);
	assert_ptr_equal(vet_same_key(&s->flow, s->request.key.spki), &s->cert[0]);
	assert_ptr_equal(vet_same_subject(&s->flow, bytes_str(s->cert[0].subject)), &s->cert[0]);
	assert_null(vet_same_subject(&s->flow, BYTES_LIT("CN=Nobody")));
}

/* In other letters, with other blanks, it is the same name (RFC 5280 7.1); in another order it is, once the template orders it. */
static void a_name_is_known_in_other_letters(void **state)
{
	struct flow_request day[3] = { { .file = "a.csr" }, { .file = "b.csr" }, { .file = "c.csr" } };
	struct request      r[3] = { 0 };
	char                shouted[512];
	struct err          e = { 0 };

	(void)state;
	add_cert(&s->cert[0], "sub-1", &s->chain->sub, false);
	index_it();
	(void)snprintf(shouted, sizeof shouted, "%s", s->cert[0].subject);
	for (char *c = strstr(shouted, "CN="); *c; c++)
		*c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
	assert_string_not_equal(shouted, s->cert[0].subject);
	assert_ptr_equal(vet_same_subject(&s->flow, bytes_str(shouted)), &s->cert[0]);
	shouted[strlen(shouted) - 1] = 'X';
	assert_null(vet_same_subject(&s->flow, bytes_str(shouted)));

	OK(name_from_text(&r[0].subject, &s->arena, BYTES_LIT("C=XX, O=Example, CN=\xc8\x98" "coal\xc4\x83"), &e), e);
	OK(name_from_text(&r[1].subject, &s->arena, BYTES_LIT("C=XX, O=Example, CN=Other"), &e), e);
	OK(name_from_text(&r[2].subject, &s->arena, BYTES_LIT("CN=\xc8\x99" "COALA\xcc\x86, O=EXAMPLE, C=XX"), &e), e);
	for (size_t i = 0; i < 3; i++)
		day[i].parsed = &r[i];
	s->flow.request = day;
	s->flow.num_requests = 3;
	assert_ptr_equal(vet_same_name(&s->flow, 0), &day[2]);
	assert_null(vet_same_name(&s->flow, 1));
	assert_ptr_equal(vet_same_name(&s->flow, 2), &day[0]);
	day[0].refused = true;
	assert_null(vet_same_name(&s->flow, 2));
}

static void a_revoked_key_stays_revoked(void **state)
{
	(void)state;
	s->request.key = s->chain->sub.key;
	s->request.subject = s->chain->sub.subject;
	add_cert(&s->cert[0], "sub-1", &s->chain->sub, true);
	add_cert(&s->cert[1], "sub-1-renewed", &s->chain->sub, false);
	index_it();
	expect(true, 0, ERR_REQUEST_REVOKED);
}

/* 2^bits + 1: has the factor 2^j + 1 where bits is j times an odd number. */
static struct key rsa_with_factor(unsigned bits)
{
	uint8_t    n[512] = { 0 };
	struct key k;
	struct err e = { 0 };

	n[0] = 1;
	n[bits / 8] = 1;
	OK(key_build_rsa(&k, &s->arena, bytes_of(n, bits / 8 + 1), BYTES_LIT("\x01\x00\x01"), &e), e);
	return k;
}

static void neighbours_are_compared(void **state)
{
	(void)state;
	index_it();
	s->neighbour = (struct flow_request){ .parsed = &s->other, .file = "other.csr" };
	s->flow.request = &s->neighbour;
	s->other = s->request;
	expect(false, 0, ERR_NONE); /* it is the first */
	expect(false, 1, ERR_REQUEST_CERTIFIED);
	s->other.key = rsa_with_factor(2048);
	expect(false, 1, ERR_NONE);
	s->request.key = rsa_with_factor(768); /* 3 * 256, and 2048 is 8 * 256: no odd quotient */
	expect(false, 1, ERR_NONE);
	s->other.key = rsa_with_factor(2304); /* 9 * 256: 2^256 + 1 divides both */
	expect(false, 1, ERR_KEYTEST_RSA_SHARED);
	s->neighbour.parsed = NULL; /* one that was refused by its reader */
	expect(false, 1, ERR_NONE);
	s->flow.root.key = rsa_with_factor(2304);
	expect(false, 0, ERR_KEYTEST_RSA_SHARED);
}

static void the_ledgers_moduli_are_compared(void **state)
{
	const struct certificate rsa = { .subject = s->chain->sub.subject, .key = rsa_with_factor(2304), .der = s->chain->sub.der };

	(void)state;
	add_cert(&s->cert[0], "sub-1", &s->chain->sub, false);
	add_cert(&s->cert[1], "sub-rsa", &rsa, false);
	index_it();
	expect(false, 0, ERR_NONE);
	s->request.key = rsa_with_factor(2048);
	expect(false, 0, ERR_NONE);
	s->request.key = rsa_with_factor(768);
	expect(false, 0, ERR_KEYTEST_RSA_SHARED);
	s->request.key = rsa.key; /* the whole of it in common: a renewal */
	s->request.subject = rsa.subject;
	expect(true, 0, ERR_NONE);
}

static void a_rehearsals_name_is_compared_without_its_mark(void **state)
{
	struct name marked = s->chain->root.subject;
	struct err  e = { 0 };

	(void)state;
	index_it();
	OK(name_from_text(&marked, &s->arena, BYTES_LIT("C=XX, O=Example Trust, CN=REHEARSAL Example Root G1"), &e), e);
	s->request.subject = marked;
	expect(false, 0, ERR_NONE); /* in earnest it is another name */
	s->request.subject = s->chain->root.subject;
	s->flow.rehearsal = true;
	expect(false, 0, ERR_REQUEST_ISSUER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_cas_own_name_and_keys_are_refused, make, done),
		cmocka_unit_test_setup_teardown(a_key_has_one_certificate, make, done),
		cmocka_unit_test_setup_teardown(a_name_is_known_in_other_letters, make, done),
		cmocka_unit_test_setup_teardown(a_revoked_key_stays_revoked, make, done),
		cmocka_unit_test_setup_teardown(neighbours_are_compared, make, done),
		cmocka_unit_test_setup_teardown(the_ledgers_moduli_are_compared, make, done),
		cmocka_unit_test_setup_teardown(a_rehearsals_name_is_compared_without_its_mark, make, done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
