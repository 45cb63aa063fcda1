/* blocks.c: see paper.h: everything that stands on a page but tables. */
#include "ceremony/paper/paper.h"
#include "ceremony/paper/sheet.h"

#define WIDTH  (SHEET_RIGHT - SHEET_LEFT)
#define PANEL  0.945F /* grey of a ground that type stands on */
#define INDENT 9.0F

void paper_title(struct paper *p, float size, struct bytes title, struct bytes below)
{
	size = sheet_size(size);
	sheet_block(p, SHEET_LEFT, WIDTH, size, PAPER_STRONG, title);
	p->y -= size * 0.3F;
	sheet_rule(p, SHEET_LEFT, p->y, SHEET_RIGHT, p->y, 1.6F, 0.1F);
	p->y -= size * 0.35F;
	sheet_block(p, SHEET_LEFT, WIDTH, PAPER_BODY + 1, PAPER_MUTED, below);
	p->y -= size * 0.5F;
}

void paper_heading(struct paper *p, float size, struct bytes text)
{
	size = sheet_size(size);
	size_t lines = sheet_count(text, sheet_face(p, PAPER_STRONG), size, WIDTH);
	(void)sheet_room(p, sheet_leading(size) * (float)lines + size + 4 * sheet_leading(PAPER_BODY));
	p->y -= p->used && p->y < SHEET_TOP ? size * 0.9F : 0;
	sheet_block(p, SHEET_LEFT, WIDTH, size, PAPER_STRONG, text);
	p->y -= size * 0.25F;
}

void paper_text(struct paper *p, float size, enum paper_tone tone, struct bytes text)
{
	size = sheet_size(size);
	sheet_block(p, SHEET_LEFT, WIDTH, size, tone, text);
	p->y -= size * 0.5F;
}

void paper_row(struct paper *p, float size, struct bytes label, enum paper_tone tone, struct bytes value)
{
	float        left = WIDTH / 4, leading;
	struct bytes rest[2] = { label, value };

	size = sheet_size(size);
	leading = sheet_leading(size);
	while (rest[0].len || rest[1].len) {
		struct sheet_line line;
		(void)sheet_room(p, leading);
		if (sheet_take(&line, &rest[0], sheet_face(p, PAPER_MUTED), size, left - INDENT))
			sheet_show(p, SHEET_LEFT, p->y, size, PAPER_MUTED, &line);
		if (sheet_take(&line, &rest[1], sheet_face(p, tone), size, WIDTH - left))
			sheet_show(p, SHEET_LEFT + left, p->y, size, tone, &line);
		p->y -= leading;
	}
	p->y -= size * 0.22F;
}

/* Lines in pieces of a page each, every piece on its own ground; bar: how wide a bar stands before it. */
static void on_ground(struct paper *p, float size, enum paper_tone tone, struct bytes text, float bar)
{
	const struct sheet_face *f = sheet_face(p, tone);
	float                    leading = sheet_leading(size), width = WIDTH - 2 * INDENT - bar;
	size_t                   left = sheet_count(text, f, size, width);
	struct sheet_line        line;

	while (left) {
		(void)sheet_room(p, leading * (float)(left < 3 ? left : 3) + 2 * INDENT);
		float  height = p->y - SHEET_BOTTOM - 1.4F * INDENT;
		size_t fits = height > leading ? (size_t)(height / leading) : 1, n = fits < left ? fits : left;
		float  all = leading * (float)n + 1.4F * INDENT;
		sheet_fill(p, SHEET_LEFT, p->y, WIDTH, all, PANEL);
		if (bar > 0)
			sheet_fill(p, SHEET_LEFT, p->y, bar, all, tone == PAPER_ALARM ? 0 : 0.45F);
		p->y -= INDENT * 0.7F;
		for (left -= n; n && sheet_take(&line, &text, f, size, width); n--) {
			sheet_show(p, SHEET_LEFT + bar + INDENT, p->y, size, tone, &line);
			p->y -= leading;
		}
		p->y -= INDENT * 0.7F;
	}
	p->y -= size * 0.6F;
}

void paper_mono(struct paper *p, float size, struct bytes text)
{
	on_ground(p, sheet_size(size), PAPER_CODE, text, 0);
}

void paper_notice(struct paper *p, float size, enum paper_tone tone, struct bytes text)
{
	on_ground(p, sheet_size(size), tone, text, 4);
}

/* One line to write on, and below it in small what belongs there. */
static void blank(struct paper *p, float x, float width, const char *what)
{
	sheet_rule(p, x, p->y, x + width, p->y, 0.6F, 0.25F);
	sheet_say(p, x, p->y - 2, 6.5F, PAPER_MUTED, bytes_str(what));
}

void paper_sign(struct paper *p, float size, struct bytes role, struct bytes name)
{
	const float gap = 12, who = WIDTH * 0.38F, when = WIDTH * 0.22F, sign = WIDTH - who - when - 2 * gap;

	size = sheet_size(size);
	const struct sheet_face *f = sheet_face(p, PAPER_PLAIN);
	size_t lines = sheet_count(role, f, PAPER_SMALL, who) + sheet_count(name, f, size, who);
	(void)sheet_room(p, sheet_leading(size) * (float)(lines + 1) + 36);
	sheet_block(p, SHEET_LEFT, who, PAPER_SMALL, PAPER_MUTED, role);
	if (name.len)
		sheet_block(p, SHEET_LEFT, who, size, PAPER_PLAIN, name);
	else
		p->y -= sheet_leading(size) + 10;
	blank(p, SHEET_LEFT, who, "name");
	blank(p, SHEET_LEFT + who + gap, sign, "signature");
	blank(p, SHEET_RIGHT - when, when, "date and time (UTC)");
	p->y -= 26;
}

/* Dark modules in runs, each a little too large, all in one path: no seam shows between them. */
static void draw_modules(struct paper *p, const uint8_t *module, unsigned side, float x, float y, float m)
{
	(void)HPDF_Page_SetGrayFill(p->page, 0);
	for (unsigned row = 0; row < side; row++) {
		const uint8_t *r = module + (size_t)row * side;
		for (unsigned i = 0, end; i < side; i = end) {
			for (end = i + 1; end < side && r[end] == r[i];)
				end++;
			if (r[i])
				(void)HPDF_Page_Rectangle(p->page, x + m * (float)i, y - m * (float)(row + 1) - m / 50,
				                          m * (float)(end - i) + m / 50, m + m / 50);
		}
	}
	(void)HPDF_Page_Fill(p->page);
}

void paper_square(struct paper *p, float mm, const uint8_t *module, unsigned side, float size, struct bytes beside)
{
	float wide = mm * SHEET_MM, x = SHEET_LEFT + wide + INDENT;

	MUST(side > 0 && side <= PAPER_MAX_SIDE && wide > 0 && wide < WIDTH - 2 * INDENT);
	size = sheet_size(size);
	(void)sheet_room(p, wide);
	float m = wide / (float)(side + 8), top = p->y;
	draw_modules(p, module, side, SHEET_LEFT + 4 * m, top - 4 * m, m);
	p->used = true;
	p->y -= 4 * m;
	for (struct sheet_line line; sheet_take(&line, &beside, sheet_face(p, PAPER_PLAIN), size, SHEET_RIGHT - x);) {
		if (p->y - sheet_leading(size) < SHEET_BOTTOM)
			break; /* beside a code stands what fits beside it */
		sheet_show(p, x, p->y, size, PAPER_PLAIN, &line);
		p->y -= sheet_leading(size);
	}
	p->y = (p->y < top - wide ? p->y : top - wide) - size * 0.5F;
}
