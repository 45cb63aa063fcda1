/* superblock.h: which file system lies on a device, and its label: what is known before anything is mounted.
 *
 * Foreign octets, read by a process that has rights: so this reads few of them, at fixed places, follows
 * no chain and takes no memory. It knows the five kinds that a medium may have, and says so where two lie
 * over each other: what a mount would pick then is not for chance to say. No input but `read`. */
#pragma once

#include "ceremony/base/err.h"

#define SUPERBLOCK_LABEL 132 /* octets of UTF-8, with the NUL */
#define SUPERBLOCK_UUID  40

struct superblock {
	const char *kind; /* what mount calls it: "vfat", "exfat", "ext4", "iso9660", "udf" */
	char        label[SUPERBLOCK_LABEL]; /* UTF-8 where the file system's own is; octets otherwise; not escaped */
	char        uuid[SUPERBLOCK_UUID];   /* as blkid writes it */
};

/* Where the octets come from. read: exactly len octets from offset `from`; false if they are not there. */
struct superblock_source {
	bool (*read)(void *ctx, void *to, size_t len, uint64_t from);
	void *ctx;
};

/* superblock_probe: fills *out, or says why there is nothing to mount: ERR_MEDIUM_SYSTEM: none of the five, or more
 * than one. */
bool superblock_probe(struct superblock *out, const struct superblock_source *s, struct err *e)
	__attribute__((warn_unused_result));
