/* card.c: see card.h: what stands on a card, and the card as PDF and SVG. */
#include "ceremony/cmd/card.h"

#include "ceremony/paper/paper.h"

const char *const card_how[] = {
	"To recover without the program that made this card: Debian's package python3-shamir-mnemonic, or any tool for "
	"SLIP-0039, on a computer that is offline and is destroyed afterwards. Give it as many cards of this set as are needed, "
	"each with all its words in their order.",
	"What the cards make then opens the file root-key.backup, which is in every copy of the CA's record: docs/recovery.md "
	"of this program says how, with openssl alone.",
	"Whoever holds enough of these cards holds the key. Keep this one where no other card is, show it to nobody, and "
	"never take a picture of it.",
};
const size_t card_num_how = COUNT_OF(card_how);

bool card_line(const struct card *c, unsigned i, const char **label, struct buf *value)
{
	const struct slip39_share *s = c->share;

	value->len = 0;
	switch (i) {
	case 0: *label = "Share set"; buf_str(value, c->set[0] ? c->set : "not named"); return true;
	case 1: *label = "Identifier, epoch"; buf_fmt(value, "%u%s%s", s->id, c->epoch[0] ? ", epoch " : "", c->epoch); return true;
	case 2: *label = "Share"; buf_fmt(value, "number %u; %u of its group are needed", s->member_index + 1U, s->member_threshold); return true;
	case 3:
		*label = "Group";
		buf_fmt(value, "%s%snumber %u of %u; %u needed", c->group, c->group[0] ? ", " : "", s->group_index + 1U,
		        s->num_groups, s->group_threshold);
		return true;
	case 4: *label = "Custodian"; buf_str(value, c->custodian[0] ? c->custodian : "not named"); return true;
	default: return false;
	}
}

struct bytes card_word(const struct card *c, size_t i)
{
	struct bytes rest = c->words, head = rest, tail;

	for (;; i--, rest = tail) {
		if (!bytes_cut(rest, ' ', &head, &tail)) {
			head = rest;
			tail = bytes_of(NULL, 0);
		}
		if (i == 0)
			return head;
	}
}

/* ---- PDF ------------------------------------------------------------------------------------ */

#define COLUMNS 3

static void put_words(struct paper *p, const struct card *c)
{
	static const struct paper_column columns[2 * COLUMNS] = {
		{ "", 0.07F, PAPER_MUTED },     { "Word", 0.26F, PAPER_CODE }, { "", 0.07F, PAPER_MUTED },
		{ "Word", 0.26F, PAPER_CODE }, { "", 0.07F, PAPER_MUTED },     { "Word", 0.27F, PAPER_CODE },
	};
	size_t rows = (c->num_words + COLUMNS - 1) / COLUMNS;

	paper_table(p, PAPER_HEAD, columns, COUNT_OF(columns), false, 0);
	for (size_t r = 0; r < rows; r++) {
		struct bytes cell[2 * COLUMNS] = { 0 };
		char         number[COLUMNS][8];
		for (size_t k = 0; k < COLUMNS; k++) {
			size_t     i = k * rows + r;
			struct buf b = BUF_ON(number[k]);
			if (i >= c->num_words)
				continue;
			buf_fmt(&b, "%zu", i + 1);
			cell[2 * k] = buf_bytes(&b);
			cell[2 * k + 1] = card_word(c, i);
		}
		paper_table_row(p, cell);
	}
	paper_table_end(p);
}

bool card_pdf(struct buf *out, const struct card *c, struct err *e)
{
	struct paper_about about = { .title = BYTES_LIT("Share card"), .foot = BYTES_LIT("SECRET: for its custodian alone"),
		                     .created = PAPER_NO_DATE };
	struct paper      *p = paper_new(&about, e);
	char               text[200];
	struct buf         value = BUF_ON(text);
	const char        *label;

	if (!p)
		return false;
	paper_title(p, PAPER_TITLE, BYTES_LIT("Share card"), bytes_str(c->set));
	paper_notice(p, PAPER_BODY, PAPER_ALARM, BYTES_LIT("SECRET: for its custodian alone. Do not read aloud, do not copy."));
	for (unsigned i = 0; card_line(c, i, &label, &value); i++)
		paper_row(p, PAPER_BODY, bytes_str(label), PAPER_STRONG, buf_bytes(&value));
	paper_space(p, 3);
	put_words(p, c);
	paper_space(p, 3);
	char       how[1500];
	struct buf beside = BUF_ON(how);
	buf_str(&beside, "The same words, for a machine that may know them.");
	for (size_t i = 0; i < card_num_how; i++)
		buf_fmt(&beside, "\n%s", card_how[i]);
	paper_square(p, 60, c->code.module, c->code.size, PAPER_SMALL, buf_bytes(&beside));
	bool ok = paper_end(p, out, e);
	paper_free(p);
	return ok;
}

