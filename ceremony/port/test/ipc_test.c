/* ipc_test.c: frames, calls, secrets, errors, and helpers that lie or die. The helper of the
 * spawn cases is this program itself, started with --helper. */
#include "ceremony/port/ipc.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/port/spawn.h"

/* ---- a helper that does what its fields tell it ---- */

static bool environment(struct call *c)
{
	unsigned n = 0;

	for (char **v = environ; *v; v++)
		n++;
	fields_u64(&c->out, "environment", n);
	fields_str(&c->out, "softhsm", getenv("SOFTHSM2_CONF") ? getenv("SOFTHSM2_CONF") : "");
	unsigned open_fds = 0;
	for (int fd = 0; fd < 256; fd++)
		open_fds += fcntl(fd, F_GETFD) >= 0;
	fields_u64(&c->out, "descriptors", open_fds);
	sigset_t         mask;
	struct sigaction usr1, interrupt;
	(void)sigprocmask(SIG_BLOCK, NULL, &mask);
	(void)sigaction(SIGUSR1, NULL, &usr1);
	(void)sigaction(SIGINT, NULL, &interrupt);
	fields_str(&c->out, "signals", !sigismember(&mask, SIGUSR2) && usr1.sa_handler == SIG_DFL && interrupt.sa_handler == SIG_IGN ? "clean" : "");
	return true;
}

static bool act(void *ctx, struct call *c, struct err *e)
{
	(void)ctx;
	struct bytes what = fields_get(&c->in, "label");

	if (c->op == OP_TOKEN_INIT) {
		fields_u64(&c->out, "len", c->secret_in->len);
		return true;
	}
	if (c->op == OP_SHARE_SHOW) {
		fields_str(&c->out, "number", "1");
		return secret_set(c->secret_out, BYTES_LIT("academic acid acrobat"), e);
	}
	if (bytes_is(what, "abort"))
		abort();
	if (bytes_is(what, "exit"))
		_exit(5);
	if (bytes_is(what, "say")) {
		(void)!write(2, "one\nthe module\x1b[31m failed\n", 27);
		_exit(6);
	}
	if (bytes_is(what, "environment"))
		return environment(c);
	if (bytes_is(what, "progress"))
		for (unsigned i = 0; i <= 3; i++)
			c->progress(c->progress_ctx, "counting", i, 3);
	if (bytes_is(what, "slow"))
		(void)nanosleep(&(struct timespec){ .tv_sec = 1, .tv_nsec = 500000000 }, NULL);
	if (bytes_is(what, "fill"))
		for (unsigned i = 0; i < 40; i++) {
			static char piece[300000];
			char        key[16];
			memset(piece, 'x', sizeof piece - 1);
			(void)snprintf(key, sizeof key, "piece.%u", i);
			fields_str(&c->out, key, piece);
		}
	if (bytes_is(what, "refuse"))
		return err_set(e, ERR_DISK_FULL, "the medium \"A\"");
	fields_add_all(&c->out, &c->in);
	return true;
}

static const struct helper impl = { act, NULL };

static int helper_main(int fd)
{
	struct err e = { 0 };

	return ipc_serve(fd, PORT_TOKEN, &impl, &e) ? 0 : 3;
}

/* ---- one client a test, over fork ---- */

static struct ipc_client client;
static struct arena      out;

static pid_t fork_helper(int sv[2], int (*main_of)(int fd))
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)close(sv[0]);
		_exit(main_of(sv[1]));
	}
	(void)close(sv[1]);
	return pid;
}

static struct helper start(int (*main_of)(int fd))
{
	struct err e = { 0 };
	int        sv[2];
	pid_t      pid = fork_helper(sv, main_of);

	assert_true(ipc_client_init(&client, sv[0], -1, pid, PORT_TOKEN, "ceremony-token", &e));
	return ipc_client(&client);
}

static struct call call_of(enum op op, struct arena *in, const char *label)
{
	struct call c = { .op = op, .in = fields_on(in), .out = fields_on(&out) };

	fields_str(&c.in, "label", label);
	return c;
}

/* One key-find with a label; the error's id, ERR_NONE if it went well. */
static enum err_id find(const struct helper *h, const char *label, struct err *e)
{
	char         storage[512];
	struct arena in = ARENA_ON(storage);
	struct call  c = call_of(OP_KEY_FIND, &in, label);

