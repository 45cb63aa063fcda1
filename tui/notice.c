/* notice.c: see notice.h. */
#include "tui/notice.h"

#include "tui/facts.h"
#include "tui/page.h"
#include "tui/record.h"

#define BAR_CELLS 24
#define BAR_LEAST 4

void notice_keep(struct tui *t, const char *mark, const char *text)
{
	if (t->num_tail == TUI_MAX_TAIL) {
		memmove(t->tail[0], t->tail[1], sizeof t->tail - sizeof t->tail[0]);
		t->num_tail--;
	}
	struct buf b = buf_init(t->tail[t->num_tail++], TUI_MAX_LINE);
	struct bytes rest = bytes_str(text);
	buf_str(&b, mark);
	if (b.len + rest.len >= b.cap) { /* cut between characters; the rest is in the transcript */
		rest.len = b.cap - b.len - 1;
		while (rest.len && (rest.p[rest.len] & 0xc0) == 0x80)
			rest.len--;
	}
	buf_put(&b, rest);
	(void)buf_cstr(&b);
}

/* The digits of the number that an event's line begins with. */
static int number_columns(const char *line)
{
	return (int)strspn(line, "0123456789");
}

void notice_tail(const struct tui *t, const struct layout *l)
{
	size_t room = (size_t)l->tail.h, first = t->num_tail > room ? t->num_tail - room : 0;

	screen_blank(t, l->tail);
	screen_rule(t, l->rule_y, 0, COLS);
	(void)screen_put(t, l->rule_y, 2, 40, STYLE_QUIET, " on the record (F6) ");
	if (t->tree[0]) { /* another machine that follows the record says the same words */
		char words[sizeof t->tree + 16];
		(void)snprintf(words, sizeof words, " tree: %s ", t->tree);
		int w = (int)strlen(words), most = COLS - 26;
		(void)screen_put(t, l->rule_y, COLS - 2 - (w < most ? w : most), most, STYLE_QUIET, words);
	}
	if (t->no_clock)
		(void)screen_put(t, l->tail.y, l->tail.x, l->tail.w, STYLE_QUIET, "covered while people read their watches");
	int most = 0;
	for (size_t i = first; i < t->num_tail; i++)
		most = number_columns(t->tail[i]) > most ? number_columns(t->tail[i]) : most;
	for (size_t i = first; i < t->num_tail && !t->no_clock; i++) { /* the newest at the bottom, the numbers under each other */
		int n = number_columns(t->tail[i]), in = n ? most - n : 0;
		(void)screen_put(t, l->tail.y + (int)(room - (t->num_tail - i)), l->tail.x + in, l->tail.w - in,
		                 i + 1 == t->num_tail ? STYLE_TEXT : STYLE_QUIET, t->tail[i]);
	}
}

/* Percent, behind a bar as long as there is room for: what the keys do is never cut off by it. */
static void put_bar(const struct tui *t, struct buf *b, const struct notice *n, int room)
{
	const uint64_t done = n->done < n->total ? n->done : n->total;
	const int      cells = room - 5 < BAR_CELLS ? room - 5 : BAR_CELLS; /* " 100%" */

	for (int i = 0; cells >= BAR_LEAST && i < cells; i++)
		buf_str(b, screen_mark(t, (uint64_t)i < done * (uint64_t)cells / n->total ? MARK_FULL : MARK_EMPTY));
	buf_fmt(b, "%s%u%%", cells >= BAR_LEAST ? " " : "", (unsigned)(done * 100 / n->total));
}

static void paint_progress(const struct tui *t, const struct notice *n)
{
	const char   *keys = n->can_stop ? "  Esc: stop it" : n->is_short ? "" : "  It cannot be stopped";
	char          line[256];
	struct buf    b = BUF_ON(line);
	struct layout l = screen_layout(false);

	/* In place of what stood there when the answer was taken: now something else is waited for, perhaps a person, perhaps in the next step. */
	if (n->where) {
		struct prompt p;
		(void)prompt_filled(&p, n->where);
		screen_blank(t, (struct rect){ 1, 0, l.rule_y - 1, COLS });
		screen_header(t, &p, l.outline.w > 0);
		screen_outline(t, &l, &p);
		(void)screen_put(t, l.centre.y, l.centre.x, l.centre.w, STYLE_TITLE, p.now < p.num_steps ? p.step[p.now].title : "");
	}
	screen_blank(t, (struct rect){ l.centre.y + 2, l.centre.x, 1, l.centre.w });
	(void)screen_put(t, l.centre.y + 2, l.centre.x, l.centre.w, STYLE_TEXT, n->text ? n->text : "");
	uint64_t seconds = (t->options.clock.mono(t->options.clock.ctx) - t->busy_since) / 1000;

	buf_fmt(&b, "Please wait, %llu:%02llu: %.100s  ", (unsigned long long)seconds / 60, (unsigned long long)seconds % 60,
	        n->text ? n->text : "");
	if (n->total)
		put_bar(t, &b, n, COLS - 2 - (int)b.len - (int)strlen(keys));
	buf_str(&b, keys);
	screen_keys(t, buf_cstr(&b));
}

