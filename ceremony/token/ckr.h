/* ckr.h: what a PKCS #11 function returned, in the catalogue's words. */
#pragma once

#include "ceremony/base/err.h"

#include "ceremony/token/pkcs11.h"

/* ckr_ok: true for CKR_OK; otherwise fills e: the catalogue's row for the value (PIN, room, token
 * gone, algorithm; ERR_TOKEN_FAILED for the rest), with the function and the value's name. */
bool ckr_ok(CK_RV rv, const char *function, struct err *e) __attribute__((warn_unused_result));

/* ckr_name: "CKR_PIN_INCORRECT", or its number in hex. */
const char *ckr_name(char out[40], CK_RV rv);

/* ckr_is_trouble: no answer to the question whether something works: the device, or the session, is in trouble. */
bool ckr_is_trouble(CK_RV rv);
