/* code.h: a text as the modules of a QR code (ISO/IEC 18004), by libqrencode. */
#pragma once

#include "ceremony/base/bytes.h"
#include "ceremony/base/err.h"

#define CODE_MAX_VERSION 40
#define CODE_MAX_SIZE    (17 + 4 * CODE_MAX_VERSION) /* modules a side */
#define CODE_QUIET       4                           /* modules of white that belong around it */

/* How much of a code may be unreadable: about 7, 15, 25, 30 per cent. */
enum code_level { CODE_L, CODE_M, CODE_Q, CODE_H };

struct code {
	unsigned version, size;
	uint8_t  module[CODE_MAX_SIZE * CODE_MAX_SIZE]; /* row by row, size each; 1 is dark */
};

/* code_size: modules a side. */
static inline unsigned code_size(unsigned version)
{
	return 17 + 4 * version;
}

/* code_capacity: how many characters of alphanumeric mode a version (1 to 40) holds. */
size_t code_capacity(unsigned version, enum code_level level);

/* code_encode_octets: any octets in the smallest code, of at most max_version, that takes them at that level.
 * ERR_QR_SIZE if none does, ERR_NO_MEMORY. */
bool code_encode_octets(struct code *out, struct bytes octets, unsigned max_version, enum code_level level, struct err *e)
	__attribute__((warn_unused_result));

/* code_encode: text of the 45 characters of alphanumeric mode in a code of just that version, 1 to
 * 40. ERR_QR_SIZE if it does not fit, ERR_NO_MEMORY, ERR_BUG_HERE for other characters. */
bool code_encode(struct code *out, struct bytes text, unsigned version, enum code_level level, struct err *e)
	__attribute__((warn_unused_result));
