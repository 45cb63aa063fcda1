/* facts.h: how a prompt's facts look: label and value, the review of what will be signed, digests in groups, and
 * the words that are to be read aloud. */
#pragma once

#include "tui/page.h"

/* facts_review: true if the prompt is a review: what was asked, what the profile says, what will be signed. */
bool facts_review(const struct prompt *p);
/* facts_many: true if there are so many rows, or digests among them, that they need the whole width. */
bool facts_many(const struct prompt *p);

/* facts_rows: all rows, and what their marks mean; look: F7 shows one at a time. */
void facts_rows(struct page *pg, const struct prompt *p, bool look);
/* facts_aloud: what is to be read aloud, if anything: words in numbered lines. */
void facts_aloud(struct page *pg, const struct prompt *p);
