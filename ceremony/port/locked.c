/* locked.c: see locked.h. */
#include "ceremony/port/locked.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ceremony/base/secret.h"

/* Nothing of this process may go to a disk: neither the heap of the makers nor a core. What the parent had is locked as it
 * is touched, not copied. Where it cannot all be locked, a machine without swap will do. */
bool process_lock(struct err *e)
{
	char    swaps[4096];
	ssize_t n = -1;

	if (!process_harden(e))
		return false;
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0)
		return true;
	int fd = open("/proc/swaps", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, swaps, sizeof swaps - 1);
		(void)close(fd);
	}
	swaps[n > 0 ? n : 0] = 0;
	char *second = strchr(swaps, '\n');
	return (second && second[1] == 0) ||
	       err_set(e, ERR_LOCK_MEMORY, "raise the limit (ulimit -l), or switch swap off");
}
