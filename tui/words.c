/* words.c: see words.h. */
#include "tui/words.h"

#include "ceremony/port/wordlist.h"

#define MAX_WORD   16
#define GRID_WIDTH 16 /* "12. academic" and air */

bool words_init(struct words *w, const struct ask *ask, struct err *e)
{
	*w = (struct words){ .ask = ask };
	if (secret_new(&w->all, (size_t)(ask->num_words + 1) * (MAX_WORD + 1), e) && secret_new(&w->typing, MAX_WORD, e))
		return true;
	words_done(w);
	return false;
}

void words_done(struct words *w)
{
	secret_done(&w->all);
	secret_done(&w->typing);
	*w = (struct words){ 0 };
}

bool words_complete(const struct words *w)
{
	return w->num == w->ask->num_words && w->at == w->num;
}

bool words_left_to_camera(const struct words *w)
{
	return w->ask->camera && w->all.len == 0 && w->typing.len == 0;
}

bool words_letter(struct words *w, uint8_t letter)
{
	if (letter >= 'A' && letter <= 'Z')
		letter = (uint8_t)(letter + 'a' - 'A');
	return !words_complete(w) && letter >= 'a' && letter <= 'z' && secret_put(&w->typing, bytes_of(&letter, 1));
}

/* The octet at which word i begins; one past the end for the one after the last. */
static size_t start_of(struct bytes all, unsigned i)
{
	size_t at = 0;

	for (; i > 0 && at < all.len; at++)
		i -= all.p[at] == ' ';
	return i > 0 ? all.len + 1 : at;
}

/* Puts a word at w->at, in the place of the one that is there. The room is locked memory, and wiped. */
static bool replace(struct words *w, struct bytes word)
{
	SECRET       all = { 0 };
	struct err   e;
	struct bytes old = secret_expose(&w->all);
	size_t       from = start_of(old, w->at), to = start_of(old, w->at + 1);

	if (!secret_new(&all, (size_t)(w->ask->num_words + 1) * (MAX_WORD + 1), &e) ||
	    !secret_put(&all, bytes_first(old, from)) || !secret_put(&all, word) ||
	    (to <= old.len && (!secret_put(&all, BYTES_LIT(" ")) || !secret_put(&all, bytes_skip(old, to)))))
		return false;
	secret_done(&w->all);
	secret_move(&w->all, &all);
	return true;
}

static bool append(struct words *w, struct bytes word)
{
	return (w->num == 0 || secret_put(&w->all, BYTES_LIT(" "))) && secret_put(&w->all, word);
}

bool words_take(struct words *w)
{
	struct bytes typed = secret_expose(&w->typing);
	const char  *known = NULL;

	if (words_complete(w) || typed.len == 0)
		return false;
	if (w->ask->wordlist)
		known = wordlist_find(w->ask->wordlist, w->ask->num_wordlist, typed);
	struct bytes word = known ? bytes_str(known) : typed;
	bool         ok = (known || !w->ask->wordlist) && (w->at < w->num ? replace(w, word) : append(w, word));
	w->num += ok && w->at == w->num;
	w->at = ok ? w->num : w->at;
	secret_cut(&w->typing, 0);
	return ok;
}

void words_rub(struct words *w)
{
	if (w->typing.len) {
		secret_cut(&w->typing, w->typing.len - 1);
	} else if (w->num && w->at == w->num) {
		size_t start = start_of(secret_expose(&w->all), --w->num);
		secret_cut(&w->all, start ? start - 1 : 0);
		w->at = w->num;
	}
}

bool words_move(struct words *w, bool on)
{
	if (on ? w->at >= w->num : w->at == 0)
		return false;
	secret_cut(&w->typing, 0);
	w->at = on ? w->at + 1 : w->at - 1;
	return true;
}

bool words_bring(struct words *w, struct bytes all, unsigned at)
{
	unsigned num = all.len > 0;

	for (size_t i = 0; i < all.len; i++)
		num += all.p[i] == ' ';
	if (num != w->ask->num_words || at >= num || !secret_put(&w->all, all))
		return false;
	w->num = num;
	w->at = at;
	return true;
}

/* What the letters so far amount to, in words for the person who types. */
static const char *verdict(const struct words *w)
{
	struct bytes typed = secret_expose(&w->typing);

	if (words_complete(w))
		return "All words are there: press Enter. Backspace takes one back.";
	if (typed.len == 0 && w->at < w->num)
		return "Type it again, then Space. Arrows: another one.";
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
		x += (i && i % 5 == 0) + page_put(p, x + (i && i % 5 == 0),
		              i == w->at ? STYLE_NOW : i < w->num ? STYLE_STRONG : STYLE_QUIET,
		              screen_mark(p->t, i == w->at ? MARK_NOW : i < w->num ? MARK_FULL : MARK_EMPTY));
	page_gap(p, 1);
	if (words_complete(w))
		(void)snprintf(text, sizeof text, "%u words", w->ask->num_words);
	else
		(void)snprintf(text, sizeof text, w->at < w->num ? "Word %u of %u, again  " : "Word %u of %u  ", w->at + 1, w->ask->num_words);
	x = 2 + page_put(p, 2, focus ? STYLE_NOW : STYLE_TEXT, text);
	for (size_t i = 0; i < w->typing.len; i++)
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
