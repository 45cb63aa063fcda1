/* vet.h: a request against what the CA has signed already, and against its neighbours.
 *
 * The ledger may hold a million certificates, and a ceremony a thousand requests: certificates are
 * found by key and by subject through two tables that are made once. */
#pragma once

#include "ceremony/flow/flow.h"

struct vet;

/* vet_make: the tables over f->before, in f->arena. ERR_NO_MEMORY. */
bool vet_make(struct flow *f, struct err *e) __attribute__((warn_unused_result));

/* vet_issuer: ERR_REQUEST_ISSUER if it is for the root's name, or holds the root's or the record's key,
 * as far as those are known. */
bool vet_issuer(const struct flow *f, const struct request *r, struct err *e) __attribute__((warn_unused_result));

/* vet_request: vet_issuer; then a key that is revoked (ERR_REQUEST_REVOKED), that is certified (unless `renewal` and the
 * subject is the same) or stands in one of the first `num` requests of this ceremony
 * (ERR_REQUEST_CERTIFIED), or that has a prime in common with any of those (ERR_KEYTEST_RSA_SHARED). */
bool vet_request(const struct flow *f, const struct request *r, size_t num, bool renewal, struct err *e)
	__attribute__((warn_unused_result));

/* vet_same_key, vet_same_subject: the last certificate of the ledger with this key, or with this
 * subject (as name_put writes it, in whatever letters); NULL if there is none. */
const struct ledger_cert *vet_same_key(const struct flow *f, struct bytes spki);
const struct ledger_cert *vet_same_subject(const struct flow *f, struct bytes subject);

/* vet_same_name: another request of this ceremony for the same subject, which was not refused; once all are read. NULL if there
 * is none. */
const struct flow_request *vet_same_name(const struct flow *f, size_t which);
