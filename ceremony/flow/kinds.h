/* kinds.h: what a step kind is: data about a step, and the turns that it consists of.
 *
 * A turn is one prompt, or one thing done by the world, or both (ask, then do with what
 * was said). Consecutive turns with the same `rounds` function repeat together, once for
 * each share, request, witness. All functions are pure: they read the flow, never the
 * world; only `apply` changes it. */
#pragma once

#include "ceremony/flow/flow.h"

enum turn_flag {
	TURN_ONCE = 1,     /* cannot be repeated: an intent is written before it is done */
	TURN_SEALED = 2,   /* comes after the close event: nothing of it stands in the transcript */
	TURN_VERDICT = 4,  /* a failure that is an answer ("refused"): goes on, does not retry */
	TURN_BACK = 8,     /* Esc goes back to the turn before */
	TURN_CLOSES = 16,  /* its answer is the close event */
	TURN_REREAD = 128,  /* what does not fit was read in the turn before: a failure goes back to it */
	TURN_EXCEPTION = 32, /* its answer is an exception: something is not as it should be, by decision */
	TURN_AGAIN = 64,     /* a failure takes down (refuse) what must be done again, and the step goes back to that */
};

struct turn {
	const char *name;
	unsigned    flags;
	enum role   role;   /* who acts */
	bool        two;    /* the second of that role acts too */
	/* title: of the prompt, on the screen and on paper, unless the prompt knows better; {n} of {of} rounds,
	 * {who} acts, {file} is the request's. NULL: the step's. */
	const char *title;
	/* title_of: the same where words with blanks in them do not do, or NULL; only of what the script says and the round. */
	const char *(*title_of)(const struct flow *f);
	enum flow_token_use token; /* which token the op works on */
	enum op     op;     /* OP_NONE: a prompt only */
	enum op     reveal; /* fetches the secret that the prompt shows; OP_NONE: none */
	/* when: whether the turn comes at all; NULL: always. */
	bool (*when)(const struct flow *f);
	/* rounds: how often; NULL: once. */
	unsigned (*rounds)(const struct flow *f);
	/* who: which person of the role, from 0; NULL: the first. */
	unsigned (*who)(const struct flow *f);
	/* prompt: fills what is shown and asked; NULL: nothing is asked. */
	void (*prompt)(const struct flow *f, struct prompt *p);
	/* take: may this answer be taken? NULL: every answer that the asks allow. */
	bool (*take)(const struct flow *f, const struct fields *answer, struct err *e);
	/* ask: the fields that go to the world with `op` (and with `reveal`). */
	bool (*ask)(const struct flow *f, struct fields *in, struct err *e);
	/* check: is what the world answered right? NULL: the op's own word is enough. */
	bool (*check)(const struct flow *f, const struct fields *out, struct err *e);
	/* apply: the only change of state; data is the answer's or result's. NULL: none. */
	bool (*apply)(struct flow *f, const struct fields *data, struct err *e);
	/* refuse: TURN_VERDICT and TURN_AGAIN only: takes down the refusal. */
	void (*refuse)(struct flow *f, const struct err *why);
	/* verdict: TURN_VERDICT and TURN_AGAIN only: is this failure the answer? NULL: every one is. */
	bool (*verdict)(const struct err *why);
	/* medium: the label of the medium that the op works on, where it is not what the step's own parameter says; NULL: it is. */
	const char *(*medium)(const struct flow *f);
	/* actor: the name of the person who must act, where role and who do not say it. */
	const char *(*actor)(const struct flow *f);
	/* event: the type that this answer's event has; NULL: by the flags. */
	enum event_type (*event)(const struct flow *f, const struct fields *answer);
	/* more: fields that the answer's event bears besides what was asked; they follow from both. */
	void (*more)(const struct flow *f, const struct fields *answer, struct fields *data);
};

struct step_kind {
	const char        *name, *title;
	const char        *method; /* of several kinds of one name, the one whose parameter `method` is this; NULL: all */
	enum role          role; /* who mostly acts in it, for the outline */
	unsigned           needs, gives; /* FACT() bits */
	const struct param *param;
	size_t             num_params;
	const struct turn *turn;
	size_t             num_turns;
	/* fits: do the parameters fit each other and the roles? NULL: always. ERR_SCRIPT_ORDER. */
	bool (*fits)(const struct script *s, const struct script_step *step, struct err *e);
	/* lacks: does the turn that is on need what went with the process that was killed? Then the step
	 * goes back to its turn number *again. NULL: never. */
	bool (*lacks)(const struct flow *f, size_t *again);
	/* risk: what the room must know of this step, as its parameters have it, before it agrees to the script; NULL, or
	 * NULL returned: nothing. */
	const char *(*risk)(const struct script_step *step);
	/* help, for F1 */
	const char *what, *why, *clause, *fail;
};

