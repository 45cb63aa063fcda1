/* share_run.h: `ceremony share` run in a child, with what it read and said; and SLIP-0039's fourth vector. */
#pragma once

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ceremony/cmd/share.h"
#include "ceremony/share/slip39.h"

#define MAX_ARGS 10
#define VECTOR_4A                                                                                                   \
	"shadow pistol academic always adequate wildlife fancy gross oasis cylinder mustang wrist rescue view short " \
	"owner flip making coding armed\n"
#define VECTOR_4B                                                                                                  \
	"shadow pistol academic acid actress prayer class unknown daughter sweater depict flip twice unkind craft " \
	"early superior advocate guest smoking\n"
#define VECTOR_4_SECRET "b43ceb7e57a0ea8766221624d01b0864\n"

struct result {
	int  code;
	char out[65536], err[4096];
};

/* What a descriptor holds, from its beginning, as a C string. */
static inline void slurp(char *out, size_t out_len, int fd)
{
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	ssize_t n = read(fd, out, out_len - 1);
	assert_true(n >= 0 && (size_t)n < out_len - 1);
	out[n] = 0;
	close(fd);
}

static inline int file_with(const char *text)
{
	char name[] = "/tmp/share_test.XXXXXX";
	int  fd = mkstemp(name);

	assert_true(fd >= 0);
	unlink(name);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static inline int run_in_child(char *args)
{
	char      *argv[MAX_ARGS] = { 0 }, *save = NULL;
	int        argc = 0;
	struct err e;

	alarm(60); /* no child outlives a test that failed */
	for (char *word = strtok_r(args, " ", &save); word && argc < MAX_ARGS - 1; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	return process_harden(&e) ? cmd_share(argc, argv) : 99;
}

/* Runs `share ...` with a stdin and, if there is one, a passphrase on descriptor 3. */
static inline void run(struct result *r, const char *args, const char *in, const char *passphrase)
{
	int fd_in = file_with(in), fd_pass = file_with(passphrase ? passphrase : ""), fd_out = file_with(""),
	    fd_err = file_with(""), status = 0;

	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char copy[256];
		snprintf(copy, sizeof copy, "%s", args);
		dup2(fd_in, 0);
		dup2(fd_out, 1);
		dup2(fd_err, 2);
		if (passphrase) {
			dup2(fd_pass, 30); /* first out of the way of what is being moved */
			dup2(30, 3);
		}
		setsid(); /* no terminal */
		int code = run_in_child(copy);
		fflush(NULL);
		_exit(code);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	r->code = WEXITSTATUS(status);
	slurp(r->out, sizeof r->out, fd_out);
	slurp(r->err, sizeof r->err, fd_err);
	close(fd_in);
	close(fd_pass);
}

static inline size_t num_lines(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

static inline char *line_at(char *text, size_t i)
{
	while (i--)
		text = strchr(text, '\n') + 1;
	return text;
}

/* The lines of `text` whose bit is set. */
static inline void pick_lines(char *out, char *text, unsigned lines)
{
	*out = 0;
	for (size_t i = 0; lines >> i; i++) {
		char *line = line_at(text, i);
		if (lines >> i & 1)
			strncat(out, line, (size_t)(strchr(line, '\n') + 1 - line));
	}
}
