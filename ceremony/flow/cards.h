/* cards.h: cards of dealt shares as files: each on a medium of its custodian's own, where the script names one (cards =
 * LABEL); a custodian may do without. */
#pragma once

#include "ceremony/flow/kinds.h"

#define CARDS_PARAM { "cards", PARAM_NAME, "", 0, 0, NULL, "the label of each custodian's own medium, for a card as a file" }

/* The turn of one share, which comes after it was typed back. who, rounds: those of the turns before. */
#define CARDS_TURN(who_, rounds_)                                                                                  \
	{ .name = "card", .role = ROLE_CUSTODIAN, .who = who_, .rounds = rounds_, .when = cards_wanted,            \
	  .op = OP_SHARE_CARD, .ask = cards_ask, .title = "Share {n}: a card for {who}", .prompt = cards_prompt, .check = cards_check }

/* cards_fit: is the medium one that no other step uses? ERR_SCRIPT_ORDER. */
bool cards_fit(const struct script *s, const struct script_step *step, struct err *e) __attribute__((warn_unused_result));

bool cards_wanted(const struct flow *f);
/* cards_written: whether this custodian has chosen a card as files. */
bool cards_written(const struct flow *f);
void cards_prompt(const struct flow *f, struct prompt *p);
bool cards_ask(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool cards_check(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
