/* device.h: the removable media of this machine, as the kernel's sysfs shows them: who made each, its serial, its
 * size, and the file system on it.
 *
 * Nothing is mounted here, and no udev is needed: the boot image has none. A medium is a file system, on a whole
 * disk or on a partition of one; a disk of this machine's own is none, nor is one that is in use. */
#pragma once

#include <sys/types.h>

#include "media/superblock.h"

#define DEVICE_MAX      12  /* media at once */
#define DEVICE_LINE     512 /* octets of an identity, with the NUL */

struct device {
	char              node[32];                       /* below /dev: "sdb1" */
	char              make[72], model[72], serial[136]; /* escaped; "" where the device says nothing */
	uint64_t          size;                           /* octets, of the file system's node */
	unsigned          part;                           /* partition; 0: the whole disk */
	uint64_t          sequence;                       /* the kernel's number of this disk's arrival */
	dev_t             number;
	bool              loop;                           /* a file of this machine that stands for a disk: for rehearsals */
	bool              read_only;
	bool              burner;                         /* a drive: what counts is it, and not the disc in it */
	bool              usable;                         /* a file system that is read here, and in nobody's use */
	struct superblock super;                          /* where usable */
	struct err        why;                            /* where not */
};

/* The folders /sys and /dev, or what stands for them in a test. */
struct device_tree {
	int  sys, dev; /* borrowed */
	bool loops;    /* loop devices are media, too */
	bool burners;  /* look for drives in which discs are burned, and for nothing else */
};

/* device_scan: all removable disks and partitions, in the order of their names; *num of them, DEVICE_MAX at most (ERR_TOO_LARGE).
 * Each device is opened for a moment, and its superblock read. */
bool device_scan(struct device out[DEVICE_MAX], size_t *num, const struct device_tree *t, struct err *e)
	__attribute__((warn_unused_result));

#define DEVICE_BURNER ", burner" /* what the identity of a drive ends with, and no other does */

/* device_line: its identity, in one line that people read and that is compared as it is: make, model, serial, size,
 * partition, file system, label, its number. Printing characters only. */
void device_line(char out[DEVICE_LINE], const struct device *d);

/* device_open: a descriptor of it, for reading; another device under that name, or none, is ERR_MEDIUM_GONE; -1. While it
 * is open the kernel gives its number to no other. alone: and nobody else uses it, a mount is a use (ERR_MEDIUM_BUSY). */
int device_open(const struct device *d, const struct device_tree *t, bool alone, struct err *e);

/* device_is_there: whether the disk behind such a descriptor is still the one that came, and plugged in. */
bool device_is_there(const struct device *d, const struct device_tree *t);

/* device_watch: a descriptor on which the kernel tells of devices that come and go; -1 where it does not.
 * device_wait: until something came or went, or ms are over, 1000 at most. */
int  device_watch(void);
void device_wait(int watch, unsigned ms);
