/* session_test.c: finding tokens, PINs, initialising; and a helper that dies at work. */
#include "ceremony/token/test/softhsm.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "ceremony/port/ipc.h"

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
	assert_string_equal(l.e.detail, "it has used up a try; some are left");
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
	assert_string_equal(l.e.detail, "ONE try is left: if that is wrong too, the token locks");
	f = lab_op(&l, OP_TOKEN_LOGIN);
	fields_str(f, "serial", l.serial);
	fields_str(f, "final", "yes");
	lab_ok(&l, lab_call_with(&l, USER_PIN));
}

static CK_RV (*real_login)(CK_SESSION_HANDLE, CK_USER_TYPE, CK_UTF8CHAR *, CK_ULONG);
static bool     pad_used;
static unsigned num_logins;

/* A pad: a NULL PIN is typed on the token itself. */
static CK_RV login_with_pad(CK_SESSION_HANDLE h, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG len)
{
	num_logins++;
	pad_used = !pin && !len;
	return pad_used ? real_login(h, user, (CK_UTF8CHAR *)(uintptr_t)USER_PIN, strlen(USER_PIN)) :
	                  real_login(h, user, pin, len);
}

static void with_a_pad(void)
{
	lab_ok(&l, lab_open(&l, l.uri, NULL));
	wrapped = *l.token.session.module.fn;
	real_info = wrapped.C_GetTokenInfo;
	real_login = wrapped.C_Login;
	wrapped.C_GetTokenInfo = info_with_flags;
	wrapped.C_Login = login_with_pad;
	l.token.session.module.fn = &wrapped;
	num_logins = 0;
}

/* Nothing typed means a NULL PIN, but only where there is a pad; a typed PIN goes through all the same
 * (OpenSC's cards say that they have a pad and take a PIN). */
static void a_pin_pad_is_given_nothing(void **state)
{
	(void)state;
	with_a_pad();
	extra = 0;
	assert_int_equal(lab_login(&l, l.serial, ""), ERR_PIN_FORM);
	assert_int_equal(num_logins, 0);
	extra = CKF_PROTECTED_AUTHENTICATION_PATH;
	lab_ok(&l, lab_login(&l, l.serial, ""));
	assert_true(pad_used);
	with_a_pad();
	lab_ok(&l, lab_login(&l, l.serial, USER_PIN));
	assert_false(pad_used);
}

/* No PIN goes to another token, nor to one that is about to lock: no try is used up. */
static void a_refused_login_costs_no_try(void **state)
{
	(void)state;
	with_a_pad();
	extra = 0;
	assert_int_equal(lab_login(&l, "0000000000000000", USER_PIN), ERR_TOKEN_OTHER);
	extra = CKF_USER_PIN_FINAL_TRY;
	assert_int_equal(lab_login(&l, l.serial, USER_PIN), ERR_PIN_FINAL);
	fields_str(lab_op(&l, OP_TOKEN_QUALIFY), "serial", l.serial);
	assert_int_equal(lab_call_with(&l, USER_PIN), ERR_PIN_FINAL);
	extra = CKF_USER_PIN_LOCKED;
	assert_int_equal(lab_login(&l, l.serial, USER_PIN), ERR_PIN_LOCKED);
	assert_int_equal(num_logins, 0);
	extra = 0;
	lab_ok(&l, lab_login(&l, l.serial, USER_PIN));
	assert_int_equal(num_logins, 1);
}

/* The wrong PIN that a qualification gives on purpose: not where a try is gone. */
static void a_qualification_spends_no_scarce_try(void **state)
{
	(void)state;
	with_a_pad();
	extra = CKF_USER_PIN_COUNT_LOW;
	fields_str(lab_op(&l, OP_TOKEN_QUALIFY), "serial", l.serial);
	lab_ok(&l, lab_call_with(&l, USER_PIN));
	assert_int_equal(num_logins, 1);
	lab_is(&l, "pin-counter", "skipped: tries have been used up already");
	with_a_pad();
	extra = 0;
	fields_str(lab_op(&l, OP_TOKEN_QUALIFY), "serial", l.serial);
	lab_ok(&l, lab_call_with(&l, USER_PIN));
	assert_int_equal(num_logins, 3);
	assert_int_equal(strncmp(lab_out(&l, "pin-counter"), "good: ", 6), 0);
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
	assert_int_equal(lab_count_objects(&l), 2);
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
		LAB(pins),
		LAB(the_last_try_is_refused),
		LAB(a_counting_token_is_respected),
		LAB(a_pin_pad_is_given_nothing),
		LAB(a_refused_login_costs_no_try),
		LAB(a_qualification_spends_no_scarce_try),
		LAB(tokens_are_told_apart),
		LAB(keys_are_not_initialised_away),
		LAB(an_empty_token_is_initialised_again),
		LAB(modules_that_are_none),
		LAB(a_dead_helper_leaves_the_truth),
	};

	if (!process_harden(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
