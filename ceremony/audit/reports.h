/* reports.h: report.txt, and a report that was printed, which people read: made again from the lines before it, and compared.
 *
 * Its words are those of the program that wrote it: one of this version makes the same octets of the same lines. Of another version's it is
 * only known that they are those whose SHA-256 stands in the transcript. */
#pragma once

#include "ceremony/audit/audit.h"
#include "ceremony/flow/flow.h"
#include "ceremony/record/report.h"

struct reports {
	struct report_maker *maker; /* owned; NULL: it is not made */
	bool                 other; /* this part was recorded by another version of the program */
	/* what the last line that tells of one says: nothing of this; that of another version; what is made again, or not that */
	enum { REPORT_NONE, REPORT_OTHER, REPORT_SAME, REPORT_DIFFERS } found;
	uint64_t             line;  /* that line, from 1 */
	uint64_t             misprint; /* the first line of a report that was printed, and is not what is made again, from 1; 0: none */
};

/* reports_take: the next line, before it is applied. dir: the ceremony's folder. reports_end: behind the last one; withheld: some
 * personal value is, and nothing is said. ERR_AUDIT_REPORT. reports_done: safe on zero. */
bool reports_take(struct reports *r, int dir, const struct event *ev, struct bytes line, struct err *e) __attribute__((warn_unused_result));
bool reports_end(const struct reports *r, const char *folder, bool withheld, const struct audit_say *say, struct err *e)
	__attribute__((warn_unused_result));
void reports_done(struct reports *r);

/* reports_wanted: whether there must be one. reports_withheld: its SHA-256 is. */
bool reports_wanted(const struct flow *f);
bool reports_withheld(const struct flow *f);

/* reports_check: the file, where one is wanted, is the one that the transcript names; withheld: some personal value is. Uses f's
 * scratch. ERR_AUDIT_FILE, ERR_AUDIT_WITHHELD, ERR_AUDIT_UNVOUCHED. */
bool reports_check(const struct flow *f, int dir, const char *folder, bool withheld, struct err *e) __attribute__((warn_unused_result));
