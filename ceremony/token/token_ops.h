/* token_ops.h: what the files of the token helper's ops share. */
#pragma once

#include "ceremony/token/token.h"

/* token_missing: ERR_OP_FIELD with the field's name. */
bool token_missing(struct err *e, const char *field) __attribute__((warn_unused_result));

/* token_session: the token that a call speaks of. */
struct session *token_session(struct token *t, const struct call *c);

/* token_is_same: whether two open sessions are with one token. */
bool token_is_same(const struct session *a, const struct session *b);

/* The ops of token_backup.c, as ops.def describes them. */
#define TOKEN_BACKUP_OPS(X)                                                                                \
	X(wrap) X(prove) X(forget) X(restore) X(challenge) X(destroy) X(rewrap) X(make) \
	X(transfer_key) X(transfer_send) X(transfer_receive)
#define X(name) bool token_op_##name(struct token *t, struct call *c, struct err *e) __attribute__((warn_unused_result));
TOKEN_BACKUP_OPS(X)
/* Those of token_shares.c. */
#define TOKEN_SHARE_OPS(X) X(dice) X(passphrase) X(split) X(show) X(check) X(enter) X(card_key) X(join)
TOKEN_SHARE_OPS(X)
#undef X

/* The ops of token_witness.c. */
#define TOKEN_WITNESS_OPS(X) X(make) X(cosign) X(bring) X(cosign_brought) X(card) X(cosign_card)
#define X(name) bool token_op_witness_##name(struct token *t, struct call *c, struct err *e) __attribute__((warn_unused_result));
TOKEN_WITNESS_OPS(X)
#undef X

/* The ops of mark.c. */
bool token_op_mark_read(struct token *t, struct call *c, struct err *e) __attribute__((warn_unused_result));
bool token_op_mark_write(struct token *t, struct call *c, struct err *e) __attribute__((warn_unused_result));
