/* keypair.c: see keypair.h. Finding, describing, locking; making is in keypair_generate.c. */
#include "ceremony/token/keypair.h"

#include "ceremony/base/text.h"
#include "ceremony/token/ckr.h"

#define ATTRIBUTE_MAX  1024 /* octets: the modulus of RSA-8192 */
#define ATTRIBUTES_MAX 16   /* asked for at once */

/* The flags that are recorded, in this order. */
static const struct {
	CK_ATTRIBUTE_TYPE type;
	const char       *name;
} flags[] = {
#define ROW(type_) { type_, #type_ }
	ROW(CKA_TOKEN),          ROW(CKA_PRIVATE),     ROW(CKA_MODIFIABLE),
	ROW(CKA_LOCAL),          ROW(CKA_SENSITIVE),   ROW(CKA_ALWAYS_SENSITIVE),
	ROW(CKA_EXTRACTABLE),    ROW(CKA_NEVER_EXTRACTABLE), ROW(CKA_WRAP_WITH_TRUSTED),
	ROW(CKA_ALWAYS_AUTHENTICATE), ROW(CKA_SIGN),   ROW(CKA_SIGN_RECOVER),
	ROW(CKA_DECRYPT),        ROW(CKA_UNWRAP),      ROW(CKA_DERIVE),
#undef ROW
};

/* One attribute's octets, in `a`. */
static bool read_attribute(struct bytes *out, struct arena *a, const struct session *s, CK_OBJECT_HANDLE h,
                           CK_ATTRIBUTE_TYPE type, const char *name, struct err *e)
{
	uint8_t     *p = arena_take(a, ATTRIBUTE_MAX);
	CK_ATTRIBUTE t = { type, p, ATTRIBUTE_MAX };

	if (!p)
		return err_set(e, ERR_TOO_LARGE, "%s", name);
	CK_RV rv = s->module.fn->C_GetAttributeValue(s->handle, h, &t, 1);
	if (rv == CKR_OK && t.ulValueLen > ATTRIBUTE_MAX)
		rv = CKR_BUFFER_TOO_SMALL;
	if (!ckr_ok(rv, name, e))
		return false;
	*out = bytes_of(p, t.ulValueLen);
	return true;
}

bool keypair_flag(bool *there, const struct session *s, CK_OBJECT_HANDLE h, CK_ATTRIBUTE_TYPE type)
{
	CK_BBOOL     value = CK_FALSE;
	CK_ATTRIBUTE t = { type, &value, sizeof value };

	*there = s->module.fn->C_GetAttributeValue(s->handle, h, &t, 1) == CKR_OK && t.ulValueLen == sizeof value;
	return *there && value != CK_FALSE;
}

/* Attributes of a known length, all in one question; one by one if the token does not answer that with CKR_OK: what it
 * says of the others then is not the same everywhere. */
static void read_together(bool *there, const struct session *s, CK_OBJECT_HANDLE h, CK_ATTRIBUTE *t, CK_ULONG num)
{
	CK_ULONG   len[ATTRIBUTES_MAX];
	CK_RV      rv = CKR_OK;

	MUST(num <= ATTRIBUTES_MAX);
	for (CK_ULONG i = 0; i < num; i++)
		len[i] = t[i].ulValueLen;
	const bool all = s->module.fn->C_GetAttributeValue(s->handle, h, t, num) == CKR_OK;
	for (CK_ULONG i = 0; i < num; i++) {
		if (!all) {
			t[i].ulValueLen = len[i];
			rv = s->module.fn->C_GetAttributeValue(s->handle, h, &t[i], 1);
		}
		there[i] = rv == CKR_OK && t[i].ulValueLen == len[i];
	}
}

void keypair_attributes(struct fields *out, const struct session *s, CK_OBJECT_HANDLE private_key)
{
	enum { MECHANISM = COUNT_OF(flags), NUM };
	CK_BBOOL     value[MECHANISM] = { 0 };
	CK_ULONG     mechanism = 0;
	CK_ATTRIBUTE t[NUM];
	bool         there[NUM];

	for (size_t i = 0; i < MECHANISM; i++)
		t[i] = (CK_ATTRIBUTE){ flags[i].type, &value[i], sizeof value[i] };
	t[MECHANISM] = (CK_ATTRIBUTE){ CKA_KEY_GEN_MECHANISM, &mechanism, sizeof mechanism };
	read_together(there, s, private_key, t, NUM);
	for (size_t i = 0; i < MECHANISM; i++)
		fields_str(out, flags[i].name, !there[i] ? "absent" : value[i] != CK_FALSE ? "true" : "false");
	if (there[MECHANISM] && mechanism != CK_UNAVAILABLE_INFORMATION)
		fields_fmt(out, "CKA_KEY_GEN_MECHANISM", "%#lx", mechanism);
	else
		fields_str(out, "CKA_KEY_GEN_MECHANISM", "absent");
}

