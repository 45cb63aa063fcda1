/* backup.c: see backup.h. */
#include "ceremony/token/backup.h"

#include "ceremony/token/ckr.h"
#include "ceremony/token/random.h"
#include "ceremony/token/sign.h"

#define CHALLENGE_LEN 32

static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;

/* The wrapping key as a session object of the token's, which it never gives back. */
static bool import_key(CK_OBJECT_HANDLE *out, const struct session *s, const struct secret *key, struct err *e)
{
	CK_OBJECT_CLASS class = CKO_SECRET_KEY;
	CK_KEY_TYPE     type = CKK_AES;
	CK_ATTRIBUTE    t[] = {
		{ CKA_CLASS, &class, sizeof class },   { CKA_KEY_TYPE, &type, sizeof type },
		{ CKA_TOKEN, &no, sizeof no },         { CKA_PRIVATE, &yes, sizeof yes },
		{ CKA_SENSITIVE, &yes, sizeof yes },   { CKA_EXTRACTABLE, &no, sizeof no },
		{ CKA_WRAP, &yes, sizeof yes },        { CKA_UNWRAP, &yes, sizeof yes },
		{ CKA_VALUE, key->p, key->len },
	};

	CK_RV rv = s->module.fn->C_CreateObject(s->handle, t, COUNT_OF(t), out);
	if (rv == CKR_ATTRIBUTE_VALUE_INVALID || rv == CKR_TEMPLATE_INCONSISTENT || rv == CKR_MECHANISM_INVALID)
		return err_set(e, ERR_BACKUP_UNSUPPORTED, "%s takes no AES key", s->quirk->name);
	return ckr_ok(rv, "C_CreateObject", e);
}

static bool new_key(struct secret *out, const struct session *s, struct err *e)
{
	if (!secret_new(out, CUSTODY_KEY_LEN, e) || !random_mix(s, out->p, CUSTODY_KEY_LEN, e))
		return false;
	out->len = CUSTODY_KEY_LEN;
	return true;
}

/* Tries each way that the token's row names; the last refusal if none works. */
static CK_RV wrap(const struct quirk_wrap **way, uint8_t *blob, CK_ULONG *len, const struct session *s,
                  CK_OBJECT_HANDLE wrapping_key, CK_OBJECT_HANDLE private_key)
{
	CK_RV rv = CKR_MECHANISM_INVALID;

	for (size_t i = 0; i < QUIRK_MAX_WRAPS && s->quirk->wrap[i].mechanism; i++) {
		CK_MECHANISM m = { s->quirk->wrap[i].mechanism, NULL, 0 };

		*len = BACKUP_MAX_BLOB;
		rv = s->module.fn->C_WrapKey(s->handle, &m, wrapping_key, private_key, blob, len);
		if (rv == CKR_OK && *len <= BACKUP_MAX_BLOB) {
			*way = &s->quirk->wrap[i];
			return CKR_OK;
		}
	}
	return rv == CKR_OK ? CKR_BUFFER_TOO_SMALL : rv;
}

bool backup_wrap(struct backup *out, struct custody *custody, struct arena *a, const struct session *s,
                 const struct keypair *k, struct err *e)
{
	SECRET                   key = { 0 };
	CK_OBJECT_HANDLE         h = 0;
	CK_ULONG                 len = 0;
	const struct quirk_wrap *way = NULL;
	char                     why[40], name[16];
	uint8_t                 *blob = arena_take(a, BACKUP_MAX_BLOB);

	if (!blob)
		return err_set(e, ERR_TOO_LARGE, "a wrapped key");
	if (!new_key(&key, s, e) || !import_key(&h, s, &key, e))
		return false;
	CK_RV rv = wrap(&way, blob, &len, s, h, k->private_key);
	bool  gone = ckr_ok(s->module.fn->C_DestroyObject(s->handle, h), "C_DestroyObject", e);
	if (rv != CKR_OK)
		return err_set(e, ERR_BACKUP_UNSUPPORTED, "%s on %s: %s", key_name(name, &k->key), s->quirk->name,
		               ckr_name(why, rv));
	if (!gone)
		return false;
	*out = (struct backup){ bytes_of(blob, len), way->format, way->mechanism };
	custody_take(custody, &key);
	return true;
}

static const CK_KEY_TYPE types[] = {
	[KEY_RSA] = CKK_RSA, [KEY_P256] = CKK_EC, [KEY_P384] = CKK_EC, [KEY_P521] = CKK_EC,
	[KEY_ED25519] = CKK_EC_EDWARDS,
};

/* Some modules ignore what the template says of a key's protection: say it again, read it back. */
static bool protect(const struct session *s, CK_OBJECT_HANDLE h, struct err *e)
{
	CK_ATTRIBUTE t[] = { { CKA_SENSITIVE, &yes, sizeof yes }, { CKA_EXTRACTABLE, &no, sizeof no } };
	bool         there;

	for (int again = 0; again < 2; again++) {
		if (keypair_flag(&there, s, h, CKA_SENSITIVE) && !keypair_flag(&there, s, h, CKA_EXTRACTABLE) && there)
			return true;
		for (size_t i = 0; i < COUNT_OF(t) && !again; i++) /* the reading is what counts */
			(void)s->module.fn->C_SetAttributeValue(s->handle, h, &t[i], 1);
	}
	return err_set(e, ERR_TOKEN_KEY_UNFIT, "a restored key does not read sensitive and unextractable");
}

