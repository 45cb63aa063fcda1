/* locked.h: a process all of whose memory is kept out of swap, for libraries that keep secrets on the heap. */
#pragma once

#include "ceremony/base/err.h"

/* process_lock: hardens it (process_harden) and locks what it touches from now on; where that is more than the limit on locked
 * memory, a machine without any swap will do. For a process that ends with the secret. ERR_LOCK_MEMORY. */
bool process_lock(struct err *e) __attribute__((warn_unused_result));
