/* heard.h: the checkpoint's words are read aloud and typed back, before anybody signs it.
 *
 * Who signs has the words on paper, and takes that paper home: two of them, which the tool picks once the record is
 * closed, are typed back from it while the screen shows none. */
#pragma once

#include "ceremony/flow/kinds.h"

/* heard_put: appends what witness i typed back: "3=stairway,12=hydraulic". It follows from the tree and the witness's
 * slug: X is SHA-256 of the tree's root (32 octets) followed by the slug. The tree must be complete. */
void heard_put(const struct flow *f, size_t i, struct buf *b);

/* prompt_aloud: of the turn that shows all words. prompt_heard: appends to a witness's prompt of this round that two
 * of them are typed back. */
void prompt_aloud(const struct flow *f, struct prompt *p);
void prompt_heard(const struct flow *f, struct prompt *p);
