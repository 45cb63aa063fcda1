/* screen.c: see screen.h. */
#include "tui/screen.h"

#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "ceremony/base/text.h"
#include "ceremony/base/utc.h"
#include "tui/record.h"

#define OUTLINE_COLS 25
#define READ_MS      1000 /* so that the clock goes on */
#define ESC_MS       150  /* how long an Esc waits to become a function key: enough at 1200 baud */

/* Foreground and background for a colour screen; and what says the same without colour. */
static const struct {
	short  fore, back;
	attr_t with_colour, without;
} styles[] = {
	[STYLE_TEXT] = { -1, -1, A_NORMAL, A_NORMAL },
	[STYLE_STRONG] = { -1, -1, A_BOLD, A_BOLD },
	[STYLE_QUIET] = { -1, -1, A_DIM, A_NORMAL },
	[STYLE_TITLE] = { COLOR_CYAN, -1, A_BOLD, A_BOLD | A_UNDERLINE },
	[STYLE_BAR] = { COLOR_WHITE, COLOR_BLUE, A_NORMAL, A_REVERSE },
	[STYLE_BADGE] = { COLOR_BLACK, COLOR_YELLOW, A_NORMAL, A_BOLD },
	[STYLE_NOW] = { COLOR_CYAN, -1, A_BOLD, A_BOLD },
	[STYLE_DANGER] = { COLOR_WHITE, COLOR_RED, A_BOLD, A_REVERSE | A_BOLD },
	[STYLE_SECRET] = { COLOR_WHITE, COLOR_MAGENTA, A_BOLD, A_REVERSE | A_BOLD },
	[STYLE_ERROR] = { COLOR_RED, -1, A_BOLD, A_BOLD },
	[STYLE_GOOD] = { COLOR_WHITE, COLOR_GREEN, A_BOLD, A_REVERSE | A_BOLD },
	[STYLE_QR] = { COLOR_BLACK, COLOR_WHITE, A_NORMAL, A_REVERSE },
	[STYLE_QR_DARK] = { COLOR_BLACK, COLOR_BLACK, A_NORMAL, A_NORMAL },
};
_Static_assert(COUNT_OF(styles) == STYLE_COUNT_, "a style for each");

static const char *const marks[MARK_COUNT_][2] = {
	[MARK_DONE] = { "+", "\xe2\x9c\x93" },     /* check mark */
	[MARK_NOW] = { ">", "\xe2\x96\xb6" },      /* triangle */
	[MARK_LATER] = { ".", "\xc2\xb7" },        /* middle dot */
	[MARK_SKIPPED] = { "-", "\xe2\x80\x93" },  /* dash */
	[MARK_BULLET] = { "*", "\xe2\x80\xa2" },   /* bullet */
	[MARK_FULL] = { "#", "\xe2\x96\xa0" },     /* full square */
	[MARK_EMPTY] = { "_", "\xe2\x96\xa1" },    /* empty square */
	[MARK_DOTS] = { "~", "\xe2\x80\xa6" },     /* ellipsis */
};

const char *screen_mark(const struct tui *t, enum mark mark)
{
	return marks[mark][t->marks];
}

static void start_colour(struct tui *t)
{
	const char *no = getenv("NO_COLOR"); /* no-color.org: set and not empty */

	t->colour = !t->options.mono && !(no && *no) && has_colors() && start_color() == OK && use_default_colors() == OK;
	for (short i = 0; t->colour && i < STYLE_COUNT_; i++)
		if (init_pair((short)(i + 1), styles[i].fore, styles[i].back) != OK)
			t->colour = false;
}

static volatile sig_atomic_t stop_wanted;

static void on_stop(int sig)
{
	(void)sig;
	stop_wanted = 1;
}

static void take_stop_signal(void)
{
	struct sigaction sa = { .sa_handler = on_stop };

	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(SIGTSTP, &sa, NULL);
	(void)signal(SIGHUP, SIG_IGN); /* a lost terminal is an error of the next key, not a death */
}

