/* profile_body.h: what a profile is inside: for profile_*.c only. */
#pragma once

#include "ceremony/pki/ext.h"
#include "ceremony/pki/profile.h"
#include "ceremony/pki/rules.h"

#define PROFILE_MAX_ATTRS 12
#define PROFILE_MAX_KEYS  12

enum profile_kind { PROFILE_CERTIFICATE, PROFILE_CRL };
enum attr_source { ATTR_REQUEST, ATTR_SCRIPT, ATTR_FIXED, ATTR_EXISTING };

/* One attribute of the subject's template. */
struct profile_attr {
	enum oid         type;
	enum attr_source source;
	bool             optional;
	struct name_attr fixed; /* its type, tag and value */
	struct bytes     pattern; /* of the value, * and ? stand for others; empty: any */
	struct bytes     text;
	unsigned         line;
};

/* Keys of one kind; the bits count for RSA only. */
struct profile_key {
	enum key_alg alg;
	unsigned     min_bits, max_bits;
};

/* One extension: `sample` is built with key identifiers of zeros. */
struct profile_ext {
	struct ext   sample;
	struct bytes text;
	unsigned     line;
	bool         by_shard; /* {shard} stands in the text: the sample has 0 for it */
};

/* Where things stand in the file, for messages. */
struct profile_lines {
	unsigned name, subject, key, signature, validity, extensions, entries;
};

struct profile {
	const char          *file;
	struct bytes         name;
	enum profile_kind    kind;
	unsigned             claims;
	struct bytes         follows; /* the claims as they are written */
	bool                 whole;   /* the subject as it is, octet for octet, from whole_source */
	enum attr_source     whole_source;
	struct bytes         whole_text;
	struct profile_attr  attr[PROFILE_MAX_ATTRS];
	size_t               num_attrs;
	struct profile_key   key[PROFILE_MAX_KEYS];
	size_t               num_keys;
	struct bytes         keys_text;
	unsigned             sigs; /* bit n: enum sig_alg n is allowed */
	struct bytes         sigs_text;
	struct utc_span      span; /* of a certificate, or from thisUpdate to nextUpdate */
	struct bytes         begin_text, span_text;
	bool                 has_begin, has_end; /* dates in place of signing and of a span */
	int64_t              begin, end;
	bool                 clamp; /* end with the issuer where the span goes beyond */
	struct profile_ext   ext[PLAN_MAX_EXTS]; /* in the order of the certificate */
	size_t               num_exts;
	struct bytes         shard_uri; /* of crlDistributionPoints, with {shard} in it; empty: it names no part */
	unsigned             reasons; /* crl: bit n: reasonCode n is allowed */
	struct profile_lines lines;
};

/* profile_rules: ERR_PROFILE_RULE, with file, line and clause, if the profile breaks a rule
 * that it claims to follow. */
bool profile_rules(const struct profile *p, struct err *e) __attribute__((warn_unused_result));

/* profile_end: the last second of a span that begins at t; both ends count (BR 1.6.1). */
int64_t profile_end(int64_t t, struct utc_span span);

/* profile_ext: what it says of an extension, or NULL. */
const struct profile_ext *profile_ext(const struct profile *p, enum oid id);
