/* qr_send.c: `ceremony qr send`: a file as moving codes, or as pictures; see qr.h. */
#include "ceremony/cmd/qr.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <langinfo.h>
#include <linux/kd.h>
#include <locale.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "qr/render.h"
#include "qr/ur.h"

#define DEFAULT_FPS      8
#define MAX_FPS          30
#define IMAGE_VERSION    20 /* what most cameras and prints can carry */
#define TERMINAL_VERSION 27
#define IMAGE_SCALE      6 /* pixels a module */

struct send {
	const char       *path, *png, *svg;
	uint64_t          fps, version;
	bool              once, ascii;
	enum render_style style;
	struct arena      arena;
	struct bytes      content;
	size_t            mark; /* the arena's, behind the content */
	unsigned          rows; /* of the terminal */
	struct ur_sender  sender;
};

static uint8_t     out_storage[RENDER_MAX_IMAGE];
static struct code code;

static bool read_options(struct send *s, int argc, char **argv)
{
	static const struct option options[] = {
		{ "png", required_argument, NULL, 'p' },     { "svg", required_argument, NULL, 's' },
		{ "fps", required_argument, NULL, 'f' },     { "version", required_argument, NULL, 'v' },
		{ "ascii", no_argument, NULL, 'a' },         { "once", no_argument, NULL, '1' },
		{ NULL, 0, NULL, 0 },
	};
	int opt;

	s->fps = DEFAULT_FPS;
	for (optind = 1; (opt = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		bool good = true;
		switch (opt) {
		case 'p':
			s->png = optarg;
			break;
		case 's':
			s->svg = optarg;
			break;
		case 'f':
			good = bytes_to_u64(&s->fps, bytes_str(optarg), MAX_FPS) && s->fps > 0;
			break;
		case 'v':
			good = bytes_to_u64(&s->version, bytes_str(optarg), CODE_MAX_VERSION) && s->version > 0;
			break;
		case 'a':
			s->ascii = true;
			break;
		case '1':
			s->once = true;
			break;
		default:
			return false;
		}
		if (!good)
			return false;
	}
	if (optind + 1 != argc || (s->png && s->svg))
		return false;
	s->path = argv[optind];
	return true;
}

/* ---- the terminal ------------------------------------------------------- */

/* On the Linux console a font may lack the half blocks: asks which characters it has. Other
 * terminals do not know the question, and draw them. */
static bool has_half_blocks(int fd)
{
	static struct unipair pairs[4096];
	struct unimapdesc     map = { .entry_ct = COUNT_OF(pairs), .entries = pairs };
	unsigned              found = 0;
	char                  kind = 0;

	if (ioctl(fd, KDGKBTYPE, &kind) != 0)
		return true;
	if (ioctl(fd, GIO_UNIMAP, &map) != 0)
		return false;
	for (unsigned i = 0; i < map.entry_ct; i++)
		if (pairs[i].unicode == 0x2580 || pairs[i].unicode == 0x2584 || pairs[i].unicode == 0x2588)
			found |= 1U << (pairs[i].unicode - 0x2580) / 4;
	return found == 7;
}

static void look_at_terminal(struct send *s, unsigned *columns)
{
	struct winsize w = { .ws_col = 80, .ws_row = 25 };

	if (isatty(STDOUT_FILENO) && (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col == 0 || w.ws_row == 0))
		w = (struct winsize){ .ws_col = 80, .ws_row = 25 };
	bool utf8 = setlocale(LC_CTYPE, "") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (!isatty(STDOUT_FILENO))
		utf8 = true;
	s->style = s->ascii || !utf8 || !has_half_blocks(STDOUT_FILENO) ? RENDER_WIDE : RENDER_HALF;
	*columns = w.ws_col;
	s->rows = w.ws_row;
}

/* ---- frames ------------------------------------------------------------- */

static bool try_version(struct send *s, unsigned version, struct err *e)
{
	s->arena.len = s->mark; /* what the last try took */
	return ur_sender_init(&s->sender, &s->arena, s->content, code_capacity(version, CODE_L), e);
}

/* The smallest codes that take no more frames than the largest that are allowed. */
static bool choose_version(struct send *s, unsigned most, struct err *e)
{
	unsigned v = 1;

	if (!try_version(s, most, e))
		return false;
	for (size_t num = s->sender.num; v < most; v++)
		if (try_version(s, v, e) && s->sender.num == num)
			break;
	s->version = v;
	return try_version(s, v, e);
}

static bool make_code(const struct send *s, uint64_t place, struct err *e)
{
	char       text[UR_MAX_TEXT];
	struct buf b = BUF_ON(text);

	ur_sender_frame(&b, &s->sender, ur_sender_seq(&s->sender, place));
	MUST(buf_ok(&b));
	return code_encode(&code, buf_bytes(&b), (unsigned)s->version, CODE_L, e);
}

static void announce(const struct send *s)
{
	size_t round = ur_sender_round(&s->sender);

	(void)fprintf(stderr, "version %u, %zu octets a frame, %zu fragment%s, %zu frame%s a round", (unsigned)s->version,
	              s->sender.fragment_len, s->sender.num, s->sender.num == 1 ? "" : "s", round, round == 1 ? "" : "s");
	if (!s->png && !s->svg)
		(void)fprintf(stderr, ", %.1f s for all at %u a second", (double)s->sender.num / (double)s->fps,
		              (unsigned)s->fps);
	(void)fputc('\n', stderr);
}

/* ---- pictures ----------------------------------------------------------- */

/* Frames of two files in one folder would be taken for one. */
static bool is_empty(int dir, const char *path, struct err *e)
{
	struct dirent *it;
	bool           empty = true;
	int            fd = dup(dir);
	DIR           *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d)
		return err_set(e, ERR_FILE_OPEN, "%s: %s", path, strerror(errno));
	while ((it = readdir(d)))
		empty = empty && (strcmp(it->d_name, ".") == 0 || strcmp(it->d_name, "..") == 0);
	(void)closedir(d);
	return empty || err_set(e, ERR_FILE_EXISTS, "%s is not empty", path);
}

