/* spoken.h: a digest's words that are read aloud, and the two of them that the tool picks to be typed back.
 *
 * The words are the PGP words of the digest's first SPOKEN_WORDS octets. Which two are picked follows from a digest
 * that nobody could know before, so that a verifier picks the same ones (docs/formats/transcript.md). */
#pragma once

#include "ceremony/flow/kinds.h"

#define SPOKEN_WORDS  16
#define SPOKEN_PICKED 2

/* spoken_pick: two different places, from 0, the lower one first: A = x[0] mod 16 and B = x[1] mod 15, one more if it is
 * not below A. */
void spoken_pick(size_t at[SPOKEN_PICKED], const struct digest *x);
/* spoken_but: the words, four a line, with a blank in the places of the picked ones. digest: SPOKEN_WORDS octets or more. */
const char *spoken_but(const struct flow *f, struct bytes digest, const size_t at[SPOKEN_PICKED]);
/* spoken_ask: appends the ask "Type words 3 and 12 of WHOSE". */
struct ask *spoken_ask(const struct flow *f, struct prompt *p, const char *key, const char *whose, struct bytes digest,
                       const size_t at[SPOKEN_PICKED]);
