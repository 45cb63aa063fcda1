/* doc.c: see doc.h: hands each part to the form that the document is in. */
#include "ceremony/paper/doc.h"

#include "ceremony/base/text.h"
#include "ceremony/paper/doc_form.h"

bool doc_form_of(enum doc_form *out, const char *path)
{
	static const char *const end[] = { [DOC_TEXT] = ".txt", [DOC_HTML] = ".html", [DOC_PDF] = ".pdf" };
	const size_t             len = strlen(path);

	for (size_t i = 0; i < COUNT_OF(end); i++) {
		const size_t n = strlen(end[i]);
		if (len > n && path[len - n - 1] != '/' && strcmp(path + len - n, end[i]) == 0) {
			*out = (enum doc_form)i;
			return true;
		}
	}
	return false;
}

void doc_plain(struct buf *b, struct bytes text, bool html)
{
	while (text.len) {
		uint32_t     v = 0;
		size_t       n = text_char(&v, text);
		struct bytes one = bytes_first(text, n ? n : 1);
		if (n == 1 && (v == '\n' || v == '\\'))
			buf_u8(b, (uint8_t)v);
		else if (html && n == 1 && strchr("&<>\"'", (int)v))
			buf_fmt(b, "&#%u;", v);
		else
			text_escape(b, one);
		text = bytes_skip(text, one.len);
	}
}

bool doc_begin(struct doc *d, enum doc_form form, const struct doc_about *about, struct buf *out, struct err *e)
{
	*d = (struct doc){ .form = form, .out = out, .foot = about->foot, .before = out->len };
	if (form == DOC_HTML)
		doc_html_begin(d, about);
	if (form != DOC_PDF)
		return true;
	const struct paper_about on_paper = { about->title, about->foot, about->created };
	d->paper = paper_new(&on_paper, e);
	return d->paper;
}

void doc_done(struct doc *d)
{
	paper_free(d->paper);
	d->paper = NULL;
}

bool doc_end(struct doc *d, struct err *e)
{
	MUST(d->num == 0);
	if (d->form == DOC_PDF)
		return paper_end(d->paper, d->out, e);
	if (d->form == DOC_HTML) {
		doc_html_close_rows(d);
		doc_html_end(d);
	} else if (d->foot.len) {
		doc_text_rule(d);
		doc_text_lines(d, "", d->foot);
	}
	if (buf_ok(d->out))
		return true;
	d->out->len = d->before;
	d->out->failed = false;
	return err_set(e, ERR_TOO_LARGE, "a document");
}

/* Cut where a character begins. */
static void keep_caption(struct doc *d, struct bytes text, bool seen)
{
	size_t n = text.len < sizeof d->caption ? text.len : sizeof d->caption - 1;

	while (n < text.len && n && (text.p[n] & 0xc0) == 0x80)
		n--;
	if (n)
		memcpy(d->caption, text.p, n);
	d->caption[n] = '\0';
	d->captioned = seen;
}

void doc_title(struct doc *d, struct bytes title, struct bytes below)
{
	keep_caption(d, title, false);
	if (d->form == DOC_PDF) {
		paper_title(d->paper, PAPER_TITLE, title, below);
	} else if (d->form == DOC_HTML) {
		doc_html_title(d, title, below);
	} else {
		doc_text_heading(d, 1, title);
		doc_text_lines(d, "", below);
		buf_str(d->out, "\n");
	}
}

void doc_caption(struct doc *d, const char *text)
{
	doc_html_close_rows(d);
	keep_caption(d, bytes_str(text), true);
	if (d->form == DOC_PDF)
		paper_caption(d->paper, PAPER_SMALL + 0.5F, bytes_str(text));
	else if (d->form == DOC_TEXT)
		doc_text_lines(d, "", bytes_str(text));
}

void doc_heading(struct doc *d, struct bytes text)
{
	doc_html_close_rows(d);
	keep_caption(d, text, false);
	if (d->form == DOC_PDF)
		paper_heading(d->paper, PAPER_HEAD, text);
	else if (d->form == DOC_HTML)
		doc_html_heading(d, 2, text);
	else
		doc_text_heading(d, 2, text);
}

void doc_subheading(struct doc *d, struct bytes text)
{
	doc_html_close_rows(d);
	keep_caption(d, text, false);
	if (d->form == DOC_PDF)
		paper_heading(d->paper, PAPER_BODY + 1, text);
	else if (d->form == DOC_HTML)
		doc_html_heading(d, 3, text);
	else
		doc_text_heading(d, 3, text);
}

void doc_text(struct doc *d, enum paper_tone tone, struct bytes text)
{
	doc_html_close_rows(d);
	if (d->form == DOC_PDF) {
		paper_text(d->paper, PAPER_BODY, tone, text);
	} else if (d->form == DOC_HTML) {
		doc_html_text(d, tone, text);
	} else {
		doc_text_lines(d, "", text);
		buf_str(d->out, "\n");
	}
}

