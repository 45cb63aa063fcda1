/* ca.h: RECORD/ca.ini: whose record this is, and the keys that it stands on.
 *
 * Nothing in it is trusted by being here: the verifier compares each line with what the
 * first transcript and root.pem say. Written once, by the ceremony that makes the root. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

#define CA_NAME       "ca.ini"
#define CA_FORMAT     1
#define CA_MAX_TOKENS 8
#define CA_MAX_LEN    16384 /* octets of the file */

struct ca {
	struct bytes legal_name;           /* plain UTF-8 */
	uint8_t      root_sha256[32];      /* of root.pem's DER */
	struct bytes record_key;           /* DER SubjectPublicKeyInfo of the key that signs checkpoints */
	struct bytes token[CA_MAX_TOKENS]; /* serials of the tokens that hold the root */
	size_t       num_tokens;
};

/* ca_text: appends the file; b fails on a value that ca_read would refuse. */
void ca_text(struct buf *b, const struct ca *ca);

/* ca_write: the file, in the record's folder. Nothing is done if it says the same already;
 * ERR_FILE_EXISTS if it says anything else. ERR_CA_VALUE for a value that cannot stand there. */
bool ca_write(int record, const struct ca *ca, struct err *e) __attribute__((warn_unused_result));

/* ca_read: the file of a record, into `a`. ERR_FILE_OPEN, ERR_INI_*, ERR_CA_FORMAT. */
bool ca_read(struct ca *out, struct arena *a, int record, struct err *e) __attribute__((warn_unused_result));
