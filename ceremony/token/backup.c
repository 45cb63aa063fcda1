/* backup.c: see backup.h. */
#include "ceremony/token/backup.h"

#include <stdio.h>

#include "ceremony/token/ckr.h"
#include "ceremony/token/load.h"
#include "ceremony/token/random.h"
#include "ceremony/token/sign.h"

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

static bool new_secret(struct secret *out, const struct session *s, const struct secret *dice, struct err *e)
{
	if (!secret_new(out, ENVELOPE_SECRET_LEN, e) || !random_mix_dice(s, dice, out->p, ENVELOPE_SECRET_LEN, e))
		return false;
	out->len = ENVELOPE_SECRET_LEN;
	return true;
}

static CK_MECHANISM mechanism_of(const struct quirk_wrap *way, struct bytes iv)
{
	bool cbc = way->mechanism == CKM_AES_CBC_PAD;

	return (CK_MECHANISM){ way->mechanism, cbc ? (void *)(uintptr_t)iv.p : NULL, cbc ? iv.len : 0 };
}

/* It says that the token does not wrap in this way at all, and nothing of the key. */
static bool is_of_no_key(CK_RV rv)
{
	return rv == CKR_MECHANISM_INVALID || rv == CKR_MECHANISM_PARAM_INVALID || rv == CKR_FUNCTION_NOT_SUPPORTED;
}

/* Tries each way that the token's row names; if none works, the first refusal that is of the key. */
static CK_RV wrap(const struct quirk_wrap **way, uint8_t *wrapped, CK_ULONG *len, const struct session *s,
                  CK_OBJECT_HANDLE wrapping_key, CK_OBJECT_HANDLE private_key, struct bytes iv)
{
	CK_RV said = CKR_MECHANISM_INVALID;

	for (size_t i = 0; i < QUIRK_MAX_WRAPS && s->quirk->wrap[i].mechanism; i++) {
		CK_MECHANISM m = mechanism_of(&s->quirk->wrap[i], iv);

		*len = ENVELOPE_MAX_WRAPPED;
		CK_RV rv = s->module.fn->C_WrapKey(s->handle, &m, wrapping_key, private_key, wrapped, len);
		if (rv == CKR_OK && *len <= ENVELOPE_MAX_WRAPPED) {
			*way = &s->quirk->wrap[i];
			return CKR_OK;
		}
		if (ckr_is_trouble(rv))
			return rv;
		if (is_of_no_key(said))
			said = rv == CKR_OK ? CKR_BUFFER_TOO_SMALL : rv;
	}
	return said;
}

/* Format, initial vector and what is wrapped, in `a`. */
static bool wrap_by(struct envelope *env, CK_MECHANISM_TYPE *by, struct arena *a, const struct session *s,
                    CK_OBJECT_HANDLE wrapping_key, CK_OBJECT_HANDLE private_key, const struct key *k, struct err *e)
{
	CK_ULONG                 len = 0;
	const struct quirk_wrap *way = NULL;
	char                     why[40], name[16];
	uint8_t                 *wrapped = arena_take(a, ENVELOPE_MAX_WRAPPED), *iv = arena_take(a, 16);

	if (!wrapped || !iv)
		return err_set(e, ERR_TOO_LARGE, "a wrapped key");
	if (!random_mix(s, iv, 16, e))
		return false;
	CK_RV rv = wrap(&way, wrapped, &len, s, wrapping_key, private_key, bytes_of(iv, 16));
	if (ckr_is_trouble(rv))
		return ckr_ok(rv, "C_WrapKey", e);
	if (rv != CKR_OK)
		return err_set(e, ERR_BACKUP_UNSUPPORTED, "%s on %s: %s", key_name(name, k), s->quirk->name, ckr_name(why, rv));
	env->format = way->format;
	env->wrapped = bytes_of(wrapped, len);
	if (way->mechanism == CKM_AES_CBC_PAD)
		env->iv = bytes_of(iv, 16);
	*by = way->mechanism;
	return true;
}

