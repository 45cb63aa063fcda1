/* samples.h: prompts as a ceremony has them, for the tests and the demo. */
#pragma once

#include "ceremony/port/face.h"

struct sample {
	const char *name; /* of its golden files */
	void      (*make)(struct prompt *p);
};

extern const struct sample samples[];
extern const size_t        num_samples;

/* samples_init: makes the secret that some of them show. samples_done wipes it. */
bool samples_init(struct err *e) __attribute__((warn_unused_result));
void samples_done(void);
/* sample_named: NULL if there is none. */
const struct sample *sample_named(const char *name);
