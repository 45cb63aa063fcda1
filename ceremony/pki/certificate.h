/* certificate.h: X.509 v3 certificates: build from a plan, read strictly, compare. */
#pragma once

#include "ceremony/pki/profile.h"

#define CERTIFICATE_MAX      16384 /* octets of DER */
#define CERTIFICATE_MAX_EXTS 24

struct certificate {
	struct bytes der, tbs; /* both whole elements */
	struct bytes serial;   /* content octets, no leading zero */
	enum sig_alg sig;
	struct bytes signature;
	struct name  issuer, subject;
	struct key   key;
	int64_t      not_before, not_after;
	struct ext   ext[CERTIFICATE_MAX_EXTS];
	size_t       num_exts;
	bool         is_ca, has_pathlen;
	uint32_t     pathlen;
	uint16_t     key_usage;            /* named bits, 0 if the extension is absent */
	struct bytes subject_key_id;       /* empty if absent */
	struct bytes authority_key_id;     /* empty if absent */
};

/* certificate_tbs: the TBSCertificate of a plan, in `a`. */
bool certificate_tbs(struct bytes *tbs, struct arena *a, const struct plan *plan, struct err *e)
	__attribute__((warn_unused_result));
/* certificate_join: TBS, algorithm and signature as one certificate, in `a`. */
bool certificate_join(struct bytes *der, struct arena *a, struct bytes tbs, enum sig_alg sig, struct bytes signature,
                      struct err *e) __attribute__((warn_unused_result));
/* certificate_parse: DER to its last octet; both algorithm fields equal; no duplicate
 * extension; known extensions decoded. Does not verify the signature. ERR_CERT_*. */
bool certificate_parse(struct certificate *out, struct bytes der, struct err *e) __attribute__((warn_unused_result));
/* certificate_matches: every field of a certificate, read with the decoder, against the
 * plan. ERR_CERT_DIFFERS names the field. */
bool certificate_matches(const struct certificate *c, const struct plan *plan, struct err *e)
	__attribute__((warn_unused_result));
/* certificate_verify: the signature under the issuer's key. */
bool certificate_verify(const struct certificate *c, const struct key *issuer, struct err *e)
	__attribute__((warn_unused_result));
/* issuer_of: what a CA certificate says of itself, for signing with its key. Borrows `c`.
 * ERR_CERT_NOT_CA if it may not sign certificates. */
bool issuer_of(struct issuer *out, const struct certificate *c, struct err *e) __attribute__((warn_unused_result));
