/* screen.c: runs a program on a pseudo-terminal of 80 by 25 until a text is on it, and kills it then.
 *
 *   screen TEXT PROGRAM [ARGUMENT]...   TEXT: one run of characters that curses writes as such
 *   screen                              the floor: an empty curses program that shows the word "floor" and waits */
#include <curses.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int show(void)
{
	if (!initscr())
		return 3;
	(void)mvaddstr(12, 30, "floor");
	(void)refresh();
	(void)getch();
	return endwin() == OK ? 0 : 3;
}

int main(int argc, char **argv)
{
	static char    seen[1 << 20];
	struct winsize size = { .ws_row = 25, .ws_col = 80 };
	size_t         len = 0;
	int            fd;

	if (argc == 1)
		return show();
	if (argc < 3)
		return 2;
	(void)setenv("TERM", "xterm-256color", 1);
	pid_t child = forkpty(&fd, NULL, NULL, &size);
	if (child == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	ssize_t n = child > 0 ? 1 : 0;
	while (n > 0 && !strstr(seen, argv[1]) && len + 1 < sizeof seen) {
		n = read(fd, seen + len, sizeof seen - 1 - len);
		len += n > 0 ? (size_t)n : 0;
	}
	if (child > 0)
		(void)kill(child, SIGKILL);
	return strstr(seen, argv[1]) && waitpid(child, NULL, 0) == child ? 0 : 1;
}