/* Terminals that know it then mark what is pasted; the others take no notice. */
static void mark_pastes(bool on)
{
	if (strncmp(termname(), "vt", 2) == 0)
		return; /* a real one may print what it does not know */
	(void)putp(on ? "\033[?2004h" : "\033[?2004l");
	(void)fflush(stdout);
}

void screen_stop(void)
{
	stop_wanted = 0;
	mark_pastes(false);
	(void)endwin();
	(void)raise(SIGSTOP);
	(void)clearok(curscr, TRUE);
	(void)refresh();
	mark_pastes(true);
}

/* What terminals send whatever their entry in terminfo says: on a serial line TERM is often a guess. */
static void define_keys(void)
{
	static const struct {
		const char *sent;
		int         key;
	} keys[] = {
		{ "\033[A", KEY_UP },     { "\033[B", KEY_DOWN },  { "\033[C", KEY_RIGHT },  { "\033[D", KEY_LEFT },
		{ "\033OA", KEY_UP },     { "\033OB", KEY_DOWN },  { "\033OC", KEY_RIGHT },  { "\033OD", KEY_LEFT },
		{ "\033[H", KEY_HOME },   { "\033[F", KEY_END },   { "\033[1~", KEY_HOME },  { "\033[4~", KEY_END },
		{ "\033[3~", KEY_DC },    { "\033[Z", KEY_BTAB },  { "\033[5~", KEY_PPAGE }, { "\033[6~", KEY_NPAGE },
		{ "\033OP", KEY_F(1) },   { "\033OQ", KEY_F(2) },  { "\033OR", KEY_F(3) },  { "\033[13~", KEY_F(3) }, { "\033[[C", KEY_F(3) },
		{ "\033[15~", KEY_F(5) }, { "\033[[E", KEY_F(5) }, { "\033OS", KEY_F(4) },   { "\033[11~", KEY_F(1) },
		{ "\033[12~", KEY_F(2) }, { "\033[14~", KEY_F(4) }, { "\033[21~", KEY_F(10) }, { "\033[[A", KEY_F(1) },
		{ "\033[[B", KEY_F(2) },  { "\033[[D", KEY_F(4) },
		{ "\033[200~", SCREEN_PASTE }, { "\033[201~", SCREEN_PASTE_END },
		{ "\033[17~", KEY_F(6) },{ "\033[18~", KEY_F(7) },
	};

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		(void)define_key(keys[i].sent, keys[i].key);
}

/* After an Esc: true if it begins a key that is not known here, which is then taken whole: such a key must
 * neither go back nor leave letters in a field. */
static bool unknown_key(void)
{
	wint_t next = 0;
	bool   is_sequence = false;

	timeout(ESC_MS);
	int got = get_wch(&next);
	if (got == OK && (next == '[' || next == 'O')) {
		is_sequence = true;
		for (int i = 0; i < 16 && get_wch(&next) == OK && (next < '@' || next == '['); i++)
			;
	} else if (got == OK) {
		(void)unget_wch((wchar_t)next);
	} else if (got == KEY_CODE_YES) {
		(void)ungetch((int)next);
	}
	timeout(READ_MS);
	return is_sequence;
}

bool screen_more(void)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&in, 1, 0) > 0 && (in.revents & POLLIN);
}

#define ESC_AHEAD 64 /* keys before an Esc that are looked past */

bool screen_esc(void)
{
	struct {
		wint_t key;
		int    got;
	} before[ESC_AHEAD];
	size_t n = 0;
	bool   esc = false;

	if (!screen_more())
		return false;
	while (!esc && n < ESC_AHEAD) {
		timeout(0);
		before[n].got = get_wch(&before[n].key);
		timeout(READ_MS);
		if (before[n].got == ERR)
			break;
		if (before[n].got != OK || before[n].key != 0x1b)
			n++;
		else
			esc = !unknown_key();
	}
	while (!esc && n-- > 0) /* the last one first, so that they come in their order */
		(void)(before[n].got == OK ? unget_wch((wchar_t)before[n].key) : ungetch((int)before[n].key));
	return esc;
}

