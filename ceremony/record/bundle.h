/* bundle.h: the folders of a record: one CA's, and in it one for each ceremony.
 *
 *   RECORD/ceremonies/0001-root-generation/...      docs/formats/record.md
 *
 * A ceremony's folder counts as begun when its transcript has a whole line; until then it
 * holds nothing that was said in a room, and a power cut leaves at most such a folder,
 * which the next start takes again. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/err.h"

#define BUNDLE_SLUG_MAX 48
#define BUNDLE_NAME_MAX (5 + BUNDLE_SLUG_MAX) /* "0001-" and the slug */
#define BUNDLE_MOST     9999                  /* ceremonies in a record */
#define BUNDLE_FILE_MAX ((size_t)128 << 20)   /* octets of one file: a CRL of 10^6 entries is 49 MB */

/* The folder of one CA. */
struct record {
	int fd, ceremonies; /* owned: RECORD and RECORD/ceremonies */
};

/* record_open: an existing record (ERR_RECORD_NONE if the folder has no ceremonies/), or with
 * `make` a new one, whose parent must exist. dir: a folder's descriptor or AT_FDCWD. New folders are on the disk after file_sync_all of
 * the ceremony's folder, which comes before its transcript begins: here and in bundle_start. */
bool record_open(struct record *r, int dir, const char *path, bool make, struct err *e)
	__attribute__((warn_unused_result));
/* record_is_tidy: nothing lies beside ceremonies/ but ca.ini and root.pem, and with `remains` what a
 * power cut left of writing them (the next end of a ceremony writes them again):
 * ERR_RECORD_STRAY. For the verifier: a stranger must not take for the CA's what nobody signed. */
bool record_is_tidy(const struct record *r, bool remains, struct err *e) __attribute__((warn_unused_result));
/* record_done: safe on { -1, -1 }. */
void record_done(struct record *r);

enum bundle_state {
	BUNDLE_EMPTY,   /* not begun */
	BUNDLE_BEGUN,   /* to be resumed */
	BUNDLE_CLOSED,  /* the transcript is closed, the sealing (checkpoint, sums) is to be resumed */
	BUNDLE_ABORTED, /* ended for good, not sealed */
	BUNDLE_SEALED,  /* ended, and SHA256SUMS written, which is the last file */
};

/* One ceremony's folder by name. */
struct bundle_name {
	unsigned number;                    /* from 1 */
	char     text[BUNDLE_NAME_MAX + 1]; /* "0001-root-generation" */
};

struct bundle_list {
	struct bundle_name *item; /* in order: item[i].number is i + 1 */
	size_t              num;
};

/* bundle_list: every ceremony, in `a`. Anything else in ceremonies/, a number missing or there
 * twice, is an error that names it: ERR_RECORD_STRAY, ERR_RECORD_GAP. */
bool bundle_list(struct bundle_list *out, struct arena *a, const struct record *r, struct err *e)
	__attribute__((warn_unused_result));

/* An open ceremony's folder. */
struct bundle {
	int                fd; /* owned */
	struct bundle_name name;
	enum bundle_state  state; /* when it was opened */
};

/* bundle_start: the folder of the next ceremony, empty. Takes an empty last one again, under
 * the new slug. ERR_RECORD_UNFINISHED if the last ceremony is begun or closed and not sealed.
 * slug: bundle_is_slug, else ERR_RECORD_NAME. */
bool bundle_start(struct bundle *out, const struct record *r, const char *slug, struct err *e)
	__attribute__((warn_unused_result));

/* bundle_open: ceremony `number`, or the last one if 0. ERR_RECORD_NUMBER if it is not there. */
bool bundle_open(struct bundle *out, const struct record *r, unsigned number, struct err *e)
	__attribute__((warn_unused_result));
/* bundle_done: safe on { .fd = -1 }. */
void bundle_done(struct bundle *b);

/* bundle_is_slug: 1 to 48 of a-z, 0-9 and '-', the ends not '-'. */
bool bundle_is_slug(struct bytes slug);

/* bundle_allows: may a file of that name, relative to a ceremony's folder, be there at all? */
bool bundle_allows(const char *name);

/* bundle_put: a file of the ceremony, its sub-folder made on demand. If it is there with this
 * content nothing is done, so that a resumed ceremony may put everything again. It is on the disk after a
 * file_sync_all, and before that it can be made again from the transcript. dir: the ceremony's folder. ERR_RECORD_NAME for a name that bundle_allows refuses, for the
 * transcript and for SHA256SUMS, which have makers of their own; ERR_FILE_WRITE, ERR_DISK_FULL. */
bool bundle_put(int dir, const char *name, struct bytes content, struct err *e) __attribute__((warn_unused_result));
