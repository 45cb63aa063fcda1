/* report_doc_cover.c: the first page of a report, and who was there; see report_doc.h. */
#include <stdio.h>

#include "ceremony/base/file.h"
#include "ceremony/base/utc.h"
#include "ceremony/cmd/printed.h"
#include "ceremony/cmd/report_doc.h"
#include "ceremony/record/report.h"

#define MOST_PEOPLE 256

static struct bytes opened(struct report_doc *r, const char *key)
{
	return report_doc_shown(r, fields_get(&r->first.data, key));
}

static bool was_aborted(const struct report_doc *r)
{
	return r->last.type == EVENT_ABORT;
}

static const char *ending(const struct report_doc *r)
{
	return r->last.type == EVENT_CLOSE ? "closed" : was_aborted(r) ? "ended for good before its close" : "not closed yet";
}

/* Who answers, and what was amiss and mended before it began. */
static void put_beginning(struct report_doc *r)
{
	char       text[160];
	struct buf b = BUF_ON(text);

	report_beginning(&b, &r->first);
	if (b.len)
		doc_row(r->d, BYTES_LIT("Answered by"), PAPER_PLAIN, report_doc_said(r, "%s", buf_cstr(&b)));
	for (size_t i = 0; i < r->first.data.num; i++) {
		const struct field *f = &r->first.data.item[i];
		const bool          amiss = bytes_starts(f->key, "amiss.");
		if (amiss || bytes_starts(f->key, "mended."))
			doc_row(r->d, bytes_str(amiss ? "Amiss when it began" : "Mended before it began"), amiss ? PAPER_ALARM : PAPER_PLAIN,
			        report_doc_shown(r, f->value));
	}
}

static void put_facts(struct report_doc *r)
{
	char began[24], ended[24];

	(void)utc_str(began, r->first.time);
	(void)utc_str(ended, r->last.time);
	doc_row(r->d, BYTES_LIT("Certification authority"), PAPER_STRONG, opened(r, "organisation"));
	doc_row(r->d, BYTES_LIT("Ceremony"), PAPER_PLAIN,
	        report_doc_said(r, "number %s, %s", (const char *)opened(r, "number").p, (const char *)opened(r, "slug").p));
	doc_row(r->d, BYTES_LIT("Date"), PAPER_PLAIN,
	        report_doc_said(r, strncmp(began, ended, 10) == 0 ? "%.10s, %.8s to %.0s%.8s UTC" : "%.10s %.8s to %.10s %.8s UTC", began,
	                        began + 11, ended, ended + 11));
	doc_row(r->d, BYTES_LIT("Origin"), PAPER_PLAIN, opened(r, "origin"));
	doc_row(r->d, BYTES_LIT("Made by"), PAPER_PLAIN, opened(r, "program"));
	put_beginning(r);
	doc_row(r->d, BYTES_LIT("Transcript"), PAPER_PLAIN,
	        report_doc_said(r, "%llu events; the ceremony is %s", (unsigned long long)r->last.n + 1, ending(r)));
	if (was_aborted(r)) {
		doc_row(r->d, BYTES_LIT("Why it was ended"), PAPER_ALARM, report_doc_shown(r, fields_get(&r->last.data, "reason")));
		doc_row(r->d, BYTES_LIT("Who decided it"), PAPER_PLAIN, report_doc_shown(r, fields_get(&r->last.data, "decided-by")));
		if (fields_find(&r->last.data, "confirmed-by"))
			doc_row(r->d, BYTES_LIT("Who confirmed it"), PAPER_PLAIN, report_doc_shown(r, fields_get(&r->last.data, "confirmed-by")));
	}
	doc_row(r->d, BYTES_LIT("Exceptions"), PAPER_PLAIN, report_doc_said(r, "%llu", (unsigned long long)r->num[EVENT_EXCEPTION]));
	doc_row(r->d, BYTES_LIT("Clauses unmet"), r->num_unmet ? PAPER_ALARM : PAPER_PLAIN, report_doc_said(r, "%zu", r->num_unmet));
}

/* "4=aggregate,16=narrative" in words. */
static struct bytes typed_words(struct report_doc *r, struct bytes rest)
{
	struct bytes all = BYTES_LIT(""), one, number, word;

	while (rest.len) {
		if (!bytes_cut(rest, ',', &one, &rest)) {
			one = rest;
			rest = bytes_of(NULL, 0);
		}
		if (bytes_cut(one, '=', &number, &word))
			all = report_doc_said(r, "%s%sword %s: %s", (const char *)all.p, all.len ? ", " : "", (const char *)report_doc_shown(r, number).p,
			                      (const char *)report_doc_shown(r, word).p);
	}
	return all;
}

