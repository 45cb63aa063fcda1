/* prompt.c: see prompt.h. */
#include "tui/prompt.h"

#include "ceremony/base/text.h"
#include "tui/facts.h"

bool prompt_is_wide(const struct prompt *p)
{
	return facts_review(p) || facts_many(p) || p->num_steps == 0; /* no outline to keep beside it */
}

/* Who must act, which of how many, what cannot be undone or heard, and what it is about: always in sight. */
static void paint_head(struct page *pg, const struct view *v)
{
	const struct prompt *p = v->p;
	char                 text[160];

	(void)snprintf(text, sizeof text, " %s ", p->role);
	if (text[1] >= 'a' && text[1] <= 'z') /* as it begins a line */
		text[1] = (char)(text[1] + 'A' - 'a');
	int x = p->role[0] ? page_put(pg, 0, STYLE_BAR, text) : 0;

	x += page_put(pg, x + (x ? 2 : 0), STYLE_STRONG, p->who) + 2;
	if (p->num_rounds > 1) {
		(void)snprintf(text, sizeof text, "%u of %u", p->round + 1, p->num_rounds);
		int right = pg->at.w - (int)strlen(text);
		(void)page_put(pg, right > x ? right : x, STYLE_NOW, text);
	}
	page_gap(pg, 2);
	if (p->irreversible)
		page_banner(pg, STYLE_DANGER, "! THIS CANNOT BE UNDONE ! It waits for you.");
	if (p->secret)
		page_banner(pg, STYLE_SECRET, "SECRET: DO NOT READ ALOUD. One person only.");
	page_gap(pg, p->irreversible || p->secret);
	if (v->stage == STAGE_SHOWN) /* any key hides it, so that all of it must be in sight */
		return;
	page_text(pg, 0, STYLE_TITLE, p->title);
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
	if (p->text[0]) {
		page_text(pg, 0, STYLE_TEXT, p->text);
		page_gap(pg, 1);
	}
	facts_rows(pg, p, true);
	facts_aloud(pg, p);
}

/* Why the last answer was not taken: always in sight, over the form, however long that is. */
static void paint_refused(struct page *pg, const struct view *v)
{
	char line[512];

	if (!v->p->refused || v->stage == STAGE_SHOWN)
		return;
	page_banner(pg, STYLE_DANGER, "NOT TAKEN");
	page_text(pg, 1, STYLE_ERROR, err_line(line, sizeof line, v->p->refused));
	page_gap(pg, 1);
}

