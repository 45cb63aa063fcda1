/* plain_qr.h: a file as QR codes on a line terminal: one standing frame after the other, the next one on Enter. */
#pragma once

#include "ceremony/cmd/plain.h"

/* plain_qr_says: how many frames it takes on this terminal, or why it cannot be shown. True if it can. */
bool plain_qr_says(struct plain *pl, const struct ask *a);

/* plain_qr_show: shows it until the line `end`. False if the input ends, or it cannot be shown. */
bool plain_qr_show(struct plain *pl, const struct ask *a, struct qr_shown *out) __attribute__((warn_unused_result));
