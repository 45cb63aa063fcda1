/* words.h: the words of a secret: shown in a numbered grid, and typed back unseen.
 *
 * What is typed stays in a struct secret, letter by letter; the screen gets bullets and whether the
 * letters so far are a word of the list. */
#pragma once

#include "tui/page.h"

struct words {
	const struct ask *ask;
	struct secret     all;   /* the words taken, separated by blanks, then the letters of the next */
	size_t            start; /* where the letters of the next word begin in `all` */
	unsigned          num;   /* words taken */
};

/* words_init: room for all words and one over-long one. words_done wipes. */
bool words_init(struct words *w, const struct ask *ask, struct err *e) __attribute__((warn_unused_result));
void words_done(struct words *w);

/* words_letter: one typed letter. False (nothing changes) if it is no letter or there is no room. */
bool words_letter(struct words *w, uint8_t letter);
/* words_take: ends the word that is being typed; its first letters are completed. False, and the letters
 * are wiped, if the list does not know it. */
bool words_take(struct words *w);
/* words_rub: takes back a letter, or, between words, the whole word before. */
void words_rub(struct words *w);
/* words_complete: true if every word has been taken. */
bool words_complete(const struct words *w);

/* words_paint: three lines: a mark a word, bullets for the letters, and what they amount to. */
void words_paint(const struct words *w, struct page *p, bool focus);

/* words_grid: paints a secret's words, numbered, in columns. */
void words_grid(struct page *p, const struct secret *s);
