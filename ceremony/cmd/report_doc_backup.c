/* report_doc_backup.c: a report's section on the backup of the keys and its shares; see report_doc.h. */
#include <stdio.h>

#include "ceremony/cmd/report_doc.h"

static bool is_result(const struct event *ev, const char *op)
{
	return ev->type == EVENT_RESULT && fields_is(&ev->data, "op", op);
}

/* "method: wrap" of the backup file, which the transcript holds. */
static struct bytes method_of(struct report_doc *r, const struct event *ev)
{
	struct bytes blob, line;

	if (!fields_get_base64(&blob, &r->room, &ev->data, "blob"))
		return BYTES_LIT("");
	while (bytes_cut(blob, '\n', &line, &blob))
		if (bytes_starts(line, "method: "))
			return report_doc_shown(r, bytes_skip(line, 8));
	return BYTES_LIT("");
}

static void put_rows(struct report_doc *r, const struct event *ev)
{
	for (size_t i = 0; i < ev->data.num; i++) {
		const struct field *f = &ev->data.item[i];
		uint8_t             octets[32];
		struct buf          b = BUF_ON(octets);
		if (bytes_is(f->key, "op") || bytes_is(f->key, "blob") || bytes_is(f->key, "spki") || bytes_starts(f->key, "commitment."))
			continue;
		if (f->value.len == 64 && hex_decode(&b, f->value))
			doc_digest(r->d, (const char *)report_doc_shown(r, f->key).p, buf_bytes(&b));
		else
			doc_row(r->d, report_doc_shown(r, f->key), PAPER_PLAIN, report_doc_shown(r, f->value));
	}
}

#define MOST_CUSTODIANS 16

/* Who holds which share: share N was seen by custodian N, and whoever has seen one hands the role over no more. */
struct sets {
	struct report_doc *r;
	struct bytes       custodian[MOST_CUSTODIANS];
};

static bool each_custodian(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct sets *s = ctx;

	(void)line;
	(void)e;
	for (unsigned i = 0; i < MOST_CUSTODIANS; i++) {
		char key[24];
		(void)snprintf(key, sizeof key, "custodian.%u", i + 1);
		if (ev->type == EVENT_ANSWER && bytes_is(ev->turn, "people") && fields_find(&ev->data, key))
			s->custodian[i] = report_doc_shown(s->r, fields_get(&ev->data, key));
		else if (ev->type == EVENT_HANDOVER && s->custodian[i].len &&
		         bytes_equal(s->custodian[i], report_doc_shown(s->r, fields_get(&ev->data, "from"))))
			s->custodian[i] = report_doc_shown(s->r, fields_get(&ev->data, "to"));
	}
	return true;
}

static struct bytes custodian_of(const struct sets *s, struct bytes number)
{
	uint64_t n = 0;

	return bytes_to_u64(&n, number, MOST_CUSTODIANS) && n ? s->custodian[n - 1] : BYTES_LIT("");
}

static void put_set(const struct sets *s, const struct event *ev)
{
	static const struct paper_column columns[] = { { "Share", 0.08F, PAPER_PLAIN }, { "Custodian", 0.25F, PAPER_STRONG },
		                                       { "SHA-256 of its words: the commitment", 0.67F, PAPER_CODE } };
	struct report_doc *r = s->r;

	doc_subheading(r->d, BYTES_LIT("The share set"));
	put_rows(r, ev);
	doc_table(r->d, columns, COUNT_OF(columns), false, 0);
	for (size_t i = 0; i < ev->data.num; i++)
		if (bytes_starts(ev->data.item[i].key, "commitment."))
			doc_table_row(r->d, (const struct bytes[]){ report_doc_shown(r, bytes_skip(ev->data.item[i].key, 11)),
			                                            custodian_of(s, bytes_skip(ev->data.item[i].key, 11)),
			                                            report_doc_shown(r, ev->data.item[i].value) });
	doc_table_end(r->d);
}

