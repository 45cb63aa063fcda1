/* hand.h: the word that a person types to have done what cannot be undone.
 *
 * It is picked when it is asked for, so that nothing that was typed or pasted before can be it, however late it
 * arrives: on a serial line nothing else tells a hand from a paste. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* hand_pick: an octet, by the system's random numbers; the word is word_of(octet, 0), and words_match compares. The ask
 * at place i of its prompt (below PROMPT_MAX_ASKS) never gets the word of another place. steady: always the same one
 * for the same i, so that a test knows it. */
uint8_t hand_pick(size_t i, bool steady);
