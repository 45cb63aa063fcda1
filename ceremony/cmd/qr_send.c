/* qr_send.c: `ceremony qr send`: a file as moving codes, or as pictures; see qr.h. */
#include "ceremony/cmd/qr.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/cmd/qr_pdf.h"
#include "ceremony/cmd/qr_screen.h"

#define IMAGE_SCALE 6 /* pixels a module */

struct send {
	const char       *path, *png, *svg, *pdf;
	uint64_t          fps, version;
	bool              once, ascii, sizes;
	struct arena      arena;
	struct bytes      content;
	struct show       show;   /* of pictures */
	struct qr_screen  screen; /* of the terminal */
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

/* ---- frames ------------------------------------------------------------- */

/* Frames go onto something that lasts. */
static bool is_picture(const struct send *s)
{
	return s->png || s->svg || s->pdf;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void announce(const struct send *s)
{
	const struct show *show = is_picture(s) ? &s->show : &s->screen.show;
	const size_t       num = show->sender.num, round = ur_sender_round(&show->sender);

	(void)fprintf(stderr, "version %u, %zu octets a frame, %zu fragment%s, %zu frame%s a round", show->version,
	              show->sender.fragment_len, num, num == 1 ? "" : "s", round, round == 1 ? "" : "s");
	if (!is_picture(s))
		(void)fprintf(stderr, ", %.1f s for all at %u a second", (double)num / (double)s->fps, (unsigned)s->fps);
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

/* Codes as large as pictures, or paper, take them; or those of the terminal. */
static bool choose_version(struct send *s, struct err *e)
{
	unsigned        most = s->pdf ? QR_PDF_VERSION : SHOW_PICTURE;
	struct show_fit fit = show_fit(s->content.len, most);

	if (!is_picture(s)) {
		s->screen = (struct qr_screen){ .name = base_name(s->path), .content = s->content, .arena = &s->arena, .fps = (unsigned)s->fps,
			                        .version = (unsigned)s->version, .ascii = s->ascii, .once = s->once };
		return qr_screen_fit(&s->screen, e);
	}
	if (s->version)
		most = (unsigned)s->version;
	else if (fit.version)
		most = fit.version;
	return show_init(&s->show, &s->arena, s->content, most, e);
}

/* What the file needs on other screens, before anybody walks to one. */
static bool print_sizes(size_t len)
{
	(void)printf("%zu octets\n%-20s %7s %14s %7s %12s\n", len, "screen", "version", "octets a frame", "frames", "10 a second");
	for (size_t i = 0; i < SHOW_NUM_SCREENS; i++) {
		const char     *name = show_screens[i].name;
		struct show_fit fit = show_fit_screen(len, &show_screens[i]);
		if (fit.version)
			(void)printf("%-20s %7u %14zu %7zu %10.1f s\n", name, fit.version, fit.octets, fit.frames,
			             (double)fit.frames / 10);
		else
			(void)printf("%-20s %7s\n", name, "none");
	}
	return true;
}

static bool send_file(struct send *s, struct err *e)
{
	struct err why = { 0 };

	if (!file_read(&s->content, &s->arena, AT_FDCWD, s->path, UR_MAX_CONTENT, &why))
		return err_set(e, why.id, "%s%s", why.detail, why.id == ERR_TOO_LARGE ? "; codes carry up to 1 MiB (1048576)" : "");
	if (s->content.len == 0)
		return err_set(e, ERR_QR_SIZE, "the file is empty");
	if (s->sizes)
		return print_sizes(s->content.len);
	if (!choose_version(s, e))
		return false;
	bool screen = !is_picture(s) && isatty(STDOUT_FILENO);
	announce(s);
	if (!screen)
		qr_print_digest(s->path, s->content);
	if (s->pdf)
		return qr_pdf_write(s->pdf, base_name(s->path), &s->show, e);
	if (is_picture(s))
		return write_pictures(s, e);
	bool ok = qr_screen_run(&s->screen, e);
	if (screen) /* afterwards, where it stays: not every terminal has a second screen */
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