void keypair_describe(struct fields *out, const struct session *s, const struct keypair *k)
{
	char name[16];

	fields_hex(out, "id", bytes_of(k->id, k->id_len));
	fields_str(out, "label", k->label);
	fields_str(out, "algorithm", key_name(name, &k->key));
	fields_base64(out, "spki", k->key.spki);
	keypair_attributes(out, s, k->private_key);
}

/* CKA_EC_POINT is the point in an OCTET STRING (PKCS #11 2.40), or raw (older modules, NSS). The
 * lengths that key_build_point then asks for leave no room for doubt. */
static struct bytes point_of(struct bytes value, size_t want)
{
	struct bytes in = value, inner;

	if (value.len != want && der_get(&in, DER_OCTET_STRING, &inner) && !in.len)
		return inner;
	return value;
}

static const struct {
	struct bytes params; /* how CKA_EC_PARAMS says it */
	enum key_alg alg;
	size_t       point_len;
} curves[] = {
	{ BYTES_LIT("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"), KEY_P256, 65 },
	{ BYTES_LIT("\x06\x05\x2b\x81\x04\x00\x22"), KEY_P384, 97 },
	{ BYTES_LIT("\x06\x05\x2b\x81\x04\x00\x23"), KEY_P521, 133 },
	{ BYTES_LIT("\x13\x0c" "edwards25519"), KEY_ED25519, 32 },
	{ BYTES_LIT("\x06\x03\x2b\x65\x70"), KEY_ED25519, 32 },
};

static bool read_point(struct key *out, struct arena *a, const struct session *s, CK_OBJECT_HANDLE h, struct err *e)
{
	struct bytes params, point;

	if (!read_attribute(&params, a, s, h, CKA_EC_PARAMS, "CKA_EC_PARAMS", e) ||
	    !read_attribute(&point, a, s, h, CKA_EC_POINT, "CKA_EC_POINT", e))
		return false;
	for (size_t i = 0; i < COUNT_OF(curves); i++)
		if (bytes_equal(params, curves[i].params))
			return key_build_point(out, a, curves[i].alg, point_of(point, curves[i].point_len), e);
	return err_set(e, ERR_TOKEN_ALGORITHM, "a curve that is not known here");
}

static struct bytes without_zeros(struct bytes n)
{
	while (n.len && n.p[0] == 0)
		n = bytes_skip(n, 1);
	return n;
}

bool keypair_read_public(struct key *out, struct arena *a, const struct session *s, CK_OBJECT_HANDLE h, struct err *e)
{
	struct bytes n, x;
	CK_KEY_TYPE  kind = CK_UNAVAILABLE_INFORMATION;
	CK_ATTRIBUTE t = { CKA_KEY_TYPE, &kind, sizeof kind }; /* NSS takes no other length for a number */

	if (!ckr_ok(s->module.fn->C_GetAttributeValue(s->handle, h, &t, 1), "CKA_KEY_TYPE", e))
		return false;
	if (kind == CKK_EC || kind == CKK_EC_EDWARDS)
		return read_point(out, a, s, h, e);
	if (kind != CKK_RSA)
		return err_set(e, ERR_TOKEN_ALGORITHM, "CKK_%#lx", kind);
	if (!read_attribute(&n, a, s, h, CKA_MODULUS, "CKA_MODULUS", e) ||
	    !read_attribute(&x, a, s, h, CKA_PUBLIC_EXPONENT, "CKA_PUBLIC_EXPONENT", e))
		return false;
	return key_build_rsa(out, a, without_zeros(n), without_zeros(x), e);
}

bool keypair_count(size_t *num, CK_OBJECT_HANDLE *first, const struct session *s, CK_OBJECT_CLASS class,
                   struct bytes id, struct bytes label, struct err *e)
{
	CK_ATTRIBUTE     t[3] = { { CKA_CLASS, &class, sizeof class } };
	CK_OBJECT_HANDLE found[2] = { 0 };
	CK_ULONG         got = 0, n = 1;

	if (id.len)
		t[n++] = (CK_ATTRIBUTE){ CKA_ID, (void *)(uintptr_t)id.p, id.len };
	if (label.len)
		t[n++] = (CK_ATTRIBUTE){ CKA_LABEL, (void *)(uintptr_t)label.p, label.len };
	if (!ckr_ok(s->module.fn->C_FindObjectsInit(s->handle, t, n), "C_FindObjectsInit", e))
		return false;
	CK_RV rv = s->module.fn->C_FindObjects(s->handle, found, COUNT_OF(found), &got);
	(void)s->module.fn->C_FindObjectsFinal(s->handle);
	if (!ckr_ok(rv, "C_FindObjects", e))
		return false;
	*num = got;
	if (first)
		*first = found[0];
	return true;
}

