/* report.c: see report.h. */
#include "ceremony/cmd/report.h"

#include <fcntl.h>
#include <stdio.h>

#include "ceremony/audit/audit.h"
#include "ceremony/base/file.h"
#include "ceremony/cmd/printed.h"
#include "ceremony/cmd/report_doc.h"
#include "ceremony/record/bundle.h"
#include "ceremony/record/report.h"

struct wanted {
	const char *record, *format, *file;
	uint64_t    number; /* 0: the last ceremony */
};

static int complain(int code, const struct err *e)
{
	char line[512];

	(void)fprintf(stderr, "ceremony report: %s\n", err_line(line, sizeof line, e));
	return code;
}

static bool parse_options(struct wanted *w, int argc, char **argv, struct err *e)
{
	bool numbered = false;

	for (int i = 1; i < argc; i += 2) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;
		const char **text = strcmp(argv[i], "--record") == 0 ? &w->record :
		                    strcmp(argv[i], "--format") == 0 ? &w->format :
		                    strcmp(argv[i], "-o") == 0       ? &w->file :
		                                                       NULL;
		if (!value)
			return err_set(e, ERR_USAGE, "%s wants a value", argv[i]);
		if (text && !*text)
			*text = value;
		else if (!text && !numbered && strcmp(argv[i], "--ceremony") == 0)
			numbered = bytes_to_u64(&w->number, bytes_str(value), BUNDLE_MOST) && w->number > 0;
		else
			return err_set(e, ERR_USAGE, "%s", argv[i]);
		if (strcmp(argv[i], "--ceremony") == 0 && !numbered)
			return err_set(e, ERR_USAGE, "--ceremony wants a number from 1");
	}
	if (!w->record || !w->format || !w->file)
		return err_set(e, ERR_USAGE, "--record, --format and -o are needed");
	return true;
}

/* Nothing here is the transcript's fault: the answer is not "no", the world failed. */
static bool is_world(enum err_id id)
{
	return id == ERR_FILE_OPEN || id == ERR_FILE_READ || id == ERR_FILE_WRITE || id == ERR_DISK_FULL ||
	       id == ERR_NO_MEMORY || id == ERR_RECORD_NONE || id == ERR_RECORD_NUMBER;
}

static void hear(void *ctx, const char *line)
{
	(void)ctx;
	(void)line;
}

/* A report that looks final is made of a record that verifies, whole; that of a ceremony which was ended for good says so. */
static bool write_document(const struct wanted *w, enum doc_form form, int record, int dir, struct err *e)
{
	char              foot[256];
	struct buf        b = BUF_ON(foot);
	struct report_doc r = { 0 };
	struct doc_about  about = { BYTES_LIT("Report of a key ceremony"), { NULL, 0 }, PAPER_NO_DATE };

	bool ok = audit_record(w->record, &(struct audit_want){ .aborted = true }, &(struct audit_say){ hear, NULL }, e) && report_doc_read(&r, record, dir, e);
	if (ok) {
		report_doc_foot(&b, &r);
		about.foot = buf_bytes(&b);
		ok = printed_write(w->file, form, &about, report_doc_fill, &r, e);
	}
	report_doc_done(&r);
	return ok;
}

static bool write_text(const struct wanted *w, int dir, struct err *e)
{
	struct arena room = arena_new(REPORT_MAX);
	struct buf   out = buf_init(room.p, room.cap);

	bool ok = room.cap || err_set(e, ERR_NO_MEMORY, "the report");
	ok = ok && report_text(&out, dir, e) && file_write(AT_FDCWD, w->file, buf_bytes(&out), 0644, e);
	arena_free(&room);
	return ok;
}

static bool write_report(const struct wanted *w, struct err *e)
{
	struct record r = { -1, -1 };
	struct bundle b = { .fd = -1 };

	bool ok = record_open(&r, AT_FDCWD, w->record, false, e) && bundle_open(&b, &r, (unsigned)w->number, e);
	if (ok && strcmp(w->format, "text") == 0)
		ok = write_text(w, b.fd, e);
	else if (ok)
		ok = write_document(w, strcmp(w->format, "pdf") == 0 ? DOC_PDF : DOC_HTML, r.fd, b.fd, e);
	bundle_done(&b);
	record_done(&r);
	return ok;
}

int cmd_report(int argc, char **argv)
{
	struct wanted w = { 0 };
	struct err    e = { 0 };

	if (!parse_options(&w, argc, argv, &e))
		return complain(2, &e);
	if (strcmp(w.format, "text") != 0 && strcmp(w.format, "html") != 0 && strcmp(w.format, "pdf") != 0) {
		(void)err_set(&e, ERR_USAGE, "--format text, html or pdf");
		return complain(2, &e);
	}
	if (write_report(&w, &e))
		return 0;
	return complain(is_world(e.id) ? 3 : 1, &e);
}
