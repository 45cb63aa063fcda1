/* wordlist.c: see wordlist.h. */
#include "ceremony/port/wordlist.h"

#include <strings.h>

/* The first word that does not stand before `typed`, or num. */
static size_t first_from(const char *const *list, size_t num, struct bytes typed)
{
	size_t low = 0, high = num;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (strncasecmp(list[mid], (const char *)typed.p, typed.len) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool wordlist_begins(const char *const *list, size_t num, struct bytes typed)
{
	if (typed.len == 0)
		return num > 0;
	size_t at = first_from(list, num, typed);
	return at < num && strncasecmp(list[at], (const char *)typed.p, typed.len) == 0;
}

const char *wordlist_find(const char *const *list, size_t num, struct bytes typed)
{
	if (typed.len == 0 || !wordlist_begins(list, num, typed))
		return NULL;
	const char *word = list[first_from(list, num, typed)];
	return typed.len >= WORDLIST_PREFIX || word[typed.len] == 0 ? word : NULL;
}
