/* notice.h: what happened, for eyes: the transcript's last lines, progress, errors, the end. */
#pragma once

#include "tui/screen.h"

/* notice_keep: puts a line into the tail. */
void notice_keep(struct tui *t, const char *mark, const char *text);
/* notice_tail: paints the rule "record" and the last lines above the key line. */
void notice_tail(const struct tui *t, const struct layout *l);
/* notice_tell: the face's tell. */
void notice_tell(struct tui *t, const struct notice *n);