/* ---- SVG, in millimetres of an A4 page -------------------------------------------------------- */

static void put_escaped(struct buf *b, struct bytes a)
{
	for (size_t i = 0; i < a.len; i++) {
		switch (a.p[i]) {
		case '&': buf_str(b, "&amp;"); break;
		case '<': buf_str(b, "&lt;"); break;
		case '>': buf_str(b, "&gt;"); break;
		default: buf_put(b, bytes_of(a.p + i, 1));
		}
	}
}

static void put_text(struct buf *b, unsigned x, unsigned y, unsigned tenths, const char *family, struct bytes text)
{
	buf_fmt(b, "<text x=\"%u\" y=\"%u\" font-size=\"%u.%u\" font-family=\"%s\">", x, y, tenths / 10, tenths % 10, family);
	put_escaped(b, text);
	buf_str(b, "</text>\n");
}

/* Wrapped at so many columns; *y moves on. */
static void put_paragraph(struct buf *b, unsigned *y, struct bytes text)
{
	while (text.len) {
		size_t n = text.len, most = 110;
		if (n > most)
			for (n = most; n > 0 && text.p[n] != ' '; n--)
				;
		put_text(b, 15, *y, 32, "sans-serif", bytes_first(text, n));
		text = bytes_trim(bytes_skip(text, n));
		*y += 4;
	}
	*y += 2;
}

static void put_modules(struct buf *b, const struct code *c, unsigned x0, unsigned y0)
{
	buf_fmt(b, "<g transform=\"translate(%u %u) scale(0.72)\"><path d=\"", x0, y0);
	for (unsigned y = 0; y < c->size; y++)
		for (unsigned x = 0; x < c->size; x++)
			if (c->module[y * c->size + x])
				buf_fmt(b, "M%u %uh1v1h-1z", x, y);
	buf_str(b, "\" shape-rendering=\"crispEdges\"/></g>\n");
}

bool card_svg(struct buf *out, const struct card *c, struct err *e)
{
	char        text[200];
	struct buf  value = BUF_ON(text);
	const char *label;
	size_t      rows = (c->num_words + COLUMNS - 1) / COLUMNS;
	unsigned    y = 32;

	buf_str(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"210mm\" height=\"297mm\" viewBox=\"0 0 210 297\">\n"
	             "<rect width=\"210\" height=\"297\" fill=\"#fff\"/>\n");
	put_text(out, 15, 22, 80, "sans-serif", BYTES_LIT("Share card - SECRET: for its custodian alone"));
	for (unsigned i = 0; card_line(c, i, &label, &value); i++, y += 6) {
		put_text(out, 15, y, 42, "sans-serif", bytes_str(label));
		put_text(out, 60, y, 42, "sans-serif", buf_bytes(&value));
	}
	for (size_t i = 0; i < c->num_words; i++) {
		char       number[8];
		struct buf n = BUF_ON(number);
		unsigned   at = y + 6 + (unsigned)(i % rows) * 7, x = 15 + 63 * (unsigned)(i / rows);
		buf_fmt(&n, "%zu", i + 1);
		put_text(out, x, at, 40, "sans-serif", buf_bytes(&n));
		put_text(out, x + 11, at, 64, "monospace", card_word(c, i));
	}
	y += 10 + (unsigned)rows * 7;
	put_modules(out, &c->code, 18, y);
	y += 10 + c->code.size * 72 / 100;
	for (size_t i = 0; i < card_num_how; i++)
		put_paragraph(out, &y, bytes_str(card_how[i]));
	buf_str(out, "</svg>\n");
	return buf_ok(out) || err_set(e, ERR_TOO_LARGE, "a card");
}
