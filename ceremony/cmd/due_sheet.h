/* due_sheet.h: the page that hangs on the wall: what a CA must do next, and by when. */
#pragma once

#include "ceremony/base/err.h"
#include "ceremony/cmd/due.h"

/* due_sheet_write: one page of PDF: the CA, its root certificate's SHA-256 in hex and words, and what
 * is not past, earliest first, what is overdue marked in words, each with a place for a date and initials; what finds
 * no place on the page is counted. open_one: the ceremony that has not ended, or NULL. A file of that name is replaced whole. ERR_FILE_WRITE,
 * ERR_DISK_FULL, ERR_NO_MEMORY, ERR_TOO_LARGE. */
bool due_sheet_write(const char *path, const struct ledger *l, const char *open_one, const struct due *due, size_t num,
                     int64_t now, struct err *e) __attribute__((warn_unused_result));
