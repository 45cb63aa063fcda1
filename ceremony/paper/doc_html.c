/* doc_html.c: a document as one file of HTML that fetches nothing and runs nothing; see doc_form.h. */
#include "ceremony/paper/doc_form.h"

/* Contrast is 7:1 and more (WCAG 2.1 1.4.6); on paper nothing depends on colour. */
static const char style[] =
	":root{--ink:#14161a;--muted:#4a4f58;--rule:#b9bec6;--ground:#f2f3f5;--alarm:#9b0f16;--page:#fff}"
	"@media (prefers-color-scheme:dark){:root{--ink:#eef0f3;--muted:#b9bec6;--rule:#4a4f58;--ground:#22252b;"
	"--alarm:#ffb3b5;--page:#14161a}}"
	"*{box-sizing:border-box}"
	"body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,'Liberation Sans','DejaVu Sans',sans-serif}"
	"main{max-width:60rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}"
	"h1{font-size:2rem;line-height:1.2;margin:0;padding-bottom:.6rem;border-bottom:3px solid var(--ink)}"
	"h2{font-size:1.3rem;margin:2.4rem 0 .7rem}h3{font-size:1.05rem;margin:1.5rem 0 .4rem}"
	"p{margin:.6rem 0;overflow-wrap:anywhere;white-space:pre-line}.below,.muted{color:var(--muted)}"
	".strong{font-weight:700}.alarm{color:var(--alarm);font-weight:700}"
	".code,pre{font-family:ui-monospace,'Liberation Mono','DejaVu Sans Mono',monospace}.code{font-size:.9rem}"
	"pre{background:var(--ground);padding:.8rem 1rem;margin:.6rem 0;white-space:pre-wrap;overflow-wrap:anywhere}"
	"pre.large{font-size:1.4rem}"
	".notice{background:var(--ground);border-left:5px solid var(--muted);padding:.6rem 1rem}"
	".notice.alarm{border-color:var(--alarm)}"
	"table{border-collapse:collapse;width:100%;margin:.6rem 0;table-layout:fixed}"
	"th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;overflow-wrap:anywhere;white-space:pre-line}"
	"thead th{background:var(--ground);border-bottom:2px solid var(--ink)}"
	"tbody tr{border-bottom:1px solid var(--rule)}.grid th,.grid td{border:1px solid var(--rule)}"
	".rows{margin:0}.rows tr{border:0}.rows th{width:25%;font-weight:400;color:var(--muted);padding-left:0}"
	"tbody th{font-weight:400}tbody th.strong,.band th{font-weight:700}table{font-size:.9rem}.rows{font-size:1rem}"
	"caption{text-align:left;color:var(--muted);padding:.3rem 0}"
	".heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}"
	".band th{background:var(--ground)}"
	".sign{display:grid;grid-template-columns:2fr 2fr 1.2fr;gap:0 1rem;margin:1.2rem 0;break-inside:avoid}"
	".sign p{grid-column:1/-1;margin:0}.sign div{padding-top:2rem;border-bottom:1px solid var(--ink)}"
	".sign small{color:var(--muted)}"
	".square{display:flex;gap:1rem;align-items:flex-start;margin:.8rem 0;break-inside:avoid}"
	".square svg{background:#fff;flex:none}"
	"footer{margin-top:3rem;border-top:1px solid var(--rule);color:var(--muted);font-size:.85rem;white-space:pre-line;"
	"overflow-wrap:anywhere}"
	"@media print{:root{--ink:#000;--muted:#333;--rule:#888;--ground:#eee;--alarm:#000;--page:#fff}"
	"body{font-size:9.5pt}main{max-width:none;padding:0}thead{display:table-header-group}tr,pre,h2,h3{break-inside:avoid}"
	"h2,h3{break-after:avoid}.page{break-before:page}@page{size:A4;margin:18mm}}";

static const char *const class_of[PAPER_TONES] = {
	[PAPER_PLAIN] = "", [PAPER_STRONG] = "strong", [PAPER_MUTED] = "muted", [PAPER_CODE] = "code", [PAPER_ALARM] = "alarm",
};

static void put(struct doc *d, struct bytes text)
{
	doc_plain(d->out, text, true);
}

