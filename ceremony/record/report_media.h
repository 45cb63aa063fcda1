/* report_media.h: a section of the report, an event at a time: which devices were used as media, and how each was bound. */
#pragma once

#include "ceremony/record/transcript.h"

#define REPORT_MEDIA_MAX 32 /* devices; those beyond are named in the lines of the record alone */

/* What has been told already: the SHA-256 of each device's line. */
struct report_media {
	struct buf *out;
	unsigned    num;
	uint8_t     seen[REPORT_MEDIA_MAX][32];
};

/* report_media: a transcript_fn; ctx is a struct report_media. The heading comes with the first that there is. */
bool report_media(void *ctx, const struct event *ev, struct bytes line, struct err *e) __attribute__((warn_unused_result));

/* report_media_new: the device that this event is the first to use; empty if none. *how: who bound it. */
struct bytes report_media_new(struct report_media *m, const struct event *ev, const char **how);
