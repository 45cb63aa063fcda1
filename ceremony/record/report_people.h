/* report_people.h: two sections of the report, an event at a time: who came and went, and the exceptions. */
#pragma once

#include "ceremony/record/transcript.h"

/* report_presence, report_exception: transcript_fn; ctx is the struct buf that the section is appended to. */
bool report_presence(void *ctx, const struct event *ev, struct bytes line, struct err *e)
	__attribute__((warn_unused_result));
bool report_exception(void *ctx, const struct event *ev, struct bytes line, struct err *e)
	__attribute__((warn_unused_result));
