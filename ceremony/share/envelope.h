/* envelope.h: a key's backup as one file of text: the wrapped key, what it is and whose, and a MAC over all of
 * that. docs/formats/backup.md is the format's page.
 *
 * The 256-bit secret that custodians share wraps nothing itself: a wrapping key and a MAC key are derived from
 * it (HMAC-SHA256 over fixed words), so that each has one use, and openssl alone can make them again. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/buf.h"
#include "ceremony/base/secret.h"

/* What a restored key signs to prove itself: these words, so that it can be taken for nothing else, and as many random octets. */
#define CHALLENGE_WORDS "ceremony backup challenge v1\n"
#define CHALLENGE_LEN   32

#define ENVELOPE_SECRET_LEN  32   /* octets: what is split */
#define ENVELOPE_MAX_WRAPPED 5120 /* octets: RSA-4096 takes 2.4 KiB */
#define ENVELOPE_MAX         8192 /* octets of the file */

/* How the key comes back into a token. */
enum envelope_method {
	ENVELOPE_WRAP, /* the token unwraps it: no one else ever sees it */
	ENVELOPE_LOAD, /* it is opened in locked memory and given to the token, which cannot unwrap */
};

struct envelope {
	enum envelope_method method;
	const char          *format;     /* one of envelope_format's */
	uint8_t              root[32];   /* SHA-256 of the key's SubjectPublicKeyInfo */
	struct bytes         set;        /* the share set's name; plain text */
	uint64_t             epoch;      /* of the share set */
	uint16_t             identifier; /* of the share set: SLIP-0039's, 15 bits */
	struct bytes         iv;         /* 16 octets for "aes-cbc-pad", else empty */
	struct bytes         wrapped;
	/* of a file that was parsed */
	uint8_t      mac[32];
	struct bytes authenticated; /* what the MAC is over; borrows the file */
};

/* envelope_format: the format of that name ("aes-kwp-rfc5649", "aes-kw-rfc3394", "aes-cbc-pad") as a constant;
 * NULL if there is none. */
const char *envelope_format(struct bytes name);

/* envelope_method_name: "wrap", "load". */
const char *envelope_method_name(enum envelope_method m);

/* envelope_wrapping_key: the AES-256 key that wraps, of the shared secret. *out must be empty. ERR_LOCK_MEMORY. */
bool envelope_wrapping_key(struct secret *out, const struct secret *shared, struct err *e)
	__attribute__((warn_unused_result));

/* envelope_put: writes the file, with its MAC under the shared secret. ERR_TOO_LARGE, ERR_LOCK_MEMORY. */
bool envelope_put(struct buf *out, const struct envelope *env, const struct secret *shared, struct err *e)
	__attribute__((warn_unused_result));

/* envelope_parse: reads a file to its last octet: every line in its place, nothing more. Decoded octets lie in
 * `a`, the rest borrows the file. ERR_BACKUP_FORM with the line. The MAC is not looked at. */
bool envelope_parse(struct envelope *out, struct arena *a, struct bytes file, struct err *e)
	__attribute__((warn_unused_result));

/* envelope_is_of: whether it says that it is this key's (an SPKI), this set's and this epoch's.
 * ERR_BACKUP_ROOT, ERR_BACKUP_SET, ERR_BACKUP_EPOCH. */
bool envelope_is_of(const struct envelope *env, struct bytes spki, struct bytes set, uint64_t epoch, struct err *e)
	__attribute__((warn_unused_result));

/* envelope_verify: the MAC, under the shared secret. ERR_BACKUP_MAC, ERR_LOCK_MEMORY. */
bool envelope_verify(const struct envelope *env, const struct secret *shared, struct err *e)
	__attribute__((warn_unused_result));
