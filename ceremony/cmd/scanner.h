/* scanner.h: the conductor's end of a process that scans: it asks for picture after picture, and gets the finished file.
 * No picture comes here. */
#pragma once

#include "ceremony/port/spawn.h"

#define SCANNER_CAMERA  "/dev/video0" /* if nobody names another */
#define SCANNER_DEATHS  3             /* pictures that kill the process before it is given up */

/* What one more picture has brought. */
struct scanned {
	uint64_t    pictures, codes, fragments, of; /* so far; of 0: not known */
	bool        done, end, again; /* again: another file was begun with */
	const char *name;      /* of a picture that is a file; "" */
	struct err  why;       /* of a picture or code that was left out; ERR_NONE */
};

struct scanner {
	struct spawned parser;
	const char    *option, *from;     /* borrowed: --camera or --images, and its value */
	const char    *public_key;        /* borrowed: hex; a card is looked for, and sealed to it; NULL: a file is */
	char           skip[SCANNER_DEATHS][24];
	unsigned       deaths;
	uint64_t       pictures;          /* that the last answer told of */
	char           name[80];
	struct arena   room; /* owned */
	struct call    call;
};

/* scanner_open: camera: a device, or NULL where images is a folder. ERR_HELPER_START; what is wrong with
 * the source is told by the first scanner_next. scanner_done is due in any case. */
bool scanner_open(struct scanner *s, const char *camera, const char *images, struct err *e)
	__attribute__((warn_unused_result));
/* scanner_open_card: the same where a share's card is looked for: once it is found, scanner's call.out has the field sealed. */
bool scanner_open_card(struct scanner *s, const char *camera, const char *images, const char *public_key, struct err *e)
	__attribute__((warn_unused_result));
void scanner_done(struct scanner *s);

/* scanner_next: one more picture. A picture that kills the process is left out, and the others are looked at again from the
 * first one on; out->why says so. ERR_CAMERA; ERR_HELPER_DIED if that happens again and again. */
bool scanner_next(struct scanner *s, struct scanned *out, struct err *e) __attribute__((warn_unused_result));

/* scanner_take: the finished file, of max octets at most: the fields of scan-take, in the scanner's call.out. */
bool scanner_take(struct scanner *s, size_t max, struct err *e) __attribute__((warn_unused_result));