static bool each_set(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	const struct sets *s = ctx;
	struct report_doc *r = s->r;
	const size_t       was = r->room.len;

	(void)line;
	(void)e;
	if (is_result(ev, "backup-wrap") || is_result(ev, "backup-make") || is_result(ev, "backup-rewrap")) {
		doc_subheading(r->d, BYTES_LIT("The method"));
		doc_row(r->d, BYTES_LIT("method"), PAPER_STRONG, method_of(r, ev));
		put_rows(r, ev);
	} else if (is_result(ev, "share-split")) {
		put_set(s, ev);
	}
	r->room.len = was;
	return true;
}

/* What was done with backup and shares, in plain words. */
static const struct {
	const char *op, *means;
} ops[] = {
	{ "backup-dice", "dice were rolled for it" },
	{ "backup-wrap", "the key was taken out, wrapped" },
	{ "backup-make", "the key was made outside a token, and sealed" },
	{ "transfer-key", "the second token made a key for the transfer" },
	{ "transfer-send", "the key was sent, wrapped for the second token" },
	{ "transfer-receive", "the second token took it in" },
	{ "backup-rewrap", "it was wrapped again, for a new set" },
	{ "share-split", "the wrapping key was split into shares" },
	{ "share-check", "a custodian entered their own share again" },
	{ "share-card", "a card for a custodian's own medium" },
	{ "share-enter", "a custodian brought their share" },
	{ "share-join", "the wrapping key was put together from shares" },
	{ "backup-prove", "the backup was proven to hold the key" },
	{ "key-restore", "the key was restored from the backup" },
	{ "key-prove", "the restored key signed a challenge" },
	{ "backup-forget", "the secrets were wiped" },
	{ "media-hash", "a file that the device's own tool left" },
	{ "key-lock", "the key was locked in; whether a wrap was refused is said here" },
	{ "key-destroy", "a key was destroyed" },
};

struct done {
	struct report_doc *r;
	unsigned           shown;
};

/* The short fields of an event, one a line. */
static struct bytes details(struct report_doc *r, const struct event *ev)
{
	char       text[4096];
	struct buf b = BUF_ON(text);

	for (size_t i = 0; i < ev->data.num; i++) {
		const struct field *f = &ev->data.item[i];
		if (bytes_is(f->key, "op") || bytes_starts(f->key, "CKA_") || bytes_starts(f->key, "commitment.") || f->value.len > 48)
			continue;
		buf_fmt(&b, "%s%s: %s", b.len ? "; " : "", (const char *)report_doc_shown(r, f->key).p, (const char *)report_doc_shown(r, f->value).p);
	}
	return report_doc_said(r, "%s", buf_cstr(&b));
}

static bool each_done(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct done *d = ctx;
	const size_t was = d->r->room.len;

	(void)line;
	(void)e;
	for (size_t i = 0; i < COUNT_OF(ops); i++) {
		if (!is_result(ev, ops[i].op))
			continue;
		d->shown++;
		doc_table_row(d->r->d, (const struct bytes[]){ report_doc_said(d->r, "%llu", (unsigned long long)ev->n + 1),
		                                               report_doc_time(d->r, ev->time), bytes_str(ops[i].means), details(d->r, ev) });
	}
	d->r->room.len = was;
	return true;
}

bool report_doc_backup(struct report_doc *r, struct err *e)
{
	static const struct paper_column columns[] = { { "Line", 0.07F, PAPER_MUTED }, { "Time (UTC)", 0.20F, PAPER_PLAIN },
		                                       { "What was done", 0.30F, PAPER_PLAIN }, { "Details", 0.43F, PAPER_PLAIN } };
	struct done d = { .r = r };
	struct sets s = { .r = r };

	doc_heading(r->d, BYTES_LIT("Backup"));
	if (!transcript_each(r->dir, each_custodian, &s, e) || !transcript_each(r->dir, each_set, &s, e))
		return false;
	doc_subheading(r->d, BYTES_LIT("What was done with it"));
	doc_table(r->d, columns, COUNT_OF(columns), false, 0);
	bool ok = transcript_each(r->dir, each_done, &d, e);
	if (ok && !d.shown)
		doc_table_band(r->d, PAPER_PLAIN, BYTES_LIT("No backup was made, and none was used."));
	doc_table_end(r->d);
	return ok;
}
