/* certificate.c: see certificate.h. The writer takes a plan only; the reader takes nothing
 * that the writer could not have meant. */
#include "ceremony/pki/certificate.h"

#include "ceremony/base/text.h"
#include "ceremony/pki/ext.h"
#include "ceremony/pki/signed.h"

#define VERSION DER_CONTEXT_IN(0)
#define EXTENSIONS DER_CONTEXT_IN(3)

/* ---- writing ------------------------------------------------------------ */

static size_t tbs_cap(const struct plan *plan)
{
	size_t cap = 256 + plan->issuer.der.len + plan->subject.der.len + plan->key.spki.len + sig_der(plan->sig).len;

	for (size_t i = 0; i < plan->num_exts; i++)
		cap += 32 + plan->ext[i].oid.len + plan->ext[i].value.len;
	return cap;
}

bool certificate_tbs(struct bytes *tbs, struct arena *a, const struct plan *plan, struct err *e)
{
	MUST(plan->num_exts > 0);
	size_t   cap = tbs_cap(plan);
	uint8_t *room = cap <= CERTIFICATE_MAX ? arena_take(a, cap) : NULL;

	if (!room)
		return err_set(e, ERR_TOO_LARGE, "a certificate of %zu octets", cap);
	struct der d = der_on(room, cap);
	for (size_t i = plan->num_exts; i > 0; i--)
		ext_put(&d, &plan->ext[i - 1]);
	der_wrap(&d, DER_SEQUENCE, cap);
	der_wrap(&d, EXTENSIONS, cap);
	der_put(&d, plan->key.spki);
	der_put(&d, plan->subject.der);
	size_t mark = der_mark(&d);
	der_time(&d, plan->not_after);
	der_time(&d, plan->not_before);
	der_wrap(&d, DER_SEQUENCE, mark);
	der_put(&d, plan->issuer.der);
	der_put(&d, sig_der(plan->sig));
	der_unsigned(&d, bytes_of(plan->serial, plan->serial_len));
	mark = der_mark(&d);
	der_small(&d, 2); /* v3 */
	der_wrap(&d, VERSION, mark);
	der_wrap(&d, DER_SEQUENCE, cap);
	MUST(!d.failed);
	*tbs = der_bytes(&d);
	return true;
}

bool certificate_join(struct bytes *der, struct arena *a, struct bytes tbs, enum sig_alg sig, struct bytes signature,
                      struct err *e)
{
	return signed_join(der, a, tbs, sig, signature, e);
}

/* ---- reading ------------------------------------------------------------ */

static bool get_serial(struct bytes *in, struct certificate *c, struct err *e)
{
	if (!der_get_unsigned(in, &c->serial) || c->serial.len > SERIAL_MAX ||
	    (c->serial.len == SERIAL_MAX && (c->serial.p[0] & 0x80)) || (c->serial.len == 1 && c->serial.p[0] == 0))
		return err_set(e, ERR_CERT_SERIAL, "%s", "");
	return true;
}

static bool get_algorithm(struct bytes *in, struct certificate *c, struct bytes outer, struct err *e)
{
	struct bytes content, inner;
	unsigned     tag;

	if (!der_get_any(in, &tag, &content, &inner))
		return err_set(e, ERR_CERT_DER, "signature");
	if (!bytes_equal(inner, outer))
		return err_set(e, ERR_CERT_SIGALG_DIFFERS, "%s", "");
	if (!sig_find(&c->sig, inner))
		return err_set(e, ERR_CERT_SIGALG, "%s", "");
	return true;
}

static bool get_name(struct bytes *in, struct name *out, const char *field, struct err *e)
{
	struct bytes content, whole;
	unsigned     tag;

	if (!der_get_any(in, &tag, &content, &whole))
		return err_set(e, ERR_CERT_DER, "%s", field);
	return name_parse(out, whole, e);
}

static bool get_validity(struct bytes *in, struct certificate *c, struct err *e)
{
	struct bytes v;

	if (!der_get(in, DER_SEQUENCE, &v) || !der_get_time(&v, &c->not_before) || !der_get_time(&v, &c->not_after) ||
	    v.len || c->not_after < c->not_before)
		return err_set(e, ERR_CERT_TIME, "%s", "");
	return true;
}

static bool get_key(struct bytes *in, struct certificate *c, struct err *e)
{
	struct bytes content, whole;
	unsigned     tag;

	if (!der_get_any(in, &tag, &content, &whole))
		return err_set(e, ERR_CERT_DER, "subjectPublicKeyInfo");
	return key_parse(&c->key, whole, e);
}

/* What this program itself goes by must be readable; the rest is lint's business. */
static bool read_known(struct certificate *c, const struct ext *x)
{
	struct ext_basic basic;

	switch (x->id) {
	case OID_EXT_BC:
		if (!ext_get_basic(&basic, x->value))
			return false;
		c->is_ca = basic.ca;
		c->has_pathlen = basic.has_pathlen;
		c->pathlen = basic.pathlen;
		return true;
	case OID_EXT_KU:
		return ext_get_usage(&c->key_usage, x->value);
	case OID_EXT_SKI:
		return ext_get_subject_id(&c->subject_key_id, x->value);
	case OID_EXT_AKI:
		return ext_get_authority_id(&c->authority_key_id, x->value);
	default:
		return true;
	}
}

