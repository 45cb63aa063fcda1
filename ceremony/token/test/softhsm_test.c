/* softhsm_test.c: the whole life of a key on SoftHSM, for every algorithm. */
#include "ceremony/token/test/softhsm.h"

#include "ceremony/share/envelope.h"
#include "ceremony/token/keypair.h"

static struct lab l;

static int start(void **state)
{
	(void)state;
	lab_start(&l);
	return 0;
}

static int end(void **state)
{
	(void)state;
	lab_end(&l);
	return 0;
}

static const struct {
	const char *algorithm, *signature, *other; /* other: a second one that the key makes */
	bool        wraps;
} algorithms[] = {
	{ "P-256", "ecdsa-with-SHA256", NULL, true },
	{ "P-384", "ecdsa-with-SHA384", NULL, true },
	{ "P-521", "ecdsa-with-SHA512", NULL, true },
	{ "RSA-3072", "sha256WithRSAEncryption", "RSASSA-PSS-SHA256", true },
	{ "RSA-4096", "sha384WithRSAEncryption", "RSASSA-PSS-SHA512", true },
	{ "Ed25519", "Ed25519", NULL, false },
};

static const struct bytes message = LAB_MESSAGE;

static void sign_and_verify(const char *id, const char *algorithm, struct bytes spki)
{
	struct key   key;
	enum sig_alg alg;
	struct bytes signature;
	char         hex[HASH_MAX * 2 + 1];
	static char  storage[8192];
	struct arena a = ARENA_ON(storage);

	lab_intent_sign(&l, id, algorithm, message);
	lab_ok(&l, lab_sign(&l, id, algorithm, "certificate", message));
	lab_is(&l, "sha256", sha256_hex(hex, message));
	assert_true(sig_by_name(&alg, bytes_str(algorithm)));
	assert_true(key_parse(&key, spki, &l.e));
	assert_true(fields_get_base64(&signature, &a, &l.call.out, "signature"));
	assert_true(sig_verify(&key, alg, message, signature, &l.e));
}

/* Deals 2 of 3 and enters two of them as custodians do. */
static void deal_and_enter(void)
{
	struct fields *f = lab_op(&l, OP_SHARE_SPLIT);

	fields_str(f, "threshold", "2");
	fields_str(f, "shares", "3");
	lab_ok(&l, lab_call(&l));
	lab_is(&l, "words", "33");
	for (unsigned n = 1; n <= 3; n += 2) {
		SECRET words = { 0 };

		fields_u64(lab_op(&l, OP_SHARE_SHOW), "number", n);
		l.call.secret_out = &words;
		lab_ok(&l, lab_call(&l));
		l.call.secret_out = NULL;
		fields_u64(lab_op(&l, OP_SHARE_CHECK), "number", n);
		l.call.secret_in = &words;
		lab_ok(&l, lab_call(&l));
		lab_is(&l, "match", "yes");
	}
}

static enum err_id wrap(const char *id)
{
	struct fields *f = lab_op(&l, OP_BACKUP_WRAP);

	fields_str(f, "id", id);
	fields_str(f, "set", "Example Root");
	fields_str(f, "epoch", "1");
	return lab_call(&l);
}

static enum err_id prove(const char *id, struct bytes blob, const char *epoch, struct bytes spki)
{
	struct fields *f = lab_op(&l, OP_BACKUP_PROVE);

	fields_str(f, "id", id);
	fields_base64(f, "blob", blob);
	fields_str(f, "set", "Example Root");
	fields_str(f, "epoch", epoch);
	fields_base64(f, "spki", spki);
	return lab_call(&l);
}

