/* report.c: a ceremony's report as plain text; see report.h.
 *
 * The transcript is read once, and each section takes of a line what is its own. It shows what the record
 * says and judges nothing: that is the verifier's work. */
#include "ceremony/record/report.h"

#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/base/utc.h"
#include "ceremony/record/layout.h"
#include "ceremony/record/report_carried.h"
#include "ceremony/record/report_media.h"
#include "ceremony/record/report_people.h"
#include "ceremony/record/report_signed.h"

#define ROOM ((size_t)1 << 20)

struct report {
	struct buf  *out;
	struct arena room;  /* owned */
	struct event first; /* the open event; its strings live in room */
	struct event last;  /* of an abort its strings live in room, too; of any other they are gone */
	unsigned     num[EVENT_COUNT_];
	unsigned     shown; /* entries of the section that is being written */
	int64_t      day;   /* of the line before, in the timeline */
	struct transcript_personal personal;
};

static struct bytes value(const struct event *ev, const char *key)
{
	return fields_get(&ev->data, key);
}

/* ---- what the first and the last line say ---- */

static bool survey(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct report *r = ctx;

	(void)line;
	if (ev->n == 0 && !event_copy(&r->first, &r->room, ev, e))
		return false;
	r->last = *ev;
	r->num[ev->type]++;
	return ev->type != EVENT_ABORT || event_copy(&r->last, &r->room, ev, e); /* its strings are wanted */
}

static const char *ending(const struct report *r)
{
	if (r->last.type == EVENT_CLOSE)
		return "closed";
	if (r->last.type == EVENT_ABORT)
		return "ENDED FOR GOOD BEFORE ITS CLOSE";
	return "open when this was written";
}

void report_beginning(struct buf *b, const struct event *first)
{
	static const char *const faces[][2] = { { "screen", "people, on the screen" }, { "lines", "people, line by line" },
		                                { "answers", "a file of answers: nobody was asked" } };
	uint64_t looks = 0;

	for (size_t i = 0; i < COUNT_OF(faces); i++)
		if (bytes_is(value(first, "face"), faces[i][0]))
			buf_str(b, faces[i][1]);
	if (fields_get_u64(&looks, &first->data, "looks", UINT32_MAX) && looks)
		buf_fmt(b, "; the room was looked over %llu time%s before", (unsigned long long)looks, looks == 1 ? "" : "s");
}

/* Who answers, and what was amiss and mended before it began. */
static void put_beginning(struct report *r)
{
	char       text[160];
	struct buf b = BUF_ON(text);

	report_beginning(&b, &r->first);
	if (b.len)
		put_row(r->out, "Answered by", buf_bytes(&b));
	for (size_t i = 0; i < r->first.data.num; i++) {
		const struct field *f = &r->first.data.item[i];
		if (bytes_starts(f->key, "amiss.") || bytes_starts(f->key, "mended."))
			put_row(r->out, bytes_starts(f->key, "amiss.") ? "Amiss" : "Mended", f->value);
	}
}

static void put_head(struct report *r)
{
	static const struct {
		const char *label, *key;
	} rows[] = {
		{ "Organisation", "organisation" }, { "Ceremony", "number" },   { "Short name", "slug" },
		{ "Origin", "origin" },             { "Program", "program" },   { "Script", "script-sha256" },
		{ "Previous", "previous" },
	};
	char now[24];

	put_wrapped(r->out, 0, value(&r->first, "title"));
	for (size_t i = text_columns(value(&r->first, "title")); i > 0 && i <= PAGE_COLUMNS; i--)
		buf_str(r->out, "=");
	buf_str(r->out, "\n\n");
	if (fields_is(&r->first.data, "rehearsal", "yes"))
		buf_str(r->out, "  REHEARSAL: nothing that was made here may be trusted.\n\n");
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (value(&r->first, rows[i].key).len)
			put_row(r->out, rows[i].label, value(&r->first, rows[i].key));
	for (size_t i = 0; i < r->first.data.num; i++)
		if (bytes_starts(r->first.data.item[i].key, "profile."))
			put_row(r->out, (const char *)r->first.data.item[i].key.p, r->first.data.item[i].value);
	put_beginning(r);
	put_row(r->out, "Began", bytes_str(utc_str(now, r->first.time)));
	put_row(r->out, "Ended", bytes_str(utc_str(now, r->last.time)));
	buf_fmt(r->out, "  Events        %llu; the ceremony was %s\n", (unsigned long long)r->last.n + 1, ending(r));
	if (r->last.type == EVENT_ABORT) {
		put_row(r->out, "Why", value(&r->last, "reason"));
		put_row(r->out, "Decided by", value(&r->last, "decided-by"));
		if (fields_find(&r->last.data, "confirmed-by"))
			put_row(r->out, "Confirmed", value(&r->last, "confirmed-by"));
	}
	if (r->personal.num_withheld)
		buf_fmt(r->out, "\n  In this copy %zu of %zu personal values are withheld: each reads as\n  " PERSONAL_WITHHELD
		        " and eight digits, which are the same for the same value.\n", r->personal.num_withheld, r->personal.num);
}

