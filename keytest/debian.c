/* debian.c: see keytest.h: keys of the generator that knew 32,768 seeds (CVE-2008-0166). */
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/sha.h>

#include "keytest/keytest.h"

#define PRINT_LEN 20 /* hex digits a line */

/* The last 80 bits of the SHA-1 of what `openssl rsa -modulus` prints, as lower-case hex. */
static void print_of(char out[PRINT_LEN + 1], struct bytes modulus)
{
	static const char digits[] = "0123456789ABCDEF";
	uint8_t           sha1[WC_SHA_DIGEST_SIZE];
	struct buf        b = buf_init(out, PRINT_LEN + 1);
	wc_Sha            sha;

	MUST(wc_InitSha(&sha) == 0 && wc_ShaUpdate(&sha, (const uint8_t *)"Modulus=", 8) == 0);
	for (size_t i = 0; i < modulus.len; i++) {
		const uint8_t hex[2] = { (uint8_t)digits[modulus.p[i] >> 4], (uint8_t)digits[modulus.p[i] & 15] };
		MUST(wc_ShaUpdate(&sha, hex, sizeof hex) == 0);
	}
	MUST(wc_ShaUpdate(&sha, (const uint8_t *)"\n", 1) == 0 && wc_ShaFinal(&sha, sha1) == 0);
	wc_ShaFree(&sha);
	buf_hex(&b, bytes_of(sha1 + sizeof sha1 - PRINT_LEN / 2, PRINT_LEN / 2));
	(void)buf_cstr(&b);
}

bool keytest_debian(const struct key *k, struct bytes list, struct err *e)
{
	char         print[PRINT_LEN + 1];
	struct bytes line;

	if (k->alg != KEY_RSA || list.len == 0)
		return true;
	print_of(print, k->modulus);
	while (list.len) {
		if (!bytes_cut(list, '\n', &line, &list)) {
			line = list;
			list.len = 0;
		}
		if (bytes_is(bytes_trim(line), print))
			return err_set(e, ERR_KEYTEST_DEBIAN, "%s", print);
	}
	return true;
}
