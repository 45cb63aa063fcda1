/* qualified.h: a token that must show what it is worth before a key is made in it: what token-qualify found
 * goes on the record, and the verdict over it, which stops an unfit token, is made from the record alone. */
#pragma once

#include "ceremony/flow/kinds.h"

#define QUALIFIED_PARAM \
	{ "qualified", PARAM_CHOICE, "no", 0, 0, "no required", "required: only a token that qualifies is taken" }

/* The turns, after those of the intake. */
#define QUALIFIED_NUM_TURNS 2
#define QUALIFIED_TURNS(use)                                                                                           \
	{ .name = "qualify", .role = ROLE_OFFICER, .token = use, .who = qualified_second_officer,                      \
	  .op = OP_TOKEN_QUALIFY, .when = qualified_required, .title = "Find out what the token is worth", .prompt = qualified_prompt_pin, .ask = qualified_ask,    \
	  .check = qualified_check, .apply = qualified_apply },                                                        \
	{ .name = "qualified", .role = ROLE_AUDITOR, .token = use, .when = qualified_required,                         \
	  .title = "What the token is worth", .prompt = qualified_prompt, .take = qualified_take }

bool     qualified_required(const struct flow *f);
unsigned qualified_second_officer(const struct flow *f);
void     qualified_prompt_pin(const struct flow *f, struct prompt *p);
bool     qualified_ask(const struct flow *f, struct fields *in, struct err *e);
bool     qualified_check(const struct flow *f, const struct fields *out, struct err *e);
bool     qualified_apply(struct flow *f, const struct fields *data, struct err *e);
void     qualified_prompt(const struct flow *f, struct prompt *p);
bool     qualified_take(const struct flow *f, const struct fields *answer, struct err *e);
