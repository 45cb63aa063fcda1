/* prompt.h: how a prompt looks: who must act, what to do, the facts, the words to be read aloud, the form. */
#pragma once

#include "tui/form.h"

/* How far a prompt's secret is. */
enum stage {
	STAGE_OPEN,    /* there is nothing to hide */
	STAGE_COVERED, /* before it is shown for the first time: no answer is taken */
	STAGE_SHOWN,
	STAGE_HIDDEN,  /* it has been shown, and may be again */
};

/* What the screen shows of a prompt now. */
struct view {
	const struct prompt *p;
	struct form          form;
	enum stage           stage;
	unsigned             seconds_left; /* STAGE_SHOWN */
	int                  scroll;       /* lines of text above the region */
	int                  above, below; /* lines that do not fit, as last painted */
	int                  page;         /* lines that PgDn goes on */
	bool                 seen_end;     /* every line has been on the screen */
};

/* prompt_is_wide: true if the prompt takes the whole width: a three-way review, many facts, or what belongs to no step. */
bool prompt_is_wide(const struct prompt *p);

/* prompt_paint: paints the prompt into the region, and puts the cursor into the form. Updates above, below,
 * seen_end, and keeps scroll within bounds. */
void prompt_paint(const struct tui *t, struct view *v, struct rect at);

/* prompt_look: paints one row alone, with all that it says: a field of a review from close by. *scroll is kept
 * within bounds. */
void prompt_look(const struct tui *t, const struct prompt *p, size_t row, int *scroll, struct rect at);

/* prompt_can_answer: false, with a reason in the form's line, while there is text below that has not been on
 * the screen, or a secret that has not been shown. */
bool prompt_can_answer(struct view *v);
