/* plain_prompt.h: what a prompt says, line by line; and its help. */
#pragma once

#include "ceremony/cmd/plain.h"

/* plain_show_prompt: all but its questions, under the step's name where that is new. */
void plain_show_prompt(struct plain *pl, const struct prompt *p);
/* plain_show_question: one question and the mark behind it. hand: the word that confirms what cannot be undone (hand.h). */
void plain_show_question(struct plain *pl, const struct prompt *p, const struct ask *a, uint8_t hand);
/* plain_show_sheet: a page that asks nothing: its rows, what is read aloud, and under its title the text. */
void plain_show_sheet(struct plain *pl, const struct prompt *given);
/* plain_show_help: what `?` prints. */
void plain_show_help(struct plain *pl, const struct prompt *p);
