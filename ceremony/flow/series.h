/* series.h: lists that are signed ahead of their time: how many, from when to when, under which names, and what the
 * room is told of the risk. A script without series = has one list, and no risk of this kind. */
#pragma once

#include "ceremony/flow/kinds.h"

/* series_num: how many lists the script's crl step signs. series_is, series_is_not: more than one, just one. */
unsigned series_num(const struct flow *f);
bool     series_is(const struct flow *f);
bool     series_is_not(const struct flow *f);

/* series_from: thisUpdate of the i-th list; of the first it is the moment of the turn begin or ahead; without either, that
 * at which the step began. */
int64_t series_from(const struct flow *f, unsigned i);

/* series_fits: are series, every and the profile's window such that the lists follow each other without a gap, none
 * outlives the one behind it for long, and all of it ends within a year? ERR_SCRIPT_ORDER. */
bool series_fits(const struct script *s, const struct script_step *step, struct err *e) __attribute__((warn_unused_result));

/* series_risk: the words, of a script's crl step that signs ahead; NULL of another. */
const char *series_risk(const struct script_step *step);

/* series_name: what a list of a series is called, with its window: "root-3-from-2027-02-28-to-2027-06-08".
 * series_file: a signed list's name, with its window: "root-3-from-2027-02-28-to-2027-06-08.crl", or "...-crl.pem". */
const char *series_name(const struct flow *f, struct crl_number number, int64_t begin, int64_t end);
const char *series_file(const struct flow *f, unsigned i, bool pem);

/* series_rows: of the review: the windows, and what of an older series is overtaken now. series_sign_rows: the same as
 * fields for the transcript. */
void series_rows(const struct flow *f, struct prompt *p);
void series_more_review(const struct flow *f, const struct fields *answer, struct fields *data);

/* The turn in which two officers agree to it. */
const char *series_title(const struct flow *f);
void        series_prompt(const struct flow *f, struct prompt *p);
void        series_more(const struct flow *f, const struct fields *answer, struct fields *data);
