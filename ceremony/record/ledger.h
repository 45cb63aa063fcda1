/* ledger.h: what a CA has done so far, as its finished ceremonies say it.
 *
 * Nothing of it is stored anywhere: it is made anew by replaying the transcripts, one
 * ceremony after the other, each verified before it is believed (ceremony/audit). A later
 * ceremony begins from it. All strings and octets live in the arena of whoever made it. */
#pragma once

#include "ceremony/base/hash.h"
#include "ceremony/pki/crl_number.h"

/* A key in the CA's token. */
struct ledger_key {
	const char  *id, *label, *algorithm;
	struct bytes spki; /* DER; empty: there is none */
	bool         loose; /* the root of a CA that was taken over: its token would give it away */
};

/* A certificate that the root has signed. */
struct ledger_cert {
	const char         *name; /* its file's stem: "intermediate-1" */
	unsigned            ceremony;
	struct bytes        der;
	struct bytes        spki;    /* of its key; within der */
	struct bytes        serial;  /* octets, no leading zero */
	const char         *subject; /* for eyes */
	int64_t             signed_at, not_after;
	bool                revoked;
	uint8_t             reason; /* RFC 5280 5.3.1 */
	int64_t             revoked_at;
	int64_t             invalidity; /* of an entry that was taken over: RFC 5280 5.3.2; 0: not said */
	bool                adopted; /* signed elsewhere, before this record; without der where only the last list knew of it */
	struct ledger_cert *next; /* in the order of signing */
};

#define LEDGER_MAX_SHARES 16

/* Who of the custodians can do it together: group_threshold of the groups, each with its own threshold. */
struct ledger_group {
	struct bytes name; /* empty where there is but one group */
	unsigned     threshold, count;
};

struct ledger_scheme {
	unsigned            group_threshold, num_groups;
	struct ledger_group group[LEDGER_MAX_SHARES];
	bool                passphrase;
};

/* A share set: who can make the wrapping key again, and what it opens. */
struct ledger_set {
	const char        *name, *identifier, *format;
	const char        *key_check; /* hex; "" if the record has none */
	unsigned           epoch, num_shares;
	struct ledger_scheme scheme;
	const char        *commitment[LEDGER_MAX_SHARES]; /* hex of SHA-256 of each share's words */
	struct bytes       blob; /* the wrapped key */
	struct ledger_set *next; /* the one before: retired by this one */
};

/* A file that a list, or a part of it, lies in. */
struct ledger_part {
	const char *file; /* its name in the ceremony's folder, under crls/ */
	char        sha256[HASH_MAX * 2 + 1];
};

/* A revocation list that was signed. */
struct ledger_list {
	struct crl_number   number;
	int64_t             this_update, next_update;
	unsigned            ceremony;  /* whose folder holds it */
	const char         *file;      /* its name there, under crls/; of parts, with a * for their number */
	bool                ahead;     /* signed before its time */
	struct crl_number   instead;   /* the number of the list that was made before its time came: this one must never be published; 0: none */
	char                sha256[HASH_MAX * 2 + 1]; /* of its DER; "" of one in parts */
	unsigned            num_parts; /* files that it lies in; 0: none, it is small enough for the transcript */
	struct ledger_part *part;
	bool                foreign; /* signed elsewhere, and as it came: neither sorted nor in our form */
	uint8_t             reason;  /* of such a one: of its entries that bear none that counts */
	struct ledger_list *next; /* the one before */
};

/* A ceremony that came to its close. */
struct ledger_seal {
	unsigned            number;
	uint64_t            lines;
	uint8_t             root[32]; /* of the tree over them */
	struct ledger_seal *next; /* the one before */
};

struct ledger {
	unsigned            num_ceremonies; /* verified */
	bool                rehearsal;
	int64_t             time; /* of the last line: nothing later may be earlier */
	const char         *organisation, *origin;
	struct ledger_key   root, record;
	struct bytes        root_cert; /* DER; empty: there is no root */
	const char         *token_serial;
	const char         *copy_serial; /* of the token that holds a restored copy; NULL: none does */
	bool                live;        /* it may sign */
	struct crl_number   crl_number; /* of the last CRL; 0: none yet */
	int64_t             crl_this_update; /* of the first list that the last ceremony to make any has signed: the only one whose time had come */
	int64_t             crl_next_update; /* of the last one that it has signed */
	const struct ledger_list *crl_from; /* that first one, whose entries the next goes on from; NULL: none was made here yet */
	int64_t             root_not_after;
	unsigned            epoch;      /* of the last share set; 0: none yet */
	struct ledger_cert *cert, **cert_end;
	size_t              num_certs;
	struct ledger_set  *set; /* the one in force; NULL: there is no backup */
	struct ledger_list *list;        /* the last one */
	struct ledger_seal *seal;        /* the last one */
	unsigned            last_number; /* of the last ceremony, however it ended */
	const char         *mark_serial; /* of the token that was given the last mark; NULL: it holds none */
	char                previous[HASH_MAX * 2 + 1]; /* SHA-256 of the last checkpoint file, or "none" */
	char                before[HASH_MAX * 2 + 1];   /* SHA-256 of the last ceremony's last line, however it ended, or "none" */
};

/* ledger_init: a CA that has done nothing. */
static inline void ledger_init(struct ledger *l)
{
	*l = (struct ledger){ .organisation = "", .origin = "", .previous = "none", .before = "none" };
	l->cert_end = &l->cert;
}

/* ledger_list_at: the list that is to be published at that time: of those whose time has come, the newest. NULL: there is
 * none. ledger_list_is_void: it must never be published. ledger_list_large: whether it lies as a file, or several. */
static inline const struct ledger_list *ledger_list_at(const struct ledger *l, int64_t time)
{
	const struct ledger_list *x = l->list;

	while (x && x->this_update > time)
		x = x->next;
	return x;
}

static inline bool ledger_list_is_void(const struct ledger_list *x)
{
	return !crl_number_is_zero(x->instead);
}

static inline bool ledger_list_large(const struct ledger_list *x)
{
	return x && x->num_parts > 0;
}

/* ledger_is_over: a revoked certificate that needs no entry any more: it had expired already when the last list
 * was made, and has stood on a list after its expiry (BR 7.2). Lists that were signed ahead do not count: whether
 * they were ever published, the record does not know. */
static inline bool ledger_is_over(const struct ledger *l, const struct ledger_cert *c)
{
	return c->not_after < l->crl_this_update;
}
