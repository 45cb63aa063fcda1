/* restore_test.c: a root key backed up in one token, restored into a second one of the same module from
 * shares that were typed in again, and destroyed. */
#include "ceremony/token/test/softhsm.h"

#include "ceremony/token/custody.h"

#define ID    "a1b2c3d4"
#define LABEL "test root key"

static struct lab    l;
static char          storage[1 << 20];
static struct arena  kept;
static struct bytes  spki, blob;
static const char   *set = "test";
static unsigned      epoch = 1;
static char          identifier[16], commitment[3][80], second_serial[64];
static struct secret card[3];

static const char *names[] = { "commitment.1", "commitment.2", "commitment.3" };

static struct fields *second_op(enum op op)
{
	struct fields *f = lab_op(&l, op);

	fields_str(f, "token", "second");
	return f;
}

static enum err_id open_second(const char *init)
{
	struct fields *f = second_op(OP_TOKEN_OPEN);

	fields_str(f, "uri", l.uri);
	fields_str(f, "names", "module");
	fields_str(f, "label", "Lab2");
	if (init)
		fields_str(f, "init", init);
	return lab_call(&l);
}

static void login_second(void)
{
	fields_str(second_op(OP_TOKEN_LOGIN), "serial", second_serial);
	lab_ok(&l, lab_call_with(&l, USER_PIN));
}

static void make_second(void)
{
	lab_ok(&l, open_second("yes"));
	lab_is(&l, "initialised", "no");
	fields_str(second_op(OP_TOKEN_INIT), "label", "Lab2");
	lab_ok(&l, lab_call_with(&l, SO_PIN));
	(void)snprintf(second_serial, sizeof second_serial, "%s", lab_out(&l, "serial"));
	assert_string_not_equal(second_serial, l.serial);
	(void)second_op(OP_TOKEN_SET_PIN);
	lab_ok(&l, lab_call_with(&l, USER_PIN));
	login_second();
}

static void keep_cards(void)
{
	for (unsigned i = 0; i < 3; i++) {
		fields_u64(lab_op(&l, OP_SHARE_SHOW), "number", i + 1);
		l.call.secret_out = &card[i];
		lab_ok(&l, lab_call(&l));
		l.call.secret_out = NULL;
	}
}

static void deal(void);

/* A root key of that algorithm, wrapped, split 2 of 3, and forgotten: only the cards know. */
static void back_up(const char *algorithm)
{
	kept = (struct arena)ARENA_ON(storage);
	lab_intent_generate(&l, ID, LABEL, algorithm, "yes");
	lab_ok(&l, lab_generate(&l, ID, LABEL, algorithm, "yes"));
	spki = lab_keep(&l, &kept, "spki");
	struct fields *f = lab_op(&l, OP_BACKUP_WRAP);
	fields_str(f, "id", ID);
	fields_str(f, "set", "test");
	fields_str(f, "epoch", "1");
	lab_ok(&l, lab_call(&l));
	blob = lab_keep(&l, &kept, "blob");
	deal();
}

/* A root key that no token has: made here, sealed, split 2 of 3, and forgotten. */
static void make_outside(const char *algorithm)
{
	kept = (struct arena)ARENA_ON(storage);
	struct fields *f = lab_op(&l, OP_BACKUP_MAKE);
	fields_str(f, "algorithm", algorithm);
	fields_str(f, "set", "test");
	fields_str(f, "epoch", "1");
	lab_ok(&l, lab_call(&l));
	lab_is(&l, "algorithm", algorithm);
	lab_is(&l, "format", "aes-kwp-rfc5649");
	spki = lab_keep(&l, &kept, "spki");
	blob = lab_keep(&l, &kept, "blob");
	deal();
}

