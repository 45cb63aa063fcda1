/* carry.h: a file that is carried out by camera: it is shown as QR codes, and both sides compare the words of its
 * SHA-256. Any step's prompt can do that. */
#pragma once

#include "ceremony/flow/kinds.h"

#define CARRY_WORDS 16 /* of SHA-256, that are read aloud */

#define CARRY_MAX   ((size_t)1 << 20) /* octets of a file that codes can show at all */

/* carry_prompt: fills the prompt for one file: size and hash, the words to be read aloud, the asks qr.N and taken.N,
 * where N is the round from 1. name and content borrow the flow or its scratch. */
void carry_prompt(const struct flow *f, struct prompt *p, const char *name, struct bytes content);

/* carry_prompt_file: the same for a file in the ceremony's folder, of CARRY_MAX octets at most: its SHA-256 is hex. A larger one
 * is not shown: who answers (by-medium.N) says that it goes by a medium. */
void carry_prompt_file(const struct flow *f, struct prompt *p, const char *name, const char *file, uint64_t size, const char *sha256);

/* carry_take: a turn's `take`: nobody has what was not shown. ERR_FLOW_NOT_SHOWN. */
bool carry_take(const struct flow *f, const struct fields *answer, struct err *e) __attribute__((warn_unused_result));

/* carry_more: what a turn's `more` appends: which file it was: file, size, sha256. */
void carry_more(struct fields *data, const char *name, struct bytes content);
