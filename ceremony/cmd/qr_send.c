/* qr_send.c: `ceremony qr send`: a file as moving codes, or as pictures; see qr.h. */
#include "ceremony/cmd/qr.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/cmd/qr_pdf.h"
#include "ceremony/port/clock.h"
#include "ceremony/port/terminal.h"
#include "qr/show.h"

#define IMAGE_SCALE 6 /* pixels a module */

struct send {
	const char       *path, *png, *svg, *pdf;
	uint64_t          fps, version;
	bool              once, ascii, sizes;
	enum render_style style;
	struct arena      arena;
	struct bytes      content;
	unsigned          rows; /* of the terminal */
	bool              keys, still, over, again; /* while it moves: keys are taken; it stands still; it has been ended; a key
	                                             * has changed what stands under it */
	struct termios    saved;
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
		{ "pdf", required_argument, NULL, 'd' },     { "sizes", no_argument, NULL, 'z' },
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
		case 'd':
			s->pdf = optarg;
			break;
		case 'z':
			s->sizes = true;
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
	if (optind + 1 != argc || (s->png != NULL) + (s->svg != NULL) + (s->pdf != NULL) + s->sizes > 1)
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

/* Frames go onto something that lasts. */
static bool is_picture(const struct send *s)
{
	return s->png || s->svg || s->pdf;
}

static void announce(const struct send *s)
{
	size_t round = ur_sender_round(&s->show.sender);

	(void)fprintf(stderr, "version %u, %zu octets a frame, %zu fragment%s, %zu frame%s a round", s->show.version,
	              s->show.sender.fragment_len, s->show.sender.num, s->show.sender.num == 1 ? "" : "s", round, round == 1 ? "" : "s");
	if (!is_picture(s))
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

/* A key while it moves: faster, slower, still, the end. */
static void take_key(struct send *s)
{
	char    key = 0;
	ssize_t n = read(STDIN_FILENO, &key, 1);

	if (n != 1)
		return;
	if ((key == '+' || key == '=') && s->fps < SHOW_MAX_FPS)
		s->fps++;
	else if (key == '-' && s->fps > 1)
		s->fps--;
	else if (key == ' ')
		s->still = !s->still;
	else if (key == 'q' || key == 0x1b)
		s->over = true;
	s->again = true;
}

/* Until the next frame is due; keys are taken meanwhile. */
static void wait_for(struct send *s, uint64_t *due)
{
	struct clock  c = clock_system();
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	*due += 1000 / s->fps;
	for (uint64_t now = 0; !qr_stopped() && !s->over && !s->again && (s->still || (now = c.mono(c.ctx)) < *due);) {
		int ms = s->still ? 200 : (int)(*due - now);
		if (poll(s->keys ? &p : NULL, s->keys, ms) > 0)
			take_key(s);
		if (s->still)
			*due = c.mono(c.ctx);
	}
}

/* Keys come one by one, unseen, where standard input is the terminal; Ctrl-C stays what it is. */
static void set_keys(struct send *s, bool on)
{
	struct termios t;

	if (on)
		s->keys = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &s->saved) == 0;
	if (!s->keys)
		return;
	t = s->saved;
	t.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
	t.c_cc[VMIN] = 0;
	t.c_cc[VTIME] = 0;
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, on ? &t : &s->saved);
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
		buf_fmt(&b, "\r\nframe %u, any %zu will nearly do; + - speed (%u), Space still, q ends\033[K", (unsigned)ur_sender_seq(&s->show.sender, place), s->show.sender.num,
		        (unsigned)s->fps);
	MUST(buf_ok(&b));
	if (fwrite(b.p, 1, b.len, stdout) != b.len || fflush(stdout) != 0)
		return err_set(e, ERR_FILE_WRITE, "the terminal");
	return true;
}

static bool animate(struct send *s, struct err *e)
{
	struct clock c = clock_system();
	bool         tty = isatty(STDOUT_FILENO), ok = true;
	uint64_t     end = s->once ? ur_sender_round(&s->show.sender) : UINT64_MAX, due = c.mono(c.ctx);

	qr_catch();
	if (tty) {
		set_keys(s, true);
		(void)fputs("\033[?1049h\033[?25l\033[2J", stdout); /* the other screen, no cursor */
	}
	for (uint64_t i = 0; ok && i < end && !qr_stopped() && !s->over; i += !s->again) {
		s->again = false;
		ok = put_frame(s, i, tty, e);
		if (tty)
			wait_for(s, &due);
	}
	if (tty) {
		(void)fputs("\033[0m\033[?25h\033[?1049l", stdout);
		set_keys(s, false);
	}
	return ok;
}

static bool choose_version(struct send *s, struct err *e)
{
	unsigned        columns = 0, most = s->pdf ? QR_PDF_VERSION : SHOW_PICTURE;
	struct show_fit fit;

	if (!is_picture(s)) {
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

/* What the file needs on other screens, before anybody walks to one. */
static bool print_sizes(size_t len)
{
	static const struct {
		const char *name;
		unsigned    columns, rows, width, height; /* characters, or pixels at 4 a module */
	} screens[] = {
		{ "80x25", 80, 25, 0, 0 },           { "100x37 (800x600)", 100, 37, 0, 0 }, { "128x48 (1024x768)", 128, 48, 0, 0 },
		{ "160x64 (1280x1024)", 160, 64, 0, 0 }, { "240x67 (1920x1080)", 240, 67, 0, 0 },
		{ "1024x768 pixels", 0, 0, 1024, 768 }, { "1920x1080 pixels", 0, 0, 1920, 1080 },
	};

	(void)printf("%zu octets\n%-20s %7s %14s %7s %12s\n", len, "screen", "version", "octets a frame", "frames", "10 a second");
	for (size_t i = 0; i < COUNT_OF(screens); i++) {
		struct show_fit fit = screens[i].width ? show_fit(len, render_pixels_version(screens[i].width, screens[i].height, 4)) :
		                                         show_fit_on(len, RENDER_HALF, screens[i].columns, screens[i].rows);
		if (fit.version)
			(void)printf("%-20s %7u %14zu %7zu %10.1f s\n", screens[i].name, fit.version, fit.octets, fit.frames,
			             (double)fit.frames / 10);
		else
			(void)printf("%-20s %7s\n", screens[i].name, "none");
	}
	return true;
}

static bool send_file(struct send *s, struct err *e)
{
	if (!file_read(&s->content, &s->arena, AT_FDCWD, s->path, UR_MAX_CONTENT, e))
		return false;
	if (s->content.len == 0)
		return err_set(e, ERR_QR_SIZE, "the file is empty");
	if (s->sizes)
		return print_sizes(s->content.len);
	if (!choose_version(s, e))
		return false;
	announce(s);
	qr_print_digest(s->path, s->content);
	if (s->pdf) {
		const char *slash = strrchr(s->path, '/');
		return qr_pdf_write(s->pdf, slash ? slash + 1 : s->path, &s->show, e);
	}
	if (is_picture(s))
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
	if (!is_picture(&s) && !s.once && !s.sizes && !isatty(STDOUT_FILENO)) {
		(void)fputs("ceremony qr: standard output is no terminal: --once, --png, --svg, --pdf or --sizes is needed\n", stderr);
		return 2;
	}
	s.arena = arena_new(2 * UR_ARENA);
	bool ok = s.arena.cap ? send_file(&s, &e) : err_set(&e, ERR_NO_MEMORY, "%zu octets", 2 * UR_ARENA);
	arena_free(&s.arena);
	return ok ? 0 : qr_fail(&e);
}