/* What an unwrapped key is to be: a passing object, or one that stays, with names. */
struct unwrapped {
	bool         stays, extractable;
	struct bytes id, label;
};

/* Template and mechanism that a module takes. strict: says no to every other use, too. */
static CK_RV try_unwrap(CK_OBJECT_HANDLE *out, const struct session *s, CK_MECHANISM *m, CK_OBJECT_HANDLE wrapping_key,
                        const struct key *root, struct bytes blob, const struct unwrapped *as, bool strict)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_KEY_TYPE     type = types[root->alg];
	CK_ATTRIBUTE    t[14] = {
		{ CKA_CLASS, &class, sizeof class },       { CKA_KEY_TYPE, &type, sizeof type },
		{ CKA_PRIVATE, &yes, sizeof yes },         { CKA_SENSITIVE, &yes, sizeof yes },
		{ CKA_EXTRACTABLE, as->extractable ? &yes : &no, sizeof no }, { CKA_SIGN, &yes, sizeof yes },
		{ CKA_TOKEN, as->stays ? &yes : &no, sizeof yes },
	};
	CK_ULONG n = 7;

	if (s->quirk->point_to_unwrap && root->alg != KEY_RSA)
		t[n++] = (CK_ATTRIBUTE){ ATTRIBUTE_NSS_DB, (void *)(uintptr_t)root->point.p, root->point.len };
	if (as->stays) {
		t[n++] = (CK_ATTRIBUTE){ CKA_ID, (void *)(uintptr_t)as->id.p, as->id.len };
		t[n++] = (CK_ATTRIBUTE){ CKA_LABEL, (void *)(uintptr_t)as->label.p, as->label.len };
	}
	if (as->stays && strict) {
		static const CK_ATTRIBUTE_TYPE others[] = { CKA_SIGN_RECOVER, CKA_DECRYPT, CKA_UNWRAP, CKA_DERIVE };
		for (size_t i = 0; i < COUNT_OF(others); i++)
			t[n++] = (CK_ATTRIBUTE){ others[i], &no, sizeof no };
	}
	return s->module.fn->C_UnwrapKey(s->handle, m, wrapping_key, (CK_BYTE *)(uintptr_t)blob.p, blob.len, t, n, out);
}

static bool unwrap(CK_OBJECT_HANDLE *out, const struct session *s, CK_OBJECT_HANDLE wrapping_key,
                   const struct key *root, const char *format, struct bytes blob, const struct unwrapped *as,
                   struct err *e)
{
	char why[40];

	for (size_t i = 0; i < QUIRK_MAX_WRAPS && s->quirk->wrap[i].mechanism; i++) {
		const struct quirk_wrap *way = &s->quirk->wrap[i];
		CK_MECHANISM             m = { way->mechanism, NULL, 0 };

		if (strcmp(way->format, format) != 0)
			continue;
		CK_RV rv = try_unwrap(out, s, &m, wrapping_key, root, blob, as, true);
		if (as->stays && (rv == CKR_TEMPLATE_INCONSISTENT || rv == CKR_ATTRIBUTE_TYPE_INVALID ||
		                  rv == CKR_ATTRIBUTE_VALUE_INVALID || rv == CKR_ATTRIBUTE_READ_ONLY))
			rv = try_unwrap(out, s, &m, wrapping_key, root, blob, as, false);
		return rv == CKR_OK || err_set(e, ERR_BACKUP_PROOF, "C_UnwrapKey: %s", ckr_name(why, rv));
	}
	return err_set(e, ERR_BACKUP_UNSUPPORTED, "%s does not open the format", s->quirk->name);
}

/* Fixed words first, so that no challenge can be taken for anything else that is signed. */
static bool sign_challenge(struct fields *out, const struct session *s, CK_OBJECT_HANDLE h, const struct key *root,
                      struct err *e)
{
	uint8_t    text[64 + CHALLENGE_LEN], signature[SIG_MAX], random[CHALLENGE_LEN];
	struct buf b = BUF_ON(text), sig = BUF_ON(signature);
	struct err why = { 0 };

	if (!random_mix(s, random, sizeof random, e))
		return false;
	buf_str(&b, "ceremony backup challenge v1\n");
	buf_put(&b, bytes_of(random, sizeof random));
	MUST(buf_ok(&b));
	if (!sign_message(&sig, s, h, root, sig_for(root), buf_bytes(&b), &why))
		return err_set(e, ERR_BACKUP_PROOF, "%s: %s", err_text_of(why.id)->what, why.detail);
	fields_hex(out, "challenge", buf_bytes(&b));
	fields_str(out, "verified", "yes");
	return true;
}

