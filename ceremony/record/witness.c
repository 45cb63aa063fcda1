/* witness.c: the files of a witness; see note.h.
 *
 * One signature of 64 octets in the containers that minisign (legacy "Ed": not prehashed),
 * signify and openssl read. minisign and signify share public key and signature layout:
 * "Ed", eight octets that name the key, then the key or the signature. */
#include <sodium.h>

#include "ceremony/base/hash.h"
#include "ceremony/record/note.h"

#define COSIGNATURE_TYPE 0x04

uint32_t witness_key_id(const struct witness *w)
{
	uint8_t    text[NOTE_NAME_MAX + 34];
	struct buf b = BUF_ON(text);

	buf_str(&b, w->name);
	buf_str(&b, "\n");
	buf_u8(&b, COSIGNATURE_TYPE);
	buf_put(&b, bytes_of(w->public_key, sizeof w->public_key));
	MUST(buf_ok(&b));
	struct digest d = hash_of(HASH_SHA256, buf_bytes(&b));
	return (uint32_t)d.p[0] << 24 | (uint32_t)d.p[1] << 16 | (uint32_t)d.p[2] << 8 | d.p[3];
}

void witness_vkey(struct buf *b, const struct witness *w)
{
	uint8_t octets[33] = { COSIGNATURE_TYPE };

	if (!note_is_name(bytes_str(w->name)))
		b->failed = true;
	memcpy(octets + 1, w->public_key, 32);
	buf_fmt(b, "%s+%08x+", w->name, witness_key_id(w));
	buf_base64(b, bytes_of(octets, sizeof octets));
	buf_str(b, "\n");
}

/* A number that was not given is ours to choose: the first eight octets of the key's SHA-256. */
static void key_number(uint8_t out[8], const struct witness *w)
{
	struct digest d = hash_of(HASH_SHA256, bytes_of(w->public_key, 32));

	memcpy(out, w->numbered ? w->number : d.p, 8);
}

/* "Ed", the key's number and the payload, as a line of base64. */
static void put_ed(struct buf *b, const struct witness *w, const uint8_t *payload, size_t len)
{
	uint8_t    octets[2 + 8 + 64], number[8];
	struct buf o = BUF_ON(octets);

	key_number(number, w);
	buf_str(&o, "Ed");
	buf_put(&o, bytes_of(number, 8));
	buf_put(&o, bytes_of(payload, len));
	MUST(buf_ok(&o));
	buf_base64(b, buf_bytes(&o));
	buf_str(b, "\n");
}

void witness_pub(struct buf *b, const struct witness *w)
{
	uint8_t number[8];

	key_number(number, w);
	buf_str(b, "untrusted comment: minisign public key ");
	for (size_t i = 8; i-- > 0;) /* minisign prints the number little-endian */
		buf_fmt(b, "%02X", number[i]);
	buf_str(b, "\n");
	put_ed(b, w, w->public_key, 32);
}

void witness_spki(struct buf *b, const struct witness *w)
{
	static const uint8_t head[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
	uint8_t              der[sizeof head + 32];

	memcpy(der, head, sizeof head); /* RFC 8410 4 */
	memcpy(der + sizeof head, w->public_key, 32);
	buf_str(b, "-----BEGIN PUBLIC KEY-----\n");
	buf_base64(b, bytes_of(der, sizeof der));
	buf_str(b, "\n-----END PUBLIC KEY-----\n");
}

void witness_sig(struct buf *b, const struct cosignature *c, const char *file_base)
{
	buf_fmt(b, "untrusted comment: verify with %s.pub\n", file_base);
	put_ed(b, &c->witness, c->signature, 64);
}

void minisign_comment(struct buf *b, const struct cosignature *c)
{
	buf_fmt(b, "%s %s%s%stime:%lld", c->witness.name, c->heard[0] ? "words:" : "", c->heard, c->heard[0] ? " " : "",
	        (long long)c->time);
}

void heard_message(struct buf *b, struct bytes comment, struct bytes body)
{
	buf_str(b, "ceremony-witness-heard/v1\n");
	buf_put(b, comment);
	buf_str(b, "\n");
	buf_put(b, body);
}

void minisign_message(struct buf *b, const struct cosignature *c)
{
	buf_put(b, bytes_of(c->signature, sizeof c->signature));
	minisign_comment(b, c);
}

void witness_minisig(struct buf *b, const struct cosignature *c, const uint8_t global[64])
{
	buf_fmt(b, "untrusted comment: %s\n", c->witness.name);
	put_ed(b, &c->witness, c->signature, 64);
	buf_str(b, "trusted comment: ");
	minisign_comment(b, c);
	buf_str(b, "\n");
	buf_base64(b, bytes_of(global, 64));
	buf_str(b, "\n");
}

bool witness_vkey_parse(struct witness *out, struct bytes file, struct err *e)
{
	uint8_t        octets[33], again[WITNESS_FILE_MAX];
	struct buf     o = BUF_ON(octets), b = BUF_ON(again);
	struct witness w = { .name = "" };
	struct bytes   name, id, rest;

	bool ok = file.len && file.p[file.len - 1] == '\n' && bytes_cut(bytes_first(file, file.len - 1), '+', &name, &rest) &&
	          bytes_cut(rest, '+', &id, &rest) && note_is_name(name) && base64_decode(&o, rest) &&
	          o.len == sizeof octets && octets[0] == COSIGNATURE_TYPE;
	if (!ok)
		return err_set(e, ERR_WITNESS_FORM, "a witness's vkey");
	memcpy(w.name, name.p, name.len);
	memcpy(w.public_key, octets + 1, 32);
	witness_vkey(&b, &w); /* the id must be the one that name and key give */
	if (!buf_ok(&b) || !bytes_equal(buf_bytes(&b), file))
		return err_set(e, ERR_WITNESS_FORM, "the vkey of %s", w.name);
	*out = w;
	return true;
}

/* The last line of a minisign file. */
static bool last_line(struct bytes *out, struct bytes file)
{
	if (file.len == 0 || file.p[file.len - 1] != '\n')
		return false;
	file.len--;
	while (bytes_cut(file, '\n', out, &file))
		;
	*out = file;
	return true;
}

bool witness_minisig_check(const struct cosignature *c, struct bytes file, struct err *e)
{
	uint8_t      global[64], again[WITNESS_FILE_MAX], message[64 + NOTE_NAME_MAX + NOTE_HEARD_MAX + 40];
	struct buf   g = BUF_ON(global), b = BUF_ON(again), m = BUF_ON(message);
	struct bytes line;

	if (!last_line(&line, file) || !base64_decode(&g, line) || g.len != 64)
		return err_set(e, ERR_WITNESS_FORM, "the minisign file of %s", c->witness.name);
	witness_minisig(&b, c, global);
	if (!buf_ok(&b) || !bytes_equal(buf_bytes(&b), file))
		return err_set(e, ERR_WITNESS_FORM, "the minisign file of %s", c->witness.name);
	minisign_message(&m, c);
	if (!buf_ok(&m) || crypto_sign_verify_detached(global, m.p, m.len, c->witness.public_key) != 0)
		return err_set(e, ERR_CHECKPOINT_SIGNATURE, "the second signature in the minisign file of %s",
		               c->witness.name);
	return true;
}
