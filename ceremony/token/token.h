/* token.h: the helper that alone loads the vendor's module and sees PINs and backup secrets.
 *
 * Its ops are the PORT_TOKEN rows of ceremony/port/ops.def. */
#pragma once

#include "ceremony/base/seal.h"
#include "ceremony/port/helper.h"
#include "ceremony/token/custody.h"
#include "ceremony/token/keypair.h"
#include "ceremony/token/session.h"
#include "ceremony/token/transfer.h"

#define SIGNER_ROOM 16384

struct token {
	struct session session; /* owned; the root's token */
	struct session second;  /* owned; the one that a backup is restored into */
	struct custody custody; /* owned */
	struct secret  card_key; /* owned; opens one box (card-key); empty: none is awaited */
	uint8_t        card_public[SEAL_PUBLIC];
	struct transfer transfer; /* of a key from the one token to the other */
	/* The key of the signature before: many signatures by one key look for it once. Every other op forgets it, and so
	 * does a signature that fails. */
	struct keypair        signer;
	const struct session *signer_of; /* NULL: none */
	char                  signer_id[2 * KEYPAIR_MAX_ID + 1]; /* the field "id" that found it */
	uint8_t               signer_room[SIGNER_ROOM];          /* what signer.key borrows */
	struct arena   work;    /* owned; emptied before each op */
	int            record;  /* owned: the ceremony's folder, or -1 */
};

/* token_init: record: path of the folder that holds transcript.jsonl, or NULL: then nothing is made
 * and nothing signed. ERR_FILE_OPEN, ERR_NO_MEMORY. */
bool token_init(struct token *t, const char *record, struct err *e) __attribute__((warn_unused_result));

/* token_helper: the table that answers every token op; t must stay where it is. */
struct helper token_helper(struct token *t);

/* token_done: wipes, logs out, unloads; safe on zero and twice. */
void token_done(struct token *t);
