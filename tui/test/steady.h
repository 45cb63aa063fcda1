/* steady.h: for tests: what differs from ceremony to ceremony (digests, serials, times, words) made the same, in its
 * own length, so that a screen can be compared with a golden text. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/port/face.h"

/* steady_prompt: changes the prompt's texts, rows and hints; the new ones lie in the arena. */
void steady_prompt(struct arena *a, struct prompt *p);

/* steady_unlike: where a screen differs from the same one in UTF-8 and colour: nowhere (NULL) without colour; in ASCII, only
 * what has no character there is another. */
const char *steady_unlike(const char *utf8, const char *other, bool ascii);
