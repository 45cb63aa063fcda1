/* life_test.c: a key's whole life on the modules that Debian has.
 *
 *   life_test        those that need nothing around them: SoftHSM, NSS
 *   life_test NAME   one of them; scripts/e2e/modules.t makes what the others need
 *
 * What a module cannot do stands in the table and is asserted as well: a module that learns it turns
 * this test red, and then docs/tokens.md is out of date. */
#include "ceremony/token/test/softhsm.h"

#include "ceremony/token/keypair.h"
#include "keytest/qualify.h"

/* What becomes of a key that may be wrapped, and of its lock. */
enum backup {
	WRAPS,       /* out and back, and no more once it is locked */
	WRAPS_STILL, /* out and back, also once it is locked: ERR_BACKUP_LOCK */
	WRAPS_NOT,   /* in no format that is taken */
};

struct kind {
	const char *algorithm, *signature, *other; /* other: a second one that the key makes, or NULL */
	enum backup backup;
	bool        maybe; /* newer releases know it: if it is refused, then with ERR_TOKEN_ALGORITHM */
};

static const struct life {
	const char *name, *label, *software;
	const char *path[4]; /* the first that is there */
	const char *init;    /* x-init, with the lab's folder in place of each @; or NULL */
	bool        by_hand; /* it needs an environment: only if it is named */
	const char *second;  /* the label of another token that there is to be had, or NULL */
	const char *unfit;   /* part of a reason why it does not qualify, or NULL */
	const char *format;  /* what it wraps in */
	bool        apart;   /* one process cannot be logged in to two of its tokens at once */
	bool        never;   /* it makes no private key that is sensitive and yet may be wrapped */
	struct kind kind[7];
} lives[] = {
	{ .name = "softhsm", .format = "aes-kwp-rfc5649", .label = "Life", .second = "Copy", .software = "yes",
	  .path = { "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
	            "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so" },
	  .kind = { { "P-256", "ecdsa-with-SHA256", NULL, WRAPS, false },
	            { "P-384", "ecdsa-with-SHA384", NULL, WRAPS, false },
	            { "P-521", "ecdsa-with-SHA512", NULL, WRAPS, false },
	            { "RSA-3072", "sha256WithRSAEncryption", "RSASSA-PSS-SHA256", WRAPS, false },
	            { "Ed25519", "Ed25519", NULL, WRAPS_NOT, false } } },
	{ .name = "nss", .format = "aes-kwp-rfc5649", .label = "Life", .second = "Copy", .software = "yes",
	  .path = { "/usr/lib/x86_64-linux-gnu/libsoftokn3.so", "/usr/lib/aarch64-linux-gnu/libsoftokn3.so" },
	  .unfit = "never.as-it-is: bad: the private key came out by",
	  .init = "configdir='' flags=noModDB,noCertDB "
	          "tokens=<0x04=[configDir='sql:@' tokenDescription='Life' slotDescription='one' flags=] "
	          "0x05=[configDir='sql:@/tokens' tokenDescription='Copy' slotDescription='two' flags=]>",
	  .kind = { { "P-256", "ecdsa-with-SHA256", NULL, WRAPS_STILL, false },
	            { "P-384", "ecdsa-with-SHA384", NULL, WRAPS_STILL, false },
	            { "P-521", "ecdsa-with-SHA512", NULL, WRAPS_STILL, false },
	            { "RSA-3072", "sha256WithRSAEncryption", "RSASSA-PSS-SHA256", WRAPS_STILL, false } } },
	{ .name = "opencryptoki", .format = "aes-cbc-pad", .apart = true, .label = "Life", .second = "Copy", .software = "yes", .by_hand = true,
	  .path = { "/usr/lib/x86_64-linux-gnu/opencryptoki/libopencryptoki.so.0",
	            "/usr/lib/aarch64-linux-gnu/opencryptoki/libopencryptoki.so.0",
	            "/usr/lib/x86_64-linux-gnu/pkcs11/libopencryptoki.so" },
	  .kind = { { "RSA-3072", "sha256WithRSAEncryption", "RSASSA-PSS-SHA256", WRAPS, false },
	            { "P-256", "ecdsa-with-SHA256", NULL, WRAPS, true },
	            { "P-384", "ecdsa-with-SHA384", NULL, WRAPS, true },
	            { "P-521", "ecdsa-with-SHA512", NULL, WRAPS, true } } },
	{ .name = "tpm2", .label = "Life", .software = "yes", .by_hand = true, .never = true,
	  .path = { "/usr/lib/x86_64-linux-gnu/libtpm2_pkcs11.so.1", "/usr/lib/aarch64-linux-gnu/libtpm2_pkcs11.so.1",
	            "/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so" },
	  .kind = { { "P-256", "ecdsa-with-SHA256", NULL, WRAPS_NOT, false },
	            { "P-384", "ecdsa-with-SHA384", NULL, WRAPS_NOT, false } } },
};

