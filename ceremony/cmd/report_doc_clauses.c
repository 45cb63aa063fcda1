/* report_doc_clauses.c: a report's sections on the standards' clauses, and the draft of the auditor's letter; see
 * report_doc.h and docs/compliance.md. */
#include "ceremony/base/utc.h"
#include "ceremony/cmd/report_doc.h"

#define BLANK "______________________________"

/* "result key-lock, wrap-refused=yes" */
static struct bytes where_of(struct report_doc *r, const struct compliance_row *row)
{
	const bool bare = strcmp(row->where, "-") == 0;

	return report_doc_said(r, "%s%s%s\n%s%s%s", event_type_name(row->type), bare ? "" : " ", bare ? "" : row->where, row->field, row->wants[0] ? "=" : "", row->wants);
}

static struct bytes verdict_of(struct report_doc *r, size_t i)
{
	switch (compliance_state(&r->clauses, i)) {
	case COMPLIANCE_HELD: return report_doc_said(r, "line %llu", (unsigned long long)r->clauses.line[i]);
	case COMPLIANCE_UNMET: return BYTES_LIT("UNMET");
	case COMPLIANCE_NOT_ASKED: break;
	}
	return BYTES_LIT("did not happen");
}

static void put_unmet(struct report_doc *r)
{
	static const struct paper_column columns[] = { { "Clause", 0.24F, PAPER_STRONG }, { "Asks for", 0.40F, PAPER_PLAIN }, { "Because", 0.36F, PAPER_PLAIN } };

	doc_subheading(r->d, BYTES_LIT("Unmet"));
	if (!r->num_unmet) {
		doc_text(r->d, PAPER_PLAIN, BYTES_LIT("Nothing: each clause of the table below that this ceremony had to answer is answered."));
	} else {
		doc_notice(r->d, PAPER_ALARM, report_doc_said(r, "%zu unmet: the auditor says in the letter what they think of each.", r->num_unmet));
		doc_table(r->d, columns, COUNT_OF(columns), false, 0);
		for (size_t i = 0; compliance_row(i); i++) {
			const struct compliance_row *row = compliance_row(i);
			if (row->section || compliance_state(&r->clauses, i) != COMPLIANCE_UNMET)
				continue;
			doc_table_row(r->d, (const struct bytes[]){ bytes_str(row->clause), bytes_str(row->asks),
			                                            r->clauses.differs[i] ? BYTES_LIT("the record says otherwise") :
			                                                                    BYTES_LIT("no event of the transcript holds it") });
		}
		doc_table_end(r->d);
	}
	doc_subheading(r->d, BYTES_LIT("What no record can hold"));
	for (size_t i = 0; compliance_outside(i); i++)
		doc_text(r->d, PAPER_PLAIN, bytes_str(compliance_outside(i)));
}

bool report_doc_clauses(struct report_doc *r, struct err *e)
{
	static const struct paper_column columns[] = { { "Clause", 0.19F, PAPER_PLAIN }, { "Asks for", 0.26F, PAPER_PLAIN }, { "Event and field", 0.25F, PAPER_PLAIN },
		                                       { "It says", 0.17F, PAPER_PLAIN }, { "Where", 0.13F, PAPER_STRONG } };

	(void)e;
	doc_heading(r->d, BYTES_LIT("What the standards ask for"));
	doc_text(r->d, PAPER_MUTED, BYTES_LIT("BR: CA/Browser Forum Baseline Requirements for TLS. WT: WebTrust for Certification Authorities. ETSI: EN 319 411-1. "
	                                      "The table says where the record answers a clause; whether the answer is enough is the auditor's to judge."));
	put_unmet(r);
	doc_subheading(r->d, BYTES_LIT("Clause by clause"));
	doc_table(r->d, columns, COUNT_OF(columns), false, 0);
	for (size_t i = 0; compliance_row(i); i++) {
		const struct compliance_row *row = compliance_row(i);
		if (row->section)
			doc_table_band(r->d, PAPER_STRONG, bytes_str(row->section));
		else
			doc_table_row(r->d, (const struct bytes[]){ bytes_str(row->clause), bytes_str(row->asks), where_of(r, row),
			                                            report_doc_shown(r, r->clauses.value[i]), verdict_of(r, i) });
	}
	doc_table_end(r->d);
	return true;
}

/* ---- the letter ---- */

