/* crypt_heap.c: see crypt_heap.h. */
#include "ceremony/base/crypt_heap.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <wolfssl/options.h>

#include <wolfssl/wolfcrypt/memory.h>

#include "ceremony/base/err.h"

#define PAGE  ((size_t)2 << 20)
#define LEAST 512 /* octets: a smaller block is the usual heap's, which has it at hand */

static uint8_t *page; /* never given back */
static size_t   taken, num_taken; /* octets from its beginning on; blocks that are in use */

/* It begins where a large page can: so twice the room is asked for, and what is around it given back. */
static void make_page(void)
{
	uint8_t *room = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (room == MAP_FAILED)
		return;
	const size_t before = (PAGE - (uintptr_t)room % PAGE) % PAGE;
	if (before)
		(void)munmap(room, before);
	(void)munmap(room + before + PAGE, PAGE - before);
	page = room + before;
	(void)madvise(page, PAGE, MADV_HUGEPAGE);
}

/* Blocks are not given out again one by one: what one verification takes it gives back as a whole. */
void *crypt_heap_take(size_t len)
{
	if (!page || len < LEAST || len > PAGE - taken)
		return malloc(len);
	void *p = page + taken;
	len = (len + 63) / 64 * 64;
	taken = len < PAGE - taken ? taken + len : PAGE;
	num_taken++;
	return p;
}

void crypt_heap_give(void *p)
{
	if (!page || (uintptr_t)p - (uintptr_t)page >= PAGE) {
		free(p);
		return;
	}
	MUST(num_taken > 0);
	if (--num_taken == 0)
		taken = 0;
}

/* What is used here of wolfCrypt does without. */
static void *never(void *p, size_t len)
{
	(void)p;
	(void)len;
	return NULL;
}

void crypt_heap_start(void)
{
	static bool started;

	if (started)
		return;
	make_page();
	MUST(wolfSSL_SetAllocators(crypt_heap_take, crypt_heap_give, never) == 0);
	started = true;
}
