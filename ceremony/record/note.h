/* note.h: C2SP checkpoints, cosignatures and the containers of one Ed25519 signature.
 *
 * The same 64 octets go into the checkpoint's line (cosignature/v1), a minisign file, a
 * signify file and a raw file, so that four tools that are not ours can verify them
 * (C2SP signed-note, tlog-checkpoint, tlog-cosignature; docs/formats/checkpoint.md). */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

#define NOTE_MAX_WITNESSES 16
#define NOTE_NAME_MAX      120

/* checkpoint_body: the three lines "ORIGIN\nSIZE\nBASE64(ROOT)\n". */
void checkpoint_body(struct buf *b, struct bytes origin, uint64_t size, const uint8_t root[32]);

/* A witness: its key name ("ORIGIN/auditor-1" style: no blanks, no '+') and Ed25519 key. */
struct witness {
	char    name[NOTE_NAME_MAX + 1];
	uint8_t public_key[32];
};

/* A cosignature: who, when, and the 64 octets. */
struct cosignature {
	struct witness witness;
	int64_t        time;
	uint8_t        signature[64];
};

/* cosigned_message: "cosignature/v1\ntime T\n" and the body: the exact octets signed. */
void cosigned_message(struct buf *b, struct bytes body, int64_t time);

/* checkpoint_put: appends the whole file: body, empty line, one line a cosignature. */
void checkpoint_put(struct buf *b, struct bytes body, const struct cosignature *cosig, size_t num);

struct checkpoint {
	struct bytes       body, origin; /* borrow */
	uint64_t           size;
	uint8_t            root[32];
	struct cosignature cosig[NOTE_MAX_WITNESSES]; /* key id checked against vkeys by the caller */
	uint32_t           key_id[NOTE_MAX_WITNESSES];
	size_t             num_cosigs;
};

/* checkpoint_parse: the file, strictly: no unknown signature types (all ours are 0x04). */
bool checkpoint_parse(struct checkpoint *out, struct bytes file, struct err *e) __attribute__((warn_unused_result));

/* cosignature_verify: Ed25519 over cosigned_message(body, c->time). */
bool cosignature_verify(const struct cosignature *c, struct bytes body, struct err *e)
	__attribute__((warn_unused_result));

/* The files of a witness, each appended whole. file_base is the file name without its
 * ending, for the comments. */
void witness_vkey(struct buf *b, const struct witness *w);    /* NAME+hash+base64(04||key) */
void witness_pub(struct buf *b, const struct witness *w);     /* minisign and signify public key */
void witness_spki(struct buf *b, const struct witness *w);    /* PEM SubjectPublicKeyInfo, for openssl */
void witness_sig(struct buf *b, const struct cosignature *c, const char *file_base); /* signify */
/* minisign needs a second signature, over the first and the trusted comment, by the same key. */
void minisign_comment(struct buf *b, const struct cosignature *c); /* the trusted comment: "NAME time:T" */
void witness_minisig(struct buf *b, const struct cosignature *c, const uint8_t global[64]);
