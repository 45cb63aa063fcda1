/* vt.c: see vt.h. */
#include "tui/test/vt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ceremony/base/text.h"

static void clear(struct vt *v, int y0, int x0, int y1, int x1)
{
	for (int y = y0; y <= y1 && y < v->lines; y++)
		for (int x = y == y0 ? x0 : 0; x < (y == y1 ? x1 : v->cols); x++)
			v->cell[y][x] = (struct vt_cell){ .text = " " };
}

bool vt_start(struct vt *v, int lines, int cols, const char *term, const char *locale, int (*main_of)(void *ctx),
              void *ctx)
{
	struct winsize size = { .ws_row = (unsigned short)lines, .ws_col = (unsigned short)cols };

	*v = (struct vt){ .lines = lines, .cols = cols, .bottom = lines - 1 };
	clear(v, 0, 0, lines - 1, cols);
	v->child = forkpty(&v->fd, NULL, NULL, &size);
	if (v->child == 0) {
		if (setenv("TERM", term, 1) != 0 || setenv("LC_ALL", locale, 1) != 0)
			_exit(99);
		(void)unsetenv("LINES");
		(void)unsetenv("COLUMNS");
		exit(main_of(ctx));
	}
	return v->child > 0 && fcntl(v->fd, F_SETFL, O_NONBLOCK) == 0;
}

void vt_type(struct vt *v, const char *keys)
{
	for (size_t len = strlen(keys); len;) {
		ssize_t n = write(v->fd, keys, len);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return;
		if (n > 0) {
			keys += n;
			len -= (size_t)n;
		}
	}
}

void vt_resize(struct vt *v, int lines, int cols)
{
	struct winsize size = { .ws_row = (unsigned short)lines, .ws_col = (unsigned short)cols };

	v->lines = lines;
	v->cols = cols;
	v->top = 0;
	v->bottom = lines - 1;
	clear(v, 0, 0, lines - 1, cols);
	(void)ioctl(v->fd, TIOCSWINSZ, &size); /* the kernel sends SIGWINCH */
}

/* Moves the lines from `top` to the region's bottom up by n, or down if n < 0. */
static void scroll(struct vt *v, int top, int n)
{
	int step = n > 0 ? 1 : -1;

	for (int y = n > 0 ? top : v->bottom; y >= top && y <= v->bottom; y += step) {
		if (y + n >= top && y + n <= v->bottom)
			memcpy(v->cell[y], v->cell[y + n], sizeof v->cell[y]);
		else
			clear(v, y, 0, y, v->cols);
	}
}

/* Moves what stands right of the cursor by n places to the left, or to the right if n < 0. */
static void shift(struct vt *v, int n)
{
	struct vt_cell old[VT_MAX_COLS];

	memcpy(old, v->cell[v->y], sizeof old);
	for (int x = v->x; x < v->cols; x++)
		v->cell[v->y][x] = x + n >= v->x && x + n < v->cols ? old[x + n] : (struct vt_cell){ .text = " " };
}

/* The line drawing set of the VT100, as far as boxes go. */
static const char *drawn(char c)
{
	return c == 'q' ? "\xe2\x94\x80" : c == 'x' ? "\xe2\x94\x82" : c == '~' ? "\xc2\xb7" : NULL;
}

static void put(struct vt *v, struct bytes c)
{
	const char *box = c.len == 1 && v->graphics ? drawn((char)c.p[0]) : NULL;
	size_t      columns = text_columns(c);

	if (box)
		c = bytes_str(box);
	if (columns == 0 || v->x + (int)columns > v->cols) { /* at the right edge: wait for a move, or wrap */
		if (columns == 0)
			return;
		v->x = 0;
		v->y += v->y + 1 < v->lines;
	}
	struct vt_cell *cell = &v->cell[v->y][v->x];
	*cell = (struct vt_cell){ .attr = v->attr };
	memcpy(cell->text, c.p, c.len < sizeof cell->text ? c.len : 0);
	memcpy(v->last, cell->text, sizeof v->last);
	if (columns == 2)
		cell[1] = (struct vt_cell){ .attr = v->attr };
	v->x += (int)columns;
}

static void rendition(struct vt *v, const int *arg, int num)
{
	for (int i = 0; i < num; i++) {
		switch (arg[i]) {
		case 0:
			v->attr = 0;
			break;
		case 1:
			v->attr |= VT_BOLD;
			break;
		case 4:
			v->attr |= VT_UNDERLINE;
			break;
		case 7:
			v->attr |= VT_REVERSE;
			break;
		case 10:
		case 11:
			v->graphics = arg[i] == 11;
			break;
		case 21:
		case 22:
			v->attr &= (uint8_t)~VT_BOLD;
			break;
		case 24:
			v->attr &= (uint8_t)~VT_UNDERLINE;
			break;
		case 27:
			v->attr &= (uint8_t)~VT_REVERSE;
			break;
		case 38:
		case 48:
			i += i + 1 < num && arg[i + 1] == 5 ? 2 : 0;
			break;
		default:
			break; /* colours */
		}
	}
}

