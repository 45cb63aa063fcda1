/* clock.c: see clock.h. */
#include "ceremony/port/clock.h"

#include <stddef.h>
#include <time.h>

static int64_t now(void *ctx)
{
	struct timespec t = { 0 };

	(void)ctx;
	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec;
}

static uint64_t mono(void *ctx)
{
	struct timespec t = { 0 };

	(void)ctx;
	(void)clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

struct clock clock_system(void)
{
	return (struct clock){ now, mono, NULL };
}
