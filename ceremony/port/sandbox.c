/* sandbox.c: see sandbox.h. */
#include "ceremony/port/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

static const int allowed[] = {
	/* descriptors that are open already; no call here makes a new one */
	SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(poll),
	SCMP_SYS(ppoll), SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(getsockopt),
	/* memory; mmap and mprotect have rules of their own */
	SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(mlock), SCMP_SYS(mlock2),
	SCMP_SYS(munlock),
	/* time, chance, threads' locks, signals that came */
	SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom), SCMP_SYS(futex),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(restart_syscall),
	/* the end */
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(getpid), SCMP_SYS(gettid),
};

static const int deadly[] = {
	SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(clone), SCMP_SYS(clone3),
	SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(socket),
	SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(accept), SCMP_SYS(accept4),
	SCMP_SYS(listen), SCMP_SYS(kill), SCMP_SYS(tkill), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(unshare),
	SCMP_SYS(setns), SCMP_SYS(bpf), SCMP_SYS(io_uring_setup), SCMP_SYS(userfaultfd), SCMP_SYS(memfd_create),
	SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_getfd), SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(reboot),
	SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(kexec_load),
};

static void filter_done(scmp_filter_ctx *f)
{
	if (*f)
		seccomp_release(*f);
}

static int add_rules(scmp_filter_ctx f)
{
	int bad = 0;

	for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
		bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++)
		bad |= seccomp_rule_add(f, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
	/* anonymous memory only, never to be run */
	bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
	                        SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
	                        SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
	bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* abort(): a signal to itself, so that the conductor sees which */
	struct scmp_arg_cmp self = { .arg = 0, .op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)getpid() };
	bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, self);
	/* sandbox_budget, which can only shorten a life */
	bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(setitimer), 1, SCMP_A0(SCMP_CMP_EQ, ITIMER_PROF, 0));
	return bad;
}

static int add_doors(scmp_filter_ctx f, const struct sandbox_door *doors, size_t num_doors)
{
	int bad = 0;

	for (size_t i = 0; i < num_doors; i++) {
		struct scmp_arg_cmp fd = { .arg = 0, .op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)doors[i].fd };
		struct scmp_arg_cmp request = { .arg = 1, .op = SCMP_CMP_EQ, .datum_a = doors[i].request };
		bad |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 2, fd, request);
	}
	return bad;
}

static bool limit(int what, rlim_t value)
{
	struct rlimit r = { value, value };

	return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

bool sandbox_enter(size_t memory, unsigned cpu, const struct sandbox_door *doors, size_t num_doors, struct err *e)
{
	__attribute__((cleanup(filter_done))) scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));

	if (!f)
		return err_set(e, ERR_SANDBOX, "no filter");
	if (add_rules(f) != 0 || add_doors(f, doors, num_doors) != 0)
		return err_set(e, ERR_SANDBOX, "a rule is refused");
	/* No children, no core, and no more descriptors than 0, which is open: poll(2) takes no more of them than this. */
	if (!limit(RLIMIT_AS, memory) || !limit(RLIMIT_CPU, cpu) || !limit(RLIMIT_NPROC, 0) ||
	    !limit(RLIMIT_CORE, 0) || !limit(RLIMIT_NOFILE, 1))
		return err_set(e, ERR_SANDBOX, "limits: %s", strerror(errno));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_set(e, ERR_SANDBOX, "no_new_privs: %s", strerror(errno));
	int bad = seccomp_load(f);
	if (bad != 0)
		return err_set(e, ERR_SANDBOX, "load: %s", strerror(-bad));
	return true;
}

void sandbox_budget(unsigned ms)
{
	struct itimerval v = { .it_value = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 } };

	MUST(setitimer(ITIMER_PROF, &v, NULL) == 0);
}
