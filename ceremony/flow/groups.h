/* groups.h: a share set's scheme as the script says it: one group (threshold, shares) or several (groups,
 * group-threshold). Shares are numbered through the groups, and custodian N holds share N. */
#pragma once

#include "ceremony/flow/kinds.h"

/* The parameters of a step that deals shares. */
#define GROUPS_PARAMS                                                                                              \
	{ "threshold", PARAM_NUMBER, "", 2, 16, NULL, "shares that are needed (3)" },                              \
	{ "shares", PARAM_NUMBER, "", 2, 16, NULL, "shares that are made, one a custodian (5)" },                  \
	{ "groups", PARAM_TEXT, "", 0, 0, NULL, "instead of these: officers 2/3, trustees 3/5" },                  \
	{ "group-threshold", PARAM_NUMBER, "", 1, 16, NULL, "groups that are needed (all)" },                      \
	{ "passphrase", PARAM_CHOICE, "no", 0, 0, "no yes", "whether the set has a passphrase too" }

/* groups_read: what the step says. Names are borrowed of the script. ERR_SCRIPT_ORDER. */
bool groups_read(struct ledger_scheme *out, const struct script_step *step, struct err *e)
	__attribute__((warn_unused_result));

/* groups_num_shares: of all groups. groups_wanted: at least how many more are needed beside those of the set,
 * bit N for share N + 1. groups_of: the group of a share (from 0). */
unsigned groups_num_shares(const struct ledger_scheme *s);
unsigned groups_wanted(const struct ledger_scheme *s, unsigned set);
unsigned groups_of(const struct ledger_scheme *s, unsigned share);

/* groups_put: threshold and shares, or groups and group-threshold, as share-split takes them. */
void groups_put(struct fields *out, const struct flow *f, const struct ledger_scheme *s);

/* groups_say: "any 3 of 5", "2 of these groups: officers 2/3, trustees 3/5". groups_say_share: "share 2 of 5",
 * "share 2 of 3 of the officers". */
const char *groups_say(const struct flow *f, const struct ledger_scheme *s);
const char *groups_say_share(const struct flow *f, const struct ledger_scheme *s, unsigned share);

/* groups_rows: a row for each group: how many of its shares are there. Nothing where there is but one. */
void groups_rows(const struct flow *f, struct prompt *p, const struct ledger_scheme *s, unsigned set);
