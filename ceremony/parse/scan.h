/* scan.h: a file that is put together from pictures of QR codes, in the process that reads the pictures: nobody else gets
 * a picture or a frame's text, only the finished file. */
#pragma once

#include "ceremony/parse/source.h"
#include "ceremony/port/helper.h"
#include "qr/ur.h"

#define SCAN_CPU 3600 /* seconds of CPU for a process that scans */

/* Big: keep it static. */
struct scan {
	struct source      source;
	struct ur_receiver receiver;
	struct arena       joining;   /* owned: the receiver's */
	uint64_t           pictures;  /* looked at, also those that were skipped */
	uint64_t           codes;
	uint64_t           skip[8];   /* pictures, from 1, that are left out: each has killed a process */
	size_t             num_skip;
	bool               secret;    /* a card is looked for: no file is put together, and what is found leaves sealed */
	unsigned           others;    /* codes in a row that belong to another file */
	struct err         why;       /* why the source could not be opened; ERR_NONE */
};

/* scan_open: from the command line: --camera DEV or --images DIR, then --skip N for each picture to be left out, and --secret
 * yes where a card is looked for. False and
 * ERR_USAGE. A source that cannot be opened is told by the first scan_next. */
bool scan_open(struct scan *s, int argc, char **argv, struct err *e) __attribute__((warn_unused_result));
void scan_done(struct scan *s);

/* scan_card: the op of that name; only where `secret`. What a code of the form of a card holds is sealed before it leaves. */
bool scan_card(struct fields *out, struct scan *s, const struct fields *in, struct arena *a, struct err *e)
	__attribute__((warn_unused_result));

/* scan_look: the next picture, if there is one: told in *t. ERR_CAMERA; other faults are in t->why. */
struct scan_picture {
	struct camera_frame frame;
	const char         *name; /* of a file; "" */
	bool                got, end;
	struct err          why;
};
bool scan_look(struct scan_picture *t, struct scan *s, struct arena *a, struct err *e) __attribute__((warn_unused_result));

/* scan_next, scan_take: the ops of that name. `a` is scratch, emptied before. */
bool scan_next(struct fields *out, struct scan *s, struct arena *a, struct err *e) __attribute__((warn_unused_result));
bool scan_take(struct fields *out, struct scan *s, const struct fields *in, struct err *e) __attribute__((warn_unused_result));
