/* clock.h: the two clocks: wall time for people, a monotonic one that cannot jump. */
#pragma once

#include <stdint.h>

struct clock {
	int64_t (*now)(void *ctx);   /* UTC seconds */
	uint64_t (*mono)(void *ctx); /* milliseconds since some start, never backwards */
	void *ctx;
};

/* clock_system: CLOCK_REALTIME and CLOCK_BOOTTIME. */
struct clock clock_system(void);