static void deal(void)
{
	struct fields *f;

	f = lab_op(&l, OP_SHARE_SPLIT);
	fields_str(f, "threshold", "2");
	fields_str(f, "shares", "3");
	lab_ok(&l, lab_call(&l));
	(void)snprintf(identifier, sizeof identifier, "%s", lab_out(&l, "identifier"));
	for (unsigned i = 0; i < 3; i++)
		(void)snprintf(commitment[i], sizeof commitment[i], "%s", lab_out(&l, names[i]));
	keep_cards();
	(void)lab_op(&l, OP_BACKUP_FORGET);
	lab_ok(&l, lab_call(&l));
}

static enum err_id enter(const struct secret *words, const char *id)
{
	struct fields *f = lab_op(&l, OP_SHARE_ENTER);

	fields_str(f, "identifier", id);
	for (unsigned i = 0; i < 3; i++)
		fields_str(f, names[i], commitment[i]);
	fields_fmt(f, "retired.1", "%s the old set, epoch 1", identifier);
	l.call.secret_in = words;
	enum err_id got = lab_call(&l);
	l.call.secret_in = NULL;
	return got;
}

static void restore_fields(struct fields *f)
{
	fields_str(f, "id", ID);
	fields_str(f, "label", LABEL);
	fields_base64(f, "spki", spki);
	fields_base64(f, "blob", blob);
	fields_str(f, "set", set);
	fields_u64(f, "epoch", epoch);
}

/* token: in the intent; NULL: none. */
static enum err_id restore(const char *token)
{
	static char   room[16384];
	struct arena  a = ARENA_ON(room);
	struct event  ev = { .time = 1795251600, .type = EVENT_INTENT, .data = fields_on(&a) };

	fields_str(&ev.data, "op", "key-restore");
	restore_fields(&ev.data);
	if (token)
		fields_str(&ev.data, "token", token);
	assert_true(transcript_append(&l.transcript, &ev, &l.e));
	restore_fields(second_op(OP_KEY_RESTORE));
	return lab_call(&l);
}

static enum err_id challenge(struct bytes under)
{
	struct fields *f = second_op(OP_KEY_PROVE);

	fields_str(f, "id", ID);
	fields_base64(f, "spki", under);
	return lab_call(&l);
}

static enum err_id destroy(const char *label, const char *announced)
{
	const char *const data[] = { "op", "key-destroy", "id", ID, "label", announced, "token", "second", NULL };
	struct fields    *f;

	lab_event(&l, EVENT_INTENT, data);
	f = second_op(OP_KEY_DESTROY);
	fields_str(f, "id", ID);
	fields_str(f, "label", label);
	return lab_call(&l);
}

static enum err_id find_second(void)
{
	struct fields *f = second_op(OP_KEY_FIND);

	fields_str(f, "id", ID);
	fields_str(f, "label", LABEL);
	return lab_call(&l);
}

static void wrong_shares_are_named(void)
{
	SECRET words = { 0 };

	assert_int_equal(enter(&card[0], "1"), ERR_SHARE_RETIRED); /* not of the set that is asked for */
	assert_non_null(strstr(l.e.detail, "the old set, epoch 1"));
	lab_ok(&l, enter(&card[0], identifier));
	lab_is(&l, "number", "1");
	assert_int_equal(enter(&card[0], identifier), ERR_SHARE_TWICE);
	assert_true(secret_set(&words, BYTES_LIT("academic acid"), &l.e));
	assert_int_equal(enter(&words, identifier), ERR_SHARE_SHORT);
	commitment[2][0] = commitment[2][0] == '0' ? '1' : '0';
	assert_int_equal(enter(&card[2], identifier), ERR_SHARE_UNKNOWN);
	assert_int_equal(restore("second"), ERR_BACKUP_SHARES); /* one is not enough */
	lab_ok(&l, enter(&card[1], identifier));
}

/* The octet after those words; set to *to, and what it was. */
static uint8_t put_after(const char *words, uint8_t to)
{
	size_t   at = 0, len = strlen(words);
	uint8_t *p;

	while (memcmp(blob.p + at, words, len) != 0)
		at++;
	p = (uint8_t *)(uintptr_t)blob.p + at + len;
	uint8_t was = *p;
	*p = to == was ? '1' : to;
	return was;
}