/* What one of those who signed typed back of the words, from what they signed; the record was verified before. */
static bool put_heard(struct report_doc *r, const char *role, unsigned n, struct err *e)
{
	static const char *const endings[] = { "minisig", "heard" };
	struct bytes             file, word, rest;
	char                     path[64];

	for (size_t i = 0; i < COUNT_OF(endings); i++) {
		(void)snprintf(path, sizeof path, "witnesses/%s-%u.%s", role, n, endings[i]);
		if (!file_exists(r->dir, path))
			continue;
		if (!file_read(&file, &r->room, r->dir, path, WITNESS_FILE_MAX, e))
			return false;
		for (rest = file; bytes_cut(rest, ' ', &word, &rest);)
			if (bytes_starts(word, "words:"))
				doc_row(r->d, report_doc_said(r, "typed back by %s %u", role, n), PAPER_CODE,
				        typed_words(r, bytes_skip(word, 6)));
	}
	return true;
}

static bool put_words(struct report_doc *r, struct bytes head, struct err *e)
{
	doc_row(r->d, BYTES_LIT("in words"), PAPER_CODE, report_doc_words(r, head, 4));
	for (unsigned n = 1; n <= NOTE_MAX_WITNESSES; n++)
		if (!put_heard(r, "witness", n, e))
			return false;
	for (unsigned n = 1; n <= NOTE_MAX_WITNESSES; n++)
		if (!put_heard(r, "auditor", n, e))
			return false;
	return true;
}

static bool put_fingerprints(struct report_doc *r, struct err *e)
{
	struct digest root = { .len = 32 };
	uint8_t       script[32];
	struct buf    b = BUF_ON(script);

	memcpy(root.p, r->root_sha256, 32);
	doc_heading(r->d, BYTES_LIT("Fingerprints"));
	doc_text(r->d, PAPER_MUTED, was_aborted(r) ?
	                                BYTES_LIT("Each is a SHA-256. The transcript was replayed line by line before this report was made from it; there is no "
	                                          "signature to verify.") :
	                                BYTES_LIT("Each is a SHA-256. The square is that of the root certificate, and the words beside it say the same. "
	                                          "The whole record was verified before this report was made from it."));
	if (!r->has_root) {
		doc_row_str(r->d, "Root certificate", PAPER_PLAIN, was_aborted(r) ? "the record has none; what was signed all the same stands under Certificates" : "there is none yet");
	} else {
		doc_digest(r->d, "Root certificate", digest_bytes(&root));
		if (!printed_code(r->d, &root, (const char *)report_doc_words(r, digest_bytes(&root), 4).p, e))
			return false;
	}
	if (r->has_checkpoint) {
		struct bytes head = bytes_of(r->checkpoint.root, sizeof r->checkpoint.root);
		doc_digest(r->d, "Checkpoint's root", head);
		if (!put_words(r, head, e))
			return false;
	} else {
		doc_row_str(r->d, "Checkpoint's root", PAPER_PLAIN, "there is none: the ceremony was not sealed");
	}
	if (hex_decode(&b, fields_get(&r->first.data, "script-sha256")))
		doc_digest(r->d, "Script", buf_bytes(&b));
	return true;
}

bool report_doc_cover(struct report_doc *r, struct err *e)
{
	doc_title(r->d, opened(r, "title"), BYTES_LIT("Report of a key ceremony"));
	if (fields_is(&r->first.data, "rehearsal", "yes"))
		doc_notice(r->d, PAPER_ALARM, BYTES_LIT("REHEARSAL: nothing that was made here may be trusted."));
	if (was_aborted(r))
		doc_notice(r->d, PAPER_ALARM, BYTES_LIT("ABORTED: this ceremony was ended for good before its close. No witness and no key has signed its transcript, "
		                                        "and nothing that was made in it may be used."));
	if (r->personal.num_withheld)
		doc_notice(r->d, PAPER_STRONG,
		           report_doc_said(r, "In this copy %zu of %zu personal values are withheld: each reads as " PERSONAL_WITHHELD
		                              " and eight digits, which are the same for the same value.", r->personal.num_withheld, r->personal.num));
	put_facts(r);
	if (!put_fingerprints(r, e))
		return false;
	doc_page(r->d);
	return true;
}

/* ---- who was there ---- */

struct people {
	struct report_doc *r;
	struct bytes       key[MOST_PEOPLE], name[MOST_PEOPLE];
	size_t             num;
};

static void set_person(struct people *p, struct bytes key, struct bytes name)
{
	size_t i = 0;

	while (i < p->num && !bytes_equal(p->key[i], key))
		i++;
	if (i == MOST_PEOPLE) {
		p->r->failed = true;
		return;
	}
	p->key[i] = report_doc_shown(p->r, key);
	p->name[i] = report_doc_shown(p->r, name);
	p->num += i == p->num;
}

