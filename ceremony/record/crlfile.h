/* crlfile.h: revocation lists too large for memory: read from files, merged, written to files.
 *
 * A list is never held as a whole: what is to be revoked comes out of sorted sources (the lists before, a
 * sorter, a few entries by hand), is merged, and goes to the file in the order of serials. What stands
 * before and behind the entries is made by crl.c from a plan, as for a list that fits in memory. */
#pragma once

#include "ceremony/base/hash.h"
#include "ceremony/pki/shard.h"
#include "ceremony/record/sorter.h"

#define CRLFILE_PIECE    ((size_t)64 << 10)  /* octets read at once: they stay in the processor's cache */
#define CRLFILE_BLOCK    ((size_t)256 << 10) /* octets written at once: half the cost of a quarter of that */
#define CRLFILE_MAX_EDGE 8192 /* octets before and behind the entries */
#define CRLFILE_SHARDS   SHARDS_MAX

/* ---- reading one --------------------------------------------------------------------- */

/* A list in a file: what stands around the entries is in memory. */
struct crlfile {
	int                fd; /* owned */
	int64_t            size;
	int64_t            tbs_at, tbs_len; /* the whole TBSCertList */
	int64_t            entries_at, entries_len; /* 0, 0: none */
	struct bytes       head, tail; /* before revokedCertificates, from version on; and behind it: edge[] */
	struct bytes       algorithm, signature;
	uint8_t            edge[2 * CRLFILE_MAX_EDGE];
	/* where it is */
	int64_t            at, left;
	uint8_t            piece[CRLFILE_PIECE];
	size_t             have, next;
	struct revoked     entry[2]; /* the one given out last, and the one before */
	uint64_t           num;
	struct hash       *hash_all, *hash_tbs; /* what is read goes into them; NULL: into none */
};

/* crlfile_open: takes a file's descriptor over and finds its parts. whole: false: the file is a
 * TBSCertList alone. On failure fd is closed. ERR_CRL_*, ERR_FILE_READ. */
bool crlfile_open(struct crlfile *f, int fd, bool whole, struct err *e) __attribute__((warn_unused_result));
/* crlfile_begin: the next crlfile_next is the first entry's. */
void crlfile_begin(struct crlfile *f);
/* crlfile_next: as sorter_next; checks each entry, and that its serial is above the one before. */
bool crlfile_next(struct crlfile *f, const struct revoked **out, struct err *e) __attribute__((warn_unused_result));
/* crlfile_done: safe on { .fd = -1 } and twice. */
void crlfile_done(struct crlfile *f);

/* ---- merging --------------------------------------------------------------------------- */

/* What a list is made of. Everything is borrowed and sorted; of the same serial in several of them, the first
 * one's entry counts: what has stood on a list stays as it stood. */
struct crl_sources {
	struct crlfile       *before; /* the lists before; num_before of them */
	size_t                num_before;
	const struct revoked *hand; /* chosen one by one, and what the ledger knows */
	size_t                num_hand;
	struct sorter        *list; /* imported; NULL: none */
	const struct revoked *over; /* need no entry any more: left out */
	size_t                num_over;
	unsigned              shard, shards; /* serial mod shards == shard only; shards 1: all */
	/* counted on the way */
	uint64_t num_entries, num_before_all, num_removed, num_hand_new, num_list_new, num_again, num_twice;
	/* which sources had the one that came last */
	bool had_before, had_hand, had_list;
	const struct revoked *list_head; /* had_list: as the list has it */
	/* where it is */
	const struct revoked *head[CRLFILE_SHARDS];
	bool                  had[CRLFILE_SHARDS]; /* which of the lists before */
	size_t                hand_at, over_at;
};

/* crl_sources_begin, crl_sources_next: as a sorter's, but what comes out is good until the next call only. The sources' own errors. Two lines of the list
 * with one serial must say the same: ERR_LIST_TWICE. */
bool crl_sources_begin(struct crl_sources *s, struct err *e) __attribute__((warn_unused_result));
bool crl_sources_next(struct crl_sources *s, const struct revoked **out, struct err *e) __attribute__((warn_unused_result));

/* ---- writing ----------------------------------------------------------------------------- */

struct crl_progress {
	void (*tell)(void *ctx, const char *what, uint64_t done, uint64_t total); /* may be NULL */
	void *ctx;
};

/* What was written, or would be. */
struct crl_made {
	uint64_t      num_entries;
	int64_t       len; /* octets */
	struct digest sha256, digest; /* of the TBS; digest by the signature's hash */
};

/* crlfile_tbs: writes the TBSCertList { head, entries, tail } into out, an empty file; fd -1: makes the digests only. The
 * entries' length stands before them: it is guessed from the sources, and where they have a serial in common, or lose one, a
 * second pass has it right. with: CRLFILE_SHA256: else made->sha256 stays empty; CRLFILE_ROOM: as many octets as
 * crlfile_room says stay free before it, else it begins the file. */
#define CRLFILE_SHA256 1u
#define CRLFILE_ROOM   2u
bool crlfile_tbs(struct crl_made *made, int out, struct bytes head, struct bytes tail, struct crl_sources *s,
                 enum hash_alg hash, unsigned with, const struct crl_progress *p, struct err *e)
	__attribute__((warn_unused_result));

/* crlfile_room: octets before a TBS of tbs_len octets for the header of the signed list, as long as that will be for most
 * lists: how long a signature is, is not known before it is made. */
int64_t crlfile_room(int64_t tbs_len);
/* crlfile_finish: makes the signed list of a file that crlfile_tbs has written with room: header, algorithm and signature
 * are written around the TBS, which is not touched; to be done again after a crash. *fits: false, and nothing is
 * written, where the header is not as long as the room: then crlfile_join makes the list in another file. */
bool crlfile_finish(int fd, bool *fits, int64_t tbs_len, enum sig_alg sig, struct bytes signature, struct err *e)
	__attribute__((warn_unused_result));
/* crlfile_join: the signed list of the TBS of such a file, `tbs`, in an empty file, out. */
bool crlfile_join(int out, int tbs, int64_t tbs_len, enum sig_alg sig, struct bytes signature, struct err *e)
	__attribute__((warn_unused_result));

/* crlfile_check: reads a finished list with the reader from end to end: head, tail, algorithm and signature as
 * given, and each entry as the sources give it, no more and no fewer (s NULL: each above the one before). *made: of its TBS; *sha256: of the file, or NULL.
 * ERR_CRL_DIFFERS says what differs. */
bool crlfile_check(struct crl_made *made, struct digest *sha256, int fd, struct bytes head, struct bytes tail,
                   struct crl_sources *s, enum sig_alg sig, struct bytes signature, const struct crl_progress *p,
                   struct err *e) __attribute__((warn_unused_result));
