/* paper.c: see paper.h: the document and its pages, their heads and feet. */
#include "ceremony/paper/paper.h"

#include <stdlib.h>

#include "ceremony/base/utc.h"
#include "ceremony/paper/sheet.h"

#define FOOT_SIZE  6.5F
#define FOOT_LINES 3

/* NULL as the handler: each call's failure stays in the document, which paper_end() asks at the end. */
static bool open_fonts(struct paper *p)
{
	static const char *const name[SHEET_FONTS] = { "Helvetica", "Helvetica-Bold", "Courier" };

	for (size_t i = 0; i < SHEET_FONTS; i++) {
		p->face[i].paper = p;
		p->face[i].bold = i == SHEET_BOLD;
		p->face[i].font = HPDF_GetFont(p->doc, name[i], "WinAnsiEncoding");
		if (!p->face[i].font)
			return false;
		for (unsigned c = 0x20; c < 0x100; c++) {
			HPDF_BYTE sign = (HPDF_BYTE)c;
			p->face[i].width[c] = (float)HPDF_Font_TextWidth(p->face[i].font, &sign, 1).width;
		}
	}
	return true;
}

static void open_page(struct paper *p)
{
	HPDF_Page page = HPDF_AddPage(p->doc);

	p->y = SHEET_TOP;
	p->used = false;
	if (!page)
		return; /* the document remembers; the page before takes what comes */
	p->page = page;
	p->num_pages++;
	(void)HPDF_Page_SetWidth(page, SHEET_WIDTH);
	(void)HPDF_Page_SetHeight(page, SHEET_HEIGHT);
}

/* The document's information is not in WinAnsi: ASCII alone. */
static void inform(struct paper *p, const struct paper_about *about)
{
	char       text[512];
	struct buf b = BUF_ON(text);

	for (struct bytes a = bytes_str(p->title); a.len && b.len < sizeof text - 16;)
		a = bytes_skip(a, sheet_signs(&b, a, NULL));
	(void)HPDF_SetInfoAttr(p->doc, HPDF_INFO_TITLE, buf_cstr(&b));
	if (about->created == PAPER_NO_DATE)
		return;
	struct utc_civil c = utc_civil(about->created);
	(void)HPDF_SetInfoDateAttr(p->doc, HPDF_INFO_CREATION_DATE,
	                           (HPDF_Date){ c.year, c.month, c.day, c.hour, c.minute, c.second, 'Z', 0, 0 });
}

/* A copy of a text, cut where a character begins if it is too long. */
static void keep_text(char *out, size_t cap, struct bytes text)
{
	size_t n = text.len < cap ? text.len : cap - 1;

	while (n < text.len && n && (text.p[n] & 0xc0) == 0x80)
		n--;
	if (n)
		memcpy(out, text.p, n);
	out[n] = '\0';
}

struct paper *paper_new(const struct paper_about *about, struct err *e)
{
	struct paper *p = calloc(1, sizeof *p);

	if (!p) {
		(void)err_set(e, ERR_NO_MEMORY, "a document");
		return NULL;
	}
	keep_text(p->title, sizeof p->title, about->title);
	keep_text(p->foot, sizeof p->foot, about->foot);
	p->doc = HPDF_New(NULL, NULL);
	if (!p->doc || !open_fonts(p)) {
		(void)err_set(e, ERR_NO_MEMORY, "a document");
		paper_free(p);
		return NULL;
	}
	(void)HPDF_SetCompressionMode(p->doc, HPDF_COMP_ALL);
	inform(p, about);
	open_page(p);
	if (!p->page) {
		(void)err_set(e, ERR_NO_MEMORY, "a page");
		paper_free(p);
		return NULL;
	}
	return p;
}

void paper_free(struct paper *p)
{
	if (p && p->doc)
		HPDF_Free(p->doc);
	free(p);
}

bool sheet_room(struct paper *p, float points)
{
	if (p->y - points >= SHEET_BOTTOM || !p->used)
		return false;
	open_page(p);
	return true;
}

/* The head and the foot of one page; the first has no head. */
static void dress(struct paper *p, size_t i)
{
	char              number[48];
	struct buf        b = BUF_ON(number);
	struct sheet_line line;
	struct bytes      foot = bytes_str(p->foot), title = bytes_str(p->title);
	float             y = SHEET_BOTTOM - 16;

	p->page = HPDF_GetPageByIndex(p->doc, (HPDF_UINT)i);
	if (!p->page)
		return;
	sheet_rule(p, SHEET_LEFT, SHEET_BOTTOM - 10, SHEET_RIGHT, SHEET_BOTTOM - 10, 0.4F, 0.6F);
	buf_fmt(&b, "Page %zu of %zu", i + 1, p->num_pages);
	struct bytes text = buf_bytes(&b);
	if (sheet_take(&line, &text, sheet_face(p, PAPER_MUTED), PAPER_SMALL, SHEET_WIDTH))
		sheet_show(p, SHEET_RIGHT - line.width, y, PAPER_SMALL, PAPER_MUTED, &line);
	for (size_t n = 0; n < FOOT_LINES; n++, y -= sheet_leading(FOOT_SIZE)) {
		if (!sheet_take(&line, &foot, sheet_face(p, PAPER_MUTED), FOOT_SIZE, SHEET_RIGHT - SHEET_LEFT - 70))
			break;
		sheet_show(p, SHEET_LEFT, y, FOOT_SIZE, PAPER_MUTED, &line);
	}
	if (i && sheet_take(&line, &title, sheet_face(p, PAPER_MUTED), PAPER_SMALL, SHEET_RIGHT - SHEET_LEFT)) {
		sheet_show(p, SHEET_LEFT, SHEET_TOP + 26, PAPER_SMALL, PAPER_MUTED, &line);
		sheet_rule(p, SHEET_LEFT, SHEET_TOP + 12, SHEET_RIGHT, SHEET_TOP + 12, 0.4F, 0.6F);
	}
}

bool paper_end(struct paper *p, struct buf *out, struct err *e)
{
	HPDF_BYTE   piece[4096];
	HPDF_UINT32 n = sizeof piece;
	size_t      before = out->len;

	MUST(p->table.num == 0);
	for (size_t i = 0; i < p->num_pages; i++)
		dress(p, i);
	(void)HPDF_SaveToStream(p->doc);
	if (HPDF_GetError(p->doc) != HPDF_OK || HPDF_ResetStream(p->doc) != HPDF_OK)
		return err_set(e, ERR_NO_MEMORY, "a document of %zu pages", p->num_pages);
	while (n == sizeof piece && buf_ok(out)) {
		(void)HPDF_ReadFromStream(p->doc, piece, &n); /* says HPDF_STREAM_EOF with the last piece */
		buf_put(out, bytes_of(piece, n));
	}
	if (buf_ok(out))
		return true;
	out->len = before;
	out->failed = false;
	return err_set(e, ERR_TOO_LARGE, "a document of %zu pages", p->num_pages);
}

void paper_space(struct paper *p, float mm)
{
	p->y -= mm * SHEET_MM;
}

void paper_keep(struct paper *p, float mm)
{
	(void)sheet_room(p, mm * SHEET_MM);
}

void paper_page(struct paper *p)
{
	if (p->used)
		open_page(p);
}