static void back_up(const char *id, struct bytes spki)
{
	static char  storage[65536];
	struct arena a = ARENA_ON(storage);
	char         sha[HASH_MAX * 2 + 1];
	uint64_t     objects = lab_count_here(&l);

	lab_ok(&l, wrap(id));
	struct bytes blob = lab_keep(&l, &a, "blob");
	lab_is(&l, "format", "aes-kwp-rfc5649");
	lab_is(&l, "mechanism", "0x210a");
	lab_is(&l, "blob-sha256", sha256_hex(sha, blob));
	assert_int_equal(prove(id, blob, "1", spki), ERR_BACKUP_NONE); /* nothing dealt yet */
	deal_and_enter();
	lab_ok(&l, prove(id, blob, "1", spki));
	lab_is(&l, "shares", "2");
	lab_is(&l, "verified", "yes");

	/* a changed file, another epoch, no backup at all, another key */
	uint8_t *octets = (uint8_t *)(uintptr_t)blob.p, was = octets[blob.len - 90];
	octets[blob.len - 90] = was == 'A' ? 'B' : 'A';
	assert_int_equal(prove(id, blob, "1", spki), ERR_BACKUP_MAC);
	octets[blob.len - 90] = was;
	assert_int_equal(prove(id, blob, "2", spki), ERR_BACKUP_EPOCH);
	assert_int_equal(prove(id, BYTES_LIT("wrapped"), "1", spki), ERR_BACKUP_FORM);
	((uint8_t *)(uintptr_t)spki.p)[spki.len - 1] ^= 1;
	assert_int_equal(prove(id, blob, "1", spki), ERR_BACKUP_PROOF); /* not the token's */
	((uint8_t *)(uintptr_t)spki.p)[spki.len - 1] ^= 1;

	(void)lab_op(&l, OP_BACKUP_FORGET);
	lab_ok(&l, lab_call(&l));
	assert_int_equal(prove(id, blob, "1", spki), ERR_BACKUP_NONE);
	fields_str(lab_op(&l, OP_KEY_LOCK), "id", id);
	lab_ok(&l, lab_call(&l));
	lab_is(&l, "wrap-refused", "yes");
	lab_is(&l, "refusal", "CKR_KEY_UNEXTRACTABLE");
	lab_is(&l, "CKA_EXTRACTABLE", "false");
	lab_is(&l, "CKA_NEVER_EXTRACTABLE", "false");
	assert_int_equal(wrap(id), ERR_BACKUP_UNSUPPORTED);
	assert_non_null(strstr(l.e.detail, "CKR_KEY_UNEXTRACTABLE"));
	fields_str(lab_op(&l, OP_KEY_LOCK), "id", id); /* again does no harm */
	lab_ok(&l, lab_call(&l));
	/* neither wrapping keys nor restored ones stay, whatever came of it */
	assert_int_equal(lab_count_here(&l), objects);
}

static void whole_life(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(algorithms); i++) {
		static char  storage[65536];
		struct arena a = ARENA_ON(storage);
		char         id[16], label[32];

		print_message("  %s\n", algorithms[i].algorithm);
		(void)snprintf(id, sizeof id, "c0%02zx", i);
		(void)snprintf(label, sizeof label, "root %s", algorithms[i].algorithm);
		lab_intent_generate(&l, id, label, algorithms[i].algorithm, "yes");
		lab_ok(&l, lab_generate(&l, id, label, algorithms[i].algorithm, "yes"));
		lab_is(&l, "id", id);
		lab_is(&l, "label", label);
		lab_is(&l, "algorithm", algorithms[i].algorithm);
		lab_is(&l, "CKA_SENSITIVE", "true");
		lab_is(&l, "CKA_ALWAYS_SENSITIVE", "true");
		lab_is(&l, "CKA_EXTRACTABLE", "true");
		lab_is(&l, "CKA_LOCAL", "true");
		lab_is(&l, "CKA_PRIVATE", "true");
		lab_is(&l, "CKA_TOKEN", "true");
		lab_is(&l, "CKA_SIGN", "true");
		lab_is(&l, "CKA_DECRYPT", "false");
		lab_is(&l, "CKA_UNWRAP", "false");
		struct bytes spki = lab_keep(&l, &a, "spki");
		sign_and_verify(id, algorithms[i].signature, spki);
		if (algorithms[i].other)
			sign_and_verify(id, algorithms[i].other, spki);
		if (algorithms[i].wraps) {
			back_up(id, spki);
		} else {
			assert_int_equal(wrap(id), ERR_BACKUP_UNSUPPORTED);
			assert_non_null(strstr(l.e.detail, "Ed25519 on SoftHSM"));
		}
		sign_and_verify(id, algorithms[i].signature, spki);
		/* nothing but pairs is left in the token */
		assert_int_equal(lab_count_objects(&l), 2 * (i + 1));
		struct fields *f = lab_op(&l, OP_KEY_FIND);
		fields_str(f, "id", id);
		fields_str(f, "label", "");
		lab_ok(&l, lab_call(&l));
		lab_is(&l, "found", "yes");
		assert_true(bytes_equal(lab_keep(&l, &a, "spki"), spki));
	}
}

