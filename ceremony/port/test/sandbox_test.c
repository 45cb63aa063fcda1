/* sandbox_test.c: what a process can and cannot do once it is shut in; each case in a child. */
#include "ceremony/port/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/base/hash.h"
#include "ceremony/base/secret.h"

#define REFUSED 42 /* exit code: the call failed with EPERM */

static int end(bool went_well)
{
	return went_well ? 0 : errno == EPERM ? REFUSED : 1;
}

static int opens(void)
{
	return end(open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0);
}

static int opens_to_write(void)
{
	return end(open("/tmp/ceremony-sandbox-test", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0);
}

static int stats(void)
{
	struct stat st;

	return end(stat("/", &st) == 0);
}

static int unlinks(void)
{
	return end(unlink("/tmp/ceremony-sandbox-test") == 0);
}

static int duplicates(void)
{
	return end(dup(0) >= 0);
}

static int maps_code(void)
{
	return end(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
}

static int maps_a_file(void)
{
	return end(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 0, 0) != MAP_FAILED);
}

static int makes_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? 1 : end(mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0);
}

static int connects(void)
{
	return end(socket(AF_INET, SOCK_STREAM, 0) >= 0);
}

static int forks(void)
{
	pid_t p = fork();

	if (p == 0)
		_exit(0);
	return end(p > 0);
}

static int executes(void)
{
	char *argv[] = { (char[]){ "true" }, NULL };

	(void)execve("/bin/true", argv, NULL);
	return end(false);
}

static int signals_others(void)
{
	return end(kill(getppid(), 0) == 0);
}

static int spins(void)
{
	for (volatile bool on = true; on;)
		;
	return 1;
}

static int overdraws(void)
{
	sandbox_budget(50);
	return spins();
}

/* A budget that is taken away again kills nobody. */
static int keeps_within(void)
{
	struct timespec t;

	sandbox_budget(50);
	sandbox_budget(0);
	do {
		if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0)
			return 1;
	} while (t.tv_sec == 0 && t.tv_nsec < 200000000);
	return 0;
}

static int takes_too_much(void)
{
	return mmap(NULL, (size_t)1 << 32, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
	               ? 0
	               : 1;
}

static int aborts(void)
{
	abort();
}

/* The work of a parser: memory, hashes, secrets, chance, an answer. */
static int works(void)
{
	SECRET  s = { 0 };
	uint8_t r[16];
	char    hex[HASH_MAX * 2 + 1];
	void   *p = malloc((size_t)1 << 20);
	bool    ok = p && secret_set(&s, BYTES_LIT("words"), NULL);

	free(p);
	random_fill(r, sizeof r);
	ok = ok && strlen(sha256_hex(hex, BYTES_LIT("abc"))) == 64;
	return ok && write(1, "", 0) == 0 ? 0 : 1;
}

static const struct {
	const char *what;
	int (*act)(void);
	int code, signal;
} cases[] = {
	{ "works", works, 0, 0 },
	{ "opens", opens, REFUSED, 0 },
	{ "opens to write", opens_to_write, REFUSED, 0 },
	{ "stats", stats, REFUSED, 0 },
	{ "unlinks", unlinks, REFUSED, 0 },
	{ "duplicates", duplicates, REFUSED, 0 },
	{ "maps code", maps_code, REFUSED, 0 },
	{ "maps a file", maps_a_file, REFUSED, 0 },
	{ "makes code", makes_code, REFUSED, 0 },
	{ "connects", connects, 0, SIGSYS },
	{ "forks", forks, 0, SIGSYS },
	{ "executes", executes, 0, SIGSYS },
	{ "signals others", signals_others, 0, SIGSYS },
	{ "spins", spins, 0, SIGKILL },
	{ "overdraws", overdraws, 0, SIGPROF },
	{ "keeps within", keeps_within, 0, 0 },
	{ "takes too much", takes_too_much, 0, 0 },
	{ "aborts", aborts, 0, SIGABRT },
};

static int in_child(int (*act)(void), bool shut_in)
{
	int   status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		struct err e = { 0 };
		if (shut_in && !sandbox_enter((size_t)1 << 30, 1, NULL, 0, &e))
			_exit(99);
		_exit(act());
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void each_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int status = in_child(cases[i].act, true);

		print_message("  %s: status %#x\n", cases[i].what, (unsigned)status);
		if (cases[i].signal) {
			assert_true(WIFSIGNALED(status));
			assert_int_equal(WTERMSIG(status), cases[i].signal);
		} else {
			assert_true(WIFEXITED(status));
			assert_int_equal(WEXITSTATUS(status), cases[i].code);
		}
	}
}

/* One ioctl on one descriptor: nothing else goes through that door. */
static int through_the_door(void)
{
	struct sandbox_door door = { .request = FIONREAD };
	struct err          e = { 0 };
	int                 fd[2], n = -1;

	if (pipe(fd) != 0 || write(fd[1], "abc", 3) != 3)
		return 98;
	door.fd = fd[0];
	if (!sandbox_enter((size_t)1 << 30, 1, &door, 1, &e))
		return 99;
	if (ioctl(fd[0], FIONREAD, &n) != 0 || n != 3)
		return 1;
	if (ioctl(fd[1], FIONREAD, &n) == 0 || errno != EPERM)
		return 2;
	int on = 1;
	if (ioctl(fd[0], FIONBIO, &on) == 0 || errno != EPERM)
		return 3;
	struct pollfd wait = { .fd = fd[0], .events = POLLIN }; /* as for a camera's next picture */
	if (poll(&wait, 1, 0) != 1 || !(wait.revents & POLLIN))
		return 4;
	return open("/dev/null", O_RDONLY) < 0 && errno == EPERM ? 0 : 5;
}

static void a_door_is_one_call(void **state)
{
	(void)state;
	int status = in_child(through_the_door, false);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* The same acts go well outside: it is the sandbox that refuses. */
static void outside_it_is_allowed(void **state)
{
	(void)state;
	assert_int_equal(in_child(opens, false), 0);
	assert_int_equal(in_child(opens_to_write, false), 0);
	assert_int_equal(in_child(unlinks, false), 0);
	assert_int_equal(in_child(duplicates, false), 0);
	assert_int_equal(in_child(maps_code, false), 0);
	assert_int_equal(in_child(makes_code, false), 0);
	assert_int_equal(in_child(connects, false), 0);
	assert_int_equal(in_child(forks, false), 0);
	assert_int_equal(in_child(signals_others, false), 0);
}

int main(void)
{
	struct err              e = { 0 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case),
		cmocka_unit_test(a_door_is_one_call),
		cmocka_unit_test(outside_it_is_allowed),
	};

	if (!process_harden(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
