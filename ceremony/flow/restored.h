/* restored.h: what every way of bringing the root key into a second token ends with: the original is locked, and
 * the root is live. */
#pragma once

#include "ceremony/flow/kinds.h"

#define RESTORED_TURN_LOCK                                                                                         \
	{ .name = "lock", .flags = TURN_ONCE, .role = ROLE_ADMINISTRATOR, .op = OP_KEY_LOCK,                       \
	  .ask = restored_ask_lock, .check = restored_check_lock, .apply = restored_apply_lock }

bool restored_ask_lock(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool restored_check_lock(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool restored_apply_lock(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
