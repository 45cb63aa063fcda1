/* due.h: what a CA must do next, and by when: derived from its ledger and the time. */
#pragma once

#include "ceremony/base/utc.h"
#include "ceremony/record/ledger.h"

#define DUE_MAX 256

enum due_state { DUE_LATER, DUE_SOON, DUE_OVERDUE, DUE_PAST };

struct due {
	int64_t        at;
	const char    *what;   /* "next revocation list" */
	char           of[96]; /* of which: a name, escaped for eyes */
	const char    *clause;
	enum due_state state; /* DUE_PAST: an end that came by itself, of a certificate that was revoked or replaced */
};

/* due_list: at most max rows, earliest first; returns how many. A list of revocations is soon due 30
 * days before its nextUpdate, a certificate 90 days before its end. */
size_t due_list(struct due *out, size_t max, const struct ledger *l, int64_t now);

/* due_state_name: "later", "soon", "overdue", "past". */
const char *due_state_name(enum due_state s);
