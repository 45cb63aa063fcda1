/* shamir.c: see shamir.h. */
#include "ceremony/share/shamir.h"

#include "ceremony/base/hash.h"
#include "ceremony/share/ct.h"

#define X_DIGEST   254
#define X_SECRET   255
#define DIGEST_LEN 4

/* The first octets of HMAC-SHA-256, keyed with the random part of the digest's point. */
static void digest_of(uint8_t digest[DIGEST_LEN], const uint8_t *digest_point, struct bytes secret)
{
	uint8_t mac[32];

	hmac_sha256(mac, bytes_of(digest_point + DIGEST_LEN, secret.len - DIGEST_LEN), secret);
	memcpy(digest, mac, DIGEST_LEN);
	wipe(mac, sizeof mac);
}

/* The points that determine the polynomials: as many random ones as need be at 0, 1, ...,
 * then the digest's, then the secret. `base` holds what is not the secret. */
static bool make_base(struct secret *base, struct gf256_point *point, size_t threshold, struct bytes secret,
                      const struct rng *rng, struct err *e)
{
	size_t num_random = threshold - 2;

	if (!secret_new(base, (threshold - 1) * secret.len, e))
		return false;
	uint8_t *p = secret_extend(base, (threshold - 1) * secret.len);
	if (!rng->fill(rng->context, p, (threshold - 1) * secret.len, e))
		return false;
	CT_SECRET(p, (threshold - 1) * secret.len);
	for (size_t i = 0; i < num_random; i++)
		point[i] = (struct gf256_point){ (uint8_t)i, p + i * secret.len };
	uint8_t *digest_point = p + num_random * secret.len;
	digest_of(digest_point, digest_point, secret);
	point[num_random] = (struct gf256_point){ X_DIGEST, digest_point };
	point[num_random + 1] = (struct gf256_point){ X_SECRET, secret.p };
	return true;
}

static bool make_shares(struct secret *share, size_t threshold, size_t num, struct bytes secret,
                        const struct rng *rng, struct err *e)
{
	SECRET             base = { 0 };
	struct gf256_point point[SHAMIR_MAX_SHARES];

	if (threshold > 1 && !make_base(&base, point, threshold, secret, rng, e))
		return false;
	for (size_t i = 0; i < num; i++) {
		if (!secret_new(&share[i], secret.len, e))
			return false;
		uint8_t *y = secret_extend(&share[i], secret.len);
		if (threshold == 1)
			memcpy(y, secret.p, secret.len);
		else if (i + 2 < threshold)
			memcpy(y, point[i].y, secret.len);
		else
			gf256_interpolate(y, secret.len, (uint8_t)i, point, threshold);
	}
	return true;
}

bool shamir_split(struct secret *share, size_t threshold, size_t num, const struct secret *secret,
                  const struct rng *rng, struct err *e)
{
	struct bytes from = secret_expose(secret);

	MUST(threshold >= 1 && threshold <= num && num <= SHAMIR_MAX_SHARES && from.len >= SHAMIR_MIN_LEN);
	if (make_shares(share, threshold, num, from, rng, e))
		return true;
	for (size_t i = 0; i < num; i++)
		secret_done(&share[i]);
	return false;
}

bool shamir_join(struct secret *out, size_t threshold, const struct gf256_point *point, size_t len, struct err *e)
{
	SECRET  secret = { 0 }, digest_point = { 0 };
	uint8_t digest[DIGEST_LEN], wrong = 0;

	MUST(threshold >= 1 && threshold <= SHAMIR_MAX_SHARES && len >= SHAMIR_MIN_LEN);
	if (threshold == 1) {
		if (!secret_set(&secret, bytes_of(point[0].y, len), e))
			return false;
		secret_move(out, &secret);
		return true;
	}
	if (!secret_new(&secret, len, e) || !secret_new(&digest_point, len, e))
		return false;
	gf256_interpolate(secret_extend(&secret, len), len, X_SECRET, point, threshold);
	gf256_interpolate(secret_extend(&digest_point, len), len, X_DIGEST, point, threshold);
	digest_of(digest, digest_point.p, secret_expose(&secret));
	for (size_t i = 0; i < DIGEST_LEN; i++)
		wrong |= digest[i] ^ digest_point.p[i];
	wipe(digest, sizeof digest);
	/* Whether the shares belong together is the answer: public. */
	uint8_t refused = (uint8_t)((wrong + 255U) >> 8);
	CT_PUBLIC(&refused, 1);
	if (refused)
		return err_set(e, ERR_SHARE_DIGEST, "%zu shares", threshold);
	secret_move(out, &secret);
	return true;
}
