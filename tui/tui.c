/* tui.c: the face itself: one prompt at a time, painted anew after every key; see tui.h. */
#include "tui/tui.h"

#include <limits.h>
#include <signal.h>
#include <unistd.h>

#include "ceremony/base/text.h"
#include "ceremony/port/hand.h"
#include "tui/help.h"
#include "tui/kept.h"
#include "tui/notice.h"
#include "tui/prompt.h"
#include "tui/qr.h"
#include "tui/record.h"

#define CTRL(c) ((c)&0x1f)
#define ESC     0x1b

/* One prompt being answered. */
struct talk {
	struct tui  *t;
	struct view  view;
	enum cover   cover;
	int          help_scroll;
	struct record_view record; /* COVER_RECORD */
	size_t       row;      /* COVER_LOOK: the one that is looked at */
	uint8_t      hand;      /* COVER_ABORT_AGAIN: the word, as hand_pick has it */
	char         typed[16]; /* what stands in its field */
	struct err   lost;      /* the terminal went away in the tour */
	char         keys[96]; /* the line at the bottom */
	uint64_t     hide_at;  /* STAGE_SHOWN: by the monotonic clock */
	struct reply *reply;
	bool         over;
	bool         pasting;  /* between the ends of a paste */
	bool         rushed;   /* the key after the last one had come with it */
	bool         esc_once; /* Esc was pressed while there was something to lose */
};

static uint64_t now_ms(const struct tui *t)
{
	return t->options.clock.mono(t->options.clock.ctx);
}

static const char *keys_of(struct talk *k)
{
	if (k->cover != COVER_NONE)
		return help_keys(k->cover, help_has_tour(k->t, k->view.p));
	if (k->view.stage == STAGE_SHOWN)
		return "any key: hide the secret";
	const struct prompt *p = k->view.p;
	const char *enter = k->view.stage == STAGE_COVERED ? "Enter: show" : k->view.seen_end ? "Enter: answer" : "Enter: more";
	if (p->outside) {
		(void)snprintf(k->keys, sizeof k->keys, "%s  Esc leave  F1 help", enter);
		return k->keys;
	}
	(void)snprintf(k->keys, sizeof k->keys, "%s%s  F1 help  F2 pause%s%s%s", enter, p->can_back ? "  Esc back" : "",
	               p->can_aside ? "  F3 exception" : "", p->can_people ? "  F5 people" : "",
	               p->no_abort ? "" : "  F10 abort");
	if ((int)strlen(k->keys) > COLS - 2) /* each of them, rather than some with their words */
		(void)snprintf(k->keys, sizeof k->keys, "%s%s  F1 help  F2 pause%s%s%s", enter, p->can_back ? "  Esc back" : "",
		               p->can_aside ? "  F3" : "", p->can_people ? "  F5" : "", p->no_abort ? "" : "  F10");
	return k->keys;
}

static void paint(struct talk *k)
{
	const struct prompt *p = k->view.p;
	struct layout        l = screen_layout(prompt_is_wide(p) || k->cover == COVER_RECORD || k->cover == COVER_LOOK);

	if (p->outside) /* nothing has happened yet: its place is the prompt's */
		l.centre.h = l.keys_y - l.centre.y;
	(void)erase();
	if (l.too_small) {
		(void)curs_set(0);
		(void)screen_put(k->t, 0, 0, COLS, STYLE_STRONG, "Make this window larger: 80 by 25.");
		if (LINES > 2)
			(void)screen_put(k->t, 2, 0, COLS, STYLE_TEXT, "Letters are kept; nothing is decided.");
		(void)refresh();
		return;
	}
	screen_header(k->t, p, l.outline.w > 0);
	screen_outline(k->t, &l, p);
	if (!p->outside)
		notice_tail(k->t, &l);
	if (k->cover == COVER_RECORD)
		record_paint(k->t, &k->record, l.centre);
	else if (k->cover == COVER_LOOK)
		prompt_look(k->t, p, k->row, &k->help_scroll, l.centre);
	else if (k->cover != COVER_NONE)
		help_paint(k->t, k->cover, p, word_of(k->hand, 0), k->typed, &k->help_scroll, l.centre);
	else
		prompt_paint(k->t, &k->view, l.centre);
	int y, x;
	getyx(stdscr, y, x); /* the cursor stays in the form */
	screen_keys(k->t, keys_of(k));
	(void)move(y, x);
	(void)refresh();
}

static void show(struct talk *k)
{
	k->view.stage = STAGE_SHOWN;
	k->view.seconds_left = k->t->options.secret_seconds;
	k->hide_at = now_ms(k->t) + (uint64_t)k->view.seconds_left * 1000;
}

