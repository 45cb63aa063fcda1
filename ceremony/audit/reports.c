/* reports.c: see reports.h. */
#include "ceremony/audit/reports.h"

#include "ceremony/base/file.h"
#include "ceremony/record/personal.h"

void reports_done(struct reports *r)
{
	report_free(r->maker);
	*r = (struct reports){ 0 };
}

static bool make(struct reports *r, const struct event *ev, struct err *e)
{
	struct arena a = arena_new(REPORT_MAX);
	struct buf   b = buf_init(a.p, a.cap);
	char         hex[HASH_MAX * 2 + 1];
	uint64_t     size = 0;
	bool         ok = (a.p || err_set(e, ERR_NO_MEMORY, "the report")) && report_put(r->maker, &b, e);

	if (ok)
		r->found = fields_is(&ev->data, "sha256", sha256_hex(hex, buf_bytes(&b))) && fields_get_u64(&size, &ev->data, "size", REPORT_MAX) && size == b.len ?
		                   REPORT_SAME :
		                   REPORT_DIFFERS;
	arena_free(&a);
	return ok;
}

bool reports_take(struct reports *r, int dir, const struct event *ev, struct bytes line, struct err *e)
{
	if (ev->type == EVENT_OPEN || ev->type == EVENT_RESUME)
		r->other = !fields_is(&ev->data, "program", "ceremony " CEREMONY_VERSION);
	if (ev->type == EVENT_OPEN && fields_is(&ev->data, "format", TRANSCRIPT_FORMAT) && file_exists(dir, "report.txt") &&
	    !report_begin(&r->maker, e))
		return false;
	if (!r->maker)
		return true;
	if (ev->type == EVENT_RESULT && fields_is(&ev->data, "op", op_text_of(OP_HOST_REPORT)->name)) {
		r->found = REPORT_OTHER;
		r->line = ev->n + 1;
		if (!r->other && !make(r, ev, e))
			return false;
	}
	return report_take(r->maker, ev, line, e);
}

bool reports_end(const struct reports *r, const char *folder, bool withheld, const struct audit_say *say, struct err *e)
{
	char       text[160];
	struct buf b = BUF_ON(text);

	if (withheld || r->found == REPORT_NONE)
		return true;
	if (r->found == REPORT_DIFFERS)
		return err_set(e, ERR_AUDIT_REPORT, "%s/transcript.jsonl line %llu", folder, (unsigned long long)r->line);
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
