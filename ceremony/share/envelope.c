/* envelope.c: see envelope.h. Builder and parser of one format. */
#include "ceremony/share/envelope.h"

#include <sodium.h>

#include "ceremony/base/hash.h"
#include "ceremony/base/text.h"

#define MAGIC "ceremony-backup"

/* Fixed words, so that neither key can be taken for the other, or for anything else. */
#define WRAPPING_WORDS "ceremony backup wrapping key"
#define MAC_WORDS      "ceremony backup authentication key"

#define MAX_SET   64 /* octets */
#define MAX_EPOCH 99999
#define IV_LEN    16

static const char *const formats[] = { "aes-kwp-rfc5649", "aes-kw-rfc3394", "aes-cbc-pad" };
static const char *const methods[] = { [ENVELOPE_WRAP] = "wrap", [ENVELOPE_LOAD] = "load" };

const char *envelope_format(struct bytes name)
{
	for (size_t i = 0; i < COUNT_OF(formats); i++)
		if (bytes_is(name, formats[i]))
			return formats[i];
	return NULL;
}

const char *envelope_method_name(enum envelope_method m)
{
	return methods[m];
}

static bool has_iv(const char *format)
{
	return strcmp(format, "aes-cbc-pad") == 0;
}

/* ---- the two keys --------------------------------------------------------------------- */

static bool derive(struct secret *out, const struct secret *shared, struct bytes words, struct err *e)
{
	if (!secret_new(out, ENVELOPE_SECRET_LEN, e))
		return false;
	hmac_sha256(secret_extend(out, ENVELOPE_SECRET_LEN), secret_expose(shared), words);
	return true;
}

bool envelope_wrapping_key(struct secret *out, const struct secret *shared, struct err *e)
{
	return derive(out, shared, BYTES_LIT(WRAPPING_WORDS), e);
}

static bool mac_of(uint8_t out[32], const struct secret *shared, struct bytes text, struct err *e)
{
	SECRET key = { 0 };

	if (!derive(&key, shared, BYTES_LIT(MAC_WORDS), e))
		return false;
	hmac_sha256(out, secret_expose(&key), text);
	return true;
}

bool envelope_verify(const struct envelope *env, const struct secret *shared, struct err *e)
{
	uint8_t mac[32];

	if (!mac_of(mac, shared, env->authenticated, e))
		return false;
	return sodium_memcmp(mac, env->mac, sizeof mac) == 0 || err_set(e, ERR_BACKUP_MAC, "identifier %u", env->identifier);
}

/* ---- the file ------------------------------------------------------------------------- */

bool envelope_put(struct buf *out, const struct envelope *env, const struct secret *shared, struct err *e)
{
	uint8_t    storage[ENVELOPE_MAX], mac[32];
	struct buf b = BUF_ON(storage);

	MUST(envelope_format(bytes_str(env->format)) && env->set.len && env->set.len <= MAX_SET && text_is_plain(env->set) &&
	     env->epoch <= MAX_EPOCH && env->identifier < 0x8000 && env->iv.len == (has_iv(env->format) ? IV_LEN : 0));
	buf_fmt(&b, MAGIC "\nmethod: %s\nformat: %s\nroot: ", methods[env->method], env->format);
	buf_hex(&b, bytes_of(env->root, sizeof env->root));
	buf_fmt(&b, "\nset: %.*s\nepoch: %llu\nidentifier: %u\n", (int)env->set.len, (const char *)env->set.p,
	        (unsigned long long)env->epoch, env->identifier);
	if (has_iv(env->format)) {
		buf_str(&b, "iv: ");
		buf_hex(&b, env->iv);
		buf_str(&b, "\n");
	}
	buf_str(&b, "wrapped: ");
	buf_base64(&b, env->wrapped);
	buf_str(&b, "\n");
	if (!buf_ok(&b) || env->wrapped.len > ENVELOPE_MAX_WRAPPED)
		return err_set(e, ERR_TOO_LARGE, "a wrapped key of %zu octets", env->wrapped.len);
	if (!mac_of(mac, shared, buf_bytes(&b), e))
		return false;
	buf_str(&b, "mac: ");
	buf_hex(&b, bytes_of(mac, sizeof mac));
	buf_str(&b, "\n");
	buf_put(out, buf_bytes(&b));
	return (buf_ok(&b) && buf_ok(out)) || err_set(e, ERR_TOO_LARGE, "a backup");
}

/* Eats the line "KEY: VALUE". */
static bool line(struct bytes *value, struct bytes *rest, const char *key, struct err *e)
{
	struct bytes head, tail;
	size_t       len = strlen(key);

	if (!bytes_cut(*rest, '\n', &head, &tail) || !bytes_starts(head, key) || head.len < len + 2 ||
	    !bytes_starts(bytes_skip(head, len), ": "))
		return err_set(e, ERR_BACKUP_FORM, "the line \"%s: ...\" is not in its place", key);
	*value = bytes_skip(head, len + 2);
	*rest = tail;
	return true;
}

