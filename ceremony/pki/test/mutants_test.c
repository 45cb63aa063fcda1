/* mutants_test.c: our verdict on each mutant of mutants.h.
 *
 * With MUTANTS_OUT=DIR in the environment all are left there for zlint (scripts/e2e/zlint.t):
 * N.der, and in `index` a line each: N, what was changed, and the rules that found it. With
 * PKI_OUT=DIR the family itself, for scripts/e2e/profiles.t. */
#include "ceremony/pki/test/mutants.h"

#include "ceremony/pki/test/family.h"

#define FINDINGS 32

static struct family *family;
static unsigned       num_left;

static int make(void **state)
{
	(void)state;
	family = family_new();
	return 0;
}

static int done(void **state)
{
	(void)state;
	family_free(family);
	return 0;
}

static void leave(const char *folder, const char *name, struct bytes content)
{
	char       path[512];
	struct err e = { 0 };

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	OK(file_write(AT_FDCWD, path, content, 0644, &e), e);
}

/* ---- changes ------------------------------------------------------------------------ */

static struct ext *ext_of(struct plan *p, enum oid id)
{
	for (size_t i = 0; i < p->num_exts; i++)
		if (p->ext[i].id == id)
			return &p->ext[i];
	return NULL;
}

static struct ext *ext_or_new(struct plan *p, enum oid id)
{
	struct ext *x = ext_of(p, id);

	if (x)
		return x;
	x = &p->ext[p->num_exts++];
	*x = (struct ext){ .id = id, .oid = oid_der(id) };
	return x;
}

static void name_is(struct name *n, const char *text)
{
	struct err e = { 0 };

	OK(name_from_text(n, &family->arena, bytes_str(text), &e), e);
}

static void say(struct plan *p, const struct kin *k, enum oid id, const char *text)
{
	uint8_t        key[KEY_ID_LEN];
	struct ext_ids ids = { key, family_issuer(family, k)->subject_key_id.p };
	struct err     e = { 0 };

	key_id(key, &p->key);
	OK(ext_from_text(ext_or_new(p, id), &family->arena, id, bytes_str(text), &ids, &e), e);
}

/* A key of another kind has another identifier. */
static void change_key(struct plan *p, const struct kin *k, struct key key)
{
	p->key = key;
	say(p, k, OID_EXT_SKI, "hash");
	if (k->issuer >= 0)
		return;
	uint8_t    id[KEY_ID_LEN];
	struct err e = { 0 };
	key_id(id, &key);
	OK(ext_from_text(ext_or_new(p, OID_EXT_AKI), &family->arena, OID_EXT_AKI, BYTES_LIT("keyid"),
	                 &(struct ext_ids){ id, id }, &e),
	   e);
}

static struct key ed25519(void)
{
	static const uint8_t point[32] = { 0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
		                           0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
		                           0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66 };
	struct key           k;
	struct err           e = { 0 };

	OK(key_build_point(&k, &family->arena, KEY_ED25519, bytes_of(point, sizeof point), &e), e);
	return k;
}

static void change_ext(struct plan *p, const struct kin *k, const struct mutant *m)
{
	static const uint8_t zeros[KEY_ID_LEN];
	struct ext          *x = ext_of(p, m->id);
	struct err           e = { 0 };

	switch (m->change) {
	case DROP:
		assert_non_null(x);
		memmove(x, x + 1, (size_t)(p->ext + p->num_exts - (x + 1)) * sizeof *x);
		p->num_exts--;
		return;
	case SAY: say(p, k, m->id, m->text); return;
	case RAW:
		x = ext_or_new(p, m->id);
		x->critical = m->number < 0;
		x->value = bytes_of(m->text, (size_t)labs(m->number));
		return;
	case TWICE: p->ext[p->num_exts++] = *x; return;
	case KEY_IDS:
		OK(ext_from_text(x, &family->arena, m->id, BYTES_LIT("keyid"), &(struct ext_ids){ zeros, zeros }, &e), e);
		return;
	default: fail();
	}
}

static void change_plan(struct plan *p, const struct kin *k, const struct mutant *m)
{
	switch (m->change) {
	case AS_IS:
	case POKE:
	case OUTER:
	case UNIQUE:
	case LONG: return;
	case SUBJECT:
		name_is(&p->subject, m->text);
		if (k->issuer < 0)
			p->issuer = p->subject;
		return;
	case ISSUER: name_is(&p->issuer, m->text); return;
	case DAYS: p->not_after = p->not_before + m->number * UTC_DAY - 1; return;
	case SERIAL: p->serial_len = (size_t)m->number; return;
	case RSA: change_key(p, k, throwaway_rsa(&family->arena, (unsigned)m->number, m->text[0] ? 3 : 65537)); return;
	case ED25519: change_key(p, k, ed25519()); return;
	default: change_ext(p, k, m);
	}
}