/* The foot: the form, or what stands in its place. */
static void paint_foot(struct page *pg, const struct view *v, int *focus_y, int *cursor_x)
{
	char line[512];

	*focus_y = *cursor_x = -1;
	if (v->stage == STAGE_SHOWN)
		return;
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

static void paint_said(struct page *pg, const struct view *v)
{
	if (v->stage == STAGE_SHOWN || v->stage == STAGE_COVERED)
		return;
	form_paint_said(&v->form, pg);
	for (size_t i = 0; i < v->p->num_asks && pg->end == 0; i++) /* nothing moves when the next field has no hint */
		pg->end = v->p->ask[i].hint[0] != 0;
}

/* What one would do in a real ceremony, at the foot of the text, where there is room: nothing gives way to it. F1 has it always. */
static void paint_hint(const struct tui *t, const struct view *v, struct rect text, int used)
{
	char        line[320];
	struct rect at = text;

	if (!v->p->hint[0] || v->stage == STAGE_SHOWN || v->p->refused)
		return;
	(void)snprintf(line, sizeof line, "In a real one: %s", v->p->hint);
	struct page dry = { .t = t, .at = at, .dry = true };
	page_text(&dry, 2, STYLE_QUIET, line);
	if (used + 1 + dry.end > text.h) {
		(void)snprintf(line, sizeof line, "F1 tells what one does here in a real one.");
		dry.end = 1;
	}
	if (used + 1 + dry.end > text.h)
		return;
	at.y += text.h - dry.end;
	at.h = dry.end;
	struct page pg = { .t = t, .at = at };
	for (int i = 0; i < at.h; i++)
		(void)screen_put(t, at.y + i, at.x, 1, STYLE_BADGE, t->ascii ? "|" : " ");
	page_text(&pg, 2, STYLE_QUIET, line);
}

/* The form, scrolled so that the field that is typed into is in sight; what does not fit below it is counted. */
static void paint_form(const struct tui *t, struct view *v, struct rect at)
{
	struct page foot = { .t = t, .at = at, .dry = true };
	int         focus_y, cursor_x;
	char        text[48];

	paint_foot(&foot, v, &focus_y, &cursor_x);
	const int end = foot.end;
	at.h -= end > at.h && at.h > FORM_FEWEST;
	int first = focus_y >= at.h ? focus_y - at.h + 1 : 0;
	if (focus_y >= 0 && first > end - at.h && end > at.h)
		first = end - at.h;
	foot = (struct page){ .t = t, .at = at, .scroll = first };
	paint_foot(&foot, v, &focus_y, &cursor_x);
	int below = end - first - at.h, more = below > 0 ? below : first;
	if (more > 0 && below >= 0) {
		(void)snprintf(text, sizeof text, "%s: %d more line%s", below > 0 ? "Down" : "Up", more, more == 1 ? "" : "s");
		(void)screen_put(t, at.y + at.h, at.x + 2, at.w - 2, below > 0 ? STYLE_NOW : STYLE_QUIET, text);
	}
	int cursor_y = cursor_x < 0 ? -1 : page_shown(&foot, focus_y);
	(void)curs_set(cursor_y >= 0);
	if (cursor_y >= 0)
		(void)move(cursor_y, at.x + cursor_x);
}

/* The lines that the form takes at most, whichever field is typed into: nothing moves when that is another one. */
static int form_most(struct view *v, struct page foot)
{
	const size_t focus = v->form.focus;
	int          most = 0, focus_y, cursor_x;

	v->form.focus = 0;
	do {
		struct page dry = foot;
		paint_foot(&dry, v, &focus_y, &cursor_x);
		most = dry.end > most ? dry.end : most;
	} while (++v->form.focus < v->p->num_asks);
	v->form.focus = focus;
	return most;
}

/* Lines for the form: of a long list as many at once as there is room for. The facts keep a third, or one line once they have been read. */
static int form_lines(struct view *v, struct page foot, int room, int body)
{
	int lines, most = room - 1 - (v->p->refused ? 1 : room / 3);

	v->form.window = FORM_CHOICES + 1;
	do {
		v->form.window--;
		lines = form_most(v, foot);
	} while (v->form.window > FORM_FEWEST && lines > most && body + 1 + lines > room);
	return lines;
}

void prompt_paint(const struct tui *t, struct view *v, struct rect at)
{
	struct page head = { .t = t, .at = at }, foot = { .t = t, .at = at, .dry = true }, body = foot, said = foot, why = foot;

	paint_head(&head, v);
	paint_refused(&why, v);
	paint_said(&said, v);
	paint_body(&body, v);

	int room = at.h - head.y - said.end;
	if (why.y > room - FORM_FEWEST - 2) /* the form, a line of text and the rule */
		why.y = room - FORM_FEWEST - 2;
	room -= why.y;
	int foot_h = form_lines(v, foot, room, body.end), least = v->p->refused ? 1 : room / 3; /* what has been read once gives way */
	if (foot_h > room - 1 - least && body.end + 1 + foot_h > room)
		foot_h = room - 1 - least;
	bool        ruled = foot_h > 0 || why.y > 0;
	struct rect text = { at.y + head.y, at.x, room - foot_h - ruled, at.w };
	if (body.end > text.h)
		text.h -= 1 - ruled; /* the line that says that there is more */
	int most = body.end > text.h ? body.end - text.h : 0;
	if (v->below == 0 && v->above > 0 && v->scroll == v->above) /* who has read to the end stays there */
		v->scroll = most;
	v->scroll = v->scroll < 0 ? 0 : v->scroll > most ? most : v->scroll;
	v->page = text.h > 2 ? text.h - 1 : 1;
	v->above = v->scroll;
	v->below = most - v->scroll;
	v->seen_end |= v->below == 0;
	body = (struct page){ .t = t, .at = text, .scroll = v->scroll };
	paint_body(&body, v);
	paint_hint(t, v, text, body.end);
	if (ruled)
		screen_rule(t, text.y + text.h, at.x, at.w);
	page_more(&body, v->below);

	said = (struct page){ .t = t, .at = { at.y + at.h - said.end, at.x, said.end, at.w } };
	paint_said(&said, v);
	why = (struct page){ .t = t, .at = { said.at.y - foot_h - why.y, at.x, why.y, at.w } };
	paint_refused(&why, v);
	paint_form(t, v, (struct rect){ said.at.y - foot_h, at.x, foot_h, at.w });
}

static void paint_close(struct page *pg, const struct prompt *p, size_t i)
{
	const struct row *r = &p->row[i];
	const struct {
		const char *head, *text;
	} part[] = { { "Asked", r->asked }, { "The profile says", r->allowed },
		     { r->asked[0] || r->allowed[0] ? "Will be signed" : "", r->value }, { "Where that comes from", r->source } };
	char head[80], grouped[2560];

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
		struct buf b = BUF_ON(grouped);
		text_groups(&b, bytes_str(part[k].text));
		page_text(pg, 4, STYLE_STRONG, buf_cstr(&b));
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