/* A list whose lines begin with their number: what is wrapped stays under its text. */
static void put_list(struct page *pg, const char *text)
{
	struct bytes line, rest = bytes_str(text);
	char         number[8], what[1024];

	while (rest.len) {
		if (!bytes_cut(rest, '\n', &line, &rest)) {
			line = rest;
			rest.len = 0;
		}
		size_t n = 0;
		while (n < line.len && n + 1 < sizeof number && line.p[n] >= '0' && line.p[n] <= '9')
			n++;
		n += n > 0 && n < line.len && line.p[n] == '.';
		(void)snprintf(number, sizeof number, "%.*s", (int)n, (const char *)line.p);
		line = bytes_trim(bytes_skip(line, n));
		(void)snprintf(what, sizeof what, "%.*s", (int)line.len, (const char *)line.p);
		const struct cell cell[] = { { 2, 3, STYLE_STRONG, number }, { 5, pg->at.w - 5, STYLE_TEXT, what } };
		page_cells(pg, cell, COUNT_OF(cell));
	}
}

static void put_sheet(struct page *pg, const struct prompt *p)
{
	facts_rows(pg, p, false);
	facts_aloud(pg, p);
	page_text(pg, 0, STYLE_TITLE, p->title);
	put_list(pg, p->text);
}

/* The verdict stays in sight; the page under it scrolls. True if its end is in sight. */
static bool paint_sheet(const struct tui *t, const struct layout *l, const struct notice *n, const struct prompt *p, int *scroll)
{
	struct page head = { .t = t, .at = { l->centre.y - 1, l->centre.x, 2, l->centre.w } };
	struct page dry = { .t = t, .at = l->centre, .dry = true };

	page_banner(&head, n->good ? STYLE_GOOD : n->err ? STYLE_DANGER : STYLE_BAR, n->text);
	dry.at.y++;
	dry.at.h -= 2; /* the gap, and the line that says that there is more */
	put_sheet(&dry, p);
	int most = dry.end > dry.at.h ? dry.end - dry.at.h : 0;
	*scroll = *scroll < 0 ? 0 : *scroll > most ? most : *scroll;
	struct page pg = { .t = t, .at = dry.at, .scroll = *scroll };
	put_sheet(&pg, p);
	page_more(&pg, most - *scroll);
	return *scroll == most;
}

static void paint_text(const struct tui *t, const struct layout *l, const struct notice *n)
{
	struct page pg = { .t = t, .at = l->centre };

	page_gap(&pg, l->centre.h / 3);
	page_text(&pg, 4, STYLE_STRONG, n->text);
}

/* True if all of it is in sight. */
static bool paint_end(struct tui *t, const struct notice *n, const struct prompt *p, int *scroll)
{
	struct layout l = screen_layout(true);
	bool          all = true;

	(void)curs_set(0);
	if (l.too_small) {
		(void)erase();
		(void)screen_put(t, 0, 0, COLS, STYLE_STRONG, "Make this window larger: 80 by 25.");
		(void)refresh();
		return false;
	}
	screen_blank(t, (struct rect){ 1, 0, LINES - 1, COLS });
	if (n->sheet) {
		screen_header(t, p, false);
		all = paint_sheet(t, &l, n, p, scroll);
	} else { /* under the header that was there */
		paint_text(t, &l, n);
		screen_clock(t);
	}
	notice_tail(t, &l);
	screen_keys(t, !all ? "Enter: more   PgUp PgDn: scroll" : *scroll ? "Enter: close   PgUp PgDn: scroll" : "Enter: close");
	(void)refresh();
	return all;
}

static void end(struct tui *t, const struct notice *n)
{
	static const struct prompt none = { .ceremony = "" };
	struct prompt p;
	int           scroll = 0, got = OK;

	(void)prompt_filled(&p, n->sheet ? n->sheet : &none);
	t->no_clock = false;
	(void)flushinp(); /* what was typed ahead was not meant to close it */
	for (;;) {
		wint_t key = 0;
		bool   all = paint_end(t, n, &p, &scroll);
		got = screen_read(&key);
		bool enter = got == KEY_CODE_YES ? key == KEY_ENTER : got == OK && (key == '\r' || key == '\n');
		if (got == SCREEN_LOST || (enter && all))
			return;
		if (got == SCREEN_STOP || (got == OK && key == 0x1a))
			screen_stop();
		else if (enter || (got == KEY_CODE_YES && key == KEY_NPAGE))
			scroll += 10;
		else if (got == KEY_CODE_YES && (key == KEY_PPAGE || key == KEY_UP || key == KEY_DOWN))
			scroll += key == KEY_PPAGE ? -10 : key == KEY_UP ? -1 : 1;
	}
}

void notice_tell(struct tui *t, const struct notice *n)
{
	struct layout l = screen_layout(false);
	char          line[512];

	if (l.too_small && n->kind != NOTICE_END && n->kind != NOTICE_EVENT && n->kind != NOTICE_PAST)
		return;
	switch (n->kind) {
	case NOTICE_EVENT:
	case NOTICE_PAST:
		notice_keep(t, "", n->text);
		if (n->tree)
			(void)snprintf(t->tree, sizeof t->tree, "%s", n->tree);
		record_keep(t, n->text, n->whole ? n->whole : n->text);
		break;
	case NOTICE_PROGRESS:
		paint_progress(t, n);
		break;
	case NOTICE_ERROR:
		if (n->err)
			notice_keep(t, "! ", err_line(line, sizeof line, n->err));
		break;
	case NOTICE_END:
		end(t, n);
		return;
	}
	if (n->kind != NOTICE_PROGRESS)
		notice_tail(t, &l);
	screen_clock(t);
	(void)refresh();
}