/* ---- who was there ---- */

static bool put_people(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct report *r = ctx;

	(void)line;
	(void)e;
	if (ev->type != EVENT_ANSWER || !bytes_is(ev->turn, "people"))
		return true;
	for (size_t i = 0; i < ev->data.num; i++) {
		if (bytes_is(ev->data.item[i].key, "everyone") || bytes_is(ev->data.item[i].key, "shown")) /* one form for all */
			continue;
		buf_str(r->out, "  ");
		put_cell(r->out, ev->data.item[i].key, 18, true);
		put_cell(r->out, ev->data.item[i].value, PAGE_COLUMNS - 20, false);
		buf_str(r->out, "\n");
	}
	r->shown++;
	return true;
}

/* ---- keys, and the backup ---- */

static void put_attributes(struct report *r, const struct fields *data)
{
	uint8_t    text[2048];
	struct buf b = BUF_ON(text);

	for (size_t i = 0; i < data->num; i++)
		if (bytes_starts(data->item[i].key, "CKA_"))
			buf_fmt(&b, "%s%s=%s", b.len ? " " : "", (const char *)data->item[i].key.p + 4,
			        (const char *)data->item[i].value.p);
	if (b.len)
		put_row(r->out, "Attributes", buf_bytes(&b));
}

static bool put_keys(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct report *r = ctx;
	size_t         was = r->room.len;
	struct bytes   spki;

	(void)line;
	(void)e;
	bool made = ev->type == EVENT_RESULT && fields_is(&ev->data, "op", "key-generate");
	bool found = ev->type == EVENT_RESOLVED && fields_is(&ev->data, "outcome", "done");
	if (!made && !found)
		return true;
	buf_str(r->out, r->shown++ ? "\n" : "");
	put_row(r->out, "Key", value(ev, "label"));
	put_row(r->out, "Algorithm", value(ev, "algorithm"));
	put_row(r->out, "CKA_ID", value(ev, "id"));
	put_attributes(r, &ev->data);
	if (fields_get_base64(&spki, &r->room, &ev->data, "spki"))
		put_digest(r->out, "SPKI SHA-256", spki);
	r->room.len = was;
	return true;
}

/* What two people saw a device's own tool do. */
static void put_seen(struct report *r, const struct event *ev)
{
	for (size_t i = 0; i < ev->data.num; i++) {
		if (!bytes_starts(ev->data.item[i].key, "seen."))
			continue;
		buf_str(r->out, r->shown++ ? "\n" : "");
		put_row(r->out, "Seen in", ev->step);
		put_row(r->out, "Instruction", bytes_skip(ev->data.item[i].key, 5));
		put_row(r->out, "What was seen", ev->data.item[i].value);
	}
}

static bool put_backup(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	static const char *const ops[] = { "backup-dice", "backup-wrap", "backup-make", "backup-rewrap", "transfer-key", "transfer-send",
		                           "transfer-receive", "share-split", "share-enter", "share-join",
		                           "backup-prove", "key-restore", "key-prove",     "key-lock",    "key-destroy",  "share-card", "media-hash" };
	struct report           *r = ctx;

	if (ev->type == EVENT_ANSWER && bytes_is(ev->turn, "instruction"))
		put_seen(r, ev);

	(void)line;
	(void)e;
	for (size_t i = 0; i < COUNT_OF(ops) && ev->type == EVENT_RESULT; i++) {
		if (!fields_is(&ev->data, "op", ops[i]))
			continue;
		buf_str(r->out, r->shown++ ? "\n" : "");
		put_row(r->out, "Done", bytes_str(ops[i]));
		for (size_t k = 0; k < ev->data.num; k++) {
			const struct field *f = &ev->data.item[k];
			if (!bytes_is(f->key, "op") && !bytes_is(f->key, "blob") && !bytes_is(f->key, "spki") && !bytes_is(f->key, "transfer") && !bytes_starts(f->key, "CKA_"))
				put_row(r->out, (const char *)f->key.p, f->value);
		}
		put_attributes(r, &ev->data);
	}
	return true;
}

