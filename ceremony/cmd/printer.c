/* printer.c: see printer.h. */
#include "ceremony/cmd/printer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ceremony/base/text.h"
#include "ceremony/port/cell.h"

#define MOST_SECONDS 60

struct run {
	char         said[2048]; /* what it printed; of more, the beginning */
	size_t       len;
	struct bytes rest; /* of the document */
	int          in, out;
};

static noreturn void become(const char *path, char *const *argv, int in, int out)
{
	char      *env[] = { "LC_ALL=C", NULL, NULL };
	struct err e = { 0 };

	for (char **v = environ; v && *v; v++) /* where CUPS answers, if not where it is by itself: lp's own variable, and handed on unread */
		if (strncmp(*v, "CUPS_SERVER=", 12) == 0)
			env[1] = *v;
	bool ok = dup2(in, 0) == 0 && dup2(out, 1) == 1 && dup2(out, 2) == 2 && close_range(3, ~0U, 0) == 0 && cell_give_up(CELL_NO_RIGHT, &e);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)alarm(MOST_SECONDS);
	if (ok)
		(void)execve(path, argv, env);
	_exit(127);
}

static void hear(struct run *r)
{
	char    piece[1024];
	ssize_t n = read(r->out, piece, sizeof piece);

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		(void)close(r->out);
		r->out = -1;
		return;
	}
	size_t room = sizeof r->said - r->len, len = (size_t)n < room ? (size_t)n : room;
	memcpy(r->said + r->len, piece, len);
	r->len += len;
}

static void tell(struct run *r)
{
	ssize_t n = r->rest.len ? write(r->in, r->rest.p, r->rest.len) : 0;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	r->rest = n > 0 ? bytes_skip(r->rest, (size_t)n) : (struct bytes){ 0 };
	if (r->rest.len)
		return;
	(void)close(r->in);
	r->in = -1;
}

/* Its exit status; -1. Both ways at once, so that neither waits for the other. */
static int run_program(struct run *r, const char *path, char *const *argv, struct bytes document)
{
	int in[2], out[2], status = -1;

	*r = (struct run){ .rest = document };
	if (pipe2(in, O_CLOEXEC) != 0)
		return -1;
	if (pipe2(out, O_CLOEXEC) != 0) {
		(void)close(in[0]);
		(void)close(in[1]);
		return -1;
	}
	pid_t pid = fork();
	if (pid == 0)
		become(path, argv, in[0], out[1]);
	(void)close(in[0]);
	(void)close(out[1]);
	r->in = in[1];
	r->out = out[0];
	(void)fcntl(r->in, F_SETFL, O_NONBLOCK);
	while (pid > 0 && r->out >= 0) {
		struct pollfd p[] = { { r->out, POLLIN, 0 }, { r->in, POLLOUT, 0 } };
		if (poll(p, 2, -1) < 0)
			continue;
		if (p[1].revents)
			tell(r);
		if (p[0].revents)
			hear(r);
	}
	if (r->in >= 0)
		(void)close(r->in);
	if (r->out >= 0)
		(void)close(r->out);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void first_line(char out[PRINTER_SAID], const struct run *r)
{
	struct buf   b = buf_init(out, PRINTER_SAID);
	struct bytes all = bytes_of(r->said, r->len), line, rest;

	text_escape(&b, bytes_first(bytes_trim(bytes_cut(all, '\n', &line, &rest) ? line : all), PRINTER_SAID / 2));
	(void)buf_cstr(&b);
}

static bool finish(char said[PRINTER_SAID], const struct run *r, int status, const char *printer, struct err *e)
{
	first_line(said, r);
	if (status == 127)
		return err_set(e, ERR_PRINTER, "%s: lp and lpstat are not installed (package cups-client)", printer);
	return status == 0 || err_set(e, ERR_PRINTER, "%s: %s", printer, said[0] ? said : "no answer");
}

bool printer_print(char said[PRINTER_SAID], const char *printer, const char *title, struct bytes document, bool pdf, struct err *e)
{
	struct run r;
	char      *argv[] = { "lp", "-d", (char *)(uintptr_t)printer, "-t", (char *)(uintptr_t)title, "-o",
		              pdf ? "document-format=application/pdf" : "document-format=text/plain", "-", NULL };

	return finish(said, &r, run_program(&r, "/usr/bin/lp", argv, document), printer, e);
}

bool printer_state(char said[PRINTER_SAID], const char *printer, struct err *e)
{
	struct run r;
	char      *argv[] = { "lpstat", "-p", (char *)(uintptr_t)printer, NULL };

	if (!finish(said, &r, run_program(&r, "/usr/bin/lpstat", argv, (struct bytes){ 0 }), printer, e))
		return false;
	return !strstr(said, " disabled since") || err_set(e, ERR_PRINTER, "%s", said);
}
