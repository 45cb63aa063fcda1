/* dice.h: rolls of a die, typed by a person: are there as many as were asked for, and are they of a die?
 *
 * The rolls are secret: nothing here branches on one that is a roll, and what is said of them is yes or no. */
#pragma once

#include "ceremony/base/secret.h"

#define DICE_MAX_ROLLS 100

/* dice_parse: the rolls in `typed`, digits 1 to 6 with any blanks between, as one octet each in *rolls,
 * empty before and after a failure. Two chi-square tests of five degrees of freedom: how often each face
 * came, and how often each step from one roll to the next (which finds 123456123456). A fair die fails
 * one in 50,000 times; the limits are in dice.c, and docs/tokens.md says what they find.
 * ERR_DICE_ROLLS (a place that holds no roll, or another number than num), ERR_DICE_BIAS, ERR_LOCK_MEMORY. */
bool dice_parse(struct secret *rolls, const struct secret *typed, size_t num, struct err *e)
	__attribute__((warn_unused_result));