struct auditors {
	struct report_doc *r;
	struct bytes       name; /* of the last one */
};

static bool each_auditor(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct auditors *a = ctx;

	(void)line;
	(void)e;
	if (ev->type == EVENT_ANSWER && bytes_is(ev->turn, "people") && fields_get(&ev->data, "auditor.1").len)
		a->name = report_doc_shown(a->r, fields_get(&ev->data, "auditor.1"));
	return true;
}

/* What only somebody who was there can say. */
static void put_seen(struct report_doc *r)
{
	static const struct paper_column columns[] = { { "Of this", 0.46F, PAPER_PLAIN }, { "I say", 0.54F, PAPER_PLAIN } };
	static const char *const         seen[] = {
                "Who entered the room, and that their identity was checked",
                "The building, its guard, and the camera's recording if there is one: where it is kept",
                "The machine, its seals, and that it had no network",
                "The token, and its serial number against its papers",
                "That two officers acted together wherever the script asks for two",
                "That each custodian alone saw their own share, and how it left the room",
                "The root certificate's fingerprint and the checkpoint's words, read aloud against the first page of this report",
                "The record, verified on a machine of my own: with which program",
	};

	doc_table(r->d, columns, COUNT_OF(columns), true, 11);
	for (size_t i = 0; i < COUNT_OF(seen); i++)
		doc_table_row(r->d, (const struct bytes[]){ bytes_str(seen[i]), { NULL, 0 } });
	doc_table_row(r->d, (const struct bytes[]){ report_doc_said(r, "The exceptions: %llu", (unsigned long long)r->num[EVENT_EXCEPTION]), { NULL, 0 } });
	doc_table_row(r->d, (const struct bytes[]){ report_doc_said(r, "The clauses unmet: %zu", r->num_unmet), { NULL, 0 } });
	doc_table_end(r->d);
}

static void put_letter(struct report_doc *r)
{
	char         day[24];
	struct doc  *d = r->d;
	const char  *of = (const char *)report_doc_shown(r, fields_get(&r->first.data, "organisation")).p;
	const char  *title = (const char *)report_doc_shown(r, fields_get(&r->first.data, "title")).p;
	const char  *script = (const char *)report_doc_shown(r, fields_get(&r->first.data, "script-sha256")).p;

	(void)utc_str(day, r->first.time);
	doc_text(d, PAPER_PLAIN, report_doc_said(r, "To the management of %s", of));
	doc_text(d, PAPER_PLAIN, report_doc_said(r, "On %.10s I was present, as auditor, at the ceremony \"%s\" of %s, held at " BLANK ". My qualification is "
	                                            BLANK ", my employer " BLANK ". I have no part in running this certification authority, and no interest in "
	                                            "what came of the ceremony, except: " BLANK ".", day, title, of));
	doc_text(d, PAPER_PLAIN, report_doc_said(r, "The script has the SHA-256 %s. I had read it before the day, found it to be " BLANK
	                                            ", and compared the words of my paper script with those on the screen when the room agreed to the machine: " BLANK ".", script));
	if (r->last.type == EVENT_ABORT)
		doc_text(d, PAPER_PLAIN, report_doc_said(r, "The ceremony was not finished. It was ended for good, as %s decided, because: %s",
		                                         (const char *)report_doc_shown(r, fields_get(&r->last.data, "decided-by")).p,
		                                         (const char *)report_doc_shown(r, fields_get(&r->last.data, "reason")).p));
	put_seen(r);
	doc_text(d, PAPER_PLAIN, BYTES_LIT("In my opinion the keys named in this report were / were not made, and are / are not kept, under the control of several "
	                                   "people, in the device named in it, and following the script, save for: " BLANK BLANK "."));
}

bool report_doc_letter(struct report_doc *r, struct err *e)
{
	struct auditors a = { .r = r, .name = BYTES_LIT("") };

	if (!transcript_each(r->dir, each_auditor, &a, e))
		return false;
	doc_page(r->d);
	doc_heading(r->d, BYTES_LIT("Draft of the auditor's letter"));
	doc_notice(r->d, PAPER_STRONG, BYTES_LIT("A draft: it says nothing until the auditor has changed it to what they saw, filled its blanks, and signed it."));
	put_letter(r);
	doc_sign(r->d, BYTES_LIT("Auditor"), a.name);
	return true;
}