static bool destroyed(const char *id)
{
	static const CK_OBJECT_CLASS classes[] = { CKO_PRIVATE_KEY, CKO_PUBLIC_KEY };
	const struct session        *s = &l.token.session;
	uint8_t                      octets[4];
	struct buf                   b = BUF_ON(octets);

	for (size_t i = 0; hex_decode(&b, bytes_str(id)) && i < COUNT_OF(classes); i++, b.len = 0) {
		size_t           num = 0;
		CK_OBJECT_HANDLE h = 0;
		if (!keypair_count(&num, &h, s, classes[i], buf_bytes(&b), bytes_of(NULL, 0), &l.e) || num != 1 ||
		    s->module.fn->C_DestroyObject(s->handle, h) != CKR_OK)
			return false;
	}
	return true;
}

/* The key of the signature before is not looked for again: what signs is the key that was asked for all the same. */
static void many_signatures_by_two_keys(void **state)
{
	static const char *const ids[] = { "0a", "0b" };
	static char              storage[4096];
	struct arena             a = ARENA_ON(storage);
	struct bytes             spki[2];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		lab_intent_generate(&l, ids[i], i ? "eleven" : "ten", "P-256", "no");
		lab_ok(&l, lab_generate(&l, ids[i], i ? "eleven" : "ten", "P-256", "no"));
		spki[i] = lab_keep(&l, &a, "spki");
	}
	for (size_t i = 0; i < 8; i++)
		sign_and_verify(ids[i / 2 % 2], "ecdsa-with-SHA256", spki[i / 2 % 2]);
	assert_true(destroyed("0b"));
	lab_intent_sign(&l, "0b", "ecdsa-with-SHA256", message);
	assert_int_not_equal(lab_sign(&l, "0b", "ecdsa-with-SHA256", "certificate", message), ERR_NONE);
	assert_int_equal(lab_sign(&l, "0b", "ecdsa-with-SHA256", "certificate", message), ERR_TOKEN_KEY_NONE);
	sign_and_verify("0a", "ecdsa-with-SHA256", spki[0]);
}

static void a_record_key_never_leaves(void **state)
{
	(void)state;
	lab_intent_generate(&l, "01", "record", "P-384", "no");
	lab_ok(&l, lab_generate(&l, "01", "record", "P-384", "no"));
	lab_is(&l, "CKA_EXTRACTABLE", "false");
	lab_is(&l, "CKA_NEVER_EXTRACTABLE", "true");
	lab_is(&l, "CKA_MODIFIABLE", "false");
	assert_int_equal(wrap("01"), ERR_BACKUP_UNSUPPORTED);
}

static void finding_is_exact(void **state)
{
	static const struct {
		const char *id, *label;
		enum err_id result;
		const char *found;
	} cases[] = {
		{ "0a", "", ERR_NONE, "yes" },     { "", "ten", ERR_NONE, "yes" },    { "0a", "ten", ERR_NONE, "yes" },
		{ "0b", "ten", ERR_NONE, "no" },   { "0a", "eleven", ERR_NONE, "no" }, { "0a00", "", ERR_NONE, "no" },
		{ "", "te", ERR_NONE, "no" },      { "", "", ERR_OP_FIELD, NULL },    { "0", "", ERR_OP_FIELD, NULL },
		{ "0x", "", ERR_OP_FIELD, NULL },
	};
	(void)state;
	lab_intent_generate(&l, "0a", "ten", "P-256", "no");
	lab_ok(&l, lab_generate(&l, "0a", "ten", "P-256", "no"));
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct fields *f = lab_op(&l, OP_KEY_FIND);

		fields_str(f, "id", cases[i].id);
		fields_str(f, "label", cases[i].label);
		assert_int_equal(lab_call(&l), cases[i].result);
		if (cases[i].found)
			lab_is(&l, "found", cases[i].found);
	}
}

