/* words.h: the words of a secret: shown in a numbered grid, and typed back unseen.
 *
 * What is typed stays in a struct secret, letter by letter; the screen gets bullets and whether the
 * letters so far are a word of the list. */
#pragma once

#include "tui/page.h"

struct words {
	const struct ask *ask;
	struct secret     all;    /* the words taken, separated by blanks */
	struct secret     typing; /* the letters of the word that is being typed */
	unsigned          num;    /* words taken */
	unsigned          at;     /* the place that is typed into, from 0: num, or an earlier one that is corrected */
};

/* words_init: room for all words. words_done wipes. */
bool words_init(struct words *w, const struct ask *ask, struct err *e) __attribute__((warn_unused_result));
void words_done(struct words *w);

/* words_letter: one typed letter. False (nothing changes) if it is no letter or there is no room. */
bool words_letter(struct words *w, uint8_t letter);
/* words_take: ends the word that is being typed; its first letters are completed. False, and the letters
 * are wiped, if the list does not know it. A word that was corrected leads back to the end. */
bool words_take(struct words *w);
/* words_rub: takes back a letter, or, between words, the whole last word. */
void words_rub(struct words *w);
/* words_move: to the word before or after, to type it again; letters that were typed are wiped. False at the ends. */
bool words_move(struct words *w, bool on);
/* words_bring: words that were typed before are there again, and place `at` (from 0) is to be typed anew. False, and nothing
 * changes, if they are not as many as are asked for. */
bool words_bring(struct words *w, struct bytes all, unsigned at);
/* words_complete: true if every word has been taken, and none is being corrected. */
bool words_complete(const struct words *w);

/* words_left_to_camera: nothing was typed, and a camera may look instead. */
bool words_left_to_camera(const struct words *w);

/* words_paint: three lines: a mark a word, bullets for the letters, and what they amount to. */
void words_paint(const struct words *w, struct page *p, bool focus);

/* words_grid: paints a secret's words, numbered, in columns. */
void words_grid(struct page *p, const struct secret *s);