	*e = (struct err){ 0 };
	out.len = 0;
	return helper_call(h, &c, e) ? ERR_NONE : e->id;
}

static void an_answer_comes_back_whole(void **state)
{
	(void)state;
	struct helper h = start(helper_main);
	struct err    e = { 0 };
	size_t        size = (size_t)6 << 20;
	struct arena  in = arena_new(size + 65536);
	struct call   c = { .op = OP_KEY_FIND, .in = fields_on(&in), .out = fields_on(&out) };
	uint8_t      *big = malloc(size);

	assert_non_null(big);
	for (size_t i = 0; i < size; i++)
		big[i] = (uint8_t)(i * 31);
	fields_str(&c.in, "empty", "");
	fields_put(&c.in, "big", bytes_of(big, size));
	fields_str(&c.in, "CKA_SENSITIVE", "true");
	out.len = 0;
	assert_true(helper_call(&h, &c, &e));
	assert_true(fields_equal(&c.in, &c.out));
	assert_int_equal(c.out.item[1].value.p[size], 0); /* usable as a C string */
	free(big);
	arena_free(&in);
	ipc_client_done(&client);
	ipc_client_done(&client);
}

static void secrets_travel_both_ways(void **state)
{
	(void)state;
	struct helper h = start(helper_main);
	struct err    e = { 0 };
	char          storage[512];
	struct arena  in = ARENA_ON(storage);
	static const size_t lens[] = { 0, 1, 4096, IPC_MAX_SECRET };

	for (size_t i = 0; i < COUNT_OF(lens); i++) {
		SECRET      pin = { 0 };
		struct call c = call_of(OP_TOKEN_INIT, &in, "x");
		uint64_t    len = 1;

		assert_true(secret_new(&pin, lens[i], &e));
		pin.len = lens[i];
		c.secret_in = &pin;
		out.len = in.len = 0;
		assert_true(helper_call(&h, &c, &e));
		assert_true(fields_get_u64(&len, &c.out, "len", IPC_MAX_SECRET));
		assert_int_equal(len, lens[i]);
	}
	SECRET words = { 0 };
	struct call c = call_of(OP_SHARE_SHOW, &in, "x");
	c.secret_out = &words;
	out.len = in.len = 0;
	assert_true(helper_call(&h, &c, &e));
	assert_true(bytes_is(secret_expose(&words), "academic acid acrobat"));

	SECRET too_long = { 0 };
	assert_true(secret_new(&too_long, IPC_MAX_SECRET + 1, &e));
	too_long.len = too_long.cap;
	c = call_of(OP_TOKEN_INIT, &in, "x");
	c.secret_in = &too_long;
	assert_false(helper_call(&h, &c, &e));
	assert_int_equal(e.id, ERR_TOO_LARGE);
	assert_int_equal(find(&h, "still there", &e), ERR_NONE);
	ipc_client_done(&client);
}

static void errors_keep_their_name(void **state)
{
	(void)state;
	struct helper h = start(helper_main);
	struct err    e;

	assert_int_equal(find(&h, "refuse", &e), ERR_DISK_FULL);
	assert_string_equal(e.detail, "the medium \"A\"");
	assert_int_equal(find(&h, "fine", &e), ERR_NONE);
	assert_int_equal(find(&h, "fill", &e), ERR_TOO_LARGE); /* an answer above the cap */
	assert_int_equal(find(&h, "fine", &e), ERR_NONE);
	ipc_client_done(&client);
}

static void count(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	assert_string_equal(what, "counting");
	assert_int_equal(total, 3);
	assert_int_equal(done, *(uint64_t *)ctx);
	*(uint64_t *)ctx += 1;
}

static void at_work(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	assert_string_equal(what, "the token is at work");
	assert_int_equal(done, 0);
	assert_int_equal(total, 0);
	*(uint64_t *)ctx += 1;
}

static void slow_work_is_told(void **state)
{
	(void)state;
	struct helper h = start(helper_main);
	struct err    e = { 0 };
	char          storage[512];
	struct arena  in = ARENA_ON(storage);
	struct call   c = call_of(OP_KEY_FIND, &in, "slow");
	uint64_t      n = 0;

	c.progress = at_work;
	c.progress_ctx = &n;
	out.len = 0;
	assert_true(helper_call(&h, &c, &e));
	assert_int_equal(n, 1);
	ipc_client_done(&client);
}

