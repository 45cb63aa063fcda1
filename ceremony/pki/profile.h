/* profile.h: what may be signed, and the plan that comes of it.
 *
 * A profile is INI text with openssl.cnf's spelling of extensions: docs/formats/profile.md.
 * profile_check is the only maker of a plan, and a TBS is built from a plan only
 * (certificate.h): nothing can be signed that no profile allowed. */
#pragma once

#include "ceremony/base/ini.h"
#include "ceremony/base/utc.h"
#include "ceremony/pki/request.h"

#define PLAN_MAX_EXTS 16
#define PLAN_MAX_ROWS 40
#define SERIAL_MAX    20

struct profile; /* opaque: made by profile_parse in an arena */

/* Who signs. For a self-signed root: `self` true, everything else from the plan itself. */
struct issuer {
	struct name name;
	struct key  key;
	uint8_t     key_id[KEY_ID_LEN];
	int64_t     not_before, not_after;
	bool        has_pathlen;
	uint32_t    pathlen;
	const struct ext *ext; /* of its certificate: what is signed stays within them */
	size_t            num_exts;
};

struct certificate; /* certificate.h */

/* What a plan is made of. All spans borrow. */
struct plan_input {
	const struct request *request;      /* NULL: no request (a root made here) */
	struct bytes          subject_text; /* where there is no request: "C=.., O=.., CN=.." from the script */
	const struct key     *key;          /* where there is no request: the subject's key */
	const struct issuer  *issuer;       /* NULL: self-signed */
	const struct certificate *existing; /* a cross-certificate: the CA certificate that there is; else NULL */
	enum sig_alg          sig;          /* what the issuer's key will sign with */
	struct bytes          random;       /* 20 octets: the serial is made of them */
	int64_t               now;          /* the moment of the review */
	bool                  rehearsal;    /* CN gets the prefix "REHEARSAL " */
	unsigned              shards;       /* parts of the issuer's revocation list; 0, 1: it is whole */
};

/* One row of the three-way review. All UTF-8, escaped for eyes. */
struct plan_row {
	const char *field, *asked, *profile, *will_be; /* "" where there is nothing */
	const char *source; /* "request", "profile", "issuer", "random", "clock", "script" */
	bool        differs; /* asked for something, and it is not what will be signed */
};

struct plan {
	unsigned        claims; /* of the profile that allowed it */
	struct name     issuer, subject;
	struct key      key;
	enum sig_alg    sig;
	uint8_t         serial[SERIAL_MAX]; /* 16..20 octets big-endian, positive */
	size_t          serial_len;
	int64_t         not_before, not_after;
	struct ext      ext[PLAN_MAX_EXTS]; /* in the order of the certificate */
	size_t          num_exts;
	struct plan_row row[PLAN_MAX_ROWS];
	size_t          num_rows;
};

/* profile_parse: reads and checks a profile against the rules that it claims to follow;
 * ERR_PROFILE_* with the file, line and clause. The profile lives in `a`. */
bool profile_parse(const struct profile **out, struct arena *a, const char *file, struct bytes text, struct err *e)
	__attribute__((warn_unused_result));

/* profile_name: its name, as in [profile] name = tls-subca. */
struct bytes profile_name(const struct profile *p);

/* profile_value: an extension as every certificate under this profile has it; empty if there is none.
 * What only the keys can tell is zeros in it. */
struct bytes profile_value(const struct profile *p, enum oid id);

/* profile_forget_rehearsal: a certificate's subject as it was asked for: without the word that a rehearsal puts before CN.
 * n->der stays as it is. */
void profile_forget_rehearsal(struct name *n);

/* profile_check: the plan for this input under this profile. ERR_PROFILE_* if the profile
 * does not allow it. Pure: the same input gives the same plan, octet for octet. */
bool profile_check(struct plan *out, struct arena *a, const struct profile *p, const struct plan_input *in, struct err *e)
	__attribute__((warn_unused_result));

/* profile_refusals: every reason why profile_check says no, up to max; returns how many, 0 if it says
 * yes. What can only be judged once something else is right is not among them. */
size_t profile_refusals(struct err *out, size_t max, struct arena *a, const struct profile *p, const struct plan_input *in);

/* What a step of a script wants a profile for. */
enum profile_use { PROFILE_FOR_ROOT, PROFILE_FOR_REQUEST, PROFILE_FOR_EXISTING, PROFILE_FOR_LIST };

/* profile_suits: whether it can be meant for this at all: its kind, whether it is for what signs
 * itself, where its subject comes from. ERR_PROFILE_KIND, _ISSUER, _SUBJECT. */
bool profile_suits(const struct profile *p, enum profile_use use, struct err *e) __attribute__((warn_unused_result));

/* profile_takes_key, profile_takes_sig: whether this profile lets such a key be certified, and
 * such a signature be made. Of the key only alg and bits count: it need not be made yet.
 * ERR_PROFILE_KEY, ERR_PROFILE_SIGNATURE. */
bool profile_takes_key(const struct profile *p, const struct key *k, struct err *e) __attribute__((warn_unused_result));
bool profile_takes_sig(const struct profile *p, enum sig_alg sig, struct err *e) __attribute__((warn_unused_result));

/* profile_claims: the sets of rules that it claims to follow (enum claim of rules.h), for
 * lint_certificate_under and lint_crl_under. */
unsigned profile_claims(const struct profile *p);

/* profile_follows: the same as the profile spells them, "BR 7.1.2.6, RFC 5280". */
struct bytes profile_follows(const struct profile *p);

/* profile_shard_uri: the URI of its crlDistributionPoints with {shard} in it, as the profile spells it;
 * empty where its certificates name no part of a list. profile_has_points: whether they name a list at all. */
struct bytes profile_shard_uri(const struct profile *p);
bool         profile_has_points(const struct profile *p);

/* profile_sig: what an issuer's key of this kind signs with under this profile: sig_for, or where
 * that is not allowed the first of enum sig_alg that is and fits. ERR_PROFILE_SIGNATURE. */
bool profile_sig(enum sig_alg *out, const struct profile *p, const struct key *issuer, struct err *e)
	__attribute__((warn_unused_result));

/* profile_crl_next: how long this (crl) profile lets a CRL stand: nextUpdate for a thisUpdate. */
bool profile_crl_next(int64_t *next_update, const struct profile *p, int64_t this_update, struct err *e)
	__attribute__((warn_unused_result));

/* profile_crl_check: whether this (crl) profile allows a CRL's plan: signature algorithm,
 * nextUpdate, reasons. ERR_PROFILE_*. */
struct crl_plan;
bool profile_crl_check(const struct profile *p, const struct crl_plan *plan, struct err *e)
	__attribute__((warn_unused_result));
