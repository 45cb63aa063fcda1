/* world.h: for tests: a token, a medium, a parser and a host that live in memory, and a face
 * that says yes to everything: enough to run a whole ceremony in milliseconds. */
#pragma once

#include <sodium.h>

#include "ceremony/cmd/runner.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/pki/pem.h"
#include "ceremony/pki/test/throwaway.h"
#include "ceremony/share/envelope.h"

struct world {
	struct arena     arena;
	struct throwaway key[3];      /* root, record, the record key of a token that takes the place of a lost one */
	char             id[3][20];   /* their ids; "" where not made */
	unsigned         num_keys, num_root_signatures, num_calls;
	unsigned         fail_at;     /* the call that fails once, from 1; 0: none */
	bool             fail_after;  /* it fails after it was carried out */
	bool             logged_in;
	bool             restored;    /* the root key is in the second token */
	unsigned         num_held;    /* shares that the token process holds */
	uint8_t          witness_secret[FLOW_MAX_WITNESSES][64];
	char             witness_name[FLOW_MAX_WITNESSES][40];
	unsigned         num_witnesses, num_written;
	char             shown[64];   /* the last secret shown */
	int64_t          now;
	uint64_t         stop_after;  /* events; then the power is cut */
	uint64_t         num_told;
	jmp_buf          power;
	bool             answers_words_wrong_once;
	bool             second_approves; /* the last of those who may; else nobody does */
	/* out of turn */
	unsigned         num_asked, aside_at[4]; /* the asks, from 1, that are left for something else; 0: none */
	enum reply_kind  aside[4];
	const char      *presence; /* chosen the next time that somebody leaves or comes back; NULL: the first */
	int64_t          skew;     /* of the wall clock */
	uint64_t         jump_after; /* events; then the wall clock is set two minutes ahead */
};

/* What goes with the process. */
static inline void world_forget(struct world *w)
{
	w->logged_in = false;
	w->num_held = 0;
}

static inline int world_key(const struct world *w, const struct fields *in)
{
	for (int i = 0; i < (int)COUNT_OF(w->id); i++)
		if (w->id[i][0] && fields_is(in, "id", w->id[i]))
			return i;
	return -1;
}

static inline void world_key_fields(struct world *w, int i, bool copy, struct fields *out)
{
	fields_str(out, "id", w->id[i]);
	fields_base64(out, "spki", w->key[i].key.spki);
	fields_str(out, "CKA_TOKEN", "true");
	fields_str(out, "CKA_PRIVATE", "true");
	fields_str(out, "CKA_SENSITIVE", "true");
	fields_str(out, "CKA_EXTRACTABLE", i == 0 && !copy ? "true" : "false");
}

static inline bool world_generate(struct world *w, const struct call *c, struct fields *out, struct err *e)
{
	struct bytes label = fields_get(&c->in, "label");
	const bool   record = label.len > 10 && bytes_is(bytes_skip(label, label.len - 10), "record key");
	const int    i = !record ? 0 : w->id[1][0] ? 2 : 1;

	if (w->id[i][0] || world_key(w, &c->in) >= 0)
		return err_set(e, ERR_TOKEN_KEY_EXISTS, "made twice");
	w->num_keys++;
	throwaway_new(&w->key[i], &w->arena, KEY_P384);
	struct bytes id = fields_get(&c->in, "id");
	(void)snprintf(w->id[i], sizeof w->id[i], "%.*s", (int)id.len, (const char *)id.p);
	world_key_fields(w, i, false, out);
	return true;
}

static inline bool world_sign(struct world *w, const struct call *c, struct fields *out)
{
	struct bytes message;
	uint8_t      room[SIG_MAX];
	int          i = world_key(w, &c->in);

	assert_true(i >= 0 && w->logged_in);
	assert_true(fields_get_base64(&message, &w->arena, &c->in, "message"));
	w->num_root_signatures += i == 0;
	fields_base64(out, "signature", throwaway_sign(&w->key[i], room, message));
	return true;
}

/* What a key signs to prove itself. */
static inline bool world_prove(struct throwaway *key, struct fields *out)
{
	uint8_t text[sizeof CHALLENGE_WORDS - 1 + CHALLENGE_LEN] = CHALLENGE_WORDS, room[SIG_MAX];

	fields_hex(out, "challenge", bytes_of(text, sizeof text));
	fields_base64(out, "signature", throwaway_sign(key, room, bytes_of(text, sizeof text)));
	fields_str(out, "verified", "yes");
	return true;
}

