/* qualify_guard.c: tries to get a private key out of the token; see qualify.h.
 *
 * A refusal says something only if the same way works for a key that may leave: the ways are tried on such a
 * key first, and only those that work count. */
#include "ceremony/token/ckr.h"
#include "ceremony/token/qualify.h"

#define BLOB_MAX 8192

static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
static CK_BYTE  iv[16]; /* CBC's; the key that it serves is never used again */

static const struct way {
	CK_MECHANISM mechanism;
	const char  *name;
} ways[] = {
	{ { CKM_AES_KEY_WRAP, NULL, 0 }, "AES_KEY_WRAP" },
	{ { CKM_AES_KEY_WRAP_PAD, NULL, 0 }, "0x210A" },
	{ { MECH_AES_KEY_WRAP_KWP, NULL, 0 }, "0x210B" },
	{ { CKM_AES_CBC_PAD, iv, sizeof iv }, "AES_CBC_PAD" },
	{ { CKM_AES_ECB, NULL, 0 }, "AES_ECB" },
};

/* What is known so far, and a wrapping key. */
struct guard {
	struct trial    *t;
	CK_OBJECT_HANDLE wrapping; /* 0: the token takes none and makes none */
	bool             works[COUNT_OF(ways)];
	unsigned         num_work;
	CK_ULONG         blob_len; /* of the first way that works, over the key that may leave */
	size_t           blob_way;
	uint8_t          blob[BLOB_MAX];
};

/* ---- the ways out ---- */

static bool make_wrapping(struct guard *g)
{
	CK_OBJECT_CLASS class = CKO_SECRET_KEY;
	CK_KEY_TYPE     type = CKK_AES;
	CK_ULONG        len = 32;
	uint8_t         value[32];
	CK_ATTRIBUTE    t[] = {
		{ CKA_CLASS, &class, sizeof class }, { CKA_KEY_TYPE, &type, sizeof type }, { CKA_TOKEN, &no, sizeof no },
		{ CKA_PRIVATE, &yes, sizeof yes },   { CKA_SENSITIVE, &yes, sizeof yes },  { CKA_EXTRACTABLE, &no, sizeof no },
		{ CKA_WRAP, &yes, sizeof yes },      { CKA_UNWRAP, &yes, sizeof yes },     { CKA_VALUE, value, sizeof value },
	};
	CK_MECHANISM      m = { CKM_AES_KEY_GEN, NULL, 0 };
	CK_FUNCTION_LIST *fn = g->t->s->module.fn;

	random_fill(value, sizeof value);
	CK_RV rv = fn->C_CreateObject(g->t->s->handle, t, COUNT_OF(t), &g->wrapping);
	wipe(value, sizeof value);
	if (rv == CKR_OK)
		return true;
	t[COUNT_OF(t) - 1] = (CK_ATTRIBUTE){ CKA_VALUE_LEN, &len, sizeof len };
	rv = fn->C_GenerateKey(g->t->s->handle, &m, t, COUNT_OF(t), &g->wrapping);
	if (rv != CKR_OK)
		g->wrapping = 0;
	return rv == CKR_OK;
}

static CK_RV wrap(struct guard *g, size_t way, CK_OBJECT_HANDLE h, uint8_t *blob, CK_ULONG *len)
{
	CK_MECHANISM m = ways[way].mechanism;

	*len = BLOB_MAX;
	CK_RV rv = g->t->s->module.fn->C_WrapKey(g->t->s->handle, &m, g->wrapping, h, blob, len);
	return rv == CKR_OK && *len > BLOB_MAX ? CKR_BUFFER_TOO_SMALL : rv;
}

/* How a private value is called, by the kind of key. */
static const struct {
	CK_ATTRIBUTE_TYPE type;
	const char       *name;
} values[] = {
	{ CKA_VALUE, "CKA_VALUE" },     { CKA_PRIVATE_EXPONENT, "CKA_PRIVATE_EXPONENT" },
	{ CKA_PRIME_1, "CKA_PRIME_1" }, { CKA_PRIME_2, "CKA_PRIME_2" },
	{ CKA_EXPONENT_1, "CKA_EXPONENT_1" },
};

/* Which way the key came out, or NULL; why: what the last way that was tried said. */
static const char *leaks(struct guard *g, CK_OBJECT_HANDLE h, CK_RV *why)
{
	uint8_t     out[BLOB_MAX];
	const char *how = NULL;

	for (size_t i = 0; i < COUNT_OF(values); i++) {
		CK_ATTRIBUTE t = { values[i].type, out, sizeof out };
		CK_RV        rv = g->t->s->module.fn->C_GetAttributeValue(g->t->s->handle, h, &t, 1);
		if (rv == CKR_OK && t.ulValueLen != CK_UNAVAILABLE_INFORMATION && t.ulValueLen > 0)
			how = values[i].name;
	}
	for (size_t i = 0; i < COUNT_OF(ways) && !how; i++) {
		CK_ULONG len = 0;
		if (!g->works[i])
			continue;
		*why = wrap(g, i, h, out, &len);
		if (*why == CKR_OK)
			how = ways[i].name;
	}
	wipe(out, sizeof out);
	return how;
}

