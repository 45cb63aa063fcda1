/* help.h: what covers the prompt for a while: help, and the questions before a pause or an abort. */
#pragma once

#include "tui/page.h"

enum cover { COVER_NONE, COVER_HELP, COVER_RECORD, COVER_LOOK, COVER_PAUSE, COVER_ABORT, COVER_ABORT_AGAIN };

/* help_paint: paints a cover into the region. word: what is to be typed into COVER_ABORT_AGAIN's field, and typed:
 * what stands there. *scroll is kept within bounds. */
void help_paint(const struct tui *t, enum cover cover, const struct prompt *p, const char *word, const char *typed,
                int *scroll, struct rect at);

/* help_has_tour: whether the help leads to the tour of the keys: where there is one, and it would not show the time
 * while people read their watches. */
bool help_has_tour(const struct tui *t, const struct prompt *p);

/* help_keys: what the key line says under a cover. */
const char *help_keys(enum cover cover, bool tour);
