/* facts.c: see facts.h. */
#include "tui/facts.h"

#include "ceremony/base/text.h"

/* Columns of a fact's label; in a review, where authorityKeyIdentifier stands. */
#define MAX_LABEL        20
#define MAX_REVIEW_LABEL 22
#define MIN_HEX          32 /* digits of a number that is shown in groups */
#define MAX_LINE         500
#define MIN_DIGEST       16 /* groups of one: SHA-256 */
#define MANY_DIGESTS     3  /* too many to be compared in a narrow column */
#define MANY_ROWS        13 /* too many to be read in one */

bool facts_review(const struct prompt *p)
{
	for (size_t i = 0; i < p->num_rows; i++)
		if (p->row[i].asked[0] || p->row[i].allowed[0])
			return true;
	return false;
}

/* As wide as the longest label, up to a bound. */
static int label_columns(const struct prompt *p)
{
	size_t most = 0;

	for (size_t i = 0; i < p->num_rows; i++) {
		size_t n = text_columns(bytes_str(p->row[i].label));
		most = n > most ? n : most;
	}
	size_t bound = facts_review(p) ? MAX_REVIEW_LABEL : MAX_LABEL;
	return (int)(most < bound ? most : bound);
}

/* How many groups of four hexadecimal digits a text is; 0: something else. A long number without blanks is
 * taken as groups too. */
static size_t hex_groups(const char *value)
{
	size_t digits = 0, in_group = 0;
	bool   grouped = strchr(value, ' ') != NULL;

	for (const char *c = value; *c; c++) {
		if (*c == ' ' || *c == '\n') {
			if (in_group != 4)
				return 0;
			in_group = 0;
		} else if (!strchr("0123456789abcdef", *c)) {
			return 0;
		} else {
			digits++;
			in_group++;
		}
	}
	bool whole = grouped ? in_group == 4 : digits >= MIN_HEX && digits % 4 == 0;
	return whole ? digits / 4 : 0;
}

bool facts_many(const struct prompt *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->num_rows; i++)
		n += hex_groups(p->row[i].value) >= MIN_DIGEST;
	return n >= MANY_DIGESTS || p->num_rows >= MANY_ROWS;
}

/* A digest becomes a rectangle: as many groups in each line as fit and leave none over. */
static size_t groups_across(size_t num, int w)
{
	size_t across = num;

	while (across >= 4 && ((int)across * 5 - 1 > w || num % across))
		across--;
	return across;
}

static bool fill_groups(char *out, size_t cap, const char *value, int w)
{
	size_t     across = groups_across(hex_groups(value), w), n = 0;
	struct buf b = buf_init(out, cap);

	if (across < 4)
		return false;
	for (const char *c = value; *c; c++) {
		if (*c == ' ' || *c == '\n')
			continue;
		if (n && n % 4 == 0)
			buf_u8(&b, n / 4 % across ? ' ' : '\n');
		buf_u8(&b, (uint8_t)*c);
		n++;
	}
	(void)buf_cstr(&b);
	return buf_ok(&b);
}

/* A value whose own lines do not fit is filled anew. */
static void refill(char *out, size_t cap, const char *value, int w)
{
	struct bytes line, rest = bytes_str(value);
	bool         fits = true;

	if (fill_groups(out, cap, value, w))
		return;
	(void)snprintf(out, cap, "%s", value);
	while (bytes_cut(rest, '\n', &line, &rest))
		fits &= text_columns(line) <= (size_t)w;
	for (char *c = out; *c && !(fits && text_columns(rest) <= (size_t)w); c++)
		if (*c == '\n')
			*c = ' ';
}

static void paint_fact(struct page *pg, const struct row *r, int label)
{
	char       value[1024], grouped[1024];
	struct buf b = BUF_ON(grouped);

	text_groups(&b, bytes_str(r->value));
	int w = pg->at.w - label - 4;
	const size_t groups = hex_groups(buf_cstr(&b));
	if (groups) /* eight groups and a label of eight letters: the margin gives one column */
		w++;
	bool below = groups >= MIN_DIGEST && groups_across(groups, w) < 8 && groups_across(groups, pg->at.w - 4) >= 8;
	if (below) { /* in half as many lines under its label */
		const struct cell name[] = { { 0, 2, STYLE_ERROR, r->mark ? "!" : "" },
			                     { 2, pg->at.w - 2, r->mark ? STYLE_STRONG : STYLE_TEXT, r->label } };
		page_cells(pg, name, COUNT_OF(name));
		refill(value, sizeof value, buf_cstr(&b), pg->at.w - 4);
		page_text(pg, 4, STYLE_STRONG, value);
		return;
	}
	refill(value, sizeof value, buf_cstr(&b), w);
	struct cell cell[] = {
		{ 0, 2, STYLE_ERROR, r->mark ? "!" : "" },
		{ 2, label, r->mark ? STYLE_STRONG : STYLE_TEXT, r->label },
		{ label + 4, w, STYLE_STRONG, value },
	};
	page_cells(pg, cell, COUNT_OF(cell));
}

