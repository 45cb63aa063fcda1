/* loose.h: a root key that its token gives away: it may be read (CKA_SENSITIVE is false) or wrapped out (CKA_EXTRACTABLE is true).
 *
 * A key that was made here is neither from when it may sign on. Of one from elsewhere it is shown where the CA is taken over; where it
 * is so only since then, two officers decide whether to go on. BR 6.2.6; PKCS #11 3.0, 4.9. */
#pragma once

#include "ceremony/flow/aside.h"
#include "ceremony/flow/flow.h"

/* loose_is: does key-find or key-describe say so? A flag that the token does not tell counts for nothing. */
bool loose_is(const struct fields *found);

/* loose_row: what the prompt of an adoption tells of it; nothing where it is not. */
void loose_row(const struct flow *f, struct prompt *p);

/* loose_apply: of the turn that finds the key of a CA that is continued. */
bool loose_apply(struct flow *f, const struct fields *found, struct err *e) __attribute__((warn_unused_result));

bool loose_came(const struct flow *f);
void loose_prompt(const struct flow *f, struct prompt *p);

#define LOOSE_TURN                                                                                                  \
	{ .name = "loose", .flags = TURN_EXCEPTION, .more = exception_more, .role = ROLE_OFFICER, .two = true,      \
	  .when = loose_came, .title = "The token would give the root key away", .prompt = loose_prompt, .take = take_in_words }
