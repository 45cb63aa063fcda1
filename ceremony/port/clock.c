/* clock.c: see clock.h. */
#include "ceremony/port/clock.h"

#include <fcntl.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

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

/* The kernel's name for this start, without its dashes: 32 hex digits. */
static void read_boot(char out[33])
{
	char    text[40] = "";
	size_t  len = 0;
	int     fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);

	if (fd >= 0)
		(void)close(fd);
	for (ssize_t i = 0; i < n && len < 32; i++)
		if ((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f'))
			out[len++] = text[i];
	out[len == 32 ? 32 : 0] = 0;
}

struct clock clock_system(void)
{
	struct clock c = { .now = now, .mono = mono };

	read_boot(c.boot);
	return c;
}
