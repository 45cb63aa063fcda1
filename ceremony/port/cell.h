/* cell.h: shuts in a process that must keep a right of root's: ceremony-media, which mounts.
 *
 * Afterwards it has mounts, networks and System V objects of its own, so that nothing that it mounts is seen elsewhere
 * and no address can be reached; of root's rights those of mounting, of reading and writing any file, and of
 * locking memory; and it can start no program, trace nobody, load no module, and take none of that back. */
#pragma once

#include "ceremony/base/err.h"

/* cell_enter: ERR_SANDBOX: the caller must end. Who is not root loses what there is to lose all the same, and can then mount
 * nothing. */
bool cell_enter(struct err *e) __attribute__((warn_unused_result));
