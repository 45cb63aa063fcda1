/* devices.h: media that are devices: which are there, and one of them mounted for as long as its files are asked for.
 *
 * A medium is named by its identity (device_line) and by nothing else: what was bound before witnesses is what
 * is used. Anything else in its place is refused, by both names. */
#pragma once

#include "ceremony/base/fields.h"
#include "media/mount.h"

struct devices {
	int                watch; /* owned */
	struct device_tree tree;  /* sys and dev: owned */
	struct device      found[DEVICE_MAX];
	size_t             num;
	struct mounted     now;
	char               line[DEVICE_LINE]; /* of `now` */
};

/* devices_init: loops: loop devices are media too, as in a rehearsal. Before it, the caller gives up what it does not need.
 * ERR_FILE_OPEN. devices_done: safe on DEVICES_NONE and twice. */
#define DEVICES_NONE ((struct devices){ .watch = -1, .tree = { -1, -1, false, false }, .now = MOUNTED_NONE })
bool devices_init(struct devices *d, bool loops, struct err *e) __attribute__((warn_unused_result));
void devices_done(struct devices *d);

/* devices_find: what is there now: devices, and for each device.N, label.N, serial.N, state.N ("usable", or why not); with
 * burners = yes: which drives, and whether a blank disc may be in them. With
 * wait = yes, waits up to five seconds until one has that serial, or, where none is given, that label. Unmounts first. */
struct call;
bool devices_find(struct devices *d, struct call *c, struct err *e) __attribute__((warn_unused_result));

/* devices_use: the root folder of the medium of that identity, mounted if it is not yet; the caller's for this call only.
 * ERR_MEDIUM_OTHER: others are there; ERR_MEDIUM_MISSING: none is; ERR_MEDIUM_ALIKE; and mount_device's. */
bool devices_use(struct devices *d, int *root, struct bytes line, bool write, struct err *e) __attribute__((warn_unused_result));

/* devices_drive: the drive of that identity, whatever is in it; what is mounted is unmounted. ERR_MEDIUM_MISSING, ERR_MEDIUM_ALIKE. */
bool devices_drive(struct devices *d, const struct device **out, struct bytes line, struct err *e) __attribute__((warn_unused_result));

/* devices_explain: after a failure on the mounted medium: where that was pulled out, it is ERR_MEDIUM_GONE. */
void devices_explain(struct devices *d, struct err *e);

/* devices_release: unmounts. devices_again: unmounts, has the system forget it, and mounts it read-only. */
bool devices_release(struct devices *d, struct err *e) __attribute__((warn_unused_result));
bool devices_again(struct devices *d, int *root, struct bytes line, struct err *e) __attribute__((warn_unused_result));
