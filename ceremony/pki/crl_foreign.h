/* crl_foreign.h: a revocation list that another program has made, of a CA that is taken over: read as it is, with what is
 * wrong with it said, where nothing of what it says gets lost by that. What we make is read by crl_parse alone. */
#pragma once

#include "ceremony/pki/crl.h"

/* What may be odd; docs/formats/script.md has them in a table, and what is refused all the same. */
enum crl_odd {
	CRL_ODD_EMPTY,       /* revokedCertificates is there and empty */
	CRL_ODD_VERSION,     /* version 1, so without extensions */
	CRL_ODD_NUMBER,      /* no crlNumber; `number` is 0 */
	CRL_ODD_KEY_ID,      /* no authorityKeyIdentifier, or one of another form; `authority_key_id` is empty */
	CRL_ODD_NO_NEXT,     /* no nextUpdate; `next_update` is thisUpdate: the next list is due at once */
	CRL_ODD_TIME,        /* a GeneralizedTime of before 2050 */
	CRL_ODD_EXTENSION,   /* an extension, not critical, that later lists will not have */
	CRL_ODD_POINT,       /* an issuingDistributionPoint that names a point, and no part of the certificates */
	CRL_ODD_UNSPECIFIED, /* the reasonCode unspecified, which ought to be left out */
	CRL_ODD_ENTRY,       /* an extension of an entry, not critical, that later lists will not have */
	CRL_ODD_ISSUER,      /* the CA's name in other string types: whoever knows the CA says so, not crl_read */
	CRL_ODD_COUNT_
};

#define CRL_ODD_MAX 1024 /* octets of all that can be odd */

/* crl_odd_text: a sentence, with its clause. crl_odd_put: those of the bits 1 << enum crl_odd, "; " between. */
const char *crl_odd_text(enum crl_odd o);
void        crl_odd_put(struct buf *b, unsigned odd);

/* crl_read: as crl_parse, but for what is odd (bits). Refused as ever: what is no DER; what is signed by an algorithm
 * that is not allowed; a critical extension that is not known here; a delta; a list of but some of the certificates or
 * reasons; a number that leaves no room to count on. out->ext has nothing in it. ERR_CRL_*. */
bool crl_read(struct crl *out, unsigned *odd, struct bytes der, struct err *e) __attribute__((warn_unused_result));

/* crl_read_next: as crl_next, of such a list; adds to *odd. */
bool crl_read_next(struct bytes *revoked, struct crl_entry *out, unsigned *odd, struct err *e)
	__attribute__((warn_unused_result));