/* ---- the ways round ---- */

static const struct route {
	const char       *name;
	bool              copies;
	CK_ATTRIBUTE_TYPE type; /* 0: nothing is changed first */
	bool              value;
} routes[] = {
	{ "as-it-is", false, 0, false },
	{ "copy-extractable", true, CKA_EXTRACTABLE, true },
	{ "copy-insensitive", true, CKA_SENSITIVE, false },
	{ "set-extractable", false, CKA_EXTRACTABLE, true },
	{ "set-insensitive", false, CKA_SENSITIVE, false },
};

/* The key itself, or a copy, with the attribute changed. */
static CK_RV change(struct guard *g, const struct route *r, CK_OBJECT_HANDLE key, CK_OBJECT_HANDLE *out)
{
	CK_ATTRIBUTE      t[] = { { r->type, r->value ? &yes : &no, sizeof yes }, { CKA_TOKEN, &no, sizeof no } };
	CK_FUNCTION_LIST *fn = g->t->s->module.fn;

	*out = key;
	if (!r->type)
		return CKR_OK;
	if (!r->copies)
		return fn->C_SetAttributeValue(g->t->s->handle, key, t, 1);
	CK_RV rv = fn->C_CopyObject(g->t->s->handle, key, t, 2, out);
	return rv == CKR_OK ? rv : fn->C_CopyObject(g->t->s->handle, key, t, 1, out);
}

static void try_route(struct guard *g, const char *whose, const struct route *r, CK_OBJECT_HANDLE key)
{
	CK_OBJECT_HANDLE h = 0;
	CK_RV            why = CKR_OK;
	char             name[40];
	bool             there;

	CK_RV rv = change(g, r, key, &h);
	if (rv != CKR_OK) {
		qualify_say(g->t, whose, r->name, "good: refused: %s", ckr_name(name, rv));
		return;
	}
	bool        changed = r->type && keypair_flag(&there, g->t->s, h, r->type) == r->value && there;
	const char *how = leaks(g, h, &why);
	if (how)
		qualify_say(g->t, whose, r->name, "bad: the private key came out by %s", how);
	else if (changed)
		qualify_say(g->t, whose, r->name, "claimed: %s, and yet nothing came out",
		            r->copies ? "the copy reads changed" : "it reads changed");
	else if (r->type)
		qualify_say(g->t, whose, r->name, "good: taken, and without effect");
	else if (g->num_work)
		qualify_say(g->t, whose, r->name, "good: refused %u ways that work for another key: %s", g->num_work,
		            ckr_name(name, why));
	else
		qualify_say(g->t, whose, r->name, "good: no value is given, and no way of wrapping works at all");
	if (h != key)
		(void)g->t->s->module.fn->C_DestroyObject(g->t->s->handle, h);
}

/* ---- what it says of its keys ---- */

/* Wanted of CKA_LOCAL, ALWAYS_SENSITIVE, NEVER_EXTRACTABLE: '1', '0', or '-' for either. */
static void check_claims(struct trial *t, const char *whose, CK_OBJECT_HANDLE h, const char *wanted)
{
	static const struct {
		CK_ATTRIBUTE_TYPE type;
		const char       *name;
	} said[] = {
		{ CKA_LOCAL, "CKA_LOCAL" },
		{ CKA_ALWAYS_SENSITIVE, "CKA_ALWAYS_SENSITIVE" },
		{ CKA_NEVER_EXTRACTABLE, "CKA_NEVER_EXTRACTABLE" },
	};
	char       text[160];
	struct buf b = BUF_ON(text);

	for (size_t i = 0; i < COUNT_OF(said); i++) {
		bool there, on = keypair_flag(&there, t->s, h, said[i].type);
		if (wanted[i] != '-' && (!there || on != (wanted[i] == '1')))
			buf_fmt(&b, "%s%s reads %s", b.len ? ", " : "", said[i].name, !there ? "nothing" : on ? "true" : "false");
	}
	if (b.len)
		qualify_say(t, whose, "claims", "claimed: %s", buf_cstr(&b));
	else
		qualify_say(t, whose, "claims", "good: as it was made");
}

