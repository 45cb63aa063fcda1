/* crl.h: X.509 v2 certificate revocation lists: plan, build, read strictly, compare. */
#pragma once

#include "ceremony/pki/certificate.h"
#include "ceremony/pki/crl_number.h"

/* One revoked certificate. */
struct crl_entry {
	uint8_t  serial[SERIAL_MAX];
	uint8_t  serial_len;
	uint8_t  reason; /* 1, 3, 4, 5 or 9 (BR 7.2.2); 0: no reasonCode */
	int64_t  date;
	int64_t  invalidity; /* since when it is not to be trusted (RFC 5280 5.3.2); 0: not said */
};

struct crl_plan {
	struct name             issuer;
	uint8_t                 key_id[KEY_ID_LEN];
	enum sig_alg            sig;
	struct crl_number       number;
	int64_t                 this_update, next_update;
	struct bytes            partition; /* URI of a part of the certificates (issuingDistributionPoint); empty: all of them */
	const struct crl_entry *entry; /* borrowed; sorted by serial, no serial twice */
	size_t                  num_entries;
};

#define CRL_MAX_EXTS 3

struct crl {
	struct bytes der, tbs, signature;
	enum sig_alg sig;
	struct name  issuer;
	int64_t      this_update, next_update;
	struct crl_number number;
	struct bytes authority_key_id;
	struct bytes revoked; /* content of revokedCertificates; eat it with crl_next */
	size_t       num_entries;
	struct ext   ext[CRL_MAX_EXTS]; /* authorityKeyIdentifier, crlNumber, issuingDistributionPoint */
	size_t       num_exts;
};

/* crl_is_reason: a reasonCode (RFC 5280 5.3.1) as BR 7.2.2 allows it for CA certificates. */
bool crl_is_reason(uint8_t reason);

/* crl_tbs: the TBSCertList of a plan, in `a`; linear in the entries. No revokedCertificates
 * when there are none (RFC 5280 5.1.2.6). */
bool crl_tbs(struct bytes *tbs, struct arena *a, const struct crl_plan *plan, struct err *e)
	__attribute__((warn_unused_result));
/* crl_edges: what stands in a TBSCertList before revokedCertificates, from version on, and behind it; both borrow. */
bool crl_edges(struct bytes *head, struct bytes *tail, struct bytes tbs) __attribute__((warn_unused_result));
/* crl_join: as certificate_join. */
bool crl_join(struct bytes *der, struct arena *a, struct bytes tbs, enum sig_alg sig, struct bytes signature, struct err *e)
	__attribute__((warn_unused_result));
/* crl_parse: DER to its last octet, v2, every entry checked, a key identifier and a number; an
 * issuingDistributionPoint is kept, not judged, every other extension refused. ERR_CRL_*. */
bool crl_parse(struct crl *out, struct bytes der, struct err *e) __attribute__((warn_unused_result));
/* crl_next: eats one entry of crl->revoked. */
bool crl_next(struct bytes *revoked, struct crl_entry *out, struct err *e) __attribute__((warn_unused_result));
/* crl_matches: every field and every entry against the plan. ERR_CRL_DIFFERS names the field. */
bool crl_matches(const struct crl *c, const struct crl_plan *plan, struct err *e) __attribute__((warn_unused_result));
/* crl_verify: the signature under the issuer's key. */
bool crl_verify(const struct crl *c, const struct key *issuer, struct err *e) __attribute__((warn_unused_result));
