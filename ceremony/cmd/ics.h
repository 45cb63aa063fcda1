/* ics.h: what is due, for calendars (RFC 5545). */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/err.h"
#include "ceremony/cmd/due.h"

/* ics_write: one event for each row that is not over, under a UID that stays the same from one ceremony to the next, so that a
 * calendar that takes the new file moves the event, and strikes out what is void. A file of that name is replaced whole.
 * ERR_FILE_WRITE, ERR_DISK_FULL, ERR_TOO_LARGE. */
bool ics_write(const char *path, const struct ledger *l, const struct due *due, size_t num, int64_t now, struct arena *a,
               struct err *e) __attribute__((warn_unused_result));