static void progress_is_told(void **state)
{
	(void)state;
	struct helper h = start(helper_main);
	struct err    e = { 0 };
	char          storage[512];
	struct arena  in = ARENA_ON(storage);
	struct call   c = call_of(OP_KEY_FIND, &in, "progress");
	uint64_t      n = 0;

	c.progress = count;
	c.progress_ctx = &n;
	out.len = 0;
	assert_true(helper_call(&h, &c, &e));
	assert_int_equal(n, 4);
	ipc_client_done(&client);
}

static void a_death_is_told(void **state)
{
	(void)state;
	static const struct {
		const char *label, *says;
	} cases[] = {
		{ "abort", "ceremony-token: killed by signal 6 (Aborted)" },
		{ "exit", "ceremony-token: ended with exit code 5" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct helper h = start(helper_main);
		struct err    e;

		assert_int_equal(find(&h, cases[i].label, &e), ERR_HELPER_DIED);
		assert_string_equal(e.detail, cases[i].says);
		assert_int_equal(find(&h, "again", &e), ERR_HELPER_DIED);
		assert_string_equal(e.detail, cases[i].says);
		ipc_client_done(&client);
	}
}

static void a_kill_between_calls_is_told(void **state)
{
	(void)state;
	struct helper h = start(helper_main);
	struct err    e;

	assert_int_equal(find(&h, "fine", &e), ERR_NONE);
	assert_int_equal(kill(client.pid, SIGKILL), 0);
	assert_int_equal(find(&h, "fine", &e), ERR_HELPER_DIED);
	assert_string_equal(e.detail, "ceremony-token: killed by signal 9 (Killed)");
	ipc_client_done(&client);
}

/* ---- helpers that lie: what they answer, octet by octet ---- */

static struct bytes lie;

static int liar_main(int fd)
{
	uint8_t call[4096];

	if (read(fd, call, sizeof call) <= 0)
		return 1;
	(void)!write(fd, lie.p, lie.len);
	(void)shutdown(fd, SHUT_WR);
	while (read(fd, call, sizeof call) > 0) /* the rest of the call, so that it is not refused */
		;
	return 0;
}

#define HEAD(kind, name, num, body, secret) "CER1" kind name num body secret
#define NO_SECRET "\xff\xff\xff\xff"

static void lies_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char  *what;
		struct bytes octets;
		enum err_id  id;
	} cases[] = {
		{ "good", BYTES_LIT(HEAD("A", "\x08", "\0\0", "\0\0\0\x08", NO_SECRET) "key-find"), ERR_NONE },
		{ "good with a field",
		  BYTES_LIT(HEAD("A", "\x08", "\0\1", "\0\0\0\x10", NO_SECRET) "key-find\0\1a\0\0\0\1b"), ERR_NONE },
		{ "nothing", BYTES_LIT(""), ERR_HELPER_DIED },
		{ "half a header", BYTES_LIT("CER1A"), ERR_HELPER_DIED },
		{ "half a body", BYTES_LIT(HEAD("A", "\x08", "\0\0", "\0\0\0\x08", NO_SECRET) "key-"), ERR_HELPER_DIED },
		{ "magic", BYTES_LIT("CER2A\x08\0\0\0\0\0\x08" NO_SECRET "key-find"), ERR_IPC_FORM },
		{ "kind", BYTES_LIT(HEAD("X", "\x08", "\0\0", "\0\0\0\x08", NO_SECRET) "key-find"), ERR_IPC_FORM },
		{ "a call", BYTES_LIT(HEAD("C", "\x08", "\0\0", "\0\0\0\x08", NO_SECRET) "key-find"), ERR_IPC_FORM },
		{ "another op", BYTES_LIT(HEAD("A", "\x08", "\0\0", "\0\0\0\x08", NO_SECRET) "key-sign"), ERR_IPC_FORM },
		{ "body above the cap", BYTES_LIT(HEAD("A", "\x08", "\0\0", "\0\x80\0\1", NO_SECRET)), ERR_IPC_FORM },
		{ "secret above the cap", BYTES_LIT(HEAD("A", "\x08", "\0\0", "\0\0\0\x08", "\0\1\0\1")), ERR_IPC_FORM },
		{ "secret unasked",
		  BYTES_LIT(HEAD("A", "\x08", "\0\0", "\0\0\0\x08", "\0\0\0\1") "skey-find"), ERR_IPC_FORM },
		{ "too many fields", BYTES_LIT(HEAD("A", "\x08", "\0\x61", "\0\0\0\x08", NO_SECRET) "key-find"), ERR_IPC_FORM },
		{ "a field missing", BYTES_LIT(HEAD("A", "\x08", "\0\1", "\0\0\0\x08", NO_SECRET) "key-find"), ERR_IPC_FORM },
		{ "trailing", BYTES_LIT(HEAD("A", "\x08", "\0\0", "\0\0\0\x09", NO_SECRET) "key-findx"), ERR_IPC_FORM },
		{ "name too long", BYTES_LIT(HEAD("A", "\x09", "\0\0", "\0\0\0\x08", NO_SECRET) "key-find"), ERR_IPC_FORM },
		{ "value too long",
		  BYTES_LIT(HEAD("A", "\x08", "\0\1", "\0\0\0\x10", NO_SECRET) "key-find\0\1a\0\0\0\2b"), ERR_IPC_FORM },
		{ "key empty",
		  BYTES_LIT(HEAD("A", "\x08", "\0\1", "\0\0\0\x0f", NO_SECRET) "key-find\0\0\0\0\0\1b"), ERR_IPC_FORM },
		{ "key with a blank",
		  BYTES_LIT(HEAD("A", "\x08", "\0\1", "\0\0\0\x10", NO_SECRET) "key-find\0\1 \0\0\0\1b"), ERR_IPC_FORM },
		{ "key twice",
		  BYTES_LIT(HEAD("A", "\x08", "\0\2", "\0\0\0\x18", NO_SECRET) "key-find\0\1a\0\0\0\1b\0\1a\0\0\0\1b"),
		  ERR_IPC_FORM },
		{ "error", BYTES_LIT(HEAD("E", "\x0d", "\0\0", "\0\0\0\x0d", NO_SECRET) "ERR_DISK_FULL"), ERR_DISK_FULL },
		{ "unknown error",
		  BYTES_LIT(HEAD("E", "\x0d", "\0\0", "\0\0\0\x0d", NO_SECRET) "ERR_DISK_FILL"), ERR_IPC_FORM },
		{ "no error", BYTES_LIT(HEAD("E", "\x08", "\0\0", "\0\0\0\x08", NO_SECRET) "ERR_NONE"), ERR_IPC_FORM },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct err e;

		lie = cases[i].octets;
		struct helper h = start(liar_main);
		print_message("  %s\n", cases[i].what);
		assert_int_equal(find(&h, "x", &e), cases[i].id);
		if (cases[i].id == ERR_IPC_FORM)
			assert_int_equal(find(&h, "x", &e), ERR_HELPER_DIED);
		ipc_client_done(&client);
	}
}

