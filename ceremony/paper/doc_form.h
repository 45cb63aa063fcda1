/* doc_form.h: the forms that doc.c hands a document's parts to; PDF is paper.h itself. */
#pragma once

#include "ceremony/paper/doc.h"

/* doc_plain: appends text that cannot deceive an eye; '\n' stays. html: with its signs as references. */
void doc_plain(struct buf *b, struct bytes text, bool html);

void doc_html_begin(struct doc *d, const struct doc_about *about);
void doc_html_end(struct doc *d);
void doc_html_close_rows(struct doc *d);
void doc_html_title(struct doc *d, struct bytes title, struct bytes below);
void doc_html_heading(struct doc *d, unsigned level, struct bytes text);
void doc_html_block(struct doc *d, const char *tag, const char *class, struct bytes text);
void doc_html_notice(struct doc *d, enum paper_tone tone, struct bytes text);
void doc_html_text(struct doc *d, enum paper_tone tone, struct bytes text);
void doc_html_row(struct doc *d, struct bytes label, enum paper_tone tone, struct bytes value);
void doc_html_table(struct doc *d);
void doc_html_table_row(struct doc *d, const struct bytes *cells);
void doc_html_table_band(struct doc *d, enum paper_tone tone, struct bytes text);
void doc_html_table_end(struct doc *d);
void doc_html_sign(struct doc *d, struct bytes role, struct bytes name);
void doc_html_square(struct doc *d, float mm, const uint8_t *module, unsigned side, struct bytes beside);

void doc_text_lines(struct doc *d, const char *before, struct bytes text);
void doc_text_heading(struct doc *d, unsigned level, struct bytes text);
void doc_text_row(struct doc *d, struct bytes label, struct bytes value);
void doc_text_table(struct doc *d);
void doc_text_table_row(struct doc *d, const struct bytes *cells);
void doc_text_square(struct doc *d, const uint8_t *module, unsigned side);
void doc_text_rule(struct doc *d);
void doc_text_sign(struct doc *d, struct bytes role, struct bytes name);
