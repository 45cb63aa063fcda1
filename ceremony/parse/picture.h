/* picture.h: the QR codes in one picture, within its CPU time. */
#pragma once

#include "ceremony/port/camera.h"
#include "qr/decode.h"

struct picture {
	unsigned     width, height;
	struct bytes code[DECODE_MAX_CODES]; /* exactly what each holds; in the arena */
	size_t       num;
};

/* picture_read: of a file, or a camera's raw frame. The kernel ends the process after PARSE_PICTURE_CPU. ERR_QR_IMAGE,
 * ERR_TOO_LARGE, ERR_NO_MEMORY, ERR_OP_FIELD (a format that is not known). */
bool picture_read(struct picture *out, struct arena *a, const struct camera_frame *f, struct err *e)
	__attribute__((warn_unused_result));
