/* paper.h: a document of A4 pages as PDF, by libharu: what is printed and kept.
 *
 * Text is UTF-8. The fonts are the base 14, which every reader of PDF has, in WinAnsi; letters of people's names that
 * they lack (letters.h) are set in DejaVu Sans, embedded as far as it is used, where Debian's fonts-dejavu-core is installed. A character
 * that cannot be shown is written \u{HEX}, an octet that is no UTF-8 or a control \xHH, as
 * text_escape() does. A backslash stays as it is: foreign text goes through text_escape() first,
 * so that nobody's name can look like such a sign. '\n' ends a line.
 *
 * The same calls give the same octets: no date but a given one, no random identifier. Sizes of
 * type are in points. What fails stays failed: make all the calls, ask paper_end() once. */
#pragma once

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

#define PAPER_NO_DATE INT64_MIN

/* Sizes of type that go together; any from PAPER_MIN to PAPER_MAX may be given. */
#define PAPER_MIN   5.0F
#define PAPER_SMALL 7.5F
#define PAPER_BODY  9.5F
#define PAPER_HEAD  13.0F
#define PAPER_LARGE 17.0F /* read aloud, or from across a table */
#define PAPER_TITLE 22.0F
#define PAPER_MAX   72.0F

#define PAPER_MAX_LEN  ((size_t)64 << 20) /* octets of a document that callers should have room for */
#define PAPER_COLUMNS  8                  /* of a table, at most */
#define PAPER_MAX_SIDE 177                /* modules a side of a square code */

struct paper;

struct paper_about {
	struct bytes title;   /* names the document: in its information, and on top of every page but the first */
	struct bytes foot;    /* small, at the foot of every page beside its number; up to three lines */
	int64_t      created; /* UTC seconds, in the document's information; or PAPER_NO_DATE */
};

/* What a text is for: the faces and colours that it is set in. */
enum paper_tone {
	PAPER_PLAIN,
	PAPER_STRONG, /* bold */
	PAPER_MUTED,  /* grey: explanations */
	PAPER_CODE,   /* all columns equally wide: hex, words, names of files */
	PAPER_ALARM,  /* bold and red: what cannot be taken back, what does not hold */
	PAPER_TONES
};

/* paper_new: an empty document of one empty page; paper_free gives it back. NULL and
 * ERR_NO_MEMORY if it cannot be made. Everything given is copied. */
struct paper *paper_new(const struct paper_about *about, struct err *e) __attribute__((warn_unused_result));
void          paper_free(struct paper *p);

/* paper_has_letters: whether the fonts of letters beyond WinAnsi are there; where not, such names are written \u{HEX}. */
bool paper_has_letters(void);

/* paper_end: writes all page numbers and appends the whole document to `out`; nothing may be
 * put on it afterwards. ERR_NO_MEMORY if any call before has failed, ERR_TOO_LARGE if it does not
 * fit `out`, which is then as it was. */
bool paper_end(struct paper *p, struct buf *out, struct err *e) __attribute__((warn_unused_result));

/* paper_title: the document's name on its first page, over a line across, and what it is of below. */
void paper_title(struct paper *p, float size, struct bytes title, struct bytes below);

/* paper_heading: a section's heading; never the last thing on a page. */
void paper_heading(struct paper *p, float size, struct bytes text);

/* paper_text: a paragraph, wrapped. */
void paper_text(struct paper *p, float size, enum paper_tone tone, struct bytes text);

/* paper_row: a label (kept to one fourth of the width) and its value, both wrapped. */
void paper_row(struct paper *p, float size, struct bytes label, enum paper_tone tone, struct bytes value);

/* paper_mono: lines of equally wide characters on a grey ground. */
void paper_mono(struct paper *p, float size, struct bytes text);

/* paper_notice: a paragraph behind a bar, to be seen before anything below it. */
void paper_notice(struct paper *p, float size, enum paper_tone tone, struct bytes text);

/* A column of a table. */
struct paper_column {
	const char     *head;
	float           share; /* of the width; those of a table add up to 1 */
	enum paper_tone tone;
};

/* paper_table: begins a table of num columns, whose heads are repeated on each page. grid: lines
 * between the columns too, for what is filled in by hand. least: millimetres that a row is high
 * at least. */
void paper_table(struct paper *p, float size, const struct paper_column *columns, size_t num, bool grid, float least);
/* paper_caption: a small line that stays with the table that comes next. */
void paper_caption(struct paper *p, float size, struct bytes text);
/* paper_table_row: one cell a column. A row stays on one page unless it is longer than a page. */
void paper_table_row(struct paper *p, const struct bytes *cells);
/* paper_table_band: one text across all columns on a grey ground, on the page of the next row. */
void paper_table_band(struct paper *p, enum paper_tone tone, struct bytes text);
/* paper_table_end: the table is done; what follows it is no row of it. */
void paper_table_end(struct paper *p);

/* paper_sign: lines to be signed on: who, signature, date and time. An empty name leaves a line for it. */
void paper_sign(struct paper *p, float size, struct bytes role, struct bytes name);

/* paper_square: a square code of side * side modules (row by row, 1 is dark), mm millimetres wide
 * with the four modules of white around it; beside: what it holds, in words, at its right.
 * side is at most PAPER_MAX_SIDE. */
void paper_square(struct paper *p, float mm, const uint8_t *module, unsigned side, float size, struct bytes beside);

/* paper_space: that many millimetres of nothing. paper_keep: a new page if fewer are left on this.
 * paper_page: a new page, unless nothing is on this one yet. */
void paper_space(struct paper *p, float mm);
void paper_keep(struct paper *p, float mm);
void paper_page(struct paper *p);