static struct lab         l;
static const struct life *now;
static char               storage[1 << 17];
static struct arena       kept;

/* ---- taking it in ---- */

static const char *module_path(const struct life *of)
{
	for (size_t i = 0; i < COUNT_OF(of->path) && of->path[i]; i++)
		if (access(of->path[i], R_OK) == 0)
			return of->path[i];
	return NULL;
}

/* The URI's text, what is no letter or digit as %XX. */
static void put_encoded(struct buf *b, const char *text, const char *folder)
{
	for (; *text; text++)
		if (*text == '@')
			put_encoded(b, folder, "");
		else if ((*text >= '0' && *text <= '9') || (*text >= 'A' && *text <= 'Z') || (*text >= 'a' && *text <= 'z'))
			buf_u8(b, (uint8_t)*text);
		else
			buf_fmt(b, "%%%02X", (unsigned)(uint8_t)*text);
}

static int take_in(void **state)
{
	struct buf  b = BUF_ON(l.uri);
	const char *path;

	now = *state;
	path = module_path(now);
	kept = (struct arena)ARENA_ON(storage);
	lab_begin(&l);
	if (!path)
		return 0;
	b = BUF_ON(l.uri);
	buf_fmt(&b, "pkcs11:token=%s?module-path=%s", now->label, path);
	if (now->init) {
		buf_str(&b, "&x-init=");
		put_encoded(&b, now->init, l.dir);
	}
	(void)buf_cstr(&b);
	assert_true(buf_ok(&b));
	return 0;
}

static int give_back(void **state)
{
	(void)state;
	lab_end(&l);
	return 0;
}

/* An empty token, the SO's PIN, the user's PIN, and the user logged in. */
static void initialise(void)
{
	lab_ok(&l, lab_open(&l, l.uri, "yes"));
	lab_is(&l, "software", now->software);
	lab_is(&l, "objects", "0");
	fields_str(lab_op(&l, OP_TOKEN_INIT), "label", now->label);
	lab_ok(&l, lab_call_with(&l, SO_PIN));
	lab_is(&l, "label", now->label);
	(void)snprintf(l.serial, sizeof l.serial, "%s", lab_out(&l, "serial"));
	(void)lab_op(&l, OP_TOKEN_SET_PIN);
	lab_ok(&l, lab_call_with(&l, "11112222"));
	lab_ok(&l, lab_open(&l, l.uri, NULL));
	lab_is(&l, "initialised", "yes");
	assert_int_equal(lab_login(&l, "another serial", "11112222"), ERR_TOKEN_OTHER);
	assert_int_equal(lab_login(&l, l.serial, "22221111"), ERR_PIN_WRONG);
	lab_ok(&l, lab_login(&l, l.serial, "11112222"));
}

/* ---- one key ---- */

static void sign(const char *id, const char *algorithm, struct bytes spki)
{
	struct key   key;
	enum sig_alg alg;
	struct bytes signature;

	if (!algorithm)
		return;
	lab_intent_sign(&l, id, algorithm, LAB_MESSAGE);
	lab_ok(&l, lab_sign(&l, id, algorithm, "certificate", LAB_MESSAGE));
	assert_true(sig_by_name(&alg, bytes_str(algorithm)));
	assert_true(key_parse(&key, spki, &l.e));
	assert_true(fields_get_base64(&signature, &kept, &l.call.out, "signature"));
	assert_true(sig_verify(&key, alg, LAB_MESSAGE, signature, &l.e));
	((uint8_t *)(uintptr_t)signature.p)[signature.len - 1] ^= 1;
	assert_false(sig_verify(&key, alg, LAB_MESSAGE, signature, &l.e));
}

