/* keywrap.c: see keywrap.h. wolfCrypt does RFC 3394 with any initial value; RFC 5649 is that with one which says
 * the length. All of it runs on a locked stack, where wolfCrypt's locals and the key schedule lie. */
#include "ceremony/base/keywrap.h"

#include <wolfssl/options.h>

#include <wolfssl/wolfcrypt/aes.h>

#define BLOCK 8

struct job {
	const struct secret *key;
	struct bytes         in;
	uint8_t             *out; /* room for in and two blocks */
	size_t               out_len;
};

/* RFC 5649 3: the alternative initial value. */
static void initial_value(uint8_t iv[BLOCK], size_t len)
{
	static const uint8_t constant[4] = { 0xa6, 0x59, 0x59, 0xa6 };

	memcpy(iv, constant, sizeof constant);
	for (int i = 0; i < 4; i++)
		iv[4 + i] = (uint8_t)(len >> (24 - 8 * i));
}

static bool set_key(Aes *aes, const struct secret *key, int direction)
{
	struct bytes k = secret_expose(key);

	return wc_AesInit(aes, NULL, INVALID_DEVID) == 0 && wc_AesSetKey(aes, k.p, (word32)k.len, NULL, direction) == 0;
}

static bool seal(void *ctx, struct err *e)
{
	struct job *j = ctx;
	uint8_t     iv[BLOCK], padded[KEYWRAP_MAX + BLOCK] = { 0 };
	size_t      len = (j->in.len + BLOCK - 1) / BLOCK * BLOCK;
	Aes         aes;

	memcpy(padded, j->in.p, j->in.len);
	initial_value(iv, j->in.len);
	int n = set_key(&aes, j->key, AES_ENCRYPTION) ?
	                wc_AesKeyWrap_ex(&aes, padded, (word32)len, j->out, (word32)(len + BLOCK), iv) : -1;
	wc_AesFree(&aes);
	j->out_len = len + BLOCK;
	return n == (int)j->out_len || err_set(e, ERR_LOCK_MEMORY, "AES key wrap");
}

/* The length is one of eight, and only the right one's initial value is the one that comes out. */
static bool open_it(void *ctx, struct err *e)
{
	struct job *j = ctx;
	size_t      full = j->in.len - BLOCK;
	uint8_t     iv[BLOCK], pad = 0;
	Aes         aes;
	int         n = -1;

	bool ready = set_key(&aes, j->key, AES_DECRYPTION);
	for (size_t cut = 0; ready && cut < BLOCK && n < 0; cut++) {
		initial_value(iv, full - cut);
		n = wc_AesKeyUnWrap_ex(&aes, j->in.p, (word32)j->in.len, j->out, (word32)full, iv);
		j->out_len = full - cut;
	}
	wc_AesFree(&aes);
	for (size_t i = j->out_len; n >= 0 && i < full; i++)
		pad |= j->out[i];
	return (n == (int)full && pad == 0) || err_set(e, ERR_BACKUP_PROOF, "the wrapped key does not open");
}

bool keywrap_seal(uint8_t *out, size_t *out_len, const struct secret *key, const struct secret *plain, struct err *e)
{
	struct job j = { key, secret_expose(plain), out, 0 };

	if (j.in.len < KEYWRAP_MIN || j.in.len > KEYWRAP_MAX)
		return err_set(e, ERR_TOO_LARGE, "a key of %zu octets", j.in.len);
	if (!secret_run(seal, &j, e))
		return false;
	*out_len = j.out_len;
	return true;
}

bool keywrap_open(struct secret *plain, const struct secret *key, struct bytes wrapped, struct err *e)
{
	SECRET     got = { 0 };
	struct job j = { key, wrapped, NULL, 0 };

	if (wrapped.len % BLOCK || wrapped.len < 3 * BLOCK || wrapped.len > KEYWRAP_MAX + 2 * BLOCK)
		return err_set(e, ERR_BACKUP_PROOF, "%zu octets are no wrapped key", wrapped.len);
	if (!secret_new(&got, wrapped.len, e))
		return false;
	j.out = got.p;
	if (!secret_run(open_it, &j, e))
		return false;
	got.len = j.out_len;
	secret_move(plain, &got);
	return true;
}
