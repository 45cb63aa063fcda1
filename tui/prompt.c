/* prompt.c: see prompt.h. */
#include "tui/prompt.h"

#include "ceremony/base/text.h"

/* Columns of a fact's label; in a review, where authorityKeyIdentifier stands. */
#define MAX_LABEL        20
#define MAX_REVIEW_LABEL 22

bool prompt_is_wide(const struct prompt *p)
{
	for (size_t i = 0; i < p->num_rows; i++)
		if (p->row[i].asked[0] || p->row[i].allowed[0])
			return true;
	return p->num_steps == 0; /* there is no outline to keep beside it */
}

/* Who must act, which of how many, and what cannot be undone or heard: always in sight. */
static void paint_head(struct page *pg, const struct view *v)
{
	const struct prompt *p = v->p;
	char                 text[160];

	(void)snprintf(text, sizeof text, "%s", p->role);
	if (text[0] >= 'a' && text[0] <= 'z') /* as it begins a line */
		text[0] = (char)(text[0] + 'A' - 'a');
	int x = page_put(pg, 0, STYLE_QUIET, text);

	x += page_put(pg, x + (x ? 2 : 0), STYLE_STRONG, p->who) + 2;
	if (p->num_rounds > 1) {
		(void)snprintf(text, sizeof text, "%u of %u", p->round + 1, p->num_rounds);
		int right = pg->at.w - (int)strlen(text);
		(void)page_put(pg, right > x ? right : x, STYLE_NOW, text);
	}
	page_gap(pg, 2);
	if (p->irreversible) {
		page_banner(pg, STYLE_DANGER, "! THIS CANNOT BE UNDONE ! It waits for you.");
		page_gap(pg, 1);
	}
	if (p->secret) {
		page_banner(pg, STYLE_SECRET, "SECRET: DO NOT READ ALOUD. One person only.");
		page_gap(pg, 1);
	}
}

/* As wide as the longest label, up to a bound. */
static int label_columns(const struct prompt *p)
{
	size_t most = 0;

	for (size_t i = 0; i < p->num_rows; i++) {
		size_t n = text_columns(bytes_str(p->row[i].label));
		most = n > most ? n : most;
	}
	size_t bound = prompt_is_wide(p) ? MAX_REVIEW_LABEL : MAX_LABEL;
	return (int)(most < bound ? most : bound);
}

/* A value whose own lines do not fit is filled anew: a digest stays in even rows of groups. */
static void refill(char *out, size_t cap, const char *value, int w)
{
	struct bytes line, rest = bytes_str(value);
	bool         fits = true;

	(void)snprintf(out, cap, "%s", value);
	while (bytes_cut(rest, '\n', &line, &rest))
		fits &= text_columns(line) <= (size_t)w;
	for (char *c = out; *c && !(fits && text_columns(rest) <= (size_t)w); c++)
		if (*c == '\n')
			*c = ' ';
}

static void paint_fact(struct page *pg, const struct row *r, int label)
{
	char value[1024];

	refill(value, sizeof value, r->value, pg->at.w - label - 4);
	struct cell cell[] = {
		{ 0, 2, STYLE_ERROR, r->mark ? "!" : "" },
		{ 2, label, r->mark ? STYLE_STRONG : STYLE_TEXT, r->label },
		{ label + 4, pg->at.w - label - 4, STYLE_STRONG, value },
	};
	page_cells(pg, cell, COUNT_OF(cell));
}

