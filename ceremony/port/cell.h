/* cell.h: what a process has of root's rights, and the cell of one that keeps some: ceremony-media, which mounts; and the one beside it,
 * which starts xorriso.
 *
 * In its cell it has mounts, networks and System V objects of its own, so that nothing that it mounts is seen elsewhere
 * and no address can be reached; and it can trace nobody, load no module, and take none of that back. */
#pragma once

#include "ceremony/base/err.h"

enum cell_kind {
	CELL_MOUNTS,  /* keeps of root's rights those of mounting, of reading and writing any file, and of locking memory; starts no program */
	CELL_PROGRAM, /* keeps no right, and may start programs, which get none either */
};

/* What is kept of root's rights, by who has them. */
enum cell_rights {
	CELL_NO_RIGHT,
	CELL_ANY_FILE, /* reading and writing any file */
	CELL_MEDIA,    /* what CELL_MOUNTS keeps: of who has yet to start ceremony-media */
};

/* cell_give_up: gives up every other right for good, in this process and in what it starts: they leave the bounding set as well, and no_new_privs
 * holds for both. Memory that root could have locked can be locked still. May be called again, to keep less. ERR_SANDBOX. */
bool cell_give_up(enum cell_rights kept, struct err *e) __attribute__((warn_unused_result));

/* cell_enter: ERR_SANDBOX: the caller must end. Who is not root loses what there is to lose all the same, and can then mount
 * nothing. */
bool cell_enter(enum cell_kind kind, struct err *e) __attribute__((warn_unused_result));
