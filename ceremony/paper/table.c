/* table.c: see paper.h: tables, with their heads on every page. */
#include "ceremony/paper/paper.h"
#include "ceremony/paper/sheet.h"

#define WIDTH (SHEET_RIGHT - SHEET_LEFT)
#define PAD   3.5F

static float left_of(const struct paper *p, size_t column)
{
	float x = SHEET_LEFT;

	for (size_t i = 0; i < column; i++)
		x += p->table.column[i].share * WIDTH;
	return x;
}

static float inner(const struct paper *p, size_t column)
{
	return p->table.column[column].share * WIDTH - 2 * PAD;
}

/* Lines down the piece of the table on this page, from its top to here. */
static void close_piece(struct paper *p)
{
	if (p->table.grid && p->y < p->table.top)
		for (size_t i = 0; i <= p->table.num; i++) {
			float x = i == p->table.num ? SHEET_RIGHT : left_of(p, i);
			sheet_rule(p, x, p->table.top, x, p->y, 0.4F, 0.6F);
		}
	p->table.top = p->y;
}

static void put_head(struct paper *p)
{
	size_t lines = 1;
	float  size = p->table.size, leading = sheet_leading(size);

	for (size_t i = 0; i < p->table.num; i++) {
		size_t n = sheet_count(bytes_str(p->table.column[i].head), sheet_face(p, PAPER_STRONG), size, inner(p, i));
		lines = n > lines ? n : lines;
	}
	float height = leading * (float)lines + 2 * PAD;
	p->table.top = p->y;
	sheet_fill(p, SHEET_LEFT, p->y, WIDTH, height, 0.90F);
	for (size_t i = 0; i < p->table.num; i++) {
		struct bytes      text = bytes_str(p->table.column[i].head);
		struct sheet_line line;
		float             y = p->y - PAD;
		for (; sheet_take(&line, &text, sheet_face(p, PAPER_STRONG), size, inner(p, i)); y -= leading)
			sheet_show(p, left_of(p, i) + PAD, y, size, PAPER_STRONG, &line);
	}
	p->y -= height;
	sheet_rule(p, SHEET_LEFT, p->y, SHEET_RIGHT, p->y, 0.8F, 0.25F);
}

/* A page for a row: the piece before is closed, the heads stand again. */
static void turn(struct paper *p, float height)
{
	close_piece(p);
	if (sheet_room(p, height))
		put_head(p);
}

void paper_table(struct paper *p, float size, const struct paper_column *columns, size_t num, bool grid, float least)
{
	MUST(p->table.num == 0 && num > 0 && num <= PAPER_COLUMNS);
	memcpy(p->table.column, columns, num * sizeof *columns);
	p->table.num = num;
	p->table.size = sheet_size(size);
	p->table.grid = grid;
	p->table.least = least * SHEET_MM;
	(void)sheet_room(p, 5 * sheet_leading(p->table.size) + p->table.least);
	put_head(p);
}

void paper_caption(struct paper *p, float size, struct bytes text)
{
	size = sheet_size(size);
	(void)sheet_room(p, 7 * sheet_leading(size));
	sheet_block(p, SHEET_LEFT, WIDTH, size, PAPER_MUTED, text);
	p->y -= size * 0.3F;
}

static size_t row_lines(const struct paper *p, const struct bytes *cells)
{
	size_t lines = 1;

	for (size_t i = 0; i < p->table.num; i++) {
		const struct sheet_face *f = sheet_face(p, p->table.column[i].tone);
		size_t                   n = sheet_count(cells[i], f, p->table.size, inner(p, i));
		lines = n > lines ? n : lines;
	}
	return lines;
}

void paper_table_row(struct paper *p, const struct bytes *cells)
{
	struct bytes rest[PAPER_COLUMNS];
	float        leading = sheet_leading(p->table.size);
	size_t       lines = row_lines(p, cells);
	float        height = leading * (float)lines + 2 * PAD;
	const float  page = SHEET_TOP - SHEET_BOTTOM - 6 * leading;

	height = height > p->table.least ? height : p->table.least;
	turn(p, height > page ? 4 * leading : height);
	memcpy(rest, cells, p->table.num * sizeof *rest);
	float end = p->y - height;
	p->y -= PAD;
	for (size_t n = 0; n < lines; n++) {
		if (p->y - leading < SHEET_BOTTOM) {
			turn(p, SHEET_HEIGHT);
			end = p->y - 2 * PAD - leading * (float)(lines - n);
			p->y -= PAD;
		}
		for (size_t i = 0; i < p->table.num; i++) {
			enum paper_tone   tone = p->table.column[i].tone;
			struct sheet_line line;
			if (sheet_take(&line, &rest[i], sheet_face(p, tone), p->table.size, inner(p, i)))
				sheet_show(p, left_of(p, i) + PAD, p->y, p->table.size, tone, &line);
		}
		p->y -= leading;
	}
	p->y = end;
	sheet_rule(p, SHEET_LEFT, p->y, SHEET_RIGHT, p->y, 0.4F, 0.6F);
}

void paper_table_band(struct paper *p, enum paper_tone tone, struct bytes text)
{
	float  leading = sheet_leading(p->table.size), width = WIDTH - 2 * PAD;
	size_t lines = sheet_count(text, sheet_face(p, tone), p->table.size, width);
	float  height = leading * (float)lines + 2 * PAD;

	turn(p, height + p->table.least + 3 * leading);
	close_piece(p);
	sheet_fill(p, SHEET_LEFT, p->y, WIDTH, height, 0.945F);
	p->y -= PAD;
	for (struct sheet_line line; sheet_take(&line, &text, sheet_face(p, tone), p->table.size, width);) {
		sheet_show(p, SHEET_LEFT + PAD, p->y, p->table.size, tone, &line);
		p->y -= leading;
	}
	p->y -= PAD;
	sheet_rule(p, SHEET_LEFT, p->y, SHEET_RIGHT, p->y, 0.4F, 0.6F);
	p->table.top = p->y;
}

void paper_table_end(struct paper *p)
{
	MUST(p->table.num);
	close_piece(p);
	p->table.num = 0;
	p->y -= sheet_leading(p->table.size);
}
