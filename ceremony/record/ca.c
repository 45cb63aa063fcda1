/* ca.c: see ca.h. */
#include "ceremony/record/ca.h"

#include <stdio.h>

#include "ceremony/base/file.h"
#include "ceremony/base/hash.h"
#include "ceremony/base/ini.h"
#include "ceremony/base/text.h"

/* A value that INI gives back as it was put in. */
static bool is_value(struct bytes v)
{
	return v.len > 0 && text_is_plain(v) && bytes_equal(bytes_trim(v), v);
}

void ca_text(struct buf *b, const struct ca *ca)
{
	char hex[HASH_MAX * 2 + 1];

	bool ok = is_value(ca->legal_name) && ca->record_key.len > 0 && ca->num_tokens <= CA_MAX_TOKENS;
	buf_str(b, "# Whose record this is. docs/formats/record.md tells how to check each line.\n[ca]\n");
	buf_fmt(b, "format = %d\nname = ", CA_FORMAT);
	buf_put(b, ca->legal_name);
	buf_str(b, "\nroot-sha256 = ");
	buf_hex(b, bytes_of(ca->root_sha256, sizeof ca->root_sha256));
	buf_str(b, "\nrecord-key = ");
	buf_base64(b, ca->record_key);
	buf_fmt(b, "\nrecord-key-sha256 = %s\n", sha256_hex(hex, ca->record_key));
	for (size_t i = 0; ok && i < ca->num_tokens; i++) {
		ok = is_value(ca->token[i]);
		buf_fmt(b, "token.%zu = ", i + 1);
		buf_put(b, ca->token[i]);
		buf_str(b, "\n");
	}
	if (!ok)
		b->failed = true;
}

bool ca_write(int record, const struct ca *ca, struct err *e)
{
	uint8_t    text[CA_MAX_LEN];
	struct buf b = BUF_ON(text);

	ca_text(&b, ca);
	if (!buf_ok(&b))
		return err_set(e, ERR_CA_VALUE, CA_NAME);
	if (file_is(record, CA_NAME, buf_bytes(&b)))
		return true;
	if (file_exists(record, CA_NAME))
		return err_set(e, ERR_FILE_EXISTS, CA_NAME);
	return file_write(record, CA_NAME, buf_bytes(&b), 0644, e);
}

/* The value of a key that must be there. */
static bool need(struct bytes *out, struct ini_section *s, const char *key, struct err *e)
{
	*out = ini_get(s, key);
	return out->len || err_set(e, ERR_INI_MISSING, CA_NAME ": %s", key);
}

static bool need_sha256(uint8_t out[32], struct ini_section *s, const char *key, struct err *e)
{
	struct buf   b = buf_init(out, 32);
	struct bytes v;

	if (!need(&v, s, key, e))
		return false;
	return (v.len == 64 && hex_decode(&b, v)) || err_set(e, ERR_INI_VALUE, CA_NAME ": %s", key);
}

static bool read_record_key(struct ca *ca, struct arena *a, struct ini_section *s, struct err *e)
{
	uint8_t      want[32];
	struct bytes text;

	if (!need(&text, s, "record-key", e) || !need_sha256(want, s, "record-key-sha256", e))
		return false;
	uint8_t   *p = arena_take(a, text.len);
	struct buf b = buf_init(p, p ? text.len : 0);
	if (!base64_decode(&b, text))
		return err_set(e, ERR_INI_VALUE, CA_NAME ": record-key");
	ca->record_key = buf_bytes(&b);
	struct digest d = hash_of(HASH_SHA256, ca->record_key);
	return memcmp(d.p, want, 32) == 0 || err_set(e, ERR_INI_VALUE, CA_NAME ": record-key-sha256");
}

static bool read_section(struct ca *ca, struct arena *a, struct ini_section *s, struct err *e)
{
	struct bytes format;
	uint64_t     number;

	if (!need(&format, s, "format", e))
		return false;
	if (!bytes_to_u64(&number, format, UINT64_MAX) || number != CA_FORMAT)
		return err_set(e, ERR_CA_FORMAT, "%.*s", (int)(format.len < 20 ? format.len : 20), (const char *)format.p);
	if (!need(&ca->legal_name, s, "name", e) || !need_sha256(ca->root_sha256, s, "root-sha256", e) ||
	    !read_record_key(ca, a, s, e))
		return false;
	for (size_t i = 0; i < CA_MAX_TOKENS; i++) {
		char key[16];
		(void)snprintf(key, sizeof key, "token.%zu", i + 1);
		struct ini_entry *one = ini_entry(s, key);
		if (!one)
			break;
		one->used = true;
		if (!one->value.len)
			return err_set(e, ERR_INI_VALUE, CA_NAME ": %s", key);
		ca->token[ca->num_tokens++] = one->value;
	}
	return true;
}

bool ca_read(struct ca *out, struct arena *a, int record, struct err *e)
{
	struct ca    ca = { 0 };
	struct bytes text;
	struct ini   ini;

	if (!file_read(&text, a, record, CA_NAME, CA_MAX_LEN, e) || !ini_parse(&ini, a, CA_NAME, text, e))
		return false;
	struct ini_section *s = ini_section(&ini, "ca");
	if (!s)
		return err_set(e, ERR_INI_MISSING, CA_NAME ": [ca]");
	if (ini.num_sections != 1)
		return err_set(e, ERR_INI_UNKNOWN, CA_NAME ": more than one section");
	if (!read_section(&ca, a, s, e) || !ini_all_used(&ini, s, e))
		return false;
	*out = ca;
	return true;
}
