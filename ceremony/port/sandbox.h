/* sandbox.h: shuts a process in before it reads anything foreign (ceremony-parse).
 *
 * Afterwards it can read and write the descriptors that it has, take anonymous memory,
 * read the clock, limit its own CPU time, draw random octets, and end; nothing else, for good.
 *
 *   what opens the world: execve, fork, socket, ptrace ...     the process is killed, so
 *       that an attacker who got that far gets no second try, and the conductor notices
 *   everything else, such as open, stat or ioctl               fails with EPERM, since
 *       libraries ask such things idly (terminal? time zone?) and cope with a no */
#pragma once

#include "ceremony/base/err.h"

/* What stays possible on a descriptor that is open already: one ioctl. */
struct sandbox_door {
	int           fd;
	unsigned long request;
};

/* sandbox_enter: memory: octets of address space in all; cpu: seconds of CPU time in all, at
 * which the kernel kills; doors: NULL where there is none. No way back. ERR_SANDBOX: the caller must end, and read nothing. */
bool sandbox_enter(size_t memory, unsigned cpu, const struct sandbox_door *doors, size_t num_doors, struct err *e) __attribute__((warn_unused_result));

/* sandbox_budget: milliseconds of CPU time from now on, at which the kernel kills with SIGPROF; 0: no
 * limit but that of sandbox_enter. For one piece of work that must not take the rest with it. */
void sandbox_budget(unsigned ms);
