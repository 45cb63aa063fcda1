/* keypair_generate.c: making a pair; see keypair.h. */
#include "ceremony/token/keypair.h"

#include "ceremony/base/text.h"
#include "ceremony/token/ckr.h"

#define MAX_ATTRIBUTES 16

/* How each kind is made. Some modules know Ed25519 by its name, some by its identifier. */
static const struct recipe {
	enum key_alg      alg;
	CK_MECHANISM_TYPE mechanism;
	CK_KEY_TYPE       type;
	struct bytes      params[2]; /* CKA_EC_PARAMS, tried in turn; empty: none */
} recipes[] = {
	{ KEY_RSA, CKM_RSA_PKCS_KEY_PAIR_GEN, CKK_RSA, { { NULL, 0 }, { NULL, 0 } } },
	{ KEY_P256, CKM_EC_KEY_PAIR_GEN, CKK_EC,
	  { BYTES_LIT("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"), { NULL, 0 } } },
	{ KEY_P384, CKM_EC_KEY_PAIR_GEN, CKK_EC, { BYTES_LIT("\x06\x05\x2b\x81\x04\x00\x22"), { NULL, 0 } } },
	{ KEY_P521, CKM_EC_KEY_PAIR_GEN, CKK_EC, { BYTES_LIT("\x06\x05\x2b\x81\x04\x00\x23"), { NULL, 0 } } },
	{ KEY_ED25519, CKM_EC_EDWARDS_KEY_PAIR_GEN, CKK_EC_EDWARDS,
	  { BYTES_LIT("\x13\x0c" "edwards25519"), BYTES_LIT("\x06\x03\x2b\x65\x70") } },
};

/* A template being filled. */
struct template {
	CK_ATTRIBUTE item[MAX_ATTRIBUTES];
	CK_ULONG     num;
};

static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
static CK_BYTE  f4[] = { 1, 0, 1 }; /* 65537 */

static void add(struct template *t, CK_ATTRIBUTE_TYPE type, const void *p, size_t len)
{
	MUST(t->num < MAX_ATTRIBUTES);
	t->item[t->num++] = (CK_ATTRIBUTE){ type, (void *)(uintptr_t)p, len };
}

static void add_flag(struct template *t, CK_ATTRIBUTE_TYPE type, bool on)
{
	add(t, type, on ? &yes : &no, sizeof yes);
}

static void add_names(struct template *t, const struct keypair_plan *plan)
{
	add_flag(t, CKA_TOKEN, !plan->passing);
	add(t, CKA_LABEL, plan->label.p, plan->label.len);
	add(t, CKA_ID, plan->id.p, plan->id.len);
}

/* strict: says no to every other use too, since what is not said may default to yes, and forbids
 * changes; smartcards may refuse such a template. A key that will be locked after its backup
 * must stay modifiable until then. */
static void private_template(struct template *t, const struct keypair_plan *plan, bool strict)
{
	add_names(t, plan);
	add_flag(t, CKA_PRIVATE, true);
	add_flag(t, CKA_SENSITIVE, true);
	add_flag(t, CKA_EXTRACTABLE, plan->extractable);
	add_flag(t, CKA_SIGN, true);
	if (!strict)
		return;
	add_flag(t, CKA_SIGN_RECOVER, false);
	add_flag(t, CKA_DECRYPT, false);
	add_flag(t, CKA_UNWRAP, false);
	add_flag(t, CKA_DERIVE, false);
	if (!plan->extractable)
		add_flag(t, CKA_MODIFIABLE, false);
}

static void public_template(struct template *t, const struct keypair_plan *plan, struct bytes params,
                            const CK_ULONG *bits, bool strict)
{
	add_names(t, plan);
	add_flag(t, CKA_PRIVATE, false);
	add_flag(t, CKA_VERIFY, true);
	if (params.len) {
		add(t, CKA_EC_PARAMS, params.p, params.len);
	} else {
		add(t, CKA_MODULUS_BITS, bits, sizeof *bits);
		add(t, CKA_PUBLIC_EXPONENT, f4, sizeof f4);
	}
	if (!strict)
		return;
	add_flag(t, CKA_ENCRYPT, false);
	add_flag(t, CKA_WRAP, false);
	add_flag(t, CKA_VERIFY_RECOVER, false);
}

