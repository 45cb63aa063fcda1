/* answers_qr.h: a file as pictures of QR codes: how an unattended run shows it. */
#pragma once

#include "ceremony/port/face.h"

/* answers_qr_write: one round of frames as FOLDER/NAME/frame-0001.png and so on; *out tells how many of what size.
 * ERR_FILE_*, ERR_TOO_LARGE. */
bool answers_qr_write(struct qr_shown *out, const char *folder, const struct ask *a, struct err *e)
	__attribute__((warn_unused_result));
