/* moduli.h: RSA moduli that one more is compared with, all at once.
 *
 * A modulus has a factor in common with one of many if, and only if, it has one with their product; and the product need only
 * be known modulo it. So the many are multiplied once, a pack at a time, and each that comes is divided into the packs, which
 * costs a thirtieth of as many greatest common divisors. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/pki/key.h"

struct pack;

/* Zero but for `room`, from which packs are taken, is an empty list. What it holds is copied. */
struct moduli {
	struct arena *room; /* borrowed; must outlive it */
	struct pack  *first;
	size_t        num;
};

/* moduli_put: makes k number `at` of the list, where at is at most m->num; what stood there, and behind it, is gone if it is
 * another key. Keys that are not RSA take their numbers and are compared with nothing. ERR_NO_MEMORY. */
bool moduli_put(struct moduli *m, size_t at, const struct key *k, struct err *e) __attribute__((warn_unused_result));

/* moduli_apart: keytest_shared of k with each of the first `num`, which is at most m->num. ERR_KEYTEST_RSA_SHARED. */
bool moduli_apart(const struct moduli *m, size_t num, const struct key *k, struct err *e) __attribute__((warn_unused_result));
