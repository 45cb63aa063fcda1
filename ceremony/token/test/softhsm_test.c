/* softhsm_test.c: the whole life of a key on SoftHSM, for every algorithm, and every refusal. */
#include "ceremony/token/test/softhsm.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "ceremony/port/ipc.h"
#include "ceremony/record/merkle.h"
#include "ceremony/record/note.h"
#include "ceremony/pki/key.h"

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

static const struct bytes message = BYTES_LIT("to be signed: \x30\x00 and more");

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

static enum err_id prove(const char *id, struct bytes blob, const char *format, struct bytes spki)
{
	struct fields *f = lab_op(&l, OP_BACKUP_PROVE);

	fields_str(f, "id", id);
	fields_base64(f, "blob", blob);
	fields_str(f, "format", format);
	fields_base64(f, "spki", spki);
	return lab_call(&l);
}

/* A copy that outlives the next call. */
static struct bytes keep(struct arena *a, const char *key)
{
	struct bytes b = { 0 };

	assert_true(fields_get_base64(&b, a, &l.call.out, key));
	return b;
}

static uint64_t count_objects(void)
{
	uint64_t n = 0;

	lab_ok(&l, lab_open(&l, l.uri, NULL));
	lab_ok(&l, lab_login(&l, l.serial, USER_PIN));
	CK_OBJECT_HANDLE  h[64];
	CK_ULONG          num = 0;
	CK_FUNCTION_LIST *fn = l.token.session.module.fn;
	assert_int_equal(fn->C_FindObjectsInit(l.token.session.handle, NULL, 0), CKR_OK);
	while (fn->C_FindObjects(l.token.session.handle, h, COUNT_OF(h), &num) == CKR_OK && num)
		n += num;
	assert_int_equal(fn->C_FindObjectsFinal(l.token.session.handle), CKR_OK);
	return n;
}

static void back_up(const char *id, struct bytes spki)
{
	static char  storage[65536];
	struct arena a = ARENA_ON(storage);
	char         format[32], sha[HASH_MAX * 2 + 1];

	lab_ok(&l, wrap(id));
	struct bytes blob = keep(&a, "blob");
	lab_is(&l, "format", "aes-kwp-rfc5649");
	lab_is(&l, "mechanism", "0x210a");
	lab_is(&l, "blob-sha256", sha256_hex(sha, blob));
	(void)snprintf(format, sizeof format, "%s", lab_out(&l, "format"));
	assert_int_equal(prove(id, blob, format, spki), ERR_BACKUP_NONE); /* nothing dealt yet */
	deal_and_enter();
	lab_ok(&l, prove(id, blob, format, spki));
	lab_is(&l, "shares", "2");
	lab_is(&l, "verified", "yes");

	/* a changed blob, another format, another key */
	uint8_t *octets = (uint8_t *)(uintptr_t)blob.p;
	octets[blob.len / 2] ^= 1;
	assert_int_equal(prove(id, blob, format, spki), ERR_BACKUP_PROOF);
	octets[blob.len / 2] ^= 1;
	assert_int_equal(prove(id, blob, "aes-cbc-pad", spki), ERR_BACKUP_UNSUPPORTED);
	((uint8_t *)(uintptr_t)spki.p)[spki.len - 1] ^= 1;
	assert_int_equal(prove(id, blob, format, spki), ERR_BACKUP_PROOF);
	((uint8_t *)(uintptr_t)spki.p)[spki.len - 1] ^= 1;

	(void)lab_op(&l, OP_BACKUP_FORGET);
	lab_ok(&l, lab_call(&l));
	assert_int_equal(prove(id, blob, format, spki), ERR_BACKUP_NONE);
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
		struct bytes spki = keep(&a, "spki");
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
		assert_int_equal(count_objects(), 2 * (i + 1));
		struct fields *f = lab_op(&l, OP_KEY_FIND);
		fields_str(f, "id", id);
		fields_str(f, "label", "");
		lab_ok(&l, lab_call(&l));
		lab_is(&l, "found", "yes");
		assert_true(bytes_equal(keep(&a, "spki"), spki));
	}
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
	assert_int_equal(count_objects(), 2);
}

/* ---- the intent ---- */

