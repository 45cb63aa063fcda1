/* report_doc_review.c: a report's section on the reviews: field by field what was asked, what the profile says, and what was to be
 * signed, as the people in the room had it before them; see report_doc.h. */
#include "ceremony/cmd/report_doc.h"
#include "ceremony/port/prompt_text.h"

#define MOST_REVIEWS 100 /* in full: a ceremony of a thousand requests is for the transcript */

struct reviews {
	struct report_doc *r;
	uint64_t           num;
};

static bool is_review(const struct event *ev)
{
	struct bytes       rest = ev->prompt;
	struct prompt_fact fact;

	if (ev->type != EVENT_ANSWER || !bytes_is(ev->turn, "review"))
		return false;
	while (prompt_text_fact(&fact, &rest))
		if (fact.by.len)
			return true;
	return false;
}

/* How it was decided: the fields of the answer but the time at which it was shown. */
static struct bytes decided(struct report_doc *r, const struct event *ev)
{
	struct bytes all = BYTES_LIT("");

	for (size_t i = 0; i < ev->data.num; i++)
		if (!bytes_is(ev->data.item[i].key, "shown"))
			all = report_doc_said(r, "%s%s%s: %s", (const char *)all.p, all.len ? ", " : "", (const char *)report_doc_shown(r, ev->data.item[i].key).p,
			                      (const char *)report_doc_shown(r, ev->data.item[i].value).p);
	return all;
}

static void put_facts(struct report_doc *r, struct bytes text)
{
	static const struct paper_column columns[] = { { "Field", 0.20F, PAPER_STRONG }, { "Asked", 0.22F, PAPER_PLAIN }, { "Profile", 0.19F, PAPER_PLAIN },
		                                       { "To be signed", 0.28F, PAPER_PLAIN }, { "From", 0.11F, PAPER_MUTED } };
	struct prompt_fact fact;

	doc_table(r->d, columns, COUNT_OF(columns), false, 0);
	while (prompt_text_fact(&fact, &text))
		doc_table_row(r->d, (const struct bytes[]){ report_doc_said(r, "%s%s", fact.mark ? "! " : "", (const char *)report_doc_shown(r, fact.label).p),
		                                            report_doc_shown(r, fact.asked), report_doc_shown(r, fact.allowed),
		                                            report_doc_shown(r, fact.value), report_doc_shown(r, fact.by) });
	doc_table_end(r->d);
}

static bool each_review(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct reviews    *x = ctx;
	struct report_doc *r = x->r;
	const size_t       was = r->room.len;

	(void)line;
	(void)e;
	if (!is_review(ev) || ++x->num > MOST_REVIEWS)
		return true;
	doc_subheading(r->d, report_doc_shown(r, event_title(ev)));
	doc_text(r->d, PAPER_MUTED, report_doc_said(r, "Line %llu, %s. %s.", (unsigned long long)ev->n + 1, (const char *)report_doc_time(r, ev->time).p,
	                                            (const char *)decided(r, ev).p));
	put_facts(r, ev->prompt);
	r->room.len = was;
	return true;
}

bool report_doc_reviews(struct report_doc *r, struct err *e)
{
	struct reviews x = { .r = r };

	doc_heading(r->d, BYTES_LIT("Reviews"));
	doc_text(r->d, PAPER_MUTED, BYTES_LIT("What was asked, what the profile says, and what was to be signed, as it was shown. Differences are marked with an exclamation mark."));
	if (!transcript_each(r->dir, each_review, &x, e))
		return false;
	if (!x.num)
		doc_text(r->d, PAPER_PLAIN, BYTES_LIT("Nothing was reviewed."));
	if (x.num > MOST_REVIEWS)
		doc_text(r->d, PAPER_STRONG, report_doc_said(r, "And %llu more: jq -r .data.prompt transcript.jsonl has them all.",
		                                             (unsigned long long)(x.num - MOST_REVIEWS)));
	return true;
}
