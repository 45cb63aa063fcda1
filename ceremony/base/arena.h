/* arena.h: hands out pieces of one block; nothing is given back singly.
 *
 * Pure rooms keep what they parse in an arena that the caller sized and capped. When it
 * is full, arena_take returns NULL: the caller turns that into ERR_TOO_LARGE. */
#pragma once

#include "ceremony/base/bytes.h"

struct arena {
	uint8_t *p;
	size_t   len, cap;
};

/* ARENA_ON: an arena over a local or static array. */
#define ARENA_ON(array) ((struct arena){ .p = (uint8_t *)(array), .cap = sizeof(array) })

/* arena_take: size octets, zeroed, aligned for any type; NULL when full. */
void *arena_take(struct arena *a, size_t size) __attribute__((warn_unused_result));

/* arena_copy: a copy of `b`, followed by a NUL that is not counted, so that a text may
 * also be used as a C string. {NULL, 0} when full. */
struct bytes arena_copy(struct arena *a, struct bytes b) __attribute__((warn_unused_result));

/* arena_new: an arena of cap octets of fresh zero pages, taken from the system (pages
 * that are never touched cost nothing). cap 0 in the result when there is no memory.
 * arena_free gives it back; safe on zero. */
struct arena arena_new(size_t cap);
void         arena_free(struct arena *a);
