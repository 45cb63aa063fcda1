/* fault_test.c: every call to the module fails once, in turn, through a key's whole life: each
 * failure is told, nothing of ours stays behind in the token, and the next try goes well. */
#include "ceremony/token/test/softhsm.h"

#include "ceremony/token/keypair.h"

static struct lab        l;
static CK_FUNCTION_LIST  faulty, *real;
static unsigned          countdown; /* the call that fails; 0: none any more */
static const char       *failed;    /* which one it was */

static bool now(const char *name)
{
	if (countdown == 0 || --countdown > 0)
		return false;
	failed = name;
	return true;
}

#define CALL(name, arguments) return now(#name) ? CKR_DEVICE_ERROR : real->name arguments

static CK_RV generate(CK_SESSION_HANDLE s, CK_MECHANISM *m, CK_ATTRIBUTE *pub, CK_ULONG pub_len, CK_ATTRIBUTE *priv,
                      CK_ULONG priv_len, CK_OBJECT_HANDLE *a, CK_OBJECT_HANDLE *b)
{
	CALL(C_GenerateKeyPair, (s, m, pub, pub_len, priv, priv_len, a, b));
}

static CK_RV find_init(CK_SESSION_HANDLE s, CK_ATTRIBUTE *t, CK_ULONG n)
{
	CALL(C_FindObjectsInit, (s, t, n));
}

static CK_RV find(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE *h, CK_ULONG max, CK_ULONG *n)
{
	CALL(C_FindObjects, (s, h, max, n));
}

static CK_RV get(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE h, CK_ATTRIBUTE *t, CK_ULONG n)
{
	CALL(C_GetAttributeValue, (s, h, t, n));
}

static CK_RV set(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE h, CK_ATTRIBUTE *t, CK_ULONG n)
{
	CALL(C_SetAttributeValue, (s, h, t, n));
}

static CK_RV create(CK_SESSION_HANDLE s, CK_ATTRIBUTE *t, CK_ULONG n, CK_OBJECT_HANDLE *h)
{
	CALL(C_CreateObject, (s, t, n, h));
}

static CK_RV wrap_key(CK_SESSION_HANDLE s, CK_MECHANISM *m, CK_OBJECT_HANDLE k, CK_OBJECT_HANDLE h, CK_BYTE *p,
                      CK_ULONG *n)
{
	CALL(C_WrapKey, (s, m, k, h, p, n));
}

static CK_RV unwrap_key(CK_SESSION_HANDLE s, CK_MECHANISM *m, CK_OBJECT_HANDLE k, CK_BYTE *p, CK_ULONG n,
                        CK_ATTRIBUTE *t, CK_ULONG t_len, CK_OBJECT_HANDLE *h)
{
	CALL(C_UnwrapKey, (s, m, k, p, n, t, t_len, h));
}

static CK_RV sign_init(CK_SESSION_HANDLE s, CK_MECHANISM *m, CK_OBJECT_HANDLE h)
{
	CALL(C_SignInit, (s, m, h));
}

/* A signing that fails has ended all the same: the module is called first. */
static CK_RV sign(CK_SESSION_HANDLE s, CK_BYTE *in, CK_ULONG in_len, CK_BYTE *out, CK_ULONG *out_len)
{
	CK_RV rv = real->C_Sign(s, in, in_len, out, out_len);

	return now("C_Sign") ? CKR_DEVICE_ERROR : rv;
}

static CK_RV generate_random(CK_SESSION_HANDLE s, CK_BYTE *p, CK_ULONG n)
{
	CALL(C_GenerateRandom, (s, p, n));
}

static CK_RV destroy(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE h)
{
	CALL(C_DestroyObject, (s, h));
}

static void make_faulty(void)
{
	real = l.token.session.module.fn;
	faulty = *real;
	faulty.C_GenerateKeyPair = generate;
	faulty.C_FindObjectsInit = find_init;
	faulty.C_FindObjects = find;
	faulty.C_GetAttributeValue = get;
	faulty.C_SetAttributeValue = set;
	faulty.C_CreateObject = create;
	faulty.C_WrapKey = wrap_key;
	faulty.C_UnwrapKey = unwrap_key;
	faulty.C_SignInit = sign_init;
	faulty.C_Sign = sign;
	faulty.C_GenerateRandom = generate_random;
	faulty.C_DestroyObject = destroy;
}

/* ---- a life, op by op; each gives the error that it met ---- */

static char   id[8], label[16];
static char   blob_storage[16384], spki_storage[4096];
static struct bytes blob, spki;

static enum err_id do_generate(void)
{
	struct arena a = ARENA_ON(spki_storage);
	enum err_id  r = lab_generate(&l, id, label, "P-256", "yes");

