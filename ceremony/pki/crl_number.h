/* crl_number.h: the number of a revocation list (RFC 5280 5.2.3): whole, not negative, of up to 20 octets. A CA that was made
 * elsewhere may have drawn its first one at random; we only count on from it. */
#pragma once

#include <stdbool.h>
#include <string.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

#define CRL_NUMBER_MAX  20 /* octets of its INTEGER, the sign's bit among them: below 2^159 */
#define CRL_NUMBER_TEXT 49 /* 48 digits and a NUL */

/* Big-endian; zero stands for none where the ledger speaks. */
struct crl_number {
	uint8_t octet[CRL_NUMBER_MAX];
};

/* crl_number_of: a small one. crl_number_plus: the one that is `more` behind it; it must have room (see crl_number_has_room). */
struct crl_number crl_number_of(uint64_t n);
struct crl_number crl_number_plus(struct crl_number n, uint32_t more);
/* crl_number_has_room: at least 2^32 - 1 numbers of 20 octets come after it. */
bool crl_number_has_room(struct crl_number n);

/* crl_number_compare: as memcmp. crl_number_is_zero: it is 0. */
static inline int crl_number_compare(struct crl_number a, struct crl_number b)
{
	return memcmp(a.octet, b.octet, CRL_NUMBER_MAX);
}
bool crl_number_is_zero(struct crl_number n);

/* crl_number_octets: without zeros in front, one octet at least; borrows from n. crl_number_read: from such; false above 20
 * octets as an INTEGER. */
struct bytes crl_number_octets(const struct crl_number *n);
bool         crl_number_read(struct crl_number *out, struct bytes octets) __attribute__((warn_unused_result));

/* crl_number_str: in decimal. crl_number_parse: from that, without zeros in front. */
const char *crl_number_str(char out[CRL_NUMBER_TEXT], struct crl_number n);
bool        crl_number_parse(struct crl_number *out, struct bytes text) __attribute__((warn_unused_result));
