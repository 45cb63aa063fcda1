/* report_doc.c: see report_doc.h: what the sections share, and their order. */
#include "ceremony/cmd/report_doc.h"

#include <stdarg.h>
#include <stdio.h>

#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/base/utc.h"
#include "ceremony/record/ca.h"
#include "ceremony/record/report.h"
#include "ceremony/record/sums.h"

#define ROOM     ((size_t)64 << 20) /* pages that are never touched cost nothing */
#define MOST     4096               /* octets of one shown text; a longer one says that it is cut */
#define SUMS_MAX ((size_t)4 << 20)

/* What a builder holds, in the room. */
static struct bytes keep(struct report_doc *r, const struct buf *b)
{
	struct bytes copy = arena_copy(&r->room, buf_bytes(b));

	r->failed |= !copy.p || !buf_ok(b);
	return copy.p ? copy : BYTES_LIT("");
}

struct bytes report_doc_shown(struct report_doc *r, struct bytes foreign)
{
	char       text[MOST * 4 + 64];
	struct buf b = BUF_ON(text);
	size_t     n = foreign.len;

	if (n > MOST)
		for (n = MOST; n && (foreign.p[n] & 0xc0) == 0x80;)
			n--;
	text_escape(&b, bytes_first(foreign, n));
	if (n < foreign.len)
		buf_fmt(&b, " [and %zu octets more]", foreign.len - n);
	return keep(r, &b);
}

struct bytes report_doc_said(struct report_doc *r, const char *fmt, ...)
{
	char       text[MOST * 20]; /* four shown texts and what stands between them */
	struct buf b = BUF_ON(text);
	va_list    ap;

	va_start(ap, fmt);
	buf_vfmt(&b, fmt, ap);
	va_end(ap);
	return keep(r, &b);
}

struct bytes report_doc_hex(struct report_doc *r, struct bytes octets)
{
	char       text[MOST];
	struct buf b = BUF_ON(text);

	for (size_t i = 0; i < octets.len; i += 16) {
		buf_str(&b, i ? "\n" : "");
		buf_hex(&b, bytes_of(octets.p + i, octets.len - i < 16 ? octets.len - i : 16));
	}
	return keep(r, &b);
}

struct bytes report_doc_words(struct report_doc *r, struct bytes octets, unsigned per_line)
{
	char       text[MOST];
	struct buf b = BUF_ON(text);

	words_put(&b, octets, per_line);
	return keep(r, &b);
}

struct bytes report_doc_time(struct report_doc *r, int64_t t)
{
	char now[24];

	(void)utc_str(now, t);
	return report_doc_said(r, "%.10s %.8s", now, now + 11);
}

static bool survey(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct report_doc *r = ctx;

	(void)line;
	if (ev->n == 0 && !event_copy(&r->first, &r->room, ev, e))
		return false;
	r->last = *ev;
	r->num[ev->type]++;
	return ev->type != EVENT_ABORT || event_copy(&r->last, &r->room, ev, e); /* its strings are wanted */
}

static bool read_fingerprints(struct report_doc *r, struct err *e)
{
	struct bytes file;
	struct ca    ca;

	if (file_exists(r->record, CA_NAME)) {
		if (!ca_read(&ca, &r->room, r->record, e))
			return false;
		memcpy(r->root_sha256, ca.root_sha256, sizeof r->root_sha256);
		r->has_root = true;
	}
	if (file_exists(r->dir, "checkpoint")) {
		if (!file_read(&file, &r->room, r->dir, "checkpoint", CHECKPOINT_MAX, e) || !checkpoint_parse(&r->checkpoint, file, e))
			return false;
		r->has_checkpoint = true;
	}
	return !file_exists(r->dir, SUMS_NAME) || file_read(&r->sums, &r->room, r->dir, SUMS_NAME, SUMS_MAX, e);
}

bool report_doc_read(struct report_doc *r, int record, int dir, struct err *e)
{
	*r = (struct report_doc){ .record = record, .dir = dir, .room = arena_new(ROOM) };
	if (!r->room.cap)
		return err_set(e, ERR_NO_MEMORY, "the report");
	if (!transcript_each_with(dir, NULL, &r->personal, survey, r, e) || !read_fingerprints(r, e) || !compliance_read(&r->clauses, &r->room, dir, e))
		return false;
	if (!r->num[EVENT_OPEN])
		return err_set(e, ERR_TRANSCRIPT_EMPTY, TRANSCRIPT_NAME);
	for (size_t i = 0; compliance_row(i); i++)
		r->num_unmet += !compliance_row(i)->section && compliance_state(&r->clauses, i) == COMPLIANCE_UNMET;
	return true;
}

void report_doc_done(struct report_doc *r)
{
	arena_free(&r->room);
}

void report_doc_foot(struct buf *b, const struct report_doc *r)
{
	if (r->has_root) {
		buf_str(b, "Root certificate SHA-256 ");
		buf_hex(b, bytes_of(r->root_sha256, sizeof r->root_sha256));
		buf_str(b, "\n");
	}
	if (r->has_checkpoint) {
		buf_str(b, "Checkpoint of the transcript ");
		buf_hex(b, bytes_of(r->checkpoint.root, sizeof r->checkpoint.root));
	}
}

static bool put_verifying(struct report_doc *r, struct err *e)
{
	(void)e;
	doc_heading(r->d, BYTES_LIT("How to verify this without us"));
	if (r->last.type == EVENT_ABORT)
		doc_text(r->d, PAPER_PLAIN, BYTES_LIT("There is no signature to verify: the ceremony was ended for good, and nothing of it was sealed. Each line of transcript.jsonl "
		                                      "ends in the SHA-256 of the line before (without its newline); docs/formats/transcript.md says how to check that. Who "
		                                      "was there says whether it is what happened."));
	else
		doc_mono(r->d, false, bytes_str(report_verifying + 1));
	return true;
}

bool report_doc_fill(struct doc *d, void *ctx, struct err *e)
{
	static bool (*const section[])(struct report_doc *, struct err *) = {
		report_doc_cover,  report_doc_people,     report_doc_tokens, report_doc_keys,    report_doc_backup,
		report_doc_signed, report_doc_reviews, report_doc_exceptions, report_doc_media,    report_doc_carried,
		report_doc_files,  report_doc_clauses, report_doc_letter,     report_doc_timeline, put_verifying,
	};
	struct report_doc *r = ctx;

	r->d = d;
	for (size_t i = 0; i < COUNT_OF(section); i++) {
		const size_t was = r->room.len;
		if (!section[i](r, e))
			return false;
		r->room.len = was;
	}
	return !r->failed || err_set(e, ERR_TOO_LARGE, "a text of the report");
}