/* ---- conductors that lie: the helper ends with exit code 3 ---- */

static void wrong_calls_end_the_helper(void **state)
{
	(void)state;
	static const struct {
		const char  *what;
		struct bytes octets;
		int          code;
	} cases[] = {
		{ "nothing", BYTES_LIT(""), 0 },
		{ "half a header", BYTES_LIT("CER1"), 0 },
		{ "another port", BYTES_LIT(HEAD("C", "\x0a", "\0\0", "\0\0\0\x0a", NO_SECRET) "media-list"), 3 },
		{ "unknown op", BYTES_LIT(HEAD("C", "\x04", "\0\0", "\0\0\0\x04", NO_SECRET) "none"), 3 },
		{ "secret missing", BYTES_LIT(HEAD("C", "\x0a", "\0\0", "\0\0\0\x0a", NO_SECRET) "token-init"), 3 },
		{ "secret unasked", BYTES_LIT(HEAD("C", "\x08", "\0\0", "\0\0\0\x08", "\0\0\0\1") "skey-find"), 3 },
		{ "an answer", BYTES_LIT(HEAD("A", "\x08", "\0\0", "\0\0\0\x08", NO_SECRET) "key-find"), 3 },
		{ "good", BYTES_LIT(HEAD("C", "\x08", "\0\0", "\0\0\0\x08", NO_SECRET) "key-find"), 0 },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int   sv[2], status = -1;
		pid_t pid = fork_helper(sv, helper_main);

		print_message("  %s\n", cases[i].what);
		assert_int_equal(write(sv[0], cases[i].octets.p, cases[i].octets.len), cases[i].octets.len);
		assert_int_equal(shutdown(sv[0], SHUT_WR), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), cases[i].code);
		(void)close(sv[0]);
	}
}

