/* rs1024.c: see rs1024.h. */
#include "ceremony/share/rs1024.h"

#include "ceremony/share/ct.h"

/* Without branches: the state is as secret as the words. */
uint32_t rs1024_put(uint32_t state, uint32_t word)
{
	static const uint32_t generator[10] = {
		0x00e0e040, 0x01c1c080, 0x03838100, 0x07070200, 0x0e0e0009,
		0x1c0c2412, 0x38086c24, 0x3090fc48, 0x21b1f890, 0x03f3f120,
	};
	uint32_t out = state >> 20;

	state = (state & 0xfffff) << 10 ^ word;
	for (unsigned i = 0; i < 10; i++)
		state ^= generator[i] & ct_mask(out >> i & 1);
	return state;
}

uint32_t rs1024_start(bool extendable)
{
	uint32_t state = 1;

	for (const char *s = extendable ? "shamir_extendable" : "shamir"; *s; s++)
		state = rs1024_put(state, (uint8_t)*s);
	return state;
}

uint32_t rs1024_syndrome(uint32_t state)
{
	return state ^ 1;
}

uint32_t rs1024_checksum(uint32_t state)
{
	for (unsigned i = 0; i < RS1024_WORDS; i++)
		state = rs1024_put(state, 0);
	return state ^ 1;
}

bool rs1024_find(size_t *place, uint32_t *error, uint32_t syndrome, size_t num_words)
{
	/* The code is linear: an error in the last word is its own syndrome, and one
	 * word earlier it has been through one more step. */
	for (uint32_t bits = 1; bits < 1024; bits++) {
		uint32_t state = bits;
		for (size_t i = num_words; i-- > 0; state = rs1024_put(state, 0)) {
			if (state != syndrome)
				continue;
			*place = i;
			*error = bits;
			return true;
		}
	}
	return false;
}
