/* keytest.h: is this public key sound?
 *
 * Size, form and known weaknesses; not whether a profile allows it. */
#pragma once

#include "ceremony/pki/key.h"

/* keytest_key: ERR_KEYTEST_* naming the weakness: RSA below 2048 bits or not a multiple of
 * 8, exponent other than 65537, even modulus, a prime factor up to 65537, a power of a smaller number,
 * primes close together, ROCA, a modulus that is no work of chance; an EC point off its curve; an Ed25519 point off its curve, of small
 * order or written in another form than its own. docs/keytest.md lists what is covered. */
bool keytest_key(const struct key *k, struct err *e) __attribute__((warn_unused_result));

/* keytest_shared: ERR_KEYTEST_RSA_SHARED if two different RSA moduli have a factor in common.
 * True of all other pairs. */
bool keytest_shared(const struct key *k, const struct key *other, struct err *e) __attribute__((warn_unused_result));

/* keytest_debian: ERR_KEYTEST_DEBIAN if the key stands on `list`, a file of Debian's package
 * openssl-blacklist for keys of its size ("blacklist.RSA-2048"): one line a key, the last 20 hex
 * digits of the SHA-1 of "Modulus=HEX\n" (CVE-2008-0166). True of keys of other kinds. */
bool keytest_debian(const struct key *k, struct bytes list, struct err *e) __attribute__((warn_unused_result));
