/* key.c: see key.h. Keys here; signatures and their algorithms in sig.c. */
#include "ceremony/pki/key.h"

#include <stdio.h>

#include "ceremony/pki/oid.h"

/* AlgorithmIdentifiers of keys, whole: BR 7.1.3.1, RFC 5480, RFC 8410. */
static const struct {
	struct bytes der;
	const char  *name;
	unsigned     bits;
	size_t       point_len; /* octets; 0 for RSA */
} algs[] = {
	[KEY_RSA] = { BYTES_LIT("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"), "RSA", 0, 0 },
	[KEY_P256] = { BYTES_LIT("\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03"
	                         "\x01\x07"),
	               "P-256", 256, 65 },
	[KEY_P384] = { BYTES_LIT("\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22"), "P-384",
	               384, 97 },
	[KEY_P521] = { BYTES_LIT("\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23"), "P-521",
	               521, 133 },
	[KEY_ED25519] = { BYTES_LIT("\x30\x05\x06\x03\x2b\x65\x70"), "Ed25519", 256, 32 },
};

#define RSA_MAX_BITS 16384

/* ---- reading ------------------------------------------------------------ */

/* Why an AlgorithmIdentifier is not one of ours. Always false. */
static bool refuse_algorithm(struct bytes algorithm, struct err *e)
{
	struct bytes content, type;
	char         dotted[128];
	struct buf   b = BUF_ON(dotted);

	if (!der_get(&algorithm, DER_SEQUENCE, &content) || !der_get(&content, DER_OID, &type))
		return err_set(e, ERR_KEY_FORM, "the algorithm of a key");
	enum oid id = oid_find(type);
	if (id == OID_ALG_EC)
		return err_set(e, ERR_KEY_ALGORITHM,
		               "an elliptic curve that is not named, or not one of P-256, P-384, P-521");
	if (id == OID_ALG_RSA || id == OID_ALG_ED25519)
		return err_set(e, ERR_KEY_ALGORITHM, "%s with wrong parameters", oid_text(id));
	if (id == OID_ALG_RSA_PSS)
		return err_set(e, ERR_KEY_ALGORITHM, "%s: a key for that alone; one of plain RSA may sign so, too", oid_text(id));
	if (id != OID_UNKNOWN)
		return err_set(e, ERR_KEY_ALGORITHM, "%s", oid_text(id));
	if (!oid_put_dotted(&b, type) || !buf_ok(&b))
		return err_set(e, ERR_KEY_FORM, "the algorithm of a key");
	return err_set(e, ERR_KEY_ALGORITHM, "%s", buf_cstr(&b));
}

static unsigned bits_of(struct bytes n)
{
	unsigned bits = 0;

	for (unsigned top = n.p[0]; top; top >>= 1)
		bits++;
	return bits ? (unsigned)(n.len - 1) * 8 + bits : 0;
}

static bool parse_rsa(struct key *k, struct err *e)
{
	struct bytes in = k->bits_der, seq;

	if (!der_get(&in, DER_SEQUENCE, &seq) || in.len || !der_get_unsigned(&seq, &k->modulus) ||
	    !der_get_unsigned(&seq, &k->exponent) || seq.len)
		return err_set(e, ERR_KEY_FORM, "RSA: not two positive integers");
	k->bits = bits_of(k->modulus);
	if (k->bits == 0 || bits_of(k->exponent) == 0)
		return err_set(e, ERR_KEY_FORM, "RSA: zero");
	if (k->bits > RSA_MAX_BITS)
		return err_set(e, ERR_TOO_LARGE, "RSA of %u bits, at most %d", k->bits, RSA_MAX_BITS);
	return true;
}

static bool parse_point(struct key *k, struct err *e)
{
	k->point = k->bits_der;
	k->bits = algs[k->alg].bits;
	if (k->alg != KEY_ED25519 && k->point.len && k->point.p[0] != 4)
		return err_set(e, ERR_KEY_FORM, "%s: the point is not uncompressed", algs[k->alg].name);
	if (k->point.len != algs[k->alg].point_len)
		return err_set(e, ERR_KEY_FORM, "%s: %zu octets instead of %zu", algs[k->alg].name, k->point.len,
		               algs[k->alg].point_len);
	return true;
}

