/* locked_heap.h: locked memory for what wolfCrypt allocates while it handles a private key.
 *
 * Some of it may outlive that (its cache of curve points), so the allocators stay once they are there, and know
 * their own blocks. One thread at a time. */
#pragma once

#include <stdbool.h>

/* locked_heap: from now on wolfCrypt's blocks are locked memory, wiped when freed; or, with false, as usual again. */
void locked_heap(bool on);