bool backup_prove(struct fields *out, const struct custody *custody, const struct session *s, const struct key *root,
                  const char *format, struct bytes blob, struct err *e)
{
	SECRET           key = { 0 };
	size_t           num = 0;
	CK_OBJECT_HANDLE wrapping = 0, restored = 0;
	struct unwrapped passing = { .stays = false };

	if (!custody_combine(custody, &key, &num, e) || !import_key(&wrapping, s, &key, e))
		return false;
	secret_done(&key);
	fields_u64(out, "shares", num);
	bool ok = unwrap(&restored, s, wrapping, root, format, blob, &passing, e);
	bool made = ok;
	ok = ok && protect(s, restored, e) && sign_challenge(out, s, restored, root, e);
	/* What was made here must be gone, whatever came of it. */
	struct err *still = ok ? e : NULL;
	if (made)
		ok &= ckr_ok(s->module.fn->C_DestroyObject(s->handle, restored), "C_DestroyObject", still);
	still = ok ? e : NULL;
	ok &= ckr_ok(s->module.fn->C_DestroyObject(s->handle, wrapping), "C_DestroyObject", still);
	return ok;
}

bool backup_challenge(struct fields *out, const struct session *s, const struct keypair *k, const struct key *root,
                      struct err *e)
{
	if (!bytes_equal(k->key.spki, root->spki))
		return err_set(e, ERR_BACKUP_PROOF, "the token holds another key under that id");
	return sign_challenge(out, s, k->private_key, root, e);
}

bool backup_restore(CK_OBJECT_HANDLE *out, size_t *num_used, const struct custody *custody, const struct session *s,
                    const struct keypair_names *names, const struct key *root, const char *format, struct bytes blob,
                    struct err *e)
{
	SECRET           key = { 0 };
	size_t           num = 0;
	CK_OBJECT_HANDLE wrapping = 0, restored = 0;
	struct unwrapped as = { .stays = true, .id = names->id, .label = names->label };

	if (!custody_combine(custody, &key, &num, e) || !import_key(&wrapping, s, &key, e))
		return false;
	secret_done(&key);
	bool ok = unwrap(&restored, s, wrapping, root, format, blob, &as, e);
	bool made = ok;
	ok = ok && protect(s, restored, e);
	struct err *still = ok ? e : NULL;
	ok &= ckr_ok(s->module.fn->C_DestroyObject(s->handle, wrapping), "C_DestroyObject", still);
	if (!ok && made)
		(void)s->module.fn->C_DestroyObject(s->handle, restored);
	if (!ok)
		return false;
	*out = restored;
	*num_used = num;
	return true;
}

/* Under a new wrapping key, which custody takes in the place of all that it held. */
static bool wrap_anew(struct backup *out, struct custody *custody, struct arena *a, const struct session *s,
                      CK_OBJECT_HANDLE private_key, const struct key *root, struct err *e)
{
	struct keypair k = { .private_key = private_key, .key = *root };

	return backup_wrap(out, custody, a, s, &k, e);
}

bool backup_rewrap(struct backup *out, struct custody *custody, struct arena *a, const struct session *s,
                   const struct key *root, const char *format, struct bytes blob, struct err *e)
{
	SECRET           key = { 0 };
	size_t           num = 0;
	CK_OBJECT_HANDLE wrapping = 0, restored = 0;
	struct unwrapped as = { .extractable = true };
	struct fields    proof = fields_on(a);

	if (!custody_combine(custody, &key, &num, e) || !import_key(&wrapping, s, &key, e))
		return false;
	secret_done(&key);
	bool ok = unwrap(&restored, s, wrapping, root, format, blob, &as, e);
	bool made = ok;
	ok = ok && sign_challenge(&proof, s, restored, root, e) && wrap_anew(out, custody, a, s, restored, root, e);
	struct err *still = ok ? e : NULL;
	if (made)
		ok &= ckr_ok(s->module.fn->C_DestroyObject(s->handle, restored), "C_DestroyObject", still);
	still = ok ? e : NULL;
	ok &= ckr_ok(s->module.fn->C_DestroyObject(s->handle, wrapping), "C_DestroyObject", still);
	return ok;
}

bool backup_check_locked(char refusal[40], const struct session *s, const struct keypair *k, struct err *e)
{
	SECRET                   key = { 0 };
	CK_OBJECT_HANDLE         h = 0;
	CK_ULONG                 len = 0;
	const struct quirk_wrap *way = NULL;
	uint8_t                  blob[BACKUP_MAX_BLOB];

	if (!new_key(&key, s, e) || !import_key(&h, s, &key, e))
		return false;
	CK_RV rv = wrap(&way, blob, &len, s, h, k->private_key);
	wipe(blob, sizeof blob);
	(void)s->module.fn->C_DestroyObject(s->handle, h);
	if (rv == CKR_OK)
		return err_set(e, ERR_BACKUP_LOCK, "it was wrapped as %s", way->format);
	(void)ckr_name(refusal, rv);
	return true;
}
