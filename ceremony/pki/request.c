/* request.c: see request.h. */
#include "ceremony/pki/request.h"

#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/asn.h>

#include "ceremony/pki/ext.h"
#include "ceremony/pki/kind.h"
#include "ceremony/pki/signed.h"
#include "ceremony/pki/verify.h"

#define OID_TEXT_MAX 256

/* An OID as it is shown. */
static const char *oid_shown(char out[OID_TEXT_MAX], struct bytes oid)
{
	struct buf b = buf_init(out, OID_TEXT_MAX);

	oid_put(&b, oid);
	return buf_ok(&b) ? buf_cstr(&b) : "an OID that is too long to be shown";
}

/* ---- extensions --------------------------------------------------------- */

/* Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension: the one value of extensionRequest. */
static bool parse_extensions(struct request *r, struct bytes in, struct err *e)
{
	char         shown[OID_TEXT_MAX];
	struct bytes list;

	if (!der_get(&in, DER_SEQUENCE, &list) || in.len || list.len == 0)
		return err_set(e, ERR_REQUEST_EXTENSION, "not one list of extensions");
	while (list.len) {
		struct ext *x = &r->ext[r->num_exts];
		if (r->num_exts == REQUEST_MAX_EXTS)
			return err_set(e, ERR_TOO_LARGE, "a request for more than %d extensions", REQUEST_MAX_EXTS);
		if (!ext_get(&list, x) || !oid_is_sound(x->oid))
			return err_set(e, ERR_REQUEST_EXTENSION, "extension %zu", r->num_exts + 1);
		for (size_t i = 0; i < r->num_exts; i++)
			if (bytes_equal(r->ext[i].oid, x->oid))
				return err_set(e, ERR_REQUEST_EXTENSION_TWICE, "%s", oid_shown(shown, x->oid));
		if (!ext_is_formed(x->id, x->value))
			return err_set(e, ERR_REQUEST_EXTENSION, "%s", oid_shown(shown, x->oid));
		r->num_exts++;
	}
	return true;
}

/* ---- attributes --------------------------------------------------------- */

/* SET SIZE (1..MAX) OF, in DER's order, without repetition (X.690 11.6). */
static bool values_are_formed(struct bytes set, size_t *num)
{
	struct bytes before = { 0 }, content, whole;
	unsigned     tag;

	for (*num = 0; set.len; (*num)++) {
		if (!der_get_any(&set, &tag, &content, &whole))
			return false;
		if (*num && bytes_compare(before, whole) >= 0)
			return false;
		before = whole;
	}
	return *num != 0;
}

/* Each value is DER to its last octet, whether it is understood or not: what is signed has one spelling. */
static bool values_are_whole(struct bytes set)
{
	struct bytes content, whole;
	unsigned     tag;

	while (set.len)
		if (!der_get_any(&set, &tag, &content, &whole) || !der_is_whole(whole))
			return false;
	return true;
}

/* DirectoryString (RFC 2985 5.4.1), or IA5String, as some write it. Which one does not matter: nobody reads it. */
static bool is_string(struct bytes value)
{
	static const unsigned tags[] = { DER_UTF8_STRING, DER_PRINTABLE_STRING, DER_IA5_STRING, DER_T61_STRING,
		                         DER_BMP_STRING, DER_UNIVERSAL_STRING };

	for (size_t i = 0; i < COUNT_OF(tags); i++)
		if (der_next_is(value, tags[i]))
			return true;
	return false;
}

/* Attribute ::= SEQUENCE { type, values SET }: its content. seen: the types so far; its own
 * becomes seen[num]. */
static bool parse_attribute(struct request *r, struct bytes in, struct bytes *seen, size_t num_seen, struct err *e)
{
	char          shown[OID_TEXT_MAX];
	struct bytes *type = &seen[num_seen], values;
	size_t        num;

	if (!der_get(&in, DER_OID, type) || !oid_is_sound(*type))
		return err_set(e, ERR_REQUEST_ATTRIBUTE, "the type of an attribute");
	if (!der_get(&in, DER_SET, &values) || in.len || !values_are_formed(values, &num))
		return err_set(e, ERR_REQUEST_ATTRIBUTE, "%s", oid_shown(shown, *type));
	for (size_t i = 0; i < num_seen; i++)
		if (bytes_equal(seen[i], *type))
			return err_set(e, ERR_REQUEST_ATTRIBUTE_TWICE, "%s", oid_shown(shown, *type));
	if (oid_find(*type) == OID_ATTR_CHALLENGE && (num != 1 || !is_string(values)))
		return err_set(e, ERR_REQUEST_ATTRIBUTE, "%s is not one string", oid_shown(shown, *type));
	if (oid_find(*type) != OID_ATTR_EXTENSIONS) {
		if (!values_are_whole(values))
			return err_set(e, ERR_REQUEST_ATTRIBUTE, "what %s holds is not DER", oid_shown(shown, *type));
		if (r->num_attrs == REQUEST_MAX_ATTRS)
			return err_set(e, ERR_TOO_LARGE, "a request with more than %d attributes", REQUEST_MAX_ATTRS);
		r->attr[r->num_attrs++] = *type;
		return true;
	}
	if (num != 1) /* SINGLE VALUE TRUE (RFC 2985 5.4.2) */
		return err_set(e, ERR_REQUEST_ATTRIBUTE, "%zu values of %s", num, oid_shown(shown, *type));
	return parse_extensions(r, values, e);
}

