/* aside.h: what is recorded out of turn, and what must be answered before a turn may go on.
 *
 * A person may at any moment open an exception, say that somebody leaves, comes back or
 * hands over a role, or end the ceremony for good: an `aside` event, then prompts of its own, then the turn that was left comes
 * again. And there are prompts that nobody asks for: who is here after a break, or where the
 * quorum is not; an exception that must be decided before the record is closed; what was amiss when the ceremony began; a jump of the
 * clock. */
#pragma once

#include "ceremony/flow/engine.h"

#define EXCEPTION_SECTION "exception" /* where answers to these prompts stand; no step has these names */
#define PRESENCE_SECTION  "presence"
#define ABORT_SECTION     "abort"

/* aside_turn: the prompt that is on because somebody asked for it; NULL: none. */
const struct turn *aside_turn(const struct flow *f);
/* aside_due: the prompt that must be answered before the script's turn; NULL: none. */
const struct turn *aside_due(const struct flow *f);
/* aside_is: whether a turn is one of this file's. */
bool aside_is(const struct turn *t);

/* aside_check, aside_apply: the aside event. aside_done: back to the turn that was left. */
bool aside_check(const struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
bool aside_apply(struct flow *f, const struct fields *data);
bool aside_done(struct flow *f);

/* exception_add: takes down one more. false: the arena is full. */
bool exception_add(struct flow *f, const struct fields *data, bool open);
/* exception_place: what all prompts about exceptions have in common: section, clause, help. */
void exception_place(struct prompt *p);
/* exception_more: the number that the next exception has: turn.more of those that are decided at once. */
void exception_more(const struct flow *f, const struct fields *answer, struct fields *data);

/* ---- exceptions.c ---- */
extern const struct turn turn_which, turn_exception, turn_decide;
/* exception_first_open: the one to be decided next (first of all, what was amiss when it began); NULL: all are. */
const struct flow_exception *exception_first_open(const struct flow *f);

/* exception_last: the one that was taken down last; there is one. */
struct flow_exception *exception_last(struct flow *f);

/* ---- abort.c ---- */
extern const struct turn turn_abort;

/* ---- look.c ---- */
extern const struct turn turn_look;
/* look_check: says an open or resume event by which face the ceremony is answered, and an open how often was looked around?
 * look_apply: takes down what was amiss when it began. look_is_open: two have still to approve that. look_rows: a row for each: the faces
 * cut what is too long for one. */
bool look_check(const struct fields *data, struct err *e) __attribute__((warn_unused_result));
bool look_apply(struct flow *f, const struct fields *data);
bool look_is_open(const struct flow *f);
void look_rows(const struct flow *f, struct prompt *p, const char *label);

/* ---- presence.c ---- */
extern const struct turn turn_presence, turn_handover;
/* people_known: whether there are names to call. */
bool people_known(const struct flow *f);
/* presence_lacks: whether somebody who must be in the room for the turn t is not; says who. */
bool presence_lacks(const struct flow *f, const struct turn *t, struct buf *why);
/* presence_choices: those who are in the room and have one of these roles (a bit each) but for `without`:
 * pairs of name, and name and role, in f->scratch; *num of them. first: one pair more in front, or NULL. */
const char *const *presence_choices(const struct flow *f, unsigned roles, const char *without,
                                    const char *const first[2], size_t *num);

/* ---- steps_room.c ---- */
/* person_name_fits: may a person be called that? ERR_FLOW_FIELD. */
bool person_name_fits(struct bytes name, struct err *e) __attribute__((warn_unused_result));
/* person_same: the same name, but for the case of letters and blanks: nobody tells two people apart by these. */
bool person_same(struct bytes a, struct bytes b);
/* Two watches that are compared with the clock, and by how many seconds they differ. */
void prompt_watches(const struct flow *f, struct prompt *p);
bool take_watches(const struct flow *f, const struct fields *answer, struct err *e) __attribute__((warn_unused_result));
void more_watches(const struct flow *f, const struct fields *answer, struct fields *data);

/* ---- jump.c ---- */
extern const struct turn turn_jump;