bool backup_wrap_by(struct envelope *env, struct arena *a, const struct session *s, CK_OBJECT_HANDLE wrapping_key,
                    CK_OBJECT_HANDLE private_key, const struct key *k, struct err *e)
{
	CK_MECHANISM_TYPE by = 0;

	return wrap_by(env, &by, a, s, wrapping_key, private_key, k, e);
}

bool backup_new_secret(struct secret *out, uint16_t *identifier, const struct session *s, const struct secret *dice,
                       struct err *e)
{
	uint8_t id[2];

	if (!random_mix(s, id, sizeof id, e) || !new_secret(out, s, dice, e))
		return false;
	*identifier = (uint16_t)((id[0] & 0x7f) << 8 | id[1]);
	return true;
}

bool backup_seal(struct backup *out, struct custody *custody, struct arena *a, struct envelope *env,
                 const struct backup_of *of, struct secret *shared, struct err *e)
{
	struct digest d = hash_of(HASH_SHA256, of->root->spki);
	uint8_t      *p = arena_take(a, ENVELOPE_MAX);
	struct buf    b = buf_init(p, p ? ENVELOPE_MAX : 0);

	memcpy(env->root, d.p, sizeof env->root);
	env->set = of->set;
	env->epoch = of->epoch;
	if (!envelope_put(&b, env, shared, e))
		return false;
	*out = (struct backup){ .file = buf_bytes(&b), .format = env->format };
	custody_take(custody, shared);
	custody->identifier = env->identifier;
	custody->has_identifier = true;
	return true;
}

bool backup_wrap(struct backup *out, struct custody *custody, struct arena *a, const struct session *s,
                 CK_OBJECT_HANDLE private_key, const struct backup_of *of, struct err *e)
{
	SECRET           shared = { 0 }, key = { 0 };
	CK_OBJECT_HANDLE h = 0;
	struct envelope  env = { .method = ENVELOPE_WRAP };

	if (!backup_new_secret(&shared, &env.identifier, s, &custody->dice, e) || !envelope_wrapping_key(&key, &shared, e) ||
	    !import_key(&h, s, &key, e))
		return false;
	CK_MECHANISM_TYPE by = 0;
	bool              ok = wrap_by(&env, &by, a, s, h, private_key, of->root, e);
	ok &= ckr_ok(s->module.fn->C_DestroyObject(s->handle, h), "C_DestroyObject", ok ? e : NULL);
	if (!ok || !backup_seal(out, custody, a, &env, of, &shared, e))
		return false;
	out->mechanism = by;
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
                   const struct key *root, const struct envelope *env, const struct unwrapped *as, struct err *e)
{
	char why[40];

	for (size_t i = 0; i < QUIRK_MAX_WRAPS && s->quirk->wrap[i].mechanism; i++) {
		const struct quirk_wrap *way = &s->quirk->wrap[i];
		CK_MECHANISM             m = mechanism_of(way, env->iv);

		if (strcmp(way->format, env->format) != 0)
			continue;
		CK_RV rv = try_unwrap(out, s, &m, wrapping_key, root, env->wrapped, as, true);
		if (as->stays && (rv == CKR_TEMPLATE_INCONSISTENT || rv == CKR_ATTRIBUTE_TYPE_INVALID ||
		                  rv == CKR_ATTRIBUTE_VALUE_INVALID || rv == CKR_ATTRIBUTE_READ_ONLY))
			rv = try_unwrap(out, s, &m, wrapping_key, root, env->wrapped, as, false);
		return rv == CKR_OK || err_set(e, ERR_BACKUP_PROOF, "C_UnwrapKey: %s", ckr_name(why, rv));
	}
	return err_set(e, ERR_BACKUP_UNSUPPORTED, "%s does not open %s", s->quirk->name, env->format);
}

