/* record.c: see record.h. */
#include "tui/record.h"

#include <stdlib.h>

#include "ceremony/base/arena.h"
#include "ceremony/base/text.h"

#define CTRL(c)    ((c)&0x1f)
#define ESC        0x1b
#define MAX_EVENTS 16384
#define MAX_TEXT   ((size_t)16 << 20) /* pages that are never touched cost nothing */

struct record_log {
	struct arena text;
	size_t       num, dropped;
	struct {
		const char *line, *whole;
	} event[MAX_EVENTS];
};

static const char *put(struct record_log *log, const char *text)
{
	return (const char *)arena_copy(&log->text, bytes_str(text)).p;
}

void record_keep(struct tui *t, const char *line, const char *whole)
{
	if (!t->log) {
		t->log = calloc(1, sizeof *t->log);
		if (t->log)
			t->log->text = arena_new(MAX_TEXT);
	}
	struct record_log *log = t->log;
	if (!log || !log->text.p)
		return; /* no memory for looking back: the transcript has it all */
	for (int i = 0; i < 2; i++) {
		const char *one = log->num < MAX_EVENTS ? put(log, line) : NULL, *all = one ? put(log, whole) : NULL;
		if (all) {
			log->event[log->num].line = one;
			log->event[log->num++].whole = all;
			return;
		}
		log->dropped += log->num;
		log->num = log->text.len = 0;
	}
}

void record_free(struct tui *t)
{
	if (!t->log)
		return;
	arena_free(&t->log->text);
	free(t->log);
	t->log = NULL;
}

static bool found(const struct record_log *log, const struct record_view *v, size_t i)
{
	return strcasestr(log->event[i].line, v->find) || strcasestr(log->event[i].whole, v->find);
}

static size_t num_found(const struct record_log *log, const struct record_view *v)
{
	size_t n = 0;

	for (size_t i = 0; log && i < log->num; i++)
		n += found(log, v, i);
	return n;
}

bool record_key(const struct tui *t, struct record_view *v, wint_t key, bool is_code)
{
	size_t n = num_found(t->log, v), len = strlen(v->find);

	if (is_code ? key == KEY_ENTER || key == KEY_F(6) : key == ESC || key == '\r' || key == '\n' || key == CTRL('f'))
		return false;
	if (is_code && (key == KEY_UP || key == KEY_DOWN)) {
		v->scroll = 0;
		if (key == KEY_UP && v->chosen + 1 < n)
			v->chosen++;
		else if (key == KEY_DOWN && v->chosen > 0)
			v->chosen--;
	} else if (is_code && (key == KEY_NPAGE || key == KEY_PPAGE)) {
		v->scroll += key == KEY_NPAGE ? 5 : -5;
	} else if (is_code ? key == KEY_BACKSPACE : key == 0x7f || key == CTRL('h')) {
		v->find[len ? len - 1 : 0] = 0;
		v->chosen = 0;
	} else if (!is_code && key >= ' ' && key < 0x7f && len + 1 < sizeof v->find) {
		v->find[len] = (char)key;
		v->find[len + 1] = 0;
		v->chosen = 0;
		v->scroll = 0;
	}
	return true;
}

/* The list: the newest at the bottom, the chosen one in sight. Returns the chosen event, or NULL. */
static const char *paint_list(const struct record_log *log, const struct record_view *v, struct page *pg, size_t n, size_t room)
{
	size_t      below = v->chosen < room / 2 || n <= room ? 0 : v->chosen - room / 2, at = n;
	const char *whole = NULL;

	if (n > room && below + room > n)
		below = n - room;
	for (size_t i = 0; i < log->num; i++) {
		if (!found(log, v, i))
			continue;
		at--; /* from the newest: n - 1 down to 0 */
		if (at < below || at >= below + room)
			continue;
		bool on = at == v->chosen;
		(void)page_put(pg, 0, STYLE_NOW, on ? screen_mark(pg->t, MARK_NOW) : " ");
		(void)page_put(pg, 2, on ? STYLE_STRONG : STYLE_TEXT, log->event[i].line);
		page_gap(pg, 1);
		whole = on ? log->event[i].whole : whole;
	}
	return whole;
}

static void paint_whole(struct page *pg, struct record_view *v, const char *whole, struct rect at)
{
	for (int dry = 1; dry >= 0; dry--) {
		struct page w = { .t = pg->t, .at = at, .scroll = v->scroll, .dry = dry == 1 };
		page_text(&w, 2, STYLE_TEXT, whole);
		int most = w.end > at.h ? w.end - at.h : 0;
		v->scroll = v->scroll < 0 ? 0 : v->scroll > most ? most : v->scroll;
		if (dry == 0)
			page_more(&w, most - v->scroll);
	}
}

void record_paint(const struct tui *t, struct record_view *v, struct rect at)
{
	const struct record_log *log = t->log;
	size_t                   n = num_found(log, v), room = (size_t)(at.h - 3) / 2;
	struct page              pg = { .t = t, .at = at };
	char                     text[96];

	v->chosen = n && v->chosen >= n ? n - 1 : v->chosen;
	(void)snprintf(text, sizeof text, "On the record: %zu of %zu%s. Find:", n, log ? log->num : 0,
	               log && log->dropped ? " (older ones: transcript.jsonl)" : "");
	int x = page_put(&pg, 0, STYLE_TITLE, text) + 1;
	x += page_put(&pg, x, STYLE_STRONG, v->find);
	page_gap(&pg, 2);
	const char *whole = log ? paint_list(log, v, &pg, n, room) : NULL;
	struct rect rest = { at.y + 3 + (int)room, at.x, at.h - 4 - (int)room, at.w };
	screen_rule(t, rest.y - 1, at.x, at.w);
	if (whole)
		paint_whole(&pg, v, whole, rest);
	(void)curs_set(1);
	(void)move(at.y, at.x + (x < at.w ? x : at.w - 1));
}
