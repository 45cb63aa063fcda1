/* request_test.c: `ceremony request`, run in a child with its output caught. Run from the
 * project's folder. */
#include "ceremony/cmd/request.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/base/bytes.h"

#define FOLDER  "scripts/fixtures/requests/"
#define PROFILE "scripts/profiles/tls-subca.ini"
#define MAX     16

static char out[65536]; /* what it wrote on stdout */

/* Runs `ceremony request` with these words, the last of them NULL; returns its exit code. */
static int run(const char *const *words)
{
	int   fd = memfd_create("out", MFD_CLOEXEC), status = 0, argc = 1;
	char *argv[MAX + 2] = { (char[]){ "request" }, NULL };

	for (; words[argc - 1]; argc++) {
		assert_true(argc <= MAX);
		argv[argc] = strdup(words[argc - 1]);
	}
	(void)fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		if (dup2(fd, STDOUT_FILENO) < 0 || !freopen("/dev/null", "we", stderr))
			_exit(99);
		_exit(cmd_request(argc, argv));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	ssize_t n = pread(fd, out, sizeof out - 1, 0);
	assert_true(n >= 0);
	out[n] = 0;
	(void)close(fd);
	while (--argc > 0)
		free(argv[argc]);
	return WEXITSTATUS(status);
}

#define RUN(...) run((const char *const[]){ __VA_ARGS__, NULL })

/* How many lines of the answer begin with FILE<TAB>answer<TAB>rule<TAB>. */
static unsigned count_lines(const char *file, const char *answer, const char *rule)
{
	struct bytes rest = bytes_str(out), line;
	char         start[256];
	unsigned     num = 0;

	(void)snprintf(start, sizeof start, FOLDER "%s\t%s\t%s\t", file, answer, rule);
	while (bytes_cut(rest, '\n', &line, &rest))
		num += bytes_starts(line, start);
	assert_int_equal(rest.len, 0);
	return num;
}

static void honest_requests_are_accepted(void **state)
{
	(void)state;
	assert_int_equal(RUN("check", "--profile", PROFILE, FOLDER "intermediate-1.csr", FOLDER "intermediate-2.csr"),
	                 0);
	assert_string_equal(out, FOLDER "intermediate-1.csr\taccept\t\t\n" FOLDER "intermediate-2.csr\taccept\t\t\n");
}

static void what_will_not_be_signed_as_asked_is_told(void **state)
{
	(void)state;
	assert_int_equal(RUN("check", "--profile", PROFILE, FOLDER "p256.csr"), 0);
	assert_string_equal(out,
	                    FOLDER "p256.csr\taccept\t\tnot as asked: basicConstraints\n"); /* no pathlen asked */
}