static void a_key_is_made_once(void **state)
{
	(void)state;
	lab_intent_generate(&l, "01", "one", "P-256", "no");
	lab_ok(&l, lab_generate(&l, "01", "one", "P-256", "no"));
	assert_int_equal(lab_generate(&l, "01", "one", "P-256", "no"), ERR_TOKEN_KEY_EXISTS);
	lab_intent_generate(&l, "01", "two", "P-256", "no");
	assert_int_equal(lab_generate(&l, "01", "two", "P-256", "no"), ERR_TOKEN_KEY_EXISTS);
	lab_intent_generate(&l, "02", "one", "P-256", "no");
	assert_int_equal(lab_generate(&l, "02", "one", "P-256", "no"), ERR_TOKEN_KEY_EXISTS);
	assert_int_equal(lab_count_objects(&l), 2);
}

/* Another key, wrapped under the wrapping key that is dealt, in an envelope that says that it is the root's: it
 * opens, and is not the root. */
static struct bytes wrapped_other(const char *id, struct arena *a, struct bytes file)
{
	CK_OBJECT_CLASS  class = CKO_SECRET_KEY;
	CK_KEY_TYPE      type = CKK_AES;
	CK_BBOOL         yes = CK_TRUE, no = CK_FALSE;
	SECRET           key = { 0 };
	struct envelope  env;
	uint8_t          wrapped[4096], *out = arena_take(a, ENVELOPE_MAX);
	struct buf       b = buf_init(out, ENVELOPE_MAX);

	assert_true(envelope_wrapping_key(&key, &l.token.custody.key, &l.e) && envelope_parse(&env, a, file, &l.e));
	struct bytes     value = secret_expose(&key);
	CK_ATTRIBUTE     t[] = {
		{ CKA_CLASS, &class, sizeof class }, { CKA_KEY_TYPE, &type, sizeof type },
		{ CKA_TOKEN, &no, sizeof no },       { CKA_PRIVATE, &yes, sizeof yes },
		{ CKA_WRAP, &yes, sizeof yes },      { CKA_VALUE, (void *)(uintptr_t)value.p, value.len },
	};
	CK_MECHANISM      m = { CKM_AES_KEY_WRAP_PAD, NULL, 0 };
	CK_FUNCTION_LIST *fn = l.token.session.module.fn;
	CK_OBJECT_HANDLE  h = 0, other = 0;
	CK_ULONG          n = sizeof wrapped;
	size_t            num = 0;

	assert_true(keypair_count(&num, &other, &l.token.session, CKO_PRIVATE_KEY, bytes_of(NULL, 0), bytes_str(id),
	                          &l.e));
	assert_int_equal(fn->C_CreateObject(l.token.session.handle, t, COUNT_OF(t), &h), CKR_OK);
	assert_int_equal(fn->C_WrapKey(l.token.session.handle, &m, h, other, wrapped, &n), CKR_OK);
	assert_int_equal(fn->C_DestroyObject(l.token.session.handle, h), CKR_OK);
	env.wrapped = bytes_of(wrapped, n);
	assert_true(envelope_put(&b, &env, &l.token.custody.key, &l.e));
	return buf_bytes(&b);
}

static void a_backup_of_another_key_is_noticed(void **state)
{
	static char  storage[1 << 17];
	struct arena a = ARENA_ON(storage);

	(void)state;
	lab_intent_generate(&l, "02", "other", "P-384", "yes");
	lab_ok(&l, lab_generate(&l, "02", "other", "P-384", "yes"));
	lab_intent_generate(&l, "01", "root", "P-384", "yes");
	lab_ok(&l, lab_generate(&l, "01", "root", "P-384", "yes"));
	struct bytes spki = lab_keep(&l, &a, "spki");
	lab_ok(&l, wrap("01"));
	struct bytes file = lab_keep(&l, &a, "blob");
	deal_and_enter();
	assert_int_equal(prove("01", wrapped_other("other", &a, file), "1", spki), ERR_BACKUP_PROOF);
	assert_non_null(strstr(l.e.detail, "not good under the token's own public key"));
	lab_ok(&l, prove("01", wrapped_other("root", &a, file), "1", spki));
}