/* ---- what was taken over ---- */

static bool put_adopted(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	static const char *const keys[][2] = { { "Subject", "subject-text" }, { "Issuer", "issuer-text" },
		                               { "Serial", "serial" },        { "Not after", "not-after" },
		                               { "CRL number", "number" },    { "Entries", "entries" },
		                               { "Next update", "next-update" }, { "SHA-256", "sha256" } };
	struct report           *r = ctx;

	(void)line;
	(void)e;
	if (ev->type == EVENT_ANSWER && value(ev, "odd").len) { /* all that was found, as two officers agreed to it */
		buf_str(r->out, "\n");
		put_row(r->out, "Odd last list", value(ev, "odd"));
	}
	if (ev->type != EVENT_RESULT || (!fields_is(&ev->data, "op", "parse-certificate") && !fields_is(&ev->data, "op", "parse-list")))
		return true;
	if (!r->shown)
		put_heading(r->out, "Brought from outside");
	buf_str(r->out, r->shown++ ? "\n" : "");
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		if (value(ev, keys[i][1]).len)
			put_row(r->out, keys[i][0], value(ev, keys[i][1]));
	return true;
}

/* ---- what did not go as planned ---- */

static bool put_trouble(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct report *r = ctx;
	enum err_id    id = err_by_name(value(ev, "error"));
	char           now[24];

	(void)line;
	(void)e;
	switch (ev->type) {
	case EVENT_REFUSED: case EVENT_FAILED: case EVENT_RESOLVED: case EVENT_BACK: case EVENT_PAUSE:
	case EVENT_RESUME: case EVENT_JUMP: case EVENT_ABORT: break;
	default: return true;
	}
	buf_fmt(r->out, "  %4llu  %s  %s\n", (unsigned long long)ev->n + 1, utc_str(now, ev->time), event_type_name(ev->type));
	put_wrapped(r->out, 8, bytes_str(event_type_means(ev->type)));
	if (id != ERR_COUNT_)
		put_wrapped(r->out, 8, bytes_str(err_text_of(id)->what));
	for (size_t i = 0; i < ev->data.num; i++) {
		uint8_t    text[1024];
		struct buf b = BUF_ON(text);
		if (ev->data.item[i].value.len > 400)
			continue;
		buf_fmt(&b, "%s: %s", (const char *)ev->data.item[i].key.p, (const char *)ev->data.item[i].value.p);
		put_wrapped(r->out, 8, buf_bytes(&b));
	}
	r->shown++;
	return true;
}

/* ---- the timeline ---- */

/* The most telling data of an op; without a row, whatever is short. */
static const struct {
	const char *op, *key[2];
} telling[] = {
	{ "host-look", { "network", "kernel" } },      { "token-open", { "label", "serial" } },
	{ "token-init", { "label", "serial" } },       { "token-login", { "serial", NULL } },
	{ "key-generate", { "algorithm", "label" } },  { "key-sign", { "purpose", "sha256" } },
	{ "backup-wrap", { "format", "blob-sha256" } }, { "share-split", { "identifier", "words" } },
	{ "backup-make", { "algorithm", "blob-sha256" } }, { "transfer-key", { "transfer-sha256", NULL } },
	{ "transfer-send", { "format", "wrapped-sha256" } }, { "transfer-receive", { "label", "algorithm" } },
	{ "backup-prove", { "verified", "shares" } },  { "key-restore", { "label", "shares" } },
	{ "key-prove", { "verified", NULL } },         { "key-destroy", { "found", "destroyed" } },
	{ "share-enter", { "number", "match" } },       { "media-read", { "size", "sha256" } },
	{ "media-write", { "size", "sha256" } },       { "parse-request", { "key", "subject-text" } },
	{ "list-take", { "entries", "sha256" } },       { "crl-build", { "entries", "sha256" } },
	{ "crl-write", { "entries", "sha256" } },       { "file-deliver", { "size", "sha256" } },
	{ "mark-write", { "held", "refusal" } },      { "mark-read", { "found", "mark" } },
	{ "media-hash", { "name", "sha256" } },         { "media-find", { "devices", "device.1" } },
	{ "host-print", { "printer", "sha256" } },
	{ "media-release", { "medium", "files" } },   { "media-burn", { "drive", "disc" } },
	{ "media-newest", { "name", "sha256" } },      { "parse-list", { "number", "sha256" } },
	{ "parse-certificate", { "subject-text", "serial" } },
	{ "share-card", { "number", "written" } },   { "qr-scan", { "source", "sha256" } },
	{ "witness-make", { "public", NULL } },          { "token-qualify", { "model", "serial" } },
};

