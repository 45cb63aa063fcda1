/* report_carried.h: a section of the report, an event at a time: what went over the air gap by camera. */
#pragma once

#include "ceremony/record/transcript.h"

/* One thing that went by camera. What borrows borrows the event. */
struct carried {
	bool         in;
	struct bytes name;         /* of the file; of a share's card the number of its share */
	bool         is_card;      /* a share's card: nothing of it is on the record, and size and sha256 are empty */
	struct bytes size, sha256;
	struct bytes by;           /* in: the camera's device, or what stood for one; out: size of the codes, frames; or "no" */
	struct bytes pictures;     /* in: how many were looked at */
	bool         taken;        /* out: the other side has it, and read the same words */
};

/* carried_of: whether that event says that something went by camera, or was to go. */
bool carried_of(struct carried *out, const struct event *ev) __attribute__((warn_unused_result));

struct report_carried {
	struct buf *out;
	unsigned    shown;
};

/* report_carried: a transcript_fn; ctx is a struct report_carried. The heading comes with the first that there is. */
bool report_carried(void *ctx, const struct event *ev, struct bytes line, struct err *e)
	__attribute__((warn_unused_result));
