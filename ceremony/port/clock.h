/* clock.h: the two clocks: wall time for people, a monotonic one that cannot jump. */
#pragma once

#include <stdint.h>

struct clock {
	int64_t (*now)(void *ctx);   /* UTC seconds */
	uint64_t (*mono)(void *ctx); /* milliseconds since some start, never backwards */
	void *ctx;
	char boot[33]; /* names the machine's start, within which mono goes on; "": not known */
};

/* clock_system: CLOCK_REALTIME, CLOCK_BOOTTIME, and the kernel's boot_id. */
struct clock clock_system(void);