/* Takes the secret off the screen, and out of what curses keeps of it. */
static void hide(struct talk *k)
{
	struct layout l = screen_layout(prompt_is_wide(k->view.p));

	k->view.stage = STAGE_HIDDEN;
	screen_cross_out(k->t, l.centre);
	(void)refresh();
	(void)erase();
	screen_forget();
	(void)refresh();
}

static void finish(struct talk *k, enum reply_kind kind)
{
	k->reply->kind = kind;
	k->over = true;
}

/* One row after the other; PgUp and PgDn scroll a long one. */
static void look_key(struct talk *k, wint_t key, bool is_code)
{
	if (is_code && (key == KEY_NPAGE || key == KEY_PPAGE)) {
		k->help_scroll += key == KEY_NPAGE ? 10 : -10;
	} else if (is_code && (key == KEY_DOWN || key == KEY_UP)) {
		size_t n = k->view.p->num_rows;
		k->row = (k->row + (key == KEY_DOWN ? 1 : n - 1)) % n;
		k->help_scroll = 0;
	} else {
		k->cover = COVER_NONE;
	}
}

/* The tour has a face of its own: what was typed into this prompt stays with this one. */
static void take_tour(struct talk *k)
{
	struct tui  t = *k->t;
	struct face f = tui_face(&t);

	t.options.tour = NULL;
	memset(t.kept, 0, sizeof t.kept);
	memset(t.left, 0, sizeof t.left);
	t.kept_for[0] = t.left_for[0] = 0;
	t.kept_words = (struct secret){ 0 };
	(void)k->t->options.tour(&f, false, &k->lost); /* left before its end is well, too */
	secret_done(&t.kept_words);
	k->over = k->lost.id != ERR_NONE;
}

static void cover_key(struct talk *k, wint_t key, bool is_code)
{
	bool   enter = is_code ? key == KEY_ENTER : key == '\r' || key == '\n';
	size_t len = strlen(k->typed);

	switch (k->cover) {
	case COVER_HELP:
		if (is_code && (key == KEY_NPAGE || key == KEY_DOWN))
			k->help_scroll += key == KEY_DOWN ? 1 : 10;
		else if (is_code && (key == KEY_PPAGE || key == KEY_UP))
			k->help_scroll -= key == KEY_UP ? 1 : 10;
		else if (!is_code && (key == 't' || key == 'T') && help_has_tour(k->t, k->view.p))
			take_tour(k);
		else
			k->cover = COVER_NONE;
		return;
	case COVER_RECORD:
		k->cover = record_key(k->t, &k->record, key, is_code) ? COVER_RECORD : COVER_NONE;
		return;
	case COVER_LOOK:
		look_key(k, key, is_code);
		return;
	case COVER_PAUSE:
		k->cover = COVER_NONE;
		if (enter)
			finish(k, REPLY_PAUSE);
		return;
	case COVER_ABORT:
		k->typed[0] = 0;
		k->hand = hand_pick(0, k->t->options.steady);
		k->cover = !is_code && (key == 'a' || key == 'A') ? COVER_ABORT_AGAIN : COVER_NONE;
		return;
	case COVER_ABORT_AGAIN:
		if (enter || (!is_code && key == ESC)) {
			k->cover = COVER_NONE;
			if (enter && words_match(bytes_str(k->typed), bytes_of(&k->hand, 1)))
				finish(k, REPLY_ABORT);
		} else if (len > 0 && (is_code ? key == KEY_BACKSPACE : key == 0x7f || key == CTRL('h'))) {
			k->typed[len - 1] = 0;
		} else if (!is_code && key > ' ' && key < 0x7f && len + 1 < sizeof k->typed) {
			k->typed[len] = (char)key;
			k->typed[len + 1] = 0;
		}
		return;
	case COVER_NONE:
		break;
	}
}

/* What was typed comes back with the prompt, but no secret. */
static void aside(struct talk *k, enum reply_kind kind, bool can)
{
	if (can)
		finish(k, kind);
	else
		k->view.form.say = "That cannot be recorded here";
}

#define NOTHING_RUNS "No ceremony runs: there is nothing to pause or to abort. Esc leaves"