static int bound(int n, int most)
{
	return n < 0 ? 0 : n > most ? most : n;
}

static void erase(struct vt *v, char what, int how)
{
	int last = v->lines - 1;

	if (what == 'J')
		clear(v, how == 0 ? v->y : 0, how == 0 ? v->x : 0, how == 1 ? v->y : last, how == 1 ? v->x + 1 : v->cols);
	else
		clear(v, v->y, how == 0 ? v->x : 0, v->y, how == 1 ? v->x + 1 : v->cols);
}

/* The sequences that move the cursor one way. */
static bool moved(struct vt *v, int n, char c)
{
	int last_y = v->lines - 1, last_x = v->cols - 1;

	if (c == 'A' || c == 'B')
		v->y = bound(v->y + (c == 'B' ? n : -n), last_y);
	else if (c == 'C' || c == 'D')
		v->x = bound(v->x + (c == 'C' ? n : -n), last_x);
	else if (c == 'G')
		v->x = bound(n - 1, last_x);
	else if (c == 'd')
		v->y = bound(n - 1, last_y);
	else
		return false;
	return true;
}

/* ESC [ args c */
static void control(struct vt *v, const int *arg, int num, char c)
{
	int n = num > 0 && arg[0] > 0 ? arg[0] : 1, m = num > 1 && arg[1] > 0 ? arg[1] : 1;

	if (moved(v, n, c))
		return;
	switch (c) {
	case 'H':
	case 'f':
		v->y = bound(n - 1, v->lines - 1);
		v->x = bound(m - 1, v->cols - 1);
		break;
	case 'J':
	case 'K':
		erase(v, c, num > 0 ? arg[0] : 0);
		break;
	case 'X':
		clear(v, v->y, v->x, v->y, bound(v->x + n, v->cols));
		break;
	case 'b':
		while (n--)
			put(v, bytes_str(v->last));
		break;
	case 'm':
		rendition(v, arg, num ? num : 1);
		break;
	case 'L':
	case 'M':
		scroll(v, v->y, c == 'M' ? n : -n);
		break;
	case 'S':
	case 'T':
		scroll(v, v->top, c == 'S' ? n : -n);
		break;
	case 'P':
	case '@':
		shift(v, c == 'P' ? n : -n);
		break;
	case 'r':
		v->top = bound(n - 1, v->lines - 1);
		v->bottom = num > 1 ? bound(m - 1, v->lines - 1) : v->lines - 1;
		v->y = v->x = 0;
		break;
	case 'h':
	case 'l':
	case 't':
	case 'n':
	case 'c':
	case 'q':
		break;
	default:
		(void)fprintf(stderr, "vt: an unknown sequence: %c\n", c);
		abort(); /* the screen would be wrong from here on */
	}
}

/* An escape sequence from the front: its length, 0 if it is not all there yet. */
static size_t escape(struct vt *v, struct bytes in)
{
	int    arg[8] = { 0 }, num = 0;
	size_t i = 2;

	if (in.len < 2)
		return 0;
	if (in.p[1] == '(' || in.p[1] == ')') {
		if (in.len < 3)
			return 0;
		*(in.p[1] == '(' ? &v->g0_graphics : &v->g1_graphics) = in.p[2] == '0';
		v->graphics = v->g1 ? v->g1_graphics : v->g0_graphics;
		return 3;
	}
	if (in.p[1] == '7' || in.p[1] == '8') {
		if (in.p[1] == '7') {
			v->saved_y = v->y;
			v->saved_x = v->x;
		} else {
			v->y = v->saved_y;
			v->x = v->saved_x;
		}
		return 2;
	}
	if (in.p[1] == 'M') {
		if (v->y == v->top)
			scroll(v, v->top, -1);
		else
			v->y = bound(v->y - 1, v->lines - 1);
		return 2;
	}
	if (in.p[1] == ']') { /* a palette or a title, ended by BEL */
		struct bytes head, tail;
		return bytes_cut(in, '\a', &head, &tail) ? head.len + 1 : 0;
	}
	if (in.p[1] != '[')
		return 2; /* keypad modes and the like */
	if (i < in.len && (in.p[i] == '?' || in.p[i] == '>'))
		i++;
	for (; i < in.len; i++) {
		if (in.p[i] >= '0' && in.p[i] <= '9') {
			num = num ? num : 1;
			arg[num - 1] = arg[num - 1] * 10 + in.p[i] - '0';
		} else if (in.p[i] == ';') {
			num = num ? num : 1;
			num += num < 8;
		} else {
			control(v, arg, num, (char)in.p[i]);
			return i + 1;
		}
	}
	return 0;
}

