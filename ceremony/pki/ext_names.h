/* ext_names.h: nameConstraints (RFC 5280 4.2.1.10): DER and text; see ext.h. */
#pragma once

#include "ceremony/pki/ext.h"

#define EXT_MAX_SUBTREES 24

/* Tags of GeneralName (RFC 5280 4.2.1.6). */
enum {
	NAME_MAIL = DER_CONTEXT(1),
	NAME_DNS = DER_CONTEXT(2),
	NAME_DIRECTORY = DER_CONTEXT_IN(4),
	NAME_URI = DER_CONTEXT(6),
	NAME_IP = DER_CONTEXT(7), /* address and mask, 8 or 32 octets */
};

struct ext_subtree {
	bool         excluded;
	bool         odd; /* has a minimum or a maximum */
	unsigned     tag;
	struct bytes value; /* content; of a directory name the whole name */
};

struct ext_constraints {
	struct ext_subtree item[EXT_MAX_SUBTREES];
	size_t             num;
};

/* ext_get_constraints: the subtrees, permitted ones first; false if not well-formed: empty, an
 * address of another length, a directory name that name_parse refuses. Spans borrow. */
bool ext_get_constraints(struct ext_constraints *out, struct bytes value) __attribute__((warn_unused_result));
/* ext_put_constraints: writes the value. */
void ext_put_constraints(struct der *d, const struct ext_constraints *c);

/* ext_is_general_name: one GeneralName where an address has no mask: of a kind that there is, and in its form (RFC 5280 4.2.1.6);
 * `whole` is with its header. ext_is_general_name_list: what a GeneralNames holds, never empty. */
bool ext_is_general_name(unsigned tag, struct bytes content, struct bytes whole);
bool ext_is_general_name_list(struct bytes in);

/* ext_is_host: a host's name of letters, digits and hyphens, dots between its labels. */
bool ext_is_host(struct bytes a);

/* ext_constraints_from_text, ext_constraints_put_text: the spelling; the second is false where
 * there are no words for it. ERR_PROFILE_VALUE. */
bool ext_constraints_from_text(struct ext_constraints *out, struct arena *a, struct bytes text, struct err *e)
	__attribute__((warn_unused_result));
bool ext_constraints_put_text(struct buf *b, struct bytes value) __attribute__((warn_unused_result));

/* ext_general_names_put_text: subjectAltName as openssl.cnf spells it. false where there are no words for one of them, or too
 * many of them. */
bool ext_general_names_put_text(struct buf *b, struct bytes value) __attribute__((warn_unused_result));