/* The last place where `old` stands becomes `new`, of the same length: hex, "OLD NEW". */
static void poke(uint8_t *p, size_t len, const char *text)
{
	uint8_t      old[64], new[64];
	struct buf   a = BUF_ON(old), b = BUF_ON(new);
	struct bytes before, after;
	uint8_t     *at = NULL;

	assert_true(bytes_cut(bytes_str(text), ' ', &before, &after));
	assert_true(hex_decode(&a, before) && hex_decode(&b, after) && a.len == b.len);
	for (size_t i = 0; i + a.len <= len; i++)
		if (memcmp(p + i, old, a.len) == 0)
			at = p + i;
	if (!at)
		fail_msg("it does not hold %s", text);
	memcpy(at, new, b.len);
}

/* The content of what is to be signed, with `piece` put in or in the place of one. */
static struct bytes rebuild(struct bytes tbs, bool unique)
{
	uint8_t     *room = arena_take(&family->arena, CERTIFICATE_MAX);
	struct der   d = der_on(room, CERTIFICATE_MAX);
	struct bytes in, content, whole, part[16], times, begin, end;
	size_t       num = 0, all = der_mark(&d);
	uint8_t      late[15] = "20";
	unsigned     tag;

	assert_true(der_get(&tbs, DER_SEQUENCE, &in));
	while (in.len) {
		assert_true(num < COUNT_OF(part) && der_get_any(&in, &tag, &content, &whole));
		part[num++] = whole;
	}
	for (size_t i = num; i > 0; i--) {
		size_t mark = der_mark(&d);
		if (unique && i == num) {
			der_put(&d, part[i - 1]);
			der_put(&d, BYTES_LIT("\x82\x02\x00\x01"));
		} else if (!unique && i == 5) {
			assert_true(der_get(&part[4], DER_SEQUENCE, &times) && der_get(&times, DER_UTC_TIME, &begin) &&
			            der_get(&times, DER_UTC_TIME, &end) && end.len == 13);
			memcpy(late + 2, end.p, 13);
			der_tlv(&d, DER_GENERALIZED_TIME, bytes_of(late, sizeof late));
			der_tlv(&d, DER_UTC_TIME, begin);
			der_wrap(&d, DER_SEQUENCE, mark);
		} else {
			der_put(&d, part[i - 1]);
		}
	}
	der_wrap(&d, DER_SEQUENCE, all);
	assert_false(d.failed);
	return der_bytes(&d);
}

static struct bytes mutate(const struct kin *k, const struct mutant *m)
{
	struct plan  p = k->plan;
	struct bytes tbs, der;
	struct err   e = { 0 };

	change_plan(&p, k, m);
	OK(certificate_tbs(&tbs, &family->arena, &p, &e), e);
	tbs = arena_copy(&family->arena, tbs);
	if (m->change == POKE)
		poke((uint8_t *)(uintptr_t)tbs.p, tbs.len, m->text);
	if (m->change == UNIQUE || m->change == LONG)
		tbs = rebuild(tbs, m->change == UNIQUE);
	der = family_sign(family, &family->root_key, tbs, p.sig);
	if (m->change == OUTER)
		poke((uint8_t *)(uintptr_t)der.p, der.len, m->text);
	return der;
}

/* ---- verdicts ------------------------------------------------------------------------- */

struct verdict {
	struct lint_finding found[FINDINGS];
	size_t              num;
	struct err          err; /* the reader's */
};

static bool says(const struct verdict *v, const char *rule)
{
	for (size_t i = 0; i < v->num; i++)
		if (strcmp(v->found[i].rule, rule) == 0)
			return true;
	return v->err.id != ERR_NONE && strcmp(err_text_of(v->err.id)->name, rule) == 0;
}

