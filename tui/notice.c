/* notice.c: see notice.h. */
#include "tui/notice.h"

#include "tui/page.h"
#include "tui/record.h"

#define BAR_CELLS 24

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
	for (size_t i = first; i < t->num_tail && !t->no_clock; i++) /* the newest at the bottom */
		(void)screen_put(t, l->tail.y + (int)(room - (t->num_tail - i)), l->tail.x, l->tail.w,
		                 i + 1 == t->num_tail ? STYLE_TEXT : STYLE_QUIET, t->tail[i]);
}

static void paint_progress(const struct tui *t, const struct notice *n)
{
	char       line[256];
	struct buf b = BUF_ON(line);

	uint64_t seconds = (t->options.clock.mono(t->options.clock.ctx) - t->busy_since) / 1000;

	buf_fmt(&b, "Please wait, %llu:%02llu: %.100s  ", (unsigned long long)seconds / 60, (unsigned long long)seconds % 60,
	        n->text ? n->text : "");
	if (n->total) {
		uint64_t done = n->done < n->total ? n->done : n->total;
		unsigned cells = (unsigned)(done * BAR_CELLS / n->total);
		for (unsigned i = 0; i < BAR_CELLS; i++)
			buf_str(&b, screen_mark(t, i < cells ? MARK_FULL : MARK_EMPTY));
		buf_fmt(&b, " %u%%", (unsigned)(done * 100 / n->total));
	}
	buf_str(&b, n->can_stop ? "  Esc: stop it" : "  It cannot be stopped");
	screen_keys(t, buf_cstr(&b));
}

static void paint_end(struct tui *t, const char *text)
{
	struct layout l = screen_layout(true);
	wint_t        key = 0;
	int           got;

	do {
		l = screen_layout(true);
		screen_blank(t, (struct rect){ 1, 0, l.rule_y - 1, COLS });
		struct page pg = { .t = t, .at = l.centre };
		page_gap(&pg, l.centre.h / 3);
		page_text(&pg, 4, STYLE_STRONG, text);
		notice_tail(t, &l);
		screen_keys(t, "Enter: close");
		screen_clock(t);
		(void)curs_set(0);
		(void)refresh();
		got = screen_read(&key);
		if (got == SCREEN_STOP)
			screen_stop();
	} while (got != SCREEN_LOST && !(got == KEY_CODE_YES && key == KEY_ENTER) &&
	         !(got == OK && (key == '\r' || key == '\n')));
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
		paint_end(t, n->text);
		return;
	}
	if (n->kind != NOTICE_PROGRESS)
		notice_tail(t, &l);
	screen_clock(t);
	(void)refresh();
}