/* The key that may leave comes back, and must not say that it was never away. */
static void check_restored(struct guard *g, const struct keypair *k)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_KEY_TYPE     type = k->key.alg == KEY_RSA ? CKK_RSA : k->key.alg == KEY_ED25519 ? CKK_EC_EDWARDS : CKK_EC;
	CK_ATTRIBUTE    t[] = {
		{ CKA_CLASS, &class, sizeof class }, { CKA_KEY_TYPE, &type, sizeof type },   { CKA_TOKEN, &no, sizeof no },
		{ CKA_PRIVATE, &yes, sizeof yes },   { CKA_SENSITIVE, &yes, sizeof yes },    { CKA_EXTRACTABLE, &no, sizeof no },
		{ CKA_SIGN, &yes, sizeof yes },
		{ ATTRIBUTE_NSS_DB, (void *)(uintptr_t)k->key.point.p, k->key.point.len },
	};
	CK_ULONG         num = COUNT_OF(t) - !(g->t->s->quirk->point_to_unwrap && k->key.alg != KEY_RSA);
	CK_OBJECT_HANDLE h = 0;
	CK_MECHANISM     m = ways[g->blob_way].mechanism;
	char             name[40];

	CK_RV rv = g->t->s->module.fn->C_UnwrapKey(g->t->s->handle, &m, g->wrapping, g->blob, g->blob_len, t, num, &h);
	if (rv != CKR_OK) {
		qualify_say(g->t, "restored", "claims", "absent: C_UnwrapKey by %s: %s", ways[g->blob_way].name, ckr_name(name, rv));
		return;
	}
	check_claims(g->t, "restored", h, "000");
	(void)g->t->s->module.fn->C_DestroyObject(g->t->s->handle, h);
}

/* ---- the two keys ---- */

/* Which ways work for a key that may leave. */
static void find_ways(struct guard *g, const struct keypair *k)
{
	char       text[120], name[40];
	struct buf b = BUF_ON(text);
	CK_RV      why = CKR_OK;

	for (size_t i = 0; g->wrapping && i < COUNT_OF(ways); i++) {
		uint8_t  blob[BLOB_MAX];
		CK_ULONG len = 0;
		CK_RV    rv = wrap(g, i, k->private_key, blob, &len);
		g->works[i] = rv == CKR_OK;
		if (rv != CKR_OK) {
			why = rv;
			continue;
		}
		if (!g->num_work++) {
			memcpy(g->blob, blob, len);
			g->blob_len = len;
			g->blob_way = i;
		}
		buf_fmt(&b, "%s%s", b.len ? ", " : "", ways[i].name);
	}
	if (!g->wrapping)
		qualify_say(g->t, "locked", "ways-out", "absent: the token neither takes nor makes an AES key");
	else if (!g->num_work)
		qualify_say(g->t, "locked", "ways-out", "absent: no way of wrapping: %s", ckr_name(name, why));
	else
		qualify_say(g->t, "locked", "ways-out", "good: before the lock: %s", buf_cstr(&b));
}

static void try_locked(struct guard *g, const char *algorithm)
{
	struct keypair k;
	struct err     why = { 0 };

	if (!qualify_make(&k, g->t, algorithm, true, &why)) {
		qualify_say(g->t, "locked", "ways-out", "absent: no key that may be wrapped: %s", why.detail);
		return;
	}
	find_ways(g, &k);
	if (g->num_work)
		check_restored(g, &k);
	if (!keypair_lock(g->t->s, &k, &why)) {
		qualify_say(g->t, "locked", "lock", "absent: it cannot be locked: %s", why.detail);
	} else {
		check_claims(g->t, "locked", k.private_key, "1-0");
		for (size_t i = 0; i < COUNT_OF(routes); i++)
			try_route(g, "locked", &routes[i], k.private_key);
	}
	qualify_drop(g->t, &k);
}

void qualify_guard(struct trial *t, const char *algorithm)
{
	struct guard  *g = arena_take(t->a, sizeof *g);
	struct keypair k;
	struct err     why = { 0 };

	if (!g)
		return;
	*g = (struct guard){ .t = t };
	(void)make_wrapping(g); /* without one, nothing can be wrapped, which is said */
	try_locked(g, algorithm);
	if (qualify_make(&k, t, algorithm, false, &why)) {
		check_claims(t, "never", k.private_key, "111");
		for (size_t i = 0; i < COUNT_OF(routes); i++)
			try_route(g, "never", &routes[i], k.private_key);
		qualify_drop(t, &k);
	} else {
		qualify_say(t, "never", "as-it-is", "bad: no key that must not leave: %s", why.detail);
	}
	if (g->wrapping)
		(void)t->s->module.fn->C_DestroyObject(t->s->handle, g->wrapping);
	wipe(g->blob, sizeof g->blob);
}
