/* intake.h: how a token comes into a ceremony: found, initialised if it is new, read out, and compared
 * with its sheet. The kinds that take one in have a parameter `label` and one `initialise`. */
#pragma once

#include "ceremony/flow/kinds.h"

#define INTAKE_PARAMS                                                          \
	{ "label", PARAM_NAME, NULL, 0, 0, NULL, "the token's label" },        \
	{ "initialise", PARAM_CHOICE, "no", 0, 0, "no yes", "yes: the token is new and is initialised here" }

/* The turns; they must come first in the kind's table. */
#define INTAKE_NUM_TURNS 5
#define INTAKE_TURNS(use)                                                                                              \
	{ .name = "find", .role = ROLE_ADMINISTRATOR, .token = use, .op = OP_TOKEN_OPEN, .when = intake_initialises,   \
	  .ask = intake_ask_find, .check = intake_check_find, .apply = intake_apply_find },                            \
	{ .name = "so-pin", .role = ROLE_OFFICER, .token = use, .op = OP_TOKEN_INIT, .when = intake_initialises,       \
	  .title = "Choose the security officer (SO) PIN", .prompt = intake_prompt_so_pin, .ask = intake_ask_init },                                                    \
	{ .name = "user-pin", .role = ROLE_OFFICER, .token = use, .who = intake_second_officer,                        \
	  .op = OP_TOKEN_SET_PIN, .when = intake_initialises, .title = "Choose the user PIN", .prompt = intake_prompt_user_pin },                      \
	{ .name = "intake", .role = ROLE_ADMINISTRATOR, .token = use, .op = OP_TOKEN_OPEN, .ask = intake_ask,          \
	  .check = intake_check, .apply = intake_apply },                                                              \
	{ .name = "confirm", .role = ROLE_AUDITOR, .token = use, .title = "Is this the right token?", .prompt = intake_prompt }

/* intake_lacks: a step_kind's `lacks`: until the token is taken in, its intake begins anew. */
bool     intake_lacks(const struct flow *f, size_t *again);
bool     intake_initialises(const struct flow *f);
unsigned intake_second_officer(const struct flow *f);
bool     intake_ask_find(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool     intake_apply_find(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
bool     intake_check_find(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
void     intake_prompt_so_pin(const struct flow *f, struct prompt *p);
bool     intake_ask_init(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
void     intake_prompt_user_pin(const struct flow *f, struct prompt *p);
bool     intake_ask(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool     intake_check(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool     intake_apply(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
void     intake_prompt(const struct flow *f, struct prompt *p);
