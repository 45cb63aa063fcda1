/* copies.h: copies of what is published at the URLs that the certificates will bear (caIssuers, CRL distribution
 * points), brought on a medium: a wrong URL, or a wrong file behind it, is found before it is signed. */
#pragma once

#include "ceremony/flow/kinds.h"

/* copies_fit: whether a review step that asks for copies can have them: the CA is older than the ceremony, and the
 * profile's URLs end in names that a medium can hold. True if it does not ask. ERR_SCRIPT_ORDER. */
bool copies_fit(const struct script *s, const struct script_step *step, struct err *e) __attribute__((warn_unused_result));

/* The turns, first in the step: each URL's file is read and compared with the root's certificate, or as a list with the
 * ledger. What does not fit is a failure that names the URL; the file is then read again. */
#define COPIES_TURNS                                                                                               \
	{ .name = "copies", .role = ROLE_ADMINISTRATOR, .when = copies_come, .title = "Insert the copies of what is published", .prompt = copies_prompt }, \
	{ .name = "issuer-copy", .role = ROLE_ADMINISTRATOR, .rounds = copies_num, .when = copies_is_issuer, .op = OP_MEDIA_READ, .ask = copies_ask, .check = foreign_check, .apply = copies_apply }, \
	{ .name = "issuer-parse", .flags = TURN_REREAD, .role = ROLE_ADMINISTRATOR, .rounds = copies_num, .when = copies_is_issuer, .op = OP_PARSE_CERTIFICATE, .ask = copies_ask_parse, .check = copies_check_issuer }, \
	{ .name = "list-copy", .role = ROLE_ADMINISTRATOR, .rounds = copies_num, .when = copies_is_list, .op = OP_MEDIA_READ, .ask = copies_ask_list, .check = copies_check_read, .apply = copies_apply_list }, \
	{ .name = "list-parse", .flags = TURN_REREAD, .role = ROLE_ADMINISTRATOR, .rounds = copies_num, .when = copies_is_list, .op = OP_PARSE_LIST, .ask = copies_ask_parse, .check = copies_check_list }, \
	{ .name = "list-look", .role = ROLE_ADMINISTRATOR, .rounds = copies_num, .when = copies_looks, .op = OP_CRL_LOOK, .ask = copies_ask_look, .check = copies_check_look }

bool     copies_come(const struct flow *f);
unsigned copies_num(const struct flow *f);
void     copies_prompt(const struct flow *f, struct prompt *p);
bool     copies_is_issuer(const struct flow *f);
bool     copies_is_list(const struct flow *f); /* small enough for the transcript */
bool     copies_looks(const struct flow *f);   /* or not */
bool copies_ask_list(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool copies_check_read(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool copies_apply_list(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
bool copies_ask_look(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool copies_check_look(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool copies_ask(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool copies_apply(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
bool copies_ask_parse(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool copies_check_issuer(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool copies_check_list(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
