/* sign_test.c: a bad signature never leaves; openssl, which is not ours, judges the good ones. */
#include "ceremony/token/test/softhsm.h"

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

static CK_FUNCTION_LIST wrapped;
static CK_RV (*real_sign)(CK_SESSION_HANDLE, CK_BYTE *, CK_ULONG, CK_BYTE *, CK_ULONG *);

static CK_RV bad_sign(CK_SESSION_HANDLE h, CK_BYTE *in, CK_ULONG in_len, CK_BYTE *out, CK_ULONG *out_len)
{
	CK_RV rv = real_sign(h, in, in_len, out, out_len);

	out[*out_len - 1] ^= 1;
	return rv;
}

static void a_bad_signature_never_leaves(void **state)
{
	static const size_t picks[] = { 1, 3, 5 }; /* P-384, RSA-3072, Ed25519 */

	(void)state;
	for (size_t i = 0; i < COUNT_OF(picks); i++) {
		char id[8], label[8];

		(void)snprintf(id, sizeof id, "0%zu", i);
		(void)snprintf(label, sizeof label, "k%zu", i);
		lab_intent_generate(&l, id, label, algorithms[picks[i]].algorithm, "no");
		lab_ok(&l, lab_generate(&l, id, label, algorithms[picks[i]].algorithm, "no"));
		CK_FUNCTION_LIST *real = l.token.session.module.fn;
		wrapped = *real;
		real_sign = wrapped.C_Sign;
		wrapped.C_Sign = bad_sign;
		l.token.session.module.fn = &wrapped;
		lab_intent_sign(&l, id, algorithms[picks[i]].signature, message);
		assert_int_equal(lab_sign(&l, id, algorithms[picks[i]].signature, "certificate", message),
		                 ERR_TOKEN_SIGNATURE);
		l.token.session.module.fn = real;
		lab_ok(&l, lab_sign(&l, id, algorithms[picks[i]].signature, "certificate", message));
	}
}

/* ---- a judge that is not ours ---- */

static void put_file(const char *name, struct bytes content)
{
	char  path[160];
	FILE *f;

	(void)snprintf(path, sizeof path, "%s/%s", l.dir, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(content.p, 1, content.len, f), content.len);
	assert_int_equal(fclose(f), 0);
}

static int judge(const char *how)
{
	char command[1024];

	(void)snprintf(command, sizeof command, "cd '%s' && openssl %s >/dev/null 2>&1", l.dir, how);
	return system(command);
}

static void openssl_agrees(void **state)
{
	static const struct {
		size_t      pick;
		const char *signature, *how;
	} cases[] = {
		{ 0, "ecdsa-with-SHA256", "dgst -sha256 -verify k.pem -signature s m" },
		{ 1, "ecdsa-with-SHA384", "dgst -sha384 -verify k.pem -signature s m" },
		{ 2, "ecdsa-with-SHA512", "dgst -sha512 -verify k.pem -signature s m" },
		{ 3, "sha256WithRSAEncryption", "dgst -sha256 -verify k.pem -signature s m" },
		{ 3, "RSASSA-PSS-SHA384",
		  "dgst -sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:48 -verify k.pem -signature s m" },
		{ 5, "Ed25519", "pkeyutl -verify -rawin -pubin -inkey k.pem -sigfile s -in m" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		static char  storage[16384];
		struct arena a = ARENA_ON(storage);
		char         id[8], label[8];

		(void)snprintf(id, sizeof id, "0%zu", i);
		(void)snprintf(label, sizeof label, "k%zu", i);
		lab_intent_generate(&l, id, label, algorithms[cases[i].pick].algorithm, "no");
		lab_ok(&l, lab_generate(&l, id, label, algorithms[cases[i].pick].algorithm, "no"));
		put_file("k.der", lab_keep(&l, &a, "spki"));
		assert_int_equal(judge("pkey -pubin -inform DER -in k.der -out k.pem"), 0);
		lab_intent_sign(&l, id, cases[i].signature, message);
		lab_ok(&l, lab_sign(&l, id, cases[i].signature, "certificate", message));
		put_file("s", lab_keep(&l, &a, "signature"));
		put_file("m", message);
		assert_int_equal(judge(cases[i].how), 0);
		put_file("m", BYTES_LIT("another message"));
		assert_int_not_equal(judge(cases[i].how), 0);
	}
}

/* From an octet to its end, and only what the intent names. */
static void a_file_is_hashed_here(void **state)
{
	static const struct {
		const char *file, *from;
		enum err_id want;
	} cases[] = {
		{ "record/behind", "6", ERR_NONE },          { "record/behind", "5", ERR_TOKEN_NO_INTENT },
		{ "record/behind", "7", ERR_TOKEN_NO_INTENT },  { "record/behind", NULL, ERR_TOKEN_NO_INTENT },
		{ "record/behind", "999", ERR_TOKEN_NO_INTENT }, { "record/behind", "-1", ERR_OP_FIELD },
		{ "record/message", NULL, ERR_NONE },        { "record/message", "0", ERR_NONE },
		{ "record/longer", NULL, ERR_TOKEN_NO_INTENT }, { "record/none", NULL, ERR_FILE_OPEN },
	};
	uint8_t    storage[4096];
	struct buf b = BUF_ON(storage);

	(void)state;
	lab_intent_generate(&l, "01", "k", "P-384", "no");
	lab_ok(&l, lab_generate(&l, "01", "k", "P-384", "no"));
	put_file("record/message", message);
	buf_str(&b, "123456");
	buf_put(&b, message);
	put_file("record/behind", buf_bytes(&b));
	buf_str(&b, "x");
	put_file("record/longer", bytes_skip(buf_bytes(&b), 6));
	lab_intent_sign(&l, "01", "ecdsa-with-SHA384", message);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct fields *f = lab_op(&l, OP_KEY_SIGN);
		fields_str(f, "id", "01");
		fields_str(f, "algorithm", "ecdsa-with-SHA384");
		fields_str(f, "purpose", "crl");
		fields_str(f, "file", cases[i].file + 7); /* behind "record/" */
		if (cases[i].from)
			fields_str(f, "from", cases[i].from);
		enum err_id is = lab_call(&l);
		if (is != cases[i].want)
			fail_msg("case %zu: %s", i, err_text_of(is)->name);
	}
}

int main(void)
{
	struct err              e = { 0 };
#define LAB(test) cmocka_unit_test_setup_teardown(test, start, end)
	const struct CMUnitTest tests[] = {
		LAB(a_bad_signature_never_leaves),
		LAB(openssl_agrees),
		LAB(a_file_is_hashed_here),
	};

	if (!process_harden(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
