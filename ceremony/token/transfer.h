/* transfer.h: a key from one token straight into another (the method clone): the second one makes an RSA key pair,
 * the first one makes an AES key, wraps it to that, and the private key under it; the second one unwraps both.
 * This process never sees the AES key, and nothing that was wrapped leaves it: it is forgotten with it. */
#pragma once

#include "ceremony/share/envelope.h"
#include "ceremony/token/keypair.h"

#define TRANSFER_BITS 3072

/* What is under way. Handles are of session objects of the second token. */
struct transfer {
	CK_OBJECT_HANDLE    private_key; /* 0: there is none */
	CK_RSA_PKCS_MGF_TYPE mgf;
	CK_MECHANISM_TYPE   hash;
	const char         *format; /* NULL: nothing was sent */
	uint8_t             iv[16];
	uint8_t             key[512], wrapped[ENVELOPE_MAX_WRAPPED];
	CK_ULONG            key_len, wrapped_len;
};

/* transfer_begin: the second token's key pair; *pub, in `a`: its public half. ERR_TOKEN_ALGORITHM. */
bool transfer_begin(struct transfer *t, struct key *pub, struct arena *a, const struct session *second, struct err *e)
	__attribute__((warn_unused_result));

/* transfer_send: the first token wraps the key for the holder of `pub`. Nothing stays in it.
 * ERR_BACKUP_UNSUPPORTED. */
bool transfer_send(struct transfer *t, struct arena *a, const struct session *first, const struct keypair *k,
                   const struct key *pub, struct err *e) __attribute__((warn_unused_result));

/* transfer_receive: into the second token, as a private key that stays, sensitive and unextractable, read back;
 * what was under way is forgotten. On failure nothing stays. ERR_BACKUP_PROOF. */
bool transfer_receive(CK_OBJECT_HANDLE *out, struct transfer *t, const struct session *second, const struct key *root,
                      const struct keypair_names *names, struct err *e) __attribute__((warn_unused_result));
