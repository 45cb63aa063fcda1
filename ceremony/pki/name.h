/* name.h: distinguished names (RFC 5280 4.1.2.4): strict reading, one spelling, building. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/pki/der.h"
#include "ceremony/pki/oid.h"

#define NAME_MAX_ATTRS 32
#define NAME_MAX_DER   4096 /* octets of a whole name */
#define NAME_TYPE_TEXT 256  /* octets of a type in dotted decimal */

/* One attribute. */
struct name_attr {
	enum oid     type;
	struct bytes type_der; /* content octets of the type, known or not */
	unsigned     tag;      /* DER_UTF8_STRING, DER_PRINTABLE_STRING, DER_IA5_STRING, ... */
	struct bytes value;    /* octets of the string; for UTF8, Printable, IA5 also UTF-8 text */
	unsigned     rdn;      /* which RDN it stands in, from 0 */
};

struct name {
	struct bytes     der; /* the whole RDNSequence, header and all; borrowed */
	struct name_attr attr[NAME_MAX_ATTRS];
	size_t           num_attrs;
};

/* name_parse: a whole RDNSequence. Refuses (ERR_NAME_*): empty RDNs, wrong string types
 * for the attribute, characters outside the type, controls, NUL and bidi marks, empty
 * or over-long values (RFC 5280 appendix A upper bounds), unsorted SET OF. An empty
 * sequence parses, with num_attrs 0: the caller decides whether that will do. */
bool name_parse(struct name *out, struct bytes der, struct err *e) __attribute__((warn_unused_result));

/* name_from_text: builds a name from "C=XX, O=Example, CN=Example Root": one attribute an
 * RDN, in the order given; a backslash before a comma, plus, backslash or blank that belongs
 * to a value. C, serialNumber and DC get the
 * types RFC 5280 demands, the others UTF8String. The DER goes into `a`. */
bool name_from_text(struct name *out, struct arena *a, struct bytes text, struct err *e)
	__attribute__((warn_unused_result));

/* name_build: builds a name from attributes (type, tag, value), one an RDN, in their order. */
bool name_build(struct name *out, struct arena *a, const struct name_attr *attrs, size_t num, struct err *e)
	__attribute__((warn_unused_result));

/* name_put: appends "C=XX, O=Example, CN=Example Root", escaped for eyes (text_escape),
 * '+' between attributes of one RDN; a comma, a plus and a blank at either end of a value
 * get a backslash. name_from_text reads it back where each RDN holds one attribute. */
void name_put(struct buf *b, const struct name *n);

/* name_type: an attribute's type as it is shown: the short name, or dotted decimal where it is not in the table. */
const char *name_type(char out[NAME_TYPE_TEXT], const struct name_attr *at);

/* name_is_plain: what compares as nothing, or as less than it seems (RFC 5280 7.1), and what says that there is nothing to
 * say (BR 7.1.4: "-", "."): no CA needs it in its name, and two names that look the same are two. Blanks of any width at
 * an end, signs alone, a combining mark without a letter, and a word that mixes letters of scripts that look alike are
 * ERR_NAME_TEXT. */
bool name_is_plain(const struct name *n, struct err *e) __attribute__((warn_unused_result));

/* name_same: whether two names are one name (RFC 5280 7.1): the same levels in the same order, each with the
 * same types, in any order, and the same text but for the case of letters, blanks at the ends and runs of blanks of any
 * width. The string types may differ. name_within: whether n begins with the levels of base (4.2.1.10). */
bool name_same(const struct name *a, const struct name *b);
/* name_value_same: the same of two values, of plain text (text_is_plain). */
bool name_value_same(struct bytes a, struct bytes b);
/* name_value_hash: equal for values that are the same; no secret, and whoever makes them collide costs himself more than us. */
uint64_t name_value_hash(struct bytes a);
/* name_same_in_any_order: the same attributes, at whatever level: what a profile's template would make one name of.
 * name_hash_in_any_order: equal for such names. */
bool name_same_in_any_order(const struct name *a, const struct name *b);
uint64_t name_hash_in_any_order(const struct name *n);
bool name_within(const struct name *base, const struct name *n);

/* name_find: the first attribute of that type, or NULL. */
const struct name_attr *name_find(const struct name *n, enum oid type);
