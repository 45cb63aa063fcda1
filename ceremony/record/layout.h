/* layout.h: plain text on a page of 80 columns: cells, wrapped lines, digests with words.
 *
 * Whatever goes in is escaped for eyes on the way. For this room's reports. */
#pragma once

#include "ceremony/base/buf.h"

#define PAGE_COLUMNS 80

/* put_cell: text in exactly `width` columns if `pad`, at most `width` otherwise; what does not
 * fit is cut and ends in "~". */
void put_cell(struct buf *out, struct bytes text, size_t width, bool pad);

/* put_heading: a line, and a line of '-' below it, with an empty line before. */
void put_heading(struct buf *out, const char *text);

/* put_wrapped: text in lines of the page, each behind `indent` blanks, and ended. */
void put_wrapped(struct buf *out, size_t indent, struct bytes text);

/* put_row: "  label      value", the value wrapped behind the label; a long label stands alone. */
void put_row(struct buf *out, const char *label, struct bytes value);

/* put_digest: the SHA-256 of `content` as a row of hex, and below it as PGP words, eight rows of four. */
void put_digest(struct buf *out, const char *label, struct bytes content);
