/* existing.h: a root that exists already and asks to be certified by another one: whether the
 * certificate that it has goes with its request (BR 7.1.2.2). */
#pragma once

#include "ceremony/pki/certificate.h"

/* existing_fits: whether `c` is a root's certificate that is valid now, signed by its own key, and of the
 * request's key and subject. ERR_REQUEST_EXISTING says what is wrong. */
bool existing_fits(const struct certificate *c, const struct request *r, int64_t now, struct err *e)
	__attribute__((warn_unused_result));

/* existing_same_name: whether two names read the same, letter for letter; their string types may differ. */
bool existing_same_name(const struct name *a, const struct name *b);
