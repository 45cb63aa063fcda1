/* hidden.c: see hidden.h. */
#include "ceremony/cmd/hidden.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#define CHUNK_LEN 4096

/* Terminals whose echo is off. A signal's handler must find them: hence not in struct hidden. */
static struct {
	volatile sig_atomic_t in_use;
	int                   fd;
	struct termios        loud;
} quiet[2];

static const int        signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
static struct sigaction before[COUNT_OF(signals)];

static void on_signal(int sig)
{
	for (size_t i = COUNT_OF(quiet); i-- > 0;)
		if (quiet[i].in_use)
			(void)tcsetattr(quiet[i].fd, TCSANOW, &quiet[i].loud);
	(void)raise(sig); /* SA_RESETHAND: it now does what it does by default */
}

static void echo_on(int fd)
{
	size_t i = quiet[1].in_use ? 1 : 0;

	MUST(quiet[i].in_use && quiet[i].fd == fd);
	(void)tcsetattr(fd, TCSADRAIN, &quiet[i].loud);
	quiet[i].in_use = 0;
	for (size_t k = 0; i == 0 && k < COUNT_OF(signals); k++)
		(void)sigaction(signals[k], &before[k], NULL);
}

/* No echo but of the line's end. The first of two sets the signals' handler. */
static bool echo_off(int fd)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
	size_t           i = quiet[0].in_use ? 1 : 0;
	struct termios   t;

	MUST(!quiet[i].in_use);
	if (tcgetattr(fd, &t) != 0)
		return false;
	quiet[i].fd = fd;
	quiet[i].loud = t;
	quiet[i].in_use = 1;
	for (size_t k = 0; i == 0 && k < COUNT_OF(signals); k++)
		(void)sigaction(signals[k], &action, &before[k]);
	t.c_lflag = (t.c_lflag & ~(tcflag_t)ECHO) | ECHONL | ICANON;
	if (tcsetattr(fd, TCSADRAIN, &t) == 0)
		return true;
	echo_on(fd);
	return false;
}

bool hidden_init(struct hidden *h, int fd, struct err *e)
{
	*h = (struct hidden){ .fd = fd, .is_terminal = isatty(fd) };
	if (!secret_new(&h->chunk, CHUNK_LEN, e))
		return false;
	h->is_quiet = h->is_terminal && echo_off(fd);
	if (h->is_terminal && !h->is_quiet)
		return err_set(e, ERR_FILE_READ, "the terminal's echo cannot be turned off: %s", strerror(errno));
	return true;
}

void hidden_done(struct hidden *h)
{
	if (h->is_quiet)
		echo_on(h->fd);
	secret_done(&h->chunk);
	*h = (struct hidden){ .fd = -1 };
}

/* Refills the chunk. *end at the end. */
static bool refill(struct hidden *h, bool *end, struct err *e)
{
	ssize_t n;

	do {
		n = read(h->fd, h->chunk.p, h->chunk.cap);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set(e, ERR_FILE_READ, "line %u: %s", h->line, strerror(errno));
	h->chunk.len = (size_t)n;
	h->at = 0;
	*end = n == 0;
	return true;
}

/* Moves what belongs to the line; true in *whole when its end was found. */
static bool take(struct hidden *h, struct secret *line, bool *whole)
{
	struct bytes rest = bytes_skip(secret_expose(&h->chunk), h->at), head = rest, tail;

	*whole = bytes_cut(rest, '\n', &head, &tail);
	h->at += head.len + *whole;
	return secret_put(line, head);
}

static bool read_line(struct hidden *h, struct secret *line, bool *end, struct err *e)
{
	bool whole = false;

	h->line++;
	while (!whole) {
		if (h->at == h->chunk.len && !refill(h, end, e))
			return false;
		if (*end) { /* a last line without its end is a line */
			*end = line->len == 0;
			return true;
		}
		if (!take(h, line, &whole))
			return err_set(e, ERR_LINE_TOO_LONG, "line %u", h->line);
	}
	return true;
}

bool hidden_line(struct hidden *h, struct secret *line, bool *end, const char *prompt, struct err *e)
{
	SECRET fresh = { 0 };

	secret_done(line);
	*end = false;
	if (!secret_new(&fresh, HIDDEN_MAX_LINE, e))
		return false;
	if (h->is_terminal) {
		(void)fprintf(stderr, "%s", prompt);
		(void)fflush(stderr);
	}
	if (!read_line(h, &fresh, end, e))
		return false;
	secret_move(line, &fresh);
	return true;
}
