/* help.h: what covers the prompt for a while: help, and the questions before a pause or an abort. */
#pragma once

#include "tui/page.h"

enum cover { COVER_NONE, COVER_HELP, COVER_RECORD, COVER_LOOK, COVER_PAUSE, COVER_ABORT, COVER_ABORT_AGAIN };

/* help_paint: paints a cover into the region. typed: what stands in COVER_ABORT_AGAIN's field. *scroll is kept
 * within bounds. */
void help_paint(const struct tui *t, enum cover cover, const struct prompt *p, const char *typed, int *scroll,
                struct rect at);

/* help_keys: what the key line says under a cover. */
const char *help_keys(enum cover cover);
