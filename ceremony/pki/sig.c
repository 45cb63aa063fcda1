/* sig.c: signature algorithms: the second half of key.h. The arithmetic is verify.c's. */
#include "ceremony/pki/oid.h"
#include "ceremony/pki/verify.h"

/* id-RSASSA-PSS with one hash for message and mask, and a salt of its length (BR 7.1.3.2.1). */
#define PSS_DER(hash_octet, salt_octet)                                                                     \
	BYTES_LIT("\x30\x41\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x30\x34\xa0\x0f\x30\x0d\x06\x09"    \
	          "\x60\x86\x48\x01\x65\x03\x04\x02" hash_octet "\x05\x00\xa1\x1c\x30\x1a\x06\x09\x2a\x86"  \
	          "\x48\x86\xf7\x0d\x01\x01\x08\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02" hash_octet \
	          "\x05\x00\xa2\x03\x02\x01" salt_octet)
#define RSA_DER(octet)   BYTES_LIT("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01" octet "\x05\x00")
#define ECDSA_DER(octet) BYTES_LIT("\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03" octet)

/* What is fixed for each: its AlgorithmIdentifier, name, hash. */
static const struct {
	struct bytes  der;
	const char   *name;
	enum hash_alg hash;
} sigs[] = {
	[SIG_RSA_SHA256] = { RSA_DER("\x0b"), "sha256WithRSAEncryption", HASH_SHA256 },
	[SIG_RSA_SHA384] = { RSA_DER("\x0c"), "sha384WithRSAEncryption", HASH_SHA384 },
	[SIG_RSA_SHA512] = { RSA_DER("\x0d"), "sha512WithRSAEncryption", HASH_SHA512 },
	[SIG_PSS_SHA256] = { PSS_DER("\x01", "\x20"), "RSASSA-PSS-SHA256", HASH_SHA256 },
	[SIG_PSS_SHA384] = { PSS_DER("\x02", "\x30"), "RSASSA-PSS-SHA384", HASH_SHA384 },
	[SIG_PSS_SHA512] = { PSS_DER("\x03", "\x40"), "RSASSA-PSS-SHA512", HASH_SHA512 },
	[SIG_ECDSA_SHA256] = { ECDSA_DER("\x02"), "ecdsa-with-SHA256", HASH_SHA256 },
	[SIG_ECDSA_SHA384] = { ECDSA_DER("\x03"), "ecdsa-with-SHA384", HASH_SHA384 },
	[SIG_ECDSA_SHA512] = { ECDSA_DER("\x04"), "ecdsa-with-SHA512", HASH_SHA512 },
	[SIG_ED25519] = { BYTES_LIT("\x30\x05\x06\x03\x2b\x65\x70"), "Ed25519", HASH_SHA512 },
};
_Static_assert(COUNT_OF(sigs) == SIG_COUNT_, "a row for each");

/* ---- the table ---------------------------------------------------------- */

enum sig_alg sig_for(const struct key *k)
{
	switch (k->alg) {
	case KEY_RSA: return k->bits <= 3072 ? SIG_RSA_SHA256 : SIG_RSA_SHA384;
	case KEY_P256: return SIG_ECDSA_SHA256;
	case KEY_P384: return SIG_ECDSA_SHA384;
	case KEY_P521: return SIG_ECDSA_SHA512;
	case KEY_ED25519: return SIG_ED25519;
	}
	bug(__FILE__, __LINE__, "a kind of key");
}

bool sig_fits(enum sig_alg s, enum key_alg k)
{
	switch (k) {
	case KEY_RSA: return s <= SIG_PSS_SHA512;
	case KEY_P256: return s == SIG_ECDSA_SHA256;
	case KEY_P384: return s == SIG_ECDSA_SHA384;
	case KEY_P521: return s == SIG_ECDSA_SHA512;
	case KEY_ED25519: return s == SIG_ED25519;
	}
	return false;
}

struct bytes sig_digest_info(enum hash_alg hash)
{
	static const struct bytes info[] = {
		[HASH_SHA256] = BYTES_LIT("\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"),
		[HASH_SHA384] = BYTES_LIT("\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30"),
		[HASH_SHA512] = BYTES_LIT("\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40"),
	};

	return info[hash];
}

struct bytes sig_der(enum sig_alg s)
{
	return sigs[s].der;
}

bool sig_find(enum sig_alg *out, struct bytes algorithm_identifier)
{
	for (size_t i = 0; i < COUNT_OF(sigs); i++) {
		if (bytes_equal(algorithm_identifier, sigs[i].der)) {
			*out = (enum sig_alg)i;
			return true;
		}
	}
	return false;
}

const char *sig_name(enum sig_alg s)
{
	return sigs[s].name;
}

bool sig_by_name(enum sig_alg *out, struct bytes name)
{
	for (size_t i = 0; i < COUNT_OF(sigs); i++) {
		if (bytes_is(name, sigs[i].name)) {
			*out = (enum sig_alg)i;
			return true;
		}
	}
	return false;
}

bool sig_hash(enum hash_alg *out, enum sig_alg s)
{
	if (s == SIG_ED25519)
		return false;
	*out = sigs[s].hash;
	return true;
}

