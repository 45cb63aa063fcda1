/* preflight.h: looks at all that a ceremony will want before it begins, and shows everything that is
 * amiss at once. It changes nothing, and each step looks again itself; how often was looked, what was amiss and what was mended
 * stands in the record's first line. */
#pragma once

#include "ceremony/cmd/room.h"

#define PREFLIGHT_MAX 40

/* One thing that was looked at. */
struct preflight_row {
	char label[32], value[200];
	bool amiss;
};

struct preflight {
	struct preflight_row row[PREFLIGHT_MAX];
	size_t               num, num_amiss; /* what has no room is counted and not shown */
	struct spawned       token, media;   /* helpers of its own, which end with it */
};

/* preflight_look: the script, the record, what is due, the clock, the disk, the machine, the token and the
 * media. The room's script and ledger are read; its face need not be open. False if a helper cannot be started. */
bool preflight_look(struct preflight *p, struct room *r, struct err *e) __attribute__((warn_unused_result));

/* preflight: looks, and while something is amiss asks whether to look again, to begin nonetheless or to leave. Appends to
 * `data` what the open event says of it: looks, amiss.N, mended.N. The face must be open. ERR_ROOM_LEFT if it is left;
 * ERR_TERMINAL_LOST. */
bool preflight(struct room *r, struct fields *data, struct err *e) __attribute__((warn_unused_result));
