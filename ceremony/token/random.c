/* random.c: see random.h. */
#include "ceremony/token/random.h"

#include "ceremony/base/hash.h"
#include "ceremony/base/secret.h"
#include "ceremony/token/ckr.h"

#define SEED_LEN 64 /* octets from each of the two */

/* Block i is SHA-512("ceremony random v1" || i as 32 bits || token's seed || system's seed). */
static void expand(uint8_t *out, size_t len, struct bytes seed)
{
	for (uint32_t i = 0; len; i++) {
		struct hash h;
		uint8_t     number[4] = { (uint8_t)(i >> 24), (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };

		hash_init(&h, HASH_SHA512);
		hash_put(&h, BYTES_LIT("ceremony random v1"));
		hash_put(&h, bytes_of(number, sizeof number));
		hash_put(&h, seed);
		struct digest d = hash_end(&h);
		size_t        n = len < d.len ? len : d.len;
		memcpy(out, d.p, n);
		out += n;
		len -= n;
		wipe(&d, sizeof d);
		wipe(&h, sizeof h);
	}
}

bool random_mix(const struct session *s, uint8_t *out, size_t len, struct err *e)
{
	SECRET seed = { 0 };

	MUST(len <= RANDOM_MAX);
	if (!secret_new(&seed, (size_t)2 * SEED_LEN, e))
		return false;
	if (!ckr_ok(s->module.fn->C_GenerateRandom(s->handle, seed.p, SEED_LEN), "C_GenerateRandom", e))
		return false;
	random_fill(seed.p + SEED_LEN, SEED_LEN);
	seed.len = seed.cap;
	expand(out, len, secret_expose(&seed));
	return true;
}

static bool fill(void *context, uint8_t *out, size_t len, struct err *e)
{
	return random_mix(context, out, len, e);
}

struct rng random_rng(const struct session *s)
{
	return (struct rng){ fill, (void *)(uintptr_t)s };
}
