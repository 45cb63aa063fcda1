/* jury.c: see jury.h. */
#include "ceremony/share/jury.h"

#include "ceremony/share/ct.h"

static size_t num_bits(uint32_t set)
{
	size_t n = 0;

	for (; set; set &= set - 1)
		n++;
	return n;
}

/* The points of a set, in order. */
static void pick(struct gf256_point *out, uint32_t set, const struct gf256_point *point)
{
	for (size_t i = 0; set >> i; i++)
		if (set >> i & 1)
			*out++ = point[i];
}

/* All points that lie on the polynomials through the chosen ones. */
static bool camp_of(uint32_t *camp, const struct gf256_point *chosen, size_t threshold,
                    const struct gf256_point *point, size_t num, size_t len, struct err *e)
{
	SECRET expected = { 0 };

	if (!secret_new(&expected, len, e))
		return false;
	uint8_t *y = secret_extend(&expected, len);
	*camp = 0;
	for (size_t i = 0; i < num; i++) {
		uint8_t differs = 0;
		gf256_interpolate(y, len, point[i].x, chosen, threshold);
		for (size_t k = 0; k < len; k++)
			differs |= y[k] ^ point[i].y[k];
		/* Who agrees with whom is the verdict: public. */
		uint32_t agrees = ((differs + 255U) >> 8) ^ 1;
		CT_PUBLIC(&agrees, sizeof agrees);
		*camp |= agrees << i;
	}
	return true;
}

bool jury_join(struct secret *out, uint32_t *outvoted, size_t threshold, const struct gf256_point *point, size_t num,
               size_t len, struct err *e)
{
	SECRET         verdict = { 0 };
	const uint32_t all = (UINT32_C(1) << num) - 1;
	uint32_t       best = 0;

	MUST(threshold >= 1 && threshold <= num && num <= SHAMIR_MAX_SHARES);
	for (uint32_t set = 1; set <= all && best != all; set++) {
		struct gf256_point chosen[SHAMIR_MAX_SHARES];
		struct err         why = { 0 };
		SECRET             secret = { 0 };
		uint32_t           camp = 0;
		if (num_bits(set) != threshold || (set & best) == set)
			continue;
		pick(chosen, set, point);
		if (!shamir_join(&secret, threshold, chosen, len, &why)) {
			if (why.id == ERR_SHARE_DIGEST)
				continue;
			return err_set(e, why.id, "%s", why.detail);
		}
		if (!camp_of(&camp, chosen, threshold, point, num, len, e))
			return false;
		if (best)
			return err_set(e, ERR_SHARE_DIGEST, "they fall into parties that each agree");
		best = camp;
		secret_move(&verdict, &secret);
	}
	if (!best)
		return err_set(e, ERR_SHARE_DIGEST, "no %zu of %zu shares fit each other", threshold, num);
	*outvoted = all & ~best;
	secret_move(out, &verdict);
	return true;
}