static enum err_id look_for(const char *id, const char *label)
{
	struct fields *f = lab_op(&l, OP_KEY_FIND);

	fields_str(f, "id", id);
	fields_str(f, "label", label);
	return lab_call(&l);
}

/* What a power cut between the two halves leaves. */
static void half_a_pair_is_seen(void **state)
{
	struct bytes     id = BYTES_LIT("\x01"), label = BYTES_LIT("one");
	CK_OBJECT_HANDLE h = 0;
	size_t           num = 0;

	(void)state;
	lab_intent_generate(&l, "01", "one", "P-256", "no");
	lab_ok(&l, lab_generate(&l, "01", "one", "P-256", "no"));
	assert_null(fields_find(&l.call.out, "half-removed"));
	assert_true(keypair_count(&num, &h, &l.token.session, CKO_PRIVATE_KEY, id, label, &l.e));
	assert_int_equal(l.token.session.module.fn->C_DestroyObject(l.token.session.handle, h), CKR_OK);
	lab_ok(&l, look_for("01", "one"));
	lab_is(&l, "found", "no");
	lab_is(&l, "half", "public");
	lab_intent_generate(&l, "01", "two", "P-256", "no"); /* not of both names: it stays */
	assert_int_equal(lab_generate(&l, "01", "two", "P-256", "no"), ERR_TOKEN_KEY_EXISTS);
	lab_intent_generate(&l, "01", "one", "P-256", "no");
	lab_ok(&l, lab_generate(&l, "01", "one", "P-256", "no"));
	lab_is(&l, "half-removed", "public");
	assert_int_equal(lab_count_objects(&l), 2);
	assert_true(keypair_count(&num, &h, &l.token.session, CKO_PUBLIC_KEY, id, label, &l.e));
	assert_int_equal(l.token.session.module.fn->C_DestroyObject(l.token.session.handle, h), CKR_OK);
	lab_ok(&l, look_for("01", "one"));
	lab_is(&l, "found", "no");
	lab_is(&l, "half", "private");
	lab_intent_generate(&l, "01", "one", "P-256", "no");
	assert_int_equal(lab_generate(&l, "01", "one", "P-256", "no"), ERR_TOKEN_KEY_EXISTS);
	lab_ok(&l, look_for("02", ""));
	assert_null(fields_find(&l.call.out, "half"));
}

static void random_is_mixed(void **state)
{
	static const struct {
		const char *len;
		size_t      got; /* 0: refused */
	} cases[] = { { "1", 1 }, { "20", 20 }, { "65", 65 }, { "4096", 4096 }, { "0", 0 }, { "4097", 0 }, { "x", 0 } };
	char before[64] = "";

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		fields_str(lab_op(&l, OP_TOKEN_RANDOM), "len", cases[i].len);
		if (!cases[i].got) {
			assert_int_equal(lab_call(&l), ERR_OP_FIELD);
			continue;
		}
		lab_ok(&l, lab_call(&l));
		assert_int_equal(strlen(lab_out(&l, "random")), 2 * cases[i].got);
	}
	for (int i = 0; i < 2; i++) {
		fields_str(lab_op(&l, OP_TOKEN_RANDOM), "len", "20");
		lab_ok(&l, lab_call(&l));
		assert_string_not_equal(lab_out(&l, "random"), before);
		(void)snprintf(before, sizeof before, "%s", lab_out(&l, "random"));
	}
}

int main(void)
{
	struct err              e = { 0 };
#define LAB(test) cmocka_unit_test_setup_teardown(test, start, end)
	const struct CMUnitTest tests[] = {
		LAB(whole_life),
		LAB(many_signatures_by_two_keys),
		LAB(a_record_key_never_leaves),
		LAB(finding_is_exact),
		LAB(a_key_is_made_once),
		LAB(a_backup_of_another_key_is_noticed),
		LAB(half_a_pair_is_seen),
		LAB(random_is_mixed),
	};

	if (!process_harden(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