/* What the record asks for, and what the file says, is not the same: each is told apart. */
static void other_backups_are_named(void)
{
	static const struct {
		const char *words;
		enum err_id says;
	} changes[] = {
		{ "\nroot: ", ERR_BACKUP_ROOT },   { "\nset: tes", ERR_BACKUP_SET },   { "\nepoch: ", ERR_BACKUP_EPOCH },
		{ "\nformat: ", ERR_BACKUP_FORM }, { "\nmethod: ", ERR_BACKUP_FORM }, { "\nmac: ", ERR_BACKUP_MAC },
		{ "\nwrapped: ", ERR_BACKUP_MAC },
	};

	set = "another";
	assert_int_equal(restore("second"), ERR_BACKUP_SET);
	set = "test";
	epoch = 2;
	assert_int_equal(restore("second"), ERR_BACKUP_EPOCH);
	epoch = 1;
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		uint8_t was = put_after(changes[i].words, '0');
		assert_int_equal(restore("second"), changes[i].says);
		(void)put_after(changes[i].words, was);
	}
}

static void life(const char *algorithm)
{
	lab_start(&l);
	back_up(algorithm);
	make_second();
	assert_int_equal(restore("second"), ERR_BACKUP_NONE);
	wrong_shares_are_named();
	assert_int_equal(restore(NULL), ERR_TOKEN_NO_INTENT); /* an intent for the first token */
	other_backups_are_named();
	lab_ok(&l, find_second());
	lab_is(&l, "found", "no"); /* a failure leaves neither half */
	assert_null(fields_find(&l.call.out, "half"));
	lab_ok(&l, restore("second"));
	lab_is(&l, "shares", "2");
	lab_is(&l, "CKA_TOKEN", "true");
	lab_is(&l, "CKA_SENSITIVE", "true");
	lab_is(&l, "CKA_EXTRACTABLE", "false");
	lab_is(&l, "CKA_DECRYPT", "false");
	assert_int_equal(restore("second"), ERR_TOKEN_KEY_EXISTS);
	lab_ok(&l, challenge(spki));
	lab_is(&l, "verified", "yes");

	/* it stays, in a new session; the first token knows nothing of it */
	lab_ok(&l, open_second(NULL));
	login_second();
	lab_ok(&l, find_second());
	lab_is(&l, "found", "yes");
	fields_str(lab_op(&l, OP_KEY_LOCK), "id", ID);
	lab_ok(&l, lab_call(&l));

	assert_int_equal(destroy(LABEL, "another key"), ERR_TOKEN_NO_INTENT);
	lab_ok(&l, destroy(LABEL, LABEL));
	lab_is(&l, "found", "no");
	lab_is(&l, "destroyed", "2");
	lab_ok(&l, find_second());
	lab_is(&l, "found", "no");
	lab_ok(&l, destroy(LABEL, LABEL)); /* again, after a power cut: nothing is left to destroy */
	lab_is(&l, "destroyed", "0");
	fields_str(lab_op(&l, OP_KEY_FIND), "id", ID);
	fields_str(&l.call.in, "label", LABEL);
	lab_ok(&l, lab_call(&l));
	lab_is(&l, "found", "yes"); /* the first token's is untouched */
	for (unsigned i = 0; i < 3; i++)
		secret_done(&card[i]);
	lab_end(&l);
}

static void p384(void **state)
{
	(void)state;
	life("P-384");
}

static void p521(void **state)
{
	(void)state;
	life("P-521");
}

static void rsa(void **state)
{
	(void)state;
	life("RSA-3072");
}

