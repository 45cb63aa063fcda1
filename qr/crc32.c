/* crc32.c: see crc32.h. A bit at a time: frames are short and the code is plain to see. */
#include "qr/crc32.h"

uint32_t crc32_of(struct bytes a)
{
	uint32_t c = 0xFFFFFFFF;

	for (size_t i = 0; i < a.len; i++) {
		c ^= a.p[i];
		for (int bit = 0; bit < 8; bit++)
			c = c >> 1 ^ (c & 1 ? 0xEDB88320 : 0);
	}
	return ~c;
}