static bool parse_attributes(struct request *r, struct bytes set, struct err *e)
{
	struct bytes before = { 0 }, seen[REQUEST_MAX_ATTRS + 1];
	size_t       num = 0;

	for (; set.len; num++) {
		struct bytes content, whole;
		unsigned     tag;
		if (num == COUNT_OF(seen))
			return err_set(e, ERR_TOO_LARGE, "a request with more than %d attributes", REQUEST_MAX_ATTRS);
		if (!der_get_any(&set, &tag, &content, &whole) || tag != DER_SEQUENCE)
			return err_set(e, ERR_REQUEST_ATTRIBUTE, "attribute %zu", num + 1);
		if (!parse_attribute(r, content, seen, num, e))
			return false;
		if (num && bytes_compare(before, whole) > 0)
			return err_set(e, ERR_REQUEST_ATTRIBUTE, "the attributes are not in DER's order");
		before = whole;
	}
	return true;
}

/* ---- the whole ---------------------------------------------------------- */

/* CertificationRequestInfo. The attributes are not optional (RFC 2986 4.1). */
static bool parse_info(struct request *r, struct bytes tbs, struct err *e)
{
	struct bytes in, content, version, subject, spki, attributes;
	unsigned     tag;

	if (!der_get(&tbs, DER_SEQUENCE, &in) || tbs.len || !der_get_integer(&in, &version))
		return err_set(e, ERR_REQUEST_FORM, "no version");
	if (version.len != 1 || version.p[0] != 0)
		return err_set(e, ERR_REQUEST_VERSION, "the number is not 0");
	if (!der_get_any(&in, &tag, &content, &subject) || tag != DER_SEQUENCE)
		return err_set(e, ERR_REQUEST_FORM, "no subject");
	if (!der_get_any(&in, &tag, &content, &spki) || tag != DER_SEQUENCE)
		return err_set(e, ERR_REQUEST_FORM, "no public key");
	if (!der_get(&in, DER_CONTEXT_IN(0), &attributes))
		return err_set(e, ERR_REQUEST_FORM, "no attributes, not even an empty set of them");
	if (in.len)
		return err_set(e, ERR_REQUEST_FORM, "something follows the attributes");
	return name_parse(&r->subject, subject, e) && name_is_plain(&r->subject, e) && key_parse(&r->key, spki, e) &&
	       parse_attributes(r, attributes, e);
}

/* An algorithm that is taken, but not with these parameters. */
static const char *parameters_of(struct bytes type)
{
	static const enum oid rsa[] = { OID_ALG_RSA_SHA256, OID_ALG_RSA_SHA384, OID_ALG_RSA_SHA512 };
	static const enum oid bare[] = { OID_ALG_ECDSA_SHA256, OID_ALG_ECDSA_SHA384, OID_ALG_ECDSA_SHA512, OID_ALG_ED25519 };
	const enum oid        id = oid_find(type);

	if (id == OID_ALG_RSA_PSS)
		return " without SHA-256, SHA-384 or SHA-512 for message and mask alike, or with its salt of 20 octets written out";
	for (size_t i = 0; i < COUNT_OF(rsa); i++)
		if (id == rsa[i])
			return " with wrong parameters";
	for (size_t i = 0; i < COUNT_OF(bare); i++)
		if (id == bare[i])
			return " with parameters, where none may be (RFC 5758 3.2, RFC 8410 3)";
	return "";
}

static bool parse_algorithm(struct request *r, struct bytes algorithm, struct err *e)
{
	char         shown[OID_TEXT_MAX];
	struct bytes content = { 0 }, type;
	struct proof proof;

	if (!proof_find(&proof, algorithm)) {
		if (!der_get(&algorithm, DER_SEQUENCE, &content) || !der_get(&content, DER_OID, &type))
			return err_set(e, ERR_REQUEST_FORM, "the algorithm of the signature");
		return err_set(e, ERR_REQUEST_ALGORITHM, "%s%s", oid_shown(shown, type), parameters_of(type));
	}
	if (!proof_fits(proof.alg, r->key.alg)) {
		char name[16];
		return err_set(e, ERR_REQUEST_MISMATCH, "%s by %s", sig_name(proof.alg), key_name(name, &r->key));
	}
	r->sig = proof.alg;
	r->salt_len = proof.salt_len;
	return true;
}

