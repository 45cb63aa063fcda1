/* frame.h: one frame of ipc.h, read and written whole. Nobody but ipc*.c needs it. */
#pragma once

#include "ceremony/port/ipc.h"

enum frame_kind { FRAME_CALL = 'C', FRAME_PROGRESS = 'P', FRAME_ANSWER = 'A', FRAME_ERROR = 'E' };

/* How reading ended. */
enum frame_end {
	FRAME_OK,
	FRAME_GONE,   /* the other side hung up, between frames or inside one */
	FRAME_BROKEN, /* it does not keep to the format */
	FRAME_FAILED, /* this side cannot: see e */
};

struct frame {
	enum frame_kind kind;
	struct bytes    name;   /* borrows the arena */
	struct fields   fields; /* borrows the arena */
	bool            has_secret;
	struct secret   secret; /* owned; frame_done */
};

/* frame_done: wipes; safe on zero and twice. */
void frame_done(struct frame *f);

/* frame_write: false if it is too large (ERR_TOO_LARGE, nothing written) or the other side has
 * gone (ERR_HELPER_DIED, without a detail). secret may be NULL. */
bool frame_write(int fd, enum frame_kind kind, struct bytes name, const struct fields *fields,
                 const struct secret *secret, struct err *e) __attribute__((warn_unused_result));

/* frame_read: the next frame. `a` is emptied first and holds the body after; `said`, if not -1,
 * is a pipe that is read while waiting, its octets handed to heard(). e is filled for BROKEN and
 * FAILED only. */
enum frame_end frame_read(struct frame *f, struct arena *a, int fd, int said,
                          void (*heard)(void *ctx, struct bytes text), void *ctx, struct err *e)
	__attribute__((warn_unused_result));
