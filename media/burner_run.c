/* burner_run.c: the process that starts xorriso; see burner.h. */
#include "media/burner.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ceremony/port/cell.h"

#define PLACE        "/tmp" /* where the folders are, for this process and what it starts */
#define MOST_SECONDS 7200 /* of one run: a DVD at the lowest speed takes one hour */

/* ---- what the program may open ------------------------------------------------------------------ */

#define READING (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITING \
	(READING | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE)
#define EVERYTHING \
	(WRITING | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_SOCK | \
	 LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

static bool allow(int rules, int fd, uint64_t what)
{
	struct landlock_path_beneath_attr a = { .allowed_access = what, .parent_fd = fd };

	return fd >= 0 && syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &a, 0) == 0;
}

static bool allow_path(int rules, const char *path, uint64_t what)
{
	int  fd = open(path, O_PATH | O_CLOEXEC);
	bool ok = allow(rules, fd, what);

	if (fd >= 0)
		(void)close(fd);
	return ok;
}

/* What is not there need not be allowed. */
static void allow_if_there(int rules, const char *path, uint64_t what)
{
	(void)(access(path, F_OK) == 0 && allow_path(rules, path, what));
}

static bool confine(const char *drive, int where, uint64_t access_there)
{
	static const char *const libraries[] = { "/usr/lib", "/lib", "/lib64", BURNER_PROGRAM };
	struct landlock_ruleset_attr a = { .handled_access_fs = EVERYTHING };
	int                          rules = (int)syscall(SYS_landlock_create_ruleset, &a, sizeof a, 0);

	if (rules < 0 || !allow_path(rules, drive, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE) || !allow(rules, where, access_there))
		return false;
	for (size_t i = 0; i < COUNT_OF(libraries); i++)
		allow_if_there(rules, libraries[i], LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE);
	allow_if_there(rules, "/etc/ld.so.cache", LANDLOCK_ACCESS_FS_READ_FILE);
	return syscall(SYS_landlock_restrict_self, rules, 0) == 0 && close(rules) == 0;
}

/* ---- one run of it ------------------------------------------------------------------------------- */

/* With folder as its working directory: the only path among its arguments is the drive's. */
static noreturn void become(const struct burner_request *r, int out)
{
	char  device[64], *drive = device + 6; /* behind "stdio:" */
	char *look[] = { "xorriso", "-no_rc", "-abort_on", "FAILURE", "-report_about", "WARNING", "-outdev", drive, "-toc", NULL };
	char *burn[] = { "xorriso", "-no_rc", "-abort_on", "FAILURE", "-report_about", "WARNING", "-outdev", drive, "-volid", (char *)(uintptr_t)r->volume,
		         "-joliet", "on", "-close", "on", "-uid", "0", "-gid", "0", "-map", ".", "/", "-commit", NULL };
	char *read_back[] = { "xorriso", "-no_rc", "-abort_on", "FAILURE", "-report_about", "WARNING", "-osirrox", "on", "-indev", drive, "-extract", "/", ".", NULL };
	char *const *const args[] = { [BURNER_LOOK] = look, [BURNER_BURN] = burn, [BURNER_READ] = read_back };
	char *env[] = { "LC_ALL=C", "TZ=UTC", NULL };
	bool  reads = r->what == BURNER_READ;
	int   null = open("/dev/null", O_RDWR | O_CLOEXEC), where = open(reads ? PLACE "/back" : PLACE "/stage", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)snprintf(device, sizeof device, "stdio:/dev/%s", r->node);
	if (strncmp(r->node, "loop", 4) == 0) /* a file that stands for a disc */
		look[7] = burn[7] = read_back[9] = device;
	bool ok = null >= 0 && where >= 0 && fchdir(where) == 0 && dup2(null, 0) == 0 && dup2(out, 1) == 1 && dup2(out, 2) == 2;
	ok = ok && confine(drive, where, reads ? WRITING : READING) && close_range(3, ~0U, 0) == 0;
	(void)alarm(MOST_SECONDS);
	if (ok)
		(void)execve(BURNER_PROGRAM, args[r->what], env);
	_exit(126);
}

static void drain(int fd, struct burner_reply *reply)
{
	char    piece[4096];
	ssize_t n;

	while ((n = read(fd, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR)) {
		size_t room = sizeof reply->said - reply->len, len = n > 0 ? (size_t)n : 0;
		len = len < room ? len : room;
		memcpy(reply->said + reply->len, piece, len);
		reply->len += len;
	}
}

static void run_once(const struct burner_request *r, struct burner_reply *reply)
{
	int fd[2];

	*reply = (struct burner_reply){ .status = -1 };
	if (pipe2(fd, O_CLOEXEC) != 0)
		return;
	pid_t parent = getpid(), pid = fork();
	if (pid == 0) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
			_exit(126);
		become(r, fd[1]);
	}
	(void)close(fd[1]);
	if (pid > 0)
		drain(fd[0], reply);
	(void)close(fd[0]);
	while (pid > 0 && waitpid(pid, &reply->status, 0) < 0 && errno == EINTR)
		;
}

static bool is_made_of(const char *text, size_t cap, const char *letters)
{
	size_t len = strnlen(text, cap);

	return len > 0 && len < cap && strspn(text, letters) == len;
}

/* The program asks where it is, so its folders must be on a path: in a place of mounts that is this process's own. */
static bool take_place(int root)
{
	return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       move_mount(root, "", AT_FDCWD, PLACE, MOVE_MOUNT_F_EMPTY_PATH) == 0 && close(root) == 0;
}

int burner_run(int fd, int root)
{
	static struct burner_reply reply;
	struct burner_request      r;
	struct err                 e = { 0 };
	struct rlimit              none = { 0, 0 };
	char                       ready = 0;

	(void)signal(SIGPIPE, SIG_IGN);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || setrlimit(RLIMIT_CORE, &none) != 0 || !take_place(root) ||
	    !cell_enter(CELL_PROGRAM, &e) || send(fd, &ready, 1, 0) != 1)
		return 1;
	while (recv(fd, &r, sizeof r, 0) == (ssize_t)sizeof r) {
		if (r.what > BURNER_READ || !is_made_of(r.node, sizeof r.node, "abcdefghijklmnopqrstuvwxyz0123456789") ||
		    !is_made_of(r.volume, sizeof r.volume, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"))
			return 1;
		run_once(&r, &reply);
		if (send(fd, &reply, sizeof reply, 0) != (ssize_t)sizeof reply)
			return 1;
	}
	return 0;
}
