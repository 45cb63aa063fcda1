/* reports.c: see reports.h. */
#include "ceremony/audit/reports.h"

#include "ceremony/base/file.h"
#include "ceremony/record/personal.h"

void reports_done(struct reports *r)
{
	report_free(r->maker);
	*r = (struct reports){ 0 };
}

/* Whether a result names the octets that are made of the lines before it; sha256: its field. */
static bool make(struct reports *r, const struct event *ev, const char *sha256, bool *same, struct err *e)
{
	struct arena a = arena_new(REPORT_MAX);
	struct buf   b = buf_init(a.p, a.cap);
	char         hex[HASH_MAX * 2 + 1];
	uint64_t     size = 0;
	bool         ok = (a.p || err_set(e, ERR_NO_MEMORY, "the report")) && report_put(r->maker, &b, e);

	*same = ok && fields_is(&ev->data, sha256, sha256_hex(hex, buf_bytes(&b))) && fields_get_u64(&size, &ev->data, "size", REPORT_MAX) &&
	        size == b.len;
	arena_free(&a);
	return ok;
}

static bool is_result(const struct event *ev, enum op op)
{
	return ev->type == EVENT_RESULT && fields_is(&ev->data, "op", op_text_of(op)->name);
}

static bool take_result(struct reports *r, const struct event *ev, struct err *e)
{
	const bool written = is_result(ev, OP_HOST_REPORT), printed = is_result(ev, OP_HOST_PRINT) && fields_is(&ev->data, "document", "ceremony report");
	bool       same = true;

	if (written) {
		r->found = REPORT_OTHER;
		r->line = ev->n + 1;
	}
	if (r->other || (!written && !printed))
		return true;
	if (!make(r, ev, written ? "sha256" : "report-sha256", &same, e))
		return false;
	if (written)
		r->found = same ? REPORT_SAME : REPORT_DIFFERS;
	else if (!same && !r->misprint)
		r->misprint = ev->n + 1;
	return true;
}

bool reports_take(struct reports *r, int dir, const struct event *ev, struct bytes line, struct err *e)
{
	if (ev->type == EVENT_OPEN || ev->type == EVENT_RESUME)
		r->other = !fields_is(&ev->data, "program", "ceremony " CEREMONY_VERSION);
	if (ev->type == EVENT_OPEN && fields_is(&ev->data, "format", TRANSCRIPT_FORMAT) && file_exists(dir, "report.txt") &&
	    !report_begin(&r->maker, e))
		return false;
	return !r->maker || (take_result(r, ev, e) && report_take(r->maker, ev, line, e));
}

bool reports_end(const struct reports *r, const char *folder, bool withheld, const struct audit_say *say, struct err *e)
{
	char       text[160];
	struct buf b = BUF_ON(text);

	if (!withheld && (r->misprint || r->found == REPORT_DIFFERS))
		return err_set(e, ERR_AUDIT_REPORT, "%s/transcript.jsonl line %llu", folder, (unsigned long long)(r->misprint ? r->misprint : r->line));
	if (withheld || r->found == REPORT_NONE)
		return true;
	if (r->found == REPORT_SAME)
		buf_fmt(&b, "ok  %s: the report, made again, is the one that line %llu names", folder, (unsigned long long)r->line);
	else
		buf_fmt(&b, "--  %s: the report of line %llu is another version's: it was not made again", folder, (unsigned long long)r->line);
	if (say)
		say->say(say->ctx, buf_cstr(&b));
	return true;
}

/* One that was ended for good may have been so before its report was written. */
bool reports_wanted(const struct flow *f)
{
	return f->report_sha256 || !f->aborted;
}

bool reports_withheld(const struct flow *f)
{
	return f->report_sha256 && personal_is_withheld(bytes_str(f->report_sha256));
}

/* What nothing vouches for must not lie there as if it did. */
static bool check_none(int dir, const char *folder, struct err *e)
{
	static const char *const names[] = { "report.txt", "report.html", "report.pdf" };

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (file_exists(dir, names[i]))
			return err_set(e, ERR_AUDIT_UNVOUCHED, "%s/%s", folder, names[i]);
	return true;
}

static bool check_octets(const struct flow *f, int dir, const char *folder, struct err *e)
{
	struct bytes text;
	char         hex[HASH_MAX * 2 + 1];

	if (!file_exists(dir, "report.txt"))
		return err_set(e, ERR_AUDIT_FILE, "%s/report.txt is missing", folder);
	return (file_read(&text, f->scratch, dir, "report.txt", REPORT_MAX, e) && f->report_sha256 &&
	        strcmp(sha256_hex(hex, text), f->report_sha256) == 0) ||
	       err_set(e, ERR_AUDIT_FILE, "%s/report.txt", folder);
}

bool reports_check(const struct flow *f, int dir, const char *folder, bool withheld, struct err *e)
{
	if (!reports_wanted(f))
		return true;
	if (reports_withheld(f))
		return check_none(dir, folder, e);
	return withheld ? err_set(e, ERR_AUDIT_WITHHELD, "%s/report.txt", folder) : check_octets(f, dir, folder, e);
}
