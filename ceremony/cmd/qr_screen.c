/* qr_screen.c: see qr_screen.h. */
#include "ceremony/cmd/qr_screen.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "ceremony/base/hash.h"
#include "ceremony/base/text.h"
#include "ceremony/cmd/qr.h"
#include "ceremony/port/clock.h"
#include "ceremony/port/terminal.h"
#include "ceremony/record/layout.h"

#define PANEL 27  /* columns beside the code, with a gap */
#define WORDS 16  /* of SHA-256, as many as are read aloud in a ceremony */
#define LOOK  200 /* ms after which the terminal's size is looked at again */

static uint8_t     out_storage[RENDER_MAX_TEXT + 8192];
static struct code code;

/* ---- the size ----------------------------------------------------------- */

static void look_at_terminal(struct qr_screen *s)
{
	bool utf8 = terminal_is_utf8() || !isatty(STDOUT_FILENO);

	s->style = s->ascii || !utf8 || !terminal_has_half_blocks(STDOUT_FILENO) ? RENDER_WIDE : RENDER_HALF;
	terminal_size(STDOUT_FILENO, &s->columns, &s->rows);
}

static bool fit(struct qr_screen *s, struct err *e)
{
	look_at_terminal(s);
	unsigned most = render_version(s->style, s->columns, s->rows);
	s->arena->len = s->mark;
	s->show.version = 0;
	if (most == 0 || s->version > most)
		return err_set(e, ERR_QR_SIZE, "the terminal has %u columns and %u rows", s->columns, s->rows);
	if (s->version)
		return show_init(&s->show, s->arena, s->content, s->version, e);
	most = most > SHOW_MAX_VERSION ? SHOW_MAX_VERSION : most;
	struct show_fit f = show_fit(s->content.len, most);
	return show_init(&s->show, s->arena, s->content, f.version ? f.version : most, e); /* else it says why not */
}

bool qr_screen_fit(struct qr_screen *s, struct err *e)
{
	s->mark = s->arena->len;
	return fit(s, e);
}

static bool is_another(const struct qr_screen *s)
{
	unsigned columns, rows;

	terminal_size(STDOUT_FILENO, &columns, &rows);
	return columns != s->columns || rows != s->rows;
}

/* ---- painting ----------------------------------------------------------- */

/* A line of the panel, row and column from 0. */
static void put_line(struct buf *b, const struct qr_screen *s, unsigned row, unsigned column, struct bytes text)
{
	buf_fmt(b, "\033[%u;%uH", row + 1, column + 1);
	put_cell(b, text, s->columns - column, false);
	buf_str(b, "\033[K");
}

static void put_words(struct buf *b, const struct qr_screen *s, unsigned row, unsigned column)
{
	char          storage[512];
	struct buf    w = BUF_ON(storage);
	struct digest d = hash_of(HASH_SHA256, s->content);
	struct bytes  line, rest;

	put_line(b, s, row++, column, BYTES_LIT("SHA-256, the first 16 words"));
	words_put(&w, bytes_first(digest_bytes(&d), WORDS), 2);
	rest = buf_bytes(&w);
	for (bool more = true; more; row++) {
		more = bytes_cut(rest, '\n', &line, &rest);
		put_line(b, s, row, column, more ? line : rest);
	}
}

static void put_panel(struct buf *b, const struct qr_screen *s, uint64_t place, unsigned column)
{
	const struct ur_sender *u = &s->show.sender;
	char                    storage[128];
	struct buf              t = BUF_ON(storage);

	put_line(b, s, 0, column, bytes_str(s->name));
	buf_fmt(&t, "%zu octets, %zu frame%s", s->content.len, u->num, u->num == 1 ? "" : "s");
	put_line(b, s, 1, column, buf_bytes(&t));
	t.len = 0;
	buf_fmt(&t, "now %u%s", (unsigned)ur_sender_seq(u, place), s->still ? ", standing still" : "");
	put_line(b, s, 2, column, buf_bytes(&t));
	put_words(b, s, 4, column);
	t.len = 0;
	buf_fmt(&t, "+ -    speed: %u a second", s->fps);
	put_line(b, s, 14, column, buf_bytes(&t));
	put_line(b, s, 15, column, BYTES_LIT("Space  stand still, go on"));
	put_line(b, s, 16, column, BYTES_LIT("q      done"));
}

/* What there is room for: beside the code, or below it. */
static void put_around(struct buf *b, const struct qr_screen *s, uint64_t place)
{
	unsigned columns = render_columns(s->style, s->show.version), rows = render_rows(s->style, s->show.version);

	if (columns + PANEL <= s->columns && s->rows > 16)
		put_panel(b, s, place, columns + 2);
	else if (rows < s->rows)
		buf_fmt(b, "\r\nnow %u of %zu, speed %u; keys + - Space q\033[K", (unsigned)ur_sender_seq(&s->show.sender, place),
		        s->show.sender.num, s->fps);
}

