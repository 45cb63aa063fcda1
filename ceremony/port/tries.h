/* tries.h: what a token tells of the tries that are left for its user's PIN, in words.
 *
 * PKCS #11 knows no number: a token says that all is well, that a try has been used up, that one is left, or that none is
 * (CKF_USER_PIN_COUNT_LOW, CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED). */
#pragma once

#include "ceremony/base/bytes.h"

enum tries { TRIES_OK, TRIES_LOW, TRIES_FINAL, TRIES_LOCKED, TRIES_COUNT_ };

/* tries_name: as it stands in fields and records: ok, low, final, locked. tries_by_name: TRIES_COUNT_ if it is none. */
const char *tries_name(enum tries t);
enum tries  tries_by_name(struct bytes name);

/* tries_left: how many are left, for a prompt. */
const char *tries_left(enum tries t);

/* tries_after: the detail of ERR_PIN_WRONG. tries_of_detail: which one it says, also as earlier records have it ("tries left: low"); TRIES_COUNT_ if none. */
const char *tries_after(enum tries t);
enum tries  tries_of_detail(struct bytes detail);
