/* adopt.h: a CA that was made elsewhere, as far as it has been taken over: what the step kind adopt
 * keeps, and what follows from it for the ledger and the bundle. */
#pragma once

#include "ceremony/flow/flow.h"

#define ADOPT_MAX_FILES 256
#define ADOPT_MAX_CERTS 512
#define ADOPT_MAX_FILE  131072 /* octets: a line of the transcript holds it in base64 */

/* A certificate that came on the medium: a file, or one block of a bundle. */
struct adopted {
	const char  *file;
	struct bytes content, der;
	const char  *sha256, *subject;
	bool         refused;
	enum err_id  why;
	const char  *detail;
};

struct adoption {
	struct bytes    root, list, list_der; /* as they came; the list read */
	unsigned        odd;                  /* about that list: bits of enum crl_odd */
	const char    **listed;               /* ADOPT_MAX_FILES */
	size_t          num_listed, num_on_medium, num_seen, num_read;
	unsigned        num_pages;
	struct adopted *cert;                 /* ADOPT_MAX_CERTS */
	size_t          num_certs;
	bool            agreed;               /* it is this record's CA now */
};

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

/* adopt_num_unknown: entries of the list whose certificates were not brought: they stay on every list all the same. */
size_t adopt_num_unknown(const struct flow *f);

/* adopt_ledger: issued, revoked and the last list, into the ledger. */
bool adopt_ledger(const struct flow *f, struct ledger *l, struct arena *a) __attribute__((warn_unused_result));

/* adopt_files: the certificates and the list as the bundle holds them. */
bool adopt_files(const struct flow *f, bool (*each)(void *ctx, const char *name, struct bytes content, struct err *e),
                 void *ctx, struct err *e) __attribute__((warn_unused_result));
