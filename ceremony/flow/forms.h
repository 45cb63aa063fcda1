/* forms.h: events that are of no turn, or of a failure: the fields that they have, and no other (docs/formats/transcript.md). */
#pragma once

#include "ceremony/flow/flow.h"

/* forms_check: of an `open`, `resume`, `pause`, `back`, `aside`, `jump` or `failed` of the format that tells prompts; true of any other.
 * f: the state before it. ERR_FLOW_EVENT. */
bool forms_check(const struct flow *f, const struct event *ev, struct err *e) __attribute__((warn_unused_result));

/* failed_op: what a `failed` line says of the op, where the state is f; released: a medium could not be given back before a prompt. */
const char *failed_op(const struct flow *f, bool released);
