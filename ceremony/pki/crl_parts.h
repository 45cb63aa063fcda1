/* crl_parts.h: the parts of a list, for those who read one: crl.c takes nothing that is odd, crl_foreign.c says what is,
 * crl_stream.c does that of one that comes a piece at a time. */
#pragma once

#include "ceremony/pki/crl_foreign.h"

#define CRL_ODD_BIT(o) (1u << (o))

/* crl_time_get: a time of RFC 5280, or, which is odd, a GeneralizedTime of a year that UTCTime has. */
bool crl_time_get(struct bytes *in, int64_t *t, unsigned *odd) __attribute__((warn_unused_result));

/* crl_odd_head: from version to nextUpdate. outer: the AlgorithmIdentifier behind it all, if it is known yet.
 * crl_odd_extensions: crlExtensions, and nothing behind them. ERR_CRL_*. */
bool crl_odd_head(struct bytes *in, struct crl *c, const struct bytes *outer, unsigned *odd, struct err *e)
	__attribute__((warn_unused_result));
bool crl_odd_extensions(struct bytes *in, struct crl *c, unsigned *odd, struct err *e) __attribute__((warn_unused_result));

/* crl_number_get: a crlNumber's value, to its last octet. */
bool crl_number_get(struct crl_number *out, struct bytes value) __attribute__((warn_unused_result));

/* crl_entries_get: revokedCertificates, if it is there: c->revoked, c->num_entries; each entry is read. odd_too: else what
 * is odd is refused. ERR_CRL_DER, ERR_CRL_EMPTY, ERR_CRL_ENTRY. */
bool crl_entries_get(struct bytes *in, struct crl *c, unsigned *odd, bool odd_too, struct err *e) __attribute__((warn_unused_result));