static bool get_extensions(struct bytes in, struct certificate *c, struct err *e)
{
	struct bytes list;

	if (!der_get(&in, DER_SEQUENCE, &list) || in.len || list.len == 0)
		return err_set(e, ERR_CERT_EXT, "the list of extensions");
	while (list.len) {
		struct ext *x = &c->ext[c->num_exts];
		if (c->num_exts == CERTIFICATE_MAX_EXTS)
			return err_set(e, ERR_TOO_LARGE, "more than %d extensions", CERTIFICATE_MAX_EXTS);
		if (!ext_get(&list, x))
			return err_set(e, ERR_CERT_EXT, "extension %zu", c->num_exts + 1);
		for (size_t i = 0; i < c->num_exts; i++)
			if (bytes_equal(c->ext[i].oid, x->oid))
				return err_set(e, ERR_CERT_EXT_DUPLICATE, "extension %zu", c->num_exts + 1);
		if (!read_known(c, x))
			return err_set(e, ERR_CERT_EXT, "%s", oid_name(x->id));
		c->num_exts++;
	}
	return true;
}

static bool get_version(struct bytes *in, struct err *e)
{
	struct bytes v;
	uint32_t     version;

	if (!der_get(in, VERSION, &v) || !der_get_small(&v, &version, 2) || v.len || version != 2)
		return err_set(e, ERR_CERT_VERSION, "%s", "");
	return true;
}

bool certificate_parse(struct certificate *out, struct bytes der, struct err *e)
{
	struct certificate  c = { .der = der };
	struct signed_parts s;
	struct bytes        tbs, in, exts;

	if (der.len > CERTIFICATE_MAX)
		return err_set(e, ERR_TOO_LARGE, "a certificate of %zu octets", der.len);
	if (!signed_parse(&s, der))
		return err_set(e, ERR_CERT_DER, "its three parts");
	c.tbs = tbs = s.tbs;
	c.signature = s.signature;
	MUST(der_get(&tbs, DER_SEQUENCE, &in));
	if (!get_version(&in, e) || !get_serial(&in, &c, e) || !get_algorithm(&in, &c, s.algorithm, e) ||
	    !get_name(&in, &c.issuer, "issuer", e) || !get_validity(&in, &c, e) ||
	    !get_name(&in, &c.subject, "subject", e) || !get_key(&in, &c, e))
		return false;
	if (in.len) { /* a unique identifier would stand here, and is refused (BR 7.1.2) */
		if (!der_get(&in, EXTENSIONS, &exts) || in.len)
			return err_set(e, ERR_CERT_DER, "after the key stands what is not extensions");
		if (!get_extensions(exts, &c, e))
			return false;
	}
	*out = c;
	return true;
}

bool certificate_verify(const struct certificate *c, const struct key *issuer, struct err *e)
{
	return sig_verify(issuer, c->sig, c->tbs, c->signature, e);
}

/* ---- comparing ---------------------------------------------------------- */

static const char *which_ext_differs(const struct certificate *c, const struct plan *plan)
{
	if (c->num_exts != plan->num_exts)
		return "number of extensions";
	for (size_t i = 0; i < plan->num_exts; i++)
		if (!bytes_equal(c->ext[i].oid, plan->ext[i].oid) || c->ext[i].critical != plan->ext[i].critical ||
		    !bytes_equal(c->ext[i].value, plan->ext[i].value))
			return oid_name(plan->ext[i].id);
	return NULL;
}

bool certificate_matches(const struct certificate *c, const struct plan *plan, struct err *e)
{
	const char *field = !bytes_equal(c->serial, bytes_of(plan->serial, plan->serial_len)) ? "serialNumber"
	                  : c->sig != plan->sig                                               ? "signature"
	                  : !bytes_equal(c->issuer.der, plan->issuer.der)                     ? "issuer"
	                  : c->not_before != plan->not_before                                 ? "notBefore"
	                  : c->not_after != plan->not_after                                   ? "notAfter"
	                  : !bytes_equal(c->subject.der, plan->subject.der)                   ? "subject"
	                  : !bytes_equal(c->key.spki, plan->key.spki)                         ? "subjectPublicKeyInfo"
	                                                                                      : which_ext_differs(c, plan);
	if (field)
		return err_set(e, ERR_CERT_DIFFERS, "%s", field);
	return true;
}

bool issuer_of(struct issuer *out, const struct certificate *c, struct err *e)
{
	if (!c->is_ca)
		return err_set(e, ERR_CERT_NOT_CA, "basicConstraints does not say CA:TRUE");
	if (!(c->key_usage & USAGE_KEY_CERT_SIGN))
		return err_set(e, ERR_CERT_NOT_CA, "keyUsage does not say keyCertSign");
	if (c->subject_key_id.len != KEY_ID_LEN)
		return err_set(e, ERR_CERT_NOT_CA, "no subjectKeyIdentifier of %d octets", KEY_ID_LEN);
	struct issuer issuer = {
		.name = c->subject,
		.key = c->key,
		.not_before = c->not_before,
		.not_after = c->not_after,
		.has_pathlen = c->has_pathlen,
		.pathlen = c->pathlen,
		.ext = c->ext,
		.num_exts = c->num_exts,
	};
	memcpy(issuer.key_id, c->subject_key_id.p, KEY_ID_LEN);
	*out = issuer;
	return true;
}