	if (r == ERR_NONE)
		spki = lab_keep(&l, &a, "spki");
	return r;
}

static enum err_id do_sign(void)
{
	return lab_sign(&l, id, "ecdsa-with-SHA256", "certificate", LAB_MESSAGE);
}

static enum err_id do_find(void)
{
	struct fields *f = lab_op(&l, OP_KEY_FIND);

	fields_str(f, "id", id);
	fields_str(f, "label", label);
	return lab_call(&l);
}

static enum err_id do_wrap(void)
{
	struct arena   a = ARENA_ON(blob_storage);
	struct fields *f = lab_op(&l, OP_BACKUP_WRAP);

	fields_str(f, "id", id);
	fields_str(f, "set", "S");
	fields_str(f, "epoch", "1");
	enum err_id r = lab_call(&l);
	if (r == ERR_NONE)
		blob = lab_keep(&l, &a, "blob");
	return r;
}

static enum err_id do_split(void)
{
	struct fields *f = lab_op(&l, OP_SHARE_SPLIT);

	fields_str(f, "threshold", "2");
	fields_str(f, "shares", "2");
	return lab_call(&l);
}

static enum err_id do_enter(void)
{
	for (unsigned n = 1; n <= 2; n++) {
		SECRET words = { 0 };

		fields_u64(lab_op(&l, OP_SHARE_SHOW), "number", n);
		l.call.secret_out = &words;
		enum err_id r = lab_call(&l);
		if (r != ERR_NONE)
			return r;
		fields_u64(lab_op(&l, OP_SHARE_CHECK), "number", n);
		l.call.secret_in = &words;
		r = lab_call(&l);
		if (r != ERR_NONE)
			return r;
	}
	return ERR_NONE;
}

static enum err_id do_prove(void)
{
	struct fields *f = lab_op(&l, OP_BACKUP_PROVE);

	fields_str(f, "id", id);
	fields_base64(f, "blob", blob);
	fields_str(f, "set", "S");
	fields_str(f, "epoch", "1");
	fields_base64(f, "spki", spki);
	return lab_call(&l);
}

static enum err_id do_lock(void)
{
	fields_str(lab_op(&l, OP_KEY_LOCK), "id", id);
	return lab_call(&l);
}

static const struct act {
	const char *name;
	enum err_id (*act)(void);
	const char *intent; /* op that the transcript must announce */
} life[] = {
	{ "generate", do_generate, "key-generate" }, { "find", do_find, NULL },   { "sign", do_sign, "key-sign" },
	{ "wrap", do_wrap, NULL },                   { "split", do_split, NULL }, { "enter", do_enter, NULL },
	{ "prove", do_prove, NULL },                 { "lock", do_lock, NULL },
};

static void announce(const struct act *a)
{
	if (a->intent && strcmp(a->intent, "key-generate") == 0)
		lab_intent_generate(&l, id, label, "P-256", "yes");
	else if (a->intent)
		lab_intent_sign(&l, id, "ecdsa-with-SHA256", LAB_MESSAGE);
}

/* A flag that cannot be read is recorded as absent; nothing else may fail unnoticed. */
static bool may_go_unnoticed(const struct act *a)
{
	return strcmp(failed, "C_GetAttributeValue") == 0 ||
	       (a->act == do_lock && strcmp(failed, "C_DestroyObject") == 0);
}

/* Lives until the nth call fails, and through its op; false if there are not so many. */
static bool live(unsigned nth)
{
	failed = NULL;
	countdown = nth;
	for (size_t i = 0; i < COUNT_OF(life); i++) {
		uint64_t before = lab_count_here(&l);

		announce(&life[i]);
		l.token.session.module.fn = &faulty;
		enum err_id r = life[i].act();
		l.token.session.module.fn = real;
		if (failed) {
			if (r == ERR_NONE)
				assert_true(may_go_unnoticed(&life[i]));
			else
				assert_int_not_equal(err_text_of(r)->kind, ERR_BUG);
			/* what was made on the way is gone, unless it was its destroying that failed */
			if (r != ERR_NONE && strcmp(failed, "C_DestroyObject") != 0)
				assert_int_equal(lab_count_here(&l), before);
			if (r != ERR_NONE)
				r = life[i].act(); /* try again, as the room would */
		}
		if (r != ERR_NONE)
			print_error("%s after %s failed: %s %s\n", life[i].name, failed ? failed : "nothing",
			            err_text_of(r)->name, l.e.detail);
		assert_int_equal(r, ERR_NONE);
		if (failed)
			return true; /* the rest of this life has been lived before */
	}
	return false;
}