static void no_key_without_its_intent(void **state)
{
	static const struct {
		const char *id, *label, *algorithm, *extractable;
		const char *says;
	} cases[] = {
		{ "02", "one", "P-256", "no", "the intent names another id" },
		{ "01", "two", "P-256", "no", "the intent names another label" },
		{ "01", "one", "P-384", "no", "the intent names another algorithm" },
		{ "01", "one", "P-256", "yes", "the intent names another extractable" },
	};
	(void)state;
	assert_int_equal(lab_generate(&l, "01", "one", "P-256", "no"), ERR_TOKEN_NO_INTENT);
	assert_string_equal(l.e.detail, "its last line is of type open");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		lab_intent_generate(&l, cases[i].id, cases[i].label, cases[i].algorithm, cases[i].extractable);
		assert_int_equal(lab_generate(&l, "01", "one", "P-256", "no"), ERR_TOKEN_NO_INTENT);
		assert_string_equal(l.e.detail, cases[i].says);
	}
	lab_intent_sign(&l, "01", "ecdsa-with-SHA256", message);
	assert_int_equal(lab_generate(&l, "01", "one", "P-256", "no"), ERR_TOKEN_NO_INTENT);
	assert_string_equal(l.e.detail, "the intent names another op");
	/* an intent that is not the last line any more */
	lab_intent_generate(&l, "01", "one", "P-256", "no");
	lab_event(&l, EVENT_RESULT, NULL);
	assert_int_equal(lab_generate(&l, "01", "one", "P-256", "no"), ERR_TOKEN_NO_INTENT);
	assert_int_equal(count_objects(), 0);
}

static void no_signature_without_its_intent(void **state)
{
	static const struct bytes other = BYTES_LIT("something else");
	static const struct {
		const char *id, *algorithm;
		bool        other;
		const char *says;
	} cases[] = {
		{ "02", "sha256WithRSAEncryption", false, "the intent names another id" },
		{ "01", "RSASSA-PSS-SHA256", false, "the intent names another algorithm" },
		{ "01", "sha256WithRSAEncryption", true, "the intent names another sha256" },
	};
	(void)state;
	lab_intent_generate(&l, "01", "one", "RSA-3072", "no");
	lab_ok(&l, lab_generate(&l, "01", "one", "RSA-3072", "no"));
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		lab_intent_sign(&l, cases[i].id, cases[i].algorithm, cases[i].other ? other : message);
		assert_int_equal(lab_sign(&l, "01", "sha256WithRSAEncryption", "certificate", message),
		                 ERR_TOKEN_NO_INTENT);
		assert_string_equal(l.e.detail, cases[i].says);
	}
	lab_intent_generate(&l, "01", "one", "RSA-3072", "no");
	assert_int_equal(lab_sign(&l, "01", "sha256WithRSAEncryption", "certificate", message), ERR_TOKEN_NO_INTENT);
	/* an intent may not stand for a checkpoint, nor name an algorithm that is not the key's */
	lab_intent_sign(&l, "01", "sha256WithRSAEncryption", message);
	assert_int_equal(lab_sign(&l, "01", "sha256WithRSAEncryption", "checkpoint", message), ERR_TOKEN_NO_INTENT);
	lab_intent_sign(&l, "01", "ecdsa-with-SHA256", message);
	assert_int_equal(lab_sign(&l, "01", "ecdsa-with-SHA256", "certificate", message), ERR_TOKEN_ALGORITHM);
	/* a line that is torn is no line */
	lab_intent_sign(&l, "01", "sha256WithRSAEncryption", message);
	char path[160];
	(void)snprintf(path, sizeof path, "%s/transcript.jsonl", l.record);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(truncate(path, st.st_size - 1), 0);
	assert_int_equal(lab_sign(&l, "01", "sha256WithRSAEncryption", "certificate", message), ERR_TOKEN_NO_INTENT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(lab_sign(&l, "01", "sha256WithRSAEncryption", "certificate", message), ERR_TOKEN_NO_INTENT);
	assert_string_equal(l.e.detail, "there is no transcript");
}

static bool add_leaf(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	(void)ev;
	(void)e;
	merkle_add(ctx, line);
	return true;
}

