/* crl_diff.h: what is new in a list against the last one, by name: rows of its review. */
#pragma once

#include "ceremony/flow/kinds.h"

/* Rows that the review of a list has besides: header, counts, digest; and of a series its windows, and what it overtakes. */
#define CRL_DIFF_ROWS       (PROMPT_MAX_ROWS - 2 * FLOW_MAX_LISTS - 5)
#define CRL_DIFF_ROWS_LARGE (PROMPT_MAX_ROWS - 2 * FLOW_MAX_LISTS - 10)

/* crl_diff_rows: which list it is compared with; each certificate that this ceremony revokes by name, and each that needs no
 * entry any more; how many more there are, where the prompt would have more than `most` rows then. */
void crl_diff_rows(const struct flow *f, struct prompt *p, size_t most);
