/* witness_files.h: a witness's seven files in a ceremony's folder, written and checked.
 *
 *   witnesses/BASE.message   the exact octets signed: what minisign, signify and openssl want
 *   witnesses/BASE.vkey .pub .pem          the public key, for C2SP tools, minisign and signify, openssl
 *   witnesses/BASE.minisig .sig .bin       the same 64 octets, for minisign, signify, openssl */
#pragma once

#include "ceremony/record/note.h"

/* witness_put: writes them into the folder `dir` as bundle_put does; body: the checkpoint's body.
 * Writes nothing unless both signatures are good. base: bundle_is_slug. */
bool witness_put(int dir, const char *base, const struct cosignature *c, struct bytes body, const uint8_t global[64],
                 struct err *e) __attribute__((warn_unused_result));

/* witness_check: reads BASE.vkey, finds and verifies its cosignature in the checkpoint, and compares
 * the other six files with what they must be. ERR_CHECKPOINT_*, ERR_WITNESS_FORM names the file. */
bool witness_check(struct cosignature *out, int dir, const char *base, const struct checkpoint *checkpoint, struct err *e)
	__attribute__((warn_unused_result));
