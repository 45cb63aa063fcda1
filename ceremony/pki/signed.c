/* signed.c: see signed.h. */
#include "ceremony/pki/signed.h"

#define HEADERS 32 /* octets of the headers around the three parts, at the most */

bool signed_join(struct bytes *out, struct arena *a, struct bytes tbs, enum sig_alg sig, struct bytes signature,
                 struct err *e)
{
	size_t   cap = tbs.len + sig_der(sig).len + signature.len + HEADERS;
	uint8_t *room = arena_take(a, cap);

	if (!room)
		return err_set(e, ERR_TOO_LARGE, "%zu octets to be signed", tbs.len);
	struct der d = der_on(room, cap);
	der_bits(&d, signature);
	der_put(&d, sig_der(sig));
	der_put(&d, tbs);
	der_wrap(&d, DER_SEQUENCE, cap);
	MUST(!d.failed);
	*out = der_bytes(&d);
	return true;
}

bool signed_parse(struct signed_parts *out, struct bytes der)
{
	struct signed_parts s;
	struct bytes        in;
	unsigned            tag, algorithm_tag;
	struct bytes        content;

	if (!der_get(&der, DER_SEQUENCE, &in) || der.len)
		return false;
	if (!der_get_any(&in, &tag, &content, &s.tbs) || tag != DER_SEQUENCE)
		return false;
	if (!der_get_any(&in, &algorithm_tag, &content, &s.algorithm) || algorithm_tag != DER_SEQUENCE)
		return false;
	if (!der_get_bits(&in, &s.signature) || in.len || s.signature.len == 0)
		return false;
	*out = s;
	return true;
}
