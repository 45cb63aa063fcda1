/* page.c: see page.h. */
#include "tui/page.h"

#include "ceremony/base/text.h"

#define MAX_CELLS 6

int page_shown(const struct page *p, int y)
{
	int line = y - p->scroll;

	return p->dry || line < 0 || line >= p->at.h ? -1 : p->at.y + line;
}

void page_gap(struct page *p, int n)
{
	p->y += n;
}

int page_put(struct page *p, int x, enum style style, const char *text)
{
	p->end = p->y + 1;
	int y = page_shown(p, p->y);

	return y < 0 ? 0 : screen_put(p->t, y, p->at.x + x, p->at.w - x, style, text);
}

void page_cells(struct page *p, const struct cell *cell, size_t num)
{
	char         storage[MAX_CELLS][1024];
	struct bytes rest[MAX_CELLS], line;
	bool         more = true;

	MUST(num <= MAX_CELLS);
	for (size_t i = 0; i < num; i++) { /* as it will be painted, so that it is wrapped as such */
		struct buf b = BUF_ON(storage[i]);
		rest[i] = screen_ascii(p->t, &b, bytes_str(cell[i].text));
	}
	while (more) {
		int y = page_shown(p, p->y);
		more = false;
		for (size_t i = 0; i < num; i++) {
			if (!text_wrap(&line, &rest[i], (size_t)(cell[i].w > 2 ? cell[i].w : 2)))
				continue;
			if (y >= 0)
				(void)screen_put_bytes(p->t, y, p->at.x + cell[i].x, cell[i].w, cell[i].style, line);
			more |= rest[i].len > 0;
		}
		p->end = ++p->y;
	}
}

void page_text(struct page *p, int x, enum style style, const char *text)
{
	char         storage[8192];
	struct buf   b = BUF_ON(storage);
	struct bytes line, rest = screen_ascii(p->t, &b, bytes_str(text));
	int          w = p->at.w - x;

	while (text_wrap(&line, &rest, (size_t)(w > 2 ? w : 2))) {
		int y = page_shown(p, p->y++);
		p->end = p->y;
		if (y >= 0)
			(void)screen_put_bytes(p->t, y, p->at.x + x, w, style, line);
	}
}

void page_banner(struct page *p, enum style style, const char *text)
{
	int y = page_shown(p, p->y++);

	p->end = p->y;
	if (y < 0)
		return;
	(void)screen_put(p->t, y, p->at.x, p->at.w, style, "");
	(void)hline(' ' | (p->t->colour ? COLOR_PAIR(style + 1) : A_REVERSE), p->at.w);
	(void)screen_put(p->t, y, p->at.x + 1, p->at.w - 2, style, text);
}

void page_more(const struct page *p, int below)
{
	char       text[80];
	struct buf b = BUF_ON(text);
	int        y = p->at.y + p->at.h;

	if (p->scroll == 0 && below == 0)
		return;
	if (below)
		buf_fmt(&b, " PgDn: %d more below ", below);
	if (p->scroll)
		buf_fmt(&b, " PgUp: %d more above ", p->scroll);
	screen_rule(p->t, y, p->at.x, p->at.w);
	(void)screen_put(p->t, y, p->at.x + 2, p->at.w - 4, below ? STYLE_NOW : STYLE_QUIET, buf_cstr(&b));
}
