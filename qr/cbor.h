/* cbor.h: the little CBOR that frames need: whole numbers and octet strings (RFC 8949). */
#pragma once

#include "ceremony/base/buf.h"

#define CBOR_MAX_HEAD 9 /* octets */

/* cbor_put_uint, cbor_put_bytes: append in the shortest form. */
void cbor_put_uint(struct buf *b, uint64_t v);
void cbor_put_bytes(struct buf *b, struct bytes a);

/* cbor_get_uint, cbor_get_bytes: take one from the front of *in, in its shortest form only
 * (RFC 8949 4.2.1). The octets borrow *in. False, and outputs and *in untouched, on anything else. */
bool cbor_get_uint(uint64_t *out, struct bytes *in) __attribute__((warn_unused_result));
bool cbor_get_bytes(struct bytes *out, struct bytes *in) __attribute__((warn_unused_result));