bool backup_unwrap_by(CK_OBJECT_HANDLE *out, const struct session *s, CK_OBJECT_HANDLE wrapping_key, const struct key *root,
                      const struct envelope *env, const struct keypair_names *names, struct err *e)
{
	CK_OBJECT_HANDLE h = 0;
	struct unwrapped as = { .stays = true, .id = names->id, .label = names->label };

	if (!unwrap(&h, s, wrapping_key, root, env, &as, e))
		return false;
	if (!protect(s, h, e)) {
		(void)s->module.fn->C_DestroyObject(s->handle, h);
		return false;
	}
	*out = h;
	return true;
}

/* The envelope is what the record says, and the entered shares make the secret that it was sealed with. */
static bool open_envelope(struct envelope *env, struct secret *key, size_t *num, const struct custody *custody,
                          struct arena *a, const struct backup_of *of, struct bytes file, struct err *e)
{
	SECRET shared = { 0 };

	if (!envelope_parse(env, a, file, e) || !envelope_is_of(env, of->root->spki, of->set, of->epoch, e))
		return false;
	if (!custody_combine(custody, &shared, num, e))
		return false;
	if (custody->identifier != env->identifier)
		return err_set(e, ERR_BACKUP_SET, "its identifier is %u, that of the shares %u", env->identifier,
		               custody->identifier);
	return envelope_verify(env, &shared, e) && envelope_wrapping_key(key, &shared, e);
}

/* The same for a key that was made outside. */
static bool load_in(CK_OBJECT_HANDLE *out, struct arena *a, const struct session *s, const struct key *root,
                    const struct envelope *env, const struct secret *key, const struct keypair_names *names, struct err *e)
{
	CK_OBJECT_HANDLE h = 0;

	if (!load_bring(&h, a, s, root, env, key, names, e))
		return false;
	if (!protect(s, h, e)) {
		(void)s->module.fn->C_DestroyObject(s->handle, h);
		return false;
	}
	*out = h;
	return true;
}

/* The key in the token, as it is to be. Whatever else was needed for that is gone again. */
static bool bring_in(CK_OBJECT_HANDLE *out, struct arena *a, const struct session *s, const struct key *root, const struct envelope *env,
                     struct secret *key, const struct unwrapped *as, struct err *e)
{
	CK_OBJECT_HANDLE wrapping = 0, restored = 0;
	struct keypair_names names = { as->id, as->label };

	if (env->method == ENVELOPE_LOAD)
		return load_in(out, a, s, root, env, key, as->stays ? &names : NULL, e);
	if (!import_key(&wrapping, s, key, e))
		return false;
	secret_done(key);
	bool ok = unwrap(&restored, s, wrapping, root, env, as, e);
	bool made = ok;
	ok = ok && (as->extractable || protect(s, restored, e));
	ok &= ckr_ok(s->module.fn->C_DestroyObject(s->handle, wrapping), "C_DestroyObject", ok ? e : NULL);
	if (!ok && made)
		(void)s->module.fn->C_DestroyObject(s->handle, restored);
	if (ok)
		*out = restored;
	return ok;
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
	buf_str(&b, CHALLENGE_WORDS);
	buf_put(&b, bytes_of(random, sizeof random));
	MUST(buf_ok(&b));
	if (!sign_message(&sig, s, h, root, sig_for(root), buf_bytes(&b), &why))
		return err_set(e, ERR_BACKUP_PROOF, "%s: %s", err_text_of(why.id)->what, why.detail);
	fields_hex(out, "challenge", buf_bytes(&b));
	fields_base64(out, "signature", buf_bytes(&sig));
	fields_str(out, "verified", "yes");
	return true;
}

