/* signed.h: the wrapper that certificates and revocation lists share:
 * SEQUENCE { to-be-signed, AlgorithmIdentifier, BIT STRING } (RFC 5280 4.1, 5.1). */
#pragma once

#include "ceremony/pki/key.h"

struct signed_parts {
	struct bytes tbs;       /* a whole SEQUENCE */
	struct bytes algorithm; /* a whole AlgorithmIdentifier */
	struct bytes signature; /* octets of the BIT STRING */
};

/* signed_join: the three parts as one element, in `a`. The to-be-signed part must name the
 * same algorithm (it is not looked at here). ERR_TOO_LARGE. */
bool signed_join(struct bytes *der, struct arena *a, struct bytes tbs, enum sig_alg sig, struct bytes signature,
                 struct err *e) __attribute__((warn_unused_result));

/* signed_parse: takes the wrapper apart, to the last octet. False if it is not one. */
bool signed_parse(struct signed_parts *out, struct bytes der) __attribute__((warn_unused_result));
