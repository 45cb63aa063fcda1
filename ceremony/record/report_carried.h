/* report_carried.h: a section of the report, an event at a time: what went over the air gap by camera. */
#pragma once

#include "ceremony/record/transcript.h"

struct report_carried {
	struct buf *out;
	unsigned    shown;
};

/* report_carried: a transcript_fn; ctx is a struct report_carried. The heading comes with the first that there is. */
bool report_carried(void *ctx, const struct event *ev, struct bytes line, struct err *e)
	__attribute__((warn_unused_result));
