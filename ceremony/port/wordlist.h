/* wordlist.h: a word found by its first letters, as a person types it.
 *
 * The list is the caller's (struct ask names it). This says nothing about checksums: it
 * only knows which words exist. The typed letters may be part of a secret: nothing is kept. */
#pragma once

#include "ceremony/base/bytes.h"

#define WORDLIST_PREFIX 4 /* letters that tell every word of the list from all others */

/* wordlist_find: the one word of the sorted list (lower case) that `typed` stands for: the
 * whole word, or at least WORDLIST_PREFIX of its first letters. Case is forgiven. NULL if there is none. */
const char *wordlist_find(const char *const *list, size_t num, struct bytes typed);

/* wordlist_begins: true if some word begins with `typed`: more letters may yet make it one. */
bool wordlist_begins(const char *const *list, size_t num, struct bytes typed);
