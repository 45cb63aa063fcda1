/* report.c: see report.h. */
#include "ceremony/record/report.h"

#include "ceremony/base/utc.h"

static bool put_line(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct buf *out = ctx;
	char        now[24];

	(void)line;
	(void)e;
	buf_fmt(out, "%5llu  %s  %-8s  %.*s %.*s\n", (unsigned long long)ev->n, utc_str(now, ev->time),
	        event_type_name(ev->type), (int)ev->step.len, ev->step.len ? (const char *)ev->step.p : "",
	        (int)ev->turn.len, ev->turn.len ? (const char *)ev->turn.p : "");
	return true;
}

bool report_text(struct buf *out, int dir, struct err *e)
{
	buf_str(out, "Timeline\n\n");
	if (!transcript_each(dir, put_line, out, e))
		return false;
	return buf_ok(out) || err_set(e, ERR_TOO_LARGE, "the report");
}