static bool wrong(const char *key, struct err *e)
{
	return err_set(e, ERR_BACKUP_FORM, "what the line \"%s: ...\" says is not right", key);
}

static bool number(uint64_t *out, struct bytes *rest, const char *key, uint64_t max, struct err *e)
{
	struct bytes v;

	return line(&v, rest, key, e) && (bytes_to_u64(out, v, max) || wrong(key, e));
}

/* Lower-case hex of exactly len octets. */
static bool hex(uint8_t *out, size_t len, struct bytes *rest, const char *key, struct err *e)
{
	struct bytes v;
	struct buf   b = buf_init(out, len);

	if (!line(&v, rest, key, e))
		return false;
	for (size_t i = 0; i < v.len; i++)
		if (v.p[i] >= 'A' && v.p[i] <= 'F')
			return wrong(key, e);
	return (hex_decode(&b, v) && b.len == len) || wrong(key, e);
}

static bool parse_head(struct envelope *env, struct bytes *rest, struct err *e)
{
	struct bytes first, v;
	uint64_t     identifier = 0;
	size_t       m = 0;

	if (!bytes_cut(*rest, '\n', &first, rest) || !bytes_is(first, MAGIC))
		return err_set(e, ERR_BACKUP_FORM, "its first line is not \"%s\"", MAGIC);
	if (!line(&v, rest, "method", e))
		return false;
	while (m < COUNT_OF(methods) && !bytes_is(v, methods[m]))
		m++;
	if (m == COUNT_OF(methods))
		return wrong("method", e);
	env->method = (enum envelope_method)m;
	if (!line(&v, rest, "format", e))
		return false;
	env->format = envelope_format(v);
	if (!env->format)
		return wrong("format", e);
	if (!hex(env->root, sizeof env->root, rest, "root", e) || !line(&env->set, rest, "set", e))
		return false;
	if (!env->set.len || env->set.len > MAX_SET || !text_is_plain(env->set))
		return wrong("set", e);
	if (!number(&env->epoch, rest, "epoch", MAX_EPOCH, e) || !number(&identifier, rest, "identifier", 0x7fff, e))
		return false;
	env->identifier = (uint16_t)identifier;
	return true;
}

bool envelope_parse(struct envelope *out, struct arena *a, struct bytes file, struct err *e)
{
	struct envelope env = { .method = ENVELOPE_WRAP };
	struct bytes    rest = file, v;

	if (file.len > ENVELOPE_MAX)
		return err_set(e, ERR_BACKUP_FORM, "%zu octets; %d are the most", file.len, ENVELOPE_MAX);
	uint8_t *iv = arena_take(a, IV_LEN), *wrapped = arena_take(a, ENVELOPE_MAX_WRAPPED);
	if (!iv || !wrapped)
		return err_set(e, ERR_TOO_LARGE, "a backup");
	struct buf b = buf_init(wrapped, ENVELOPE_MAX_WRAPPED);
	if (!parse_head(&env, &rest, e))
		return false;
	if (has_iv(env.format)) {
		if (!hex(iv, IV_LEN, &rest, "iv", e))
			return false;
		env.iv = bytes_of(iv, IV_LEN);
	}
	if (!line(&v, &rest, "wrapped", e))
		return false;
	if (!base64_decode(&b, v) || !b.len)
		return wrong("wrapped", e);
	env.wrapped = buf_bytes(&b);
	env.authenticated = bytes_first(file, file.len - rest.len);
	if (!hex(env.mac, sizeof env.mac, &rest, "mac", e))
		return false;
	if (rest.len)
		return err_set(e, ERR_BACKUP_FORM, "%zu octets follow its last line", rest.len);
	*out = env;
	return true;
}

bool envelope_is_of(const struct envelope *env, struct bytes spki, struct bytes set, uint64_t epoch, struct err *e)
{
	struct digest d = hash_of(HASH_SHA256, spki);
	char          text[HASH_MAX * 2 + 1];
	struct buf    b = BUF_ON(text);

	if (!bytes_equal(digest_bytes(&d), bytes_of(env->root, sizeof env->root))) {
		buf_hex(&b, bytes_of(env->root, sizeof env->root));
		return err_set(e, ERR_BACKUP_ROOT, "SHA-256 of its public key: %s", buf_cstr(&b));
	}
	if (!bytes_equal(env->set, set))
		return err_set(e, ERR_BACKUP_SET, "%.*s", (int)env->set.len, (const char *)env->set.p);
	return env->epoch == epoch || err_set(e, ERR_BACKUP_EPOCH, "%llu, not %llu", (unsigned long long)env->epoch,
	                                      (unsigned long long)epoch);
}