void report_telling(struct buf *b, const struct event *ev)
{
	struct bytes op = value(ev, "op"), error = value(ev, "error");

	if (ev->type == EVENT_OPEN) {
		buf_put(b, value(ev, "title"));
		return;
	}
	buf_put(b, error.len ? error : op);
	for (size_t i = 0; i < COUNT_OF(telling); i++) {
		if (!bytes_is(op, telling[i].op))
			continue;
		for (size_t k = 0; k < 2 && telling[i].key[k]; k++) {
			buf_str(b, value(ev, telling[i].key[k]).len ? " " : "");
			buf_put(b, value(ev, telling[i].key[k]));
		}
		return;
	}
	for (size_t i = 0; i < ev->data.num; i++) {
		const struct field *f = &ev->data.item[i];
		if (!bytes_is(f->key, "op") && !bytes_is(f->key, "error") && f->value.len <= 100)
			buf_fmt(b, "%s%s=%s", b->len ? " " : "", (const char *)f->key.p, (const char *)f->value.p);
	}
}

static bool put_line(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct report *r = ctx;
	char           now[24];
	uint8_t        where[256], what[1024];
	struct buf     w = BUF_ON(where), t = BUF_ON(what);
	int64_t        day = ev->time / UTC_DAY;

	(void)line;
	(void)e;
	(void)utc_str(now, ev->time);
	if (ev->n == 0 || day != r->day)
		buf_fmt(r->out, "  %.10s\n", now);
	r->day = day;
	buf_put(&w, ev->step.len < 100 ? ev->step : bytes_first(ev->step, 0));
	buf_str(&w, ev->turn.len ? "/" : "");
	buf_put(&w, ev->turn.len < 100 ? ev->turn : bytes_first(ev->turn, 0));
	if (ev->round)
		buf_fmt(&w, ".%u", ev->round + 1);
	report_telling(&t, ev);
	buf_fmt(r->out, "  %4llu %.8s %-11s ", (unsigned long long)ev->n + 1, now + 11, event_type_name(ev->type));
	put_cell(r->out, buf_bytes(&w), 23, true);
	buf_str(r->out, " ");
	put_cell(r->out, buf_bytes(&t), PAGE_COLUMNS - 53, false);
	buf_str(r->out, "\n");
	return true;
}

/* ---- all of it ---- */

enum part_id { PEOPLE, PRESENCE, EXCEPTIONS, KEYS, BACKUP, ADOPTED, MEDIA, CARRIED, SIGNED, AHEAD, TROUBLE, TIMELINE, NUM_PARTS };

/* A section, which is written while the transcript is read, beside the others. */
static const struct {
	const char    *heading; /* NULL: it has one of its own, or goes on with the section before */
	const char    *none;    /* what stands there if it has nothing to say */
	transcript_fn *each;    /* NULL: it has a context of its own */
} parts[NUM_PARTS] = {
	[PEOPLE] = { "Who was there", "Nobody was named.", put_people },
	[PRESENCE] = { "Who left, came back, or handed over", "Nobody did.", NULL },
	[EXCEPTIONS] = { "Exceptions", "There were none.", NULL },
	[KEYS] = { "Keys", "No key was made.", put_keys },
	[BACKUP] = { "Backup", "No backup was made.", put_backup },
	[ADOPTED] = { NULL, NULL, put_adopted },
	[MEDIA] = { NULL, NULL, NULL },
	[CARRIED] = { NULL, NULL, NULL },
	[SIGNED] = { "Certificates and revocation lists", NULL, NULL },
	[AHEAD] = { NULL, NULL, NULL },
	[TROUBLE] = { "Failures, refusals, interruptions", "There were none.", put_trouble },
	[TIMELINE] = { "Timeline", NULL, put_line },
};