static void deal_and_enter(void)
{
	struct fields *f = lab_op(&l, OP_SHARE_SPLIT);

	fields_str(f, "threshold", "2");
	fields_str(f, "shares", "2");
	lab_ok(&l, lab_call(&l));
	for (unsigned n = 1; n <= 2; n++) {
		SECRET words = { 0 };

		fields_u64(lab_op(&l, OP_SHARE_SHOW), "number", n);
		l.call.secret_out = &words;
		lab_ok(&l, lab_call(&l));
		fields_u64(lab_op(&l, OP_SHARE_CHECK), "number", n);
		l.call.secret_in = &words;
		lab_ok(&l, lab_call(&l));
	}
}

static enum err_id wrap(const char *id)
{
	struct fields *f = lab_op(&l, OP_BACKUP_WRAP);

	fields_str(f, "id", id);
	fields_str(f, "set", "Life");
	fields_str(f, "epoch", "1");
	return lab_call(&l);
}

static enum err_id prove(const char *id, struct bytes blob, struct bytes spki)
{
	struct fields *f = lab_op(&l, OP_BACKUP_PROVE);

	fields_str(f, "id", id);
	fields_base64(f, "blob", blob);
	fields_str(f, "set", "Life");
	fields_str(f, "epoch", "1");
	fields_base64(f, "spki", spki);
	return lab_call(&l);
}

/* ---- the second token ---- */

static struct fields *second_op(enum op op)
{
	struct fields *f = lab_op(&l, op);

	fields_str(f, "token", "second");
	return f;
}

static void open_second(const char *init)
{
	struct fields *f = second_op(OP_TOKEN_OPEN);

	fields_str(f, "uri", l.uri);
	fields_str(f, "names", "module");
	fields_str(f, "label", now->second);
	if (init)
		fields_str(f, "init", init);
	lab_ok(&l, lab_call(&l));
}

static void make_second(void)
{
	char serial[64];

	open_second("yes");
	fields_str(second_op(OP_TOKEN_INIT), "label", now->second);
	lab_ok(&l, lab_call_with(&l, SO_PIN));
	(void)second_op(OP_TOKEN_SET_PIN);
	lab_ok(&l, lab_call_with(&l, "33334444"));
	open_second(NULL);
	(void)snprintf(serial, sizeof serial, "%s", lab_out(&l, "serial"));
	fields_str(second_op(OP_TOKEN_LOGIN), "serial", serial);
	lab_ok(&l, lab_call_with(&l, "33334444"));
}

static void name(struct fields *f, const char *id)
{
	fields_str(f, "id", id);
	fields_str(f, "label", "a copy");
}

/* An intent of this op, with these fields, and the call. */
static void announce_and_do(enum op op, const char *id, struct bytes blob, struct bytes spki)
{
	static char   room[16384];
	struct arena  a = ARENA_ON(room);
	struct event  ev = { .time = 1795251600, .type = EVENT_INTENT, .data = fields_on(&a) };
	struct fields *to[2] = { &ev.data, NULL };

	fields_str(&ev.data, "op", op_text_of(op)->name);
	fields_str(&ev.data, "token", "second");
	to[1] = second_op(op);
	for (size_t i = 0; i < 2; i++) {
		name(to[i], id);
		if (op != OP_KEY_RESTORE)
			continue;
		fields_base64(to[i], "spki", spki);
		fields_base64(to[i], "blob", blob);
		fields_str(to[i], "set", "Life");
		fields_str(to[i], "epoch", "1");
	}
	assert_true(transcript_append(&l.transcript, &ev, &l.e));
	lab_ok(&l, lab_call(&l));
}

