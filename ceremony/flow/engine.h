/* engine.h: what the files of this room share: the turn that is on, and the turns that
 * no script names. */
#pragma once

#include "ceremony/flow/kinds.h"

/* flow_turn: the turn that is on; NULL before the open event and after the end. */
const struct turn *flow_turn(const struct flow *f);

/* Turns that come of themselves: a token that must be opened or logged in to again in
 * this process; an intent whose outcome is not known; a failure that asks what to do. */
extern const struct turn turn_reopen[TOKEN_COUNT_], turn_login[TOKEN_COUNT_], turn_resolve[TOKEN_COUNT_], turn_failure;

/* is_resolve: whether a turn is one of turn_resolve. */
bool is_resolve(const struct turn *t);
/* flow_tries_said: takes down what is left of a token's tries, from token-open's or token-login's answer, or
 * from a login that failed. */
void flow_tries_said(struct flow_token *t, const struct fields *out);
void flow_tries_failed(struct flow_token *t, const struct err *why);

/* is_login: whether a turn is one of turn_login. */
bool is_login(const struct turn *t);

/* op_uses_key: whether an op works with a private key in the token. */
bool op_uses_key(enum op op);
/* script_turn: the turn that the script is at, whatever stands before it. */
const struct turn *script_turn(const struct flow *f);
/* flow_asks: whether the turn that is on is one that asks now. */
bool flow_asks(const struct flow *f, const struct turn *t);
/* flow_is_release: whether a failed event's data say that a medium could not be given back before the prompt that is on. */
bool flow_is_release(const struct flow *f, const struct fields *data);
/* flow_can_back: whether Esc leads anywhere from the turn that is on. */
bool flow_can_back(const struct flow *f, const struct turn *t);
/* turn_who: which person of the turn's role acts. */
unsigned turn_who(const struct flow *f, const struct turn *t);

/* flow_continue: fills in what the ledger says of the CA; see flow_init. */
bool flow_continue(struct flow *f, const struct ledger *before, struct err *e) __attribute__((warn_unused_result));

/* intent_fields: what an intent event says: op, the fields that go with it, and the
 * SHA-256 of the message where there is one. Appends to `data`. */
bool intent_fields(const struct flow *f, struct fields *data, struct err *e) __attribute__((warn_unused_result));

/* resolve_outcome: "done" if what key-find answered shows that the pending intent was carried
 * out (a key that exists, or one that is gone), "again" if it must be done again. */
const char *resolve_outcome(const struct flow *f, const struct fields *found);