bool key_parse(struct key *out, struct bytes spki, struct err *e)
{
	struct key   k = { .spki = spki };
	struct bytes in = spki, seq, content, algorithm;
	unsigned     tag;

	if (spki.len > KEY_MAX_DER)
		return err_set(e, ERR_TOO_LARGE, "a public key of %zu octets, at most %d", spki.len, KEY_MAX_DER);
	if (!der_get(&in, DER_SEQUENCE, &seq) || in.len || !der_get_any(&seq, &tag, &content, &algorithm) ||
	    !der_get_bits(&seq, &k.bits_der) || seq.len)
		return err_set(e, ERR_KEY_FORM, "not an algorithm and a bit string");
	for (size_t i = 0; i < COUNT_OF(algs); i++) {
		if (!bytes_equal(algorithm, algs[i].der))
			continue;
		k.alg = (enum key_alg)i;
		if (!(k.alg == KEY_RSA ? parse_rsa(&k, e) : parse_point(&k, e)))
			return false;
		*out = k;
		return true;
	}
	return refuse_algorithm(algorithm, e);
}

/* ---- building ----------------------------------------------------------- */

/* The SPKI around the content of its BIT STRING. */
static bool build(struct key *out, struct arena *a, enum key_alg alg, struct bytes bits, struct err *e)
{
	uint8_t    storage[KEY_MAX_DER];
	struct der d = der_on(storage, sizeof storage);
	size_t     end = der_mark(&d);

	der_bits(&d, bits);
	der_put(&d, algs[alg].der);
	der_wrap(&d, DER_SEQUENCE, end);
	if (d.failed)
		return err_set(e, ERR_TOO_LARGE, "a public key of more than %d octets", KEY_MAX_DER);
	struct bytes spki = arena_copy(a, der_bytes(&d));
	if (!spki.p)
		return err_set(e, ERR_TOO_LARGE, "no room for a public key");
	return key_parse(out, spki, e); /* what is built obeys what is read */
}

bool key_build_rsa(struct key *out, struct arena *a, struct bytes modulus, struct bytes exponent, struct err *e)
{
	uint8_t    storage[KEY_MAX_DER];
	struct der d = der_on(storage, sizeof storage);
	size_t     end = der_mark(&d);

	der_unsigned(&d, exponent);
	der_unsigned(&d, modulus);
	der_wrap(&d, DER_SEQUENCE, end);
	if (d.failed)
		return err_set(e, ERR_TOO_LARGE, "a public key of more than %d octets", KEY_MAX_DER);
	return build(out, a, KEY_RSA, der_bytes(&d), e);
}

bool key_build_point(struct key *out, struct arena *a, enum key_alg alg, struct bytes point, struct err *e)
{
	MUST(alg != KEY_RSA);
	return build(out, a, alg, point, e);
}

/* ---- words for it ------------------------------------------------------- */

const char *key_name(char out[16], const struct key *k)
{
	if (k->alg == KEY_RSA)
		(void)snprintf(out, 16, "RSA-%u", k->bits);
	else
		(void)snprintf(out, 16, "%s", algs[k->alg].name);
	return out;
}

bool key_alg_by_name(enum key_alg *alg, unsigned *bits, struct bytes name)
{
	uint64_t v = 0;

	for (size_t i = 0; i < COUNT_OF(algs); i++) {
		if (i == KEY_RSA || !bytes_is(name, algs[i].name))
			continue;
		*alg = (enum key_alg)i;
		*bits = algs[i].bits;
		return true;
	}
	if (!bytes_starts(name, "RSA-") || !bytes_to_u64(&v, bytes_skip(name, 4), RSA_MAX_BITS) || v == 0)
		return false;
	*alg = KEY_RSA;
	*bits = (unsigned)v;
	return true;
}

void key_id(uint8_t out[KEY_ID_LEN], const struct key *k)
{
	struct digest d = hash_of(HASH_SHA256, k->bits_der);

	memcpy(out, d.p, KEY_ID_LEN);
}
