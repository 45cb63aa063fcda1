/* minisign.c: see minisign.h. The layout is that of minisign 0.11: base64, on the second line, of
 *
 *   "Ed" "Sc" "B2"  salt (32)  opslimit (8)  memlimit (8)   little-endian
 *   and, each octet XORed with scrypt's:  number (8)  seed and public key (64)  BLAKE2b-256 (32)
 *
 * where the checksum is over "Ed", number, seed and public key. */
#include "ceremony/token/minisign.h"

#include <sodium.h>

#include "ceremony/base/buf.h"

#define HEAD_LEN   54
#define SEALED_LEN 104
#define MAX_OPS    ((uint64_t)1 << 26) /* twice what minisign asks for */
#define MAX_MEMORY ((uint64_t)1 << 31)
#define COMMENT    "untrusted comment: "

static bool bad(struct err *e, const char *why)
{
	return err_set(e, ERR_WITNESS_FILE, "%s", why);
}

static uint64_t little(const uint8_t *p)
{
	uint64_t v = 0;

	for (size_t i = 8; i-- > 0;)
		v = v << 8 | p[i];
	return v;
}

/* The second line, decoded. */
static bool read_file(struct buf *b, struct bytes file, struct err *e)
{
	struct bytes comment, line, rest;

	if (!bytes_cut(file, '\n', &comment, &rest) || !bytes_starts(comment, COMMENT))
		return bad(e, "its first line is no untrusted comment");
	if (!bytes_cut(rest, '\n', &line, &rest))
		return bad(e, "its second line does not end");
	if (bytes_trim(rest).len)
		return bad(e, "there is more in it than two lines");
	if (!base64_decode(b, bytes_trim(line)) || b->len != HEAD_LEN + SEALED_LEN)
		return bad(e, "its second line is no secret key: a public key, perhaps?");
	if (memcmp(b->p, "Ed", 2) != 0 || memcmp(b->p + 4, "B2", 2) != 0)
		return bad(e, "it is of another version");
	if (b->p[2] == 0 && b->p[3] == 0)
		return bad(e, "it is not protected by a password");
	return memcmp(b->p + 2, "Sc", 2) == 0 || bad(e, "it is protected in a way that is not known here");
}

/* scrypt's octets over the sealed ones, in locked memory. */
static bool unseal(struct secret *out, const uint8_t *file, const struct secret *password, struct err *e)
{
	struct bytes p = secret_expose(password);
	uint64_t     ops = little(file + 38), memory = little(file + 46);

	if (ops > MAX_OPS || memory > MAX_MEMORY)
		return bad(e, "its costs are out of range");
	if (!secret_new(out, SEALED_LEN, e))
		return false;
	if (crypto_pwhash_scryptsalsa208sha256(out->p, SEALED_LEN, (const char *)p.p, p.len, file + 6, ops, (size_t)memory) != 0)
		return err_set(e, ERR_NO_MEMORY, "%llu MiB for scrypt", (unsigned long long)(memory >> 20));
	out->len = SEALED_LEN;
	for (size_t i = 0; i < SEALED_LEN; i++)
		out->p[i] ^= file[HEAD_LEN + i];
	return true;
}

static bool checksum_fits(const struct secret *s)
{
	crypto_generichash_state state;
	uint8_t                  sum[32];

	(void)crypto_generichash_init(&state, NULL, 0, sizeof sum);
	(void)crypto_generichash_update(&state, (const uint8_t *)"Ed", 2);
	(void)crypto_generichash_update(&state, s->p, 72);
	(void)crypto_generichash_final(&state, sum, sizeof sum);
	bool ok = sodium_memcmp(sum, s->p + 72, sizeof sum) == 0;
	wipe(&state, sizeof state);
	return ok;
}

bool minisign_open(struct minisign_key *out, struct secret *pair, struct bytes file, const struct secret *password,
                   struct err *e)
{
	SECRET              s = { 0 }, made = { 0 };
	uint8_t             octets[HEAD_LEN + SEALED_LEN + 8];
	struct buf          b = BUF_ON(octets);
	struct minisign_key k;

	if (file.len > MINISIGN_FILE_MAX)
		return bad(e, "it is too long");
	if (!read_file(&b, file, e) || !unseal(&s, octets, password, e))
		return false;
	if (!checksum_fits(&s))
		return err_set(e, ERR_WITNESS_PASSPHRASE, "%s", "");
	if (!secret_new(&made, crypto_sign_SECRETKEYBYTES, e))
		return false;
	memcpy(k.number, s.p, sizeof k.number);
	(void)crypto_sign_seed_keypair(k.public_key, made.p, s.p + 8);
	made.len = made.cap;
	if (sodium_memcmp(made.p, s.p + 8, crypto_sign_SECRETKEYBYTES) != 0)
		return bad(e, "its two halves do not fit");
	*out = k;
	secret_move(pair, &made);
	return true;
}
