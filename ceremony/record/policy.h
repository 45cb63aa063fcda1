/* policy.h: a C2SP tlog-policy: which record key, and which witnesses, must have signed.
 *
 * A record proves itself only by keys that stand in it: who writes all of it anew, with keys
 * of their own, has a record that is whole. An auditor's own policy file, kept from the first
 * ceremony on, is what such a record cannot meet (docs/formats/policy.md). */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

#define POLICY_MAX_LEN       ((size_t)1 << 20) /* octets of the file */
#define POLICY_MAX_LOGS      32
#define POLICY_MAX_NAMES     1024 /* witnesses and groups */
#define POLICY_MAX_KEY       1200 /* octets of a key in a vkey: an SPKI of RSA-8192 */
#define POLICY_NAME_MAX      200  /* octets of a name */

/* The kinds of key that a vkey can carry: the first octet, and for VKEY_SPKI a text of our own. */
enum vkey_type {
	VKEY_ED25519 = 0x01,     /* a log's; here: an Ed25519 record key */
	VKEY_ECDSA = 0x02,       /* a log's SPKI; here: an ECDSA record key */
	VKEY_COSIGNATURE = 0x04, /* a witness's Ed25519 key */
	VKEY_SPKI = 0xff,        /* ours: any SPKI, of a key that signs a file beside the checkpoint */
};

/* A verifier key: NAME+ID+BASE64. */
struct vkey {
	struct bytes   name; /* opaque octets: no blank, no plus */
	enum vkey_type type;
	struct bytes   key;  /* VKEY_COSIGNATURE: 32 octets; all others: a DER SubjectPublicKeyInfo */
};

/* vkey_parse: into `a`. ERR_POLICY_FORM without a line, for the caller to name it. */
bool vkey_parse(struct vkey *out, struct arena *a, struct bytes text, struct err *e) __attribute__((warn_unused_result));
/* vkey_put: appends it, without a newline; b fails on a name that cannot stand there. */
void vkey_put(struct buf *b, const struct vkey *k);

/* A witness or a group of them. */
struct policy_name {
	struct bytes name;
	bool         group;
	struct vkey  witness;   /* !group */
	uint16_t     threshold; /* group: of its members */
	uint16_t     first, num; /* group: its members in policy.member */
	bool         taken;     /* is a member of a group already */
};

struct policy {
	struct vkey         log[POLICY_MAX_LOGS];
	size_t              num_logs;
	struct policy_name *name; /* each refers to earlier ones only */
	size_t              num_names;
	uint16_t           *member; /* indices into name */
	size_t              num_members;
	bool                quorum_none;
	size_t              quorum; /* into name */
};

/* policy_parse: the whole file, strictly, into `a`: every line is understood, every name defined
 * before it is used, exactly one quorum. ERR_POLICY_FORM names the line and what is wrong with it. */
bool policy_parse(struct policy *out, struct arena *a, struct bytes text, struct err *e)
	__attribute__((warn_unused_result));

/* vkey_same: whether both wrap the same key, whatever their names say. */
bool vkey_same(const struct vkey *a, const struct vkey *b);

/* policy_judge: is a checkpoint of this origin, signed by this record key (its SPKI) and by these witnesses, one that the
 * policy takes? The caller has verified all signatures. A log counts by name and key, a witness by the key alone
 * (tlog-policy.md: "identified primarily by their public keys"). ERR_POLICY_LOG; ERR_POLICY_QUORUM names who is missing.
 * A policy that names no log takes every record key. */
bool policy_judge(const struct policy *p, struct bytes origin, struct bytes record_key, const struct vkey *signer,
                  size_t num_signers, struct err *e) __attribute__((warn_unused_result));