/* Into another token, where it signs and cannot leave, and away from there again. */
/* The challenge that was signed, by another's hand: the words, 32 octets, and a signature that is good. */
static void proves(struct bytes spki)
{
	uint8_t      room[128];
	struct buf   challenge = BUF_ON(room);
	struct bytes signature;
	struct key   key;

	assert_true(key_parse(&key, spki, &l.e));
	assert_true(hex_decode(&challenge, fields_get(&l.call.out, "challenge")));
	assert_true(bytes_starts(buf_bytes(&challenge), CHALLENGE_WORDS));
	assert_int_equal(challenge.len, strlen(CHALLENGE_WORDS) + CHALLENGE_LEN);
	assert_true(fields_get_base64(&signature, &kept, &l.call.out, "signature"));
	assert_true(sig_verify(&key, sig_for(&key), buf_bytes(&challenge), signature, &l.e));
}

static void restore_and_destroy(const char *id, struct bytes blob, struct bytes spki)
{
	if (!now->second)
		return;
	if (now->apart) {
		session_done(&l.token.session);
		make_second();
	}
	announce_and_do(OP_KEY_RESTORE, id, blob, spki);
	lab_is(&l, "CKA_SENSITIVE", "true");
	lab_is(&l, "CKA_EXTRACTABLE", "false");
	struct fields *f = second_op(OP_KEY_PROVE);
	fields_str(f, "id", id);
	fields_base64(f, "spki", spki);
	lab_ok(&l, lab_call(&l));
	lab_is(&l, "verified", "yes");
	proves(spki);
	announce_and_do(OP_KEY_DESTROY, id, blob, spki);
	lab_is(&l, "found", "no");
	if (now->apart) {
		session_done(&l.token.second);
		lab_ok(&l, lab_open(&l, l.uri, NULL));
		lab_ok(&l, lab_login(&l, l.serial, "11112222"));
	}
}

static void back_up_and_lock(const char *id, enum backup backup, struct bytes spki)
{
	enum err_id wanted = backup == WRAPS_NOT ? ERR_BACKUP_UNSUPPORTED : ERR_NONE;

	assert_int_equal(wrap(id), wanted);
	if (wanted == ERR_NONE) {
		struct bytes blob = lab_keep(&l, &kept, "blob");
		lab_is(&l, "format", now->format);
		deal_and_enter();
		lab_ok(&l, prove(id, blob, spki));
		lab_is(&l, "verified", "yes");
		restore_and_destroy(id, blob, spki);
		uint8_t *octet = (uint8_t *)(uintptr_t)blob.p + blob.len - 90;
		*octet = *octet == 'A' ? 'B' : 'A';
		assert_int_equal(prove(id, blob, spki), ERR_BACKUP_MAC);
	}
	fields_str(lab_op(&l, OP_KEY_LOCK), "id", id);
	assert_int_equal(lab_call(&l), backup == WRAPS_STILL ? ERR_BACKUP_LOCK : ERR_NONE);
	if (backup != WRAPS_STILL) /* a token that takes no wrapping key has refused nothing */
		lab_is(&l, "wrap-refused", now->never ? "untried" : "yes");
	if (backup == WRAPS)
		assert_int_equal(wrap(id), ERR_BACKUP_UNSUPPORTED);
}

static void destroy(const char *id)
{
	static const CK_OBJECT_CLASS classes[] = { CKO_PRIVATE_KEY, CKO_PUBLIC_KEY };
	uint8_t    octets[4];
	struct buf b = BUF_ON(octets);

	assert_true(hex_decode(&b, bytes_str(id)));
	for (size_t i = 0; i < COUNT_OF(classes); i++) {
		size_t           num = 0;
		CK_OBJECT_HANDLE h = 0;

		assert_true(keypair_count(&num, &h, &l.token.session, classes[i], buf_bytes(&b), bytes_of(NULL, 0), &l.e));
		assert_int_equal(num, 1);
		assert_int_equal(l.token.session.module.fn->C_DestroyObject(l.token.session.handle, h), CKR_OK);
		assert_true(keypair_count(&num, &h, &l.token.session, classes[i], buf_bytes(&b), bytes_of(NULL, 0), &l.e));
		assert_int_equal(num, 0);
	}
}

static enum err_id generate(const char *id, const char *label, const char *algorithm, const char *extractable)
{
	lab_intent_generate(&l, id, label, algorithm, extractable);
	return lab_generate(&l, id, label, algorithm, extractable);
}