/* ---- spawn ---- */

static struct spawned spawned;

static void heard(int signal)
{
	(void)signal;
}

/* Before and after a spawn, the conductor's own signals are as it has set them. */
static bool signals_are_ours(void)
{
	sigset_t         mask;
	struct sigaction usr1;

	return sigprocmask(SIG_BLOCK, NULL, &mask) == 0 && sigaction(SIGUSR1, NULL, &usr1) == 0 && sigismember(&mask, SIGUSR2) == 1 &&
	       sigismember(&mask, SIGTERM) == 0 && usr1.sa_handler == heard;
}

static void spawn_gives_a_bare_world(void **state)
{
	(void)state;
	static const char *const args[] = { "--helper", NULL };
	struct err               e = { 0 };
	char                     storage[512];
	struct arena             in = ARENA_ON(storage);
	struct call              c = call_of(OP_KEY_FIND, &in, "environment");
	int                      leak = fcntl(0, F_DUPFD, 100); /* not close-on-exec */

	assert_int_equal(setenv("SOFTHSM2_CONF", "/nowhere", 1), 0);
	assert_int_equal(setenv("LD_PRELOAD_NOT", "1", 1), 0);
	sigset_t usr2;
	assert_true(sigemptyset(&usr2) == 0 && sigaddset(&usr2, SIGUSR2) == 0 && sigprocmask(SIG_BLOCK, &usr2, NULL) == 0);
	assert_true(signal(SIGUSR1, heard) != SIG_ERR && signals_are_ours());
	assert_true(spawn_program(&spawned, PORT_TOKEN, "ceremony-token", "/proc/self/exe", args, &e));
	assert_true(signals_are_ours());
	out.len = 0;
	assert_true(helper_call(&spawned.helper, &c, &e));
	assert_true(fields_is(&c.out, "environment", "1"));
	assert_true(fields_is(&c.out, "softhsm", "/nowhere"));
	assert_true(fields_is(&c.out, "descriptors", "4")); /* 0, 1, 2 and the socket */
	assert_true(fields_is(&c.out, "signals", "clean"));

	assert_int_equal(find(&spawned.helper, "say", &e), ERR_HELPER_DIED);
	assert_string_equal(e.detail, "ceremony-token: ended with exit code 6; it said: the module\\x1b[31m failed");
	spawn_done(&spawned);
	spawn_done(&spawned);
	(void)close(leak);
}

static void spawn_says_what_is_missing(void **state)
{
	(void)state;
	struct err e = { 0 };

	assert_false(spawn_program(&spawned, PORT_TOKEN, "ceremony-token", "/nonexistent", NULL, &e));
	assert_int_equal(e.id, ERR_HELPER_START);
	assert_string_equal(e.detail, "ceremony-token: No such file or directory");
	/* no ceremony-media lies beside this test, and PATH is not looked at */
	assert_false(spawn_helper(&spawned, PORT_MEDIA, NULL, &e));
	assert_int_equal(e.id, ERR_HELPER_START);
	assert_string_equal(e.detail, "ceremony-media: No such file or directory");
}

int main(int argc, char **argv)
{
	struct err              e = { 0 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_back_whole),   cmocka_unit_test(secrets_travel_both_ways),
		cmocka_unit_test(errors_keep_their_name),       cmocka_unit_test(progress_is_told),
		cmocka_unit_test(slow_work_is_told),
		cmocka_unit_test(a_death_is_told),              cmocka_unit_test(a_kill_between_calls_is_told),
		cmocka_unit_test(lies_are_refused),             cmocka_unit_test(wrong_calls_end_the_helper),
		cmocka_unit_test(spawn_gives_a_bare_world),     cmocka_unit_test(spawn_says_what_is_missing),
	};

	if (!process_harden(&e))
		return 1;
	if (argc == 2 && strcmp(argv[1], "--helper") == 0)
		return helper_main(IPC_FD);
	out = arena_new(IPC_MAX_BODY * 2);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