/* A name that was corrected is there again, under the same key. */
static bool each_person(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct people *p = ctx;

	(void)line;
	(void)e;
	if (ev->type == EVENT_HANDOVER)
		set_person(p, report_doc_said(p->r, "%s, from line %llu", (const char *)report_doc_shown(p->r, fields_get(&ev->data, "role")).p,
		                              (unsigned long long)ev->n + 1),
		           fields_get(&ev->data, "to"));
	if (ev->type != EVENT_ANSWER || !bytes_is(ev->turn, "people"))
		return true;
	for (size_t i = 0; i < ev->data.num; i++) {
		const struct field *f = &ev->data.item[i];
		if (!bytes_is(f->key, "everyone") && !bytes_is(f->key, "shown"))
			set_person(p, f->key, f->value);
	}
	return true;
}

/* "officer.2" as "officer 2". */
static struct bytes role_of(struct report_doc *r, struct bytes key)
{
	struct bytes role, number;

	if (!bytes_cut(key, '.', &role, &number))
		return key;
	return report_doc_said(r, "%.*s %.*s", (int)role.len, (const char *)role.p, (int)number.len, (const char *)number.p);
}

static bool each_presence(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct report_doc *r = ctx;
	const size_t       was = r->room.len;
	struct bytes       who = fields_get(&ev->data, "presence"), role = fields_get(&ev->data, "role");
	const bool         call = ev->type == EVENT_ANSWER && bytes_is(ev->turn, "presence") && bytes_is(who, "everyone");

	(void)line;
	(void)e;
	if (ev->type != EVENT_LEAVE && ev->type != EVENT_RETURN && ev->type != EVENT_HANDOVER && !call)
		return true;
	struct bytes what = call ? BYTES_LIT("the roll was called after a break") : bytes_str(event_type_means(ev->type));
	if (ev->type == EVENT_HANDOVER)
		who = report_doc_said(r, "%s to %s\nWhy: %s\nApproved by %s", (const char *)report_doc_shown(r, fields_get(&ev->data, "from")).p,
		                      (const char *)report_doc_shown(r, fields_get(&ev->data, "to")).p,
		                      (const char *)report_doc_shown(r, fields_get(&ev->data, "reason")).p,
		                      (const char *)report_doc_shown(r, fields_get(&ev->data, "approver")).p);
	else
		who = report_doc_shown(r, who);
	doc_table_row(r->d, (const struct bytes[]){ report_doc_said(r, "%llu", (unsigned long long)ev->n + 1), report_doc_time(r, ev->time),
	                                            what, who, report_doc_shown(r, role) });
	r->room.len = was;
	return true;
}

bool report_doc_people(struct report_doc *r, struct err *e)
{
	static const struct paper_column columns[] = { { "Role", 0.20F, PAPER_PLAIN }, { "Name", 0.28F, PAPER_STRONG },
		                                       { "Signature", 0.32F, PAPER_PLAIN }, { "Date and time (UTC)", 0.20F, PAPER_PLAIN } };
	static const struct paper_column moves[] = { { "Line", 0.07F, PAPER_MUTED }, { "Time (UTC)", 0.20F, PAPER_PLAIN },
		                                     { "What", 0.23F, PAPER_PLAIN }, { "Who", 0.35F, PAPER_PLAIN },
		                                     { "Role", 0.15F, PAPER_PLAIN } };
	static struct people p;

	p = (struct people){ .r = r };
	if (!transcript_each(r->dir, each_person, &p, e))
		return false;
	doc_heading(r->d, BYTES_LIT("Participants"));
	doc_text(r->d, PAPER_MUTED, BYTES_LIT("By signing, each says: I was there in this role, and this report says what I saw."));
	doc_table(r->d, columns, COUNT_OF(columns), true, 10);
	for (size_t i = 0; i < p.num; i++)
		doc_table_row(r->d, (const struct bytes[]){ role_of(r, p.key[i]), p.name[i], { NULL, 0 }, { NULL, 0 } });
	doc_table_end(r->d);
	doc_subheading(r->d, BYTES_LIT("Who left, came back, or handed over"));
	if (!r->num[EVENT_LEAVE] && !r->num[EVENT_RETURN] && !r->num[EVENT_HANDOVER]) {
		doc_text(r->d, PAPER_PLAIN, BYTES_LIT("Nobody did."));
		return true;
	}
	doc_table(r->d, moves, COUNT_OF(moves), false, 0);
	bool ok = transcript_each(r->dir, each_presence, r, e);
	doc_table_end(r->d);
	return ok;
}
