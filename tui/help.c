/* help.c: see help.h. */
#include "tui/help.h"

#include "tui/keys.h"

static void paint_part(struct page *pg, const char *head, const char *text)
{
	if (!text[0])
		return;
	page_text(pg, 0, STYLE_TITLE, head);
	page_text(pg, 2, STYLE_TEXT, text);
	page_gap(pg, 1);
}

bool help_has_tour(const struct tui *t, const struct prompt *p)
{
	return t->options.tour && !p->no_clock;
}

static void paint_help(struct page *pg, const struct prompt *p)
{
	page_text(pg, 0, STYLE_STRONG, p->title);
	page_gap(pg, 1);
	if (p->hint[0]) {
		page_text(pg, 0, STYLE_TITLE, "This is a rehearsal: in a real one");
		page_text(pg, 2, STYLE_STRONG, p->hint);
		page_gap(pg, 1);
	}
	paint_part(pg, "What happens", p->help_what);
	paint_part(pg, "Why", p->help_why);
	paint_part(pg, "Who says so", p->help_clause);
	paint_part(pg, "If it fails", p->help_fail);
	page_text(pg, 0, STYLE_TITLE, "Keys");
	for (size_t i = 0; i < num_key_lines; i++) {
		const struct key_line *k = &key_lines[i];
		struct cell cell[] = { { 2, 11, STYLE_STRONG, k->key }, { 14, 7, STYLE_QUIET, k->other },
			               { 22, pg->at.w - 22, STYLE_TEXT, k->what } };
		page_cells(pg, cell, COUNT_OF(cell));
	}
	if (help_has_tour(pg->t, p)) {
		page_gap(pg, 1);
		page_text(pg, 2, STYLE_STRONG, "T: try the keys out. Nothing is recorded, and this prompt waits.");
	}
}

static void paint_pause(struct page *pg)
{
	page_text(pg, 0, STYLE_TITLE, "Pause the ceremony?");
	page_gap(pg, 1);
	page_text(pg, 0, STYLE_TEXT, "Everything so far is on the record. `ceremony resume` goes on at exactly this prompt; but a "
	                             "login, shares that were typed so far, and what stands in a field now, are typed again: only "
	                             "what was answered is kept.");
	page_gap(pg, 1);
	page_text(pg, 0, STYLE_STRONG, "Enter: leave now.    Any other key: stay.");
}

static void paint_abort(struct page *pg)
{
	page_banner(pg, STYLE_DANGER, "! ABORT THE CEREMONY !");
	page_gap(pg, 1);
	page_text(pg, 0, STYLE_TEXT, "This ends the ceremony for good: it cannot be resumed. What was done stays on the record, and "
	                             "the record will say that it was aborted here.");
	page_gap(pg, 1);
	page_text(pg, 0, STYLE_TEXT, "To leave now and go on later, stay and press F2 instead.");
	page_gap(pg, 1);
	page_text(pg, 0, STYLE_STRONG, "A: go on aborting (it is asked once more).    Any other key: stay.");
}

static void paint_abort_again(struct page *pg, const char *word, const char *typed)
{
	char text[32];

	page_banner(pg, STYLE_DANGER, "! ABORT THE CEREMONY ! Asked a second time");
	page_gap(pg, 1);
	page_text(pg, 0, STYLE_TEXT, "To end the ceremony for good, type the word, then Enter. Esc: stay.");
	page_gap(pg, 1);
	(void)snprintf(text, sizeof text, "Type %s:", word);
	int x = 3 + page_put(pg, 2, STYLE_ERROR, text);
	x += page_put(pg, x, STYLE_STRONG, typed);
	(void)page_put(pg, x, STYLE_QUIET, "__________");
	page_gap(pg, 1);
}

void help_paint(const struct tui *t, enum cover cover, const struct prompt *p, const char *word, const char *typed,
                int *scroll, struct rect at)
{
	(void)curs_set(0);
	at.h--; /* the line that says that there is more */
	for (int dry = 1; dry >= 0; dry--) {
		struct page pg = { .t = t, .at = at, .scroll = *scroll, .dry = dry == 1 };
		switch (cover) {
		case COVER_HELP:
			paint_help(&pg, p);
			break;
		case COVER_PAUSE:
			paint_pause(&pg);
			break;
		case COVER_ABORT:
			paint_abort(&pg);
			break;
		case COVER_ABORT_AGAIN:
			paint_abort_again(&pg, word, typed);
			break;
		case COVER_RECORD: /* record.h and prompt.h paint these */
		case COVER_LOOK:
		case COVER_NONE:
			break;
		}
		int most = pg.end > at.h ? pg.end - at.h : 0;
		*scroll = *scroll < 0 ? 0 : *scroll > most ? most : *scroll;
		if (!pg.dry)
			page_more(&pg, most - *scroll);
	}
}

const char *help_keys(enum cover cover, bool tour)
{
	switch (cover) {
	case COVER_RECORD:
		return "letters: find   Up Down: choose   PgUp PgDn: scroll   Esc: back to the prompt";
	case COVER_LOOK:
		return "Up Down: the next row   PgUp PgDn: scroll   any other key: back to the prompt";
	case COVER_HELP:
		return tour ? "Esc or Enter: back to the prompt   PgUp PgDn: scroll   T: try the keys out" :
		              "Esc or Enter: back to the prompt   PgUp PgDn: scroll";
	case COVER_PAUSE:
		return "Enter: leave now   any other key: stay";
	case COVER_ABORT:
		return "A: go on aborting   any other key: stay";
	case COVER_ABORT_AGAIN:
		return "type the word, then Enter   Esc: stay";
	case COVER_NONE:
		break;
	}
	return "";
}
