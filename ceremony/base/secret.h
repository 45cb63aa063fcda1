/* secret.h: octets that nobody else may see.
 *
 * Kept in libsodium's guarded memory: locked, never dumped, wiped when done. A secret
 * is never printed, compared with memcmp or grown in place. secret_expose() and
 * secret_extend() are the only doors: grep for them to find every place that looks inside. */
#pragma once

#include "ceremony/base/bytes.h"
#include "ceremony/base/err.h"

struct secret {
	uint8_t *p;   /* owned; NULL when empty */
	size_t   len; /* octets used */
	size_t   cap; /* octets there */
};

/* SECRET: declares a secret that is wiped on every way out of its block. */
#define SECRET __attribute__((cleanup(secret_done))) struct secret

/* secret_new: makes room for cap octets, len 0. Memory that cannot be locked is an
 * error (ERR_LOCK_MEMORY), never a weaker secret. Owner: the caller, with secret_done. */
bool secret_new(struct secret *s, size_t cap, struct err *e) __attribute__((warn_unused_result));

/* secret_set: new room holding a copy of `from`. The caller wipes what it copied from. */
bool secret_set(struct secret *s, struct bytes from, struct err *e) __attribute__((warn_unused_result));

/* secret_put: appends; false if there is no room (s is then unchanged). */
bool secret_put(struct secret *s, struct bytes from) __attribute__((warn_unused_result));

/* secret_extend: appends len zero octets and returns the first of them, for whoever makes
 * a secret in place; the other door, to be grepped for too. NULL if there is no room. */
uint8_t *secret_extend(struct secret *s, size_t len) __attribute__((warn_unused_result));

/* secret_cut: shortens to len octets (at most s->len) and wipes what goes: a backspace. */
void secret_cut(struct secret *s, size_t len);

/* secret_move: gives from's content to *to (which must be empty) and empties from. */
void secret_move(struct secret *to, struct secret *from);

/* secret_done: wipes and frees; safe on zero and twice. */
void secret_done(struct secret *s);

/* secret_expose: the door for readers: a span that borrows the secret's octets. */
struct bytes secret_expose(const struct secret *s);

/* secret_equal: compares in time that depends on the lengths only. */
bool secret_equal(const struct secret *a, const struct secret *b);

/* secret_run: calls fn on a stack of locked memory, which is wiped afterwards: for a library that keeps secrets in
 * its locals. What fn says is what this says. ERR_LOCK_MEMORY. */
bool secret_run(bool (*fn)(void *ctx, struct err *e), void *ctx, struct err *e) __attribute__((warn_unused_result));

/* wipe: zeroes memory so that no compiler leaves it out. */
void wipe(void *p, size_t len);

/* random_fill: len octets from the system's generator (libsodium, getrandom). */
void random_fill(void *p, size_t len);

/* process_harden: no core dumps, not traceable, no new privileges; starts libsodium; what is freed stays with the process.
 * Called first in every main(). Fatal on failure: fills e and returns false. */
bool process_harden(struct err *e) __attribute__((warn_unused_result));
