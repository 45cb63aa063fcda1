/* family.h: for tests: one certificate under each shipped profile, by keys that are forgotten
 * again, and the list of the TLS root. */
#pragma once

#include "ceremony/pki/ext.h"
#include "ceremony/pki/rules.h"
#include "ceremony/pki/test/throwaway.h"

struct kin {
	const char           *name;
	int                   issuer; /* its place in the family; -1: itself */
	const struct profile *p;
	struct plan           plan;
	struct certificate    c;
};

enum { TLS_ROOT, SMIME_ROOT, CS_ROOT, PRIVATE_ROOT, NUM_ROOTS, NUM_KIN = 13 };

static const struct {
	const char *name;
	int         issuer;
} kin_names[NUM_KIN] = {
	{ "tls-root", -1 },
	{ "smime-root", -1 },
	{ "cs-root", -1 },
	{ "private-root", -1 },
	{ "tls-cross", TLS_ROOT },
	{ "tls-subca", TLS_ROOT },
	{ "tls-subca-tc", TLS_ROOT },
	{ "nontls-subca-tc", TLS_ROOT },
	{ "smime-subca", SMIME_ROOT },
	{ "cs-subca", CS_ROOT },
	{ "ts-subca", CS_ROOT },
	{ "ocsp-responder", TLS_ROOT },
	{ "private-subca", PRIVATE_ROOT },
};

struct family {
	struct arena          arena;
	struct throwaway      root_key, sub_key;
	struct kin            kin[NUM_KIN];
	struct certificate    existing; /* what tls-cross certifies again */
	const struct profile *crl_profile;
	struct crl_entry      entry[2];
	struct crl_plan       crl_plan;
	struct crl            crl;
};

static inline struct bytes family_sign(struct family *f, struct throwaway *signer, struct bytes tbs, enum sig_alg sig)
{
	uint8_t     *room = arena_take(&f->arena, SIG_MAX);
	struct bytes der;
	struct err   e = { 0 };

	OK(certificate_join(&der, &f->arena, tbs, sig, throwaway_sign(signer, room, tbs), &e), e);
	return der;
}

static inline struct certificate family_certificate(struct family *f, const struct plan *plan, struct throwaway *signer)
{
	struct certificate c;
	struct bytes       tbs;
	struct err         e = { 0 };

	OK(certificate_tbs(&tbs, &f->arena, plan, &e), e);
	OK(certificate_parse(&c, family_sign(f, signer, tbs, plan->sig), &e), e);
	return c;
}

static inline const struct profile *family_profile(struct family *f, const char *name)
{
	char path[64];

	(void)snprintf(path, sizeof path, "scripts/profiles/%s.ini", name);
	return throwaway_profile(&f->arena, path);
}

/* The input of a plan under one of the profiles; `random` has 20 octets. */
static inline struct plan_input family_input(struct family *f, const struct kin *k, struct bytes random)
{
	static struct request request;
	static struct issuer  issuer;
	char                  text[96];
	struct plan_input     in = { .key = &f->root_key.key, .sig = f->root_key.sig, .now = chain_now(), .random = random };
	struct err            e = { 0 };

	(void)snprintf(text, sizeof text, "C=XX, O=Example Trust, CN=Example %s G1", k->name);
	if (k->issuer < 0) {
		in.subject_text = arena_copy(&f->arena, bytes_str(text));
		return in;
	}
	OK(issuer_of(&issuer, &f->kin[k->issuer].c, &e), e);
	in.issuer = &issuer;
	in.key = NULL;
	if (strcmp(k->name, "tls-cross") == 0) {
		in.existing = &f->existing;
		return in;
	}
	request = (struct request){ .key = f->sub_key.key };
	OK(name_from_text(&request.subject, &f->arena, bytes_str(text), &e), e);
	in.request = &request;
	return in;
}

static inline void family_list(struct family *f)
{
	struct issuer issuer;
	struct bytes  tbs;
	struct err    e = { 0 };

	f->crl_profile = family_profile(f, "crl-ca");
	OK(issuer_of(&issuer, &f->kin[TLS_ROOT].c, &e), e);
	f->entry[0] = (struct crl_entry){ .serial = { 0x11, 0x22 }, .serial_len = 2, .reason = 4, .date = chain_now() - 60 };
	f->entry[1] = (struct crl_entry){ .serial = { 0x11, 0x22, 0x33 }, .serial_len = 3, .reason = 1, .date = chain_now() - 50 };
	f->crl_plan = (struct crl_plan){ .issuer = issuer.name, .sig = f->root_key.sig, .number = crl_number_of(1), .this_update = chain_now(),
		                         .entry = f->entry, .num_entries = COUNT_OF(f->entry) };
	memcpy(f->crl_plan.key_id, issuer.key_id, KEY_ID_LEN);
	OK(profile_crl_next(&f->crl_plan.next_update, f->crl_profile, chain_now(), &e), e);
	OK(profile_crl_check(f->crl_profile, &f->crl_plan, &e), e);
	OK(crl_tbs(&tbs, &f->arena, &f->crl_plan, &e), e);
	OK(crl_parse(&f->crl, family_sign(f, &f->root_key, tbs, f->crl_plan.sig), &e), e);
}

static inline struct family *family_new(void)
{
	struct family    *f = calloc(1, sizeof *f);
	struct plan       plan;
	struct plan_input in;
	uint8_t           random[20] = { 0x35, 0x9e, 0x21, 0x7c, 0xd3, 0x08, 0xb4, 0x66, 0x4f, 0xaa };
	struct err        e = { 0 };

	assert_non_null(f);
	f->arena = arena_new((size_t)64 << 20);
	assert_int_not_equal(f->arena.cap, 0);
	throwaway_new(&f->root_key, &f->arena, KEY_P384);
	throwaway_new(&f->sub_key, &f->arena, KEY_P256);
	in = (struct plan_input){ .key = &f->sub_key.key, .sig = f->sub_key.sig, .now = chain_now() - 400 * UTC_DAY,
		                  .random = bytes_of(random, 20), .subject_text = BYTES_LIT("C=XX, O=Example Trust, CN=Example Other Root") };
	OK(profile_check(&plan, &f->arena, family_profile(f, "tls-root"), &in, &e), e);
	f->existing = family_certificate(f, &plan, &f->sub_key);
	for (size_t i = 0; i < NUM_KIN; i++) {
		struct kin *k = &f->kin[i];
		k->name = kin_names[i].name;
		k->issuer = kin_names[i].issuer;
		k->p = family_profile(f, k->name);
		random[19] = (uint8_t)(i + 1);
		in = family_input(f, k, bytes_of(random, 20));
		if (!profile_check(&k->plan, &f->arena, k->p, &in, &e))
			fail_msg("%s: %s (%s)", k->name, err_text_of(e.id)->name, e.detail);
		k->c = family_certificate(f, &k->plan, &f->root_key);
	}
	family_list(f);
	return f;
}

static inline void family_free(struct family *f)
{
	throwaway_done(&f->root_key);
	throwaway_done(&f->sub_key);
	arena_free(&f->arena);
	free(f);
}

static inline const struct certificate *family_issuer(const struct family *f, const struct kin *k)
{
	return k->issuer < 0 ? &k->c : &f->kin[k->issuer].c;
}
