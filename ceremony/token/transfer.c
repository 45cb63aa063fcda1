/* transfer.c: see transfer.h. */
#include "ceremony/token/transfer.h"

#include "ceremony/token/backup.h"
#include "ceremony/token/ckr.h"

static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
static CK_BYTE  f4[] = { 1, 0, 1 };

/* RSA-OAEP's hash, the better one first: SoftHSM knows SHA-1 only, which is no weakness here (RFC 8017 7.1). */
static const struct {
	CK_MECHANISM_TYPE    hash;
	CK_RSA_PKCS_MGF_TYPE mgf;
} oaep[] = { { CKM_SHA256, CKG_MGF1_SHA256 }, { CKM_SHA_1, CKG_MGF1_SHA1 } };

static CK_MECHANISM oaep_with(CK_RSA_PKCS_OAEP_PARAMS *p, CK_MECHANISM_TYPE hash, CK_RSA_PKCS_MGF_TYPE mgf)
{
	*p = (CK_RSA_PKCS_OAEP_PARAMS){ .hashAlg = hash, .mgf = mgf, .source = CKZ_DATA_SPECIFIED };
	return (CK_MECHANISM){ CKM_RSA_PKCS_OAEP, p, sizeof *p };
}

bool transfer_begin(struct transfer *t, struct key *pub, struct arena *a, const struct session *second, struct err *e)
{
	CK_MECHANISM     m = { CKM_RSA_PKCS_KEY_PAIR_GEN, NULL, 0 };
	CK_ULONG         bits = TRANSFER_BITS;
	CK_OBJECT_HANDLE h = 0, priv = 0;
	CK_ATTRIBUTE     p[] = { { CKA_TOKEN, &no, sizeof no },           { CKA_PRIVATE, &no, sizeof no },
		                 { CKA_WRAP, &yes, sizeof yes },          { CKA_MODULUS_BITS, &bits, sizeof bits },
		                 { CKA_PUBLIC_EXPONENT, f4, sizeof f4 } };
	CK_ATTRIBUTE     s[] = { { CKA_TOKEN, &no, sizeof no },           { CKA_PRIVATE, &yes, sizeof yes },
		                 { CKA_SENSITIVE, &yes, sizeof yes },     { CKA_EXTRACTABLE, &no, sizeof no },
		                 { CKA_UNWRAP, &yes, sizeof yes } };

	*t = (struct transfer){ .private_key = 0 };
	if (!ckr_ok(second->module.fn->C_GenerateKeyPair(second->handle, &m, p, COUNT_OF(p), s, COUNT_OF(s), &h, &priv),
	            "C_GenerateKeyPair", e))
		return false;
	bool ok = keypair_read_public(pub, a, second, h, e);
	ok &= ckr_ok(second->module.fn->C_DestroyObject(second->handle, h), "C_DestroyObject", ok ? e : NULL);
	if (!ok)
		(void)second->module.fn->C_DestroyObject(second->handle, priv);
	else
		t->private_key = priv;
	return ok;
}

/* ---- sending -------------------------------------------------------------------------- */

static bool import_public(CK_OBJECT_HANDLE *out, const struct session *s, const struct key *pub, struct err *e)
{
	CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
	CK_KEY_TYPE     type = CKK_RSA;
	CK_ATTRIBUTE    t[] = {
		{ CKA_CLASS, &class, sizeof class }, { CKA_KEY_TYPE, &type, sizeof type }, { CKA_TOKEN, &no, sizeof no },
		{ CKA_PRIVATE, &no, sizeof no },     { CKA_WRAP, &yes, sizeof yes },
		{ CKA_MODULUS, (void *)(uintptr_t)pub->modulus.p, pub->modulus.len },
		{ CKA_PUBLIC_EXPONENT, (void *)(uintptr_t)pub->exponent.p, pub->exponent.len },
	};

	return ckr_ok(s->module.fn->C_CreateObject(s->handle, t, COUNT_OF(t), out), "C_CreateObject", e);
}

static bool make_aes(CK_OBJECT_HANDLE *out, const struct session *s, struct err *e)
{
	CK_MECHANISM m = { CKM_AES_KEY_GEN, NULL, 0 };
	CK_ULONG     len = 32;
	CK_ATTRIBUTE t[] = { { CKA_TOKEN, &no, sizeof no },       { CKA_PRIVATE, &yes, sizeof yes },
		             { CKA_SENSITIVE, &yes, sizeof yes }, { CKA_EXTRACTABLE, &yes, sizeof yes },
		             { CKA_WRAP, &yes, sizeof yes },      { CKA_VALUE_LEN, &len, sizeof len } };

	return ckr_ok(s->module.fn->C_GenerateKey(s->handle, &m, t, COUNT_OF(t), out), "C_GenerateKey", e);
}

