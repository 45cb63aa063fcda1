/* runner.h: the one loop that drives a ceremony: ask, decide, append and fsync, perform,
 * append the result, apply. Every face goes through it; it knows no step kind.
 *
 * What the transcript says has happened; what it does not say has not. The files of the
 * ceremony's folder follow from the state and are written again if they are missing. */
#pragma once

#include "ceremony/flow/flow.h"
#include "ceremony/port/clock.h"
#include "ceremony/record/merkle.h"
#include "ceremony/record/transcript.h"

struct runner {
	struct flow       flow;
	struct arena      arena, scratch; /* owned by whoever made them */
	bool              mounted;        /* a medium may be, in the media process */
	struct transcript transcript;     /* open for appending */
	struct merkle     tree;           /* over the transcript's lines */
	struct face       face;
	struct clock      clock;
	struct helper     helper[PORT_COUNT_];
	const char       *token_uri;
	const char       *second_uri;     /* of the second token; NULL: another one of the same module */
	const char       *witness_uri;    /* of the witnesses' cards; NULL: of the root's module */
	enum op           doing;          /* what the world was asked last */
	struct secret     secret; /* of the last answer, until its op is done */
	uint8_t           typed_room[8192]; /* the last answer's open fields: presets if it is refused */
	struct arena      typed_arena;
	struct fields     typed;
	/* put: makes a file of the ceremony's folder be there; the same content twice is fine. */
	bool (*put)(void *ctx, const char *name, struct bytes content, struct err *e);
	/* get: the content of a file of that folder, max octets at most, in the arena. */
	bool (*get)(void *ctx, struct bytes *out, struct arena *a, const char *name, size_t max, struct err *e);
	/* sync: everything that was put is on the disk. Until then it can be made again from the transcript. */
	bool (*sync)(void *ctx, struct err *e);
	void *put_ctx; /* of all three */
};

enum runner_end { RUNNER_DONE, RUNNER_PAUSED, RUNNER_ABORTED };

/* runner_open: records the open event (a new ceremony). */
bool runner_open(struct runner *r, const struct fields *data, struct err *e) __attribute__((warn_unused_result));

/* runner_tell: tells the face of an event; past: it is no news. */
void runner_tell(struct runner *r, const struct event *ev, struct bytes line, bool past);

/* runner_replay: takes one line of an old transcript, after flow_check. */
bool runner_replay(struct runner *r, const struct event *ev, struct bytes line, struct err *e)
	__attribute__((warn_unused_result));

/* runner_resume: records the resume event after the replay. torn: octets of a half written
 * line that were cut off. */
bool runner_resume(struct runner *r, size_t torn, struct err *e) __attribute__((warn_unused_result));

/* runner_run: until the ceremony's end, a pause or an abort. False if the world failed in a
 * way that no prompt can mend (the transcript cannot be written, a helper died, the face
 * is gone): the ceremony can be resumed. */
bool runner_run(struct runner *r, enum runner_end *end, struct err *e) __attribute__((warn_unused_result));