static bool put_out(const struct buf *b, struct err *e)
{
	MUST(buf_ok(b));
	return (fwrite(b->p, 1, b->len, stdout) == b->len && fflush(stdout) == 0) || err_set(e, ERR_FILE_WRITE, "the terminal");
}

static bool put_frame(const struct qr_screen *s, uint64_t place, bool tty, struct err *e)
{
	struct buf b = BUF_ON(out_storage);

	if (!show_frame(&code, &s->show, place, e))
		return false;
	if (tty)
		buf_str(&b, "\033[H");
	render_text(&b, &code, s->style, "\r\n");
	if (tty) {
		b.len -= 2; /* the last line's end: on a full screen it would scroll */
		put_around(&b, s, place);
	}
	return put_out(&b, e);
}

/* A window that takes no code of this file: said in it, until it is another. */
static bool put_too_small(const struct qr_screen *s, struct err *e)
{
	struct buf b = BUF_ON(out_storage);
	char       storage[128];
	struct buf t = BUF_ON(storage);

	buf_fmt(&t, "%ux%u: too small.", s->columns, s->rows);
	put_line(&b, s, 0, 0, buf_bytes(&t));
	put_line(&b, s, 1, 0, BYTES_LIT("Enlarge the window."));
	put_line(&b, s, 2, 0, BYTES_LIT("q ends."));
	return put_out(&b, e);
}

/* ---- keys and time ------------------------------------------------------ */

/* A key while it moves: faster, slower, still, the end. */
static void take_key(struct qr_screen *s)
{
	char    key = 0;
	ssize_t n = read(STDIN_FILENO, &key, 1);

	if (n < 0)
		return;
	if ((key == '+' || key == '=') && s->fps < SHOW_MAX_FPS)
		s->fps++;
	else if (key == '-' && s->fps > 1)
		s->fps--;
	else if (key == ' ')
		s->still = !s->still;
	else if (n == 0 || key == 'q' || key == 0x1b) /* 0: the terminal has gone */
		s->over = true;
	s->again = true;
}

/* Until the next frame is due; keys are taken meanwhile. */
static void wait_for(struct qr_screen *s, uint64_t *due)
{
	struct clock  c = clock_system();
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	bool          stands = s->still || s->show.version == 0;

	*due += 1000 / s->fps;
	for (uint64_t now = 0; !qr_stopped() && !s->over && !s->again && (stands || (now = c.mono(c.ctx)) < *due);) {
		int ms = stands || *due - now > LOOK ? LOOK : (int)(*due - now);
		if (poll(s->keys ? &p : NULL, s->keys, ms) > 0)
			take_key(s);
		if (stands)
			*due = c.mono(c.ctx);
		s->again |= is_another(s);
	}
}

/* Keys come one by one, unseen, where standard input is the terminal; Ctrl-C stays what it is. */
static void set_keys(struct qr_screen *s, bool on)
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

/* ---- moving ------------------------------------------------------------- */

/* The terminal has become another: codes that fit it, from the first frame on. What does not fit is said there. */
static void follow_size(struct qr_screen *s, uint64_t *place)
{
	struct err why = { 0 };
	unsigned   was = s->show.version;

	if (!is_another(s))
		return;
	if (!fit(s, &why))
		s->show.version = 0;
	if (s->show.version != was)
		*place = 0;
	(void)fputs("\033[2J", stdout);
}

static bool animate(struct qr_screen *s, struct err *e)
{
	struct clock c = clock_system();
	uint64_t     due = c.mono(c.ctx), place = 0;
	bool         ok = true;

	while (ok && !qr_stopped() && !s->over && !(s->once && s->show.version && place >= ur_sender_round(&s->show.sender))) {
		s->again = false;
		ok = s->show.version ? put_frame(s, place, true, e) : put_too_small(s, e);
		wait_for(s, &due);
		place += !s->again && s->show.version;
		follow_size(s, &place);
	}
	return ok;
}

bool qr_screen_run(struct qr_screen *s, struct err *e)
{
	bool ok = true;

	qr_catch();
	if (!isatty(STDOUT_FILENO)) {
		for (uint64_t i = 0; ok && i < ur_sender_round(&s->show.sender) && !qr_stopped(); i++)
			ok = put_frame(s, i, false, e);
		return ok;
	}
	set_keys(s, true);
	(void)fputs("\033[?1049h\033[?25l\033[2J", stdout); /* the other screen, no cursor */
	ok = animate(s, e);
	(void)fputs("\033[0m\033[?25h\033[?1049l", stdout);
	set_keys(s, false);
	return ok;
}