static void each_refusal_has_its_rule(void **state)
{
	static const struct {
		const char *file, *rule;
	} rows[] = {
		{ "bad-signature.csr", "ERR_REQUEST_SIGNATURE" },
		{ "trailing.csr", "ERR_REQUEST_TRAILING" },
		{ "empty.csr", "ERR_PEM_NONE" },
		{ "name-control.csr", "ERR_NAME_TEXT" },
		{ "rsa-exponent-3.csr", "ERR_KEYTEST_RSA_EXPONENT" },
		{ "p521.csr", "ERR_PROFILE_KEY" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char path[128];
		(void)snprintf(path, sizeof path, FOLDER "%s", rows[i].file);
		assert_int_equal(RUN("check", "--profile", PROFILE, path), 1);
		if (count_lines(rows[i].file, "refuse", rows[i].rule) != 1)
			fail_msg("%s: %s", rows[i].rule, out);
	}
}

static void one_that_is_refused_does_not_stop_the_others(void **state)
{
	(void)state;
	assert_int_equal(RUN("check", "--profile", PROFILE, FOLDER "empty.csr", FOLDER "intermediate-2.csr"), 1);
	assert_int_equal(count_lines("empty.csr", "refuse", "ERR_PEM_NONE"), 1);
	assert_int_equal(count_lines("intermediate-2.csr", "accept", ""), 1);
	assert_int_equal(RUN("check", "--profile", PROFILE, FOLDER "empty.csr", FOLDER "none.csr",
	                     FOLDER "intermediate-2.csr"),
	                 3);
	assert_int_equal(count_lines("intermediate-2.csr", "accept", ""), 1);
}

static void a_weak_key_breaks_two_rules(void **state)
{
	(void)state;
	assert_int_equal(RUN("check", "--profile", PROFILE, FOLDER "rsa1024.csr"), 1);
	assert_int_equal(count_lines("rsa1024.csr", "refuse", "ERR_KEYTEST_RSA_SIZE"), 1);
	assert_int_equal(count_lines("rsa1024.csr", "refuse", "ERR_PROFILE_KEY"), 1);
}

static void the_issuer_has_a_say(void **state)
{
	(void)state;
	assert_int_equal(
		RUN("check", "--issuer", FOLDER "issuer.pem", "--profile", PROFILE, FOLDER "intermediate-2.csr"), 0);
	assert_int_equal(count_lines("intermediate-2.csr", "accept", ""), 1);
	assert_int_equal(RUN("check", "--profile", PROFILE, "--issuer", FOLDER "issuer-pathlen-0.pem",
	                     FOLDER "intermediate-2.csr"),
	                 1);
	assert_int_equal(count_lines("intermediate-2.csr", "refuse", "ERR_PROFILE_ISSUER"), 1);
	/* a root signs itself: no request is made under its profile */
	assert_int_equal(RUN("check", "--profile", "scripts/profiles/tls-root.ini", FOLDER "intermediate-2.csr"), 1);
	assert_int_equal(count_lines("intermediate-2.csr", "refuse", "ERR_PROFILE_ISSUER"), 1);
}

static void show_says_what_is_in_it(void **state)
{
	(void)state;
	assert_int_equal(RUN("show", FOLDER "intermediate-2.csr"), 0);
	assert_non_null(strstr(out, "\nSubject      C=XX, O=Example Trust Services, CN=Example Issuing CA E1\n"));
	assert_non_null(strstr(out, "\nKey          P-384\n"));
	assert_non_null(strstr(out, "\nSignature    ecdsa-with-SHA384\n"));
	assert_non_null(strstr(out, "\nAsks for     basicConstraints = critical, CA:TRUE, pathlen:0\n"
	                            "             keyUsage = critical, keyCertSign, cRLSign\n"));
	assert_null(strchr(out, '\t'));
	assert_int_equal(RUN("show", FOLDER "name-control.csr"), 1);
	assert_string_equal(out, "");
	assert_int_equal(RUN("show", FOLDER "rsa1024.csr"), 1);
	assert_non_null(strstr(out, "\nKey          RSA-1024\n"));
	assert_int_equal(RUN("show", FOLDER "none.csr"), 3);
}

static void wrong_use_is_told(void **state)
{
	(void)state;
	assert_int_equal(RUN("nothing"), 2);
	assert_int_equal(RUN("show"), 2);
	assert_int_equal(RUN("show", "a", "b"), 2);
	assert_int_equal(RUN("check"), 2);
	assert_int_equal(RUN("check", FOLDER "empty.csr"), 2);
	assert_int_equal(RUN("check", "--profile", PROFILE), 2);
	assert_int_equal(RUN("check", "--profile", PROFILE, "--profile", PROFILE, FOLDER "p256.csr"), 2);
	assert_int_equal(RUN("check", "--profil", PROFILE, "--wrong", FOLDER "p256.csr"), 2);
	assert_int_equal(RUN("check", "--profile", FOLDER "cases.tsv", FOLDER "p256.csr"), 2);
	assert_int_equal(RUN("check", "--profile", "none.ini", FOLDER "p256.csr"), 3);
	assert_int_equal(RUN("check", "--profile", PROFILE, "--issuer", FOLDER "p256.csr", FOLDER "p256.csr"), 2);
	assert_int_equal(RUN("check", "--profile", PROFILE, "--issuer", "none.pem", FOLDER "p256.csr"), 3);
	assert_string_equal(out, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(honest_requests_are_accepted),
		cmocka_unit_test(what_will_not_be_signed_as_asked_is_told),
		cmocka_unit_test(each_refusal_has_its_rule),
		cmocka_unit_test(one_that_is_refused_does_not_stop_the_others),
		cmocka_unit_test(a_weak_key_breaks_two_rules),
		cmocka_unit_test(the_issuer_has_a_say),
		cmocka_unit_test(show_says_what_is_in_it),
		cmocka_unit_test(wrong_use_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