bool backup_prove(struct fields *out, const struct custody *custody, struct arena *a, const struct session *s,
                  const struct backup_of *of, struct bytes file, struct err *e)
{
	SECRET           key = { 0 };
	size_t           num = 0;
	struct envelope  env;
	CK_OBJECT_HANDLE restored = 0;
	struct unwrapped passing = { .stays = false };

	if (!open_envelope(&env, &key, &num, custody, a, of, file, e) ||
	    !bring_in(&restored, a, s, of->root, &env, &key, &passing, e))
		return false;
	fields_u64(out, "shares", num);
	bool ok = sign_challenge(out, s, restored, of->root, e);
	/* What was made here must be gone, whatever came of it. */
	return ckr_ok(s->module.fn->C_DestroyObject(s->handle, restored), "C_DestroyObject", ok ? e : NULL) && ok;
}

bool backup_challenge(struct fields *out, const struct session *s, const struct keypair *k, const struct key *root,
                      struct err *e)
{
	if (!bytes_equal(k->key.spki, root->spki))
		return err_set(e, ERR_BACKUP_PROOF, "the token holds another key under that id");
	return sign_challenge(out, s, k->private_key, root, e);
}

bool backup_restore(CK_OBJECT_HANDLE *out, size_t *num_used, const struct custody *custody, struct arena *a,
                    const struct session *s, const struct keypair_names *names, const struct backup_of *of,
                    struct bytes file, struct err *e)
{
	SECRET           key = { 0 };
	size_t           num = 0;
	struct envelope  env;
	struct unwrapped as = { .stays = true, .id = names->id, .label = names->label };

	if (!open_envelope(&env, &key, &num, custody, a, of, file, e) || !bring_in(out, a, s, of->root, &env, &key, &as, e))
		return false;
	*num_used = num;
	return true;
}

bool backup_rewrap(struct backup *out, struct custody *custody, struct arena *a, const struct session *s,
                   const struct backup_of *old, const struct backup_of *next, struct bytes file, struct err *e)
{
	SECRET           key = { 0 };
	size_t           num = 0;
	struct envelope  env;
	CK_OBJECT_HANDLE restored = 0;
	struct unwrapped as = { .extractable = true };
	struct fields    proof = fields_on(a);

	if (!open_envelope(&env, &key, &num, custody, a, old, file, e) ||
	    !bring_in(&restored, a, s, old->root, &env, &key, &as, e))
		return false;
	bool ok = sign_challenge(&proof, s, restored, old->root, e) && (env.method == ENVELOPE_LOAD ? load_reseal(out, custody, a, s, &env, &key, next, e) :
	                                        backup_wrap(out, custody, a, s, restored, next, e));
	return ckr_ok(s->module.fn->C_DestroyObject(s->handle, restored), "C_DestroyObject", ok ? e : NULL) && ok;
}

bool backup_check_locked(bool *tried, char refusal[40], const struct session *s, const struct keypair *k, struct err *e)
{
	SECRET                   key = { 0 };
	CK_OBJECT_HANDLE         h = 0;
	CK_ULONG                 len = 0;
	const struct quirk_wrap *way = NULL;
	uint8_t                  wrapped[ENVELOPE_MAX_WRAPPED], iv[16] = { 0 };
	struct err               why = { 0 };

	if (!new_secret(&key, s, NULL, e))
		return false;
	if (!import_key(&h, s, &key, &why)) {
		if (why.id != ERR_BACKUP_UNSUPPORTED) {
			*e = why;
			return false;
		}
		(void)snprintf(refusal, 40, "it takes no wrapping key");
		*tried = false;
		return true;
	}
	CK_RV rv = wrap(&way, wrapped, &len, s, h, k->private_key, bytes_of(iv, sizeof iv));
	wipe(wrapped, sizeof wrapped);
	(void)s->module.fn->C_DestroyObject(s->handle, h);
	if (ckr_is_trouble(rv))
		return ckr_ok(rv, "C_WrapKey", e);
	if (rv == CKR_OK)
		return err_set(e, ERR_BACKUP_LOCK, "it was wrapped as %s", way->format);
	*tried = !is_of_no_key(rv);
	if (*tried)
		(void)ckr_name(refusal, rv);
	else
		(void)snprintf(refusal, 40, "it wraps no key at all");
	return true;
}
