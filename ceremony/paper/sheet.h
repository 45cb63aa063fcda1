/* sheet.h: what the files of this room share: a page being filled from the top. */
#pragma once

#include <hpdf.h>

#include "ceremony/paper/paper.h"

#define SHEET_WIDTH  595.28F /* A4 in points */
#define SHEET_HEIGHT 841.89F
#define SHEET_LEFT   56.0F
#define SHEET_RIGHT  (SHEET_WIDTH - 56.0F)
#define SHEET_TOP    (SHEET_HEIGHT - 62.0F)
#define SHEET_BOTTOM 72.0F
#define SHEET_MM     (72.0F / 25.4F)

#define SHEET_LINE 512 /* octets of a line of type */

/* A font and how wide each of its signs is, in thousandths of its size; and one for letters that it lacks (letters.h). */
struct sheet_face {
	HPDF_Font     font;
	float         width[256];
	struct paper *paper;
	bool          bold;
};

enum sheet_font { SHEET_SANS, SHEET_BOLD, SHEET_MONO, SHEET_FONTS };

struct paper {
	HPDF_Doc          doc;
	HPDF_Page         page;
	struct sheet_face face[SHEET_FONTS];
	HPDF_Font         letters[2];            /* plain, bold; NULL: not opened yet, or not there */
	bool              no_letters[2];
	char              title[256], foot[512]; /* UTF-8 */
	float             y;                     /* where the next thing begins; falls down the page */
	bool              used;                  /* something is on this page */
	size_t            num_pages;
	struct {
		struct paper_column column[PAPER_COLUMNS];
		size_t              num; /* 0: no table is open */
		float               size, least, top;
		bool                grid;
	} table;
};

/* One line of type. */
struct sheet_line {
	char   text[SHEET_LINE]; /* WinAnsi; between SHEET_LETTERS and SHEET_SIGNS UTF-8 */
	size_t len;
	float  width; /* points */
};

#define SHEET_LETTERS 0x0e /* what follows is in the font of other letters, in UTF-8 */
#define SHEET_SIGNS   0x0f /* and here it ends */

/* sheet_signs: appends the signs of the character at the front of a in that face (NULL: in ASCII), with escapes
 * for what has none, and returns how many octets of `a` it took; a is not empty. */
size_t sheet_signs(struct buf *b, struct bytes a, const struct sheet_face *f);

/* sheet_take: takes from the front of *rest what fits `width` points. It breaks at '\n', else at the
 * last blank that fits, else anywhere; an escape is never broken. False when nothing is left. */
bool sheet_take(struct sheet_line *out, struct bytes *rest, const struct sheet_face *f, float size, float width)
	__attribute__((warn_unused_result));

/* sheet_count: how many lines that makes. */
size_t sheet_count(struct bytes text, const struct sheet_face *f, float size, float width);

/* sheet_face: the face of a tone. */
const struct sheet_face *sheet_face(const struct paper *p, enum paper_tone tone);

/* sheet_leading: from line to line. */
static inline float sheet_leading(float size)
{
	return size * 1.36F;
}

/* sheet_show: a line with its left end at x and its top at y. */
void sheet_show(struct paper *p, float x, float y, float size, enum paper_tone tone, const struct sheet_line *line);
/* sheet_say: the same with a text of one line. */
void sheet_say(struct paper *p, float x, float y, float size, enum paper_tone tone, struct bytes text);
/* sheet_block: a text in lines of `width` from x at the current place down, over pages. */
void sheet_block(struct paper *p, float x, float width, float size, enum paper_tone tone, struct bytes text);
/* sheet_rule: a line from (x0, y0) to (x1, y1), so dark: 0 black, 1 white. */
void sheet_rule(struct paper *p, float x0, float y0, float x1, float y1, float thick, float grey);
/* sheet_fill: a box whose upper left corner is (x, y). */
void sheet_fill(struct paper *p, float x, float y, float width, float height, float grey);
/* sheet_room: a new page if fewer than `points` are left on this one; true if there is one. */
bool sheet_room(struct paper *p, float points);
/* sheet_size: a size of type within its bounds. */
float sheet_size(float size);