/* The keys that mean the same on every prompt. True if it was one. */
static bool common_key(struct talk *k, wint_t key, bool is_code)
{
	if (is_code ? key == KEY_F(1) : key == CTRL('g')) {
		k->cover = COVER_HELP;
		k->help_scroll = 0;
	} else if (is_code ? key == KEY_F(2) : key == CTRL('p')) {
		if (k->view.p->outside)
			k->view.form.say = NOTHING_RUNS;
		else
			k->cover = COVER_PAUSE;
	} else if (is_code ? key == KEY_F(10) : key == CTRL('x')) {
		if (k->view.p->outside)
			k->view.form.say = NOTHING_RUNS;
		else if (k->view.p->no_abort)
			k->view.form.say = "The record is closed: nothing can be aborted any more. F2 leaves for now";
		else
			k->cover = COVER_ABORT;
	} else if (is_code ? key == KEY_F(6) : key == CTRL('f')) {
		k->cover = COVER_RECORD;
	} else if ((is_code ? key == KEY_F(7) : key == CTRL('o')) && k->view.p->num_rows) {
		k->cover = COVER_LOOK;
		k->row %= k->view.p->num_rows;
		k->help_scroll = 0;
	} else if (is_code ? key == KEY_F(3) : key == CTRL('e')) {
		aside(k, REPLY_EXCEPTION, k->view.p->can_aside);
	} else if (is_code ? key == KEY_F(5) : key == CTRL('w')) {
		aside(k, REPLY_PEOPLE, k->view.p->can_people);
	} else if (!is_code && key == CTRL('c')) {
		k->view.form.say = "Ctrl-C does nothing here: F2 pauses, F10 aborts";
	} else if (!is_code && key == CTRL('l')) {
		(void)clearok(curscr, TRUE);
	} else if (is_code && key == KEY_NPAGE) {
		k->view.scroll += k->view.page;
	} else if (is_code && key == KEY_PPAGE) {
		k->view.scroll -= k->view.page;
	} else if (k->view.stage == STAGE_HIDDEN && (is_code ? key == KEY_F(4) : key == CTRL('r'))) {
		show(k);
	} else {
		return false;
	}
	return true;
}

static void show_qr(struct talk *k)
{
	struct form    *f = &k->view.form;
	struct qr_shown shown;

	if (qr_run(k->t, &k->view.p->ask[f->focus], &shown, &f->say))
		form_qr_shown(f, &shown);
}

/* Words and PINs that were typed would be lost: Esc is pressed twice. */
static void go_back(struct talk *k)
{
	if (!k->view.p->can_back)
		k->view.form.say = "There is no way back from here";
	else if (form_has_secret(&k->view.form) && !k->esc_once)
		k->view.form.say = "Esc once more goes back; what was typed here is then lost";
	else
		finish(k, REPLY_BACK);
	k->esc_once = true;
}

/* What is confirmed or typed back comes from a hand: not what was pasted, nor what was typed before it was asked. */
static bool is_rushed(struct talk *k, bool enter)
{
	if (!enter || !form_wants_hand(&k->view.form))
		return false;
	if (!k->rushed)
		return false;
	k->view.form.say = "That came too fast for a hand. Press Enter again";
	(void)flushinp(); /* the rest of what was pasted */
	return true;
}

static void prompt_key(struct talk *k, wint_t key, bool is_code)
{
	bool enter = is_code ? key == KEY_ENTER : key == '\r' || key == '\n';

	if (k->view.stage == STAGE_SHOWN) {
		hide(k);
		return;
	}
	k->view.form.say = NULL;
	if (common_key(k, key, is_code))
		return;
	if (!is_code && key == ESC) {
		go_back(k);
		return;
	}
	k->esc_once = false;
	if (k->view.stage == STAGE_COVERED) {
		if (enter)
			show(k);
		return;
	}
	if (enter && !k->view.seen_end && form_untouched(&k->view.form)) { /* a terminal may have no PgDn */
		k->view.scroll += k->view.page;
		return;
	}
	if (is_rushed(k, enter))
		return;
	enum form_result r = form_key(&k->view.form, key, is_code);
	if (r == FORM_SHOW)
		show_qr(k);
	if (r != FORM_DONE)
		return;
	if (k->view.form.wrong || prompt_can_answer(&k->view)) {
		form_reply(&k->view.form, k->reply);
		finish(k, REPLY_ANSWER);
	} else {
		k->view.scroll += k->view.page; /* a terminal may have no PgDn */
	}
}

/* A key while the window is too small: letters are kept, nothing is decided. */
static void blind_key(struct talk *k, wint_t key, bool is_code)
{
	bool letter = is_code ? key == KEY_BACKSPACE : key >= ' ';

	if (letter && k->cover == COVER_NONE && (k->view.stage == STAGE_OPEN || k->view.stage == STAGE_HIDDEN))
		(void)form_key(&k->view.form, key, is_code);
}

