/* keytest.h: is this public key sound?
 *
 * Size, form and known weaknesses; not whether a profile allows it. */
#pragma once

#include "ceremony/pki/key.h"

/* keytest_key: ERR_KEYTEST_* naming the weakness: RSA below 2048 bits or not a multiple of
 * 8, exponent other than 65537, even modulus, a prime factor below 2^16, a perfect square;
 * an EC point off its curve; an Ed25519 point off its curve, of small order or written in
 * another form than its own. */
bool keytest_key(const struct key *k, struct err *e) __attribute__((warn_unused_result));