int screen_read(wint_t *key)
{
	int got = stop_wanted ? ERR : get_wch(key);

	if (stop_wanted)
		return SCREEN_STOP;
	if (got == OK && *key == 0x1b && unknown_key())
		return SCREEN_NOTHING;
	if (got != ERR)
		return got;
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	if (poll(&in, 1, 0) > 0 && (in.revents & (POLLHUP | POLLERR | POLLNVAL)))
		return SCREEN_LOST;
	return SCREEN_NOTHING;
}

int screen_read_within(int ms, wint_t *key)
{
	timeout(ms > 0 ? ms : 0);
	int got = screen_read(key);
	timeout(READ_MS);
	return got;
}

bool tui_open(struct tui *t, const struct tui_options *o, struct err *e)
{
	struct tui new = { .options = *o };

	if (isatty(STDIN_FILENO) != 1 || isatty(STDOUT_FILENO) != 1)
		return err_set(e, ERR_TERMINAL_NONE, "standard input or output is no terminal");
	new.ascii = o->ascii || !setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	if (new.options.secret_seconds == 0)
		new.options.secret_seconds = 300;
	SCREEN *s = newterm(NULL, stdout, stdin);
	if (!s)
		return err_set(e, ERR_TERMINAL_NONE, "curses does not know what TERM names");
	new.curses = s;
	new.busy_since = o->clock.mono(o->clock.ctx);
	/* Most fonts of the Linux console lack the finer marks (docs/faces.md) */
	new.marks = !new.ascii && strncmp(termname(), "linux", 5) != 0;
	*t = new;
	start_colour(t);
	(void)raw(); /* Ctrl-C and Ctrl-Z are keys: neither may end a ceremony by a slip */
	(void)noecho();
	(void)nonl();
	(void)keypad(stdscr, TRUE);
	(void)set_escdelay(ESC_MS);
	(void)intrflush(stdscr, FALSE);
	timeout(READ_MS);
	define_keys();
	take_stop_signal();
	mark_pastes(true);
	return true;
}

void tui_done(struct tui *t)
{
	record_free(t);
	secret_done(&t->kept_words);
	if (!t->curses)
		return;
	(void)erase();
	(void)refresh();
	mark_pastes(false);
	(void)endwin();
	delscreen(t->curses);
	t->curses = NULL;
}

static void set_style(const struct tui *t, enum style style)
{
	if (t->colour)
		(void)attr_set(styles[style].with_colour, (short)(style + 1), NULL);
	else
		(void)attr_set(styles[style].without, 0, NULL);
}

struct layout screen_layout(bool wide)
{
	struct layout l = { .too_small = LINES < SCREEN_MIN_LINES || COLS < SCREEN_MIN_COLS };
	int           tail = LINES < 30 ? 3 : LINES < 40 ? 5 : TUI_MAX_TAIL;

	l.keys_y = LINES - 1;
	l.tail = (struct rect){ LINES - 1 - tail, 1, tail, COLS - 2 };
	l.rule_y = l.tail.y - 1;
	int top = 2, height = l.rule_y - top;
	if (wide || COLS < 76) {
		l.centre = (struct rect){ top, 1, height, COLS - 2 };
		return l;
	}
	l.outline = (struct rect){ top, 1, height, OUTLINE_COLS - 2 };
	l.centre = (struct rect){ top, OUTLINE_COLS + 3, height, COLS - OUTLINE_COLS - 5 };
	return l;
}

/* One character of UTF-8: its length, at least 1. */
static size_t char_len(struct bytes text)
{
	size_t n = 1;

	while (n < text.len && (text.p[n] & 0xc0) == 0x80)
		n++;
	return n;
}

struct bytes screen_ascii(const struct tui *t, struct buf *out, struct bytes text)
{
	static const char *const like[][2] = {
		{ "\xe2\x80\x93", "-" }, { "\xe2\x80\x94", "-" }, { "\xe2\x80\x98", "'" }, { "\xe2\x80\x99", "'" },
		{ "\xe2\x80\x9c", "\"" }, { "\xe2\x80\x9d", "\"" }, { "\xc2\xb7", "." }, { "\xe2\x80\xa6", "." },
	};

