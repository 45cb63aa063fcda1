/* qr.h: a file on the full screen as moving QR codes, beside them the words of its SHA-256, for both sides to compare. */
#pragma once

#include "tui/screen.h"

/* qr_says: how many frames it takes in this window, or why it cannot be shown; and how many elsewhere. */
void qr_says(const struct tui *t, struct buf *b, const struct ask *a);

/* qr_run: shows it until somebody ends that. False, with a reason, if it cannot be shown; else *out tells how it was.
 * A terminal that goes away ends it too: the next key that is read says so. */
bool qr_run(const struct tui *t, const struct ask *a, struct qr_shown *out, const char **why);
