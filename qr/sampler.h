/* sampler.h: draws a number by its weight (Walker's alias method, as BCR-2024-001 sets it). */
#pragma once

#include "qr/xoshiro.h"

#define SAMPLER_MAX 1024

struct sampler {
	size_t   num;
	double   prob[SAMPLER_MAX];
	uint16_t alias[SAMPLER_MAX];
};

/* sampler_init: num (1 to SAMPLER_MAX) weights above 0. Both ends must come to the same
 * doubles, so the order of the sums is part of the standard, and this file is compiled
 * without fused multiply and add. */
void sampler_init(struct sampler *s, const double *weight, size_t num);

/* sampler_next: draws two numbers and gives an index below num. */
size_t sampler_next(const struct sampler *s, struct xoshiro *x);
