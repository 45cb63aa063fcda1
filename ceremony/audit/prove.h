/* prove.h: proofs that a certificate, or a revocation list, was signed in a ceremony: cut out, and checked. */
#pragma once

#include "ceremony/audit/audit.h"

/* audit_prove: verifies the record, finds the line that tells of the signature of this certificate or list (PEM or DER),
 * and appends the proof. ERR_PROOF_NONE: no ceremony of this record signed it. */
bool audit_prove(struct buf *out, const char *path, struct bytes file, struct err *e) __attribute__((warn_unused_result));

/* audit_find_serial: a certificate of the record by its serial (octets), in `a`. ERR_PROOF_NONE. */
bool audit_find_serial(struct bytes *der, struct arena *a, const char *path, struct bytes serial, struct err *e)
	__attribute__((warn_unused_result));

/* audit_proof: is this a proof that this certificate or list (PEM or DER) was signed in a ceremony? policy: NULL, or what the
 * signatures must fulfil. ERR_PROOF_*, ERR_CHECKPOINT_*, ERR_POLICY_*. */
bool audit_proof(struct bytes proof, struct bytes file, const struct policy *policy, const struct audit_say *say,
                 struct err *e) __attribute__((warn_unused_result));
