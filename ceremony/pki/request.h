/* request.h: a certification request (PKCS #10, RFC 2986), read strictly.
 *
 * Nothing of what it asks for is granted by being here: the profile decides. */
#pragma once

#include "ceremony/pki/key.h"
#include "ceremony/pki/name.h"

#define REQUEST_MAX      65536 /* octets of DER */
#define REQUEST_MAX_FILE (2 * REQUEST_MAX) /* octets of a file that holds one, with text around it */
#define REQUEST_MAX_ASKED   8192             /* octets of what it asks for, in words */
#define REQUEST_MAX_SUBJECT (4 * NAME_MAX_DER)
#define REQUEST_MAX_EXTS 32
#define REQUEST_MAX_ATTRS 16

struct ext {
	enum oid     id;  /* OID_UNKNOWN if not in the table */
	struct bytes oid; /* content octets */
	bool         critical;
	struct bytes value; /* content of the OCTET STRING */
};

struct request {
	struct bytes  der;
	struct name   subject;
	struct key    key;
	struct ext    ext[REQUEST_MAX_EXTS]; /* of the extensionRequest attribute */
	size_t        num_exts;
	struct bytes  attr[REQUEST_MAX_ATTRS]; /* types (OID content) of the other attributes */
	size_t        num_attrs;
	enum sig_alg  sig;      /* the algorithm of its own signature */
	unsigned      salt_len; /* of it, where it is PSS */
	struct bytes  tbs, signature;
};

/* request_read: DER to its last octet, version 0, no duplicate attributes or extensions. Each
 * refusal has its own id (ERR_REQUEST_*, or the name's and the key's own; docs/formats/request.md).
 * Spans borrow `der`. Whether the key is sound is keytest's to say. */
bool request_read(struct request *out, struct bytes der, struct err *e) __attribute__((warn_unused_result));

/* request_agrees: wolfSSL's reader, where it can read the request at all, agrees with ours on what is signed, the signature, the key and
 * the subject. ERR_REQUEST_OPINION. */
bool request_agrees(const struct request *r, struct err *e) __attribute__((warn_unused_result));

/* request_prove: proof of possession: it is signed by the key that it holds; and request_agrees. ERR_REQUEST_SIGNATURE,
 * ERR_REQUEST_OPINION, ERR_KEY_UNSUPPORTED. */
bool request_prove(const struct request *r, struct err *e) __attribute__((warn_unused_result));

/* request_parse: both. */
bool request_parse(struct request *out, struct bytes der, struct err *e) __attribute__((warn_unused_result));

/* request_asked: appends one line for each thing asked beyond subject and key: "asked:
 * basicConstraints = critical, CA:TRUE, pathlen:0", "asked: challengePassword", each with a
 * line end. Escaped for eyes. */
void request_asked(struct buf *b, const struct request *r);

/* request_words: what stands on the record of a request: its subject, and request_asked without
 * the last line end. The builders hold REQUEST_MAX_SUBJECT and REQUEST_MAX_ASKED octets.
 * ERR_TOO_LARGE if it does not fit: nobody could review it. */
bool request_words(struct buf *subject, struct buf *asked, const struct request *r, struct err *e)
	__attribute__((warn_unused_result));

/* request_is_apart: ERR_REQUEST_ISSUER if it is for the issuer's own name or holds its key. */
bool request_is_apart(const struct request *r, const struct name *issuer, const struct key *key, struct err *e)
	__attribute__((warn_unused_result));
