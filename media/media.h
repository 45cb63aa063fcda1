/* media.h: the helper that reads and writes removable media, and nothing else.
 *
 * Its ops are the PORT_MEDIA rows of ceremony/port/ops.def. A medium is a device, named by its identity (devices.h);
 * or, in a rehearsal, a folder inside one folder (--media DIR): DIR/LABEL. */
#pragma once

#include "ceremony/port/helper.h"
#include "media/burner.h"
#include "media/devices.h"

#define MEDIA_MAX_FILE  ((size_t)6 << 20) /* octets minus a bit: in base64 it must fit a message */
#define MEDIA_MAX_FILES 4096              /* on one medium, for media-list */
#define MEDIA_MAX_ENTRIES 16384           /* of its folder, whatever they are */
#define MEDIA_MAX_LARGE ((uint64_t)1 << 30) /* octets of a file that is read in pieces, or hashed */
#define MEDIA_MAX_PAGE  40                /* in one answer of media-list */
#define MEDIA_MAX_NAME  120               /* octets of a name */

struct media {
	int            dir;     /* owned; the folder of all media; -1: they are devices */
	struct devices devices; /* owned */
	struct burner  burner;  /* owned */
	struct arena   work;    /* owned; emptied before each op */
};

/* media_init: path: the folder of all media. ERR_FILE_OPEN, ERR_NO_MEMORY. */
bool media_init(struct media *m, const char *path, struct err *e) __attribute__((warn_unused_result));

/* media_init_devices: loops: loop devices are media, too; discs: discs are burned (burner.h). The process gives up, for good, every right but that of mounting and reading,
 * and shuts itself off from programs and networks. Errors of burner_start; ERR_SANDBOX, ERR_NO_MEMORY. */
bool media_init_devices(struct media *m, bool loops, bool discs, struct err *e) __attribute__((warn_unused_result));

/* media_helper: the table that answers every media op; m must stay where it is. */
struct helper media_helper(struct media *m);

/* media_done: safe on zero-initialised and twice. */
void media_done(struct media *m);
