/* arena.c: see arena.h. */
#include "ceremony/base/arena.h"

#include <stdalign.h>
#include <sys/mman.h>

void *arena_take(struct arena *a, size_t size)
{
	size_t align = alignof(max_align_t);
	size_t pad = (align - ((uintptr_t)a->p + a->len) % align) % align;

	if (pad > a->cap - a->len || size > a->cap - a->len - pad)
		return NULL;
	uint8_t *at = a->p + a->len + pad;
	a->len += pad + size;
	memset(at, 0, size);
	return at;
}

struct bytes arena_copy(struct arena *a, struct bytes b)
{
	if (b.len >= a->cap - a->len)
		return (struct bytes){ 0 };
	uint8_t *at = a->p + a->len;
	a->len += b.len + 1;
	if (b.len)
		memcpy(at, b.p, b.len);
	at[b.len] = 0;
	return bytes_of(at, b.len);
}

struct arena arena_new(size_t cap)
{
	void *p = mmap(NULL, cap, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? (struct arena){ 0 } : (struct arena){ .p = p, .cap = cap };
}

void arena_free(struct arena *a)
{
	if (a->p)
		(void)munmap(a->p, a->cap);
	*a = (struct arena){ 0 };
}
