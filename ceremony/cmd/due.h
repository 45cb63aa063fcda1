/* due.h: what a CA must do next, and by when: derived from its ledger and the time. */
#pragma once

#include "ceremony/base/utc.h"
#include "ceremony/record/ledger.h"

/* DUE_PAST: an end that came by itself, of a certificate that was revoked or replaced. DUE_VOID: what was due once and
 * must not be done any more. */
enum due_state { DUE_LATER, DUE_SOON, DUE_OVERDUE, DUE_PAST, DUE_VOID };

struct due {
	int64_t        at;
	const char    *what;    /* "next revocation list" */
	char           of[96];  /* of which: a name, escaped for eyes */
	char           key[64]; /* "list", "publish-4", "root", "certificate-SERIAL": one of each at any time */
	const char    *clause;
	enum due_state state;
};

/* due_most: how many rows there can be. due_list: at most max of them, the earliest first; returns how many. A list of
 * revocations is soon due 30 days before its nextUpdate, a certificate 90 days before its end; a list that was signed
 * ahead is to be published when its time comes, soon 14 days before. Whether it was published the record does not know:
 * a row of that kind goes when its time has come, and ledger_list_at says which list it is now. */
size_t due_most(const struct ledger *l);
size_t due_list(struct due *out, size_t max, const struct ledger *l, int64_t now);

/* due_state_name: "later", "soon", "overdue", "past", "void". */
const char *due_state_name(enum due_state s);
