/* keypair.h: a key pair in the token: made, found, described, locked, destroyed.
 *
 * Named by CKA_ID and CKA_LABEL. What the token says of a key is evidence for the record,
 * never proof: every use is verified with the public key. */
#pragma once

#include "ceremony/pki/key.h"
#include "ceremony/token/session.h"

#define KEYPAIR_MAX_ID    32 /* octets of CKA_ID */
#define KEYPAIR_MAX_LABEL 64

struct keypair {
	CK_OBJECT_HANDLE private_key, public_key;
	struct key       key; /* the public key; its spans lie in the arena given */
	uint8_t          id[KEYPAIR_MAX_ID];
	size_t           id_len;
	char             label[KEYPAIR_MAX_LABEL + 1]; /* escaped */
};

/* What is to be made. */
struct keypair_plan {
	struct bytes id, label; /* octets of CKA_ID; UTF-8 */
	enum key_alg alg;
	unsigned     bits; /* RSA: 3072 or 4096 */
	bool         extractable; /* may be wrapped out, until keypair_lock */
	bool         passing;     /* a session object: gone with the session */
};

/* What a key is called. */
struct keypair_names {
	struct bytes id, label; /* octets of CKA_ID; UTF-8 */
};

/* keypair_names_parse: from the fields id (hex) and label. ERR_OP_FIELD. Borrows `a`. */
bool keypair_names_parse(struct keypair_names *names, struct arena *a, const struct fields *in, struct err *e)
	__attribute__((warn_unused_result));

/* keypair_free: nothing of that id or label may be there (ERR_TOKEN_KEY_EXISTS), but for a public half of
 * both, which is worth nothing: it is destroyed first, and *removed tells so. */
bool keypair_free(bool *removed, const struct session *s, const struct keypair_names *names, struct err *e)
	__attribute__((warn_unused_result));

/* keypair_read_public: the SPKI of a public object, in `a`. */
bool keypair_read_public(struct key *out, struct arena *a, const struct session *s, CK_OBJECT_HANDLE h, struct err *e)
	__attribute__((warn_unused_result));

/* keypair_params: CKA_EC_PARAMS of a curve. */
struct bytes keypair_params(enum key_alg alg);

/* keypair_put_public: makes the public half of a key whose private half is being restored. */
bool keypair_put_public(CK_OBJECT_HANDLE *out, const struct session *s, const struct keypair_names *names,
                        const struct key *key, struct err *e) __attribute__((warn_unused_result));

/* keypair_destroy: destroys all halves of that id and label; *num: how many there were. Afterwards the token
 * was asked, and has none (ERR_TOKEN_KEY_EXISTS if it has). */
bool keypair_destroy(size_t *num, const struct session *s, const struct keypair_names *names, struct err *e)
	__attribute__((warn_unused_result));

/* keypair_plan_parse: from the fields id (hex), label, algorithm, extractable (yes | no).
 * ERR_OP_FIELD names the field. Borrows `a`. */
bool keypair_plan_parse(struct keypair_plan *plan, struct arena *a, const struct fields *in, struct err *e)
	__attribute__((warn_unused_result));

/* keypair_generate: makes it as a private, sensitive, signing-only token object, and reads it back.
 * A pair that does not read back as asked is destroyed (ERR_TOKEN_KEY_UNFIT). Nothing of that id or
 * label may be there (ERR_TOKEN_KEY_EXISTS), but for a public half of both, which is worth nothing:
 * it is destroyed first, and *removed tells so. */
bool keypair_generate(struct keypair *k, bool *removed, struct arena *a, const struct session *s,
                      const struct keypair_plan *plan, struct err *e) __attribute__((warn_unused_result));

/* keypair_count: how many objects of a class bear this id and label (2 stands for more, too); first
 * (may be NULL): one of them. */
bool keypair_count(size_t *num, CK_OBJECT_HANDLE *first, const struct session *s, CK_OBJECT_CLASS class,
                   struct bytes id, struct bytes label, struct err *e) __attribute__((warn_unused_result));

/* keypair_find: the pair of that id and label (an empty one fits all). ERR_TOKEN_KEY_NONE;
 * ERR_TOKEN_MANY. */
bool keypair_find(struct keypair *k, struct arena *a, const struct session *s, struct bytes id, struct bytes label,
                  struct err *e) __attribute__((warn_unused_result));

/* keypair_only: the pair of that label; with an empty one the only pair that there is. ERR_TOKEN_KEY_NONE; ERR_TOKEN_MANY. */
bool keypair_only(struct keypair *k, struct arena *a, const struct session *s, struct bytes label, struct err *e)
	__attribute__((warn_unused_result));

/* keypair_half: "public" or "private" if only that half of a pair is there under this id and label (a
 * power cut while it was made), NULL if none or both are. An empty one fits all. */
bool keypair_half(const char **half, const struct session *s, struct bytes id, struct bytes label, struct err *e)
	__attribute__((warn_unused_result));

/* keypair_by_id: keypair_find for the field `id` (hex). */
bool keypair_by_id(struct keypair *k, struct arena *a, const struct session *s, const struct fields *in,
                   struct err *e) __attribute__((warn_unused_result));

/* keypair_describe: the fields id, label, algorithm, spki, and keypair_attributes. */
void keypair_describe(struct fields *out, const struct session *s, const struct keypair *k);

/* keypair_attributes: what the token says of a private key: CKA_* = true | false | absent. */
void keypair_attributes(struct fields *out, const struct session *s, CK_OBJECT_HANDLE private_key);

/* keypair_lock: CKA_EXTRACTABLE := false, read back. ERR_BACKUP_LOCK if it stays true. */
bool keypair_lock(const struct session *s, const struct keypair *k, struct err *e) __attribute__((warn_unused_result));

/* keypair_flag: a boolean attribute; false in *there if the token does not have it. */
bool keypair_flag(bool *there, const struct session *s, CK_OBJECT_HANDLE h, CK_ATTRIBUTE_TYPE type);
