/* note.h: C2SP checkpoints, cosignatures and the containers of one Ed25519 signature.
 *
 * The same 64 octets go into the checkpoint's line (cosignature/v1), a minisign file, a
 * signify file and a raw file, so that four tools that are not ours can verify them
 * (C2SP signed-note, tlog-checkpoint, tlog-cosignature; docs/formats/checkpoint.md). */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

#define NOTE_MAX_WITNESSES  16
#define NOTE_NAME_MAX       120
#define CHECKPOINT_MAX      8192 /* octets of a whole checkpoint file */
#define COSIGNED_MAX        512  /* octets of a cosigned message */
#define NOTE_HEARD_MAX      40
#define WITNESS_FILE_MAX    1024 /* octets of any file of a witness */

/* note_is_name: may this name an origin or a witness? 1 to NOTE_NAME_MAX octets of printable
 * ASCII without blank and '+'. C2SP allows more; what we write is read by every tool. */
bool note_is_name(struct bytes name);

/* ---- the checkpoint (note.c) ---- */

/* checkpoint_body: the three lines "ORIGIN\nSIZE\nBASE64(ROOT)\n". b fails if origin is no name. */
void checkpoint_body(struct buf *b, struct bytes origin, uint64_t size, const uint8_t root[32]);

/* A witness: its key name ("ORIGIN/auditor-1" style: note_is_name) and Ed25519 key. */
struct witness {
	char    name[NOTE_NAME_MAX + 1];
	uint8_t public_key[32];
	bool    numbered;  /* the key has a number of its own for minisign; else it is made of the key */
	uint8_t number[8];
};

/* A cosignature: who, when, and the 64 octets. */
struct cosignature {
	struct witness witness;
	int64_t        time; /* POSIX seconds, not negative */
	uint8_t        signature[64];
	char           heard[NOTE_HEARD_MAX]; /* "" or what was typed back of the words: "3=stairway,12=hydraulic" */
};

/* cosigned_message: "cosignature/v1\ntime T\n" and the body: the exact octets signed. */
void cosigned_message(struct buf *b, struct bytes body, int64_t time);

/* checkpoint_put: appends the whole file: body, empty line, one line a cosignature. */
void checkpoint_put(struct buf *b, struct bytes body, const struct cosignature *cosig, size_t num);

/* One line of a checkpoint: who claims to have signed. A name and a key id prove nothing until
 * checkpoint_signed_by has found a known key behind them. */
struct cosigner {
	char     name[NOTE_NAME_MAX + 1];
	uint32_t key_id;
	int64_t  time;
	uint8_t  signature[64];
};

struct checkpoint {
	struct bytes    body, origin; /* borrow the file */
	uint64_t        size;
	uint8_t         root[32];
	struct cosigner cosigner[NOTE_MAX_WITNESSES];
	size_t          num_cosigners;
};

/* checkpoint_parse: the file, strictly: exactly what checkpoint_put writes, so no extension
 * lines, no signature types but cosignature/v1, nobody twice. ERR_CHECKPOINT_FORM names the line. */
bool checkpoint_parse(struct checkpoint *out, struct bytes file, struct err *e) __attribute__((warn_unused_result));

/* checkpoint_signed_by: the cosignature of that witness, found by name and key id, and verified.
 * ERR_CHECKPOINT_MISSING, ERR_CHECKPOINT_SIGNATURE. */
bool checkpoint_signed_by(struct cosignature *out, const struct checkpoint *c, const struct witness *w, struct err *e)
	__attribute__((warn_unused_result));

/* cosignature_verify: Ed25519 over cosigned_message(body, c->time). ERR_CHECKPOINT_SIGNATURE. */
bool cosignature_verify(const struct cosignature *c, struct bytes body, struct err *e)
	__attribute__((warn_unused_result));

/* ---- the files of a witness (witness.c), each appended whole ---- */

/* witness_key_id: the first four octets of SHA-256(NAME || 0a || 04 || key), big-endian. */
uint32_t witness_key_id(const struct witness *w);

void witness_vkey(struct buf *b, const struct witness *w);    /* NAME+hash+base64(04||key), and a newline */
void witness_pub(struct buf *b, const struct witness *w);     /* minisign and signify public key */
void witness_spki(struct buf *b, const struct witness *w);    /* PEM SubjectPublicKeyInfo, for openssl */
/* file_base is the file name without its ending, for the comment. */
void witness_sig(struct buf *b, const struct cosignature *c, const char *file_base); /* signify */

/* minisign needs a second signature by the same key, over the first and the trusted comment. */
void minisign_comment(struct buf *b, const struct cosignature *c); /* the trusted comment: "NAME [words:HEARD ]time:T" */
void minisign_message(struct buf *b, const struct cosignature *c); /* the exact octets of the second signature */
void witness_minisig(struct buf *b, const struct cosignature *c, const uint8_t global[64]);

/* heard_message: what a card that is not of Ed25519 signs besides: "ceremony-witness-heard/v1\n", the same comment and
 * a newline, and the checkpoint's body. */
void heard_message(struct buf *b, struct bytes comment, struct bytes body);

/* witness_vkey_parse: exactly what witness_vkey writes. ERR_WITNESS_FORM. */
bool witness_vkey_parse(struct witness *out, struct bytes file, struct err *e) __attribute__((warn_unused_result));

/* witness_minisig_check: is this file what witness_minisig writes for c, and is its second
 * signature good? ERR_WITNESS_FORM, ERR_CHECKPOINT_SIGNATURE. */
bool witness_minisig_check(const struct cosignature *c, struct bytes file, struct err *e)
	__attribute__((warn_unused_result));
