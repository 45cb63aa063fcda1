/* report_doc_said.c: a report's sections on what went wrong and what was decided, and the timeline; see report_doc.h. */
#include "ceremony/base/utc.h"
#include "ceremony/cmd/report_doc.h"
#include "ceremony/record/report.h"

#define MOST_EXCEPTIONS 1024

static struct bytes line_of(struct report_doc *r, const struct event *ev)
{
	return report_doc_said(r, "%llu", (unsigned long long)ev->n + 1);
}

/* ---- exceptions ---- */

struct exception {
	uint64_t     number;
	struct bytes line, expected, happened, decided, approvers, disposition;
};

struct exceptions {
	struct report_doc *r;
	struct exception   item[MOST_EXCEPTIONS];
	size_t             num;
};

static struct bytes either(struct report_doc *r, const struct event *ev, const char *key, const char *other)
{
	struct bytes v = fields_get(&ev->data, key);

	return report_doc_shown(r, v.len ? v : fields_get(&ev->data, other));
}

static struct bytes approvers(struct report_doc *r, const struct event *ev)
{
	struct bytes one = either(r, ev, "approver.1", "approver"), two = report_doc_shown(r, fields_get(&ev->data, "approver.2"));

	if (two.len == 0 || bytes_is(two, "nobody"))
		return one;
	return report_doc_said(r, "%s\n%s", (const char *)one.p, (const char *)two.p);
}

static struct bytes happened(struct report_doc *r, const struct event *ev)
{
	const enum err_id id = err_by_name(fields_get(&ev->data, "failed"));
	struct bytes      lost = fields_get(&ev->data, "lost"), what = either(r, ev, "happened", "found");

	if (lost.len)
		what = report_doc_said(r, "%s%sLost: %s", (const char *)what.p, what.len ? "\n" : "", (const char *)report_doc_shown(r, lost).p);
	if (id != ERR_COUNT_)
		what = report_doc_said(r, "%s%sFailed check: %s", (const char *)what.p, what.len ? "\n" : "", err_text_of(id)->what);
	return what;
}

static bool each_exception(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct exceptions *x = ctx;
	uint64_t           number = 0;

	(void)line;
	(void)e;
	const bool numbered = fields_get_u64(&number, &ev->data, "number", UINT32_MAX);
	if (ev->type == EVENT_EXCEPTION && x->num < MOST_EXCEPTIONS) {
		x->item[x->num++] = (struct exception){
			.number = numbered ? number : x->num, .line = line_of(x->r, ev), .expected = either(x->r, ev, "expected", "expected"),
			.happened = happened(x->r, ev), .decided = either(x->r, ev, "decided", "reason"), .approvers = approvers(x->r, ev),
			.disposition = either(x->r, ev, "disposition", "disposition"),
		};
	} else if (ev->type == EVENT_EXCEPTION) {
		x->r->failed = true;
	}
	for (size_t i = 0; ev->type == EVENT_DISPOSITION && i < x->num; i++)
		if (x->item[i].number == number) {
			x->item[i].decided = either(x->r, ev, "decided", "reason");
			x->item[i].approvers = approvers(x->r, ev);
			x->item[i].disposition = either(x->r, ev, "disposition", "disposition");
			x->item[i].line = report_doc_said(x->r, "%s, %llu", (const char *)x->item[i].line.p, (unsigned long long)ev->n + 1);
		}
	return true;
}

static void put_exceptions(const struct exceptions *x)
{
	static const struct paper_column columns[] = {
		{ "No.", 0.06F, PAPER_STRONG },      { "Expected", 0.19F, PAPER_PLAIN },    { "Happened", 0.22F, PAPER_PLAIN },   { "Decided", 0.17F, PAPER_PLAIN },
		{ "Approved by", 0.14F, PAPER_PLAIN }, { "Disposition", 0.12F, PAPER_STRONG }, { "Lines", 0.10F, PAPER_MUTED },
	};
	struct report_doc *r = x->r;

	doc_table(r->d, columns, COUNT_OF(columns), false, 0);
	for (size_t i = 0; i < x->num; i++) {
		const struct exception *one = &x->item[i];
		const bool open = one->decided.len == 0;
		doc_table_row(r->d, (const struct bytes[]){ report_doc_said(r, "%llu", (unsigned long long)one->number), one->expected, one->happened,
		                                            open ? BYTES_LIT("OPEN: nothing was decided") : one->decided, one->approvers,
		                                            one->disposition, one->line });
	}
	doc_table_end(r->d);
}

/* ---- what did not go as planned ---- */

/* The fields of an event, "key: value", one a line. */
static struct bytes fields_of(struct report_doc *r, const struct event *ev)
{
	struct bytes all = BYTES_LIT("");

	for (size_t i = 0; i < ev->data.num; i++) {
		const struct field *f = &ev->data.item[i];
		if (f->value.len <= 400)
			all = report_doc_said(r, "%s%s%s: %s", (const char *)all.p, all.len ? "\n" : "", (const char *)report_doc_shown(r, f->key).p,
			                      (const char *)report_doc_shown(r, f->value).p);
	}
	return all;
}

