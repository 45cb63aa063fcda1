/* session.h: one token, found by what it says of itself, and one session with it. */
#pragma once

#include "ceremony/base/fields.h"
#include "ceremony/base/secret.h"
#include "ceremony/token/module.h"
#include "ceremony/token/quirk.h"
#include "ceremony/token/uri.h"

#define SESSION_MAX_SLOTS 64

enum session_user {
	SESSION_CLOSED, /* no module, no token */
	SESSION_EMPTY,  /* a token that is not initialised: there can be no session with it */
	SESSION_PUBLIC, /* nobody is logged in */
	SESSION_SO,
	SESSION_USER,
};

struct session {
	struct module       module; /* owned */
	CK_SLOT_ID          slot;
	CK_TOKEN_INFO       info; /* as last read */
	const struct quirk *quirk;
	CK_SESSION_HANDLE   handle; /* owned, read-write, from SESSION_PUBLIC on */
	enum session_user   user;
};

/* session_done: logs out, closes, unloads the module; safe on zero and twice. */
void session_done(struct session *s);

/* session_open: loads the URI's module and opens a session with the one token that fits. init: an
 * empty token will do, if none of that label is there. ERR_TOKEN_NONE, ERR_TOKEN_MANY. */
bool session_open(struct session *s, const struct uri *u, bool init, struct err *e) __attribute__((warn_unused_result));

/* session_list: the tokens of the URI's module, one field "token.N" each, as ops.def says. */
bool session_list(struct fields *out, const struct uri *u, struct err *e) __attribute__((warn_unused_result));

/* session_describe: the fields of token-open. */
bool session_describe(struct fields *out, struct session *s, struct err *e) __attribute__((warn_unused_result));

/* session_init: C_InitToken with this label and the SO's PIN, finds the token again (slots move),
 * and logs the SO in. A token that shows objects is refused (ERR_TOKEN_STATE). */
bool session_init(struct session *s, struct bytes label, const struct secret *pin, struct err *e)
	__attribute__((warn_unused_result));

/* session_set_pin: sets the user's PIN and logs the SO out. */
bool session_set_pin(struct session *s, const struct secret *pin, struct err *e) __attribute__((warn_unused_result));

/* session_login: as user. serial must be the token's. The last try is refused (ERR_PIN_FINAL) unless
 * final. ERR_PIN_WRONG tells what the token says of the tries left. An empty PIN is for a token with
 * a PIN pad of its own. Already logged in: nothing is done. */
bool session_login(struct session *s, struct bytes serial, bool final, const struct secret *pin, struct err *e)
	__attribute__((warn_unused_result));

/* session_needs: ERR_TOKEN_STATE unless `user` is logged in (or, for SESSION_PUBLIC, open). */
bool session_needs(const struct session *s, enum session_user user, struct err *e) __attribute__((warn_unused_result));

/* session_tries: "ok", "low", "final" or "locked", from the token's flags. */
const char *session_tries(const CK_TOKEN_INFO *info);

/* session_text: a blank-padded field of a token's, trimmed; plain text or escaped, in out. */
const char *session_text(char *out, size_t out_len, const CK_UTF8CHAR *padded, size_t padded_len);