static inline bool world_challenge(struct world *w, int i, struct fields *out)
{
	assert_true(i >= 0);
	return world_prove(&w->key[i], out);
}

static inline bool world_witness(struct world *w, const struct call *c, struct fields *out)
{
	uint8_t      public_key[32], signature[64], global[64], both[512];
	struct bytes name = fields_get(&c->in, "name"), message, comment = fields_get(&c->in, "comment");
	unsigned     i = 0;

	while (i < w->num_witnesses && !bytes_is(name, w->witness_name[i]))
		i++;
	if (c->op == OP_WITNESS_MAKE) {
		w->num_witnesses += i == w->num_witnesses;
		(void)snprintf(w->witness_name[i], 40, "%.*s", (int)name.len, (const char *)name.p);
		assert_int_equal(crypto_sign_keypair(public_key, w->witness_secret[i]), 0);
		fields_base64(out, "public", bytes_of(public_key, 32));
		fields_base64(out, "sealed", BYTES_LIT("sealed"));
		return true;
	}
	assert_true(i < w->num_witnesses);
	assert_true(fields_get_base64(&message, &w->arena, &c->in, "message"));
	(void)crypto_sign_detached(signature, NULL, message.p, message.len, w->witness_secret[i]);
	struct buf b = BUF_ON(both);
	buf_put(&b, bytes_of(signature, 64));
	buf_put(&b, comment);
	(void)crypto_sign_detached(global, NULL, b.p, b.len, w->witness_secret[i]);
	fields_base64(out, "signature", bytes_of(signature, 64));
	fields_base64(out, "global", bytes_of(global, 64));
	return true;
}