static bool is_trouble(enum event_type t)
{
	return t == EVENT_REFUSED || t == EVENT_FAILED || t == EVENT_RESOLVED || t == EVENT_BACK || t == EVENT_PAUSE || t == EVENT_RESUME ||
	       t == EVENT_JUMP || t == EVENT_ABORT;
}

static bool each_trouble(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct report_doc *r = ctx;
	const size_t       was = r->room.len;
	const enum err_id  id = err_by_name(fields_get(&ev->data, "error"));

	(void)line;
	(void)e;
	if (!is_trouble(ev->type))
		return true;
	doc_table_row(r->d, (const struct bytes[]){ line_of(r, ev), report_doc_time(r, ev->time), report_doc_shown(r, ev->step),
	                                            report_doc_said(r, "%s%s%s", event_type_means(ev->type), id != ERR_COUNT_ ? ": " : "",
	                                                            id != ERR_COUNT_ ? err_text_of(id)->what : ""),
	                                            fields_of(r, ev) });
	r->room.len = was;
	return true;
}

bool report_doc_exceptions(struct report_doc *r, struct err *e)
{
	static const struct paper_column columns[] = { { "Line", 0.07F, PAPER_MUTED }, { "Time (UTC)", 0.13F, PAPER_PLAIN }, { "Step", 0.14F, PAPER_PLAIN },
		                                       { "What", 0.31F, PAPER_PLAIN }, { "Details", 0.35F, PAPER_PLAIN } };
	static struct exceptions x;
	uint64_t                 troubles = 0;

	x = (struct exceptions){ .r = r };
	doc_heading(r->d, BYTES_LIT("Exceptions"));
	if (!transcript_each(r->dir, each_exception, &x, e))
		return false;
	if (x.num)
		put_exceptions(&x);
	else
		doc_text(r->d, PAPER_PLAIN, BYTES_LIT("There were none."));
	doc_heading(r->d, BYTES_LIT("Failures, refusals, interruptions"));
	for (enum event_type t = 0; t < EVENT_COUNT_; t++)
		troubles += is_trouble(t) ? r->num[t] : 0;
	if (!troubles) {
		doc_text(r->d, PAPER_PLAIN, BYTES_LIT("There were none."));
		return true;
	}
	doc_table(r->d, columns, COUNT_OF(columns), false, 0);
	bool ok = transcript_each(r->dir, each_trouble, r, e);
	doc_table_end(r->d);
	return ok;
}

/* ---- the timeline ---- */

struct timeline {
	struct report_doc *r;
	int64_t            day;
};

/* When a prompt was shown is on the record; beside the answer's own time it only fills the page. */
static struct bytes without_shown(struct bytes text)
{
	static const char key[] = " shown=2026-11-21T07:40:00Z";
	const size_t      n = sizeof key - 1;

	if (text.len > n && memcmp(text.p + text.len - n, key, 7) == 0)
		text.len -= n;
	return text;
}

static bool each_line(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct timeline   *t = ctx;
	struct report_doc *r = t->r;
	const size_t       was = r->room.len;
	char               now[24], text[1024];
	struct buf         b = BUF_ON(text);

	(void)line;
	(void)e;
	(void)utc_str(now, ev->time);
	if (ev->n == 0 || ev->time / UTC_DAY != t->day)
		doc_table_band(r->d, PAPER_STRONG, report_doc_said(r, "%.10s", now));
	t->day = ev->time / UTC_DAY;
	report_telling(&b, ev);
	struct bytes what = report_doc_shown(r, without_shown(buf_bytes(&b)));
	struct bytes where = report_doc_said(r, "%s%s%s", (const char *)report_doc_shown(r, ev->step).p, ev->turn.len ? " / " : "",
	                                     (const char *)report_doc_shown(r, ev->turn).p);
	if (ev->round)
		where = report_doc_said(r, "%s, %u", (const char *)where.p, ev->round + 1);
	if (ev->prompt.len)
		where = report_doc_said(r, "%s\n%s", (const char *)where.p, (const char *)report_doc_shown(r, event_title(ev)).p);
	doc_table_row(r->d, (const struct bytes[]){ line_of(r, ev), report_doc_said(r, "%.8s", now + 11), bytes_str(event_type_name(ev->type)), where, what });
	r->room.len = was;
	return true;
}

bool report_doc_timeline(struct report_doc *r, struct err *e)
{
	static const struct paper_column columns[] = { { "Line", 0.07F, PAPER_MUTED }, { "Time (UTC)", 0.11F, PAPER_PLAIN }, { "Event", 0.11F, PAPER_STRONG },
		                                       { "Step / prompt", 0.26F, PAPER_PLAIN }, { "What", 0.45F, PAPER_PLAIN } };
	struct timeline t = { .r = r };

	doc_page(r->d);
	doc_heading(r->d, BYTES_LIT("Timeline"));
	doc_table(r->d, columns, COUNT_OF(columns), false, 0);
	bool ok = transcript_each(r->dir, each_line, &t, e);
	doc_table_end(r->d);
	return ok;
}
