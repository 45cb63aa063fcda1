/* fuzz.c: one target of targets.h as a libFuzzer program: -DTARGET=fuzz_request. */
#include "ceremony/pki/fuzz/targets.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static struct arena arena;

	if (!arena.cap)
		arena = arena_new(FUZZ_ROOM);
	arena.len = 0;
	struct bytes in = arena_copy(&arena, bytes_of(p, len)); /* profile_parse writes where it reads */
	if (in.p)
		TARGET(in, &arena);
	return 0;
}
