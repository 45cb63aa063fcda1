/* random.h: octets of which neither the token nor this machine alone decides. */
#pragma once

#include "ceremony/share/rng.h"
#include "ceremony/token/session.h"

#define RANDOM_MAX 4096 /* octets a call */

/* random_mix: len octets: SHA-512 in counter mode over 64 octets of the token's generator and
 * 64 of the system's. ERR_TOKEN_FAILED if the token gives none. */
bool random_mix(const struct session *s, uint8_t *out, size_t len, struct err *e) __attribute__((warn_unused_result));

/* random_rng: the same, as ceremony/share asks for it. Borrows s. */
struct rng random_rng(const struct session *s);