/* asked | profile | will be signed: beside each other if each fits on one line, else below each other. */
static void paint_review(struct page *pg, const struct row *r, int label, bool head)
{
	int         x = label + 4, last = (pg->at.w - x) * 2 / 5, w = (pg->at.w - x - last) / 2;
	char        value[1024];
	enum style  quiet = head ? STYLE_QUIET : STYLE_TEXT, strong = head ? STYLE_QUIET : STYLE_STRONG;
	const char *asked = r->asked[0] ? r->asked : "-", *allowed = r->allowed[0] ? r->allowed : "-";

	(void)snprintf(value, sizeof value, "%s%s%s%s", r->value[0] ? r->value : "-", r->source[0] ? " (" : "", r->source,
	               r->source[0] ? ")" : "");
	struct cell mark[] = { { 0, 2, STYLE_ERROR, r->mark ? "!" : "" }, { 2, pg->at.w - 2, strong, r->label } };
	struct cell beside[] = { mark[0], { 2, label, strong, r->label }, { x, w - 2, quiet, asked },
		                 { x + w, w - 2, quiet, allowed }, { x + 2 * w, last, strong, value } };
	if (text_columns(bytes_str(asked)) <= (size_t)w - 2 && text_columns(bytes_str(allowed)) <= (size_t)w - 2 &&
	    text_columns(bytes_str(value)) <= (size_t)last) {
		page_cells(pg, beside, COUNT_OF(beside));
		return;
	}
	const struct {
		enum style  style;
		const char *name, *text;
	} below[] = { { STYLE_TEXT, "asked", asked }, { STYLE_TEXT, "profile", allowed }, { STYLE_STRONG, "will be signed", value } };
	page_cells(pg, mark, COUNT_OF(mark));
	for (size_t i = 0; i < COUNT_OF(below); i++) {
		if (below[i].text[0] == '-' && !below[i].text[1])
			continue; /* not asked, or not said */
		struct cell line[] = { { 4, 14, STYLE_QUIET, below[i].name }, { 20, pg->at.w - 20, below[i].style, below[i].text } };
		page_cells(pg, line, COUNT_OF(line));
	}
}

static void paint_rows(struct page *pg, const struct prompt *p)
{
	static const struct row heads = { .label = "", .asked = "asked", .allowed = "profile", .value = "will be signed", .source = "" };
	bool                    in_review = false, any_mark = false;
	int                     label = label_columns(p);

	for (size_t i = 0; i < p->num_rows; i++) {
		const struct row *r = &p->row[i];
		bool              review = r->asked[0] || r->allowed[0];
		if (review && !in_review)
			paint_review(pg, &heads, label, true);
		in_review = review;
		any_mark |= r->mark;
		if (review)
			paint_review(pg, r, label, false);
		else
			paint_fact(pg, r, label);
	}
	if (any_mark)
		page_text(pg, 0, STYLE_QUIET, "! look here: it differs or deserves the eye. F7: one row at a time");
	if (p->num_rows)
		page_gap(pg, 1);
}

static void paint_aloud(struct page *pg, const struct prompt *p)
{
	if (!p->aloud[0])
		return;
	page_text(pg, 0, STYLE_TITLE, "Read aloud, slowly:");
	page_text(pg, 4, STYLE_STRONG, p->aloud);
	page_gap(pg, 1);
}

static void paint_shown(struct page *pg, const struct view *v)
{
	char text[80];

	words_grid(pg, v->p->shown);
	page_gap(pg, 1);
	(void)snprintf(text, sizeof text, "Any key hides it. It hides itself in %u:%02u.", v->seconds_left / 60,
	               v->seconds_left % 60);
	page_text(pg, 0, STYLE_NOW, text);
}

static void paint_body(struct page *pg, const struct view *v)
{
	const struct prompt *p = v->p;

	if (v->stage == STAGE_SHOWN) {
		paint_shown(pg, v);
		return;
	}
	page_text(pg, 0, STYLE_TITLE, p->title);
	page_gap(pg, 1);
	if (p->text[0]) {
		page_text(pg, 0, STYLE_TEXT, p->text);
		page_gap(pg, 1);
	}
	paint_rows(pg, p);
	paint_aloud(pg, p);
}

/* The foot: why the last answer was not taken, and the form or what stands in its place. */
static void paint_foot(struct page *pg, const struct view *v, int *focus_y, int *cursor_x)
{
	char line[512];

	*focus_y = *cursor_x = -1;
	if (v->stage == STAGE_SHOWN)
		return;
	if (v->p->refused) {
		page_banner(pg, STYLE_DANGER, "NOT TAKEN");
		page_text(pg, 1, STYLE_ERROR, err_line(line, sizeof line, v->p->refused));
		page_gap(pg, 1);
	}
	if (v->stage == STAGE_COVERED) {
		(void)snprintf(line, sizeof line, "When only %s can see the screen, press Enter to show it.",
		               v->p->who[0] ? v->p->who : "the one it is for");
		page_text(pg, 0, STYLE_STRONG, line);
		return;
	}
	if (v->stage == STAGE_HIDDEN) {
		page_text(pg, 0, STYLE_TEXT, "It is hidden. F4 shows it again.");
		page_gap(pg, 1);
	}
	form_paint(&v->form, pg, focus_y, cursor_x);
}