static void live(const struct kind *k, unsigned n)
{
	char     id[8], label[24];
	uint64_t before = lab_count_here(&l);

	(void)snprintf(id, sizeof id, "0%u", n);
	(void)snprintf(label, sizeof label, "key %u", n);
	if (now->never)
		assert_int_equal(generate(id, label, k->algorithm, "yes"), ERR_TOKEN_ALGORITHM);
	enum err_id made = generate(id, label, k->algorithm, now->never ? "no" : "yes");
	if (made != ERR_NONE && k->maybe) {
		print_message("  %s: not in this release\n", k->algorithm);
		assert_int_equal(made, ERR_TOKEN_ALGORITHM);
		return;
	}
	lab_ok(&l, made);
	struct bytes spki = lab_keep(&l, &kept, "spki");
	lab_is(&l, "CKA_SENSITIVE", "true");
	lab_is(&l, "CKA_EXTRACTABLE", now->never ? "false" : "true");
	sign(id, k->signature, spki);
	sign(id, k->other, spki);
	back_up_and_lock(id, k->backup, spki);
	destroy(id);
	assert_int_equal(lab_count_here(&l), before); /* nothing else stays either */
	print_message("  %s: lived\n", k->algorithm);
}

/* What it is worth, and that nothing stays of finding out. */
static void qualify(void)
{
	static struct qualify q;
	bool                  found = false;
	uint64_t              before = lab_count_here(&l);

	lab_ok(&l, lab_open(&l, l.uri, NULL)); /* afresh: tpm2-pkcs11 keeps the TPM's memory until C_Finalize */
	fields_str(lab_op(&l, OP_TOKEN_QUALIFY), "serial", l.serial);
	lab_ok(&l, lab_call_with(&l, "11112222"));
	kept.len = 0;
	qualify_judge(&q, &kept, &l.call.out);
	for (size_t i = 0; i < l.call.out.num; i++)
		if (!bytes_starts(l.call.out.item[i].key, "spki."))
			print_message("    %s: %s\n", (const char *)l.call.out.item[i].key.p,
			              (const char *)l.call.out.item[i].value.p);
	for (size_t i = 0; i < q.num_reasons; i++) {
		print_message("  not fit: %s\n", q.reason[i]);
		found |= now->unfit && strstr(q.reason[i], now->unfit) != NULL;
	}
	assert_int_equal(q.fit, now->unfit == NULL);
	assert_int_equal(found, now->unfit != NULL);
	assert_int_equal(lab_count_here(&l), before);
	lab_ok(&l, lab_open(&l, l.uri, NULL));
	fields_str(lab_op(&l, OP_TOKEN_QUALIFY), "serial", l.serial);
	assert_int_equal(lab_call_with(&l, "22221111"), ERR_PIN_WRONG);
	fields_str(lab_op(&l, OP_TOKEN_QUALIFY), "serial", "another");
	assert_int_equal(lab_call_with(&l, "11112222"), ERR_TOKEN_OTHER);
	lab_ok(&l, lab_login(&l, l.serial, "11112222")); /* neither did any harm */
}

static void whole_life(void **state)
{
	(void)state;
	if (!module_path(now)) {
		print_message("  %s: the package is not installed\n", now->name);
		skip();
	}
	initialise();
	if (now->second && !now->apart)
		make_second();
	for (unsigned n = 0; n < COUNT_OF(now->kind) && now->kind[n].algorithm; n++) {
		kept.len = 0;
		live(&now->kind[n], n + 1);
	}
	qualify();
}

int main(int argc, char **argv)
{
	struct err        e = { 0 };
	struct CMUnitTest tests[COUNT_OF(lives)];
	size_t            num = 0;

	for (size_t i = 0; i < COUNT_OF(lives); i++)
		if (argc > 1 ? strcmp(argv[1], lives[i].name) == 0 : !lives[i].by_hand)
			tests[num++] = (struct CMUnitTest){ lives[i].name, whole_life, take_in, give_back,
				                            (void *)(uintptr_t)&lives[i] };
	if (!num || !process_harden(&e))
		return 1;
	return _cmocka_run_group_tests("life", tests, num, NULL, NULL);
}
