/* qr_pdf.h: frames on paper: for whoever has a camera and no screen that it can look at, and for a file that is to be kept. */
#pragma once

#include "qr/show.h"

#define QR_PDF_VERSION 15 /* what is still read from paper, 80 millimetres wide */

/* qr_pdf_write: one round of frames, three a page, each with its number, under the file's name, size and SHA-256 in words.
 * ERR_FILE_*, ERR_NO_MEMORY, ERR_TOO_LARGE. */
bool qr_pdf_write(const char *path, const char *name, const struct show *s, struct err *e) __attribute__((warn_unused_result));
