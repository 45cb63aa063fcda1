/* ending.h: the last screen: what was made and where it lies, the words of the checkpoint, what is due next, and what to
 * do now. It is shown, not recorded: all of it follows from the record. */
#pragma once

#include "ceremony/cmd/room.h"

enum ending { ENDING_VERIFIED, ENDING_NOT_VERIFIED, ENDING_UNVERIFIED, ENDING_PAUSED, ENDING_ABORTED };

/* ending_sheet: the page (ENDING_UNVERIFIED: somebody stopped the verification), in the flow's scratch; role and who are empty, and nothing is asked. bad: why it does not
 * verify (ENDING_NOT_VERIFIED). */
void ending_sheet(struct prompt *p, struct room *r, enum ending end, const struct err *bad);

/* ending_text: the verdict in one line. */
const char *ending_text(enum ending end);
