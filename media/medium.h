/* medium.h: one medium: a folder whose regular files are listed, read and written whole.
 *
 * Everything on it is foreign: links are not followed, devices and pipes not opened, names
 * outside A-Z a-z 0-9 . _ - not seen. */
#pragma once

#include "ceremony/base/fields.h"
#include "ceremony/base/hash.h"
#include "ceremony/base/secret.h"

/* medium_open: a descriptor of the medium of that label inside folder `dir`; -1 and e
 * (ERR_MEDIUM_NAME, ERR_MEDIUM_MISSING) if there is none. */
int medium_open(int dir, struct bytes label, struct err *e);

/* medium_list: of all names in octet order those from `from` (counted from 0) on, MEDIA_MAX_PAGE at most:
 * fills files (how many there are in all), name.N, size.N. Scratch comes from `a`. ERR_TOO_LARGE above
 * MEDIA_MAX_FILES. */
bool medium_list(struct fields *out, struct arena *a, int medium, size_t from, struct err *e) __attribute__((warn_unused_result));

/* medium_total: how many files there are, and their octets together. Errors as medium_list. */
bool medium_total(uint64_t *files, uint64_t *octets, struct arena *a, int medium, struct err *e) __attribute__((warn_unused_result));

/* medium_newest: the last name in octet order that begins with `prefix`, in `a`. ERR_MEDIUM_FILE. */
bool medium_newest(const char **out, struct arena *a, int medium, struct bytes prefix, struct err *e)
	__attribute__((warn_unused_result));

/* medium_read: a whole file of at most max octets, into `a`. ERR_MEDIUM_NAME, ERR_MEDIUM_FILE (not
 * there, not regular), ERR_TOO_LARGE, ERR_FILE_READ. */
bool medium_read(struct bytes *out, struct arena *a, int medium, struct bytes name, size_t max, struct err *e)
	__attribute__((warn_unused_result));

/* medium_write: writes under a temporary name, syncs, reads back from the medium, and only then
 * gives the file its name; nothing of that name is ever replaced. The same content under that
 * name is fine already. ERR_FILE_EXISTS, ERR_DISK_FULL, ERR_FILE_WRITE, ERR_MEDIUM_BACK. */
bool medium_write(int medium, struct bytes name, struct bytes content, struct err *e)
	__attribute__((warn_unused_result));

/* medium_write_secret: the same for a file that is a secret: mode 0600, and what is read back goes into locked memory.
 * Errors as medium_write, ERR_LOCK_MEMORY. */
bool medium_write_secret(int medium, struct bytes name, const struct secret *content, struct err *e)
	__attribute__((warn_unused_result));

/* medium_has_secret: reads that file into locked memory and compares. ERR_MEDIUM_BACK. */
bool medium_has_secret(int medium, struct bytes name, const struct secret *content, struct err *e)
	__attribute__((warn_unused_result));

#define MEDIUM_PART ((size_t)512 << 10) /* octets of a piece */

/* medium_read_part: the octets of a file from `from` on, MEDIUM_PART at most, into `a`; none behind its end. *size: of
 * the whole. Errors as medium_read. */
bool medium_read_part(struct bytes *out, uint64_t *size, struct arena *a, int medium, struct bytes name, uint64_t from,
                      struct err *e) __attribute__((warn_unused_result));

/* medium_hash: SHA-256 (hex) and size of a file of any length. Errors as medium_read. */
bool medium_hash(char hex[HASH_MAX * 2 + 1], uint64_t *size, int medium, struct bytes name, struct err *e)
	__attribute__((warn_unused_result));

/* medium_write_part: pieces in their order. sha256 (hex) comes with the last one and is empty before: then all is synced,
 * read back from the medium and compared, and the file gets its name; one of that name with the same content is
 * fine already. Errors as medium_write. */
bool medium_write_part(int medium, struct bytes name, uint64_t from, struct bytes piece, struct bytes sha256, struct err *e)
	__attribute__((warn_unused_result));

/* medium_name: a checked name as a C string. ERR_MEDIUM_NAME. medium_rename: gives a part its name, never over another file. */
bool medium_name(char *out, struct bytes name, struct err *e) __attribute__((warn_unused_result));
bool medium_rename(int medium, const char *part, const char *name, struct err *e) __attribute__((warn_unused_result));
/* medium_sync: after that: the name, and what it says of the file, are on the medium. ERR_FILE_WRITE. */
bool medium_sync(int medium, const char *name, struct err *e) __attribute__((warn_unused_result));
