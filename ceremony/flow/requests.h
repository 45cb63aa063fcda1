/* requests.h: what the steps that read requests and those that sign them share. */
#pragma once

#include "ceremony/flow/kinds.h"

#define ROWS_SHOWN    20 /* of a list that may be long */
#define REQUEST_ALOUD 16 /* octets of a request's SHA-256 that are compared as words with its sheet */

/* Of the request of this round: whether nobody has refused it; takes down a refusal; shows one. */
bool request_taken(const struct flow *f);
void request_refuse(struct flow *f, const struct err *why);
void prompt_request_refused(const struct flow *f, struct prompt *p);
