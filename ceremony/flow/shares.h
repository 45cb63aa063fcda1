/* shares.h: what steps do with a share set that was dealt before: its shares are brought back from the
 * cards, the key is restored from them, proves itself, and the secrets are forgotten. */
#pragma once

#include "ceremony/flow/kinds.h"

/* May a camera look at the cards? Of the kinds that bring shares from them. */
#define SHARES_SCAN_PARAM { "scan", PARAM_CHOICE, "no", 0, 0, "no yes", "yes: a card may be held before the camera in place of typing its words" }

/* The custodians bring as many shares as are needed, unless the token process holds them still. */
#define SHARES_TURN_BRING                                                                                          \
	{ .name = "share", .role = ROLE_CUSTODIAN, .who = shares_round, .rounds = shares_needed,                   \
	  .when = shares_are_away, .op = OP_SHARE_ENTER, .ask = shares_ask, .title = "Share {n} of the {of} that are needed", .prompt = shares_prompt,               \
	  .check = shares_check, .apply = shares_apply }
/* Then the passphrase, where the set has one; and before anything is done with the key, it is looked whether they
 * make it: if not, the step goes back to the cards, or to the passphrase. These three follow each other. */
#define SHARES_TURN_PASSPHRASE                                                                                     \
	{ .name = "passphrase", .role = ROLE_OFFICER, .when = shares_passphrase_is_away, .op = OP_SHARE_PASSPHRASE, \
	  .prompt = shares_prompt_passphrase, .apply = shares_apply_passphrase }
#define SHARES_TURN_JOIN                                                                                           \
	{ .name = "join", .flags = TURN_AGAIN, .role = ROLE_ADMINISTRATOR, .op = OP_SHARE_JOIN, .ask = shares_ask_join, \
	  .check = shares_check_join, .refuse = shares_refuse_join, .verdict = shares_verdict_join }
#define SHARES_TURN_RESTORE(use)                                                                                   \
	{ .name = "restore", .flags = TURN_ONCE, .role = ROLE_ADMINISTRATOR, .token = use, .op = OP_KEY_RESTORE,   \
	  .ask = shares_ask_restore, .check = shares_check_restore, .apply = shares_apply_restore }
#define SHARES_TURN_PROVE(use)                                                                                     \
	{ .name = "prove", .role = ROLE_ADMINISTRATOR, .token = use, .op = OP_KEY_PROVE, .ask = shares_ask_prove,  \
	  .check = shares_check_prove }
#define SHARES_TURN_FORGET                                                                                         \
	{ .name = "forget", .role = ROLE_ADMINISTRATOR, .op = OP_BACKUP_FORGET, .apply = shares_forget }

/* shares_lacks: whether a turn from `bring` up to `last` needs shares, or the passphrase of the turn after
 * `bring`, that are not in the token process. */
bool shares_lacks(const struct flow *f, size_t bring, size_t last, size_t *again);

/* shares_set_name: of the script's parameter `set`, in the flow's arena. */
const char *shares_set_name(struct flow *f);

/* shares_put_backup: the fields blob, set, epoch of the backup that is in force, and spki, as an op wants them. */
void shares_put_backup(const struct flow *f, struct fields *in);

/* shares_check_backup: is what a wrap gave an envelope of this root, this step's share set and the next epoch, in
 * the format that it says, and the octets whose SHA-256 it says? */
bool shares_check_backup(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));

/* shares_check_backup_of: the same of a key that is not the root's yet. */
bool shares_check_backup_of(const struct flow *f, struct bytes spki, const struct fields *out, struct err *e)
	__attribute__((warn_unused_result));

/* shares_check_identifier: is the identifier of the split the one that the envelope names? */
bool shares_check_identifier(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));

unsigned shares_round(const struct flow *f);
unsigned shares_needed(const struct flow *f);
bool     shares_are_away(const struct flow *f);
bool     shares_ask(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
void     shares_prompt(const struct flow *f, struct prompt *p);
bool     shares_check(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool     shares_apply(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
bool     shares_passphrase_is_away(const struct flow *f);
void     shares_prompt_passphrase(const struct flow *f, struct prompt *p);
bool     shares_apply_passphrase(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
bool     shares_ask_join(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool     shares_check_join(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
void     shares_refuse_join(struct flow *f, const struct err *why);
bool     shares_verdict_join(const struct err *why);
/* shares_verdict_gone: as `verdict`: the token process holds none any more, whatever the transcript says. */
bool     shares_verdict_gone(const struct err *why);
bool     shares_ask_restore(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool     shares_check_restore(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool     shares_apply_restore(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
bool     shares_ask_prove(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool     shares_check_prove(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool     shares_forget(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));

/* shares_prompt_void: a row about a set of this ceremony's that was being dealt when the program ended: its secret went with it, and
 * cards of it may lie on the table. */
void shares_prompt_void(const struct flow *f, struct prompt *p);
