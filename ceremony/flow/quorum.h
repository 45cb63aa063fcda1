/* quorum.h: how many of each role must be in the room: the script's [quorum], and what holds without it.
 *
 *   [quorum]
 *   key-use = officer 2, witness 1     at every step that uses a private key of the root's
 *   every-step = officer 1
 *   sign = auditor 1                   at the step of that id
 *
 * All that apply to a step hold together. Two officers are needed at every use of a key, whatever the
 * script says, and an observer at every step (presence.c). */
#pragma once

#include "ceremony/flow/kinds.h"

/* quorum_read: reads the section, after the steps: script->quorum. ERR_INI_*: a role that [roles] does not
 * have in that number, a step that there is not. */
bool quorum_read(struct script *s, struct arena *a, const struct ini *ini, struct err *e) __attribute__((warn_unused_result));

/* quorum_of: what the step needs of each role. */
void quorum_of(const struct script *s, const struct script_step *step, unsigned need[ROLE_COUNT_]);
