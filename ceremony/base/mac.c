/* mac.c: HMAC and PBKDF2 of hash.h. A file of its own, so that a program without shares does without wolfCrypt. */
#include "ceremony/base/hash.h"

#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/pwdbased.h>

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