/* "<tag class=...>text</tag>". */
static void element(struct doc *d, const char *tag, const char *class, struct bytes text)
{
	buf_fmt(d->out, "<%s", tag);
	if (class && *class)
		buf_fmt(d->out, " class=\"%s\"", class);
	buf_str(d->out, ">");
	put(d, text);
	buf_fmt(d->out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

void doc_html_begin(struct doc *d, const struct doc_about *about)
{
	buf_str(d->out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	                "<meta name=\"viewport\" content=\"width=device-width\">\n");
	element(d, "title", NULL, about->title);
	buf_fmt(d->out, "\n<style>%s</style>\n</head>\n<body>\n<main>\n", style);
}

void doc_html_close_rows(struct doc *d)
{
	if (d->in_rows)
		buf_str(d->out, "</tbody></table>\n");
	d->in_rows = false;
}

void doc_html_end(struct doc *d)
{
	if (d->foot.len)
		element(d, "footer", NULL, d->foot);
	buf_str(d->out, "\n</main>\n</body>\n</html>\n");
}

void doc_html_block(struct doc *d, const char *tag, const char *class, struct bytes text)
{
	element(d, tag, class, text);
	buf_str(d->out, "\n");
}

void doc_html_title(struct doc *d, struct bytes title, struct bytes below)
{
	doc_html_block(d, "h1", NULL, title);
	if (below.len)
		doc_html_block(d, "p", "below", below);
}

void doc_html_heading(struct doc *d, unsigned level, struct bytes text)
{
	doc_html_block(d, level == 2 ? "h2" : "h3", NULL, text);
}

void doc_html_text(struct doc *d, enum paper_tone tone, struct bytes text)
{
	doc_html_block(d, "p", class_of[tone], text);
}

void doc_html_notice(struct doc *d, enum paper_tone tone, struct bytes text)
{
	char       class[32];
	struct buf b = BUF_ON(class);

	buf_fmt(&b, "notice %s", class_of[tone]);
	doc_html_block(d, "p", buf_cstr(&b), text);
}

/* Every table is named; one that a heading names stays so until the next heading. */
static void caption(struct doc *d)
{
	element(d, "caption", d->captioned ? NULL : "heard", bytes_str(d->caption));
	d->captioned = false;
	buf_str(d->out, "\n");
}

void doc_html_row(struct doc *d, struct bytes label, enum paper_tone tone, struct bytes value)
{
	if (!d->in_rows) {
		buf_str(d->out, "<table class=\"rows\">");
		caption(d);
		buf_str(d->out, "<colgroup><col style=\"width:25%\"><col></colgroup><tbody>\n");
	}
	d->in_rows = true;
	buf_str(d->out, "<tr>");
	element(d, "th scope=\"row\"", NULL, label);
	element(d, "td", class_of[tone], value);
	buf_str(d->out, "</tr>\n");
}

void doc_html_table(struct doc *d)
{
	buf_fmt(d->out, "<table%s>\n", d->grid ? " class=\"grid\"" : "");
	caption(d);
	buf_str(d->out, "<colgroup>");
	for (size_t i = 0; i < d->num; i++)
		buf_fmt(d->out, "<col style=\"width:%u%%\">", (unsigned)(d->column[i].share * 100 + 0.5F));
	buf_str(d->out, "</colgroup>\n<thead><tr>");
	for (size_t i = 0; i < d->num; i++)
		element(d, "th scope=\"col\"", NULL, bytes_str(d->column[i].head));
	buf_str(d->out, "</tr></thead>\n<tbody>\n");
}

void doc_html_table_row(struct doc *d, const struct bytes *cells)
{
	buf_str(d->out, "<tr>");
	for (size_t i = 0; i < d->num; i++)
		element(d, i ? "td" : "th scope=\"row\"", class_of[d->column[i].tone], cells[i]);
	buf_str(d->out, "</tr>\n");
}

void doc_html_table_band(struct doc *d, enum paper_tone tone, struct bytes text)
{
	buf_fmt(d->out, "<tr class=\"band\"><th scope=\"colgroup\" colspan=\"%zu\">", d->num);
	element(d, "span", class_of[tone], text);
	buf_str(d->out, "</th></tr>\n");
}

void doc_html_table_end(struct doc *d)
{
	buf_str(d->out, "</tbody></table>\n");
}

void doc_html_sign(struct doc *d, struct bytes role, struct bytes name)
{
	buf_str(d->out, "<div class=\"sign\">");
	element(d, "p", "muted", role);
	element(d, "div", NULL, name);
	buf_str(d->out, "<div></div><div></div><small>name</small><small>signature</small><small>date and time (UTC)</small></div>\n");
}

void doc_html_square(struct doc *d, float mm, const uint8_t *module, unsigned side, struct bytes beside)
{
	unsigned all = side + 8;

	buf_fmt(d->out,
	        "<div class=\"square\"><svg role=\"img\" aria-label=\"QR code\" width=\"%umm\" height=\"%umm\" "
	        "viewBox=\"0 0 %u %u\" shape-rendering=\"crispEdges\"><path d=\"",
	        (unsigned)mm, (unsigned)mm, all, all);
	for (unsigned y = 0; y < side; y++)
		for (unsigned x = 0; x < side; x++)
			if (module[(size_t)y * side + x])
				buf_fmt(d->out, "M%u %uh1v1h-1z", x + 4, y + 4);
	buf_str(d->out, "\"/></svg>");
	element(d, "p", NULL, beside);
	buf_str(d->out, "</div>\n");
}
