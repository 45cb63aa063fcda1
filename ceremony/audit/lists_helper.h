/* lists_helper.h: files that travel a piece at a time, between medium, folder and parser: for the lists*.c. */
#pragma once

#include "ceremony/audit/lists.h"

#define LISTS_PIECE ((size_t)256 << 10) /* octets that travel at once */

/* One call of a helper at a time, in an arena of its own. */
struct lists_ask {
	struct arena       room; /* owned */
	const struct call *of;   /* borrowed: what it is asked for, and who hears of the progress; NULL: nobody */
	struct call        c;
};

/* lists_ask_init: the arena; arena_free(&a->room) gives it back. lists_ask_new: the next call. */
bool lists_ask_init(struct lists_ask *a, const struct call *of, struct err *e) __attribute__((warn_unused_result));
void lists_ask_new(struct lists_ask *a, enum op op);

/* lists_text: a field as a C string, "" if it does not fit. */
const char *lists_text(char *out, size_t cap, const struct fields *in, const char *key);

/* lists_put_medium: the medium, and, where media are devices, which. */
void lists_put_medium(struct fields *to, const struct fields *from);

/* lists_tell: progress, of what is long. lists_go_on: between two pieces nothing is decided yet, and the whole begins
 * anew: may it go on? ERR_STOPPED_BY_KEY. */
void lists_tell(const struct call *c, const char *what, int64_t done, int64_t total);
bool lists_go_on(const struct call *c, const char *what, struct err *e) __attribute__((warn_unused_result));

/* lists_from_medium: a file of the call's medium, piece by piece. ERR_TOO_LARGE, the helper's, what `each` says. */
bool lists_from_medium(const struct lists *l, const struct call *c, struct bytes name,
                       bool (*each)(void *ctx, struct bytes piece, struct err *e), void *ctx, struct err *e)
	__attribute__((warn_unused_result));
/* lists_fetch: a file of the call's medium (its field name) into the ceremony's folder, as folder/path says; of a CRL that is
 * PEM, what is in it. */
bool lists_fetch(const struct lists *l, const struct call *c, const char *folder, const char *path, bool crl, struct err *e)
	__attribute__((warn_unused_result));
/* lists_from_folder: a file, piece by piece; last: with the last of them. ERR_FILE_*. */
bool lists_from_folder(const struct call *c, int dir, const char *path, const char *what,
                       bool (*each)(void *ctx, struct bytes piece, bool first, bool last, struct err *e), void *ctx,
                       int64_t *size, struct digest *sha256, struct err *e) __attribute__((warn_unused_result));
