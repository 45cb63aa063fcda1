/* qualify_random.c: a look at what the token's generator gives; see qualify.h. */
#include "ceremony/token/ckr.h"
#include "ceremony/token/qualify.h"
#include "keytest/health.h"

#define RAW_LEN   ((size_t)32768)
#define PIECE_LEN 256 /* octets a call: the least that cards take at a time */

static void say_health(struct trial *t, const char *what, const char *measured, struct health h)
{
	qualify_say(t, "random", what, "%s%s %u, cut-off %u", health_good(h) ? "good: " : "bad: ", measured, h.worst,
	            h.cutoff);
}

void qualify_random(struct trial *t)
{
	uint8_t *raw = arena_take(t->a, RAW_LEN);
	char     why[40];

	for (size_t at = 0; raw && at < RAW_LEN; at += PIECE_LEN) {
		CK_RV rv = t->s->module.fn->C_GenerateRandom(t->s->handle, raw + at, PIECE_LEN);
		if (rv == CKR_OK)
			continue;
		qualify_say(t, "random", "octets", "bad: C_GenerateRandom: %s", ckr_name(why, rv));
		return;
	}
	if (!raw)
		return;
	struct bytes all = bytes_of(raw, RAW_LEN);
	unsigned     repeats = health_repeats(all);
	qualify_say(t, "random", "octets", "good: %zu looked at: a plausibility check of a generator's output, which says "
	            "nothing of its seed", RAW_LEN);
	say_health(t, "rct-octets", "longest run of an octet", health_rct_octets(all));
	say_health(t, "rct-bits", "longest run of a bit", health_rct_bits(all));
	say_health(t, "apt-octets", "an octet's most in 512", health_apt_octets(all));
	say_health(t, "apt-bits", "a bit's most in 1024", health_apt_bits(all));
	qualify_say(t, "random", "repeats", "%s%u of 1024 blocks of 16 octets came twice", repeats ? "bad: " : "good: ",
	            repeats);
	wipe(raw, RAW_LEN);
}
