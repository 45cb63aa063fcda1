/* rsa.h: tests of RSA moduli, for key.c; see keytest.h. */
#pragma once

#include <gmp.h>

#include "keytest/keytest.h"

/* keytest_rsa: keytest_key of an RSA key. */
bool keytest_rsa(const struct key *k, struct err *e) __attribute__((warn_unused_result));

/* roca_is_weak: made by the Infineon library of CVE-2017-15361: the modulus is a power of 65537
 * modulo the product of the first 39 primes. */
bool roca_is_weak(const mpz_t n);

/* rsa_without_chance: what of the modulus, big-endian, of that many bits, 2048 or more, no generator makes by chance: in words,
 * or NULL. */
const char *rsa_without_chance(struct bytes n, unsigned bits);
