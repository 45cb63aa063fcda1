/* crl_words.h: the lists as they were signed: their SHA-256 in hex and in words, read aloud and written down by whoever
 * compares them later with what is published. */
#pragma once

#include "ceremony/flow/kinds.h"

void crl_words_prompt(const struct flow *f, struct prompt *p);
/* crl_words_more: sha256.NAME of each file. */
void crl_words_more(const struct flow *f, const struct fields *answer, struct fields *data);
