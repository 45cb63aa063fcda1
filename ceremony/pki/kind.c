/* kind.c: see kind.h. A kind is told by the tags of its first parts. */
#include "ceremony/pki/kind.h"

#define REST 0xfe /* whatever follows, or nothing */

/* The tags that stand inside the outer SEQUENCE, and inside its first element, if that is a SEQUENCE. */
static const struct shape {
	uint8_t     tag[6]; /* ended by 0, or REST */
	uint8_t     first[8];
	const char *name;
} shapes[] = {
	{ { DER_SEQUENCE, DER_SEQUENCE, DER_BIT_STRING }, /* RFC 5280 4.1 */
	  { 0xa0, DER_INTEGER, DER_SEQUENCE, DER_SEQUENCE, DER_SEQUENCE, DER_SEQUENCE, DER_SEQUENCE, REST },
	  "a certificate" },
	{ { DER_SEQUENCE, DER_SEQUENCE, DER_BIT_STRING }, /* its version 1 */
	  { DER_INTEGER, DER_SEQUENCE, DER_SEQUENCE, DER_SEQUENCE, DER_SEQUENCE, DER_SEQUENCE, REST },
	  "a certificate" },
	{ { DER_SEQUENCE, DER_SEQUENCE, DER_BIT_STRING }, /* RFC 5280 5.1 */
	  { DER_INTEGER, DER_SEQUENCE, DER_SEQUENCE, DER_UTC_TIME, REST },
	  "a revocation list" },
	{ { DER_SEQUENCE, DER_SEQUENCE, DER_BIT_STRING }, /* RFC 2986 4 */
	  { DER_INTEGER, DER_SEQUENCE, DER_SEQUENCE, 0xa0 },
	  "a request" },
	{ { DER_INTEGER, DER_SEQUENCE, DER_OCTET_STRING, REST }, { 0 }, "a private key" },                       /* RFC 5958 */
	{ { DER_INTEGER, DER_OCTET_STRING, REST }, { 0 }, "a private key" },                                     /* RFC 5915 */
	{ { DER_INTEGER, DER_INTEGER, DER_INTEGER, DER_INTEGER, DER_INTEGER, REST }, { 0 }, "a private key" }, /* RFC 8017 A.1.2 */
	{ { DER_SEQUENCE, DER_OCTET_STRING }, { DER_OID, REST }, "an encrypted private key" },                   /* RFC 5958 3 */
	{ { DER_SEQUENCE, DER_BIT_STRING }, { DER_OID, REST }, "a public key" },
	{ { DER_INTEGER, DER_INTEGER }, { 0 }, "a public key" },
	{ { DER_INTEGER, DER_SEQUENCE, DER_SEQUENCE }, { 0 }, "a PKCS #12 file" }, /* RFC 7292 4 */
	{ { DER_OID, 0xa0 }, { 0 }, "a CMS message (PKCS #7)" },                   /* RFC 5652 3 */
};

/* Whether the elements have these tags. */
static bool fits(struct bytes in, const uint8_t *tag, size_t num)
{
	struct bytes content;
	unsigned     found;

	for (size_t i = 0; i < num && tag[i]; i++) {
		if (tag[i] == REST)
			return true;
		if (!der_get_any(&in, &found, &content, NULL) || found != tag[i])
			return false;
	}
	return in.len == 0;
}

const char *kind_of(struct bytes der)
{
	struct bytes outer, rest, first = { 0 };

	if (!der_get(&der, DER_SEQUENCE, &outer) || der.len)
		return NULL;
	rest = outer;
	bool has_first = der_get(&rest, DER_SEQUENCE, &first);
	for (size_t i = 0; i < COUNT_OF(shapes); i++) {
		const struct shape *s = &shapes[i];
		if (fits(outer, s->tag, COUNT_OF(s->tag)) &&
		    (s->first[0] == 0 || (has_first && fits(first, s->first, COUNT_OF(s->first)))))
			return s->name;
	}
	return NULL;
}