/* Will be signed; under it what was asked and what the profile says. The same on every width. */
static void paint_review(struct page *pg, const struct row *r, int label)
{
	bool        as_asked = strcmp(r->asked, r->value) == 0, as_said = r->allowed[0] && strcmp(r->allowed, r->value) == 0;
	const char *source = strcmp(r->source, as_said ? "profile" : r->allowed) == 0 ? "" : r->source;
	char        why[2048], grouped[2560];
	struct buf  b = BUF_ON(why), g = BUF_ON(grouped);

	paint_fact(pg, &(struct row){ .label = r->label, .value = r->value[0] ? r->value : "-", .mark = r->mark }, label);
	if (r->asked[0])
		buf_fmt(&b, "%s%s", as_asked ? "as asked" : "asked: ", as_asked ? "" : r->asked);
	if (r->allowed[0])
		buf_fmt(&b, "%s%s%s", b.len ? "; " : "", as_said ? "as the profile says" : "profile: ", as_said ? "" : r->allowed);
	if (source[0])
		buf_fmt(&b, "%sfrom: %s", b.len ? "; " : "", source);
	text_groups(&g, buf_bytes(&b));
	page_text(pg, label + 4, r->mark ? STYLE_TEXT : STYLE_QUIET, buf_cstr(&g));
}

void facts_rows(struct page *pg, const struct prompt *p, bool look)
{
	bool any_mark = false;
	int  label = label_columns(p);

	for (size_t i = 0; i < p->num_rows; i++) {
		const struct row *r = &p->row[i];
		any_mark |= r->mark;
		if (r->asked[0] || r->allowed[0])
			paint_review(pg, r, label);
		else
			paint_fact(pg, r, label);
	}
	if (any_mark)
		page_text(pg, 0, STYLE_QUIET, look ? "! look here. F7: one row at a time" : "! look here");
	if (p->num_rows)
		page_gap(pg, 1);
}

/* The words of a line; 0: it is other text. */
static unsigned count_words(struct bytes line)
{
	unsigned n = 0;
	bool     in_word = false;

	for (size_t i = 0; i < line.len; i++) {
		bool letter = (line.p[i] | 0x20) >= 'a' && (line.p[i] | 0x20) <= 'z';
		if (!letter && line.p[i] != ' ')
			return 0;
		n += letter && !in_word;
		in_word = letter;
	}
	return n;
}

/* Words in each line, if all lines have as many, but for the last, which may have fewer. 0: it is other text. */
static unsigned words_across(const char *text)
{
	struct bytes line, rest = bytes_str(text);
	unsigned     across = 0, lines = 0, n = 0;

	while (text_wrap(&line, &rest, MAX_LINE)) {
		if (lines && n != across)
			return 0;
		n = count_words(line);
		if (n == 0)
			return 0;
		across = lines++ ? across : n;
	}
	return lines > 1 && n <= across ? across : 0;
}

void facts_aloud(struct page *pg, const struct prompt *p)
{
	unsigned     across = words_across(p->aloud), first = 1;
	struct bytes line, rest = bytes_str(p->aloud);
	char         number[8], text[MAX_LINE + 1];

	if (!p->aloud[0])
		return;
	page_text(pg, 0, STYLE_TITLE, "Read aloud, slowly:");
	if (!across)
		page_text(pg, 5, STYLE_STRONG, p->aloud);
	while (across && text_wrap(&line, &rest, MAX_LINE)) { /* numbered, so that a word can be named by its place */
		(void)snprintf(number, sizeof number, "%3u", first % 1000);
		(void)snprintf(text, sizeof text, "%.*s", (int)line.len, (const char *)line.p);
		(void)page_put(pg, 0, STYLE_QUIET, number);
		page_text(pg, 5, STYLE_STRONG, text);
		first += across;
	}
	page_gap(pg, 1);
}