static void judge(const struct verdict *v, const char *what, const char *rule, struct bytes der)
{
	const char *folder = getenv("MUTANTS_OUT");
	const char *first = v->err.id ? err_text_of(v->err.id)->name : v->num ? v->found[0].rule : "";
	char        name[16], line[512];

	if (rule ? !says(v, rule) : *first != 0)
		fail_msg("%s: wanted %s, got %s (%s)", what, rule ? rule : "nothing", *first ? first : "nothing",
		         v->err.id ? v->err.detail : v->num ? v->found[0].reason : "");
	for (size_t i = 0; i < v->num; i++)
		assert_true(v->found[i].clause[0] && v->found[i].reason[0]);
	num_left++;
	if (!folder)
		return;
	(void)snprintf(name, sizeof name, "%u.der", num_left);
	leave(folder, name, der);
	(void)snprintf(name, sizeof name, "%u.line", num_left);
	(void)snprintf(line, sizeof line, "%u\t%s\t%s\n", num_left, what, rule ? rule : "-");
	leave(folder, name, bytes_str(line));
}

static void one_certificate(const struct kin *k, const struct mutant *m)
{
	const struct certificate *issuer = family_issuer(family, k);
	struct bytes              der = mutate(k, m);
	struct certificate        c;
	struct verdict            v = { .num = 0 };
	char                      what[160], shown[80];
	struct buf                b = BUF_ON(shown);

	if (certificate_parse(&c, der, &v.err))
		v.num = lint_certificate_under(v.found, FINDINGS, &c, k->issuer < 0 ? &c : issuer,
		                               profile_claims(k->p) | CLAIM_SIGNATURE);
	assert_true(v.num < FINDINGS);
	/* a root with another key is not signed by it */
	if (k->issuer < 0 && (m->change == RSA || m->change == ED25519))
		for (size_t i = 0; i < v.num; i++)
			if (strcmp(v.found[i].rule, "signature") == 0)
				v.found[i] = v.found[--v.num];
	buf_str(&b, m->change == RAW ? "raw" : m->text);
	(void)snprintf(what, sizeof what, "%s: %s %s %ld", k->name, m->id ? oid_name(m->id) : "", buf_ok(&b) ? buf_cstr(&b) : "...",
	               m->number);
	judge(&v, what, m->rule, der);
}

static bool is_listed(const char *list, const char *name)
{
	struct bytes word, rest = bytes_str(list);

	while (bytes_cut(rest, ' ', &word, &rest))
		if (bytes_is(word, name))
			return true;
	return bytes_is(rest, name);
}

static void each_certificate_has_its_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(mutants); i++) {
		for (size_t n = 0; n < NUM_KIN; n++) {
			size_t kept = family->arena.len;
			if (is_listed(mutants[i].profiles, family->kin[n].name))
				one_certificate(&family->kin[n], &mutants[i]);
			family->arena.len = kept;
		}
	}
}

/* ---- lists ------------------------------------------------------------------------------ */

static void put_hex(struct der *d, const char *hex)
{
	uint8_t    octets[256];
	struct buf b = BUF_ON(octets);

	if (!hex_decode(&b, bytes_str(hex)))
		fail_msg("not hex: %s", hex);
	der_put(d, buf_bytes(&b));
}

static struct bytes list_of(const struct list_mutant *m)
{
	uint8_t    *room = arena_take(&family->arena, 4096);
	struct der  d = der_on(room, 4096);
	uint8_t     aki[64] = { 0 };
	struct der  v = der_on(aki, sizeof aki);
	size_t      all = der_mark(&d);
	struct name other;

	name_is(&other, "C=XX, O=Example Trust, CN=Example Other");
	if (m->more)
		put_hex(&d, m->more);
	put_hex(&d, m->number ? m->number : NUMBER_1);
	ext_put_authority_id(&v, bytes_of(m->aki == AKI_WRONG ? aki : family->crl_plan.key_id, KEY_ID_LEN));
	if (m->aki != AKI_NONE)
		ext_put(&d, &(struct ext){ .oid = oid_der(OID_EXT_AKI), .value = der_bytes(&v) });
	if (der_mark(&d) != all)
		der_wrap(&d, DER_SEQUENCE, all);
	der_wrap(&d, DER_CONTEXT_IN(0), all);
	put_hex(&d, m->entries ? m->entries : "3023" ENTRY("04"));
	put_hex(&d, m->times ? m->times : UTC_261121 UTC_271121);
	der_put(&d, m->no_issuer ? BYTES_LIT("\x30\x00") : m->other_issuer ? other.der : family->crl_plan.issuer.der);
	der_put(&d, sig_der(family->crl_plan.sig));
	put_hex(&d, m->version ? m->version : "020101");
	der_wrap(&d, DER_SEQUENCE, all);
	assert_false(d.failed);
	if (m->inner)
		poke((uint8_t *)(uintptr_t)der_bytes(&d).p, der_bytes(&d).len, m->inner);
	struct bytes der = family_sign(family, &family->root_key, der_bytes(&d), family->crl_plan.sig);
	if (m->outer)
		poke((uint8_t *)(uintptr_t)der.p, der.len, m->outer);
	return der;
}

