/* bytewords.h: octets as letters that QR codes carry well (BCR-2020-012).
 *
 * Each octet is a word of four letters; frames use the minimal style, the first and the
 * last letter of each. A CRC-32 of four octets goes behind. */
#pragma once

#include "ceremony/base/buf.h"

enum bytewords_style {
	BYTEWORDS_MINIMAL,  /* "AEAD" */
	BYTEWORDS_STANDARD, /* "ABLE ACID" */
	BYTEWORDS_URI,      /* "ABLE-ACID" */
};

/* bytewords_len: letters of the minimal style for so many octets. */
static inline size_t bytewords_len(size_t octets)
{
	return 2 * (octets + 4);
}

/* bytewords_put: appends octets and their CRC-32, in capitals. */
void bytewords_put(struct buf *b, struct bytes octets, enum bytewords_style style);

/* bytewords_get: appends the octets that the text stands for, in either case, without their
 * CRC-32. False, with b as it was, if a word is none, the CRC-32 is another, or they do not
 * fit. b needs room for the CRC-32 too. */
bool bytewords_get(struct buf *b, struct bytes text, enum bytewords_style style) __attribute__((warn_unused_result));
