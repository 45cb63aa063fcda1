/* random.c: see random.h. */
#include "ceremony/token/random.h"

#include "ceremony/base/hash.h"
#include "ceremony/base/secret.h"
#include "ceremony/token/ckr.h"

#define SEED_LEN 64 /* octets from each of the two */

static const char without_dice[] = "ceremony random v1", with_dice[] = "ceremony random v2, dice";

/* Block i is SHA-512(label || i as 32 bits || token's seed || system's seed || rolls, if there are any). */
static void expand(uint8_t *out, size_t len, struct bytes seed, struct bytes rolls)
{
	for (uint32_t i = 0; len; i++) {
		struct hash h;
		uint8_t     number[4] = { (uint8_t)(i >> 24), (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };

		hash_init(&h, HASH_SHA512);
		hash_put(&h, bytes_str(rolls.len ? with_dice : without_dice));
		hash_put(&h, bytes_of(number, sizeof number));
		hash_put(&h, seed);
		hash_put(&h, rolls);
		struct digest d = hash_end(&h);
		size_t        n = len < d.len ? len : d.len;
		memcpy(out, d.p, n);
		out += n;
		len -= n;
		wipe(&d, sizeof d);
		wipe(&h, sizeof h);
	}
}

bool random_mix_dice(const struct session *s, const struct secret *dice, uint8_t *out, size_t len, struct err *e)
{
	SECRET seed = { 0 };

	MUST(len <= RANDOM_MAX);
	if (!secret_new(&seed, (size_t)2 * SEED_LEN, e))
		return false;
	if (!ckr_ok(s->module.fn->C_GenerateRandom(s->handle, seed.p, SEED_LEN), "C_GenerateRandom", e))
		return false;
	random_fill(seed.p + SEED_LEN, SEED_LEN);
	seed.len = seed.cap;
	expand(out, len, secret_expose(&seed), dice ? secret_expose(dice) : bytes_of(NULL, 0));
	return true;
}

bool random_mix(const struct session *s, uint8_t *out, size_t len, struct err *e)
{
	return random_mix_dice(s, NULL, out, len, e);
}

const char *random_sources(const struct secret *dice)
{
	return dice->len ? "token, system, dice" : "token, system";
}

static bool fill(void *context, uint8_t *out, size_t len, struct err *e)
{
	const struct random_source *r = context;

	return random_mix_dice(r->session, r->dice, out, len, e);
}

struct rng random_rng(const struct random_source *r)
{
	return (struct rng){ fill, (void *)(uintptr_t)r };
}
