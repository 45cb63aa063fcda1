/* audit.h: the verifier: replays a record from its first line and believes nothing.
 *
 * It asks of every line what the program asked before it wrote it (flow_check), derives
 * every certificate and list again from profile and request, compares every file with what
 * the transcript implies, and checks the signatures of the witnesses and of the record
 * key. It reads only; it links neither PKCS #11 nor ncurses. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/err.h"
#include "ceremony/record/ledger.h"
#include "ceremony/record/personal.h"
#include "ceremony/record/policy.h"

/* What is told while verifying: one line for each thing that holds. */
struct audit_say {
	void (*say)(void *ctx, const char *line);
	void *ctx;
};

/* Asked before each line of a transcript, with its ceremony and its number from 1: false stops it, ERR_STOPPED_BY_KEY. */
struct audit_watch {
	bool (*go_on)(void *ctx, const char *ceremony, uint64_t line);
	void *ctx;
};

/* What the record must be, besides whole. */
struct audit_want {
	const char          *root;   /* NULL, or the hex SHA-256 that the root certificate must have */
	const struct policy *policy; /* NULL, or what each sealed ceremony's signatures must fulfil */
	struct personal     *more;   /* NULL, or disclosures from elsewhere, each of which must be of some ceremony */
	bool                 aborted; /* a record in which no ceremony was finished, but one was ended for good, will do */
	const struct audit_watch *watch; /* NULL, or who watches */
};

/* audit_record: verifies the record at `path`. want: NULL asks for nothing more. A ceremony that was ended for good
 * carries no signatures: it is replayed and remarked upon, and does not count as the last one. False with e: the first
 * thing that does not hold, with its file and line. ERR_AUDIT_*, ERR_TRANSCRIPT_*, ERR_RECORD_*, ERR_CHECKPOINT_*,
 * ERR_POLICY_*, ERR_FILE_*, ERR_INI_*. */
bool audit_record(const char *path, const struct audit_want *want, const struct audit_say *say, struct err *e)
	__attribute__((warn_unused_result));

/* audit_policy: verifies the record, and appends the policy that it fulfils (docs/formats/policy.md). */
bool audit_policy(struct buf *out, const char *path, struct err *e) __attribute__((warn_unused_result));

/* audit_ledger: the ledger of the record's sealed ceremonies, each verified first; `skip_last` leaves
 * the last ceremony out, which may be unfinished; watch: NULL, or who watches. The ledger lives in `arena`. */
bool audit_ledger(struct ledger *out, struct arena *arena, const char *path, bool skip_last, const struct audit_watch *watch,
                  struct err *e)
	__attribute__((warn_unused_result));

/* audit_main: the command line: [verify] DIR [--policy FILE] [--root SHA256], or --proof FILE
 * --certificate FILE [--policy FILE]. With --json the answer is one object:
 *   {"lines":[{"says":"holds"|"remark"|"more","text":TEXT},...],"verdict":"verified"|"not verified"|"could not be looked at"}
 * and where it is not verified, besides, what err_line says, in pieces: "error" ("ERR_..."), "what", "detail", "todo", "clause".
 * A text of "more" goes on from the one before. Returns the exit code. */
int audit_main(int argc, char **argv);

/* audit_usage: how to call it, whole lines. */
extern const char audit_usage[];
