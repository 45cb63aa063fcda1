/* bundle.h: the layout of a record: one CA's folder, one folder in it for each ceremony.
 *
 *   RECORD/ca.ini root.pem
 *   RECORD/ceremonies/0001-root-generation/   script.ini profiles/ transcript.jsonl checkpoint
 *       checkpoint.token.sig record-key.pub.pem witnesses/ requests/ certificates/ crls/ backup/
 *       report.txt SHA256SUMS
 *
 * docs/formats/record.md is the page. A power cut leaves nothing half made: a ceremony's
 * folder without a transcript is empty and is used again. */
#pragma once

#include "ceremony/base/file.h"
#include "ceremony/base/buf.h"
#include "ceremony/base/hash.h"

#define BUNDLE_MAX_CEREMONIES 9999
#define BUNDLE_NAME_MAX       60 /* "0001-root-generation" */

/* One ceremony of a record. */
struct bundle {
	char     name[BUNDLE_NAME_MAX + 1];
	unsigned number;         /* from 1 */
	bool     has_transcript; /* false: a folder that a power cut left empty */
	bool     is_complete;    /* it has checkpoint.token.sig and SHA256SUMS */
};

/* record_open: a descriptor of a record's folder; made, with ceremonies/, if `make`. -1 and e. */
int record_open(const char *path, bool make, struct err *e);

/* record_list: the ceremonies in order of number, at most max; *num is how many there are. Anything
 * in ceremonies/ that is not a ceremony's folder, a number twice or left out: ERR_RECORD_LAYOUT. */
bool record_list(struct bundle *out, size_t max, size_t *num, int record, struct err *e)
	__attribute__((warn_unused_result));

/* bundle_create: the folder of the next ceremony (last number + 1; an empty last one with the same
 * slug is used again) and its descriptor in *dir. */
bool bundle_create(struct bundle *out, int *dir, int record, const char *slug, struct err *e)
	__attribute__((warn_unused_result));

/* bundle_open: a descriptor of a ceremony's folder. -1 and e. */
int bundle_open(int record, const struct bundle *b, struct err *e);

/* bundle_put: makes `name` (relative, one sub-folder at most, made on demand, [A-Za-z0-9._-]) hold
 * this content: nothing is done if it does already; else file_write. */
bool bundle_put(int dir, const char *name, struct bytes content, struct err *e) __attribute__((warn_unused_result));

/* bundle_each: every file of the ceremony's folder, in the order of strcmp over relative names.
 * Anything but plain files and one level of folders is ERR_RECORD_LAYOUT. */
bool bundle_each(int dir, bool (*each)(void *ctx, const char *name, struct err *e), void *ctx, struct err *e)
	__attribute__((warn_unused_result));

/* sums_write: SHA256SUMS over all files but itself. sums_check: ERR_RECORD_SUMS names the first
 * file that is missing, extra or different. */
bool sums_write(int dir, struct err *e) __attribute__((warn_unused_result));
bool sums_check(int dir, struct err *e) __attribute__((warn_unused_result));

/* ca.ini. All C strings borrow or live in the arena. */
struct ca {
	const char *organisation;
	const char *root_sha256;       /* hex, of the root certificate's DER */
	const char *record_key_sha256; /* hex, of the record key's SPKI */
	const char *token_serials;     /* separated by ", " */
};

/* ca_put: appends the text. ca_parse: reads it, strictly (ERR_INI_*). */
void ca_put(struct buf *b, const struct ca *ca);
bool ca_parse(struct ca *out, struct arena *a, struct bytes text, struct err *e) __attribute__((warn_unused_result));
