/* page.h: a tall page of text seen through a region of the screen.
 *
 * The same code measures and paints: what lies above or below the region is counted and not shown. */
#pragma once

#include "tui/screen.h"

struct page {
	const struct tui *t;
	struct rect       at;
	int               scroll; /* lines above the region */
	int               y;      /* the line to be painted next, from the page's top */
	int               end;    /* lines down to the last one with something on it */
	bool              dry;    /* only count */
};

/* One cell of a table's row: as wide as `w`, at column x of the page. */
struct cell {
	int         x, w;
	enum style  style;
	const char *text;
};

/* page_gap: n empty lines. */
void page_gap(struct page *p, int n);
/* page_put: one line at column x, cut where it does not fit; does not move on. Returns the columns used. */
int page_put(struct page *p, int x, enum style style, const char *text);
/* page_text: text wrapped from column x to the region's edge, moving on behind it. */
void page_text(struct page *p, int x, enum style style, const char *text);
/* page_cells: cells beside each other, each wrapped in its width, moving on behind the longest. */
void page_cells(struct page *p, const struct cell *cell, size_t num);
/* page_banner: one line across the region, blanks filled in the style. */
void page_banner(struct page *p, enum style style, const char *text);
/* page_shown: where the line y is on the screen; -1 if it is not in the region. */
int page_shown(const struct page *p, int y);
/* page_more: on the line under the region, how many lines do not fit above and below; nothing if all do. */
void page_more(const struct page *p, int below);