/* One character or sequence from the front: its length, 0 if it is not all there yet. */
static size_t take(struct vt *v, struct bytes in)
{
	uint8_t c = in.p[0];

	if (c == 0x1b)
		return escape(v, in);
	if (c == '\r')
		v->x = 0;
	else if (c == '\n' && v->y == v->bottom)
		scroll(v, v->top, 1);
	else if (c == '\n')
		v->y = bound(v->y + 1, v->lines - 1);
	else if (c == '\b')
		v->x = bound(v->x - 1, v->cols - 1);
	else if (c == 0x0e || c == 0x0f) {
		v->g1 = c == 0x0e;
		v->graphics = v->g1 ? v->g1_graphics : v->g0_graphics;
	} else if (c >= ' ') {
		size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		if (n > in.len)
			return 0;
		put(v, bytes_first(in, n));
		return n;
	}
	return 1;
}

bool vt_read(struct vt *v, int ms)
{
	uint8_t       in[4096];
	struct pollfd p = { .fd = v->fd, .events = POLLIN };

	if (v->ended || poll(&p, 1, ms) <= 0)
		return false;
	memcpy(in, v->held, v->num_held);
	ssize_t n = read(v->fd, in + v->num_held, sizeof in - v->num_held);
	if (n <= 0) {
		v->ended = n == 0 || errno == EIO;
		return false;
	}
	if (v->num_read + (uint64_t)n < sizeof v->log)
		memcpy(v->log + v->num_read, in + v->num_held, (size_t)n);
	v->num_read += (uint64_t)n;
	struct bytes rest = bytes_of(in, v->num_held + (size_t)n);
	for (size_t len; rest.len && (len = take(v, rest)) > 0;)
		rest = bytes_skip(rest, len);
	MUST(rest.len <= sizeof v->held);
	memcpy(v->held, rest.p, rest.len);
	v->num_held = rest.len;
	return true;
}

static bool holds(const struct vt *v, const char *text)
{
	char       storage[VT_MAX_LINES * VT_MAX_COLS * 4];
	struct buf b = BUF_ON(storage);

	vt_text(v, &b);
	return strstr(buf_cstr(&b), text) != NULL;
}

static bool wait_until(struct vt *v, const char *text, bool there)
{
	for (int i = 0; i < 200 && !v->ended; i++) {
		if (holds(v, text) == there)
			return true;
		(void)vt_read(v, 50);
	}
	return holds(v, text) == there;
}

bool vt_wait(struct vt *v, const char *text)
{
	return wait_until(v, text, true);
}

bool vt_wait_gone(struct vt *v, const char *text)
{
	return wait_until(v, text, false);
}

void vt_settle(struct vt *v)
{
	while (vt_read(v, 330))
		;
}

bool vt_has_colour(const struct vt *v)
{
	size_t len = v->num_read < sizeof v->log ? (size_t)v->num_read : sizeof v->log;

	for (size_t i = 0; i + 2 < len; i++) {
		size_t k = i + 2;
		if (v->log[i] != 27 || v->log[i + 1] != '[')
			continue;
		bool any = false;
		for (int n = 0; k < len && ((v->log[k] >= '0' && v->log[k] <= '9') || v->log[k] == ';'); k++) {
			n = v->log[k] == ';' ? 0 : n * 10 + v->log[k] - '0';
			any |= n >= 30 && n <= 48 && n != 39;
		}
		if (any && k < len && v->log[k] == 'm')
			return true;
	}
	return false;
}

void vt_text(const struct vt *v, struct buf *b)
{
	for (int y = 0; y < v->lines; y++) {
		int end = v->cols;
		while (end > 0 && strcmp(v->cell[y][end - 1].text, " ") == 0)
			end--;
		for (int x = 0; x < end; x++)
			buf_str(b, v->cell[y][x].text);
		buf_str(b, "\n");
	}
}

int vt_attr_of(const struct vt *v, const char *text)
{
	for (int y = 0; y < v->lines; y++) {
		for (int x = 0; x < v->cols; x++) {
			char       storage[VT_MAX_COLS * 8];
			struct buf b = BUF_ON(storage);
			for (int i = x; i < v->cols; i++)
				buf_str(&b, v->cell[y][i].text);
			if (strncmp(buf_cstr(&b), text, strlen(text)) == 0)
				return v->cell[y][x].attr;
		}
	}
	return -1;
}

int vt_end(struct vt *v)
{
	int status = -1;

	for (int i = 0; i < 100 && !v->ended; i++)
		(void)vt_read(v, 100);
	(void)close(v->fd);
	for (int i = 0; i < 100 && waitpid(v->child, &status, WNOHANG) == 0; i++) {
		(void)nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
		if (i == 98)
			(void)kill(v->child, SIGKILL);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
