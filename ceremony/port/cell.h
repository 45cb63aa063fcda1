/* cell.h: shuts in a process that has a right of root's: ceremony-media, which mounts; and the one beside it, which starts xorriso.
 *
 * Afterwards it has mounts, networks and System V objects of its own, so that nothing that it mounts is seen elsewhere
 * and no address can be reached; and it can trace nobody, load no module, and take none of that back. */
#pragma once

#include "ceremony/base/err.h"

enum cell_kind {
	CELL_MOUNTS,  /* keeps of root's rights those of mounting, of reading and writing any file, and of locking memory; starts no program */
	CELL_PROGRAM, /* keeps no right, and may start programs, which get none either */
};

/* cell_give_up: gives up every right of root's for good, in this process and in what it starts, and nothing else; files: but that of reading and
 * writing any file. Memory that root could have locked can be locked still. ERR_SANDBOX. */
bool cell_give_up(bool files, struct err *e) __attribute__((warn_unused_result));

/* cell_enter: ERR_SANDBOX: the caller must end. Who is not root loses what there is to lose all the same, and can then mount
 * nothing. */
bool cell_enter(enum cell_kind kind, struct err *e) __attribute__((warn_unused_result));
