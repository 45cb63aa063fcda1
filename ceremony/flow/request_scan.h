/* request_scan.h: a request that a camera reads off its operator's screen, in place of a medium. */
#pragma once

#include "ceremony/flow/kinds.h"

#define REQUEST_SCAN_PARAM                                                                     \
	{ "source", PARAM_CHOICE, "medium", 0, 0, "medium camera",                             \
	  "do they come on the medium, or does a camera read them off the operators' screens?" }

/* script_scans: does that step of kind requests read them by camera? */
bool script_scans(const struct script_step *step);

/* request_scan_fits: a camera needs the requests' names, and brings no certificates. ERR_SCRIPT_ORDER. */
bool request_scan_fits(const struct script_step *step, struct err *e) __attribute__((warn_unused_result));

/* scan_seen_by: what a result says of how it was seen: source, device, pictures; folders of pictures in a rehearsal alone. ERR_FLOW_FIELD. */
bool scan_seen_by(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));

/* Of the turn scan; request_is_on_medium: whether this round's request comes on the medium: always, or after all. */
bool request_scans(const struct flow *f);
bool request_is_on_medium(const struct flow *f);
void request_scan_prompt(const struct flow *f, struct prompt *p);
bool request_scan_ask(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool request_scan_check(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
