/* existing.c: see existing.h. */
#include "ceremony/pki/existing.h"

#include "ceremony/base/utc.h"
#include "ceremony/pki/ext.h"

bool existing_same_name(const struct name *a, const struct name *b)
{
	uint8_t    one[2048], other[2048];
	struct buf x = BUF_ON(one), y = BUF_ON(other);

	name_put(&x, a);
	name_put(&y, b);
	return buf_ok(&x) && buf_ok(&y) && bytes_equal(buf_bytes(&x), buf_bytes(&y));
}

/* A certificate that a CA may have signed for itself. */
static bool is_a_root(const struct certificate *c, struct err *e)
{
	struct err ignored = { 0 };

	if (!c->is_ca)
		return err_set(e, ERR_REQUEST_EXISTING, "it is not a CA's: basicConstraints does not say CA:TRUE");
	if (ext_find(c->ext, c->num_exts, OID_EXT_KU) && !(c->key_usage & USAGE_KEY_CERT_SIGN))
		return err_set(e, ERR_REQUEST_EXISTING, "it is not a CA's: keyUsage does not say keyCertSign");
	if (!bytes_equal(c->issuer.der, c->subject.der))
		return err_set(e, ERR_REQUEST_EXISTING, "it is not a root's: its issuer is another than its subject");
	return certificate_verify(c, &c->key, &ignored) ||
	       err_set(e, ERR_REQUEST_EXISTING, "its signature does not verify under its own key");
}

bool existing_fits(const struct certificate *c, const struct request *r, int64_t now, struct err *e)
{
	char text[24];

	if (!bytes_equal(c->key.spki, r->key.spki))
		return err_set(e, ERR_REQUEST_EXISTING, "its key is not the request's");
	if (!existing_same_name(&c->subject, &r->subject))
		return err_set(e, ERR_REQUEST_EXISTING, "its subject is not the request's");
	if (!is_a_root(c, e))
		return false;
	if (now < c->not_before)
		return err_set(e, ERR_REQUEST_EXISTING, "it is valid only from %s", utc_str(text, c->not_before));
	return now <= c->not_after ||
	       err_set(e, ERR_REQUEST_EXISTING, "it has expired at %s", utc_str(text, c->not_after));
}