/* The one object of a class with this id and label; empty ones fit all. */
static bool find_one(CK_OBJECT_HANDLE *out, const struct session *s, CK_OBJECT_CLASS class, struct bytes id,
                     struct bytes label, struct err *e)
{
	size_t           num = 0;
	CK_OBJECT_HANDLE first = 0;

	if (!keypair_count(&num, &first, s, class, id, label, e))
		return false;
	if (num == 0)
		return err_set(e, ERR_TOKEN_KEY_NONE, "%s key", class == CKO_PRIVATE_KEY ? "private" : "public");
	if (num > 1)
		return err_set(e, ERR_TOKEN_MANY, "two keys bear that id or label");
	*out = first;
	return true;
}

bool keypair_half(const char **half, const struct session *s, struct bytes id, struct bytes label, struct err *e)
{
	size_t pub = 0, priv = 0;

	if (!keypair_count(&pub, NULL, s, CKO_PUBLIC_KEY, id, label, e) ||
	    !keypair_count(&priv, NULL, s, CKO_PRIVATE_KEY, id, label, e))
		return false;
	*half = pub && !priv ? "public" : priv && !pub ? "private" : NULL;
	return true;
}

static bool read_names(struct keypair *k, struct arena *a, const struct session *s, struct err *e)
{
	struct bytes id, label;
	struct buf   b = buf_init(k->label, sizeof k->label);

	if (!read_attribute(&id, a, s, k->private_key, CKA_ID, "CKA_ID", e) ||
	    !read_attribute(&label, a, s, k->private_key, CKA_LABEL, "CKA_LABEL", e))
		return false;
	if (!id.len || id.len > sizeof k->id)
		return err_set(e, ERR_TOKEN_KEY_NONE, "its CKA_ID has %zu octets", id.len);
	memcpy(k->id, id.p, id.len);
	k->id_len = id.len;
	text_escape(&b, label);
	(void)buf_cstr(&b);
	return true;
}

static bool find_pair(struct keypair *k, struct arena *a, const struct session *s, struct bytes id, struct bytes label,
                      struct err *e)
{
	struct keypair got = { 0 };

	if (!find_one(&got.private_key, s, CKO_PRIVATE_KEY, id, label, e) || !read_names(&got, a, s, e) ||
	    !find_one(&got.public_key, s, CKO_PUBLIC_KEY, bytes_of(got.id, got.id_len), bytes_of(NULL, 0), e) ||
	    !keypair_read_public(&got.key, a, s, got.public_key, e))
		return false;
	*k = got;
	return true;
}

bool keypair_only(struct keypair *k, struct arena *a, const struct session *s, struct bytes label, struct err *e)
{
	return find_pair(k, a, s, bytes_of(NULL, 0), label, e);
}

bool keypair_find(struct keypair *k, struct arena *a, const struct session *s, struct bytes id, struct bytes label,
                  struct err *e)
{
	if (!id.len && !label.len)
		return err_set(e, ERR_OP_FIELD, "neither id nor label");
	return find_pair(k, a, s, id, label, e);
}

bool keypair_by_id(struct keypair *k, struct arena *a, const struct session *s, const struct fields *in,
                   struct err *e)
{
	uint8_t    storage[KEYPAIR_MAX_ID];
	struct buf id = BUF_ON(storage);

	if (!hex_decode(&id, fields_get(in, "id")) || !id.len)
		return err_set(e, ERR_OP_FIELD, "id");
	return keypair_find(k, a, s, buf_bytes(&id), bytes_of(NULL, 0), e);
}

bool keypair_lock(const struct session *s, const struct keypair *k, struct err *e)
{
	CK_BBOOL     no = CK_FALSE;
	CK_ATTRIBUTE t = { CKA_EXTRACTABLE, &no, sizeof no };
	bool         there;

	if (!keypair_flag(&there, s, k->private_key, CKA_EXTRACTABLE) && there)
		return true;
	if (!ckr_ok(s->module.fn->C_SetAttributeValue(s->handle, k->private_key, &t, 1), "C_SetAttributeValue", e))
		return false;
	if (keypair_flag(&there, s, k->private_key, CKA_EXTRACTABLE) || !there)
		return err_set(e, ERR_BACKUP_LOCK, "CKA_EXTRACTABLE still reads true");
	return true;
}
