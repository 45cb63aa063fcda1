/* words.c: see words.h. */
#include "tui/words.h"

#include "ceremony/port/wordlist.h"

#define MAX_WORD   16
#define GRID_WIDTH 16 /* "12. academic" and air */

bool words_init(struct words *w, const struct ask *ask, struct err *e)
{
	*w = (struct words){ .ask = ask };
	return secret_new(&w->all, (size_t)(ask->num_words + 1) * (MAX_WORD + 1), e);
}

void words_done(struct words *w)
{
	secret_done(&w->all);
	*w = (struct words){ 0 };
}

bool words_complete(const struct words *w)
{
	return w->num == w->ask->num_words;
}

static struct bytes letters(const struct words *w)
{
	return bytes_skip(secret_expose(&w->all), w->start);
}

bool words_letter(struct words *w, uint8_t letter)
{
	if (letter >= 'A' && letter <= 'Z')
		letter = (uint8_t)(letter + 'a' - 'A');
	if (words_complete(w) || letter < 'a' || letter > 'z' || w->all.len - w->start >= MAX_WORD)
		return false;
	return secret_put(&w->all, bytes_of(&letter, 1));
}

bool words_take(struct words *w)
{
	struct bytes typed = letters(w);

	if (words_complete(w) || typed.len == 0)
		return false;
	if (w->ask->wordlist) {
		const char *word = wordlist_find(w->ask->wordlist, w->ask->num_wordlist, typed);
		secret_cut(&w->all, w->start);
		if (!word)
			return false;
		MUST(secret_put(&w->all, bytes_str(word)));
	}
	w->num++;
	if (!words_complete(w)) {
		MUST(secret_put(&w->all, BYTES_LIT(" ")));
		w->start = w->all.len;
	}
	return true;
}

void words_rub(struct words *w)
{
	bool between = words_complete(w) || w->all.len == w->start;

	if (!between) {
		secret_cut(&w->all, w->all.len - 1);
		return;
	}
	if (w->num == 0)
		return;
	if (!words_complete(w))
		secret_cut(&w->all, w->start - 1); /* the blank before the letters */
	struct bytes all = secret_expose(&w->all);
	size_t       start = all.len;
	while (start > 0 && all.p[start - 1] != ' ')
		start--;
	secret_cut(&w->all, start);
	w->start = start;
	w->num--;
}

/* What the letters so far amount to, in words for the person who types. */
static const char *verdict(const struct words *w)
{
	struct bytes typed = letters(w);

	if (words_complete(w))
		return "All words are there: press Enter. Backspace takes one back.";
	if (typed.len == 0)
		return "Four letters are enough; then press Space.";
	if (!w->ask->wordlist)
		return "Space ends the word.";
	if (wordlist_find(w->ask->wordlist, w->ask->num_wordlist, typed))
		return "A word of the list: press Space.";
	return wordlist_begins(w->ask->wordlist, w->ask->num_wordlist, typed) ? "Go on." : "No word of the list begins so: Backspace.";
}

void words_paint(const struct words *w, struct page *p, bool focus)
{
	char text[128];
	int  x = 2;

	for (unsigned i = 0; i < w->ask->num_words && x < p->at.w; i++) /* in fives, so that a place is found */
		x += (i && i % 5 == 0) + page_put(p, x + (i && i % 5 == 0), i < w->num ? STYLE_STRONG : STYLE_QUIET,
		              screen_mark(p->t, i < w->num ? MARK_FULL : MARK_EMPTY));
	page_gap(p, 1);
	if (words_complete(w))
		(void)snprintf(text, sizeof text, "%u words", w->ask->num_words);
	else
		(void)snprintf(text, sizeof text, "Word %u of %u  ", w->num + 1, w->ask->num_words);
	x = 2 + page_put(p, 2, focus ? STYLE_NOW : STYLE_TEXT, text);
	size_t typed = words_complete(w) ? 0 : letters(w).len;
	for (size_t i = 0; i < typed; i++)
		x += page_put(p, x, STYLE_STRONG, screen_mark(p->t, MARK_BULLET));
	page_gap(p, 1);
	page_text(p, 2, STYLE_QUIET, verdict(w));
}

void words_grid(struct page *p, const struct secret *s)
{
	struct bytes rest = bytes_trim(secret_expose(s)), word;
	size_t       num = 1;
	char         number[8];

	for (size_t i = 0; i < rest.len; i++)
		num += rest.p[i] == ' ';
	size_t columns = (size_t)(p->at.w / GRID_WIDTH > 0 ? p->at.w / GRID_WIDTH : 1);
	size_t lines = (num + columns - 1) / columns; /* read downwards, as they are written down */
	for (size_t i = 0; i < num; i++) {
		if (!bytes_cut(rest, ' ', &word, &rest))
			word = rest;
		int y = page_shown(p, p->y + (int)(i % lines)), x = (int)(i / lines) * GRID_WIDTH;
		if (y < 0)
			continue;
		(void)snprintf(number, sizeof number, "%2zu", (i + 1) % 1000);
		(void)screen_put(p->t, y, p->at.x + x, 3, STYLE_QUIET, number);
		(void)screen_put_bytes(p->t, y, p->at.x + x + 3, GRID_WIDTH - 4, STYLE_STRONG, word);
	}
	page_gap(p, (int)lines);
	p->end = p->y;
}
