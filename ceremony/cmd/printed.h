/* printed.h: what the documents of several subcommands share: the file that they go to, digests in
 * words and as a QR code. */
#pragma once

#include "ceremony/base/hash.h"
#include "ceremony/paper/doc.h"

/* printed_form: the form that a file's name asks for; html: may it be HTML? ERR_USAGE names `option`. */
bool printed_form(enum doc_form *out, const char *option, const char *path, bool html, struct err *e)
	__attribute__((warn_unused_result));

/* printed_write: makes a document and writes it under that name; a file of that name is replaced whole,
 * and nothing is written on failure. fill: what stands in it. */
bool printed_write(const char *path, enum doc_form form, const struct doc_about *about,
                   bool (*fill)(struct doc *d, void *ctx, struct err *e), void *ctx, struct err *e)
	__attribute__((warn_unused_result));

/* printed_make: the same, appended to `out`. */
bool printed_make(struct buf *out, enum doc_form form, const struct doc_about *about,
                  bool (*fill)(struct doc *d, void *ctx, struct err *e), void *ctx, struct err *e) __attribute__((warn_unused_result));

/* printed_words: the first octets (at most 64) of a digest as PGP words, `per_line` on each line. */
void printed_words(struct doc *d, bool large, struct bytes octets, unsigned per_line);

/* printed_code: a QR code of a SHA-256: its 64 hex digits in capitals. beside: what it is of. */
bool printed_code(struct doc *d, const struct digest *sha256, const char *beside, struct err *e)
	__attribute__((warn_unused_result));
