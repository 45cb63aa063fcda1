/* form_paint.c: how a form looks; see form.h. */
#include "ceremony/base/text.h"
#include "tui/form.h"
#include "tui/qr.h"

#define MAX_LABEL 24 /* columns of a label that stands beside its field */
#define AGAIN     "the same again"

static int label_columns(const struct prompt *p)
{
	size_t most = 0;

	for (size_t i = 0; i < p->num_asks; i++) {
		size_t n = text_columns(bytes_str(p->ask[i].label));
		most = n > most && n <= MAX_LABEL ? n : most;
		if (p->ask[i].kind == ASK_NEW_PIN && most < strlen(AGAIN))
			most = strlen(AGAIN);
	}
	return (int)most;
}

/* The field's line: what is typed, then underscores to the edge. The cursor's end is always in sight. */
static void paint_line(struct page *p, int x, const struct form_field *field, int *cursor_x)
{
	const char *text = field->text;
	size_t      at = field->at;

	int    w = p->at.w - x - 1;
	size_t first = 0;

	while (text_columns(bytes_of(text + first, at - first)) + 1 > (size_t)w)
		first++;
	while (((unsigned char)text[first] & 0xc0) == 0x80)
		first++;
	int used = page_put(p, x, field->fresh && cursor_x ? STYLE_BAR : STYLE_STRONG, text + first);
	for (int i = used; i < w; i++)
		(void)page_put(p, x + i, STYLE_QUIET, "_");
	if (cursor_x)
		*cursor_x = x + (int)text_columns(bytes_of(text + first, at - first));
}

/* Of words that are typed back each stands there once it is one of the list: of something else that is typed by a slip, not even
 * its first letters do. */
static void cover_begun(struct form_field *field)
{
	char word[FORM_MAX_TEXT + 2];

	for (size_t at = 0; at < field->len;) {
		size_t n = strcspn(field->text + at, " ");
		(void)snprintf(word, sizeof word, "%.*s ", (int)n, field->text + at);
		if (n && !words_begun(bytes_str(word)))
			memset(field->text + at, '*', n);
		at += n + 1;
	}
	wipe(word, sizeof word);
}

static void paint_bullets(struct page *p, int x, const struct secret *s, int *cursor_x)
{
	struct bytes b = secret_expose(s);
	int          w = p->at.w - x - 1, n = 0;

	for (size_t i = 0; i < b.len && n < w - 1; i++)
		if ((b.p[i] & 0xc0) != 0x80)
			(void)page_put(p, x + n++, STYLE_STRONG, screen_mark(p->t, MARK_BULLET));
	for (int i = n; i < w; i++)
		(void)page_put(p, x + i, STYLE_QUIET, "_");
	if (cursor_x)
		*cursor_x = x + n;
}

static void paint_choice(struct page *p, const struct form_field *field, const struct ask *a, size_t i)
{
	char text[32];
	bool on = field->choice == i;

	(void)snprintf(text, sizeof text, a->num_choices > FORM_CHOICES ? "(%s)" : "(%s) %zu", on ? screen_mark(p->t, MARK_BULLET) : " ",
	               i + 1);
	(void)page_put(p, 2, on ? STYLE_NOW : STYLE_TEXT, text);
	page_text(p, a->num_choices > FORM_CHOICES ? 6 : 9, on ? STYLE_STRONG : STYLE_TEXT, a->choice[2 * i + 1]);
}

/* A long list: a window around the one chosen, of what has the letters that were typed. */
static void paint_long_list(struct page *p, const struct form *f, const struct form_field *field, const struct ask *a, int *cursor_x)
{
	size_t found = 0, at = 0, seen = 0, most = f->window ? f->window : FORM_CHOICES;
	char   text[64];

	for (size_t i = 0; i < a->num_choices; i++) {
		at = field->choice == i ? found : at;
		found += form_choice_found(field, a, i);
	}
	size_t first = at < most / 2 || found <= most ? 0 : at + most - most / 2 >= found ? found - most : at - most / 2;
	for (size_t i = 0; i < a->num_choices; i++) {
		if (!form_choice_found(field, a, i))
			continue;
		if (seen >= first && seen < first + most)
			paint_choice(p, field, a, i);
		seen++;
	}
	(void)snprintf(text, sizeof text, "%zu of %zu. Find:", found, a->num_choices);
	int x = 3 + page_put(p, 2, STYLE_QUIET, text);
	paint_line(p, x, field, cursor_x);
	page_gap(p, 1);
}

