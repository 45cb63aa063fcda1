/* report_people.c: see report_people.h. */
#include "ceremony/record/report_people.h"

#include "ceremony/base/text.h"
#include "ceremony/base/utc.h"
#include "ceremony/record/layout.h"

static void put_when(struct buf *out, const struct event *ev, const char *what)
{
	char now[24];

	buf_fmt(out, "  %4llu  %s  %s\n", (unsigned long long)ev->n + 1, utc_str(now, ev->time), what);
}

bool report_presence(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct bytes who = fields_get(&ev->data, "presence"), role = fields_get(&ev->data, "role");
	uint8_t      text[1024];
	struct buf  *out = ctx, b = BUF_ON(text);

	(void)line;
	(void)e;
	if (ev->type != EVENT_LEAVE && ev->type != EVENT_RETURN && ev->type != EVENT_HANDOVER &&
	    !(ev->type == EVENT_ANSWER && bytes_is(ev->turn, "presence") && bytes_is(who, "everyone")))
		return true;
	put_when(out, ev, ev->type == EVENT_ANSWER ? "roll call after a break" : event_type_means(ev->type));
	if (ev->type == EVENT_HANDOVER)
		buf_fmt(&b, "%.*s to %.*s", (int)fields_get(&ev->data, "from").len,
		        (const char *)fields_get(&ev->data, "from").p, (int)fields_get(&ev->data, "to").len,
		        (const char *)fields_get(&ev->data, "to").p);
	else
		buf_put(&b, who);
	buf_str(&b, role.len ? ", " : "");
	buf_put(&b, role);
	put_wrapped(out, 8, buf_bytes(&b));
	if (ev->type == EVENT_HANDOVER) {
		put_row(out, "Why", fields_get(&ev->data, "reason"));
		put_row(out, "Approved by", fields_get(&ev->data, "approver"));
	}
	return true;
}

/* "What was expected: ..."; the trade's fields under the names that the people were asked by. */
static const struct {
	const char *key, *label;
} rows[] = {
	{ "number", "Number" },          { "expected", "Expected" },      { "happened", "Happened" },
	{ "found", "Found" },            { "failed", "Failed check" },    { "lost", "Lost" },
	{ "reason", "Reason" },
	{ "decided", "Decided" },        { "disposition", "Disposition" }, { "waived", "Waived" },
	{ "approver", "Approved by" },   { "approver.1", "Approved by" },  { "approver.2", "and by" },
};

bool report_exception(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct buf *out = ctx;

	(void)line;
	(void)e;
	if (ev->type != EVENT_EXCEPTION && ev->type != EVENT_DISPOSITION)
		return true;
	put_when(out, ev, ev->type == EVENT_EXCEPTION ? "exception" : "what was decided about it");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct bytes v = fields_get(&ev->data, rows[i].key);
		if (v.len)
			put_row(out, rows[i].label, v);
	}
	return true;
}