static struct bytes body_of(char *out, size_t len, const char *origin, uint64_t size_off, uint8_t root_off)
{
	struct merkle tree = { .size = 0 };
	uint8_t       root[32];
	struct buf    b = buf_init(out, len);
	int           dir = open(l.record, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(transcript_each(dir, add_leaf, &tree, &l.e));
	(void)close(dir);
	merkle_root(root, &tree);
	root[31] ^= root_off;
	checkpoint_body(&b, bytes_str(origin), tree.size + size_off, root);
	assert_true(buf_ok(&b));
	return buf_bytes(&b);
}

static void only_the_right_checkpoint_is_signed(void **state)
{
	char        text[512];
	const char *alg = "ecdsa-with-SHA384";

	(void)state;
	lab_intent_generate(&l, "0c", "record", "P-384", "no");
	lab_ok(&l, lab_generate(&l, "0c", "record", "P-384", "no"));
	assert_int_equal(lab_sign(&l, "0c", alg, "checkpoint", body_of(text, sizeof text, "example/root", 0, 0)),
	                 ERR_TOKEN_NO_INTENT);
	assert_string_equal(l.e.detail, "the transcript is not closed");
	lab_event(&l, EVENT_CLOSE, NULL);
	lab_ok(&l, lab_sign(&l, "0c", alg, "checkpoint", body_of(text, sizeof text, "example/root", 0, 0)));
	assert_int_equal(lab_sign(&l, "0c", alg, "checkpoint", body_of(text, sizeof text, "example/root", 1, 0)),
	                 ERR_TOKEN_NO_INTENT);
	assert_int_equal(lab_sign(&l, "0c", alg, "checkpoint", body_of(text, sizeof text, "example/root", 0, 1)),
	                 ERR_TOKEN_NO_INTENT);
	struct bytes b = body_of(text, sizeof text - 1, "example/root", 0, 0);
	text[b.len] = '\n';
	assert_int_equal(lab_sign(&l, "0c", alg, "checkpoint", bytes_of(text, b.len + 1)), ERR_TOKEN_NO_INTENT);
	assert_int_equal(lab_sign(&l, "0c", alg, "checkpoint", bytes_first(b, b.len - 1)), ERR_TOKEN_NO_INTENT);
	assert_int_equal(lab_sign(&l, "0c", alg, "certificate", b), ERR_TOKEN_NO_INTENT);
}

static void without_a_record_nothing_is_signed(void **state)
{
	(void)state;
	lab_intent_generate(&l, "01", "one", "P-256", "no");
	token_done(&l.token);
	assert_true(token_init(&l.token, NULL, &l.e));
	lab_ok(&l, lab_open(&l, l.uri, NULL));
	lab_ok(&l, lab_login(&l, l.serial, USER_PIN));
	assert_int_equal(lab_generate(&l, "01", "one", "P-256", "no"), ERR_TOKEN_NO_INTENT);
	assert_string_equal(l.e.detail, "no record was named");
}

/* ---- the token and its PINs ---- */

static void pins(void **state)
{
	char uri[512];

	(void)state;
	lab_ok(&l, lab_open(&l, l.uri, NULL));
	lab_is(&l, "initialised", "yes");
	lab_is(&l, "software", "yes");
	lab_is(&l, "label", "Lab");
	lab_is(&l, "serial", l.serial);
	lab_is(&l, "tries", "ok");
	assert_int_equal(strlen(lab_out(&l, "module-sha256")), 64);
	assert_int_equal(lab_generate(&l, "01", "one", "P-256", "no"), ERR_TOKEN_STATE);
	assert_int_equal(lab_login(&l, "0000000000000000", USER_PIN), ERR_TOKEN_OTHER);
	assert_int_equal(lab_login(&l, "", USER_PIN), ERR_TOKEN_OTHER);
	assert_int_equal(lab_login(&l, l.serial, "12341234"), ERR_PIN_WRONG);
	assert_string_equal(l.e.detail, "tries left: low");
	assert_int_equal(lab_login(&l, l.serial, ""), ERR_PIN_FORM);
	lab_ok(&l, lab_login(&l, l.serial, USER_PIN));
	lab_ok(&l, lab_login(&l, l.serial, USER_PIN)); /* twice is fine */
	(void)lab_op(&l, OP_TOKEN_SET_PIN);
	assert_int_equal(lab_call_with(&l, "11111111"), ERR_TOKEN_STATE);
	(void)snprintf(uri, sizeof uri, "pkcs11:serial=%s%s", l.serial, strchr(l.uri, '?'));
	lab_ok(&l, lab_open(&l, uri, NULL));
	lab_is(&l, "label", "Lab");
}

static void the_last_try_is_refused(void **state)
{
	(void)state;
	struct session *s = &l.token.session;
	lab_ok(&l, lab_open(&l, l.uri, NULL));
	/* SoftHSM never counts: ask the rule itself, with what other tokens say */
	static const struct {
		CK_FLAGS    flags;
		const char *tries;
	} cases[] = {
		{ 0, "ok" },
		{ CKF_USER_PIN_COUNT_LOW, "low" },
		{ CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY, "final" },
		{ CKF_USER_PIN_LOCKED | CKF_USER_PIN_FINAL_TRY, "locked" },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		CK_TOKEN_INFO info = s->info;
		info.flags = cases[i].flags;
		assert_string_equal(session_tries(&info), cases[i].tries);
	}
}

static CK_FUNCTION_LIST wrapped;
static CK_RV (*real_info)(CK_SLOT_ID, CK_TOKEN_INFO *);
static CK_FLAGS extra;

static CK_RV info_with_flags(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	CK_RV rv = real_info(slot, info);

	info->flags |= extra;
	return rv;
}

/* A token that counts, made of SoftHSM and one lie. */
static void a_counting_token_is_respected(void **state)
{
	(void)state;
	lab_ok(&l, lab_open(&l, l.uri, NULL));
	wrapped = *l.token.session.module.fn;
	real_info = wrapped.C_GetTokenInfo;
	wrapped.C_GetTokenInfo = info_with_flags;
	l.token.session.module.fn = &wrapped;
	extra = CKF_USER_PIN_LOCKED;
	assert_int_equal(lab_login(&l, l.serial, USER_PIN), ERR_PIN_LOCKED);
	extra = CKF_USER_PIN_FINAL_TRY;
	assert_int_equal(lab_login(&l, l.serial, USER_PIN), ERR_PIN_FINAL);
	struct fields *f = lab_op(&l, OP_TOKEN_LOGIN);
	fields_str(f, "serial", l.serial);
	fields_str(f, "final", "yes");
	assert_int_equal(lab_call_with(&l, "00000000"), ERR_PIN_WRONG);
	assert_string_equal(l.e.detail, "tries left: final");
	f = lab_op(&l, OP_TOKEN_LOGIN);
	fields_str(f, "serial", l.serial);
	fields_str(f, "final", "yes");
	lab_ok(&l, lab_call_with(&l, USER_PIN));
}

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

static void tokens_are_told_apart(void **state)
{
	char uri[512], first[64];

	(void)state;
	(void)snprintf(first, sizeof first, "%s", l.serial);
	/* a second token of the same label */
	lab_module(uri, sizeof uri, "Other");
	lab_ok(&l, lab_open(&l, uri, "yes"));
	lab_is(&l, "initialised", "no");
	fields_str(lab_op(&l, OP_TOKEN_INIT), "label", "Lab");
	lab_ok(&l, lab_call_with(&l, SO_PIN));
	assert_string_not_equal(lab_out(&l, "serial"), first);
	(void)lab_op(&l, OP_TOKEN_SET_PIN);
	lab_ok(&l, lab_call_with(&l, USER_PIN));
	assert_int_equal(lab_open(&l, l.uri, NULL), ERR_TOKEN_MANY);
	(void)snprintf(uri, sizeof uri, "pkcs11:token=Lab;serial=%s%s", first, strchr(l.uri, '?'));
	lab_ok(&l, lab_open(&l, uri, NULL));
	lab_is(&l, "serial", first);
	lab_module(uri, sizeof uri, "Nobody");
	assert_int_equal(lab_open(&l, uri, NULL), ERR_TOKEN_NONE);
	(void)snprintf(uri, sizeof uri, "pkcs11:serial=0000000000000000%s", strchr(l.uri, '?'));
	assert_int_equal(lab_open(&l, uri, "yes"), ERR_TOKEN_NONE); /* an empty token has no serial yet */
	fields_str(lab_op(&l, OP_TOKEN_LIST), "uri", l.uri);
	lab_ok(&l, lab_call(&l));
	lab_is(&l, "tokens", "3");
	(void)snprintf(uri, sizeof uri, "%s\tLab\tSoftHSM project\tSoftHSM v2\tinitialised\tok", first);
	assert_true(fields_is(&l.call.out, "token.1", uri) || fields_is(&l.call.out, "token.2", uri));
}

static void keys_are_not_initialised_away(void **state)
{
	(void)state;
	lab_intent_generate(&l, "01", "one", "P-256", "no");
	lab_ok(&l, lab_generate(&l, "01", "one", "P-256", "no"));
	lab_ok(&l, lab_open(&l, l.uri, "yes"));
	lab_is(&l, "objects", "1");
	fields_str(lab_op(&l, OP_TOKEN_INIT), "label", "Lab");
	assert_int_equal(lab_call_with(&l, SO_PIN), ERR_TOKEN_STATE);
	assert_int_equal(count_objects(), 2);
}

static void an_empty_token_is_initialised_again(void **state)
{
	(void)state;
	lab_ok(&l, lab_open(&l, l.uri, "yes"));
	fields_str(lab_op(&l, OP_TOKEN_INIT), "label", "Lab");
	assert_int_equal(lab_call_with(&l, "00000000"), ERR_PIN_WRONG);
	fields_str(lab_op(&l, OP_TOKEN_INIT), "label", "Lab");
	lab_ok(&l, lab_call_with(&l, SO_PIN));
	lab_is(&l, "label", "Lab");
	(void)lab_op(&l, OP_TOKEN_SET_PIN);
	lab_ok(&l, lab_call_with(&l, USER_PIN));
}

static void modules_that_are_none(void **state)
{
	static const char *const paths[] = { "/nonexistent.so", "/etc/passwd", "/tmp", "/lib/x86_64-linux-gnu/libm.so.6" };
	char uri[256];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		(void)snprintf(uri, sizeof uri, "pkcs11:token=Lab?module-path=%s", paths[i]);
		assert_int_equal(lab_open(&l, uri, NULL), ERR_TOKEN_MODULE);
		assert_true(l.e.detail[0] != 0);
	}
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
		put_file("k.der", keep(&a, "spki"));
		assert_int_equal(judge("pkey -pubin -inform DER -in k.der -out k.pem"), 0);
		lab_intent_sign(&l, id, cases[i].signature, message);
		lab_ok(&l, lab_sign(&l, id, cases[i].signature, "certificate", message));
		put_file("s", keep(&a, "signature"));
		put_file("m", message);
		assert_int_equal(judge(cases[i].how), 0);
		put_file("m", BYTES_LIT("another message"));
		assert_int_not_equal(judge(cases[i].how), 0);
	}
}