static bool write_pictures(const struct send *s, struct err *e)
{
	const char *path = s->png ? s->png : s->svg;
	char        name[32];
	int         dir = dir_open(AT_FDCWD, path, true, e);
	bool        ok = dir >= 0 && is_empty(dir, path, e);

	for (uint64_t i = 0; ok && i < ur_sender_round(&s->sender); i++) {
		struct buf b = BUF_ON(out_storage);
		(void)snprintf(name, sizeof name, "frame-%04u.%s", (unsigned)i + 1, s->png ? "png" : "svg");
		ok = make_code(s, i, e);
		if (ok && s->png)
			render_png(&b, &code, IMAGE_SCALE);
		else if (ok)
			render_svg(&b, &code, IMAGE_SCALE);
		MUST(buf_ok(&b));
		ok = ok && file_write(dir, name, buf_bytes(&b), 0644, e);
	}
	if (dir >= 0)
		(void)close(dir);
	return ok;
}

/* ---- moving pictures ---------------------------------------------------- */

static void wait_for(struct timespec *when, uint64_t fps)
{
	when->tv_nsec += (long)(1000000000 / fps);
	if (when->tv_nsec >= 1000000000) {
		when->tv_nsec -= 1000000000;
		when->tv_sec++;
	}
	while (!qr_stopped() && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, when, NULL) == EINTR)
		;
}

static bool put_frame(const struct send *s, uint64_t place, bool tty, struct err *e)
{
	struct buf b = BUF_ON(out_storage);

	if (!make_code(s, place, e))
		return false;
	/* The last line without a line end: on a full screen it would scroll. */
	if (tty)
		buf_str(&b, "\033[H");
	render_text(&b, &code, s->style, "\r\n");
	if (tty)
		b.len -= 2;
	if (tty && render_rows(s->style, (unsigned)s->version) < s->rows)
		buf_fmt(&b, "\r\nframe %u, any %zu will nearly do; Ctrl-C ends\033[K", (unsigned)ur_sender_seq(&s->sender, place), s->sender.num);
	MUST(buf_ok(&b));
	if (fwrite(b.p, 1, b.len, stdout) != b.len || fflush(stdout) != 0)
		return err_set(e, ERR_FILE_WRITE, "the terminal");
	return true;
}

static bool animate(const struct send *s, struct err *e)
{
	bool            tty = isatty(STDOUT_FILENO), ok = true;
	uint64_t        end = s->once ? ur_sender_round(&s->sender) : UINT64_MAX;
	struct timespec when;

	qr_catch();
	MUST(clock_gettime(CLOCK_MONOTONIC, &when) == 0);
	if (tty)
		(void)fputs("\033[?1049h\033[?25l\033[2J", stdout); /* the other screen, no cursor */
	for (uint64_t i = 0; ok && i < end && !qr_stopped(); i++) {
		ok = put_frame(s, i, tty, e);
		if (tty)
			wait_for(&when, s->fps);
	}
	if (tty)
		(void)fputs("\033[0m\033[?25h\033[?1049l", stdout);
	return ok;
}

static bool send_file(struct send *s, struct err *e)
{
	unsigned columns = 0, most = IMAGE_VERSION;

	if (!file_read(&s->content, &s->arena, AT_FDCWD, s->path, UR_MAX_CONTENT, e))
		return false;
	s->mark = s->arena.len;
	if (s->content.len == 0)
		return err_set(e, ERR_QR_SIZE, "the file is empty");
	if (!s->png && !s->svg) {
		look_at_terminal(s, &columns);
		most = render_version(s->style, columns, s->rows);
		if (most == 0 || s->version > most)
			return err_set(e, ERR_QR_SIZE, "the terminal has %u columns and %u rows", columns, s->rows);
		most = most > TERMINAL_VERSION ? TERMINAL_VERSION : most;
	}
	if (s->version ? !try_version(s, (unsigned)s->version, e) : !choose_version(s, most, e))
		return false;
	announce(s);
	qr_print_digest(s->path, s->content);
	if (s->png || s->svg)
		return write_pictures(s, e);
	bool ok = animate(s, e);
	if (isatty(STDOUT_FILENO)) /* again, where it can be seen */
		qr_print_digest(s->path, s->content);
	return ok;
}

int qr_send(int argc, char **argv)
{
	static struct send s;
	struct err         e = { 0 };

	if (!read_options(&s, argc, argv))
		return qr_usage();
	if (!s.png && !s.svg && !s.once && !isatty(STDOUT_FILENO)) {
		(void)fputs("ceremony qr: standard output is no terminal: --once, --png or --svg is needed\n", stderr);
		return 2;
	}
	s.arena = arena_new(2 * UR_ARENA);
	bool ok = s.arena.cap ? send_file(&s, &e) : err_set(&e, ERR_NO_MEMORY, "%zu octets", 2 * UR_ARENA);
	arena_free(&s.arena);
	return ok ? 0 : qr_fail(&e);
}