static void each_list_has_its_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(list_mutants); i++) {
		const struct list_mutant *m = &list_mutants[i];
		struct bytes              der = list_of(m);
		struct verdict            v = { .num = 0 };
		struct crl                c;
		char                      what[96];
		if (crl_parse(&c, der, &v.err))
			v.num = lint_crl_under(v.found, FINDINGS, &c, &family->kin[TLS_ROOT].c,
			                       profile_claims(family->crl_profile) | CLAIM_SIGNATURE);
		(void)snprintf(what, sizeof what, "crl-ca: %s", m->name);
		judge(&v, what, m->rule, der);
	}
	printf("%u mutants\n", num_left);
	assert_true(num_left >= 500);
}

/* ---- the family itself --------------------------------------------------------------------- */

static void no_finding_in_the_family(void **state)
{
	const char *folder = getenv("PKI_OUT");
	struct err  e = { 0 };

	(void)state;
	for (size_t i = 0; i < NUM_KIN; i++) {
		const struct kin         *k = &family->kin[i];
		const struct certificate *issuer = k->issuer < 0 ? NULL : family_issuer(family, k);
		struct bytes              tbs;
		char                      name[64];
		OK(lint_signed(&k->c, issuer, profile_claims(k->p) | CLAIM_SIGNATURE, &e), e);
		OK(certificate_tbs(&tbs, &family->arena, &k->plan, &e), e);
		OK(lint_tbs(&family->arena, tbs, &k->plan, issuer, &e), e);
		if (!folder)
			continue;
		(void)snprintf(name, sizeof name, "%s.der", k->name);
		leave(folder, name, k->c.der);
		(void)snprintf(name, sizeof name, "%s.issuer", k->name);
		leave(folder, name, bytes_str(family->kin[k->issuer < 0 ? (int)i : k->issuer].name));
	}
	OK(lint_crl_signed(&family->crl, &family->kin[TLS_ROOT].c, profile_claims(family->crl_profile) | CLAIM_SIGNATURE, &e), e);
	if (folder) {
		leave(folder, "crl-ca.crl", family->crl.der);
		leave(folder, "existing.der", family->existing.der);
	}
}

/* What would be signed is refused for the same rule as what was. */
static void the_same_is_found_before_signing(void **state)
{
	struct kin  *k = &family->kin[5];
	struct plan  p = k->plan;
	struct bytes tbs;
	struct err   e = { 0 };

	(void)state;
	assert_string_equal(k->name, "tls-subca");
	say(&p, k, OID_EXT_EKU, "serverAuth, clientAuth");
	OK(certificate_tbs(&tbs, &family->arena, &p, &e), e);
	assert_false(lint_tbs(&family->arena, tbs, &p, family_issuer(family, k), &e));
	assert_int_equal(e.id, ERR_PROFILE_LINT);
	assert_non_null(strstr(e.detail, "subca-ext-key-usage"));
	assert_non_null(strstr(e.detail, "BR 7.1.2.10.6"));
	struct crl_plan list = family->crl_plan;
	list.next_update = list.this_update + 367 * UTC_DAY;
	OK(crl_tbs(&tbs, &family->arena, &list, &e), e);
	assert_false(lint_crl_tbs(&family->arena, tbs, &list, &family->kin[TLS_ROOT].c, profile_claims(family->crl_profile), &e));
	assert_non_null(strstr(e.detail, "crl-next-update"));
	list = family->crl_plan;
	assert_false(lint_crl_tbs(&family->arena, tbs, &list, &family->kin[TLS_ROOT].c, profile_claims(family->crl_profile), &e));
	assert_int_equal(e.id, ERR_CRL_DIFFERS); /* not the plan's octets */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_finding_in_the_family),
		cmocka_unit_test(the_same_is_found_before_signing),
		cmocka_unit_test(each_certificate_has_its_verdict),
		cmocka_unit_test(each_list_has_its_verdict),
	};

	return cmocka_run_group_tests(tests, make, done);
}