static CK_RV make(struct keypair *k, const struct session *s, const struct keypair_plan *plan,
                  const struct recipe *r, struct bytes params, bool strict)
{
	struct template pub = { .num = 0 }, priv = { .num = 0 };
	CK_MECHANISM m = { r->mechanism, NULL, 0 };
	CK_ULONG     bits = plan->bits;

	public_template(&pub, plan, params, &bits, strict);
	private_template(&priv, plan, strict);
	return s->module.fn->C_GenerateKeyPair(s->handle, &m, pub.item, pub.num, priv.item, priv.num, &k->public_key,
	                                       &k->private_key);
}

/* Whether another template may go where this one was refused. */
static bool may_try_another(CK_RV rv)
{
	return rv == CKR_TEMPLATE_INCONSISTENT || rv == CKR_ATTRIBUTE_TYPE_INVALID ||
	       rv == CKR_ATTRIBUTE_VALUE_INVALID || rv == CKR_ATTRIBUTE_READ_ONLY || rv == CKR_CURVE_NOT_SUPPORTED ||
	       rv == CKR_DOMAIN_PARAMS_INVALID || rv == CKR_GENERAL_ERROR || rv == CKR_FUNCTION_FAILED;
}

static bool make_by_trial(struct keypair *k, const struct session *s, const struct keypair_plan *plan, struct err *e)
{
	CK_RV rv = CKR_MECHANISM_INVALID;

	for (size_t i = 0; i < COUNT_OF(recipes); i++) {
		const struct recipe *r = &recipes[i];

		if (r->alg != plan->alg)
			continue;
		for (unsigned attempt = 0; attempt < 4; attempt++) {
			struct bytes params = r->params[attempt / 2];

			if (attempt / 2 && !params.len)
				break;
			rv = make(k, s, plan, r, params, attempt % 2 == 0);
			if (!may_try_another(rv))
				return ckr_ok(rv, "C_GenerateKeyPair", e);
		}
	}
	return ckr_ok(rv, "C_GenerateKeyPair", e);
}

/* The least that a root's key must be. */
static bool check(const struct session *s, const struct keypair *k, const struct keypair_plan *plan, struct err *e)
{
	static const struct {
		CK_ATTRIBUTE_TYPE type;
		const char       *name;
	} must[] = {
		{ CKA_PRIVATE, "CKA_PRIVATE" },
		{ CKA_SENSITIVE, "CKA_SENSITIVE" },
		{ CKA_SIGN, "CKA_SIGN" },
	};
	bool there;

	for (size_t i = 0; i < COUNT_OF(must); i++)
		if (!keypair_flag(&there, s, k->private_key, must[i].type))
			return err_set(e, ERR_TOKEN_KEY_UNFIT, "%s does not read true", must[i].name);
	if (keypair_flag(&there, s, k->private_key, CKA_TOKEN) == plan->passing || !there)
		return err_set(e, ERR_TOKEN_KEY_UNFIT, "CKA_TOKEN does not read %s", plan->passing ? "false" : "true");
	if (keypair_flag(&there, s, k->private_key, CKA_EXTRACTABLE) != plan->extractable || !there)
		return err_set(e, ERR_TOKEN_KEY_UNFIT, "CKA_EXTRACTABLE does not read %s",
		               plan->extractable ? "true" : "false");
	if (k->key.alg != plan->alg || (plan->alg == KEY_RSA && k->key.bits != plan->bits))
		return err_set(e, ERR_TOKEN_KEY_UNFIT, "it is of another algorithm");
	if (k->key.alg == KEY_RSA && !bytes_equal(k->key.exponent, bytes_of(f4, sizeof f4)))
		return err_set(e, ERR_TOKEN_KEY_UNFIT, "its exponent is not 65537");
	return true;
}

