/* pem.h: RFC 7468 textual encoding, in and out. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

/* pem_decode: finds exactly one block of `label` ("CERTIFICATE REQUEST" also takes "NEW
 * CERTIFICATE REQUEST") and decodes it into `a`. Text before and after is allowed, but for NUL; lines
 * may end in CR LF, CR or LF, and blanks may stand around them and in the base64 (RFC 7468 figure 2). Two blocks are
 * ERR_PEM_MANY, none ERR_PEM_NONE, bad base64 ERR_PEM_BASE64. What begins with the octet 30 and is not
 * text with a block in it is taken as DER, as it is. */
bool pem_decode(struct bytes *out, struct arena *a, const char *label, struct bytes text, struct err *e)
	__attribute__((warn_unused_result));

/* pem_encode: appends the block: 64 columns, LF. */
void pem_encode(struct buf *b, const char *label, struct bytes der);
