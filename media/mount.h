/* mount.h: one file system, mounted where nobody else sees it: on no path at all, but as a descriptor of its root folder
 * (fsopen, fsmount). Closing that unmounts it.
 *
 * Always nodev, nosuid, noexec, nosymfollow; read-only unless it is written to. The kind is that which the superblock says,
 * never "auto": the kernel tries no other. */
#pragma once

#include "media/device.h"

struct mounted {
	int           root, mount, disk; /* owned; -1: nothing is mounted. root: its folder; mount: what keeps it mounted */
	bool          write;
	struct device device;
};

#define MOUNTED_NONE ((struct mounted){ .root = -1, .mount = -1, .disk = -1 })

/* mount_device: ERR_MEDIUM_GONE, ERR_MEDIUM_BUSY, ERR_MEDIUM_RIGHTS, ERR_MEDIUM_MOUNT with the kernel's word on it;
 * ERR_FILE_WRITE: what is wanted for writing is a disc, or write-protected. */
bool mount_device(struct mounted *m, const struct device *d, const struct device_tree *t, bool write, struct err *e)
	__attribute__((warn_unused_result));

/* mount_done: writes out what is not written yet, unmounts, and waits until the device is in nobody's use. ERR_FILE_WRITE if
 * that fails; it is unmounted all the same. Safe on MOUNTED_NONE and twice. mount_drop: where it has failed already. */
bool mount_done(struct mounted *m, const struct device_tree *t, struct err *e) __attribute__((warn_unused_result));
void mount_drop(struct mounted *m, const struct device_tree *t);

/* mount_forget: the system forgets all that it read from the device, so that the next octet comes from the device itself. */
bool mount_forget(const struct device *d, const struct device_tree *t, struct err *e) __attribute__((warn_unused_result));