/* ---- verification ------------------------------------------------------- */

bool sig_verify(const struct key *k, enum sig_alg s, struct bytes message, struct bytes signature, struct err *e)
{
	const struct proof proof = { s, (unsigned)hash_len(sigs[s].hash) };

	if (!sig_fits(s, k->alg))
		return err_set(e, ERR_SIGNATURE_BAD, "%s by a key of another kind", sig_name(s));
	return proof_verify(k, proof, message, signature, e);
}

bool sig_verify_digest(const struct key *k, enum sig_alg s, const struct digest *d, struct bytes signature, struct err *e)
{
	const struct proof proof = { s, (unsigned)d->len };

	if (!sig_fits(s, k->alg) || d->len != hash_len(sigs[s].hash))
		return err_set(e, ERR_SIGNATURE_BAD, "%s by a key of another kind", sig_name(s));
	return proof_verify_digest(k, proof, d, signature, e);
}

/* ---- proofs of possession ----------------------------------------------- */

/* HashAlgorithm: parameters NULL or absent (RFC 4055 2.1: both are accepted). */
static bool is_hash(struct bytes *in, enum oid hash)
{
	struct bytes algorithm, type, null;

	if (!der_get(in, DER_SEQUENCE, &algorithm) || !der_get(&algorithm, DER_OID, &type) || oid_find(type) != hash)
		return false;
	return algorithm.len == 0 || (der_get(&algorithm, DER_NULL, &null) && null.len == 0 && algorithm.len == 0);
}

/* RSASSA-PSS-params (RFC 4055 3.1) of one hash for message and mask, and any salt. What is the default is left out by DER: a
 * salt of 20 octets. The one trailer that there is may be written out all the same: who reads it MUST take both. SHA-1 is the
 * default too, and is not taken. */
static bool is_pss_of(struct bytes params, enum oid hash, unsigned *salt_len)
{
	struct bytes part, mask, type;
	uint32_t     len = 20, trailer = 1;

	if (!der_get(&params, DER_CONTEXT_IN(0), &part) || !is_hash(&part, hash) || part.len)
		return false;
	if (!der_get(&params, DER_CONTEXT_IN(1), &part) || !der_get(&part, DER_SEQUENCE, &mask) || part.len ||
	    !der_get(&mask, DER_OID, &type) || oid_find(type) != OID_ALG_MGF1 || !is_hash(&mask, hash) || mask.len)
		return false;
	if (der_next_is(params, DER_CONTEXT_IN(2)) && (!der_get(&params, DER_CONTEXT_IN(2), &part) ||
	                                               !der_get_small(&part, &len, SIG_MAX) || part.len || len == 20))
		return false;
	if (params.len && (!der_get(&params, DER_CONTEXT_IN(3), &part) || !der_get_small(&part, &trailer, SIG_MAX) || part.len ||
	                   params.len || trailer != 1))
		return false;
	*salt_len = len;
	return true;
}

static bool is_pss(struct bytes algorithm, enum sig_alg s, unsigned *salt_len)
{
	static const enum oid hashes[] = { [SIG_PSS_SHA256] = OID_ALG_SHA256, [SIG_PSS_SHA384] = OID_ALG_SHA384,
		                           [SIG_PSS_SHA512] = OID_ALG_SHA512 };
	struct bytes          content, type, params;

	return der_get(&algorithm, DER_SEQUENCE, &content) && algorithm.len == 0 && der_get(&content, DER_OID, &type) &&
	       oid_find(type) == OID_ALG_RSA_PSS && der_get(&content, DER_SEQUENCE, &params) && content.len == 0 &&
	       is_pss_of(params, hashes[s], salt_len);
}

/* PKCS #1 v1.5 without its NULL: who writes one MUST have it there, who reads one MUST do without (RFC 4055 5). */
static bool is_bare(struct bytes algorithm, enum sig_alg s)
{
	const struct bytes oid = bytes_first(bytes_skip(sigs[s].der, 2), sigs[s].der.len - 4);
	struct bytes       content;

	return der_get(&algorithm, DER_SEQUENCE, &content) && algorithm.len == 0 && bytes_equal(content, oid);
}

bool proof_find(struct proof *out, struct bytes algorithm_identifier)
{
	struct proof p = { 0 };

	if (sig_find(&p.alg, algorithm_identifier)) {
		p.salt_len = (unsigned)hash_len(sigs[p.alg].hash);
		*out = p;
		return true;
	}
	for (p.alg = SIG_RSA_SHA256; p.alg <= SIG_PSS_SHA512; p.alg++) {
		if (p.alg >= SIG_PSS_SHA256 ? !is_pss(algorithm_identifier, p.alg, &p.salt_len) : !is_bare(algorithm_identifier, p.alg))
			continue;
		*out = p;
		return true;
	}
	return false;
}

bool proof_fits(enum sig_alg s, enum key_alg k)
{
	bool ec = k == KEY_P256 || k == KEY_P384 || k == KEY_P521;

	return sig_fits(s, k) || (ec && s >= SIG_ECDSA_SHA256 && s <= SIG_ECDSA_SHA512);
}