/* Every step kind, in the order in which a root's ceremony uses them. */
extern const struct step_kind *const step_kinds[];
extern const size_t                  num_step_kinds;

#define STEP_KINDS(X)                                                                                              \
	X(roll_call) X(clock) X(environment) X(token) X(root_key) X(root_certificate) X(backup) X(restore)         \
	X(waive_restore) X(recover) X(drill) X(reshare) X(destroy) X(requests) X(review) X(sign) X(revoke) X(revoke_list) X(crl) X(export) X(show) X(record) X(print) \
	X(backup_load) X(backup_clone) X(backup_vendor) X(device) X(sign_off) X(checkpoint) X(verify) X(continuity) X(adopt)
#define X(name) extern const struct step_kind step_kind_##name;
STEP_KINDS(X)
#undef X

/* ---- what the kinds' prompts are made of (prompt.c) ---- */

/* say: text in the flow's scratch, formatted; never NULL. */
const char *say(const struct flow *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* say_number: of a revocation list. say_list: the number of the i-th list of this ceremony. */
const char *say_number(const struct flow *f, struct crl_number n);
const char *say_list(const struct flow *f, unsigned i);
/* say_bytes: octets as a C string, escaped for eyes. */
const char *say_bytes(const struct flow *f, struct bytes a);
/* say_words: SHA-256's first `octets` as PGP words, four a line. */
const char *say_words(const struct flow *f, struct bytes digest, size_t octets);
/* say_hex: hex in groups of four, eight groups a line. */
const char *say_hex(const struct flow *f, struct bytes octets);
/* prompt_row, prompt_ask: append a row, an ask; too many is a broken invariant. */
struct row *prompt_row(struct prompt *p, const char *label, const char *value);
struct ask *prompt_ask(struct prompt *p, enum ask_kind kind, const char *key, const char *label);

/* turn_actor: which person of which role acts in this round of a turn; where all who sign the record
 * act in turn, the auditors come after the witnesses. turn_title: its title, filled in. */
unsigned    turn_actor(const struct flow *f, const struct turn *t, enum role *role);
const char *turn_title(const struct flow *f, const struct turn *t);

/* prompt_two: two people act: both stand in `who`. prompt_officers: both officers must agree. */
void prompt_two(const struct flow *f, struct prompt *p, const char *one, const char *other);
void prompt_officers(const struct flow *f, struct prompt *p);

/* take_in_words: of a turn that asks for a `reason`: more than "n/a". ERR_FLOW_FIELD. */
bool take_in_words(const struct flow *f, const struct fields *answer, struct err *e) __attribute__((warn_unused_result));

/* flow_nth: the n-th person of a role who is in the room, from 0; where there are fewer, one who is not.
 * flow_person: that one's name; "" where the script wants nobody in that role. */
unsigned    flow_nth(const struct flow *f, enum role r, unsigned n);
const char *flow_person(const struct flow *f, enum role r, unsigned n);
/* flow_is_waived: whether a failed check of this step was waived by two people. */
bool flow_is_waived(const struct flow *f, enum err_id check);

/* flow_prompt_tries: a row that tells how many tries are left. flow_has_pad: it says that it has a PIN pad. */
void flow_prompt_tries(const struct flow_token *t, struct prompt *p);
bool flow_has_pad(const struct flow_token *t);

/* now_step: the script's step that is on. */
const struct script_step *now_step(const struct flow *f);
/* now_token: the token that the script's turn works on. */
enum flow_token_use now_token(const struct flow *f);
/* need: ERR_FLOW_FIELD unless the answer has a non-empty, plain field `key`. */
bool need(const struct fields *data, const char *key, struct err *e) __attribute__((warn_unused_result));
/* file_is_more: has media-read, asked with of-more = size, said that a file is longer than max? */
bool file_is_more(const struct fields *out, uint64_t max) __attribute__((warn_unused_result));
/* keep: a copy of a field's value in the flow's arena, as a C string; "" if missing. */
const char *keep(struct flow *f, const struct fields *data, const char *key);
