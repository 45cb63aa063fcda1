/* hash.c: see hash.h. */
#include "ceremony/base/hash.h"

#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/pwdbased.h>
#include <wolfssl/wolfcrypt/sha256.h>
#include <wolfssl/wolfcrypt/sha512.h>

#include "ceremony/base/buf.h"

union state {
	wc_Sha256 s256;
	wc_Sha384 s384;
	wc_Sha512 s512;
};
_Static_assert(sizeof(union state) <= sizeof((struct hash *)0)->state, "room for wolfCrypt's state");

static const struct {
	const char *name;
	size_t      len;
} algs[] = {
	[HASH_SHA256] = { "sha256", 32 },
	[HASH_SHA384] = { "sha384", 48 },
	[HASH_SHA512] = { "sha512", 64 },
};

size_t hash_len(enum hash_alg alg)
{
	return algs[alg].len;
}

const char *hash_name(enum hash_alg alg)
{
	return algs[alg].name;
}

void hash_init(struct hash *h, enum hash_alg alg)
{
	union state *s = (union state *)(void *)h->state;
	int          rc = 0;

	h->alg = alg;
	switch (alg) {
	case HASH_SHA256: rc = wc_InitSha256(&s->s256); break;
	case HASH_SHA384: rc = wc_InitSha384(&s->s384); break;
	case HASH_SHA512: rc = wc_InitSha512(&s->s512); break;
	}
	MUST(rc == 0);
}

static void put_some(struct hash *h, struct bytes a)
{
	union state *s = (union state *)(void *)h->state;
	int          rc = 0;

	switch (h->alg) {
	case HASH_SHA256: rc = wc_Sha256Update(&s->s256, a.p, (word32)a.len); break;
	case HASH_SHA384: rc = wc_Sha384Update(&s->s384, a.p, (word32)a.len); break;
	case HASH_SHA512: rc = wc_Sha512Update(&s->s512, a.p, (word32)a.len); break;
	}
	MUST(rc == 0);
}

void hash_put(struct hash *h, struct bytes a)
{
	const size_t most = (size_t)1 << 30; /* wolfCrypt's lengths are 32 bits */

	while (a.len) {
		size_t n = a.len < most ? a.len : most;
		put_some(h, bytes_first(a, n));
		a = bytes_skip(a, n);
	}
}

struct digest hash_end(struct hash *h)
{
	union state  *s = (union state *)(void *)h->state;
	struct digest d = { .len = algs[h->alg].len };
	int           rc = 0;

	switch (h->alg) {
	case HASH_SHA256:
		rc = wc_Sha256Final(&s->s256, d.p);
		wc_Sha256Free(&s->s256);
		break;
	case HASH_SHA384:
		rc = wc_Sha384Final(&s->s384, d.p);
		wc_Sha384Free(&s->s384);
		break;
	case HASH_SHA512:
		rc = wc_Sha512Final(&s->s512, d.p);
		wc_Sha512Free(&s->s512);
		break;
	}
	MUST(rc == 0);
	return d;
}

struct digest hash_of(enum hash_alg alg, struct bytes a)
{
	struct hash h;

	hash_init(&h, alg);
	hash_put(&h, a);
	return hash_end(&h);
}

const char *digest_hex(char out[HASH_MAX * 2 + 1], const struct digest *d)
{
	struct buf b = buf_init(out, HASH_MAX * 2 + 1);

	buf_hex(&b, digest_bytes(d));
	return buf_cstr(&b);
}

const char *sha256_hex(char out[HASH_MAX * 2 + 1], struct bytes a)
{
	struct digest d = hash_of(HASH_SHA256, a);
	return digest_hex(out, &d);
}

void hmac_sha256(uint8_t out[32], struct bytes key, struct bytes msg)
{
	Hmac hmac;

	MUST(wc_HmacInit(&hmac, NULL, INVALID_DEVID) == 0);
	MUST(wc_HmacSetKey(&hmac, WC_SHA256, key.p, (word32)key.len) == 0);
	MUST(wc_HmacUpdate(&hmac, msg.p, (word32)msg.len) == 0);
	MUST(wc_HmacFinal(&hmac, out) == 0);
	wc_HmacFree(&hmac);
}

void pbkdf2_sha256(uint8_t *out, size_t out_len, struct bytes password, struct bytes salt, unsigned iterations)
{
	MUST(wc_PBKDF2(out, password.p, (int)password.len, salt.p, (int)salt.len, (int)iterations, (int)out_len,
	               WC_SHA256) == 0);
}