/* Made outside, into two tokens, each of which signs; nothing of it can leave them again. */
static void loaded(const char *algorithm)
{
	lab_start(&l);
	make_outside(algorithm);
	assert_int_equal(lab_count_here(&l), 0);
	make_second();
	lab_ok(&l, enter(&card[0], identifier));
	lab_ok(&l, enter(&card[2], identifier));
	other_backups_are_named();
	lab_ok(&l, find_second());
	lab_is(&l, "found", "no");
	lab_ok(&l, restore("second"));
	lab_is(&l, "CKA_SENSITIVE", "true");
	lab_is(&l, "CKA_EXTRACTABLE", "false");
	lab_is(&l, "CKA_DECRYPT", "false");
	assert_int_equal(restore("second"), ERR_TOKEN_KEY_EXISTS);
	lab_ok(&l, challenge(spki));
	fields_str(second_op(OP_KEY_LOCK), "id", ID);
	lab_ok(&l, lab_call(&l));
	lab_is(&l, "wrap-refused", "yes");
	lab_is(&l, "refusal", "CKR_KEY_UNEXTRACTABLE");

	/* new custodians: the same key, sealed anew */
	struct fields *f = lab_op(&l, OP_BACKUP_REWRAP);
	fields_base64(f, "spki", spki);
	fields_base64(f, "blob", blob);
	fields_str(f, "old-set", "test");
	fields_str(f, "old-epoch", "1");
	fields_str(f, "set", "test");
	fields_str(f, "epoch", "2");
	lab_ok(&l, lab_call(&l));
	struct bytes again = lab_keep(&l, &kept, "blob");
	assert_false(bytes_equal(again, blob));
	assert_int_equal(lab_count_here(&l), 0); /* what passed through the first token is gone */
	lab_ok(&l, destroy(LABEL, LABEL));
	for (unsigned i = 0; i < 3; i++)
		secret_done(&card[i]);
	lab_end(&l);
}

static void loaded_p256(void **state)
{
	(void)state;
	loaded("P-256");
}

static void loaded_p384(void **state)
{
	(void)state;
	loaded("P-384");
}

static void loaded_p521(void **state)
{
	(void)state;
	loaded("P-521");
}

static void loaded_rsa(void **state)
{
	(void)state;
	loaded("RSA-3072");
}

static void loaded_rsa_4096(void **state)
{
	(void)state;
	loaded("RSA-4096");
}

static void what_cannot_be_made_outside(void **state)
{
	(void)state;
	lab_start(&l);
	struct fields *f = lab_op(&l, OP_BACKUP_MAKE);
	fields_str(f, "algorithm", "Ed25519");
	fields_str(f, "set", "test");
	fields_str(f, "epoch", "1");
	assert_int_equal(lab_call(&l), ERR_TOKEN_ALGORITHM);
	assert_int_equal(restore("second"), ERR_TOKEN_STATE);
	lab_end(&l);
}

static void the_second_is_another_one(void **state)
{
	(void)state;
	lab_start(&l);
	struct fields *f = second_op(OP_TOKEN_OPEN);
	fields_str(f, "uri", l.uri);
	assert_int_equal(lab_call(&l), ERR_TOKEN_OTHER);
	f = second_op(OP_TOKEN_OPEN);
	fields_str(f, "uri", l.uri);
	fields_str(f, "names", "module");
	assert_int_equal(lab_call(&l), ERR_TOKEN_URI); /* nothing names it */
	f = second_op(OP_TOKEN_OPEN);
	fields_str(f, "uri", l.uri);
	fields_str(f, "serial", "0000");
	assert_int_equal(lab_call(&l), ERR_TOKEN_NONE);
	f = second_op(OP_TOKEN_OPEN);
	fields_str(f, "uri", l.uri);
	fields_str(f, "serial", "more than sixteen octets");
	assert_int_equal(lab_call(&l), ERR_OP_FIELD);
	lab_end(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p384),
		cmocka_unit_test(p521),
		cmocka_unit_test(rsa),
		cmocka_unit_test(loaded_p256),
		cmocka_unit_test(loaded_p384),
		cmocka_unit_test(loaded_p521),
		cmocka_unit_test(loaded_rsa),
		cmocka_unit_test(loaded_rsa_4096),
		cmocka_unit_test(what_cannot_be_made_outside),
		cmocka_unit_test(the_second_is_another_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
