/* lists.h: large revocation lists: the ops of ops.def that work on files of the ceremony's folder.
 *
 * The conductor does them (ceremony/cmd/host.c), the verifier does them again: from the same
 * fields and the same files they must come to the same answer, and nothing is written then. */
#pragma once

#include "ceremony/port/helper.h"
#include "ceremony/record/bundle.h"
#include "ceremony/record/crlfile.h"
#include "ceremony/record/ledger.h"

#define LISTS_MAX_FILE ((int64_t)BUNDLE_FILE_MAX) /* octets of an imported list */

struct lists {
	int                  dir;    /* borrowed: the ceremony's folder */
	const struct record *record; /* where the lists before are */
	const struct ledger *before;
	bool                 again;  /* the verifier's: write nothing, and parse here */
	/* not used by the verifier: */
	const struct helper *media, *parse;
	/* own */
	const struct call *now; /* that is being done */
	int            sort_dir; /* owned, where `again`; a folder for what does not fit into memory */
	struct sorter  sorted;   /* owned: the list that was read last */
	char           sorted_sha256[HASH_MAX * 2 + 1]; /* of its file; "" none */
	int            foreign; /* owned: the entries of an adopted list (lists_foreign); -1: none */
};

/* lists_init: the rest is the caller's to set. lists_done: safe on what lists_init made, and twice. */
void lists_init(struct lists *l);
void lists_done(struct lists *l);

/* lists_knows: whether an op is one of these. */
bool lists_knows(enum op op);
/* lists_call: does the op of a call. */
bool lists_call(struct lists *l, struct call *c, struct err *e) __attribute__((warn_unused_result));

/* lists_agree: does it again from c->in and compares the answer with what the transcript says. c: op, in, progress and stop are
 * the caller's; c->out: an empty one, for the answer. ERR_AUDIT_FILE; ERR_STOPPED_BY_KEY. */
bool lists_agree(struct lists *l, struct call *c, const struct fields *said, struct err *e) __attribute__((warn_unused_result));

/* Shared by lists*.c. */

/* lists_sorted: reads and sorts the list that `in` names (fields list, list-sha256 and how to read it), unless it
 * is the one that was read last. size may be NULL. */
bool lists_sorted(struct lists *l, const char *file, const char *sha256, struct call *c, int64_t *size, char sha256_out[HASH_MAX * 2 + 1],
                  struct err *e) __attribute__((warn_unused_result));

/* What a list is made of, open. */
struct lists_sources {
	struct crl_sources s;
	struct crlfile    *before; /* in room */
	struct arena       room;   /* owned */
};
/* lists_sources_open: the lists before, the ledger's and this ceremony's revocations, what is over. with_list: and the
 * list that is sorted. */
bool lists_sources_open(struct lists_sources *out, struct lists *l, struct bytes hand, bool with_list, struct err *e)
	__attribute__((warn_unused_result));
void lists_sources_done(struct lists_sources *s);

/* lists_foreign: the entries of an adopted list, `from`, in the folder `bundle`, as a TBSCertList in our own form. *fd: the
 * caller's. */
bool lists_foreign(struct lists *l, int bundle, const struct ledger_list *from, int *fd, struct err *e) __attribute__((warn_unused_result));

/* lists_judge: what the sorted list says, against the ledger and the lists before. ERR_LIST_*. */
bool lists_judge(struct lists *l, struct call *c, struct err *e) __attribute__((warn_unused_result));
bool lists_take(struct lists *l, struct call *c, struct err *e) __attribute__((warn_unused_result));
bool lists_adopt(struct lists *l, struct call *c, struct err *e) __attribute__((warn_unused_result));
bool lists_look(struct lists *l, struct call *c, struct err *e) __attribute__((warn_unused_result));
bool lists_deliver(struct lists *l, struct call *c, struct err *e) __attribute__((warn_unused_result));
