/* sorter.h: sorts revoked certificates by serial, more of them than memory should hold.
 *
 * What does not fit is put down in sorted runs in a file without a name, and merged on the way out.
 * Linear: the runs are sorted by radix. The same serial twice comes out twice, in the order in
 * which it went in. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/pki/revoked.h"

#define SORTER_RUN      ((size_t)64 << 10) /* entries of a run */
#define SORTER_MAX_RUNS 32

struct sorter_run {
	int64_t         at;   /* in the file, in entries: where the next piece begins */
	uint64_t        from, num, left; /* left: not read yet */
	struct revoked *piece;
	size_t          have, next;
};

struct sorter_pair {
	uint64_t part; /* eight octets of the key */
	uint32_t which;
};

struct sorter {
	struct arena        room;  /* owned */
	int                 fd;    /* owned: the file without a name; -1: all fits */
	int                 dir;   /* borrowed: where it is made */
	struct revoked     *entry; /* SORTER_RUN of them; when merging, the runs' pieces */
	struct sorter_pair *pair, *other;
	size_t              num, next; /* in memory */
	bool                sorted;    /* some of those */
	uint64_t            num_all, der_len; /* der_len: octets of all entries in a list */
	struct sorter_run   run[SORTER_MAX_RUNS];
	size_t              num_runs;
	/* The runs' next ones, part: the first octets, which: the run, as a tree whose leaves are the runs: [0] is the one whose
	 * turn it is, each other node has the later one of the two that came up to it. */
	struct sorter_pair later[SORTER_MAX_RUNS];
};

/* sorter_init: dir: a folder that can be written to, for the file without a name; borrowed.
 * ERR_NO_MEMORY. */
bool sorter_init(struct sorter *s, int dir, struct err *e) __attribute__((warn_unused_result));
/* sorter_put: ERR_TOO_LARGE above SORTER_RUN * SORTER_MAX_RUNS, ERR_DISK_FULL, ERR_FILE_WRITE. */
bool sorter_put(struct sorter *s, const struct revoked *r, struct err *e) __attribute__((warn_unused_result));
/* sorter_begin: all have been put; the next sorter_next is the first one's. Again for another pass. */
bool sorter_begin(struct sorter *s, struct err *e) __attribute__((warn_unused_result));
/* sorter_next: *out is the next one, good until the call after; NULL when there is none. */
bool sorter_next(struct sorter *s, const struct revoked **out, struct err *e) __attribute__((warn_unused_result));
/* sorter_done: safe on zero (with fd 0 never touched) and twice. */
void sorter_done(struct sorter *s);
