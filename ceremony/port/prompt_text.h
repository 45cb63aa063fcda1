/* prompt_text.h: what a prompt showed, as text for the record.
 *
 * One text for every face. It has what was said, shown and asked; not what stood in a field already, for that may be what
 * somebody typed in a wrong place; and never a secret. */
#pragma once

#include "ceremony/base/buf.h"
#include "ceremony/port/face.h"

#define PROMPT_TEXT_MAX ((size_t)64 << 10) /* octets; a longer one ends in PROMPT_TEXT_CUT */
#define PROMPT_TEXT_CUT "\n[cut]"

/* prompt_text: appends the text, lines by '\n', the first one the title. b has room for PROMPT_TEXT_MAX octets and for
 * PROMPT_TEXT_CUT. */
void prompt_text(struct buf *b, const struct prompt *p);

/* prompt_text_fact: eats lines up to the next fact and takes it apart; false where there is none any more. Further lines of its
 * value are facts of their own, without a label. What a review says in brackets is in asked, allowed and by, empty where it says
 * nothing. Spans lie in the text. */
struct prompt_fact {
	struct bytes label, value, asked, allowed, by;
	bool         mark;
};
bool prompt_text_fact(struct prompt_fact *out, struct bytes *text);
