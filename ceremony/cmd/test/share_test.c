/* share_test.c: `ceremony share` as a person or a script meets it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "ceremony/cmd/test/share_run.h"

static void known_shares_combine(void **state)
{
	struct result r;

	(void)state;
	run(&r, "share combine --passphrase-fd 3", VECTOR_4A "\n \t\r\n" VECTOR_4B, "TREZOR\n");
	assert_int_equal(r.code, 0);
	assert_string_equal(r.out, VECTOR_4_SECRET);
	assert_string_equal(r.err, "");
	run(&r, "share combine --passphrase-fd 3", VECTOR_4A VECTOR_4B, "TREZOR");
	assert_string_equal(r.out, VECTOR_4_SECRET);
	run(&r, "share combine", VECTOR_4A VECTOR_4B, NULL);
	assert_int_equal(r.code, 0);
	assert_string_not_equal(r.out, VECTOR_4_SECRET);
}

static void split_then_combine(void **state)
{
	static const struct {
		const char *args;
		size_t      num;
		unsigned    lines;
		int         code;
		const char *err;
	} cases[] = {
		{ "--threshold 3 --shares 5", 5, 0x15, 0, "" },
		{ "--threshold 3 --shares 5", 5, 0x1f, 0, "" },
		{ "--threshold 3 --shares 5", 5, 0x03, 1, "group 1: 2 of 3" },
		{ "--threshold 1 --shares 1 --exponent 0", 1, 1, 0, "" },
		{ "--groups 2:2/3,1/1,3/5", 9, 0x0b, 0, "" },
		{ "--groups 2:2/3,1/1,3/5", 9, 0x78, 0, "" },
		{ "--groups 2:2/3,1/1,3/5", 9, 0x07, 1, "too few groups" },
		{ "--groups 2/3,3/5 --group-threshold 2", 8, 0x6b, 0, "" },
		{ "--group-threshold 2 --groups 2/3,3/5", 8, 0x2b, 1, "group 2: 2 of 3" },
		{ "--groups 2/3,3/5 --group-threshold 1", 8, 0x70, 0, "" },
		{ "--groups 2/3,3/5", 8, 0x03, 1, "too few groups (1 of 2)" },
		{ "--groups 2/3,3/5 --not-extendable", 8, 0xff, 0, "" },
		{ "--threshold 16 --shares 16", 16, 0xffff, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		static const char secret[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff\n";
		struct result     r;
		char              args[128], chosen[65536];
		snprintf(args, sizeof args, "share split %s", cases[i].args);
		run(&r, args, secret, NULL);
		assert_string_equal(r.err, "");
		assert_int_equal(r.code, 0);
		assert_int_equal(num_lines(r.out), cases[i].num);
		pick_lines(chosen, r.out, cases[i].lines);
		run(&r, "share combine", chosen, NULL);
		assert_int_equal(r.code, cases[i].code);
		assert_string_equal(r.out, r.code ? "" : secret);
		assert_non_null(strstr(r.err, cases[i].err));
	}
}

static void check_tells_what_a_share_says(void **state)
{
	struct result r;

	(void)state;
	run(&r, "share check", VECTOR_4A, NULL);
	assert_int_equal(r.code, 0);
	assert_string_equal(r.out, "well-formed: set 25653, group 1 of 1 (needs 1), share 3 (needs 2), 128 bits, "
	                           "not extendable, exponent 2\n");
}

/* Nothing that was typed may be said again: one of its words would be in these texts. */
static void wrong_input(void **state)
{
	static const struct {
		const char *args, *in, *err;
		int         code;
	} cases[] = {
		{ "share", "", "usage:", 2 },
		{ "share melt", "", "usage:", 2 },
		{ "share split", "00", "split wants", 2 },
		{ "share split --threshold 2", "00", "2 of 0 shares", 2 },
		{ "share split --threshold 4 --shares 3", "00", "4 of 3 shares", 2 },
		{ "share split --threshold 1 --shares 3", "00", "each share would be the whole", 2 },
		{ "share split --threshold 2 --shares 17", "00", "2 of 17", 2 },
		{ "share split --threshold 2 --shares 3", "", "0 octets", 2 },
		{ "share split --threshold 2 --shares 3", "00112233445566778899aabbccddee\n", "15 octets", 2 },
		{ "share split --threshold 2 --shares 3", "00112233445566778899aabbccddeef\n", "31 digits", 2 },
		{ "share split --threshold 2 --shares 3", "00112233445566778899aabbccddeegf\n", "at place 31", 2 },
		{ "share split --threshold 2 --shares 3", "00112233445566778899aabbccddeeff\n00\n", "line 2", 2 },
		{ "share split --threshold 2 --shares 3 --passphrase", "00112233445566778899aabbccddeeff\n",
		  "--passphrase-fd", 2 },
		{ "share split --threshold 2 --shares 3 --passphrase-fd 0", "00112233445566778899aabbccddeeff\n",
		  "not an open descriptor of its own", 2 },
		{ "share split --threshold 2 --shares 3 --passphrase-fd 77", "00112233445566778899aabbccddeeff\n",
		  "not an open descriptor of its own", 2 },
		{ "share combine", "", "There is no share.", 1 },
		{ "share combine", VECTOR_4A, "group 1: 1 of 2", 1 },
		{ "share combine", VECTOR_4A VECTOR_4A, "entered twice (group 1, share 3)", 1 },
		{ "share combine", VECTOR_4A "\nacademic acid acne shados\n", "line 3: word 4 of 4", 1 },
		{ "share combine", VECTOR_4A "academic acid\n", "line 2: 2 words", 1 },
		{ "share check --passphrase", VECTOR_4A, "usage:", 2 },
		{ "share check", "", "line 1: 0 words", 1 },
		{ "share check", VECTOR_4A VECTOR_4B, "line 2", 2 },
		{ "share check",
		  "shadow pistol academic always adequate wildlife fancy gross oasis cylinder mustang wrist rescue view short "
		  "owner flip making coding alive\n",
		  "line 1: if one word is wrong, it is word 20 of 20", 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct result r;
		run(&r, cases[i].args, cases[i].in, NULL);
		if (!strstr(r.err, cases[i].err))
			print_error("%s: %s", cases[i].args, r.err);
		assert_non_null(strstr(r.err, cases[i].err));
		assert_int_equal(r.code, cases[i].code);
		assert_string_equal(r.out, "");
		assert_null(strstr(r.err, "shado"));
		assert_null(strstr(r.err, "alive"));
		assert_null(strstr(r.err, "0011223344"));
	}
}

static void a_line_without_end(void **state)
{
	char          in[6000];
	struct result r;

	(void)state;
	memset(in, 'a', sizeof in - 1);
	in[sizeof in - 1] = 0;
	run(&r, "share check", in, NULL);
	assert_int_equal(r.code, 2);
	assert_non_null(strstr(r.err, "longer than any"));
}

static void a_foreign_or_misspelt_share_is_told(void **state)
{
	struct result r, foreign;
	char          shares[4096];

	(void)state;
	run(&r, "share split --threshold 2 --shares 4", "00112233445566778899aabbccddeeff\n", NULL);
	run(&foreign, "share split --threshold 2 --shares 4", "00112233445566778899aabbccddeeff\n", NULL);
	pick_lines(shares, r.out, 1);
	pick_lines(shares + strlen(shares), foreign.out, 2);
	run(&foreign, "share combine", shares, NULL);
	assert_int_equal(foreign.code, 1);
	assert_non_null(strstr(foreign.err, "different sets"));
	for (int i = 0; i < 2; i++) { /* both by name */
		char          name[40], line[1024];
		struct result check;
		unsigned      set = 0;
		snprintf(line, sizeof line, "%.*s", (int)strcspn(line_at(shares, (size_t)i), "\n"), line_at(shares, (size_t)i));
		run(&check, "share check", line, NULL);
		assert_int_equal(sscanf(check.out, "well-formed: set %u,", &set), 1);
		snprintf(name, sizeof name, i ? "number 2 of set %u" : "the first entered is of set %u", set);
		assert_non_null(strstr(foreign.err, name));
	}
	pick_lines(shares, r.out, 3);
	memcpy(strrchr(line_at(shares, 1), ' '), " acid\n", 7);
	run(&foreign, "share combine", shares, NULL);
	assert_int_equal(foreign.code, 1);
	assert_non_null(strstr(foreign.err, "line 2: if one word is wrong, it is word 20 of 20"));
}

/* With a right checksum, but another value. */
static void forge(char *out, size_t out_len, const char *mnemonic)
{
	SECRET              text = { 0 }, forged = { 0 };
	struct slip39_share share = { 0 };
	struct err          e;

	assert_true(secret_set(&text, bytes_first(bytes_str(mnemonic), strcspn(mnemonic, "\n")), &e));
	assert_true(slip39_parse(&share, &text, &e));
	share.value.p[5] ^= 0x10;
	assert_true(slip39_put(&forged, &share, &e));
	snprintf(out, out_len, "%.*s\n", (int)forged.len, (const char *)forged.p);
	slip39_share_done(&share);
}

static void a_forged_share_is_named_by_its_line(void **state)
{
	struct result r, combined;
	char          shares[4096], *end;

	(void)state;
	run(&r, "share split --threshold 2 --shares 4", "00112233445566778899aabbccddeeff\n", NULL);
	pick_lines(shares, r.out, 1);
	end = shares + strlen(shares);
	*end++ = '\n'; /* a blank line counts as a line */
	forge(end, 1024, line_at(r.out, 2));
	run(&combined, "share combine", shares, NULL);
	assert_int_equal(combined.code, 1);
	assert_non_null(strstr(combined.err, "do not fit each other"));
	assert_string_equal(combined.out, "");
	pick_lines(shares + strlen(shares), r.out, 8);
	run(&combined, "share combine", shares, NULL);
	assert_int_equal(combined.code, 1);
	assert_non_null(strstr(combined.err, "line 3, group 1, share 3: it contradicts the others"));
	assert_string_equal(combined.out, "");
}

/* A full disk is the world's failure. */
static void nowhere_to_write(void **state)
{
	int   status = 0, fd_in = file_with("00112233445566778899aabbccddeeff\n");
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		char args[] = "share split --threshold 2 --shares 2";
		int  full = open("/dev/full", O_WRONLY), null = open("/dev/null", O_WRONLY);
		dup2(fd_in, 0);
		dup2(full, 1);
		dup2(null, 2);
		_exit(run_in_child(args));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	close(fd_in);
}

/* Everything the terminal shows until it shows `until`, or ends. */
static size_t watch(int terminal, char *seen, size_t cap, const char *until)
{
	struct pollfd p = { .fd = terminal, .events = POLLIN };
	size_t        len = 0;

	seen[0] = 0;
	while (!until || !strstr(seen, until)) {
		if (poll(&p, 1, 20000) <= 0)
			return 0;
		ssize_t n = read(terminal, seen + len, cap - len - 1);
		if (n <= 0)
			return until ? 0 : len;
		len += (size_t)n;
		seen[len] = 0;
	}
	return len;
}

static void type(int terminal, const char *text)
{
	assert_int_equal(write(terminal, text, strlen(text)), (ssize_t)strlen(text));
}

static void nothing_typed_is_shown(void **state)
{
	char           seen[8192];
	int            terminal = -1, status = 0;
	struct termios t;
	pid_t          pid = forkpty(&terminal, NULL, NULL, NULL);

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		char args[] = "share combine --passphrase";
		_exit(run_in_child(args));
	}
	assert_true(watch(terminal, seen, sizeof seen, "Share 1 ("));
	assert_int_equal(tcgetattr(terminal, &t), 0);
	assert_false(t.c_lflag & ECHO);
	type(terminal, "academic acid\n");
	assert_true(watch(terminal, seen, sizeof seen, "Share 1 ("));
	assert_non_null(strstr(seen, "too few words"));
	assert_null(strstr(seen, "academic"));
	type(terminal, VECTOR_4A);
	assert_true(watch(terminal, seen, sizeof seen, "Share 2 ("));
	assert_non_null(strstr(seen, "Good: set 25653, group 1, share 3."));
	assert_null(strstr(seen, "shadow"));
	type(terminal, VECTOR_4B);
	assert_true(watch(terminal, seen, sizeof seen, "Passphrase"));
	assert_null(strstr(seen, "shadow"));
	type(terminal, "TREZOR\n");
	(void)watch(terminal, seen, sizeof seen, NULL);
	assert_null(strstr(seen, "TREZOR"));
	assert_non_null(strstr(seen, "b43ceb7e57a0ea8766221624d01b0864"));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(terminal);
}

