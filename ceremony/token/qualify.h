/* qualify.h: what a token is worth, by trial; what it says of itself counts for nothing here.
 *
 * Measures and says what it saw; keytest/qualify.h judges. All keys are session objects, or, where the token
 * makes none, token objects labelled QUALIFY_LABEL; both are gone at the end, and those that a power cut left
 * behind are removed at the beginning. */
#pragma once

#include "ceremony/port/helper.h"
#include "ceremony/token/keypair.h"

#define QUALIFY_LABEL "ceremony throwaway"

/* qualify_token: the op token-qualify: logs the user in with c->secret_in and fills c->out. Only what stops all
 * of it is an error (the PIN, another serial, no session); all else is a finding. */
bool qualify_token(struct call *c, struct arena *a, struct session *s, struct bytes serial, struct err *e)
	__attribute__((warn_unused_result));

/* ---- its parts ---- */

/* One qualification under way. */
struct trial {
	struct session *s;
	struct arena   *a;
	struct fields  *out;
	struct call    *call;    /* for its progress */
	bool            passing; /* the token makes session objects */
	unsigned        num_made, num_spki;
};

/* qualify_say: a finding: NAME.WHAT (or NAME), and what was seen after its grade. */
void qualify_say(struct trial *t, const char *name, const char *what, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* qualify_make: a key pair that passes, of an algorithm by name; its public key is put down as spki.N. */
bool qualify_make(struct keypair *k, struct trial *t, const char *algorithm, bool extractable, struct err *e)
	__attribute__((warn_unused_result));
/* qualify_drop: destroys it. */
void qualify_drop(struct trial *t, const struct keypair *k);

/* qualify_guard: tries to get private keys of that algorithm out: never.*, locked.*, restored.* */
void qualify_guard(struct trial *t, const char *algorithm);
/* qualify_random: random.* */
void qualify_random(struct trial *t);