/* The one that stands there, and how to come to the others. */
static void paint_folded(struct page *p, const struct form_field *field, const struct ask *a)
{
	char text[64];

	paint_choice(p, field, a, field->choice);
	(void)snprintf(text, sizeof text, "Down%s, for one of %zu others", a->num_choices > FORM_CHOICES ? ", or letters" : "", a->num_choices - 1);
	page_text(p, a->num_choices > FORM_CHOICES ? 6 : 9, STYLE_QUIET, text);
}

/* Returns the page line that is to be in sight: the end of the one chosen; before that, of the first. */
static int paint_choices(struct page *p, const struct form *f, const struct form_field *field, const struct ask *a, int *cursor_x)
{
	int keep = -1;

	if (form_is_folded(field, a)) {
		paint_folded(p, field, a);
		return p->y - 1;
	}
	if (a->num_choices > FORM_CHOICES) {
		paint_long_list(p, f, field, a, cursor_x);
		return p->y - 1;
	}
	for (size_t i = 0; i < a->num_choices; i++) {
		paint_choice(p, field, a, i);
		if (keep < 0 || field->choice == i)
			keep = p->y - 1;
	}
	return keep;
}

/* Label and mark, which stands further down while a PIN is typed again; moves on if the label needs a line of its own. The field's column. */
static int paint_label(struct page *p, const struct prompt *pr, const struct ask *a, bool focus, bool again)
{
	int label = label_columns(pr);

	if (focus && !again)
		(void)page_put(p, 0, STYLE_NOW, screen_mark(p->t, MARK_NOW));
	if (a->kind == ASK_CHOICE || a->kind == ASK_WORDS || text_columns(bytes_str(a->label)) > MAX_LABEL) {
		page_text(p, 2, focus ? STYLE_STRONG : STYLE_TEXT, a->label);
		return 2;
	}
	(void)page_put(p, 2, focus ? STYLE_STRONG : STYLE_TEXT, a->label);
	return label + 4;
}

static void paint_confirm(const struct form *f, struct page *p, size_t i, int *cursor_x)
{
	const struct ask *a = &f->p->ask[i];
	bool              focus = f->focus == i;
	char              text[32];

	if (!f->p->irreversible) {
		if (focus)
			(void)page_put(p, 0, STYLE_BAR, " Enter ");
		else if (f->field[i].agreed)
			(void)page_put(p, 7, STYLE_NOW, screen_mark(p->t, MARK_DONE));
		page_text(p, 9, focus ? STYLE_STRONG : STYLE_TEXT, a->label);
		return;
	}
	int x = paint_label(p, f->p, a, focus, false);
	(void)snprintf(text, sizeof text, "Type %s:", form_hand(f, i));
	x += page_put(p, x, STYLE_ERROR, text) + 1;
	paint_line(p, x, &f->field[i], focus ? cursor_x : NULL);
	page_gap(p, 1);
}

/* What it takes is said before it is shown. */
static void paint_qr(const struct form *f, struct page *p, size_t i)
{
	const struct ask *a = &f->p->ask[i];
	bool              focus = f->focus == i;
	char              text[320];
	struct buf        b = BUF_ON(text);

	if (focus)
		(void)page_put(p, 0, STYLE_BAR, " Enter ");
	else if (f->field[i].text[0])
		(void)page_put(p, 7, STYLE_NOW, screen_mark(p->t, MARK_DONE));
	page_text(p, 9, focus ? STYLE_STRONG : STYLE_TEXT, a->label);
	if (f->field[i].text[0])
		buf_fmt(&b, "shown: %s. Space shows it again", f->field[i].text);
	else
		qr_says(p->t, &b, a);
	page_text(p, 9, STYLE_QUIET, buf_cstr(&b));
}

