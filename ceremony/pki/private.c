/* private.c: see private.h. */
#include "ceremony/pki/private.h"

#include "ceremony/base/locked_heap.h"

#include <wolfssl/options.h>

#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/random.h>
#include <wolfssl/wolfcrypt/rsa.h>

#define F4 65537

static const struct curve {
	enum key_alg alg;
	int          id, size;
	struct bytes oid; /* whole */
} curves[] = {
	{ KEY_P256, ECC_SECP256R1, 32, BYTES_LIT("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07") },
	{ KEY_P384, ECC_SECP384R1, 48, BYTES_LIT("\x06\x05\x2b\x81\x04\x00\x22") },
	{ KEY_P521, ECC_SECP521R1, 66, BYTES_LIT("\x06\x05\x2b\x81\x04\x00\x23") },
};

static const struct bytes rsa_oid = BYTES_LIT("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01");
static const struct bytes ec_oid = BYTES_LIT("\x06\x07\x2a\x86\x48\xce\x3d\x02\x01");

static const struct curve *curve_of(enum key_alg alg)
{
	for (size_t i = 0; i < COUNT_OF(curves); i++)
		if (curves[i].alg == alg)
			return &curves[i];
	return NULL;
}

/* ---- making ------------------------------------------------------------------------------ */

struct job {
	enum key_alg  alg;
	unsigned      bits;
	struct bytes  seed;
	struct secret *der; /* PRIVATE_MAX_DER octets: the PKCS #8 comes to stand at its end */
	struct der    out;
};

static void put_head(struct der *d, struct bytes oid, struct bytes params, size_t mark)
{
	der_wrap(d, DER_OCTET_STRING, mark);
	size_t alg = der_mark(d);
	der_put(d, params);
	der_put(d, oid);
	der_wrap(d, DER_SEQUENCE, alg);
	der_small(d, 0);
	der_wrap(d, DER_SEQUENCE, mark);
}

static bool make_rsa(struct job *j, WC_RNG *rng)
{
	uint8_t pkcs1[PRIVATE_MAX_DER];
	RsaKey  key;
	int     n = -1;

	if (wc_InitRsaKey(&key, NULL) != 0)
		return false;
	if (wc_MakeRsaKey(&key, (int)j->bits, F4, rng) == 0)
		n = wc_RsaKeyToDer(&key, pkcs1, sizeof pkcs1);
	wc_FreeRsaKey(&key);
	if (n <= 0)
		return false;
	size_t mark = der_mark(&j->out);
	der_put(&j->out, bytes_of(pkcs1, (size_t)n));
	put_head(&j->out, rsa_oid, BYTES_LIT("\x05\x00"), mark);
	return !j->out.failed;
}

static bool make_ec(struct job *j, WC_RNG *rng, const struct curve *c)
{
	uint8_t d[66], point[133];
	word32  d_len = sizeof d, point_len = sizeof point;
	ecc_key key;

	if (wc_ecc_init(&key) != 0)
		return false;
	bool ok = wc_ecc_make_key_ex(rng, c->size, &key, c->id) == 0 && wc_ecc_check_key(&key) == 0 &&
	          wc_ecc_export_private_only(&key, d, &d_len) == 0 && wc_ecc_export_x963(&key, point, &point_len) == 0 &&
	          d_len == (word32)c->size;
	wc_ecc_free(&key);
	if (!ok)
		return false;
	size_t mark = der_mark(&j->out);
	der_bits(&j->out, bytes_of(point, point_len));
	der_wrap(&j->out, DER_CONTEXT_IN(1), mark);
	der_tlv(&j->out, DER_OCTET_STRING, bytes_of(d, d_len));
	der_small(&j->out, 1);
	der_wrap(&j->out, DER_SEQUENCE, mark);
	put_head(&j->out, ec_oid, c->oid, mark);
	return !j->out.failed;
}

static bool make(void *ctx, struct err *e)
{
	struct job         *j = ctx;
	const struct curve *c = curve_of(j->alg);
	WC_RNG              rng;

	locked_heap(true);
	bool ok = wc_InitRngNonce(&rng, (byte *)(uintptr_t)j->seed.p, (word32)j->seed.len) == 0;
	if (ok) {
		ok = c ? make_ec(j, &rng, c) : make_rsa(j, &rng);
		(void)wc_FreeRng(&rng);
	}
	locked_heap(false);
	return ok || err_set(e, ERR_LOCK_MEMORY, "wolfCrypt made no key");
}

