/* pin.h: PINs as C_Login and its like want them, and the PINs that a token comes with. */
#pragma once

#include "ceremony/token/session.h"

/* A PIN on its way into the module: NULL means the token's own pad. Borrows what it was made of. */
struct pin {
	CK_UTF8CHAR *p;
	CK_ULONG     len;
};

/* pin_of: what was typed; nothing typed means the token's own PIN pad, ERR_PIN_FORM if it has none. */
bool pin_of(struct pin *out, const struct session *s, const struct secret *typed, struct err *e)
	__attribute__((warn_unused_result));

/* pin_of_so: the same for whoever initialises a token: an empty token of some makers takes only the
 * PIN that it left the factory with. */
bool pin_of_so(struct pin *out, const struct session *s, const struct secret *typed, struct err *e)
	__attribute__((warn_unused_result));

/* pin_settle_so: the SO is logged in with `now`: a token that demands another one than the factory's
 * is given the typed one. */
bool pin_settle_so(struct session *s, struct pin now, struct pin typed, struct err *e)
	__attribute__((warn_unused_result));

/* pin_settle_user: a token that demands that the user, too, sets the PIN that the SO has set, has it set by
 * the user (who is logged in for it, and out again). */
bool pin_settle_user(struct session *s, struct pin typed, struct err *e) __attribute__((warn_unused_result));