	if (!t->ascii)
		return text;
	while (text.len) {
		size_t       n = char_len(text);
		struct bytes c = bytes_first(text, n);
		size_t       i = 0;
		while (i < COUNT_OF(like) && !bytes_is(c, like[i][0]))
			i++;
		if (n == 1)
			buf_put(out, c);
		else
			buf_str(out, i < COUNT_OF(like) ? like[i][1] : "?");
		text = bytes_skip(text, n);
	}
	return buf_bytes(out);
}

static bool is_ascii(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] >= 0x80)
			return false;
	return true;
}

int screen_put_bytes(const struct tui *t, int y, int x, int w, enum style style, struct bytes text)
{
	char       storage[1024];
	struct buf plain = BUF_ON(storage);
	size_t     len = 0, used = 0, room = w > 0 ? (size_t)w : 0;

	if (!is_ascii(text))
		text = screen_ascii(t, &plain, text);
	bool cut = text_columns(text) > room;
	while (len < text.len) {
		size_t n = char_len(bytes_skip(text, len));
		size_t columns = text_columns(bytes_of(text.p + len, n));
		if (used + columns > room - (cut && room > 0))
			break;
		used += columns;
		len += n;
	}
	set_style(t, style);
	if (is_ascii(text)) { /* addnstr looks one octet behind the end, which is not ours in a secret */
		(void)move(y, x);
		for (size_t i = 0; i < len; i++)
			(void)addch(text.p[i]);
	} else {
		(void)mvaddnstr(y, x, (const char *)text.p, (int)len);
	}
	if (cut && room > 0) {
		(void)mvaddstr(y, x + (int)used, screen_mark(t, MARK_DOTS));
		used++;
	}
	return (int)used;
}

int screen_put(const struct tui *t, int y, int x, int w, enum style style, const char *text)
{
	return screen_put_bytes(t, y, x, w, style, bytes_str(text));
}

void screen_blank(const struct tui *t, struct rect r)
{
	set_style(t, STYLE_TEXT);
	for (int y = r.y; y < r.y + r.h; y++)
		(void)mvhline(y, r.x, ' ', r.w);
}

void screen_rule(const struct tui *t, int y, int x, int w)
{
	set_style(t, STYLE_QUIET);
	(void)mvhline(y, x, t->ascii ? '-' : 0, w);
}

void screen_column(const struct tui *t, int y, int x, int h, const char *instead)
{
	set_style(t, STYLE_QUIET);
	if (!instead)
		(void)mvvline(y, x, t->ascii ? '|' : 0, h);
	for (int i = 0; instead && i < h; i++)
		(void)screen_put(t, y + i, x, 1, STYLE_ERROR, instead);
}

void screen_clock(const struct tui *t)
{
	struct utc_civil c = utc_civil(t->options.clock.now(t->options.clock.ctx));
	char             text[40];

	(void)snprintf(text, sizeof text, t->no_clock ? "--:--:-- UTC" : "%02d:%02d:%02d UTC", c.hour, c.minute, c.second);
	(void)screen_put(t, 0, COLS - 13, 12, STYLE_BAR, text);
}

/* The first line is the title's and the clock's; what may be long stands below. Without the outline the step is named there. */
void screen_header(const struct tui *t, const struct prompt *p, bool outline)
{
	char exceptions[48] = "", text[192] = "";
	int  x = COLS < 76 ? 18 : OUTLINE_COLS + 3;

	set_style(t, STYLE_BAR);
	(void)mvhline(0, 0, ' ' | (t->colour ? COLOR_PAIR(STYLE_BAR + 1) : A_REVERSE), COLS);
	(void)screen_put(t, 0, 1, COLS - 16, STYLE_BAR, p->ceremony);
	screen_clock(t);
	if (p->num_exceptions)
		(void)snprintf(exceptions, sizeof exceptions, " %u exception%s, %u open ", p->num_exceptions, p->num_exceptions == 1 ? "" : "s", p->num_open);
	int badges = (p->rehearsal ? 13 : 0) + (int)strlen(exceptions);
	if (p->num_steps) {
		bool named = !outline && p->now < p->num_steps;
		(void)snprintf(text, sizeof text, "step %zu of %zu%s%.120s", p->now + 1, p->num_steps, named ? ": " : "", named ? p->step[p->now].title : "");
		int used = screen_put(t, 1, 1, named ? COLS - 4 - badges : x - 2, STYLE_QUIET, text);
		x = used + 3 > x ? used + 3 : x;
	}
	if (p->rehearsal)
		x += screen_put(t, 1, x, 11, STYLE_BADGE, " REHEARSAL ") + 2;
	(void)screen_put(t, 1, x, COLS - x - 1, STYLE_BADGE, exceptions);
}

