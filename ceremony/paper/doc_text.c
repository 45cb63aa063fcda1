/* doc_text.c: a document as plain text on 80 columns; see doc_form.h. */
#include "ceremony/base/text.h"
#include "ceremony/paper/doc_form.h"

#define COLUMNS 80
#define LABEL   16
#define PIECE   ((size_t)8 << 10) /* octets of one paragraph or cell; a longer one says that it is cut */

/* A text made plain, in storage of the caller's. */
static struct bytes plain(uint8_t *storage, size_t cap, struct bytes text)
{
	struct buf b = buf_init(storage, cap - 32);

	while (text.len) {
		struct bytes line = text, rest = { NULL, 0 };
		size_t       was = b.len;
		bool         more = bytes_cut(text, '\n', &line, &rest);
		doc_plain(&b, line, false);
		if (b.failed) {
			b = (struct buf){ .p = storage, .len = was, .cap = cap };
			buf_str(&b, "[too long to show]");
			break;
		}
		buf_str(&b, more ? "\n" : "");
		text = more ? rest : (struct bytes){ NULL, 0 };
	}
	return buf_bytes(&b);
}

void doc_text_lines(struct doc *d, const char *before, struct bytes text)
{
	uint8_t      storage[PIECE];
	struct bytes line;

	for (text = plain(storage, sizeof storage, text); text_wrap(&line, &text, COLUMNS - strlen(before));)
		buf_fmt(d->out, "%s%.*s\n", before, (int)line.len, (const char *)line.p);
}

void doc_text_rule(struct doc *d)
{
	for (size_t i = 0; i < COLUMNS; i++)
		buf_str(d->out, "-");
	buf_str(d->out, "\n");
}

void doc_text_heading(struct doc *d, unsigned level, struct bytes text)
{
	size_t n = text_columns(text);

	buf_str(d->out, level > 1 ? "\n" : "");
	doc_text_lines(d, "", text);
	for (n = n < COLUMNS ? n : COLUMNS; n && level < 3; n--)
		buf_str(d->out, level == 1 ? "=" : "-");
	buf_str(d->out, level < 3 ? "\n\n" : "");
}

/* Spaces after `used` columns, up to `wanted`. */
static void fill(struct buf *b, size_t used, size_t wanted)
{
	for (; used < wanted; used++)
		buf_str(b, " ");
}

/* The next line of each cell side by side; false when none has one left. */
static bool put_line(struct doc *d, struct bytes *rest, const size_t *width, size_t num)
{
	char       text[COLUMNS * 16];
	struct buf b = BUF_ON(text);
	bool       any = false;

	for (size_t i = 0; i < num; i++) {
		struct bytes line = { NULL, 0 };
		any |= text_wrap(&line, &rest[i], width[i] > 3 ? width[i] - 1 : 2);
		buf_put(&b, line);
		fill(&b, text_columns(line), width[i]);
	}
	while (b.len && b.p[b.len - 1] == ' ')
		b.len--;
	if (any) {
		buf_put(d->out, buf_bytes(&b));
		buf_str(d->out, "\n");
	}
	return any;
}

static void put_cells(struct doc *d, const struct bytes *cells, const size_t *width, size_t num)
{
	uint8_t      storage[DOC_COLUMNS][PIECE];
	struct bytes rest[DOC_COLUMNS];

	for (size_t i = 0; i < num; i++)
		rest[i] = plain(storage[i], PIECE, cells[i]);
	while (put_line(d, rest, width, num))
		;
}

void doc_text_row(struct doc *d, struct bytes label, struct bytes value)
{
	const struct bytes cells[2] = { label, value };

	put_cells(d, cells, (const size_t[]){ LABEL, COLUMNS - LABEL }, 2);
}

static void widths(const struct doc *d, size_t *width)
{
	for (size_t i = 0; i < d->num; i++)
		width[i] = (size_t)(d->column[i].share * COLUMNS + 0.5F);
}

void doc_text_table(struct doc *d)
{
	struct bytes heads[DOC_COLUMNS];
	size_t       width[DOC_COLUMNS];

	widths(d, width);
	for (size_t i = 0; i < d->num; i++)
		heads[i] = bytes_str(d->column[i].head);
	put_cells(d, heads, width, d->num);
	doc_text_rule(d);
}

void doc_text_table_row(struct doc *d, const struct bytes *cells)
{
	size_t       width[DOC_COLUMNS];
	struct bytes cell[DOC_COLUMNS];

	widths(d, width);
	for (size_t i = 0; i < d->num; i++) /* a line to write on, where a cell is empty */
		cell[i] = d->grid && cells[i].len == 0 ? BYTES_LIT("________") : cells[i];
	put_cells(d, cell, width, d->num);
	buf_str(d->out, d->grid ? "\n" : "");
}

void doc_text_sign(struct doc *d, struct bytes role, struct bytes name)
{
	const struct bytes blank = BYTES_LIT("____________________________");
	const struct bytes cells[3] = { name.len ? name : blank, BYTES_LIT("____________________________"),
		                        BYTES_LIT("__________________") };
	const size_t       width[3] = { 30, 30, 20 };

	buf_str(d->out, "\n");
	doc_text_lines(d, "", role);
	put_cells(d, cells, width, 3);
	put_cells(d, (const struct bytes[]){ BYTES_LIT("name"), BYTES_LIT("signature"), BYTES_LIT("date and time UTC") }, width,
	          3);
}

/* Two rows of modules in a line of block elements, four modules of white before them. */
void doc_text_square(struct doc *d, const uint8_t *module, unsigned side)
{
	static const char *const block[4] = { " ", "\xe2\x96\x80", "\xe2\x96\x84", "\xe2\x96\x88" };

	for (unsigned y = 0; y < side; y += 2) {
		buf_str(d->out, "    ");
		for (unsigned x = 0; x < side; x++) {
			unsigned upper = module[(size_t)y * side + x], lower = y + 1 < side ? module[(size_t)(y + 1) * side + x] : 0;
			buf_str(d->out, block[(upper ? 1 : 0) + (lower ? 2 : 0)]);
		}
		buf_str(d->out, "\n");
	}
	buf_str(d->out, "\n");
}
