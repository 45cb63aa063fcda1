/* doc.h: one document, written once, that comes out as text, as HTML or as PDF.
 *
 * Text: UTF-8, 80 columns. HTML: one file that fetches nothing and runs nothing. PDF: paper.h.
 * All text is UTF-8 and made safe here for its form: what would deceive an eye is written as
 * text_escape() does, and in HTML every sign that means something there; only a backslash stays
 * (see paper.h). The same calls give the same octets. Failures stay: ask doc_end(). */
#pragma once

#include "ceremony/paper/paper.h"

enum doc_form { DOC_TEXT, DOC_HTML, DOC_PDF };

struct doc_about {
	struct bytes title, foot; /* see struct paper_about */
	int64_t      created;     /* PDF only */
};

#define DOC_COLUMNS PAPER_COLUMNS

struct doc {
	enum doc_form form;
	struct buf   *out;
	struct paper *paper; /* DOC_PDF; owned */
	struct bytes  foot;
	size_t        before; /* of out, when it began */
	bool          in_rows, grid;
	struct paper_column column[DOC_COLUMNS];
	size_t        num; /* columns of the table that is open; 0: none is */
	char          caption[96]; /* of the next table; else the heading before it names it */
	bool          captioned;   /* caption is of doc_caption(), and is seen */
};

/* doc_form_of: by the end of a file's name: .txt, .html, .pdf. False for any other. */
bool doc_form_of(enum doc_form *out, const char *path) __attribute__((warn_unused_result));

/* doc_begin: a document that is appended to `out`; about's spans and `out` must outlive it. doc_done:
 * gives back what it holds; safe on zero and after a failure. ERR_NO_MEMORY. */
bool doc_begin(struct doc *d, enum doc_form form, const struct doc_about *about, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));
void doc_done(struct doc *d);

/* doc_end: the document is whole. On failure `out` is as it was. ERR_TOO_LARGE, ERR_NO_MEMORY. */
bool doc_end(struct doc *d, struct err *e) __attribute__((warn_unused_result));

/* What stands in it; see the functions of these names in paper.h. */
void doc_title(struct doc *d, struct bytes title, struct bytes below);
void doc_heading(struct doc *d, struct bytes text);    /* of a section */
void doc_subheading(struct doc *d, struct bytes text); /* within one */
void doc_text(struct doc *d, enum paper_tone tone, struct bytes text);
void doc_row(struct doc *d, struct bytes label, enum paper_tone tone, struct bytes value);
void doc_mono(struct doc *d, bool large, struct bytes text);
void doc_notice(struct doc *d, enum paper_tone tone, struct bytes text);
/* doc_caption: names the table that comes next (at most 95 octets). Without it a table of HTML bears the
 * heading before it as a caption that is heard, not seen. */
void doc_caption(struct doc *d, const char *text);
/* doc_table: a cell of the first column is the head of its row. */
void doc_table(struct doc *d, const struct paper_column *columns, size_t num, bool grid, float least);
void doc_table_row(struct doc *d, const struct bytes *cells);
void doc_table_band(struct doc *d, enum paper_tone tone, struct bytes text);
void doc_table_end(struct doc *d);
void doc_sign(struct doc *d, struct bytes role, struct bytes name);
/* doc_square: in text, of block elements: dark as they are printed in ink. */
void doc_square(struct doc *d, float mm, const uint8_t *module, unsigned side, struct bytes beside);
void doc_page(struct doc *d); /* PDF, and HTML that is printed */

/* doc_row_str, doc_digest: a row whose value is a C string; a row with a digest in hex, in groups of four. */
void doc_row_str(struct doc *d, const char *label, enum paper_tone tone, const char *value);
void doc_digest(struct doc *d, const char *label, struct bytes digest);