/* A choice of a form's that is not being made: what stands there, without all that could. */
static void paint_closed(struct page *p, const struct prompt *pr, const struct form_field *field, const struct ask *a)
{
	bool is_long = text_columns(bytes_str(a->label)) > MAX_LABEL;
	int  x = is_long ? 4 : label_columns(pr) + 4;

	(void)page_put(p, 2, STYLE_TEXT, a->label);
	page_gap(p, is_long);
	if (field->choice == FORM_NOTHING)
		(void)page_put(p, x, STYLE_QUIET, "to be chosen");
	else
		(void)page_put(p, x, STYLE_STRONG, a->choice[2 * field->choice + 1]);
	page_gap(p, 1);
}

/* Returns the page line that is to be in sight. */
static int paint_field(const struct form *f, struct page *p, size_t i, int *cursor_x)
{
	const struct ask        *a = &f->p->ask[i];
	const struct form_field *field = &f->field[i];
	bool                     focus = f->focus == i;
	int                     *cursor = focus ? cursor_x : NULL;

	int                      top = p->y;

	if (a->kind == ASK_CONFIRM) {
		paint_confirm(f, p, i, cursor_x);
		return p->y - 1;
	}
	if (a->kind == ASK_QR) {
		paint_qr(f, p, i);
		return p->y - 1;
	}
	if (a->kind == ASK_CHOICE && !focus) {
		paint_closed(p, f->p, field, a);
		return p->y - 1;
	}
	int x = paint_label(p, f->p, a, focus, f->on_again);
	switch (a->kind) {
	case ASK_CHOICE:
		return paint_choices(p, f, field, a, cursor);
	case ASK_WORDS:
		words_paint(&f->words, p, focus);
		return p->y - 1;
	case ASK_PIN:
	case ASK_NEW_PIN:
		paint_bullets(p, x, &f->pin, f->on_again ? NULL : cursor);
		page_gap(p, 1);
		if (a->kind == ASK_PIN)
			return p->y - 1;
		if (f->on_again)
			(void)page_put(p, 0, STYLE_NOW, screen_mark(p->t, MARK_NOW));
		(void)page_put(p, 2, f->on_again ? STYLE_STRONG : STYLE_TEXT, AGAIN);
		paint_bullets(p, x, &f->again, f->on_again ? cursor : NULL);
		page_gap(p, 1);
		return f->on_again ? p->y - 1 : top;
	case ASK_TEXT:
	case ASK_TYPE_BACK:
	case ASK_CONFIRM:
	case ASK_QR:
		break;
	}
	struct form_field seen = *field;
	if (a->kind == ASK_TYPE_BACK && a->shape == SHAPE_SPOKEN)
		cover_begun(&seen);
	paint_line(p, x, &seen, cursor);
	page_gap(p, 1);
	wipe(&seen, sizeof seen);
	return p->y - 1;
}

void form_paint_said(const struct form *f, struct page *p)
{
	const struct ask *a = &f->p->ask[f->focus];
	char              count[32];

	if (f->say)
		page_text(p, 2, STYLE_ERROR, f->say);
	if (f->say || f->p->num_asks == 0)
		return;
	if (a->kind == ASK_PIN && a->shape == SHAPE_ROLLS) {
		(void)snprintf(count, sizeof count, "%u of %u", ask_rolls(secret_expose(&f->pin)), a->least);
		page_text(p, 2, STYLE_STRONG, count);
	}
	const char *wrong = form_wrong_so_far(f);
	if (wrong)
		page_text(p, 2, STYLE_ERROR, wrong);
	else if (a->hint[0])
		page_text(p, 2, STYLE_QUIET, a->hint);
}

void form_paint(const struct form *f, struct page *p, int *focus_y, int *cursor_x)
{
	*focus_y = *cursor_x = -1;
	if (f->p->num_asks == 0) {
		(void)page_put(p, 0, STYLE_BAR, " Enter ");
		(void)page_put(p, 9, STYLE_STRONG, "Go on");
		page_gap(p, 1);
	}
	for (size_t i = 0; i < f->p->num_asks; i++) {
		int y = paint_field(f, p, i, cursor_x);
		if (i == f->focus)
			*focus_y = y;
	}
}
