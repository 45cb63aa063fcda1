/* adopt.h: a CA that was made elsewhere, as far as it has been taken over: what the step kind adopt
 * keeps, and what follows from it for the ledger and the bundle. */
#pragma once

#include "ceremony/flow/flow.h"

#define ADOPT_MAX_FILES  4096
#define ADOPT_MAX_CERTS  8192
#define ADOPT_MAX_BUNDLE ((size_t)16 << 20) /* octets of one file with certificates */
#define ADOPT_MAX_FILE  131072 /* octets: a line of the transcript holds it in base64 */
#define ADOPT_LIST_FILE "adopted.crl"

/* A certificate that came on the medium: a file, or one block of a bundle. */
struct adopted {
	const char  *file;
	struct bytes content, der;
	struct bytes serial; /* within der */
	const char  *sha256, *subject;
	bool         refused;
	enum err_id  why;
	const char  *detail;
};

struct adoption {
	struct bytes    root, list, list_der; /* as they came; the list read */
	unsigned        odd;                  /* about that list: bits of enum crl_odd */
	bool            is_large;             /* that list: too large for the transcript */
	struct adopted_large {
		const char *sha256;           /* of its DER; NULL: not taken over */
		const char *known;            /* of the certificates that were brought, as crl-adopt has it */
		struct crl_number number;
		uint64_t    entries;
		int64_t     this_update, next_update;
	} large;
	const char    **listed;               /* ADOPT_MAX_FILES */
	size_t          num_listed, num_on_medium, num_seen;
	unsigned        num_pages;
	size_t          num_read, num_pieces; /* files that were read as a whole; pieces, of those and of the one that is read */
	struct buf      now;                  /* of the file that is read in pieces */
	struct adopted *cert;                 /* ADOPT_MAX_CERTS */
	size_t          num_certs;
	bool            agreed;               /* it is this record's CA now */
};

/* Shared by the turns: adopt_ask_file, adopt_check_file: of media-read. adopt_same_sha256: of what was parsed. */
bool adopt_ask_file(const struct flow *f, struct bytes name, struct fields *in);
bool adopt_check_file(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool adopt_same_sha256(const struct fields *out, struct bytes der, struct err *e) __attribute__((warn_unused_result));

/* The turns names, read, certificate, refused. */
unsigned adopt_num_pages(const struct flow *f);
bool     adopt_ask_names(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool     adopt_check_names(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool     adopt_apply_names(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
unsigned adopt_num_pieces(const struct flow *f);
bool     adopt_ask_piece(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool     adopt_check_piece(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool     adopt_apply_piece(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
unsigned adopt_num_found(const struct flow *f);
bool     adopt_ask_cert(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool     adopt_check_cert(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool     adopt_apply_cert(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
void     adopt_refuse_cert(struct flow *f, const struct err *why);
bool     adopt_was_refused(const struct flow *f);
void     adopt_prompt_refused(const struct flow *f, struct prompt *p);

/* adopt_new: an empty one, in f->arena. */
bool adopt_new(struct flow *f, struct err *e) __attribute__((warn_unused_result));

/* adopt_split: takes a file's certificates down: the PEM blocks of a bundle, or the whole. ERR_TOO_LARGE. */
bool adopt_split(struct flow *f, const char *file, struct bytes content, struct err *e) __attribute__((warn_unused_result));

/* adopt_root: may this be taken over as a root? ERR_ADOPT_*, ERR_CERT_*, ERR_PEM_*. */
bool adopt_root(struct certificate *out, const struct flow *f, struct bytes content, struct err *e)
	__attribute__((warn_unused_result));

/* adopt_cert: the i-th certificate: issued by the root, and none twice. */
bool adopt_cert(struct certificate *out, const struct flow *f, size_t i, struct err *e) __attribute__((warn_unused_result));

/* adopt_list: the last list: this root's, and not of the future; what is odd about it (crl_foreign.h). ERR_LIST_FOREIGN,
 * ERR_ADOPT_REASON, ERR_ADOPT_HOLD, ERR_CRL_*. */
bool adopt_list(struct crl *out, unsigned *odd, const struct flow *f, struct bytes content, struct err *e)
	__attribute__((warn_unused_result));

/* adopt_odd_is: does the result of parse-list say the same? adopt_odd_rows: rows of the review. adopt_more_odd: a turn's
 * `more`: what two officers agreed to take. */
bool adopt_odd_is(const struct fields *out, unsigned odd, struct err *e) __attribute__((warn_unused_result));
void adopt_odd_rows(const struct flow *f, struct prompt *p);
void adopt_more_odd(const struct flow *f, const struct fields *answer, struct fields *data);

/* adopt_has_list: the CA has a last list. _is_small: it goes into the transcript. _is_large: it does not. */
bool adopt_has_list(const struct flow *f);
bool adopt_list_is_small(const struct flow *f);
bool adopt_list_is_large(const struct flow *f);
/* adopt_ask_large: the fields of crl-adopt. adopt_check_large, adopt_apply_large: its answer: as adopt_list. */
bool adopt_ask_large(const struct flow *f, struct fields *in, struct err *e) __attribute__((warn_unused_result));
bool adopt_check_large(const struct flow *f, const struct fields *out, struct err *e) __attribute__((warn_unused_result));
bool adopt_apply_large(struct flow *f, const struct fields *data, struct err *e) __attribute__((warn_unused_result));
/* adopt_reason: of an entry from now on: its own, or what the script says of those that have none that counts; 0: none. */
uint8_t adopt_reason(const struct flow *f, uint8_t reason);
/* adopt_large_list: such a list as the ledger has it. */
struct ledger_list *adopt_large_list(const struct flow *f, struct arena *a, bool *ok);

/* adopt_num_unknown: entries of the list whose certificates were not brought: they stay on every list all the same. */
size_t adopt_num_unknown(const struct flow *f);

/* ledger_take_known: what a list says of the ledger's certificates, as list-take and crl-adopt have it in `known`. */
void ledger_take_known(struct ledger *l, const char *known);

/* adopt_ledger: issued, revoked and the last list, into the ledger. */
bool adopt_ledger(const struct flow *f, struct ledger *l, struct arena *a) __attribute__((warn_unused_result));

/* adopt_files: the certificates and the list as the bundle holds them. */
bool adopt_files(const struct flow *f, bool (*each)(void *ctx, const char *name, struct bytes content, struct err *e),
                 void *ctx, struct err *e) __attribute__((warn_unused_result));
