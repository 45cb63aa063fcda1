/* sums.h: SHA256SUMS over all files of a ceremony's folder except itself and personal.jsonl, as sha256sum writes
 * and checks it. It proves nothing against a forger (the checkpoint does that); it finds
 * a bad medium and a missing file, with a tool that every machine has. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/err.h"

#define SUMS_NAME "SHA256SUMS"

/* Who watches while a ceremony's files are hashed, which may be hundreds of megabytes on a slow medium: asked at least once a
 * MiB; false stops it, ERR_STOPPED_BY_KEY. done, total: octets. */
struct sums_watch {
	bool (*go_on)(void *ctx, uint64_t done, uint64_t total);
	void *ctx;
};

/* sums_write: one line a file, sorted by name; replaces the old one whole, after all that it lists is on the disk. Remains of a write
 * that a power cut left (NAME.tmp) are removed; anything else that may not be in a
 * ceremony's folder is ERR_RECORD_STRAY. watch: NULL, or who watches. */
bool sums_write(int dir, const struct sums_watch *watch, struct err *e) __attribute__((warn_unused_result));

/* sums_make: the same text, in `a`, and the file itself is left alone. */
bool sums_make(struct bytes *out, struct arena *a, int dir, struct err *e) __attribute__((warn_unused_result));

/* sums_check: names the first file, in the order of names, that is missing, extra or different:
 * ERR_SUMS_MISSING, ERR_SUMS_EXTRA, ERR_SUMS_DIFFERS; ERR_SUMS_FORM names the line. watch: as sums_write's. */
bool sums_check(int dir, const struct sums_watch *watch, struct err *e) __attribute__((warn_unused_result));

/* sums_each: every file that sums_write would list, in the order of names. */
bool sums_each(int dir, bool (*each)(void *ctx, const char *name, struct err *e), void *ctx, struct err *e)
	__attribute__((warn_unused_result));

/* sums_count: how many files a ceremony's folder holds, SHA256SUMS not counted; anything that
 * may not be there is ERR_RECORD_STRAY. */
bool sums_count(size_t *num, int dir, struct err *e) __attribute__((warn_unused_result));