/* Ends a command that waits at its prompt; true if the terminal echoes afterwards. */
static bool echoes_after(int sig)
{
	char           seen[8192];
	int            terminal = -1, slave = -1, status = 0;
	struct termios t;

	assert_int_equal(openpty(&terminal, &slave, NULL, NULL, NULL), 0);
	pid_t pid = fork();
	if (pid == 0) {
		char args[] = "share check";
		dup2(slave, 0);
		dup2(slave, 2);
		_exit(run_in_child(args));
	}
	assert_true(watch(terminal, seen, sizeof seen, "Share ("));
	assert_int_equal(tcgetattr(slave, &t), 0);
	assert_false(t.c_lflag & ECHO);
	if (sig)
		kill(pid, sig);
	else
		type(terminal, "academic\n");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(sig ? WIFSIGNALED(status) && WTERMSIG(status) == sig : WIFEXITED(status));
	assert_int_equal(tcgetattr(slave, &t), 0);
	close(terminal);
	close(slave);
	return t.c_lflag & ECHO;
}

static void the_terminal_echoes_again(void **state)
{
	(void)state;
	assert_true(echoes_after(0));
	assert_true(echoes_after(SIGINT));
	assert_true(echoes_after(SIGTERM));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_shares_combine),
		cmocka_unit_test(split_then_combine),
		cmocka_unit_test(check_tells_what_a_share_says),
		cmocka_unit_test(wrong_input),
		cmocka_unit_test(a_line_without_end),
		cmocka_unit_test(a_foreign_or_misspelt_share_is_told),
		cmocka_unit_test(a_forged_share_is_named_by_its_line),
		cmocka_unit_test(nowhere_to_write),
		cmocka_unit_test(nothing_typed_is_shown),
		cmocka_unit_test(the_terminal_echoes_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
