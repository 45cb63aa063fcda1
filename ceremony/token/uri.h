/* uri.h: the RFC 7512 URI that names a token: its module, and its label, serial, maker, model.
 *
 * Never a slot: slots move. Never a PIN: it would stand in the process list. One attribute is our
 * own, after the ?: x-init, a text that the module is started with (module.h). */
#pragma once

#include "ceremony/base/err.h"

#include "ceremony/token/pkcs11.h"
#include <p11-kit/uri.h>

#define URI_MAX 1024 /* octets */

struct uri {
	P11KitUri  *p; /* owned; uri_done */
	const char *module_path; /* absolute; borrows p */
	const char *init;        /* x-init, or NULL; borrows p */
	bool        has_token, has_serial; /* names a label, a serial */
};

/* uri_parse: reads one. Refused (ERR_TOKEN_URI, with the attribute): an attribute twice, one other
 * than token, serial, manufacturer, model, ?module-path and ?x-init, an empty value, a module-path
 * that is missing or not absolute. */
bool uri_parse(struct uri *out, struct bytes text, struct err *e) __attribute__((warn_unused_result));

/* uri_module_only: forgets all that it says of the token: the module is what counts. */
void uri_module_only(struct uri *u);

/* uri_name: the token of this label (serial), whatever the URI says of that; an empty one leaves it as
 * it is. ERR_OP_FIELD if it is too long to be one. */
bool uri_name(struct uri *u, struct bytes label, struct bytes serial, struct err *e)
	__attribute__((warn_unused_result));

/* uri_done: safe on zero and twice. */
void uri_done(struct uri *u);

/* uri_fits: whether all that the URI names is so of this token. */
bool uri_fits(const struct uri *u, const CK_TOKEN_INFO *info);

/* uri_fits_blank: the same without the label, which an empty token does not have yet. A serial
 * that the token does not have yet (all blank) fits nothing. */
bool uri_fits_blank(const struct uri *u, const CK_TOKEN_INFO *info);