void prompt_paint(const struct tui *t, struct view *v, struct rect at)
{
	int         focus_y = -1, cursor_x = -1;
	struct page head = { .t = t, .at = at }, foot = { .t = t, .at = at, .dry = true }, body = foot;

	paint_head(&head, v);
	paint_foot(&foot, v, &focus_y, &cursor_x);
	paint_body(&body, v);

	int room = at.h - head.y, foot_h = foot.end;
	if (foot_h > room * 2 / 3 && body.end + 1 + foot_h > room) /* both too long: the text keeps a third */
		foot_h = room * 2 / 3;
	struct rect text = { at.y + head.y, at.x, room - foot_h - (foot_h > 0), at.w };
	if (body.end > text.h)
		text.h -= 1 - (foot_h > 0); /* the line that says that there is more */
	int most = body.end > text.h ? body.end - text.h : 0;
	v->scroll = v->scroll < 0 ? 0 : v->scroll > most ? most : v->scroll;
	v->page = text.h > 2 ? text.h - 1 : 1;
	v->above = v->scroll;
	v->below = most - v->scroll;
	v->seen_end |= v->below == 0;
	body = (struct page){ .t = t, .at = text, .scroll = v->scroll };
	paint_body(&body, v);
	page_more(&body, v->below);

	struct rect below = { at.y + at.h - foot_h, at.x, foot_h, at.w };
	int         first = focus_y >= foot_h ? focus_y - foot_h + 1 : 0; /* the field that is typed into is in sight */
	if (focus_y >= 0 && foot.end > foot_h && first > foot.end - foot_h)
		first = foot.end - foot_h;
	foot = (struct page){ .t = t, .at = below, .scroll = first };
	paint_foot(&foot, v, &focus_y, &cursor_x);
	int cursor_y = cursor_x < 0 ? -1 : page_shown(&foot, focus_y);
	(void)curs_set(cursor_y >= 0);
	if (cursor_y >= 0)
		(void)move(cursor_y, at.x + cursor_x);
}

static void paint_close(struct page *pg, const struct prompt *p, size_t i)
{
	const struct row *r = &p->row[i];
	const struct {
		const char *head, *text;
	} part[] = { { "Asked", r->asked }, { "The profile says", r->allowed },
		     { r->asked[0] || r->allowed[0] ? "Will be signed" : "", r->value }, { "Where that comes from", r->source } };
	char head[80];

	(void)snprintf(head, sizeof head, "%zu of %zu%s", i + 1, p->num_rows, r->mark ? ": it differs or deserves the eye" : "");
	page_text(pg, 0, r->mark ? STYLE_ERROR : STYLE_QUIET, head);
	page_gap(pg, 1);
	page_text(pg, 0, STYLE_TITLE, r->label);
	page_gap(pg, 1);
	for (size_t k = 0; k < COUNT_OF(part); k++) {
		if (!part[k].text[0])
			continue;
		if (part[k].head[0])
			page_text(pg, 2, STYLE_QUIET, part[k].head);
		page_text(pg, 4, STYLE_STRONG, part[k].text);
		page_gap(pg, 1);
	}
}

void prompt_look(const struct tui *t, const struct prompt *p, size_t row, int *scroll, struct rect at)
{
	(void)curs_set(0);
	at.h--; /* the line that says that there is more */
	for (int dry = 1; dry >= 0; dry--) {
		struct page pg = { .t = t, .at = at, .scroll = *scroll, .dry = dry == 1 };
		paint_close(&pg, p, row);
		int most = pg.end > at.h ? pg.end - at.h : 0;
		*scroll = *scroll < 0 ? 0 : *scroll > most ? most : *scroll;
		if (!pg.dry)
			page_more(&pg, most - *scroll);
	}
}

bool prompt_can_answer(struct view *v)
{
	if (v->stage == STAGE_COVERED || v->stage == STAGE_SHOWN)
		return false;
	if (!v->seen_end)
		v->form.say = "There is more to read: Enter or PgDn goes on";
	return v->seen_end;
}
