/* quirk.h: how modules differ, as data: one row a module.
 *
 * The row is found by what the token says of itself, which proves nothing: whether a token
 * can do a thing is decided by trying it. A row only says what to try and by which name a
 * wrapped key's format goes: one mechanism number means two formats (docs/formats). */
#pragma once

#include "ceremony/base/err.h"

#include "ceremony/token/pkcs11.h"

#define QUIRK_MAX_WRAPS 3

#define MECH_AES_KEY_WRAP_KWP 0x210bUL     /* PKCS #11 3.0; newer than p11-kit's header */
#define ATTRIBUTE_NSS_DB      0xd5a0db00UL /* NSS's own */

/* One way of wrapping a private key under an AES key. What it is wrapped in has a MAC of its own. */
struct quirk_wrap {
	CK_MECHANISM_TYPE mechanism; /* 0 ends the list */
	const char       *format;    /* "aes-kwp-rfc5649": what a blob's maker and opener must agree on */
};

struct quirk {
	const char       *name;         /* for people */
	const char       *manufacturer; /* prefix of CK_TOKEN_INFO's; "" fits all */
	const char       *model;        /* prefix; "" fits all */
	bool              software;     /* no hardware guards the key: rehearsals only */
	const char       *factory_so_pin; /* with which an empty token must be initialised; NULL: any will do */
	bool              one_lockout;  /* wrong PINs count for all tokens of the device together */
	bool              point_to_unwrap; /* an EC private key comes back only with CKA_NSS_DB: its public point */
	struct quirk_wrap wrap[QUIRK_MAX_WRAPS]; /* in the order in which they are tried */
};

/* quirk_find: the first row that fits; the last row fits every token. */
const struct quirk *quirk_find(const CK_TOKEN_INFO *info);