struct report_maker {
	struct report         r;
	struct arena          room[NUM_PARTS]; /* owned: of the texts */
	struct buf            text[NUM_PARTS];
	unsigned              shown[NUM_PARTS];
	struct report_media   media;
	struct report_carried carried;
	struct report_signing signing;
};

/* r->out is that part's text meanwhile. */
bool report_take(struct report_maker *w, const struct event *ev, struct bytes line, struct err *e)
{
	struct report *r = &w->r;
	bool           ok = survey(r, ev, line, e);

	for (size_t i = 0; ok && i < NUM_PARTS; i++) {
		if (!parts[i].each)
			continue;
		r->out = &w->text[i];
		r->shown = w->shown[i];
		ok = parts[i].each(r, ev, line, e);
		w->shown[i] = r->shown;
	}
	return ok && report_presence(&w->text[PRESENCE], ev, line, e) && report_exception(&w->text[EXCEPTIONS], ev, line, e) &&
	       report_media(&w->media, ev, line, e) && report_carried(&w->carried, ev, line, e) &&
	       report_signing(&w->signing, ev, line, e) && report_ahead(&w->text[AHEAD], ev, line, e);
}

bool report_begin(struct report_maker **out, struct err *e)
{
	struct arena         room = arena_new(ROOM + sizeof(struct report_maker));
	struct report_maker *w = room.cap ? arena_take(&room, sizeof *w) : NULL;
	bool                 ok = w != NULL;

	if (ok)
		*w = (struct report_maker){ .r = { .room = room } }; /* it lies in there itself */
	for (size_t i = 0; ok && i < NUM_PARTS; i++) {
		w->room[i] = arena_new(REPORT_MAX);
		w->text[i] = buf_init(w->room[i].p, w->room[i].cap);
		ok = w->room[i].cap;
	}
	if (ok) {
		w->media.out = &w->text[MEDIA];
		w->carried.out = &w->text[CARRIED];
		ok = report_signing_init(&w->signing, &w->text[SIGNED]);
	}
	if (!ok) {
		report_free(w);
		return err_set(e, ERR_NO_MEMORY, "the report");
	}
	*out = w;
	return true;
}

void report_free(struct report_maker *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < NUM_PARTS; i++)
		arena_free(&w->room[i]);
	report_signing_done(&w->signing);
	struct arena room = w->r.room;
	arena_free(&room);
}

bool report_put(struct report_maker *w, struct buf *out, struct err *e)
{
	struct report *r = &w->r;
	const size_t   was = out->len;

	if (r->last.n == 0 && !r->num[EVENT_OPEN])
		return err_set(e, ERR_TRANSCRIPT_EMPTY, TRANSCRIPT_NAME);
	r->out = out;
	put_head(r);
	for (size_t i = 0; i < NUM_PARTS; i++) {
		out->failed |= !buf_ok(&w->text[i]);
		if (parts[i].heading)
			put_heading(out, parts[i].heading);
		buf_put(out, buf_bytes(&w->text[i]));
		if (parts[i].none && !w->text[i].len && !w->shown[i])
			buf_fmt(out, "  %s\n", parts[i].none);
		if (i == AHEAD && !w->signing.num)
			buf_str(out, "  Nothing was signed.\n");
	}
	put_heading(out, "How to verify this without us");
	buf_str(out, report_verifying);
	if (buf_ok(out))
		return true;
	out->len = was;
	return err_set(e, ERR_TOO_LARGE, "the report");
}

static bool take_line(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	return report_take(ctx, ev, line, e);
}

bool report_text(struct buf *out, int dir, struct err *e)
{
	struct report_maker *w = NULL;
	bool                 ok = report_begin(&w, e) && transcript_each_with(dir, NULL, &w->r.personal, take_line, w, e) && report_put(w, out, e);

	report_free(w);
	return ok;
}
