/* judge.h: who signed a ceremony, for a policy to judge, or to be written of. */
#pragma once

#include "ceremony/flow/flow.h"
#include "ceremony/record/policy.h"

/* One sealed ceremony's keys; all in the arena of whoever asked. */
struct signers {
	const char     *folder, *origin; /* "0001-root-generation" */
	struct bytes    record_key;      /* SPKI */
	struct vkey     witness[FLOW_MAX_WITNESSES];
	size_t          num_witnesses;
	struct signers *next; /* the ceremony after it */
};

/* signers_of: of a replayed ceremony whose seal has been checked, copied into `a`. NULL: no room. */
struct signers *signers_of(const struct flow *f, const char *folder, struct arena *a);

/* signers_judge: policy_judge, with the folder in the message. */
bool signers_judge(const struct signers *s, const struct policy *p, struct err *e) __attribute__((warn_unused_result));

/* signers_policy: appends the policy that these ceremonies fulfil, and that no other keys do. */
void signers_policy(struct buf *b, const struct signers *first, const char *organisation);