static enum mark mark_of(enum step_state state)
{
	switch (state) {
	case STEP_DONE:
		return MARK_DONE;
	case STEP_NOW:
		return MARK_NOW;
	case STEP_SKIPPED:
		return MARK_SKIPPED;
	case STEP_LATER:
		break;
	}
	return MARK_LATER;
}

/* One step, wrapped in at most `lines` lines. Returns the lines used. */
static int outline_step(const struct tui *t, struct rect r, int y, const struct step_line *s, bool now, int lines, bool dry)
{
	enum style   style = now ? STYLE_NOW : s->state == STEP_DONE ? STYLE_TEXT : STYLE_QUIET;
	char         storage[512];
	struct buf   b = BUF_ON(storage);
	struct bytes line, rest = screen_ascii(t, &b, bytes_str(s->title));
	int          used = 0;

	if (!dry)
		(void)screen_put(t, y, r.x, 1, style, screen_mark(t, now ? MARK_NOW : mark_of(s->state)));
	if (lines == 1) {
		if (!dry)
			(void)screen_put_bytes(t, y, r.x + 2, r.w - 2, style, rest);
		return 1;
	}
	while (used < lines && text_wrap(&line, &rest, (size_t)r.w - 2)) {
		if (!dry)
			(void)screen_put_bytes(t, y + used, r.x + 2, r.w - 2, style, line);
		used++;
	}
	return used ? used : 1;
}

void screen_outline(const struct tui *t, const struct layout *l, const struct prompt *p)
{
	struct rect r = l->outline;
	int         room = r.h - 1, first = 0, all = 0, y = r.y;
	char        key[64];

	if (r.w == 0)
		return;
	for (size_t i = 0; i < p->num_steps; i++)
		all += outline_step(t, r, 0, &p->step[i], false, 2, true);
	int lines = all <= room ? 2 : 1; /* long titles are wrapped where all of them have room, else cut */
	room -= lines == 1;
	if (lines == 1 && (int)p->num_steps > room) { /* keep the step that is now in the middle */
		first = (int)p->now - room / 2;
		first = first < 0 ? 0 : first > (int)p->num_steps - room ? (int)p->num_steps - room : first;
	}
	for (int i = first; i < (int)p->num_steps && (lines == 2 || i - first < room); i++)
		y += outline_step(t, r, y, &p->step[i], i == (int)p->now, lines, false);
	(void)snprintf(key, sizeof key, "%s done  %s now  %s later", screen_mark(t, MARK_DONE), screen_mark(t, MARK_NOW),
	               screen_mark(t, MARK_LATER));
	(void)screen_put(t, r.y + r.h - 1, r.x, r.w, STYLE_QUIET, key);
	screen_column(t, r.y, r.x + r.w + 1, r.h, p->irreversible ? "!" : NULL);
}

void screen_keys(const struct tui *t, const char *keys)
{
	set_style(t, STYLE_BAR);
	(void)mvhline(LINES - 1, 0, ' ' | (t->colour ? COLOR_PAIR(STYLE_BAR + 1) : A_REVERSE), COLS);
	(void)screen_put(t, LINES - 1, 1, COLS - 2, STYLE_BAR, keys);
}

void screen_cross_out(const struct tui *t, struct rect r)
{
	set_style(t, STYLE_QUIET);
	for (int y = r.y; y < r.y + r.h; y++)
		(void)mvhline(y, r.x, '.', r.w);
}

void screen_forget(void)
{
	(void)flushinp();
	(void)clearok(curscr, TRUE); /* the next refresh writes every cell, over the output buffer too */
}
