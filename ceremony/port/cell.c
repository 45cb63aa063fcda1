/* cell.c: see cell.h. */
#include "ceremony/port/cell.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BIT(cap) (UINT64_C(1) << (cap))

static const uint64_t any_file = BIT(CAP_DAC_OVERRIDE) | BIT(CAP_DAC_READ_SEARCH);
static const uint64_t mounting = BIT(CAP_SYS_ADMIN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_IPC_LOCK);

static const int programs[] = { SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(clone), SCMP_SYS(clone3) };

static const int deadly[] = {
	SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_getfd), SCMP_SYS(socket),
	SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4),
	SCMP_SYS(setns), SCMP_SYS(unshare), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot),
	SCMP_SYS(move_mount), SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open), SCMP_SYS(io_uring_setup), SCMP_SYS(userfaultfd), SCMP_SYS(keyctl), SCMP_SYS(add_key),
	SCMP_SYS(request_key), SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load), SCMP_SYS(reboot), SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(sethostname),
	SCMP_SYS(quotactl), SCMP_SYS(acct), SCMP_SYS(iopl), SCMP_SYS(ioperm), SCMP_SYS(open_by_handle_at),
};

static void filter_done(scmp_filter_ctx *f)
{
	if (*f)
		seccomp_release(*f);
}

/* Ours dies of what it must not try. A program that is not ours may ask idly, as libraries do, and gets a no; truncate is none of what
 * it needs, and Landlock before Linux 6.2 does not hold it off. */
static bool filter(enum cell_kind kind, struct err *e)
{
	__attribute__((cleanup(filter_done))) scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	const uint32_t no = kind == CELL_MOUNTS ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM);
	int            bad = f ? 0 : -1;

	for (size_t i = 0; !bad && i < sizeof deadly / sizeof deadly[0]; i++)
		bad = seccomp_rule_add(f, no, deadly[i], 0);
	for (size_t i = 0; !bad && kind == CELL_MOUNTS && i < sizeof programs / sizeof programs[0]; i++)
		bad = seccomp_rule_add(f, no, programs[i], 0);
	if (!bad && kind == CELL_PROGRAM)
		bad = seccomp_rule_add(f, no, SCMP_SYS(truncate), 0);
	if (bad || seccomp_load(f) != 0)
		return err_set(e, ERR_SANDBOX, "the filter");
	return true;
}

/* Nor can a program bring others back. Who may not shrink the set has no_new_privs alone, which says the same. */
static bool bound(uint64_t kept, struct err *e)
{
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (!(kept & BIT(cap)) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0)
			return err_set(e, ERR_SANDBOX, "the bounding set: %s", strerror(errno));
	return true;
}

/* What it has of the rights that are kept, and no other: neither now nor in a program that it might become. */
static bool give_up(uint64_t kept, struct err *e)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct   data[2] = { { 0 } };

	if (syscall(SYS_capget, &head, data) != 0)
		return err_set(e, ERR_SANDBOX, "capget: %s", strerror(errno));
	if ((data[0].effective & BIT(CAP_SETPCAP)) && !bound(kept, e))
		return false;
	for (int i = 0; i < 2; i++) {
		data[i].permitted &= (uint32_t)(kept >> (32 * i));
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 || syscall(SYS_capset, &head, data) != 0)
		return err_set(e, ERR_SANDBOX, "capset: %s", strerror(errno));
	return true;
}

bool cell_give_up(enum cell_rights kept, struct err *e)
{
	const uint64_t rights[] = { [CELL_NO_RIGHT] = 0, [CELL_ANY_FILE] = any_file, [CELL_MEDIA] = mounting };
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	(void)setrlimit(RLIMIT_MEMLOCK, &all); /* what root could lock, while it is root; who may not raise it has what there is */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_set(e, ERR_SANDBOX, "no_new_privs: %s", strerror(errno));
	return give_up(rights[kept], e);
}

bool cell_enter(enum cell_kind kind, struct err *e)
{
	/* Who may not have a place of their own may not mount either, and harms nobody. */
	bool own = unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC) == 0;

	if (!own && errno != EPERM)
		return err_set(e, ERR_SANDBOX, "unshare: %s", strerror(errno));
	if (own && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return err_set(e, ERR_SANDBOX, "a place for mounts: %s", strerror(errno));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_set(e, ERR_SANDBOX, "no_new_privs: %s", strerror(errno));
	return give_up(kind == CELL_MOUNTS ? mounting : 0, e) && filter(kind, e);
}