/* ---- killed in the middle ---- */

static struct ipc_client client;

/* The helper dies while it makes a key; the next one says what the token holds. */
static void a_dead_helper_leaves_the_truth(void **state)
{
	struct err e = { 0 };
	int        sv[2];

	(void)state;
	token_done(&l.token); /* a module must not be shared over a fork */
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		static struct token t;
		if (close(sv[0]) != 0 || !token_init(&t, l.record, &e))
			_exit(9);
		struct helper h = token_helper(&t);
		_exit(ipc_serve(sv[1], PORT_TOKEN, &h, &e) ? 0 : 3);
	}
	(void)close(sv[1]);
	assert_true(ipc_client_init(&client, sv[0], -1, pid, PORT_TOKEN, "ceremony-token", &e));
	l.helper = ipc_client(&client);
	lab_ok(&l, lab_open(&l, l.uri, NULL));
	lab_ok(&l, lab_login(&l, l.serial, USER_PIN));
	lab_intent_generate(&l, "01", "one", "RSA-4096", "no");
	pid_t killer = fork();
	if (killer == 0) {
		(void)usleep(20000);
		(void)kill(pid, SIGKILL);
		_exit(0);
	}
	assert_int_equal(lab_generate(&l, "01", "one", "RSA-4096", "no"), ERR_HELPER_DIED);
	assert_non_null(strstr(l.e.detail, "killed by signal 9"));
	(void)waitpid(killer, NULL, 0);
	ipc_client_done(&client);

	assert_true(token_init(&l.token, l.record, &e));
	l.helper = token_helper(&l.token);
	lab_ok(&l, lab_open(&l, l.uri, NULL));
	lab_ok(&l, lab_login(&l, l.serial, USER_PIN));
	struct fields *f = lab_op(&l, OP_KEY_FIND);
	fields_str(f, "id", "01");
	fields_str(f, "label", "one");
	lab_ok(&l, lab_call(&l));
	lab_is(&l, "found", "no");
}

int main(void)
{
	struct err              e = { 0 };
#define LAB(test) cmocka_unit_test_setup_teardown(test, start, end)
	const struct CMUnitTest tests[] = {
		LAB(whole_life), LAB(a_record_key_never_leaves), LAB(finding_is_exact), LAB(a_key_is_made_once),
		LAB(no_key_without_its_intent), LAB(no_signature_without_its_intent),
		LAB(only_the_right_checkpoint_is_signed), LAB(without_a_record_nothing_is_signed), LAB(pins),
		LAB(the_last_try_is_refused), LAB(a_counting_token_is_respected), LAB(a_bad_signature_never_leaves),
		LAB(tokens_are_told_apart), LAB(keys_are_not_initialised_away), LAB(an_empty_token_is_initialised_again),
		LAB(modules_that_are_none), LAB(random_is_mixed), LAB(openssl_agrees),
		LAB(a_dead_helper_leaves_the_truth),
	};

	if (!process_harden(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
