/* watch.h: while a record is verified, or its files are hashed: how far it is, and a key that stops it. */
#pragma once

#include "ceremony/audit/audit.h"
#include "ceremony/port/clock.h"
#include "ceremony/port/face.h"
#include "ceremony/record/sums.h"

struct watch {
	struct face *face;     /* borrowed; NULL: standard error, if it is a terminal */
	bool         can_stop; /* nothing is half done by it */
	struct clock clock;
	uint64_t     began, told; /* monotonic, in ms; 0 at first */
};

/* watch_audit: for audit_ledger and audit_want. w is borrowed. It is told after a second, ten times a second in a face. */
struct audit_watch watch_audit(struct watch *w);
/* watch_sums: for sums_write, in the same way. A face only. */
struct sums_watch watch_sums(struct watch *w);
