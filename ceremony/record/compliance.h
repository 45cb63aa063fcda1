/* compliance.h: which clause of the standards is answered by which line of a transcript. The clauses are
 * compliance.def; docs/compliance.md explains them. It says what the record holds: whether that is enough is the
 * auditor's to judge. */
#pragma once

#include "ceremony/record/transcript.h"

/* When a clause asks for its event. */
enum compliance_when {
	COMPLIANCE_ALWAYS,
	COMPLIANCE_USE,  /* in a ceremony that opens a token */
	COMPLIANCE_KEY,  /* in one that makes a key */
	COMPLIANCE_SIGN, /* in one that signs */
	COMPLIANCE_IF,   /* only of what happened */
};

struct compliance_row {
	const char          *section, *clause, *asks;
	enum event_type      type;
	const char          *where, *field, *wants; /* wants: "" where any value will do */
	enum compliance_when when;
};

#define COMPLIANCE_MAX 96 /* rows */

struct compliance {
	uint64_t     line[COMPLIANCE_MAX];    /* of the first event that holds it, from 1; 0: none does */
	struct bytes value[COMPLIANCE_MAX];   /* what it says; empty if that is long */
	bool         differs[COMPLIANCE_MAX]; /* some such event has a value that will not do, or the key was made outside a token */
	bool         used, made, signs;       /* a token was opened, a key was made, something was signed */
};

enum compliance_state { COMPLIANCE_HELD, COMPLIANCE_UNMET, COMPLIANCE_NOT_ASKED };

/* compliance_row: row i, from 0, or NULL behind the last. compliance_outside: the i-th thing that no record holds. */
const struct compliance_row *compliance_row(size_t i);
const char                  *compliance_outside(size_t i);

/* compliance_read: looks for every row in the transcript in the folder `dir`; values live in `a`. */
bool compliance_read(struct compliance *out, struct arena *a, int dir, struct err *e) __attribute__((warn_unused_result));

/* compliance_state: of row i. */
enum compliance_state compliance_state(const struct compliance *c, size_t i);
