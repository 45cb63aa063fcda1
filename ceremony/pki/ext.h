/* ext.h: the extensions of RFC 5280: their DER, and the spelling of openssl.cnf.
 *
 * ext_from_text and ext_put_text are each other's inverse, except that "hash" and "keyid:
 * always" stand for octets that only the keys can tell. What a rule demands of an
 * extension is not said here (rules.h). */
#pragma once

#include "ceremony/pki/request.h"

#define EXT_MAX_ITEMS 16
#define EXT_MAX_VALUE 2048 /* octets of a value that is built here */

/* Named bits of keyUsage (RFC 5280 4.2.1.3). */
enum {
	USAGE_DIGITAL_SIGNATURE = 1 << 0,
	USAGE_KEY_CERT_SIGN = 1 << 5,
	USAGE_CRL_SIGN = 1 << 6,
};

struct ext_basic {
	bool     ca, has_pathlen;
	uint32_t pathlen;
};

/* One purpose, policy, distribution point or access description. */
struct ext_item {
	struct bytes oid; /* content octets of the purpose, policy or method; none for a distribution point */
	struct bytes uri; /* policy: of its CPS qualifier, empty without one */
	bool         odd; /* holds well-formed things that have no place in this struct */
};

struct ext_list {
	struct ext_item item[EXT_MAX_ITEMS];
	size_t          num;
};

/* The key identifiers that "hash" and "keyid" stand for: KEY_ID_LEN octets each. */
struct ext_ids {
	const uint8_t *subject, *authority;
};

/* ext_get_*: read an extension's value to its last octet. False if it is not well-formed;
 * outputs are then untouched. Spans borrow the value. */
bool ext_get_basic(struct ext_basic *out, struct bytes value) __attribute__((warn_unused_result));
bool ext_get_usage(uint16_t *out, struct bytes value) __attribute__((warn_unused_result));
/* ext_get_subject_id: subjectKeyIdentifier. ext_get_authority_id: authorityKeyIdentifier that
 * holds a keyIdentifier and neither issuer nor serial (BR 7.1.2.11.1). */
bool ext_get_subject_id(struct bytes *out, struct bytes value) __attribute__((warn_unused_result));
bool ext_get_authority_id(struct bytes *out, struct bytes value) __attribute__((warn_unused_result));
/* ext_get_list: extendedKeyUsage, certificatePolicies, crlDistributionPoints,
 * authorityInfoAccess, by `id`; never empty, at most EXT_MAX_ITEMS. */
bool ext_get_list(struct ext_list *out, enum oid id, struct bytes value) __attribute__((warn_unused_result));

/* ext_is_general_names: subjectAltName: not empty, each name of a kind that there is and in its form (RFC 5280
 * 4.2.1.6): 4 or 16 octets of an address, IA5 in a host's, a mail's and a URI's. ext_is_purposes:
 * extendedKeyUsage, however long. */
bool ext_is_general_names(struct bytes value);
bool ext_is_purposes(struct bytes value);

/* ext_is_formed: the value has the form that RFC 5280 4.2 gives this extension, though perhaps one that we would not write; of one
 * that has a name here and no form of its own it is DER; of others anything is. */
bool ext_is_formed(enum oid id, struct bytes value);

/* issuingDistributionPoint (RFC 5280 5.2.5). */
struct ext_partition {
	struct bytes uri; /* the one URI of its fullName; empty without one */
	bool         odd; /* names the point in another way, or holds onlySomeReasons */
	bool         only_users, only_cas, only_attributes, indirect;
};

/* ext_get_partition: never empty. */
bool ext_get_partition(struct ext_partition *out, struct bytes value) __attribute__((warn_unused_result));

/* ext_put_*: write an extension's value before what stands in the writer. */
void ext_put_basic(struct der *d, const struct ext_basic *v);
void ext_put_authority_id(struct der *d, struct bytes key_id);
void ext_put_list(struct der *d, enum oid id, const struct ext_list *list);

/* ext_get: eats one Extension; false if not well-formed (a FALSE that is written out is not:
 * X.690 11.5). ext_put: writes one. */
bool ext_get(struct bytes *in, struct ext *out) __attribute__((warn_unused_result));
void ext_put(struct der *d, const struct ext *x);

/* ext_find: the extension of that kind, or NULL. */
const struct ext *ext_find(const struct ext *ext, size_t num, enum oid id);

/* ext_next_word: eats up to the next comma of such a text, blanks around it too; false when
 * nothing is left. An empty word is a word. */
bool ext_next_word(struct bytes *text, struct bytes *word) __attribute__((warn_unused_result));
/* ext_is_spelled: whether ext_from_text knows this extension. */
bool ext_is_spelled(enum oid id);
/* ext_from_text: an extension from its spelling, "critical, CA:TRUE, pathlen:0"; the value
 * goes into `a`. ERR_PROFILE_VALUE says what is not understood (without a line). */
bool ext_from_text(struct ext *out, struct arena *a, enum oid id, struct bytes text, const struct ext_ids *ids,
                   struct err *e) __attribute__((warn_unused_result));
/* ext_put_text: appends the spelling, escaped for eyes; what has no spelling or is malformed
 * as "DER:" and hex, cut after 32 octets. */
void ext_put_text(struct buf *b, const struct ext *x);
