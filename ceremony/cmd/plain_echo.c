/* plain_echo.c: see plain_echo.h. */
#include "ceremony/cmd/plain_echo.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ALL_ECHO ((tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL))

/* The one terminal that is in use. A signal's handler must find it: hence not in struct plain. */
static struct {
	volatile sig_atomic_t in_use;
	int                   fd;
	struct termios        before, now;
} tty;

static const int        ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT };
static struct sigaction old_ends[COUNT_OF(ends)], old_stop;

static void on_end(int sig)
{
	(void)tcsetattr(tty.fd, TCSANOW, &tty.before);
	(void)raise(sig); /* SA_RESETHAND: it now does what it does by default */
}

static void on_stop(int sig)
{
	(void)sig;
	(void)tcsetattr(tty.fd, TCSANOW, &tty.before);
	(void)raise(SIGSTOP);
	(void)tcsetattr(tty.fd, TCSANOW, &tty.now);
}

static void begin(struct plain *pl)
{
	const struct sigaction end = { .sa_handler = on_end, .sa_flags = (int)SA_RESETHAND };
	const struct sigaction stop = { .sa_handler = on_stop, .sa_flags = SA_RESTART };

	tty.fd = pl->in;
	tty.before = tty.now = pl->saved;
	tty.in_use = 1;
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		(void)sigaction(ends[i], NULL, &old_ends[i]);
		if (old_ends[i].sa_handler != SIG_IGN)
			(void)sigaction(ends[i], &end, NULL);
	}
	(void)sigaction(SIGTSTP, NULL, &old_stop);
	if (old_stop.sa_handler != SIG_IGN)
		(void)sigaction(SIGTSTP, &stop, NULL);
}

/* As it was, but that Ctrl-C and Ctrl-\ are characters: neither may end a ceremony by a slip. */
static struct termios tame(void)
{
	struct termios t = tty.before;

	t.c_cc[VINTR] = t.c_cc[VQUIT] = _POSIX_VDISABLE;
	return t;
}

/* No handler may see half of it. */
static void set(const struct termios *t)
{
	sigset_t all, was;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &was);
	tty.now = *t;
	(void)tcsetattr(tty.fd, TCSADRAIN, t);
	(void)sigprocmask(SIG_SETMASK, &was, NULL);
}

void plain_echo(struct plain *pl, enum plain_echo how)
{
	if (!pl->tty)
		return;
	if (!tty.in_use)
		begin(pl);
	struct termios t = tame();
	if (how != PLAIN_OPEN)
		t.c_lflag &= ~ALL_ECHO;
	if (how == PLAIN_SECRET)
		t.c_lflag &= ~(tcflag_t)ISIG;
	set(&t);
}

size_t plain_echo_drop(struct plain *pl)
{
	int waiting = 0;

	if (!pl->tty || !tty.in_use)
		return 0;
	struct termios quiet = tame(), whole;
	quiet.c_lflag &= ~ALL_ECHO;
	whole = quiet;
	whole.c_lflag &= ~(tcflag_t)ICANON; /* a line without its end counts, too */
	set(&whole);
	(void)ioctl(tty.fd, FIONREAD, &waiting);
	(void)tcflush(tty.fd, TCIFLUSH);
	set(&quiet);
	return waiting > 0 ? (size_t)waiting : 0;
}

void plain_echo_done(struct plain *pl)
{
	if (!pl->tty || !tty.in_use)
		return;
	set(&tty.before);
	for (size_t i = 0; i < COUNT_OF(ends); i++)
		(void)sigaction(ends[i], &old_ends[i], NULL);
	(void)sigaction(SIGTSTP, &old_stop, NULL);
	tty.in_use = 0;
}
