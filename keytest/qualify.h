/* qualify.h: the verdict over what was measured of a token: pure, so that everyone who has the
 * measurements comes to the same one.
 *
 * A finding is a field whose value begins with its grade and a colon (docs/tokens.md):
 *   good      as it must be
 *   claimed   the token says so, and that is all: a remark
 *   absent    the token cannot do this
 *   skipped   not measured, and why
 *   bad       the token is not fit
 * The public keys of all keys that were made for it stand as spki.N. */
#pragma once

#include "ceremony/base/fields.h"

#define QUALIFY_MAX_REASONS 16

struct qualify {
	bool   fit;      /* to hold a root key that must not be exported */
	bool   software; /* it does not say that it is none: then for rehearsals only */
	size_t num_reasons, num_remarks;
	char   reason[QUALIFY_MAX_REASONS][200]; /* why it is not fit; as a finding, or in words */
	char   remark[QUALIFY_MAX_REASONS][200]; /* claimed or skipped */
};

/* qualify_judge: not fit if a finding is bad, if one that must be there is missing or has no known grade, if no
 * algorithm is good, if a key is unsound (keytest_key), or if two keys are one. `a` is emptied after use. */
void qualify_judge(struct qualify *out, struct arena *a, const struct fields *findings);

/* qualify_words: "fit to hold a non-exportable root", "fit for rehearsals: ...", or not. */
const char *qualify_words(const struct qualify *q);