/* A public half of exactly this id and label: its private half was never kept. */
static bool remove_half(bool *removed, const struct session *s, const struct keypair_names *plan, struct err *e)
{
	size_t           num = 0;
	CK_OBJECT_HANDLE h = 0;
	const char      *half = NULL;

	*removed = false;
	if (!keypair_half(&half, s, plan->id, plan->label, e))
		return false;
	if (!half || strcmp(half, "public") != 0)
		return true;
	if (!keypair_count(&num, &h, s, CKO_PUBLIC_KEY, plan->id, plan->label, e) ||
	    !ckr_ok(s->module.fn->C_DestroyObject(s->handle, h), "C_DestroyObject", e))
		return false;
	*removed = true;
	return true;
}

/* Neither half of that id, nor of that label, may be there. */
static bool check_free(const struct session *s, const struct keypair_names *plan, struct err *e)
{
	static const CK_OBJECT_CLASS classes[] = { CKO_PRIVATE_KEY, CKO_PUBLIC_KEY };
	struct bytes                 none = bytes_of(NULL, 0);

	for (size_t i = 0; i < COUNT_OF(classes); i++) {
		size_t by_id = 0, by_label = 0;

		if (!keypair_count(&by_id, NULL, s, classes[i], plan->id, none, e) ||
		    !keypair_count(&by_label, NULL, s, classes[i], none, plan->label, e))
			return false;
		if (by_id || by_label)
			return err_set(e, ERR_TOKEN_KEY_EXISTS, "%s", by_id ? "its id" : "its label");
	}
	return true;
}

bool keypair_free(bool *removed, const struct session *s, const struct keypair_names *names, struct err *e)
{
	return remove_half(removed, s, names, e) && check_free(s, names, e);
}

bool keypair_generate(struct keypair *k, bool *removed, struct arena *a, const struct session *s,
                      const struct keypair_plan *plan, struct err *e)
{
	struct keypair       made = { 0 }, got = { 0 };
	struct keypair_names names = { plan->id, plan->label };
	bool                 gone = false;

	if (!keypair_free(&gone, s, &names, e) || !make_by_trial(&made, s, plan, e))
		return false;
	/* Found anew by its id: what the token keeps, not what it said while making it. */
	if (!keypair_find(&got, a, s, plan->id, plan->label, e) || !check(s, &got, plan, e)) {
		(void)s->module.fn->C_DestroyObject(s->handle, made.private_key);
		(void)s->module.fn->C_DestroyObject(s->handle, made.public_key);
		return false;
	}
	*k = got;
	*removed = gone;
	return true;
}

bool keypair_names_parse(struct keypair_names *names, struct arena *a, const struct fields *in, struct err *e)
{
	struct keypair_names n = { .label = fields_get(in, "label") };
	uint8_t             *storage = arena_take(a, KEYPAIR_MAX_ID);
	struct buf           id = buf_init(storage, storage ? KEYPAIR_MAX_ID : 0);

	if (!hex_decode(&id, fields_get(in, "id")) || !id.len)
		return err_set(e, ERR_OP_FIELD, "id");
	if (!n.label.len || n.label.len > KEYPAIR_MAX_LABEL || !text_is_plain(n.label))
		return err_set(e, ERR_OP_FIELD, "label");
	n.id = buf_bytes(&id);
	*names = n;
	return true;
}

bool keypair_plan_parse(struct keypair_plan *plan, struct arena *a, const struct fields *in, struct err *e)
{
	struct keypair_plan  p = { .alg = KEY_RSA };
	struct keypair_names names;

	if (!keypair_names_parse(&names, a, in, e))
		return false;
	p.id = names.id;
	p.label = names.label;
	if (!key_alg_by_name(&p.alg, &p.bits, fields_get(in, "algorithm")) ||
	    (p.alg == KEY_RSA && p.bits != 3072 && p.bits != 4096))
		return err_set(e, ERR_OP_FIELD, "algorithm");
	p.extractable = fields_is(in, "extractable", "yes");
	if (!p.extractable && !fields_is(in, "extractable", "no"))
		return err_set(e, ERR_OP_FIELD, "extractable");
	*plan = p;
	return true;
}
