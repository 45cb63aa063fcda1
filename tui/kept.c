/* kept.c: see kept.h. */
#include "tui/kept.h"

static void place_of(char out[TUI_MAX_LINE], const struct prompt *p)
{
	(void)snprintf(out, TUI_MAX_LINE, "%s/%s/%u", p->step_id, p->turn, p->round);
}

void kept_forget(struct tui *t)
{
	secret_done(&t->kept_words);
}

static size_t words_ask(const struct prompt *p)
{
	size_t i = 0;

	while (i < p->num_asks && p->ask[i].kind != ASK_WORDS)
		i++;
	return i;
}

void kept_keep(struct tui *t, const struct view *v, const struct reply *r)
{
	bool       leaves = r->kind == REPLY_EXCEPTION || r->kind == REPLY_PEOPLE;
	struct err e;

	place_of(leaves ? t->left_for : t->kept_for, v->p);
	for (size_t i = 0; i < v->p->num_asks; i++)
		(void)snprintf(leaves ? t->left[i] : t->kept[i], sizeof t->kept[i], "%s", form_text(&v->form, i));
	if (r->kind == REPLY_ANSWER && words_ask(v->p) < v->p->num_asks && r->secret.len &&
	    !secret_set(&t->kept_words, secret_expose(&r->secret), &e))
		kept_forget(t); /* all words are typed again */
}

void kept_give_back(struct tui *t, struct view *v)
{
	char same[TUI_MAX_LINE];

	place_of(same, v->p);
	bool left = strcmp(same, t->left_for) == 0, kept = v->p->refused && strcmp(same, t->kept_for) == 0;
	for (size_t i = 0; (left || kept) && i < v->p->num_asks; i++)
		form_set_text(&v->form, i, left ? t->left[i] : t->kept[i]);
	if (kept && v->p->wrong_word && t->kept_words.len && words_ask(v->p) < v->p->num_asks)
		(void)words_bring(&v->form.words, secret_expose(&t->kept_words), v->p->wrong_word - 1);
	if (left)
		t->left_for[0] = 0;
	kept_forget(t);
}
