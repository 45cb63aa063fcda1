/* random.h: octets of which neither the token nor this machine alone decides, nor whoever rolled the dice. */
#pragma once

#include "ceremony/share/rng.h"
#include "ceremony/token/session.h"

#define RANDOM_MAX 4096 /* octets a call */

/* random_mix: len octets: SHA-512 in counter mode over 64 octets of the token's generator and
 * 64 of the system's. ERR_TOKEN_FAILED if the token gives none. */
bool random_mix(const struct session *s, uint8_t *out, size_t len, struct err *e) __attribute__((warn_unused_result));

/* random_mix_dice: the same, over the rolls too; NULL or empty: there are none. */
bool random_mix_dice(const struct session *s, const struct secret *dice, uint8_t *out, size_t len, struct err *e)
	__attribute__((warn_unused_result));

/* random_sources: what random_mix_dice mixes, for the transcript. */
const char *random_sources(const struct secret *dice);

/* random_rng: random_mix_dice as ceremony/share asks for it. Borrows r and what it names. */
struct random_source {
	const struct session *session;
	const struct secret  *dice;
};
struct rng random_rng(const struct random_source *r);
