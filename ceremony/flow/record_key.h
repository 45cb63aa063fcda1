/* record_key.h: making the key that signs checkpoints: with the root key, and again in a token that takes
 * a lost one's place, since the record key never leaves its token. */
#pragma once

#include "ceremony/flow/kinds.h"

#define RECORD_KEY_TURN                                                                                            \
	{ .name = "make-record", .flags = TURN_ONCE, .role = ROLE_ADMINISTRATOR, .op = OP_KEY_GENERATE,            \
	  .ask = record_key_ask, .check = record_key_check, .apply = record_key_apply }

/* root_key_prompt_made: the fingerprint of a root key that is new. */
void root_key_prompt_made(const struct flow *f, struct prompt *p);

/* record_key_name: gives f->record a new name, of the root's token that is in; the root has its own already. */
void record_key_name(struct flow *f);
bool record_key_ask(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool record_key_check(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool record_key_apply(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
