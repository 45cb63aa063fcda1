/* prompts.h: what each prompt on the record showed, held against what the record implies.
 *
 * The flow that replays the record knows what it would have shown. The facts of a prompt (whose turn it is, its rows, what is read
 * aloud and asked, and what cannot be undone) must be those; its words may be another version's, and are only counted. */
#pragma once

#include "ceremony/audit/audit.h"
#include "ceremony/flow/flow.h"

struct prompts {
	bool        other;     /* this part was recorded by another version of the program */
	bool        jumped;    /* the clock jumped while the prompt that comes was on the screen */
	struct flow before;    /* jumped: the state in which it was shown */
	struct arena room;     /* owned: of want */
	struct bytes want;     /* is_made: what is shown until something else than a refusal comes */
	bool        is_made;
	size_t      num, num_other, num_reworded; /* prompts; those of another version; of this one, but in other words */
	bool        taken_out; /* a value that is withheld stood where words of the program stand */
	uint64_t    line;      /* the first that is reworded, from 1 */
};

/* prompts_check: before an event is applied. f: the state then; its scratch is used. ERR_AUDIT_PROMPT. prompts_done: safe on zero. */
bool prompts_check(struct prompts *p, const struct flow *f, const struct event *ev, struct err *e) __attribute__((warn_unused_result));

void prompts_done(struct prompts *p);

/* prompts_end: behind the last line. withheld: some personal value is. Says what was found. ERR_AUDIT_PROMPT. */
bool prompts_end(const struct prompts *p, const char *folder, bool withheld, const struct audit_say *say, struct err *e)
	__attribute__((warn_unused_result));
