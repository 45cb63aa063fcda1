/* pem.h: RFC 7468 textual encoding, in and out. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

/* pem_decode: finds exactly one block of `label` ("CERTIFICATE REQUEST" also takes "NEW
 * CERTIFICATE REQUEST") and decodes it into `a`. Text before and after is allowed, CRLF
 * too. Two blocks are ERR_PEM_MANY, none ERR_PEM_NONE, bad base64 ERR_PEM_BASE64. If
 * `text` does not look like PEM at all (first octet 30), it is taken as DER, as it is. */
bool pem_decode(struct bytes *out, struct arena *a, const char *label, struct bytes text, struct err *e)
	__attribute__((warn_unused_result));

/* pem_encode: appends the block: 64 columns, LF. */
void pem_encode(struct buf *b, const char *label, struct bytes der);
