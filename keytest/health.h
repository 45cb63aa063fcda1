/* health.h: the continuous health tests of SP 800-90B 4.4, run once over raw octets.
 *
 * A plausibility check and no more. What a token gives out has gone through a deterministic generator:
 * it passes whatever the seed was worth. What fails is stuck, or broken in a way that anyone can see. */
#pragma once

#include "ceremony/base/bytes.h"

#define HEALTH_MAX_WINDOW 1024

/* health_rct_cutoff: SP 800-90B 4.4.1: 1 + ceil(a / h), for a false alarm in 2^a and h_milli/1000 bits of
 * entropy a sample. */
unsigned health_rct_cutoff(unsigned a, unsigned h_milli);

/* health_apt_cutoff: SP 800-90B 4.4.2: 1 + critbinom(window, p, 1 - 2^-a). p: the likelihood of the likeliest
 * sample (2^-H). window: at most HEALTH_MAX_WINDOW, a: at most 40. */
unsigned health_apt_cutoff(unsigned window, double p, unsigned a);

struct health {
	unsigned worst, cutoff; /* fails at the cut-off, or above */
};

/* The repetition count: the longest run. The adaptive proportion: the most often that a window's first
 * sample stands in it (512 octets, or 1024 bits; what is left at the end is not looked at). For a false alarm
 * in 2^30 samples and full entropy. */
struct health health_rct_octets(struct bytes raw);
struct health health_rct_bits(struct bytes raw);
struct health health_apt_octets(struct bytes raw);
struct health health_apt_bits(struct bytes raw);

/* health_repeats: how many of the blocks of 16 octets stand there a second time (of the first 1024 blocks:
 * what has a short period is told from what is random). */
unsigned health_repeats(struct bytes raw);

/* health_good: below its cut-off. */
static inline bool health_good(struct health h)
{
	return h.worst < h.cutoff;
}
