/* qr_send.c: `ceremony qr send`: a file as moving codes, or as pictures; see qr.h. */
#include "ceremony/cmd/qr.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/port/terminal.h"
#include "qr/show.h"

#define IMAGE_SCALE 6 /* pixels a module */

struct send {
	const char       *path, *png, *svg;
	uint64_t          fps, version;
	bool              once, ascii;
	enum render_style style;
	struct arena      arena;
	struct bytes      content;
	unsigned          rows; /* of the terminal */
	struct show       show;
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

	s->fps = SHOW_FPS;
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
			good = bytes_to_u64(&s->fps, bytes_str(optarg), SHOW_MAX_FPS) && s->fps > 0;
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

static void look_at_terminal(struct send *s, unsigned *columns)
{
	bool utf8 = terminal_is_utf8();
	if (!isatty(STDOUT_FILENO))
		utf8 = true;
	s->style = s->ascii || !utf8 || !terminal_has_half_blocks(STDOUT_FILENO) ? RENDER_WIDE : RENDER_HALF;
	terminal_size(STDOUT_FILENO, columns, &s->rows);
}

/* ---- frames ------------------------------------------------------------- */

static void announce(const struct send *s)
{
	size_t round = ur_sender_round(&s->show.sender);

	(void)fprintf(stderr, "version %u, %zu octets a frame, %zu fragment%s, %zu frame%s a round", s->show.version,
	              s->show.sender.fragment_len, s->show.sender.num, s->show.sender.num == 1 ? "" : "s", round, round == 1 ? "" : "s");
	if (!s->png && !s->svg)
		(void)fprintf(stderr, ", %.1f s for all at %u a second", (double)s->show.sender.num / (double)s->fps,
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

	for (uint64_t i = 0; ok && i < ur_sender_round(&s->show.sender); i++) {
		struct buf b = BUF_ON(out_storage);
		(void)snprintf(name, sizeof name, "frame-%04u.%s", (unsigned)i + 1, s->png ? "png" : "svg");
		ok = show_frame(&code, &s->show, i, e);
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

	if (!show_frame(&code, &s->show, place, e))
		return false;
	/* The last line without a line end: on a full screen it would scroll. */
	if (tty)
		buf_str(&b, "\033[H");
	render_text(&b, &code, s->style, "\r\n");
	if (tty)
		b.len -= 2;
	if (tty && render_rows(s->style, s->show.version) < s->rows)
		buf_fmt(&b, "\r\nframe %u, any %zu will nearly do; Ctrl-C ends\033[K", (unsigned)ur_sender_seq(&s->show.sender, place), s->show.sender.num);
	MUST(buf_ok(&b));
	if (fwrite(b.p, 1, b.len, stdout) != b.len || fflush(stdout) != 0)
		return err_set(e, ERR_FILE_WRITE, "the terminal");
	return true;
}

static bool animate(const struct send *s, struct err *e)
{
	bool            tty = isatty(STDOUT_FILENO), ok = true;
	uint64_t        end = s->once ? ur_sender_round(&s->show.sender) : UINT64_MAX;
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

static bool choose_version(struct send *s, struct err *e)
{
	unsigned        columns = 0, most = SHOW_PICTURE;
	struct show_fit fit;

	if (!s->png && !s->svg) {
		look_at_terminal(s, &columns);
		most = render_version(s->style, columns, s->rows);
		if (most == 0 || s->version > most)
			return err_set(e, ERR_QR_SIZE, "the terminal has %u columns and %u rows", columns, s->rows);
		most = most > SHOW_MAX_VERSION ? SHOW_MAX_VERSION : most;
	}
	if (s->version)
		return show_init(&s->show, &s->arena, s->content, (unsigned)s->version, e);
	fit = show_fit(s->content.len, most);
	return show_init(&s->show, &s->arena, s->content, fit.version ? fit.version : most, e); /* else it says why not */
}

static bool send_file(struct send *s, struct err *e)
{
	if (!file_read(&s->content, &s->arena, AT_FDCWD, s->path, UR_MAX_CONTENT, e))
		return false;
	if (s->content.len == 0)
		return err_set(e, ERR_QR_SIZE, "the file is empty");
	if (!choose_version(s, e))
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