static void every_call_fails_once(void **state)
{
	unsigned n = 1;

	(void)state;
	lab_start(&l);
	make_faulty();
	do {
		(void)snprintf(id, sizeof id, "a%03x", n);
		(void)snprintf(label, sizeof label, "key %u", n);
	} while (live(n++));
	print_message("  %u calls failed in turn\n", n - 2);
	assert_true(n > 60);
	lab_end(&l);
}

static CK_RV wrap_refusal;

static CK_RV refuse_to_wrap(CK_SESSION_HANDLE s, CK_MECHANISM *m, CK_OBJECT_HANDLE k, CK_OBJECT_HANDLE h, CK_BYTE *p,
                            CK_ULONG *n)
{
	(void)s, (void)m, (void)k, (void)h, (void)p, (void)n;
	return wrap_refusal;
}

/* Only what a token says of the key shows that it is locked; one that wraps nothing has shown nothing. */
static void a_refusal_is_of_the_key(void **state)
{
	static const struct {
		CK_RV       rv;
		enum err_id wanted;
		const char *refused, *refusal;
	} rows[] = {
		{ CKR_KEY_UNEXTRACTABLE, ERR_NONE, "yes", "CKR_KEY_UNEXTRACTABLE" },
		{ CKR_FUNCTION_NOT_SUPPORTED, ERR_NONE, "untried", "it wraps no key at all" },
		{ CKR_MECHANISM_INVALID, ERR_NONE, "untried", "it wraps no key at all" },
		{ CKR_OK, ERR_BACKUP_LOCK, NULL, NULL },
		{ CKR_DEVICE_ERROR, ERR_TOKEN_FAILED, NULL, NULL },
	};

	(void)state;
	lab_start(&l);
	make_faulty();
	countdown = 0;
	faulty.C_WrapKey = refuse_to_wrap;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		(void)snprintf(id, sizeof id, "b%03zx", i);
		(void)snprintf(label, sizeof label, "locked %zu", i);
		announce(&life[0]);
		assert_int_equal(do_generate(), ERR_NONE);
		wrap_refusal = rows[i].rv;
		l.token.session.module.fn = &faulty;
		enum err_id r = do_lock();
		l.token.session.module.fn = real;
		assert_int_equal(r, rows[i].wanted);
		if (r != ERR_NONE)
			continue;
		lab_is(&l, "wrap-refused", rows[i].refused);
		lab_is(&l, "refusal", rows[i].refusal);
	}
	lab_end(&l);
}

/* Asked for several at once, it says nothing of any, and spoils what it was given. */
static CK_RV get_one(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE h, CK_ATTRIBUTE *t, CK_ULONG n)
{
	if (n == 1 && t->type == CKA_DERIVE)
		return CKR_ATTRIBUTE_TYPE_INVALID;
	if (n == 1)
		return real->C_GetAttributeValue(s, h, t, n);
	for (CK_ULONG i = 0; i < n; i++) {
		memset(t[i].pValue, 0xff, t[i].ulValueLen);
		t[i].ulValueLen = CK_UNAVAILABLE_INFORMATION;
	}
	return CKR_ATTRIBUTE_TYPE_INVALID;
}

static void a_token_may_answer_one_by_one(void **state)
{
	static const char *const flags[] = { "CKA_TOKEN", "true", "CKA_LOCAL", "true", "CKA_EXTRACTABLE", "true", "CKA_NEVER_EXTRACTABLE", "false",
		                             "CKA_SIGN", "true", "CKA_UNWRAP", "false", "CKA_KEY_GEN_MECHANISM", "0x1040" };

	(void)state;
	lab_start(&l);
	make_faulty();
	countdown = 0;
	(void)snprintf(id, sizeof id, "c000");
	(void)snprintf(label, sizeof label, "asked");
	announce(&life[0]);
	assert_int_equal(do_generate(), ERR_NONE);
	for (int picky = 0; picky < 2; picky++) {
		faulty.C_GetAttributeValue = picky ? get_one : get;
		l.token.session.module.fn = &faulty;
		enum err_id r = do_find();
		l.token.session.module.fn = real;
		assert_int_equal(r, ERR_NONE);
		for (size_t i = 0; i < COUNT_OF(flags); i += 2)
			lab_is(&l, flags[i], flags[i + 1]);
		lab_is(&l, "CKA_DERIVE", picky ? "absent" : "false");
	}
	lab_end(&l);
}

int main(void)
{
	struct err              e = { 0 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_fails_once),
		cmocka_unit_test(a_refusal_is_of_the_key),
		cmocka_unit_test(a_token_may_answer_one_by_one),
	};

	if (!process_harden(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
