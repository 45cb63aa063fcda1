/* keypair_restore.c: the public half of a restored key, and the end of a key; see keypair.h. */
#include "ceremony/token/keypair.h"

#include "ceremony/token/ckr.h"

#define MAX_ATTRIBUTES 8
#define MAX_POINT      140 /* octets: P-521's, in its OCTET STRING */

static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;

/* CKA_EC_PARAMS, by the kind of key. */
static const struct bytes params[] = {
	[KEY_P256] = BYTES_LIT("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"),
	[KEY_P384] = BYTES_LIT("\x06\x05\x2b\x81\x04\x00\x22"),
	[KEY_P521] = BYTES_LIT("\x06\x05\x2b\x81\x04\x00\x23"),
	[KEY_ED25519] = BYTES_LIT("\x13\x0c" "edwards25519"),
};

struct bytes keypair_params(enum key_alg alg)
{
	return params[alg];
}

/* A template being filled. */
struct template {
	CK_ATTRIBUTE item[MAX_ATTRIBUTES];
	CK_ULONG     num;
};

static void add(struct template *t, CK_ATTRIBUTE_TYPE type, const void *p, size_t len)
{
	MUST(t->num < MAX_ATTRIBUTES);
	t->item[t->num++] = (CK_ATTRIBUTE){ type, (void *)(uintptr_t)p, len };
}

/* CKA_EC_POINT: the point in an OCTET STRING (PKCS #11 2.40). */
static struct bytes put_point(uint8_t out[MAX_POINT], struct bytes point)
{
	struct buf b = buf_init(out, MAX_POINT);

	buf_u8(&b, 0x04);
	if (point.len > 127)
		buf_u8(&b, 0x81);
	buf_u8(&b, (uint8_t)point.len);
	buf_put(&b, point);
	MUST(buf_ok(&b));
	return buf_bytes(&b);
}

bool keypair_put_public(CK_OBJECT_HANDLE *out, const struct session *s, const struct keypair_names *names,
                        const struct key *key, struct err *e)
{
	struct template t = { .num = 0 };
	CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
	CK_KEY_TYPE     type = key->alg == KEY_RSA ? CKK_RSA : key->alg == KEY_ED25519 ? CKK_EC_EDWARDS : CKK_EC;
	uint8_t         storage[MAX_POINT];

	add(&t, CKA_CLASS, &class, sizeof class);
	add(&t, CKA_KEY_TYPE, &type, sizeof type);
	add(&t, CKA_TOKEN, &yes, sizeof yes);
	add(&t, CKA_PRIVATE, &no, sizeof no);
	add(&t, CKA_ID, names->id.p, names->id.len);
	add(&t, CKA_LABEL, names->label.p, names->label.len);
	if (key->alg == KEY_RSA) {
		add(&t, CKA_MODULUS, key->modulus.p, key->modulus.len);
		add(&t, CKA_PUBLIC_EXPONENT, key->exponent.p, key->exponent.len);
	} else {
		struct bytes point = put_point(storage, key->point);
		add(&t, CKA_EC_PARAMS, params[key->alg].p, params[key->alg].len);
		add(&t, CKA_EC_POINT, point.p, point.len);
	}
	return ckr_ok(s->module.fn->C_CreateObject(s->handle, t.item, t.num, out), "C_CreateObject", e);
}

/* The private half goes first: what a power cut leaves is worth nothing. */
bool keypair_destroy(size_t *num, const struct session *s, const struct keypair_names *names, struct err *e)
{
	static const CK_OBJECT_CLASS classes[] = { CKO_PRIVATE_KEY, CKO_PUBLIC_KEY };
	size_t                       destroyed = 0;

	for (size_t i = 0; i < COUNT_OF(classes); i++) {
		size_t           there = 0;
		CK_OBJECT_HANDLE h = 0;

		if (!keypair_count(&there, &h, s, classes[i], names->id, names->label, e))
			return false;
		if (there && !ckr_ok(s->module.fn->C_DestroyObject(s->handle, h), "C_DestroyObject", e))
			return false;
		destroyed += there > 0;
		if (!keypair_count(&there, NULL, s, classes[i], names->id, names->label, e))
			return false;
		if (there)
			return err_set(e, ERR_TOKEN_KEY_EXISTS, "after it was destroyed");
	}
	*num = destroyed;
	return true;
}
