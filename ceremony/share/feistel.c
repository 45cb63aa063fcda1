/* feistel.c: see feistel.h. */
#include "ceremony/share/feistel.h"

#include "ceremony/base/hash.h"

#define NUM_ROUNDS 4

/* password: the round's number and the passphrase. salt: the prefix and one half. */
struct workspace {
	struct secret password, salt, stream;
	size_t        prefix_len, half_len;
};

static void workspace_done(struct workspace *w)
{
	secret_done(&w->password);
	secret_done(&w->salt);
	secret_done(&w->stream);
}

static bool workspace_init(struct workspace *w, const struct feistel *f, size_t half_len, struct bytes passphrase,
                           struct err *e)
{
	static const uint8_t round = 0;
	const uint8_t        id[2] = { (uint8_t)(f->id >> 8), (uint8_t)f->id };

	w->prefix_len = f->extendable ? 0 : 6 + sizeof id;
	w->half_len = half_len;
	if (!secret_new(&w->password, 1 + passphrase.len, e) || !secret_new(&w->salt, w->prefix_len + half_len, e) ||
	    !secret_new(&w->stream, half_len, e))
		return false;
	MUST(secret_put(&w->password, bytes_of(&round, 1)) && secret_put(&w->password, passphrase));
	if (!f->extendable)
		MUST(secret_put(&w->salt, BYTES_LIT("shamir")) && secret_put(&w->salt, bytes_of(id, sizeof id)));
	MUST(secret_extend(&w->salt, half_len) && secret_extend(&w->stream, half_len));
	return true;
}

/* left ^= F(round, right) */
static void do_round(struct workspace *w, uint8_t *left, const uint8_t *right, uint8_t round, unsigned iterations)
{
	w->password.p[0] = round;
	memcpy(w->salt.p + w->prefix_len, right, w->half_len);
	pbkdf2_sha256(w->stream.p, w->half_len, secret_expose(&w->password), secret_expose(&w->salt), iterations);
	for (size_t i = 0; i < w->half_len; i++)
		left[i] ^= w->stream.p[i];
}

static bool run(struct secret *out, const struct feistel *f, const struct secret *in, const struct secret *passphrase,
                bool open, struct err *e)
{
	__attribute__((cleanup(workspace_done))) struct workspace w = { 0 };
	struct bytes from = secret_expose(in), pass = passphrase ? secret_expose(passphrase) : bytes_of(NULL, 0);
	SECRET       halves = { 0 }, result = { 0 };

	MUST(from.len >= 2 && from.len % 2 == 0 && f->exponent < 16);
	size_t half = from.len / 2;
	if (!workspace_init(&w, f, half, pass, e) || !secret_set(&halves, from, e) ||
	    !secret_new(&result, from.len, e))
		return false;
	uint8_t *left = halves.p, *right = halves.p + half;
	for (uint8_t i = 0; i < NUM_ROUNDS; i++) {
		do_round(&w, left, right, open ? (uint8_t)(NUM_ROUNDS - 1 - i) : i, 2500U << f->exponent);
		uint8_t *swap = left;
		left = right;
		right = swap;
	}
	/* The result is the right half, then the left one. */
	MUST(secret_put(&result, bytes_of(right, half)) && secret_put(&result, bytes_of(left, half)));
	secret_move(out, &result);
	return true;
}

bool feistel_seal(struct secret *out, const struct feistel *f, const struct secret *in,
                  const struct secret *passphrase, struct err *e)
{
	return run(out, f, in, passphrase, false, e);
}

bool feistel_open(struct secret *out, const struct feistel *f, const struct secret *in,
                  const struct secret *passphrase, struct err *e)
{
	return run(out, f, in, passphrase, true, e);
}