/* Of what is pasted only text goes into open text; nothing is answered, confirmed or left by it. */
static void paste_key(struct talk *k, wint_t key, bool is_code)
{
	if (is_code && key == SCREEN_PASTE_END) {
		k->pasting = false;
	} else if (k->cover == COVER_NONE && k->view.stage != STAGE_SHOWN && k->view.stage != STAGE_COVERED) {
		if (!form_takes_paste(&k->view.form))
			k->view.form.say = "Pasted text is not taken here: type it";
		else if (!is_code && key >= ' ')
			(void)form_key(&k->view.form, key, false);
	}
}

/* Stopped by Ctrl-Z or a signal: a secret does not stay on the terminal meanwhile. */
static void stop(struct talk *k)
{
	if (k->view.stage == STAGE_SHOWN)
		hide(k);
	screen_stop();
}

static bool converse(struct talk *k, struct err *e)
{
	while (!k->over) {
		wint_t key = 0;
		paint(k);
		k->t->count.frames++;
		int got = screen_read(&key);
		*(got == OK || got == KEY_CODE_YES ? &k->t->count.keys : &k->t->count.idle) += 1;
		if (got == SCREEN_LOST)
			return err_set(e, ERR_TERMINAL_LOST, "reading a key");
		if (got == SCREEN_STOP || (got == OK && key == CTRL('z'))) {
			stop(k);
			continue;
		}
		if (k->view.stage == STAGE_SHOWN) {
			uint64_t now = now_ms(k->t);
			if (now >= k->hide_at) {
				hide(k);
				continue; /* a key that comes now was meant to hide it */
			}
			k->view.seconds_left = (unsigned)((k->hide_at - now + 999) / 1000);
		}
		if (got == SCREEN_NOTHING)
			k->pasting = false; /* its end may have been lost on the line */
		if (got == SCREEN_NOTHING || (got == KEY_CODE_YES && key == KEY_RESIZE))
			continue;
		bool more = screen_more();
		if (k->pasting || (got == KEY_CODE_YES && key == SCREEN_PASTE)) {
			k->pasting = true;
			paste_key(k, key, got == KEY_CODE_YES);
		} else if (screen_layout(false).too_small)
			blind_key(k, key, got == KEY_CODE_YES);
		else if (k->cover != COVER_NONE)
			cover_key(k, key, got == KEY_CODE_YES);
		else
			prompt_key(k, key, got == KEY_CODE_YES);
		k->rushed = more && screen_more(); /* and not dropped since */
		wipe(&key, sizeof key);
	}
	if (k->lost.id != ERR_NONE)
		*e = k->lost;
	return k->lost.id == ERR_NONE;
}

static void paint_taken(struct tui *t, const struct prompt *p)
{
	struct layout l = screen_layout(prompt_is_wide(p));

	t->busy_since = now_ms(t);
	t->no_clock = false;
	screen_blank(t, l.centre);
	if (p->secret || p->shown)
		screen_forget();
	if (!l.too_small)
		(void)screen_put(t, l.centre.y + 2, l.centre.x, l.centre.w, STYLE_QUIET, "Taken. One moment...");
	screen_keys(t, "");
	(void)curs_set(0);
	(void)refresh();
}

static bool tui_ask(void *ctx, const struct prompt *given, struct reply *r, struct err *e)
{
	struct tui   *t = ctx;
	struct prompt p;
	struct talk   k = { .t = t, .reply = r, .view = { .p = prompt_filled(&p, given) } };

	if (!form_init(&k.view.form, &p, t->options.steady, e))
		return false;
	kept_give_back(t, &k.view);
	t->no_clock = p.no_clock;
	k.view.seen_end = p.refused != NULL; /* it has been read once: its end, where the words and the facts are, counts now */
	k.view.scroll = p.refused ? INT_MAX : 0;
	k.view.stage = p.shown ? STAGE_COVERED : STAGE_OPEN;
	if (p.irreversible || p.secret || form_wants_hand(&k.view.form)) /* what was typed ahead was not meant for this */
		(void)flushinp();
	bool ok = converse(&k, e);
	kept_keep(t, &k.view, r);
	form_done(&k.view.form);
	if (ok)
		paint_taken(t, &p);
	if (ok && r->fields.failed)
		return err_set(e, ERR_TOO_LARGE, "the answers to one prompt");
	return ok;
}

static void tui_tell(void *ctx, const struct notice *n)
{
	notice_tell(ctx, n);
}

/* While something is done that may be stopped: Esc. Any other key is left for the prompt that comes. */
static bool tui_stop_wanted(void *ctx)
{
	(void)ctx;
	return screen_esc();
}

static void tui_close(void *ctx)
{
	tui_done(ctx);
}

struct face tui_face(struct tui *t)
{
	return (struct face){ .ask = tui_ask, .tell = tui_tell, .stop_wanted = tui_stop_wanted, .close = tui_close, .ctx = t, .name = "screen" };
}
