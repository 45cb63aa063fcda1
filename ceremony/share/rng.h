/* rng.h: where the random octets of a split come from.
 *
 * A parameter, so that the token process can mix the token's generator with the
 * system's, and so that a test can be repeated. */
#pragma once

#include "ceremony/base/err.h"

struct rng {
	/* fill: writes len random octets to out; on false, fills e. */
	bool (*fill)(void *context, uint8_t *out, size_t len, struct err *e);
	void *context; /* borrowed */
};

/* rng_system: the system's generator alone (random_fill). It never fails. */
extern const struct rng rng_system;