void doc_row(struct doc *d, struct bytes label, enum paper_tone tone, struct bytes value)
{
	if (d->form == DOC_PDF)
		paper_row(d->paper, PAPER_BODY, label, tone, value);
	else if (d->form == DOC_HTML)
		doc_html_row(d, label, tone, value);
	else
		doc_text_row(d, label, value);
}

void doc_mono(struct doc *d, bool large, struct bytes text)
{
	doc_html_close_rows(d);
	if (d->form == DOC_PDF) {
		paper_mono(d->paper, large ? PAPER_LARGE : PAPER_BODY, text);
	} else if (d->form == DOC_HTML) {
		doc_html_block(d, "pre", large ? "large" : NULL, text);
	} else {
		doc_text_lines(d, "    ", text);
		buf_str(d->out, "\n");
	}
}

void doc_notice(struct doc *d, enum paper_tone tone, struct bytes text)
{
	doc_html_close_rows(d);
	if (d->form == DOC_PDF) {
		paper_notice(d->paper, PAPER_BODY, tone, text);
	} else if (d->form == DOC_HTML) {
		doc_html_notice(d, tone, text);
	} else {
		doc_text_lines(d, tone == PAPER_ALARM ? "!!! " : "  | ", text);
		buf_str(d->out, "\n");
	}
}

void doc_table(struct doc *d, const struct paper_column *columns, size_t num, bool grid, float least)
{
	MUST(d->num == 0 && num > 0 && num <= DOC_COLUMNS);
	doc_html_close_rows(d);
	memcpy(d->column, columns, num * sizeof *columns);
	d->num = num;
	d->grid = grid;
	if (d->form == DOC_PDF)
		paper_table(d->paper, PAPER_SMALL + 0.5F, columns, num, grid, least);
	else if (d->form == DOC_HTML)
		doc_html_table(d);
	else
		doc_text_table(d);
}

void doc_table_row(struct doc *d, const struct bytes *cells)
{
	if (d->form == DOC_PDF)
		paper_table_row(d->paper, cells);
	else if (d->form == DOC_HTML)
		doc_html_table_row(d, cells);
	else
		doc_text_table_row(d, cells);
}

void doc_table_band(struct doc *d, enum paper_tone tone, struct bytes text)
{
	if (d->form == DOC_PDF)
		paper_table_band(d->paper, tone, text);
	else if (d->form == DOC_HTML)
		doc_html_table_band(d, tone, text);
	else
		doc_text_lines(d, tone == PAPER_ALARM ? "!!! " : "--- ", text);
}

void doc_table_end(struct doc *d)
{
	if (d->form == DOC_PDF)
		paper_table_end(d->paper);
	else if (d->form == DOC_HTML)
		doc_html_table_end(d);
	else
		buf_str(d->out, "\n");
	d->num = 0;
}

void doc_sign(struct doc *d, struct bytes role, struct bytes name)
{
	doc_html_close_rows(d);
	if (d->form == DOC_PDF)
		paper_sign(d->paper, PAPER_BODY, role, name);
	else if (d->form == DOC_HTML)
		doc_html_sign(d, role, name);
	else
		doc_text_sign(d, role, name);
}

void doc_square(struct doc *d, float mm, const uint8_t *module, unsigned side, struct bytes beside)
{
	doc_html_close_rows(d);
	if (d->form == DOC_PDF) {
		paper_square(d->paper, mm, module, side, PAPER_BODY, beside);
	} else if (d->form == DOC_HTML) {
		doc_html_square(d, mm, module, side, beside);
	} else {
		doc_text_square(d, module, side);
		doc_text_lines(d, "", beside);
		buf_str(d->out, "\n");
	}
}

void doc_page(struct doc *d)
{
	doc_html_close_rows(d);
	if (d->form == DOC_PDF)
		paper_page(d->paper);
	else if (d->form == DOC_HTML)
		buf_str(d->out, "<div class=\"page\"></div>\n");
}

void doc_row_str(struct doc *d, const char *label, enum paper_tone tone, const char *value)
{
	doc_row(d, bytes_str(label), tone, bytes_str(value));
}

void doc_digest(struct doc *d, const char *label, struct bytes digest)
{
	char       text[256];
	struct buf b = BUF_ON(text);

	for (size_t i = 0; i < digest.len; i++) {
		if (i && i % 2 == 0)
			buf_str(&b, i % 16 == 0 ? "\n" : " ");
		buf_hex(&b, bytes_of(digest.p + i, 1));
	}
	doc_row(d, bytes_str(label), PAPER_CODE, buf_bytes(&b));
}
