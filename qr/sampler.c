/* sampler.c: see sampler.h. */
#include "qr/sampler.h"

void sampler_init(struct sampler *s, const double *weight, size_t num)
{
	double   share[SAMPLER_MAX], sum = 0;
	uint16_t small[SAMPLER_MAX], large[SAMPLER_MAX];
	size_t   num_small = 0, num_large = 0;

	MUST(num >= 1 && num <= SAMPLER_MAX);
	for (size_t i = 0; i < num; i++)
		sum += weight[i];
	for (size_t i = num; i-- > 0;) {
		share[i] = weight[i] * (double)num / sum;
		if (share[i] < 1)
			small[num_small++] = (uint16_t)i;
		else
			large[num_large++] = (uint16_t)i;
		s->prob[i] = 1; /* of those that are left over below */
		s->alias[i] = (uint16_t)i;
	}
	while (num_small && num_large) {
		uint16_t a = small[--num_small], g = large[--num_large];
		s->prob[a] = share[a];
		s->alias[a] = g;
		share[g] += share[a] - 1;
		if (share[g] < 1)
			small[num_small++] = g;
		else
			large[num_large++] = g;
	}
	s->num = num;
}

size_t sampler_next(const struct sampler *s, struct xoshiro *x)
{
	double first = xoshiro_double(x), second = xoshiro_double(x);
	size_t i = (size_t)((double)s->num * first);

	if (i >= s->num) /* the double was 1 */
		i = s->num - 1;
	return second < s->prob[i] ? i : s->alias[i];
}
