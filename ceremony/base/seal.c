/* seal.c: see seal.h. */
#include "ceremony/base/seal.h"

#include <sodium.h>

_Static_assert(SEAL_PUBLIC == crypto_box_PUBLICKEYBYTES && SEAL_EXTRA == crypto_box_SEALBYTES, "libsodium's box");

bool seal_key_new(uint8_t public_key[SEAL_PUBLIC], struct secret *key, struct err *e)
{
	SECRET s = { 0 };

	if (!secret_new(&s, crypto_box_SECRETKEYBYTES, e))
		return false;
	MUST(crypto_box_keypair(public_key, secret_extend(&s, crypto_box_SECRETKEYBYTES)) == 0);
	secret_move(key, &s);
	return true;
}

void seal_put(struct buf *b, const uint8_t public_key[SEAL_PUBLIC], struct bytes plain)
{
	const size_t need = plain.len + SEAL_EXTRA;

	if (b->failed || b->cap - b->len < need) {
		b->failed = true;
		return;
	}
	MUST(crypto_box_seal(b->p + b->len, plain.p, plain.len, public_key) == 0);
	b->len += need;
}

bool seal_open(struct secret *out, struct bytes box, const uint8_t public_key[SEAL_PUBLIC], const struct secret *key,
               struct err *e)
{
	SECRET s = { 0 };

	if (box.len <= SEAL_EXTRA || key->len != crypto_box_SECRETKEYBYTES)
		return err_set(e, ERR_SEAL, "%zu octets", box.len);
	size_t len = box.len - SEAL_EXTRA;
	if (!secret_new(&s, len, e))
		return false;
	if (crypto_box_seal_open(secret_extend(&s, len), box.p, box.len, public_key, secret_expose(key).p) != 0)
		return err_set(e, ERR_SEAL, "it does not open");
	secret_move(out, &s);
	return true;
}
