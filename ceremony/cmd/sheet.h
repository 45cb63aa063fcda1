/* sheet.h: the sheet that an intermediate's operator brings to the ceremony, by another way than the
 * request itself: what the room compares the request with. */
#pragma once

#include "ceremony/paper/doc.h"
#include "ceremony/pki/request.h"

/* What a sheet is of. */
struct sheet_of {
	const struct request *request;
	const char           *file;    /* the request's */
	struct bytes          profile; /* its name */
	struct bytes          profile_text;
};

/* sheet_write: PDF or text: subject, key and its fingerprint, the profile, the request's SHA-256 in hex,
 * in the words that the ceremony compares, and as a QR code; lines to sign on. A file of that name
 * is replaced whole. ERR_FILE_WRITE, ERR_DISK_FULL, ERR_NO_MEMORY, ERR_TOO_LARGE. */
bool sheet_write(const char *path, enum doc_form form, const struct sheet_of *of, struct err *e)
	__attribute__((warn_unused_result));
