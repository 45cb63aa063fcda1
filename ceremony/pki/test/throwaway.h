/* throwaway.h: for tests: keys that are forgotten again, and a root, a sub-CA and a CRL
 * made with them under the shipped profiles. */
#pragma once

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <wolfssl/options.h>

#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/random.h>

#include "ceremony/base/file.h"
#include "ceremony/pki/certificate.h"
#include "ceremony/pki/crl.h"
#include "ceremony/pki/lint.h"
#include "ceremony/pki/profile.h"

/* 2026-11-21T09:00:00Z */
#define THROWAWAY_NOW 1795251600

struct throwaway {
	WC_RNG       rng;
	ecc_key      ecc;
	struct key   key;
	enum sig_alg sig;
};

/* A failed call of the code under test, with its reason. */
#define OK(call, e) \
	do { \
		if (!(call)) \
			fail_msg("%s: %s (%s)", #call, err_text_of((e).id)->name, (e).detail); \
	} while (0)

static inline void throwaway_new(struct throwaway *t, struct arena *a, enum key_alg alg)
{
	uint8_t    point[133];
	word32     len = sizeof point;
	struct err e = { 0 };

	assert_int_equal(wc_InitRng(&t->rng), 0);
	assert_int_equal(wc_ecc_init(&t->ecc), 0);
	int curve = alg == KEY_P256 ? ECC_SECP256R1 : alg == KEY_P384 ? ECC_SECP384R1 : ECC_SECP521R1;
	int size = alg == KEY_P256 ? 32 : alg == KEY_P384 ? 48 : 66;
	assert_int_equal(wc_ecc_make_key_ex(&t->rng, size, &t->ecc, curve), 0);
	assert_int_equal(wc_ecc_export_x963(&t->ecc, point, &len), 0);
	OK(key_build_point(&t->key, a, alg, bytes_of(point, len), &e), e);
	t->sig = sig_for(&t->key);
}

/* An RSA key that nobody could sign with: a modulus of that many bits. */
static inline struct key throwaway_rsa(struct arena *a, unsigned bits, uint32_t exponent)
{
	uint8_t    n[1024] = { 0 }, octets[4];
	struct buf x = BUF_ON(octets);
	struct key k;
	struct err e = { 0 };
	size_t     len = (bits + 7) / 8;

	n[0] = (uint8_t)(1u << (bits - 1) % 8);
	n[len - 1] |= 1;
	buf_u32(&x, exponent);
	OK(key_build_rsa(&k, a, bytes_of(n, len), buf_bytes(&x), &e), e);
	return k;
}

static inline void throwaway_done(struct throwaway *t)
{
	wc_ecc_free(&t->ecc);
	wc_FreeRng(&t->rng);
}

/* The signature over `message`, in out[SIG_MAX]. */
static inline struct bytes throwaway_sign(struct throwaway *t, uint8_t *out, struct bytes message)
{
	enum hash_alg alg;
	word32        len = SIG_MAX;

	assert_true(sig_hash(&alg, t->sig));
	struct digest d = hash_of(alg, message);
	assert_int_equal(wc_ecc_sign_hash(d.p, (word32)d.len, out, &len, &t->rng, &t->ecc), 0);
	return bytes_of(out, len);
}

/* What is private may use what the browsers' policies leave out (P-521). */
static const char private_root[] = "[profile]\nname = private-root\nkind = certificate\nfollows = RFC 5280\n"
				   "[subject]\nCN = script\n[key]\nallowed = P-521, Ed25519\n"
				   "[signature]\nallowed = ecdsa-with-SHA512, Ed25519\n"
				   "[validity]\nnotBefore = signing\nduration = 40y\n[extensions]\n"
				   "subjectKeyIdentifier = hash\nbasicConstraints = critical, CA:TRUE\n"
				   "keyUsage = critical, keyCertSign\n";

static inline const struct profile *throwaway_profile(struct arena *a, const char *path)
{
	const struct profile *p = NULL;
	struct bytes          text;
	struct err            e = { 0 };

	OK(file_read(&text, a, AT_FDCWD, path, 65536, &e), e);
	OK(profile_parse(&p, a, path, text, &e), e);
	return p;
}

/* The moment of signing: PKI_NOW of the environment, for judges that know no other clock
 * than the machine's; else a fixed one. */
static inline int64_t chain_now(void)
{
	const char *text = getenv("PKI_NOW");
	uint64_t    now = THROWAWAY_NOW;

	assert_true(!text || bytes_to_u64(&now, bytes_str(text), INT32_MAX));
	return (int64_t)now;
}

struct chain {
	uint8_t               storage[1 << 19];
	struct arena          arena;
	struct throwaway      root_key, sub_key;
	struct plan           root_plan, sub_plan;
	struct crl_plan       crl_plan;
	struct crl_entry      entry[2];
	struct certificate    root, sub;
	struct crl            crl;
	struct issuer         issuer;
};

static inline struct certificate chain_certificate(struct chain *c, const struct plan *plan, struct throwaway *signer)
{
	struct certificate out;
	uint8_t            room[SIG_MAX];
	struct bytes       tbs, der;
	struct err         e = { 0 };

	OK(certificate_tbs(&tbs, &c->arena, plan, &e), e);
	OK(certificate_join(&der, &c->arena, tbs, plan->sig, throwaway_sign(signer, room, tbs), &e), e);
	OK(certificate_parse(&out, der, &e), e);
	return out;
}

static inline struct crl chain_crl(struct chain *c, const struct crl_plan *plan)
{
	struct crl   out;
	uint8_t      room[SIG_MAX];
	struct bytes tbs, der;
	struct err   e = { 0 };

	OK(crl_tbs(&tbs, &c->arena, plan, &e), e);
	OK(crl_join(&der, &c->arena, tbs, plan->sig, throwaway_sign(&c->root_key, room, tbs), &e), e);
	OK(crl_parse(&out, der, &e), e);
	return out;
}

static inline void chain_crl_plan(struct chain *c, const struct profile *p)
{
	struct err e = { 0 };

	c->entry[0] = (struct crl_entry){ .serial = { 0x11, 0x22 }, .serial_len = 2, .reason = 4, .date = chain_now() - 60 };
	c->entry[1] = (struct crl_entry){ .reason = 1, .date = chain_now(), .serial_len = (uint8_t)c->sub_plan.serial_len };
	memcpy(c->entry[1].serial, c->sub_plan.serial, c->sub_plan.serial_len);
	c->crl_plan = (struct crl_plan){
		.issuer = c->root.subject,
		.sig = c->root_key.sig,
		.number = crl_number_of(1),
		.this_update = chain_now(),
		.entry = c->entry,
		.num_entries = COUNT_OF(c->entry),
	};
	memcpy(c->crl_plan.key_id, c->issuer.key_id, KEY_ID_LEN);
	OK(profile_crl_next(&c->crl_plan.next_update, p, chain_now(), &e), e);
	OK(profile_crl_check(p, &c->crl_plan, &e), e);
}

/* chain_new: the whole; the caller frees with chain_free. */
static inline struct chain *chain_new(enum key_alg root_alg, enum key_alg sub_alg)
{
	static const uint8_t random[20] = { 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 };
	static const uint8_t zeros[20];
	struct chain        *c = calloc(1, sizeof *c);
	struct request       request = { .num_exts = 0 };
	struct err           e = { 0 };

	assert_non_null(c);
	c->arena = ARENA_ON(c->storage);
	throwaway_new(&c->root_key, &c->arena, root_alg);
	throwaway_new(&c->sub_key, &c->arena, sub_alg);
	struct plan_input in = { .key = &c->root_key.key, .sig = c->root_key.sig, .now = chain_now() };
	in.subject_text = BYTES_LIT("C=XX, O=Example Trust, CN=Example Root G1");
	in.random = bytes_of(random, sizeof random);
	OK(profile_check(&c->root_plan, &c->arena, throwaway_profile(&c->arena, "scripts/profiles/tls-root.ini"), &in, &e), e);
	c->root = chain_certificate(c, &c->root_plan, &c->root_key);
	OK(issuer_of(&c->issuer, &c->root, &e), e);

	OK(name_from_text(&request.subject, &c->arena, BYTES_LIT("C=XX, O=Example Trust, CN=Example Sub 1"), &e), e);
	request.key = c->sub_key.key;
	in.random = bytes_of(zeros, sizeof zeros);
	in.request = &request;
	in.issuer = &c->issuer;
	OK(profile_check(&c->sub_plan, &c->arena, throwaway_profile(&c->arena, "scripts/profiles/tls-subca.ini"), &in, &e), e);
	c->sub = chain_certificate(c, &c->sub_plan, &c->root_key);

	chain_crl_plan(c, throwaway_profile(&c->arena, "scripts/profiles/crl-ca.ini"));
	c->crl = chain_crl(c, &c->crl_plan);
	return c;
}

static inline void chain_free(struct chain *c)
{
	throwaway_done(&c->root_key);
	throwaway_done(&c->sub_key);
	free(c);
}
