/* load.c: see load.h. */
#include "ceremony/token/load.h"

#include "ceremony/base/keywrap.h"
#include "ceremony/pki/private.h"
#include "ceremony/token/ckr.h"
#include "ceremony/token/random.h"

#define FORMAT         "aes-kwp-rfc5649"
#define SEED_LEN       64
#define MAX_ATTRIBUTES 24

static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;

/* ---- making, sealing ------------------------------------------------------------------ */

static bool seal(struct backup *out, struct custody *custody, struct arena *a, const struct session *s,
                 const struct secret *pkcs8, const struct backup_of *of, struct err *e)
{
	SECRET          shared = { 0 }, key = { 0 };
	uint8_t         wrapped[ENVELOPE_MAX_WRAPPED];
	size_t          len = 0;
	struct envelope env = { .method = ENVELOPE_LOAD, .format = envelope_format(BYTES_LIT(FORMAT)) };

	if (!backup_new_secret(&shared, &env.identifier, s, &custody->dice, e) || !envelope_wrapping_key(&key, &shared, e) ||
	    !keywrap_seal(wrapped, &len, &key, pkcs8, e))
		return false;
	env.wrapped = bytes_of(wrapped, len);
	return backup_seal(out, custody, a, &env, of, &shared, e);
}

bool load_make(struct backup *out, struct key *root, struct custody *custody, struct arena *a, const struct session *s,
               struct bytes algorithm, struct backup_of *of, struct err *e)
{
	SECRET             pkcs8 = { 0 }, seed = { 0 };
	struct private_key k;
	enum key_alg       alg;
	unsigned           bits = 0;

	if (!key_alg_by_name(&alg, &bits, algorithm))
		return err_set(e, ERR_OP_FIELD, "algorithm");
	if (!secret_new(&seed, SEED_LEN, e) || !random_mix_dice(s, &custody->dice, secret_extend(&seed, SEED_LEN), SEED_LEN, e) ||
	    !private_make(&pkcs8, alg, bits, secret_expose(&seed), e) || !private_parse(&k, secret_expose(&pkcs8), e) ||
	    !private_public(root, a, &k, e))
		return false;
	of->root = root;
	return seal(out, custody, a, s, &pkcs8, of, e);
}

bool load_reseal(struct backup *out, struct custody *custody, struct arena *a, const struct session *s,
                 const struct envelope *env, const struct secret *key, const struct backup_of *next, struct err *e)
{
	SECRET pkcs8 = { 0 };

	return keywrap_open(&pkcs8, key, env->wrapped, e) && seal(out, custody, a, s, &pkcs8, next, e);
}

/* ---- into a token --------------------------------------------------------------------- */

struct template {
	CK_ATTRIBUTE item[MAX_ATTRIBUTES];
	CK_ULONG     num;
};

static void add(struct template *t, CK_ATTRIBUTE_TYPE type, const void *p, size_t len)
{
	MUST(t->num < MAX_ATTRIBUTES);
	t->item[t->num++] = (CK_ATTRIBUTE){ type, (void *)(uintptr_t)p, len };
}

static void add_bytes(struct template *t, CK_ATTRIBUTE_TYPE type, struct bytes b)
{
	add(t, type, b.p, b.len);
}

static void add_value(struct template *t, const struct private_key *k, const struct session *s)
{
	if (k->alg != KEY_RSA) {
		add_bytes(t, CKA_EC_PARAMS, keypair_params(k->alg));
		add_bytes(t, CKA_VALUE, k->d);
		if (s->quirk->point_to_unwrap)
			add_bytes(t, ATTRIBUTE_NSS_DB, k->point);
		return;
	}
	add_bytes(t, CKA_MODULUS, k->n);
	add_bytes(t, CKA_PUBLIC_EXPONENT, k->e);
	add_bytes(t, CKA_PRIVATE_EXPONENT, k->d);
	add_bytes(t, CKA_PRIME_1, k->p);
	add_bytes(t, CKA_PRIME_2, k->q);
	add_bytes(t, CKA_EXPONENT_1, k->dp);
	add_bytes(t, CKA_EXPONENT_2, k->dq);
	add_bytes(t, CKA_COEFFICIENT, k->qi);
}

/* strict: says no to every other use, too. */
static CK_RV create(CK_OBJECT_HANDLE *out, const struct session *s, const struct private_key *k,
                    const struct keypair_names *names, bool strict)
{
	static const CK_ATTRIBUTE_TYPE others[] = { CKA_SIGN_RECOVER, CKA_DECRYPT, CKA_UNWRAP, CKA_DERIVE };
	struct template                t = { .num = 0 };
	CK_OBJECT_CLASS                class = CKO_PRIVATE_KEY;
	CK_KEY_TYPE                    type = k->alg == KEY_RSA ? CKK_RSA : CKK_EC;

	add(&t, CKA_CLASS, &class, sizeof class);
	add(&t, CKA_KEY_TYPE, &type, sizeof type);
	add(&t, CKA_TOKEN, names ? &yes : &no, sizeof yes);
	add(&t, CKA_PRIVATE, &yes, sizeof yes);
	add(&t, CKA_SENSITIVE, &yes, sizeof yes);
	add(&t, CKA_EXTRACTABLE, &no, sizeof no);
	add(&t, CKA_SIGN, &yes, sizeof yes);
	if (names) {
		add_bytes(&t, CKA_ID, names->id);
		add_bytes(&t, CKA_LABEL, names->label);
	}
	for (size_t i = 0; strict && i < COUNT_OF(others); i++)
		add(&t, others[i], &no, sizeof no);
	add_value(&t, k, s);
	return s->module.fn->C_CreateObject(s->handle, t.item, t.num, out);
}

bool load_bring(CK_OBJECT_HANDLE *out, struct arena *a, const struct session *s, const struct key *root,
                const struct envelope *env, const struct secret *key, const struct keypair_names *names, struct err *e)
{
	SECRET             pkcs8 = { 0 };
	struct private_key k;
	struct key         pub;

	if (!keywrap_open(&pkcs8, key, env->wrapped, e) || !private_parse(&k, secret_expose(&pkcs8), e) ||
	    !private_public(&pub, a, &k, e))
		return false;
	if (!bytes_equal(pub.spki, root->spki))
		return err_set(e, ERR_BACKUP_PROOF, "what the backup holds is another key");
	CK_RV rv = create(out, s, &k, names, true);
	if (rv == CKR_TEMPLATE_INCONSISTENT || rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_VALUE_INVALID ||
	    rv == CKR_ATTRIBUTE_READ_ONLY)
		rv = create(out, s, &k, names, false);
	if (rv == CKR_TEMPLATE_INCONSISTENT || rv == CKR_ATTRIBUTE_VALUE_INVALID || rv == CKR_FUNCTION_NOT_SUPPORTED ||
	    rv == CKR_MECHANISM_INVALID)
		return err_set(e, ERR_BACKUP_UNSUPPORTED, "%s takes no such private key", s->quirk->name);
	return ckr_ok(rv, "C_CreateObject", e);
}
