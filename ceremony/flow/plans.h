/* plans.h: plans, and what is made of them: shared by the steps that sign. */
#pragma once

#include "ceremony/flow/flow.h"

struct step_kind;

/* step_of_kind: the script's step of that kind; there must be one. */
const struct script_step *step_of_kind(const struct flow *f, const struct step_kind *kind);

/* script_root_fits: does the profile that `step` names let the root key sign what the step makes, and
 * with `subject` be certified? Of a script that makes the root key; true of any other. The
 * error says which step. ERR_PROFILE_KEY, ERR_PROFILE_SIGNATURE. */
bool script_root_fits(const struct script *s, const struct script_step *step, bool subject, struct err *e)
	__attribute__((warn_unused_result));

/* script_crl_step: the script's crl step, NULL if it has none. script_shards: of how many parts of the list the
 * certificates of a review step name one: its own shards =, or where it has none the crl step's; 0, 1: of none. */
const struct script_step *script_crl_step(const struct script *s);
unsigned                  script_shards(const struct script *s, const struct script_step *review);

/* script_root_could_be: the certificate of a root that is to be made, planned whole for a key that is not there yet: what would
 * be found when the key is made (a CN that is too long, with REHEARSAL before it) is found before the day. For a
 * ceremony that is to begin: what an older program began is replayed all the same. ERR_NAME_*, ERR_PROFILE_*. */
bool script_root_could_be(const struct script *s, struct err *e) __attribute__((warn_unused_result));

/* script_profile_suits: can the profile that `step` names be meant for this at all? The error says
 * which step. ERR_PROFILE_KIND, _ISSUER, _SUBJECT. */
bool script_profile_suits(const struct script *s, const struct script_step *step, enum profile_use use, struct err *e)
	__attribute__((warn_unused_result));

/* plan_tbs, plan_crl_tbs: what a plan says, to be signed: linted under its profile's claims, so that
 * a finding refuses the approval. In f->scratch. ERR_PROFILE_LINT. */
bool plan_tbs(const struct flow *f, const struct plan *plan, struct bytes *tbs, struct err *e)
	__attribute__((warn_unused_result));
bool plan_crl_tbs(const struct flow *f, const struct crl_plan *plan, struct bytes *tbs, struct err *e)
	__attribute__((warn_unused_result));

/* crl_of: as certificate_of. */
bool crl_of(const struct flow *f, const struct crl_plan *plan, const struct fields *out, struct bytes *der, struct err *e)
	__attribute__((warn_unused_result));

/* sign_fields: what goes with key-sign of the root key. */
bool sign_fields(const struct flow *f, struct fields *in, enum sig_alg sig, const char *purpose, struct bytes message);

/* plan_for: flow_plan_request's plan for a request as it stands in `q`, which need not be the flow's
 * own; its der has been parsed and proved. */
bool plan_for(const struct flow *f, const struct flow_request *q, struct plan *out, struct err *e)
	__attribute__((warn_unused_result));

/* plan_crl_header: the i-th list's plan but for its entries. */
bool plan_crl_header(const struct flow *f, unsigned i, struct crl_plan *out, struct err *e) __attribute__((warn_unused_result));
/* plan_root_name: the CA's Name; borrows the flow. */
bool plan_root_name(const struct flow *f, struct bytes *out, struct err *e) __attribute__((warn_unused_result));
/* plan_crl_allows: whether the crl step's profile allows this plan. */
bool plan_crl_allows(const struct flow *f, const struct crl_plan *plan, struct err *e) __attribute__((warn_unused_result));

/* plan_rows: the three-way review's rows. */
void plan_rows(struct prompt *p, const struct plan *plan);

/* entry_is_over: a revoked certificate that needs no entry any more. */
bool entry_is_over(const struct flow *f, const struct ledger_cert *c);

/* reason_name: "keyCompromise" and so on, of a reason that a CA certificate may be revoked for. */
const char *reason_name(uint8_t reason);

/* certificate_of: the certificate that a plan and the result of key-sign make, read back
 * verified, linted; in f->scratch. */
bool certificate_of(const struct flow *f, const struct plan *plan, const struct key *issuer, const struct fields *out,
                    struct bytes *der, struct err *e) __attribute__((warn_unused_result));
