/* hand.c: see hand.h. */
#include "ceremony/port/hand.h"

#include <sys/random.h>

#include "ceremony/base/err.h"
#include "ceremony/port/face.h"

uint8_t hand_pick(size_t i, bool steady)
{
	uint8_t octet = 0;

	MUST(i < PROMPT_MAX_ASKS);
	MUST(steady || getrandom(&octet, sizeof octet, 0) == sizeof octet); /* so few never come short */
	return (uint8_t)(octet / PROMPT_MAX_ASKS * PROMPT_MAX_ASKS + i);
}