/* second_opinion: wolfSSL's own reader of requests on the same octets. It is not asked to
 * verify: that would be the same arithmetic twice, and half the speed. It is asked what all of
 * verification hangs on: which octets are signed, what the signature and the key are, and
 * whose name it is. Two readers that differ there are how a signature over one thing is taken
 * for a signature over another. It refuses some honest requests (attributes that it does not
 * know, RSA above its limit) and says so before it has an answer; then it cannot judge, and
 * our reader and our verification stand alone. */
bool request_agrees(const struct request *r, struct err *e)
{
	DecodedCert d;
	bool        same = true;

	wc_InitDecodedCert(&d, r->der.p, (word32)r->der.len, NULL);
	if (wc_ParseCert(&d, CERTREQ_TYPE, NO_VERIFY, NULL) == 0) {
		struct bytes tbs = bytes_of(r->der.p + d.certBegin, d.sigIndex - d.certBegin);
		struct bytes key = bytes_of(d.publicKey, d.pubKeySize);
		struct bytes subject = bytes_of(d.subjectRaw, (size_t)d.subjectRawLen);
		struct bytes content, whole = r->subject.der;
		/* it keeps an EC key as the whole SPKI and others as what the BIT STRING holds; the name
		 * without its header, or with it: that depends on the version */
		same = der_get(&whole, DER_SEQUENCE, &content) && bytes_equal(tbs, r->tbs) &&
		       bytes_equal(bytes_of(d.signature, d.sigLength), r->signature) &&
		       (bytes_equal(key, r->key.spki) || bytes_equal(key, r->key.bits_der)) &&
		       (bytes_equal(subject, content) || bytes_equal(subject, r->subject.der));
	}
	wc_FreeDecodedCert(&d);
	return same || err_set(e, ERR_REQUEST_OPINION, "%s", "");
}

static bool read_parts(struct request *out, struct bytes der, struct err *e)
{
	struct request      r = { .der = der };
	struct signed_parts parts;
	struct bytes        rest = der, content;

	if (der.len > REQUEST_MAX)
		return err_set(e, ERR_TOO_LARGE, "a request of %zu octets, at most %d", der.len, REQUEST_MAX);
	if (!der_get(&rest, DER_SEQUENCE, &content))
		return err_set(e, ERR_REQUEST_FORM, "not one sequence");
	if (rest.len)
		return err_set(e, ERR_REQUEST_TRAILING, "%zu octets", rest.len);
	if (!signed_parse(&parts, der))
		return err_set(e, ERR_REQUEST_FORM, "not a signed object");
	if (!parse_info(&r, parts.tbs, e) || !parse_algorithm(&r, parts.algorithm, e))
		return false;
	r.tbs = parts.tbs;
	r.signature = parts.signature;
	*out = r;
	return true;
}

bool request_read(struct request *out, struct bytes der, struct err *e)
{
	if (read_parts(out, der, e))
		return true;
	/* whoever brought a certificate or a key by mistake is told so */
	const char *kind = der.len <= REQUEST_MAX ? kind_of(der) : NULL;
	return kind && strcmp(kind, "a request") != 0 ? err_set(e, ERR_REQUEST_FORM, "it is %s", kind) : false;
}

bool request_prove(const struct request *r, struct err *e)
{
	struct err why = { 0 };

	if (!proof_verify(&r->key, (struct proof){ r->sig, r->salt_len }, r->tbs, r->signature, &why))
		return err_set(e, why.id == ERR_SIGNATURE_BAD ? ERR_REQUEST_SIGNATURE : why.id, "%s", why.detail);
	return request_agrees(r, e);
}

bool request_parse(struct request *out, struct bytes der, struct err *e)
{
	struct request r;

	if (!request_read(&r, der, e) || !request_prove(&r, e))
		return false;
	*out = r;
	return true;
}

void request_asked(struct buf *b, const struct request *r)
{
	char shown[OID_TEXT_MAX];

	for (size_t i = 0; i < r->num_exts; i++) {
		buf_fmt(b, "asked: %s = ", oid_shown(shown, r->ext[i].oid));
		ext_put_text(b, &r->ext[i]);
		buf_str(b, "\n");
	}
	for (size_t i = 0; i < r->num_attrs; i++)
		buf_fmt(b, "asked: %s\n", oid_shown(shown, r->attr[i]));
}

bool request_words(struct buf *subject, struct buf *asked, const struct request *r, struct err *e)
{
	name_put(subject, &r->subject);
	request_asked(asked, r);
	if (!buf_ok(subject) || !buf_ok(asked))
		return err_set(e, ERR_TOO_LARGE, "a request that asks for so much that it cannot be shown");
	if (asked->len)
		asked->len--; /* the last line end */
	return true;
}

bool request_is_apart(const struct request *r, const struct name *issuer, const struct key *key, struct err *e)
{
	if (bytes_equal(r->key.spki, key->spki))
		return err_set(e, ERR_REQUEST_ISSUER, "the key is the issuer's");
	return !name_same(&r->subject, issuer) || err_set(e, ERR_REQUEST_ISSUER, "the subject is the issuer's");
}
