/* locked_heap.c: see locked_heap.h. */
#include "ceremony/base/locked_heap.h"

#include <wolfssl/options.h>

#include <wolfssl/wolfcrypt/memory.h>

#include "ceremony/base/crypt_heap.h"
#include "ceremony/base/secret.h"

#define MAX_BLOCKS 2048

static struct secret block[MAX_BLOCKS];
static size_t        num_blocks;
static bool          locking;

static void *take(size_t len)
{
	struct err e;

	if (!locking)
		return crypt_heap_take(len);
	/* libsodium aligns the end: so the beginning is aligned, too */
	if (num_blocks == MAX_BLOCKS || !secret_new(&block[num_blocks], (len + 63) / 64 * 64, &e))
		return NULL;
	return block[num_blocks++].p;
}

static void give(void *p)
{
	for (size_t i = num_blocks; p && i > 0; i--)
		if (block[i - 1].p == p) {
			secret_done(&block[i - 1]); /* wipes */
			block[i - 1] = block[--num_blocks];
			block[num_blocks] = (struct secret){ 0 };
			return;
		}
	crypt_heap_give(p);
}

/* It would leave a copy of what it moved; what is used here of wolfCrypt does without. */
static void *never(void *p, size_t len)
{
	(void)p;
	(void)len;
	return NULL;
}

void locked_heap(bool on)
{
	crypt_heap_start(); /* or it would take the doors back */
	MUST(wolfSSL_SetAllocators(take, give, never) == 0);
	locking = on;
}
