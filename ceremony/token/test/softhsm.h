/* softhsm.h: a throwaway SoftHSM in a temporary folder, with a record beside it; for the tests. */
#pragma once

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ceremony/record/transcript.h"
#include "ceremony/token/token.h"

#define SO_PIN   "12345678"
#define USER_PIN "87654321"

static const char *const modules[] = {
	"/usr/lib/softhsm/libsofthsm2.so",
	"/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
	"/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
};

#define LAB_MESSAGE BYTES_LIT("to be signed: \x30\x00 and more")

/* All that a test needs. */
struct lab {
	char          dir[64], record[96], uri[1024], serial[64];
	struct token  token;
	struct helper helper;
	struct arena  in, out;
	struct call   call;
	struct err    e;
	struct transcript transcript;
};

static inline void lab_module(char *out, size_t len, const char *label)
{
	const char *module = NULL;

	for (size_t i = 0; i < COUNT_OF(modules) && !module; i++)
		if (access(modules[i], R_OK) == 0)
			module = modules[i];
	assert_non_null(module);
	assert_true(snprintf(out, len, "pkcs11:token=%s?module-path=%s", label, module) < (int)len);
}

/* A call ready to be filled. */
static inline struct fields *lab_op(struct lab *l, enum op op)
{
	l->in.len = l->out.len = 0;
	l->call = (struct call){ .op = op, .in = fields_on(&l->in), .out = fields_on(&l->out) };
	return &l->call.in;
}

/* Makes the call; the error's id, ERR_NONE if it went well. */
static inline enum err_id lab_call(struct lab *l)
{
	l->e = (struct err){ 0 };
	return helper_call(&l->helper, &l->call, &l->e) ? ERR_NONE : l->e.id;
}

/* The same with a secret going in. */
static inline enum err_id lab_call_with(struct lab *l, const char *secret)
{
	SECRET s = { 0 };

	assert_true(secret_set(&s, bytes_str(secret), &l->e));
	l->call.secret_in = &s;
	enum err_id id = lab_call(l);
	l->call.secret_in = NULL;
	return id;
}

/* A field of the last answer, as a C string. */
static inline const char *lab_out(const struct lab *l, const char *key)
{
	const struct bytes *v = fields_find(&l->call.out, key);

	assert_non_null(v);
	return (const char *)v->p;
}

static inline void lab_is(const struct lab *l, const char *key, const char *value)
{
	assert_string_equal(lab_out(l, key), value);
}

#define lab_ok(l, id)                                                                           \
	do {                                                                                    \
		enum err_id lab_id_ = (id);                                                     \
		if (lab_id_ != ERR_NONE)                                                        \
			print_error("%s: %s\n", err_text_of(lab_id_)->name, (l)->e.detail);     \
		assert_int_equal(lab_id_, ERR_NONE);                                            \
	} while (0)

/* Writes an event, as the conductor does before it calls. data: key, value, ..., NULL. */
static inline void lab_event(struct lab *l, enum event_type type, const char *const *data)
{
	char         storage[4096];
	struct arena a = ARENA_ON(storage);
	struct event ev = { .time = 1795251600, .type = type, .data = fields_on(&a) };

	for (size_t i = 0; data && data[i]; i += 2)
		fields_str(&ev.data, data[i], data[i + 1]);
	assert_true(transcript_append(&l->transcript, &ev, &l->e));
}

static inline void lab_intent_generate(struct lab *l, const char *id, const char *label, const char *algorithm,
                                       const char *extractable)
{
	const char *const data[] = { "op", "key-generate", "id", id, "label", label, "algorithm", algorithm,
		                     "extractable", extractable, NULL };

	lab_event(l, EVENT_INTENT, data);
}

static inline enum err_id lab_generate(struct lab *l, const char *id, const char *label, const char *algorithm,
                                       const char *extractable)
{
	struct fields *f = lab_op(l, OP_KEY_GENERATE);

	fields_str(f, "id", id);
	fields_str(f, "label", label);
	fields_str(f, "algorithm", algorithm);
	fields_str(f, "extractable", extractable);
	return lab_call(l);
}

static inline void lab_intent_sign(struct lab *l, const char *id, const char *algorithm, struct bytes message)
{
	char              hex[HASH_MAX * 2 + 1];
	const char *const data[] = { "op", "key-sign", "id", id, "algorithm", algorithm, "sha256",
		                     sha256_hex(hex, message), NULL };

	lab_event(l, EVENT_INTENT, data);
}

