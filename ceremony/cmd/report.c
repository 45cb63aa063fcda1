/* report.c: see report.h. */
#include "ceremony/cmd/report.h"

#include <fcntl.h>
#include <stdio.h>

#include "ceremony/audit/audit.h"
#include "ceremony/base/file.h"
#include "ceremony/cmd/printed.h"
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

/* The text's sections, each under its heading; its first lines are the title. */
static bool fill(struct doc *d, void *ctx, struct err *e)
{
	struct bytes rest = *(const struct bytes *)ctx, line, next, after, body = rest;

	(void)e;
	while (bytes_cut(rest, '\n', &line, &after)) {
		struct bytes tail;
		bool under = bytes_cut(after, '\n', &next, &tail) && line.len && (bytes_starts(next, "---") || bytes_starts(next, "==="));
		if (!under) {
			rest = after;
			continue;
		}
		struct bytes before = bytes_trim(bytes_of(body.p, (size_t)(line.p - body.p)));
		if (before.len)
			doc_mono(d, false, bytes_of(body.p, (size_t)(before.p + before.len - body.p)));
		if (bytes_starts(next, "==="))
			doc_title(d, line, BYTES_LIT("Report of a key ceremony. The record that it was made from has been verified."));
		else
			doc_heading(d, line);
		rest = body = tail;
	}
	if (bytes_trim(body).len)
		doc_mono(d, false, body);
	doc_heading(d, BYTES_LIT("Signed by"));
	doc_sign(d, BYTES_LIT("Ceremony administrator"), BYTES_LIT(""));
	doc_sign(d, BYTES_LIT("Auditor"), BYTES_LIT(""));
	return true;
}

static void hear(void *ctx, const char *line)
{
	(void)ctx;
	(void)line;
}

/* A report that looks final is made of a record that verifies, whole. */
static bool write_printed(const struct wanted *w, enum doc_form form, struct bytes text, struct err *e)
{
	struct digest    sha256 = hash_of(HASH_SHA256, text);
	char             foot[160], hex[HASH_MAX * 2 + 1];
	struct buf       b = BUF_ON(foot);
	struct doc_about about = { BYTES_LIT("Report of a key ceremony"), { NULL, 0 }, PAPER_NO_DATE };

	buf_fmt(&b, "SHA-256 of this report as text %s", digest_hex(hex, &sha256));
	about.foot = buf_bytes(&b);
	return printed_write(w->file, form, &about, fill, &text, e);
}

static bool write_report(const struct wanted *w, struct err *e)
{
	struct record r = { -1, -1 };
	struct bundle b = { .fd = -1 };
	struct arena  room = arena_new(REPORT_MAX);
	struct buf    out = buf_init(room.p, room.cap);

	bool ok = room.cap || err_set(e, ERR_NO_MEMORY, "the report");
	ok = ok && record_open(&r, AT_FDCWD, w->record, false, e) && bundle_open(&b, &r, (unsigned)w->number, e) &&
	     report_text(&out, b.fd, e);
	if (ok && strcmp(w->format, "text") == 0)
		ok = file_write(AT_FDCWD, w->file, buf_bytes(&out), 0644, e);
	else if (ok)
		ok = audit_record(w->record, NULL, &(struct audit_say){ hear, NULL }, e) &&
		     write_printed(w, strcmp(w->format, "pdf") == 0 ? DOC_PDF : DOC_HTML, buf_bytes(&out), e);
	bundle_done(&b);
	record_done(&r);
	arena_free(&room);
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
