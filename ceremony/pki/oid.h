/* oid.h: the object identifiers that this program knows, as one table (oid.def). */
#pragma once

#include "ceremony/base/buf.h"

enum oid {
	OID_UNKNOWN,
#define X(id, der, dotted, name, text) id,
#include "ceremony/pki/oid.def"
#undef X
	OID_COUNT_
};

/* oid_find: which one has these content octets; OID_UNKNOWN if none. */
enum oid oid_find(struct bytes content);
/* oid_by_name: by its short name, as the trade spells it in openssl.cnf ("CN",
 * "serverAuth"), or by dotted decimal. OID_UNKNOWN if not in the table. */
enum oid oid_by_name(struct bytes name);
/* oid_der: the content octets. oid_name: the short name. oid_text: the long one. */
struct bytes oid_der(enum oid id);
const char  *oid_name(enum oid id);
const char  *oid_text(enum oid id);
/* oid_put_dotted: appends content octets as dotted decimal; false if malformed, or if an arc
 * takes more than 63 bits. */
bool oid_put_dotted(struct buf *b, struct bytes content) __attribute__((warn_unused_result));
/* oid_parse_dotted: appends the content octets of "1.2.840..."; false if malformed, or if an
 * arc takes more than 56 bits. */
bool oid_parse_dotted(struct buf *b, struct bytes dotted) __attribute__((warn_unused_result));

/* oid_is_sound: whether this is the content of an OBJECT IDENTIFIER, however long its numbers
 * (X.690 8.19; those under 2.25 have 128 bits, X.667). */
bool oid_is_sound(struct bytes content);
/* oid_put: for eyes: the short name, or the number, or in hex where that is too long. */
void oid_put(struct buf *b, struct bytes content);
