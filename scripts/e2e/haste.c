/* haste.c: preloaded into `ceremony`, makes whatever it does take long: while the file HASTE is there, ten minutes go by on the
 * clock since the boot each time that somebody looks at it. For stop.t. */
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *t)
{
	static int (*real)(clockid_t, struct timespec *);
	static time_t ahead;
	const char   *file = getenv("HASTE");

	if (!real)
		real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	int done = real(id, t);
	if (done == 0 && id == CLOCK_BOOTTIME && file && access(file, F_OK) == 0)
		t->tv_sec += ahead += 600;
	return done;
}