bool private_make(struct secret *pkcs8, enum key_alg alg, unsigned bits, struct bytes seed, struct err *e)
{
	SECRET     room = { 0 };
	struct job j = { .alg = alg, .bits = bits, .seed = seed, .der = &room };

	if (!curve_of(alg) && (alg != KEY_RSA || (bits != 3072 && bits != 4096)))
		return err_set(e, ERR_TOKEN_ALGORITHM, "made outside of a token: RSA-3072, RSA-4096, P-256, P-384, P-521");
	if (!secret_new(&room, PRIVATE_MAX_DER, e))
		return false;
	j.out = der_on(room.p, PRIVATE_MAX_DER);
	return secret_run(make, &j, e) && secret_set(pkcs8, der_bytes(&j.out), e);
}

/* ---- reading ----------------------------------------------------------------------------- */

static bool parse_rsa(struct private_key *k, struct bytes in)
{
	struct bytes *part[] = { &k->n, &k->e, &k->d, &k->p, &k->q, &k->dp, &k->dq, &k->qi };
	struct bytes  seq;
	uint32_t      version = 1;

	if (!der_get(&in, DER_SEQUENCE, &seq) || in.len || !der_get_small(&seq, &version, 0))
		return false;
	for (size_t i = 0; i < COUNT_OF(part); i++) {
		if (!der_get_unsigned(&seq, part[i]))
			return false;
		while (part[i]->len && part[i]->p[0] == 0)
			*part[i] = bytes_skip(*part[i], 1);
	}
	return seq.len == 0;
}

static bool parse_ec(struct private_key *k, struct bytes in, const struct curve *c)
{
	struct bytes seq, tagged;
	uint32_t     version = 0;

	k->alg = c->alg;
	if (!der_get(&in, DER_SEQUENCE, &seq) || in.len || !der_get_small(&seq, &version, 1) || version != 1 ||
	    !der_get(&seq, DER_OCTET_STRING, &k->d) || k->d.len != (size_t)c->size)
		return false;
	if (der_next_is(seq, DER_CONTEXT_IN(0)) && !der_get(&seq, DER_CONTEXT_IN(0), &tagged))
		return false;
	return der_get(&seq, DER_CONTEXT_IN(1), &tagged) && der_get_bits(&tagged, &k->point) && !tagged.len && !seq.len;
}

static bool parse(struct private_key *k, struct bytes in)
{
	struct bytes seq, alg, inner;
	uint32_t     version = 1;

	if (!der_get(&in, DER_SEQUENCE, &seq) || !der_get_small(&seq, &version, 0) || !der_get(&seq, DER_SEQUENCE, &alg) ||
	    !der_get(&seq, DER_OCTET_STRING, &inner))
		return false;
	for (size_t i = 0; i < in.len; i++)
		if (in.p[i])
			return false;
	if (alg.len > rsa_oid.len && bytes_equal(bytes_first(alg, rsa_oid.len), rsa_oid))
		return parse_rsa(k, inner);
	if (alg.len <= ec_oid.len || !bytes_equal(bytes_first(alg, ec_oid.len), ec_oid))
		return false;
	for (size_t i = 0; i < COUNT_OF(curves); i++)
		if (bytes_equal(bytes_skip(alg, ec_oid.len), curves[i].oid))
			return parse_ec(k, inner, &curves[i]);
	return false;
}

bool private_parse(struct private_key *out, struct bytes pkcs8, struct err *e)
{
	struct private_key k = { .alg = KEY_RSA };

	if (!parse(&k, pkcs8))
		return err_set(e, ERR_BACKUP_PROOF, "what was wrapped is no PKCS #8 of a key that is taken");
	*out = k;
	return true;
}

bool private_public(struct key *out, struct arena *a, const struct private_key *k, struct err *e)
{
	return k->alg == KEY_RSA ? key_build_rsa(out, a, k->n, k->e, e) : key_build_point(out, a, k->alg, k->point, e);
}
