/* hash.c: see hash.h. */
#include "ceremony/base/hash.h"

#include <gcrypt.h>

#include "ceremony/base/buf.h"

static const struct {
	const char *name;
	size_t      len;
	int         id;
} algs[] = {
	[HASH_SHA256] = { "sha256", 32, GCRY_MD_SHA256 },
	[HASH_SHA384] = { "sha384", 48, GCRY_MD_SHA384 },
	[HASH_SHA512] = { "sha512", 64, GCRY_MD_SHA512 },
};

/* Before main and before any wall: libgcrypt looks at the processor and at the machine's FIPS switch. No secure memory of
 * its own: secrets are secret.h's. */
__attribute__((constructor)) static void start(void)
{
	MUST(gcry_check_version(GCRYPT_VERSION));
	MUST(gcry_control(GCRYCTL_DISABLE_SECMEM, 0) == 0 && gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0) == 0);
}

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
	gcry_md_hd_t made;

	MUST(gcry_md_open(&made, algs[alg].id, 0) == 0);
	*h = (struct hash){ alg, made };
}

void hash_put(struct hash *h, struct bytes a)
{
	gcry_md_write(h->handle, a.p, a.len);
}

struct digest hash_end(struct hash *h)
{
	struct digest  d = { .len = algs[h->alg].len };
	const uint8_t *made = gcry_md_read(h->handle, algs[h->alg].id);

	MUST(made);
	memcpy(d.p, made, d.len);
	gcry_md_close(h->handle);
	h->handle = NULL;
	return d;
}

struct digest hash_of(enum hash_alg alg, struct bytes a)
{
	struct digest d = { .len = algs[alg].len };

	gcry_md_hash_buffer(algs[alg].id, d.p, a.p, a.len);
	return d;
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
