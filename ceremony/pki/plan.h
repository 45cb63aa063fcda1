/* plan.h: a plan while profile_check makes it: for profile_*.c only. */
#pragma once

#include "ceremony/pki/profile_body.h"

struct making {
	struct plan              plan;
	struct name              asked; /* the subject as the request or the script has it */
	const struct profile    *p;
	const struct plan_input *in;
	struct arena            *arena;
	struct err              *err;
	struct err              *list; /* where refusals go, max of them; NULL: the first one ends it */
	size_t                   max, num;
};

/* plan_goes_on: after a refusal in m->err: whether the next check is made all the same, because
 * all refusals are listed. */
bool plan_goes_on(struct making *m) __attribute__((warn_unused_result));

/* plan_names, plan_extensions: fill the plan's names and extensions, with their rows. */
bool plan_names(struct making *m) __attribute__((warn_unused_result));
bool plan_extensions(struct making *m) __attribute__((warn_unused_result));
/* plan_inherits: whether what the plan says stays within what the issuer's certificate says. */
bool plan_inherits(struct making *m) __attribute__((warn_unused_result));

/* What a row says; a span that is empty is "". */
struct row_text {
	const char  *field;
	struct bytes asked, profile, will_be;
	const char  *source;
};

/* plan_row: one more row; texts are copied, `differs` is told by comparing them. Text that
 * is foreign must be escaped already. */
bool plan_row(struct making *m, struct row_text t) __attribute__((warn_unused_result));

/* plan_row_text: a row's text from a builder; where it did not fit, how long it would be is
 * said in its place. */
struct bytes plan_row_text(struct buf *b);
