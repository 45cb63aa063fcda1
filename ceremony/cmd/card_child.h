/* card_child.h: where a share card is made: in a process that does nothing else and ends with it.
 *
 * libharu and libqrencode leave what they were given on the heap. The child's memory is locked, or nothing can be
 * swapped; it leaves no core; when it ends, the kernel clears its pages. docs/adr/0011-share-cards.md. */
#pragma once

#include "ceremony/base/secret.h"
#include "ceremony/cmd/card.h"

typedef bool card_maker(struct buf *out, const struct card *c, struct err *e);

/* card_build: for the child: makes its memory safe, and the card of `words` in *out (empty when called). Of the card the
 * caller sets share and the names. ERR_LOCK_MEMORY. */
bool card_build(struct secret *out, struct card *c, card_maker *make, const struct secret *words, struct err *e)
	__attribute__((warn_unused_result));

/* card_in_child: starts a child that reads the share from `words` and builds its card; its octets, at most `max`, come
 * through a pipe into *out (empty when called). Of the card the caller sets the names. What slip39_parse refuses,
 * ERR_LOCK_MEMORY, ERR_NO_MEMORY, ERR_TOO_LARGE. */
bool card_in_child(struct secret *out, size_t max, const struct card *c, card_maker *make, const struct secret *words,
                   struct err *e) __attribute__((warn_unused_result));