static inline bool world_share(struct world *w, const struct call *c, struct fields *out, struct err *e)
{
	uint64_t n = 0;
	char     key[24];

	if (c->op == OP_SHARE_SPLIT) {
		for (unsigned i = 1; i <= 5; i++) {
			(void)snprintf(key, sizeof key, "commitment.%u", i);
			fields_str(out, key, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
		}
		fields_str(out, "identifier", "12345");
		fields_str(out, "key-check", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
		fields_add_all(out, &c->in);
		fields_str(out, "passphrase", "no");
		fields_str(out, "sources", "token, system");
		return true;
	}
	assert_true(fields_get_u64(&n, &c->in, "number", 16));
	(void)snprintf(key, sizeof key, "share %u", (unsigned)n);
	if (c->op == OP_SHARE_SHOW) {
		(void)snprintf(w->shown, sizeof w->shown, "%s", key);
		return secret_set(c->secret_out, bytes_str(key), e);
	}
	if (!bytes_is(secret_expose(c->secret_in), key))
		return err_set(e, ERR_SHARE_CHECKSUM, "word 2");
	w->num_held++;
	fields_str(out, "match", "yes");
	return true;
}

static inline bool world_media(struct world *w, const struct call *c, struct fields *out, struct err *e)
{
	struct bytes content, name = fields_get(&c->in, "name");
	char         path[120], hex[HASH_MAX * 2 + 1];

	if (c->op == OP_MEDIA_WRITE) {
		assert_true(fields_get_base64(&content, &w->arena, &c->in, "content"));
		w->num_written++;
	} else {
		(void)snprintf(path, sizeof path, "scripts/fixtures/requests/%.*s", (int)name.len, (const char *)name.p);
		if (!file_read(&content, &w->arena, AT_FDCWD, path, 65536, e))
			return false;
		fields_base64(out, "content", content);
	}
	fields_str(out, "sha256", sha256_hex(hex, content));
	return true;
}

static inline bool world_parse(struct world *w, const struct call *c, struct fields *out, struct err *e)
{
	struct request r;
	struct bytes   content, der;
	char           hex[HASH_MAX * 2 + 1];

	assert_true(fields_get_base64(&content, &w->arena, &c->in, "content"));
	if (!pem_decode(&der, &w->arena, "CERTIFICATE REQUEST", content, e) || !request_parse(&r, der, e))
		return false;
	fields_base64(out, "der", der);
	fields_str(out, "sha256", sha256_hex(hex, der));
	fields_str(out, "spki-sha256", sha256_hex(hex, r.key.spki));
	fields_str(out, "subject-text", "a subject");
	return true;
}

/* The ops on a backup that was made, and on the second token. */
static inline bool world_restore(struct world *w, const struct call *c, int i, bool second, struct fields *out,
                                 struct err *e)
{
	switch (c->op) {
	case OP_KEY_FIND:
		if (second && !w->restored)
			i = -1;
		fields_str(out, "found", i >= 0 ? "yes" : "no");
		if (i >= 0)
			world_key_fields(w, i, second, out);
		return true;
	case OP_KEY_RESTORE:
		assert_true(second && i == 0);
		if (w->restored)
			return err_set(e, ERR_TOKEN_KEY_EXISTS, "restored twice");
		if (w->num_held < 3)
			return err_set(e, ERR_BACKUP_SHARES, "%u of 3", w->num_held);
		w->restored = true;
		world_key_fields(w, i, true, out);
		return true;
	case OP_KEY_PROVE:
		assert_true(second && w->restored);
		return world_challenge(w, i, out);
	case OP_SHARE_ENTER:
		w->num_held++;
		fields_str(out, "match", "yes");
		fields_u64(out, "number", w->num_held);
		return true;
	case OP_SHARE_JOIN:
		if (w->num_held < 3)
			return err_set(e, ERR_BACKUP_SHARES, "%u of 3", w->num_held);
		fields_str(out, "key-check", "right");
		return true;
	case OP_BACKUP_FORGET: w->num_held = 0; return true;
	default: return true;
	}
}

/* An envelope around nothing of worth, as the record may have it. */
static inline void world_wrap(const struct world *w, const struct call *c, struct fields *out)
{
	uint8_t         room[1024];
	struct buf      b = BUF_ON(room);
	SECRET          shared = { 0 };
	struct err      e = { 0 };
	char            hex[HASH_MAX * 2 + 1];
	struct digest   d = hash_of(HASH_SHA256, w->key[0].key.spki);
	struct envelope env = { .format = "aes-kwp-rfc5649", .set = fields_get(&c->in, "set"), .identifier = 12345,
		                .wrapped = BYTES_LIT("wrapped") };

	memcpy(env.root, d.p, sizeof env.root);
	assert_true(fields_get_u64(&env.epoch, &c->in, "epoch", 99));
	OK(secret_set(&shared, BYTES_LIT("01234567890123456789012345678901"), &e), e);
	OK(envelope_put(&b, &env, &shared, &e), e);
	fields_base64(out, "blob", buf_bytes(&b));
	fields_str(out, "blob-sha256", sha256_hex(hex, buf_bytes(&b)));
	fields_str(out, "format", env.format);
	fields_str(out, "sources", "token, system");
}

static inline bool world_do(struct world *w, struct call *c, struct fields *out, struct err *e)
{
	int  i = world_key(w, &c->in);
	bool second = fields_is(&c->in, "token", "second");

	switch (c->op) {
	case OP_TOKEN_OPEN:
		fields_str(out, "label", second ? "rehearsal-second" : "rehearsal-root");
		fields_str(out, "serial", second ? "decaf" : "c0ffee");
		fields_str(out, "software", "yes");
		fields_str(out, "initialised", fields_is(&c->in, "init", "yes") ? "no" : "yes");
		fields_str(out, "objects", "0");
		return true;
	case OP_TOKEN_LOGIN:
		w->logged_in = true;
		fields_str(out, "serial", second ? "decaf" : "c0ffee");
		return true;
	case OP_TOKEN_RANDOM: fields_str(out, "random", "000102030405060708090a0b0c0d0e0f10111213"); return true;
	case OP_KEY_GENERATE: return world_generate(w, c, out, e);
	case OP_KEY_FIND:
	case OP_KEY_RESTORE:
	case OP_KEY_PROVE:
	case OP_SHARE_ENTER:
	case OP_SHARE_JOIN:
	case OP_BACKUP_FORGET: return world_restore(w, c, i, second, out, e);
	case OP_KEY_SIGN: return world_sign(w, c, out);
	case OP_KEY_LOCK:
		fields_str(out, "CKA_EXTRACTABLE", "false");
		fields_str(out, "wrap-refused", "yes");
		return true;
	case OP_BACKUP_WRAP: world_wrap(w, c, out); return true;
	case OP_SHARE_SPLIT:
	case OP_SHARE_SHOW:
	case OP_SHARE_CHECK: return world_share(w, c, out, e);
	case OP_BACKUP_PROVE: return world_challenge(w, world_key(w, &c->in), out);
	case OP_WITNESS_MAKE:
	case OP_WITNESS_SIGN: return world_witness(w, c, out);
	case OP_MEDIA_READ:
	case OP_MEDIA_WRITE: return world_media(w, c, out, e);
	case OP_MARK_READ: fields_str(out, "found", "no"); return true;
	case OP_MARK_WRITE: fields_str(out, "held", "yes"); return true;
	case OP_PARSE_REQUEST: return world_parse(w, c, out, e);
	case OP_HOST_REPORT:
		fields_str(out, "sha256", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
		return true;
	case OP_HOST_LOOK:
		fields_str(out, "network", "none");
		fields_str(out, "swap", "none");
		fields_str(out, "core-dumps", "off");
		return true;
	default: return true; /* token-init, token-set-pin */
	}
}

static inline bool world_call(void *ctx, struct call *c, struct err *e)
{
	struct world *w = ctx;
	bool          fails = ++w->num_calls == w->fail_at;

	if (fails && !w->fail_after)
		return err_set(e, ERR_TOKEN_FAILED, "call %u", w->num_calls);
	if (!world_do(w, c, &c->out, e))
		return false;
	return !fails || err_set(e, ERR_TOKEN_FAILED, "after call %u", w->num_calls);
}

/* ---- the face ------------------------------------------------------------------------ */

/* Who was to leave leaves; then whoever is away is back. */
static inline const char *world_presence(struct world *w, const struct ask *a)
{
	const char *who = w->presence;

	w->presence = NULL;
	for (size_t i = 0; i < a->num_choices && !who; i++)
		if (strstr(a->choice[2 * i + 1], "is back"))
			who = a->choice[2 * i];
	return who ? who : a->choice[0];
}

static inline void world_answer(struct world *w, const struct ask *a, struct reply *r)
{
	char       now[24];
	struct err e = { 0 };

	switch (a->kind) {
	case ASK_TEXT:
		(void)utc_str(now, w->now + w->skew);
		now[19] = 0;
		fields_str(&r->fields, a->key, strncmp(a->key, "watch", 5) == 0 ? now + 11 :
		                               strcmp(a->key, "reason") == 0      ? "reason: a text" :
		                                                                    a->key);
		break;
	case ASK_CONFIRM: fields_str(&r->fields, a->key, "yes"); break;
	case ASK_TYPE_BACK: fields_str(&r->fields, a->key, a->expect); break;
	case ASK_CHOICE:
		if (strcmp(a->key, "presence") == 0) {
			fields_str(&r->fields, a->key, world_presence(w, a));
			break;
		}
		if (strcmp(a->key, "approver.2") == 0 && w->second_approves) {
			fields_str(&r->fields, a->key, a->choice[2 * (a->num_choices - 1)]);
			break;
		}
		/* the second officer hands over: the administrator, who is the first choice, approves */
		fields_str(&r->fields, a->key, a->choice[strcmp(a->key, "from") == 0 ? 4 : 0]);
		break;
	case ASK_PIN:
	case ASK_NEW_PIN: OK(secret_set(&r->secret, BYTES_LIT("12345678"), &e), e); break;
	case ASK_WORDS:
		OK(secret_set(&r->secret, w->answers_words_wrong_once ? BYTES_LIT("wrong") : bytes_str(w->shown), &e), e);
		w->answers_words_wrong_once = false;
		break;
	case ASK_QR: fields_str(&r->fields, a->key, "version 6, fragments 18, frames 54"); break;
	}
}

static inline bool world_ask(void *ctx, const struct prompt *p, struct reply *r, struct err *e)
{
	struct world *w = ctx;

	(void)e;
	if (p->shown)
		(void)snprintf(w->shown, sizeof w->shown, "%.*s", (int)p->shown->len, (const char *)secret_expose(p->shown).p);
	r->kind = REPLY_ANSWER;
	w->num_asked++;
	for (size_t i = 0; i < COUNT_OF(w->aside); i++)
		if (w->num_asked == w->aside_at[i] && (w->aside[i] == REPLY_PEOPLE ? p->can_people : w->aside[i] == REPLY_ABORT || p->can_aside)) {
			r->kind = w->aside[i];
			return true;
		}
	for (size_t i = 0; i < p->num_asks; i++)
		world_answer(w, &p->ask[i], r);
	return true;
}

static inline void world_tell(void *ctx, const struct notice *n)
{
	struct world *w = ctx;

	if (n->kind == NOTICE_EVENT && ++w->num_told == w->stop_after)
		longjmp(w->power, 1);
	if (n->kind == NOTICE_EVENT && w->num_told == w->jump_after)
		w->skew = 120;
}

static inline void world_close(void *ctx)
{
	(void)ctx;
}

static inline int64_t world_now(void *ctx)
{
	return ((struct world *)ctx)->now++ + ((struct world *)ctx)->skew;
}

static inline uint64_t world_mono(void *ctx)
{
	return (uint64_t)((struct world *)ctx)->now * 1000;
}