static bool wrap_aes(struct transfer *t, const struct session *s, CK_OBJECT_HANDLE pub, CK_OBJECT_HANDLE aes, struct err *e)
{
	CK_RV rv = CKR_MECHANISM_INVALID;
	char  why[40];

	for (size_t i = 0; i < COUNT_OF(oaep) && rv != CKR_OK; i++) {
		CK_RSA_PKCS_OAEP_PARAMS p;
		CK_MECHANISM            m = oaep_with(&p, oaep[i].hash, oaep[i].mgf);

		t->key_len = sizeof t->key;
		t->hash = oaep[i].hash;
		t->mgf = oaep[i].mgf;
		rv = s->module.fn->C_WrapKey(s->handle, &m, pub, aes, t->key, &t->key_len);
		if (ckr_is_trouble(rv))
			return ckr_ok(rv, "C_WrapKey", e);
	}
	return rv == CKR_OK || err_set(e, ERR_BACKUP_UNSUPPORTED, "RSA-OAEP on %s: %s", s->quirk->name, ckr_name(why, rv));
}

bool transfer_send(struct transfer *t, struct arena *a, const struct session *first, const struct keypair *k,
                   const struct key *pub, struct err *e)
{
	CK_OBJECT_HANDLE  h = 0, aes = 0;
	struct envelope   env = { .method = ENVELOPE_WRAP };
	CK_FUNCTION_LIST *fn = first->module.fn;

	if (!t->private_key)
		return err_set(e, ERR_TOKEN_STATE, "transfer-key comes first");
	if (pub->alg != KEY_RSA || pub->bits != TRANSFER_BITS)
		return err_set(e, ERR_OP_FIELD, "transfer");
	if (!import_public(&h, first, pub, e))
		return false;
	bool ok = make_aes(&aes, first, e);
	bool made = ok;
	ok = ok && wrap_aes(t, first, h, aes, e) && backup_wrap_by(&env, a, first, aes, k->private_key, &k->key, e);
	if (made)
		ok &= ckr_ok(fn->C_DestroyObject(first->handle, aes), "C_DestroyObject", ok ? e : NULL);
	ok &= ckr_ok(fn->C_DestroyObject(first->handle, h), "C_DestroyObject", ok ? e : NULL);
	if (!ok)
		return false;
	memcpy(t->wrapped, env.wrapped.p, env.wrapped.len);
	t->wrapped_len = env.wrapped.len;
	if (env.iv.len)
		memcpy(t->iv, env.iv.p, sizeof t->iv);
	t->format = env.format;
	return true;
}

/* ---- receiving ------------------------------------------------------------------------ */

static bool unwrap_aes(CK_OBJECT_HANDLE *out, const struct transfer *t, const struct session *s, struct err *e)
{
	CK_RSA_PKCS_OAEP_PARAMS p;
	CK_MECHANISM            m = oaep_with(&p, t->hash, t->mgf);
	CK_OBJECT_CLASS         class = CKO_SECRET_KEY;
	CK_KEY_TYPE             type = CKK_AES;
	CK_ATTRIBUTE            as[] = {
		{ CKA_CLASS, &class, sizeof class }, { CKA_KEY_TYPE, &type, sizeof type },       { CKA_TOKEN, &no, sizeof no },
		{ CKA_PRIVATE, &yes, sizeof yes },   { CKA_SENSITIVE, &yes, sizeof yes },        { CKA_UNWRAP, &yes, sizeof yes },
		{ CKA_EXTRACTABLE, &no, sizeof no },
	};
	char why[40];

	CK_RV rv = s->module.fn->C_UnwrapKey(s->handle, &m, t->private_key, (CK_BYTE *)(uintptr_t)t->key, t->key_len, as,
	                                     COUNT_OF(as), out);
	return rv == CKR_OK || err_set(e, ERR_BACKUP_PROOF, "C_UnwrapKey of the wrapping key: %s", ckr_name(why, rv));
}

bool transfer_receive(CK_OBJECT_HANDLE *out, struct transfer *t, const struct session *second, const struct key *root,
                      const struct keypair_names *names, struct err *e)
{
	CK_OBJECT_HANDLE  aes = 0, restored = 0;
	CK_FUNCTION_LIST *fn = second->module.fn;
	struct envelope   env = { .method = ENVELOPE_WRAP, .format = t->format, .iv = bytes_of(t->iv, sizeof t->iv),
		                  .wrapped = bytes_of(t->wrapped, t->wrapped_len) };

	if (!t->private_key || !t->format)
		return err_set(e, ERR_TOKEN_STATE, "transfer-key and transfer-send come first");
	if (!unwrap_aes(&aes, t, second, e))
		return false;
	bool ok = backup_unwrap_by(&restored, second, aes, root, &env, names, e);
	bool made = ok;
	ok &= ckr_ok(fn->C_DestroyObject(second->handle, aes), "C_DestroyObject", ok ? e : NULL);
	if (!ok) {
		if (made)
			(void)fn->C_DestroyObject(second->handle, restored);
		return false;
	}
	if (!ckr_ok(fn->C_DestroyObject(second->handle, t->private_key), "C_DestroyObject", e)) {
		(void)fn->C_DestroyObject(second->handle, restored);
		return false;
	}
	*t = (struct transfer){ .private_key = 0 };
	*out = restored;
	return true;
}
