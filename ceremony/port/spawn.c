/* spawn.c: see spawn.h. */
#include "ceremony/port/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define ERROR_FD (IPC_FD + 1) /* close-on-exec: carries errno if exec fails */

static const char *const programs[PORT_COUNT_] = {
	[PORT_TOKEN] = "ceremony-token",
	[PORT_MEDIA] = "ceremony-media",
	[PORT_PARSE] = "ceremony-parse",
};

/* The only variables that reach a helper. Each tells a PKCS #11 module where its own
 * configuration or store lies; without it the module would find no token. */
static const char *const kept[] = {
	"SOFTHSM2_CONF",              /* SoftHSM: its configuration, hence its tokens */
	"TPM2_PKCS11_STORE",          /* tpm2-pkcs11: the folder of its store */
	"TPM2_PKCS11_TCTI",           /* tpm2-pkcs11: which TPM */
	"DBUS_SESSION_BUS_ADDRESS",   /* tpm2-pkcs11: where the TPM's resource manager answers, if not system-wide */
	"YUBIHSM_PKCS11_CONF",        /* YubiHSM: address of its connector */
	"ChrystokiConfigurationPath", /* Luna: folder of Chrystoki.conf */
	"OPENSC_CONF",                /* OpenSC: its configuration file */
};

static void fill_env(char **env)
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(kept); i++) {
		size_t len = strlen(kept[i]);
		for (char **v = environ; v && *v; v++)
			if (strncmp(*v, kept[i], len) == 0 && (*v)[len] == '=')
				env[n++] = *v;
	}
	env[n] = NULL;
}

/* A pair of descriptors that are closed on every way out; -1 where given away. */
struct pair {
	int fd[2];
};

static void pair_done(struct pair *p)
{
	for (int i = 0; i < 2; i++)
		if (p->fd[i] >= 0)
			(void)close(p->fd[i]);
}

#define PAIR __attribute__((cleanup(pair_done))) struct pair

/* Moves fd to a number above those that the child will fill, so that none is overwritten. */
static int lift(int fd)
{
	return fcntl(fd, F_DUPFD, ERROR_FD + 1);
}

/* No handler of the conductor's may run in the child, which has its memory. */
static bool forget_handlers(void)
{
	struct sigaction a;

	for (int i = 1; i < NSIG; i++)
		if (sigaction(i, NULL, &a) == 0 && a.sa_handler != SIG_DFL && a.sa_handler != SIG_IGN && signal(i, SIG_DFL) == SIG_ERR)
			return false;
	/* What the conductor ignores (SIGPIPE, SIGINT) the helper ignores too: Ctrl-C at the
	 * screen is for the conductor to hear. */
	return signal(SIGINT, SIG_IGN) != SIG_ERR && signal(SIGPIPE, SIG_IGN) != SIG_ERR;
}

/* In the child, between vfork and exec, on the conductor's memory and with all signals blocked: only async-signal-safe calls, and nothing
 * is changed but what is in here. */
__attribute__((noinline)) static noreturn void become(const char *path, char *const *argv, char *const *env, int socket_fd, int stderr_fd,
                            int error_fd, pid_t parent)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int from[ERROR_FD + 1] = { lift(null), lift(null), lift(stderr_fd), lift(socket_fd), lift(error_fd) };
	bool ok = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
	sigset_t none;

	for (int i = ERROR_FD; i >= 0; i--)
		ok = ok && from[i] >= 0 && dup2(from[i], i) == i;
	ok = ok && fcntl(ERROR_FD, F_SETFD, FD_CLOEXEC) == 0 && close_range(ERROR_FD + 1, ~0U, 0) == 0;
	ok = ok && forget_handlers() && sigemptyset(&none) == 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0;
	if (ok)
		(void)execve(path, argv, env);
	int why = errno;
	(void)!write(from[ERROR_FD] >= 0 ? ERROR_FD : error_fd, &why, sizeof why);
	_exit(127);
}

static bool cannot(struct err *e, const char *name, int why)
{
	return err_set(e, ERR_HELPER_START, "%s: %s", name, strerror(why));
}

/* Waits for exec: the pipe closes without a word if it went well. */
static bool exec_went_well(int fd, int *why)
{
	ssize_t n;

	while ((n = read(fd, why, sizeof *why)) < 0 && errno == EINTR)
		;
	return n == 0;
}

bool spawn_program(struct spawned *s, enum port port, const char *name, const char *path, const char *const *args,
                   struct err *e)
{
	PAIR  sock = { { -1, -1 } }, said = { { -1, -1 } }, error = { { -1, -1 } };
	char *argv[SPAWN_MAX_ARGS + 2] = { (char *)(uintptr_t)name };
	char *env[COUNT_OF(kept) + 1];
	int   why = 0;

	for (size_t i = 0; args && args[i]; i++) {
		MUST(i < SPAWN_MAX_ARGS);
		argv[i + 1] = (char *)(uintptr_t)args[i]; /* execve does not write to it */
	}
	fill_env(env);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sock.fd) != 0 ||
	    pipe2(said.fd, O_CLOEXEC | O_NONBLOCK) != 0 || pipe2(error.fd, O_CLOEXEC) != 0)
		return cannot(e, name, errno);
	sigset_t all, mask;
	if (sigfillset(&all) != 0 || sigprocmask(SIG_SETMASK, &all, &mask) != 0)
		return cannot(e, name, errno);
	/* vfork: the child gets no copy of the conductor's memory, and no page of it is copied because it might have. */
	pid_t parent = getpid(), pid = vfork();
	if (pid == 0)
		become(path, argv, env, sock.fd[1], said.fd[1], error.fd[1], parent);
	why = errno;
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	if (pid < 0)
		return cannot(e, name, why);
	(void)close(error.fd[1]);
	error.fd[1] = -1;
	bool ok = exec_went_well(error.fd[0], &why) || cannot(e, name, why);
	if (ok)
		ok = ipc_client_init(&s->client, sock.fd[0], said.fd[0], pid, port, name, e);
	if (!ok) {
		(void)kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		return false;
	}
	s->helper = ipc_client(&s->client);
	sock.fd[0] = said.fd[0] = -1; /* the client's now */
	return true;
}

bool spawn_helper(struct spawned *s, enum port port, const char *const *args, struct err *e)
{
	MUST(programs[port]);
	return spawn_beside(s, port, programs[port], args, e);
}

bool spawn_beside(struct spawned *s, enum port port, const char *name, const char *const *args, struct err *e)
{
	char    path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
	if (n <= 0)
		return cannot(e, name, errno);
	path[n] = 0;
	char *slash = strrchr(path, '/');
	if (!slash || (size_t)(slash + 1 - path) + strlen(name) >= sizeof path)
		return cannot(e, name, ENAMETOOLONG);
	memcpy(slash + 1, name, strlen(name) + 1);
	return spawn_program(s, port, name, path, args, e);
}

void spawn_done(struct spawned *s)
{
	ipc_client_done(&s->client);
	*s = (struct spawned){ 0 };
}
