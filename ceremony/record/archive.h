/* archive.h: a whole record as one file, so that a medium of any file system holds it to the octet and one SHA-256 says
 * that it does: a tar archive (POSIX.1-1988 ustar) that `tar xf` opens into a folder `record`.
 *
 * The same record gives the same octets: no times, owners or modes of this machine. docs/formats/record.md. */
#pragma once

#include "ceremony/record/bundle.h"

#define ARCHIVE_NAME_MAX 64 /* with the NUL */

/* archive_name: "record-0001-1a2b3c4d.tar": the ceremony's number, and of its checkpoint the SHA-256's first eight digits. */
void archive_name(char out[ARCHIVE_NAME_MAX], unsigned number, struct bytes checkpoint);

/* archive_write: ca.ini, root.pem and every file of each ceremony's folder, in the order of their names, a piece at a time. A last
 * ceremony that is not sealed yet gets the SHA256SUMS that its sealing will write; what a power cut left there is removed.
 * *files: how many. Errors of `put`, ERR_FILE_*, ERR_RECORD_*, ERR_TOO_LARGE. */
bool archive_write(const struct record *r, size_t *files, bool (*put)(void *ctx, struct bytes piece, struct err *e), void *ctx,
                   struct err *e) __attribute__((warn_unused_result));