static inline enum err_id lab_sign(struct lab *l, const char *id, const char *algorithm, const char *purpose,
                                   struct bytes message)
{
	struct fields *f = lab_op(l, OP_KEY_SIGN);

	fields_str(f, "id", id);
	fields_str(f, "algorithm", algorithm);
	fields_str(f, "purpose", purpose);
	fields_base64(f, "message", message);
	return lab_call(l);
}

static inline enum err_id lab_open(struct lab *l, const char *uri, const char *init)
{
	struct fields *f = lab_op(l, OP_TOKEN_OPEN);

	fields_str(f, "uri", uri);
	if (init)
		fields_str(f, "init", init);
	return lab_call(l);
}

static inline enum err_id lab_login(struct lab *l, const char *serial, const char *pin)
{
	fields_str(lab_op(l, OP_TOKEN_LOGIN), "serial", serial);
	return lab_call_with(l, pin);
}

/* The octets of a base64 field of the last answer, in a; they outlive the next call. */
static inline struct bytes lab_keep(struct lab *l, struct arena *a, const char *key)
{
	struct bytes b = { 0 };

	assert_true(fields_get_base64(&b, a, &l->call.out, key));
	return b;
}

/* All objects that the session sees, its own passing ones too. */
static inline uint64_t lab_count_here(struct lab *l)
{
	uint64_t          n = 0;
	CK_OBJECT_HANDLE  h[64];
	CK_ULONG          num = 0;
	CK_FUNCTION_LIST *fn = l->token.session.module.fn;

	assert_int_equal(fn->C_FindObjectsInit(l->token.session.handle, NULL, 0), CKR_OK);
	while (fn->C_FindObjects(l->token.session.handle, h, COUNT_OF(h), &num) == CKR_OK && num)
		n += num;
	assert_int_equal(fn->C_FindObjectsFinal(l->token.session.handle), CKR_OK);
	return n;
}

/* All objects that the token keeps: what a new session sees. */
static inline uint64_t lab_count_objects(struct lab *l)
{
	lab_ok(l, lab_open(l, l->uri, NULL));
	lab_ok(l, lab_login(l, l->serial, USER_PIN));
	return lab_count_here(l);
}

/* A folder, a SoftHSM without tokens in it, an empty transcript, and the helper. */
static inline void lab_begin(struct lab *l)
{
	char path[160];

	*l = (struct lab){ .transcript = { .fd = -1 } };
	l->in = arena_new((size_t)24 << 20);
	l->out = arena_new((size_t)24 << 20);
	(void)strcpy(l->dir, "/tmp/ceremony-test-XXXXXX");
	assert_non_null(mkdtemp(l->dir));
	(void)snprintf(path, sizeof path, "%s/tokens", l->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	(void)snprintf(l->record, sizeof l->record, "%s/record", l->dir);
	assert_int_equal(mkdir(l->record, 0700), 0);
	(void)snprintf(path, sizeof path, "%s/softhsm2.conf", l->dir);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	(void)fprintf(f, "directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n", l->dir);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(setenv("SOFTHSM2_CONF", path, 1), 0);
	int dir = open(l->record, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(transcript_create(&l->transcript, dir, &l->e));
	(void)close(dir);
	lab_event(l, EVENT_OPEN, NULL);
	assert_true(token_init(&l->token, l->record, &l->e));
	l->helper = token_helper(&l->token);
}

/* All that, an initialised token, and the user logged in. */
static inline void lab_start(struct lab *l)
{
	lab_begin(l);
	lab_module(l->uri, sizeof l->uri, "Lab");
	lab_ok(l, lab_open(l, l->uri, "yes"));
	lab_is(l, "initialised", "no");
	fields_str(lab_op(l, OP_TOKEN_INIT), "label", "Lab");
	lab_ok(l, lab_call_with(l, SO_PIN));
	(void)snprintf(l->serial, sizeof l->serial, "%s", lab_out(l, "serial"));
	(void)lab_op(l, OP_TOKEN_SET_PIN);
	lab_ok(l, lab_call_with(l, USER_PIN));
	lab_ok(l, lab_login(l, l->serial, USER_PIN));
}

static inline void lab_end(struct lab *l)
{
	char command[128];

	token_done(&l->token);
	transcript_done(&l->transcript);
	arena_free(&l->in);
	arena_free(&l->out);
	(void)snprintf(command, sizeof command, "rm -rf '%s'", l->dir);
	assert_int_equal(system(command), 0);
}
