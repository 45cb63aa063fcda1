/* record.h: all that stands on the record so far, to be looked through: a list that is searched by typing,
 * and the event that is chosen in full. It only looks. */
#pragma once

#include "tui/page.h"

#define RECORD_MAX_FIND 48

struct record_view {
	char   find[RECORD_MAX_FIND]; /* what is looked for, without regard to case */
	size_t chosen;                /* among those found, from the newest: 0 */
	int    scroll;                /* lines of the chosen one's text above the region */
};

/* record_keep: takes down an event: one line, and its whole text. When there is no room left, all that was kept is
 * dropped and counted: it stands in the transcript. record_free: at the end. */
void record_keep(struct tui *t, const char *line, const char *whole);
void record_free(struct tui *t);

/* record_key: a key while it is shown. False: back to the prompt. */
bool record_key(const struct tui *t, struct record_view *v, wint_t key, bool is_code);

/* record_paint: paints it into the region, and puts the cursor into the search field. */
void record_paint(const struct tui *t, struct record_view *v, struct rect at);
