/* kept.h: what was typed into a prompt or chosen in it, for when the same prompt comes back: refused, or after something was recorded out
 * of turn. Never what is to be typed back, and no PIN; a share's words only until the next prompt is there. */
#pragma once

#include "tui/prompt.h"

/* kept_keep: after a prompt was answered. kept_give_back: before one is shown; what is not of this prompt is forgotten. */
void kept_keep(struct tui *t, const struct view *v, const struct reply *r);
void kept_give_back(struct tui *t, struct view *v);

/* kept_forget: wipes the words. */
void kept_forget(struct tui *t);
