/* event_line.h: one event as a line for people who look at a screen: what happened, in words. The transcript keeps the names. */
#pragma once

#include "ceremony/flow/flow.h"

/* event_line: appends "NUMBER  HH:MM:SS  what happened". past: the flow stands elsewhere by now, so that only
 * the step's title is known. */
void event_line(struct buf *b, const struct flow *f, const struct event *ev, bool past);
