/* crypt_heap.h: one large page for what wolfCrypt allocates.
 *
 * For the first signature of an elliptic curve that a process verifies wolfCrypt sets aside and zeroes 512 points (FP_ECC),
 * 1.7 MB: as 430 small pages these cost more than the verification. Where the kernel has no large page its small ones serve;
 * where there is no room in it, the usual heap. One thread at a time. Private keys have a heap of their own, locked_heap.h. */
#pragma once

#include <stddef.h>

/* crypt_heap_start: from now on wolfCrypt's blocks are crypt_heap_take's. Called before a signature is verified; again: nothing. */
void crypt_heap_start(void);

/* crypt_heap_take, crypt_heap_give: as malloc and free, and for blocks of malloc's too. */
void *crypt_heap_take(size_t len);
void  crypt_heap_give(void *p);
