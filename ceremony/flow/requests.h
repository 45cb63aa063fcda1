/* requests.h: what the steps that read requests and those that sign them share. */
#pragma once

#include "ceremony/flow/kinds.h"

#define ROWS_SHOWN    20 /* of a list that may be long */

/* request_file: its file's name. */
struct bytes request_file(const struct flow *f, unsigned n);

/* ---- what comes from a medium and is parsed (request_foreign.c) ---- */

/* foreign_check: a media-read's answer: a content that is of the digest that it says. foreign_is_too_large: the
 * failure that is an answer to whoever brought the file, and not the world's. */
bool foreign_check(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool foreign_is_too_large(const struct err *why) __attribute__((warn_unused_result));
/* foreign_der: the DER in a content, whose label is `label`; its digest is the one that a parse-certificate or
 * parse-list says; in f->scratch. */
bool foreign_der(const struct flow *f, struct bytes *der, const struct fields *out, struct bytes content,
                    const char *label, struct err *e) __attribute__((warn_unused_result));

/* ---- the certificate that a root has already (request_existing.c) ---- */

/* script_has_existing: whether the script's requests come with one each. request_existing_name: the name of its
 * file, NAME.crt for NAME.csr; in f->scratch. */
bool        script_has_existing(const struct script *s);
const char *request_existing_name(const struct flow *f, unsigned n);
/* prompt_existing: its row, if this round's request came with one. */
void prompt_existing(const struct flow *f, struct prompt *p);
/* Of the turns existing and existing-parse. */
bool existing_comes(const struct flow *f);
bool existing_ask(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool existing_apply(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
bool existing_ask_parse(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool existing_check_parse(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool existing_apply_parse(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
void existing_refuse(struct flow *f, const struct err *why);

/* list_item: item n, from 0, of "one, two, three"; empty behind the last. */
struct bytes list_item(struct bytes list, unsigned n);

/* Of the request of this round: whether nobody has refused it; takes down a refusal; shows one. */
bool request_taken(const struct flow *f);
void request_refuse(struct flow *f, const struct err *why);
void prompt_request_refused(const struct flow *f, struct prompt *p);
