/* health.c: see health.h. */
#include "keytest/health.h"

#define ALARM        30 /* one false alarm in 2^30 */
#define OCTET_WINDOW 512
#define BIT_WINDOW   1024
#define BLOCK        16
#define MAX_BLOCKS   1024

unsigned health_rct_cutoff(unsigned a, unsigned h_milli)
{
	return 1 + (a * 1000 + h_milli - 1) / h_milli;
}

unsigned health_apt_cutoff(unsigned window, double p, unsigned a)
{
	long double mass[HEALTH_MAX_WINDOW + 1], q = 1 - (long double)p, tail = 0, alpha = 1;
	unsigned    k = 0;

	if (window > HEALTH_MAX_WINDOW)
		window = HEALTH_MAX_WINDOW;
	mass[0] = 1;
	for (unsigned i = 0; i < window; i++)
		mass[0] *= q;
	for (k = 0; k < window; k++)
		mass[k + 1] = mass[k] * (window - k) / (k + 1) * (long double)p / q;
	for (unsigned i = 0; i < a; i++)
		alpha /= 2;
	/* From the rare end, so that small numbers are not lost among large ones: the least k above which
	 * there is no more than alpha. */
	for (k = window; k > 0 && tail + mass[k] <= alpha; k--)
		tail += mass[k];
	return 1 + k;
}

/* A sample: an octet, or a bit. */
static unsigned sample(struct bytes raw, size_t i, bool bits)
{
	return bits ? (raw.p[i / 8] >> (7 - i % 8)) & 1 : raw.p[i];
}

static struct health rct(struct bytes raw, bool bits)
{
	size_t        num = bits ? raw.len * 8 : raw.len;
	unsigned      run = 0, last = 256;
	struct health h = { 0, health_rct_cutoff(ALARM, bits ? 1000 : 8000) };

	for (size_t i = 0; i < num; i++) {
		unsigned now = sample(raw, i, bits);

		run = now == last ? run + 1 : 1;
		last = now;
		if (run > h.worst)
			h.worst = run;
	}
	return h;
}

static struct health apt(struct bytes raw, bool bits)
{
	size_t        num = bits ? raw.len * 8 : raw.len;
	unsigned      window = bits ? BIT_WINDOW : OCTET_WINDOW;
	struct health h = { 0, health_apt_cutoff(window, bits ? 0.5 : 1.0 / 256, ALARM) };

	for (size_t at = 0; at + window <= num; at += window) {
		unsigned first = sample(raw, at, bits), count = 0;

		for (size_t i = at; i < at + window; i++)
			count += sample(raw, i, bits) == first;
		if (count > h.worst)
			h.worst = count;
	}
	return h;
}

struct health health_rct_octets(struct bytes raw)
{
	return rct(raw, false);
}

struct health health_rct_bits(struct bytes raw)
{
	return rct(raw, true);
}

struct health health_apt_octets(struct bytes raw)
{
	return apt(raw, false);
}

struct health health_apt_bits(struct bytes raw)
{
	return apt(raw, true);
}

unsigned health_repeats(struct bytes raw)
{
	size_t   num = raw.len / BLOCK;
	unsigned repeats = 0;

	if (num > MAX_BLOCKS)
		num = MAX_BLOCKS;
	for (size_t i = 1; i < num; i++)
		for (size_t k = 0; k < i; k++)
			if (memcmp(raw.p + i * BLOCK, raw.p + k * BLOCK, BLOCK) == 0) {
				repeats++;
				break;
			}
	return repeats;
}
