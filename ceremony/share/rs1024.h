/* rs1024.h: the checksum of a mnemonic (SLIP-0039, "Checksum").
 *
 * A Reed-Solomon code over GF(1024): a word is one symbol, the last three are the
 * checksum. It finds every error of up to three words, and where one word is wrong, or
 * two, it never points at an innocent one. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RS1024_WORDS 3

/* rs1024_start: the state before the first word, for an extendable set or another. */
uint32_t rs1024_start(bool extendable);

/* rs1024_put: the state after one word more, 0..1023. */
uint32_t rs1024_put(uint32_t state, uint32_t word);

/* rs1024_syndrome: 0 if the state is that of a mnemonic with a right checksum. What it
 * is else depends on the errors alone, not on the words that were meant. */
uint32_t rs1024_syndrome(uint32_t state);

/* rs1024_checksum: the three words to append, each 10 bits, first in the highest. */
uint32_t rs1024_checksum(uint32_t state);

/* rs1024_find: the one place, 0-based, where a wrong word explains the syndrome of
 * num_words words, and *error, the bits in which it is wrong; false if there is none. */
bool rs1024_find(size_t *place, uint32_t *error, uint32_t syndrome, size_t num_words);
