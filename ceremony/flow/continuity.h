/* continuity.h: is this record the newest copy? What was kept outside of it says so: the mark in the
 * token's public data object, and on a medium the last checkpoint and the last list.
 *
 * A mark is one line, docs/formats/record.md:
 *
 *   ceremony-mark v1 ORIGIN sealed 2 57 HEX      ceremony 2 was closed: 57 lines, that tree root
 *   ceremony-mark v1 ORIGIN closing 2 0 HEX      it was about to be closed; HEX: SHA-256 of the checkpoint before */
#pragma once

#include "ceremony/flow/kinds.h"

#define MARK_MAX 512

struct mark {
	struct bytes origin;
	bool         sealed;
	uint64_t     number, lines;
	struct bytes hex;
};

/* mark_put: this ceremony's mark. mark_parse: ERR_MARK_FORM. */
void mark_put(struct buf *b, const struct flow *f, bool sealed);
bool mark_parse(struct mark *out, struct bytes text, struct err *e) __attribute__((warn_unused_result));

/* mark_check: what the token holds against the ledger. A record that the mark is not in is the older
 * copy: ERR_MARK_NEWER; ERR_MARK_OTHER, ERR_MARK_CUT. */
bool mark_check(const struct flow *f, struct bytes text, struct err *e) __attribute__((warn_unused_result));

/* checkpoint_name: "checkpoint-0002"; out holds 24. checkpoint_check: the newest of a medium against
 * the ledger. ERR_MARK_*, ERR_CHECKPOINT_OLD. */
void checkpoint_name(char out[24], unsigned number);
bool checkpoint_check(const struct flow *f, struct bytes name, struct bytes content, struct err *e)
	__attribute__((warn_unused_result));

/* list_check: a list (DER) that came on a medium against the ledger's: it must be the last one, or of a
 * series that was signed ahead the one whose time it is. ERR_LIST_*. */
bool list_check(const struct flow *f, struct bytes der, struct err *e) __attribute__((warn_unused_result));

/* A list that was read outside of the transcript: what crl-look and crl-adopt say of it. */
struct list_said {
	struct crl_number number;
	uint64_t      entries, odd;
	int64_t       this_update, next_update;
	struct bytes  issuer; /* DER of a Name; in f->scratch */
	const char   *sha256; /* of its DER, hex; in f->scratch */
};

/* list_said_split: of crl-look's answer, what it says of the n-th list, in fields of its own as crl-adopt's are; in f->scratch. ERR_FLOW_FIELD.
 * list_said_read: checked for form; signed by this root's key, in its name. ERR_FLOW_FIELD, ERR_LIST_FOREIGN, ERR_PROFILE_SIGNATURE. */
bool list_said_split(struct fields *out, const struct flow *f, const struct fields *said, unsigned n, struct err *e)
	__attribute__((warn_unused_result));
bool list_said_read(struct list_said *out, const struct flow *f, const struct fields *said, struct err *e)
	__attribute__((warn_unused_result));
/* list_look_ask: the names of a list's parts on a medium: name, in which {shard} stands for a part's number. ERR_LIST_PARTS where the
 * ledger's list has parts and the name is of one file, or the other way round.
 * list_look_check: crl-look's answer against the ledger's, as list_check. */
bool list_look_ask(const struct flow *f, struct bytes name, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool list_look_check(const struct flow *f, struct bytes name, const struct fields *out, struct err *e)
	__attribute__((warn_unused_result));
/* list_is_looked_at: the ledger has lists that lie as files: a medium's is read piece by piece. */
bool list_is_looked_at(const struct flow *f);

/* list_is_of_now: is this list of the ledger the one that is to be published now? ERR_LIST_OVERTAKEN, _OLD, _AHEAD. */
bool list_is_of_now(const struct flow *f, const struct ledger_list *l, const struct ledger_list *now, struct err *e)
	__attribute__((warn_unused_result));

/* list_is_ours: signed by this root's key, in its name. ERR_LIST_FOREIGN. */
bool list_is_ours(const struct flow *f, const struct crl *c, struct err *e) __attribute__((warn_unused_result));

/* The turns of the step kind token that look at the mark, and of checkpoint that write it. */
#define MARK_LOOK_TURNS                                                                                            \
	{ .name = "mark", .flags = TURN_VERDICT, .role = ROLE_ADMINISTRATOR, .op = OP_MARK_READ, .when = mark_is_looked_at, \
	  .check = mark_look_check, .apply = mark_look_apply, .refuse = mark_look_refuse, .verdict = mark_is_missing }, \
	{ .name = "no-mark", .flags = TURN_EXCEPTION, .role = ROLE_OFFICER, .when = mark_went, .title = "The token's mark is missing", .prompt = mark_prompt_gone }
#define MARK_CLOSING_TURN                                                                                          \
	{ .name = "mark", .role = ROLE_ADMINISTRATOR, .op = OP_MARK_WRITE, .ask = mark_ask_closing,                \
	  .check = mark_check_closing, .apply = mark_apply_closing }
#define MARK_SEALED_TURN                                                                                           \
	{ .name = "remember", .flags = TURN_SEALED, .role = ROLE_ADMINISTRATOR, .op = OP_MARK_WRITE, .when = mark_is_held, \
	  .ask = mark_ask_sealed, .check = mark_check_sealed }

bool mark_is_looked_at(const struct flow *f);
bool mark_look_check(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool mark_look_apply(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
void mark_look_refuse(struct flow *f, const struct err *why);
bool mark_is_missing(const struct err *why) __attribute__((warn_unused_result));
bool mark_went(const struct flow *f);
void mark_prompt_gone(const struct flow *f, struct prompt *p);
bool mark_ask_closing(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool mark_check_closing(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool mark_apply_closing(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
bool mark_is_held(const struct flow *f);
bool mark_ask_sealed(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool mark_check_sealed(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
