/* outline.h: what a script will ask of people, before anything has happened: every prompt of a ceremony in
 * which nothing fails, in its order. Made of the step kinds' own tables. */
#pragma once

#include "ceremony/flow/kinds.h"

/* One prompt. Its strings hold until the next one. */
struct activity {
	size_t                    step, number; /* of the step in the script; of the prompt in the step; both from 0 */
	const struct script_step *of;
	const char               *title; /* as the screen has it */
	enum role                 role;
	unsigned                  who;   /* person of the role, from 0 */
	bool                      two;   /* the next person of the role too */
	bool                      secret;
	bool                      final; /* what the step then does cannot be repeated or undone */
};

/* flow_outline: one call for each. Where only the day can tell how many there are (shares that another
 * ceremony dealt, requests of files = *), there is one. Nothing is known of any person or token: titles
 * say "officer 1". ERR_NO_MEMORY, and what `each` fails with. */
bool flow_outline(const struct script *s, bool (*each)(void *ctx, const struct activity *a, struct err *e), void *ctx,
                  struct err *e) __attribute__((warn_unused_result));
