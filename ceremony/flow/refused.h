/* refused.h: an answer that was not taken, and why: what is told of it. */
#pragma once

#include "ceremony/flow/flow.h"

/* ask_is_secret: whether its answer is the prompt's secret. ask_has_choice: whether v is the key of one of its choices. */
bool ask_is_secret(const struct ask *a);
bool ask_has_choice(const struct ask *a, struct bytes v);

/* error_put: appends `error` and `detail`. error_check: whether `error` is in the catalogue. */
void error_put(struct fields *data, const struct err *why);
bool error_check(const struct fields *data, struct err *e) __attribute__((warn_unused_result));

/* refused_put: the data of a `refused` event: the error, and what may be told of the answer. */
void refused_put(const struct flow *f, const struct prompt *p, const struct err *why, const struct fields *answer, struct fields *data);
/* refused_check: whether data say that of the prompt that is on, and no secret. */
bool refused_check(const struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
