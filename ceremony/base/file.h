/* file.h: whole files in and out, so that a power cut leaves the old or the new one. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/err.h"

/* file_read: a whole regular file of at most max octets, into `a` (with a NUL behind it
 * that is not counted). Does not follow a symbolic link in the last part of the name.
 * dir is a folder's descriptor or AT_FDCWD. ERR_FILE_OPEN, ERR_FILE_READ, ERR_TOO_LARGE. */
bool file_read(struct bytes *out, struct arena *a, int dir, const char *name, size_t max, struct err *e)
	__attribute__((warn_unused_result));

/* file_read_named: the same for a name that a person typed, relative to where they stand: a symbolic link is followed. */
bool file_read_named(struct bytes *out, struct arena *a, const char *name, size_t max, struct err *e)
	__attribute__((warn_unused_result));

/* file_write: writes `name.tmp`, fsyncs it, renames it to `name`, fsyncs the folder.
 * An existing file is replaced whole; a device, a link or a folder of that name is an error. On any failure nothing of that name has changed
 * and the temporary file is gone. mode as for open. ERR_FILE_WRITE, ERR_DISK_FULL. */
bool file_write(int dir, const char *name, struct bytes content, unsigned mode, struct err *e)
	__attribute__((warn_unused_result));

/* file_put: the same, but neither the file nor the folder is synced: after a power cut it may be missing or empty. For many files
 * that can be made again; file_sync_all comes before anything depends on them. */
bool file_put(int dir, const char *name, struct bytes content, unsigned mode, struct err *e) __attribute__((warn_unused_result));
/* file_sync_all: everything that was written to the file system of that folder is on the disk. ERR_FILE_WRITE, ERR_DISK_FULL. */
bool file_sync_all(int dir, struct err *e) __attribute__((warn_unused_result));

/* fd_write: every octet to an open descriptor, however many writes it takes. False with errno set: some may have been
 * written. Syncs nothing. */
bool fd_write(int fd, struct bytes octets) __attribute__((warn_unused_result));
/* fd_sync: as fsync, errno and all; of a large file a piece at a time, after each of which tell, unless it is NULL, hears how
 * many of its octets are on the disk: a slow one takes long over them. */
bool fd_sync(int fd, void (*tell)(void *ctx, const char *what, uint64_t done, uint64_t total), void *ctx)
	__attribute__((warn_unused_result));

/* file_is: true if a regular file of that name holds exactly these octets. */
bool file_is(int dir, const char *name, struct bytes content);

/* file_renew: file_write, unless file_is: what is the same already stays as it lies on the disk. */
bool file_renew(int dir, const char *name, struct bytes content, unsigned mode, struct err *e)
	__attribute__((warn_unused_result));

/* file_exists: true if something of that name is there. */
bool file_exists(int dir, const char *name);

/* dir_open: a descriptor of a folder, made (one level, mode 0755) if `make`. -1 and e on failure. */
int dir_open(int dir, const char *name, bool make, struct err *e);
