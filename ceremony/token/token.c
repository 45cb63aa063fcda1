/* token.c: one function an op, and the table that finds it; see token.h. */
#include "ceremony/token/token.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "ceremony/base/text.h"
#include "ceremony/token/backup.h"
#include "ceremony/token/intent.h"
#include "ceremony/token/keypair.h"
#include "ceremony/token/qualify.h"
#include "ceremony/token/random.h"
#include "ceremony/token/sign.h"
#include "ceremony/token/token_ops.h"

#define WORK_LEN ((size_t)24 << 20)

bool token_missing(struct err *e, const char *field)
{
	return err_set(e, ERR_OP_FIELD, "%s", field);
}

struct session *token_session(struct token *t, const struct call *c)
{
	return fields_is(&c->in, "token", "second") ? &t->second : &t->session;
}

/* ---- the token ---- */

static bool op_list(struct token *t, struct call *c, struct err *e)
{
	__attribute__((cleanup(uri_done))) struct uri u = { 0 };

	(void)t;
	return uri_parse(&u, fields_get(&c->in, "uri"), e) && session_list(&c->out, &u, e);
}

/* An empty token has no serial to tell it by; it cannot be the other one, which is initialised. The serial
 * alone is not enough: NSS and opencryptoki give all their tokens the same one. */
bool token_is_same(const struct session *a, const struct session *b)
{
	return a->user >= SESSION_PUBLIC && b->user >= SESSION_PUBLIC &&
	       strcmp(a->module.path, b->module.path) == 0 &&
	       memcmp(a->info.serialNumber, b->info.serialNumber, sizeof a->info.serialNumber) == 0 &&
	       (a->slot == b->slot || memcmp(a->info.label, b->info.label, sizeof a->info.label) == 0);
}

static bool op_open(struct token *t, struct call *c, struct err *e)
{
	__attribute__((cleanup(uri_done))) struct uri u = { 0 };
	__attribute__((cleanup(session_done))) struct session s = { 0 };

	struct session *now = token_session(t, c), *other = now == &t->second ? &t->session : &t->second;
	if (!uri_parse(&u, fields_get(&c->in, "uri"), e))
		return false;
	if (fields_is(&c->in, "names", "module"))
		uri_module_only(&u);
	if (!uri_name(&u, fields_get(&c->in, "label"), fields_get(&c->in, "serial"), e))
		return false;
	if (now == &t->second)
		t->transfer = (struct transfer){ .private_key = 0 }; /* its keys go with the session */
	session_done(now); /* the old session goes first: the token may have been changed */
	if (!session_open(&s, &u, fields_is(&c->in, "init", "yes"), e))
		return false;
	if (token_is_same(&s, other))
		return err_set(e, ERR_TOKEN_OTHER, "it is the other token that is open here");
	if (!session_describe(&c->out, &s, e))
		return false;
	*now = s;
	s = (struct session){ 0 };
	return true;
}

static void put_label_and_serial(struct token *t, struct call *c)
{
	char text[129];

	const CK_TOKEN_INFO *info = &token_session(t, c)->info;

	fields_str(&c->out, "label", session_text(text, sizeof text, info->label, 32));
	fields_str(&c->out, "serial", session_text(text, sizeof text, info->serialNumber, 16));
}

static bool op_init(struct token *t, struct call *c, struct err *e)
{
	if (!session_init(token_session(t, c), fields_get(&c->in, "label"), c->secret_in, e))
		return false;
	put_label_and_serial(t, c);
	return true;
}

static bool op_set_pin(struct token *t, struct call *c, struct err *e)
{
	if (!session_set_pin(token_session(t, c), c->secret_in, e))
		return false;
	put_label_and_serial(t, c);
	return true;
}

static bool op_login(struct token *t, struct call *c, struct err *e)
{
	struct bytes serial = fields_get(&c->in, "serial");

	if (!session_login(token_session(t, c), serial, fields_is(&c->in, "final", "yes"), c->secret_in, e))
		return false;
	fields_put(&c->out, "serial", serial);
	fields_str(&c->out, "tries", session_tries(&token_session(t, c)->info));
	return true;
}

static bool op_qualify(struct token *t, struct call *c, struct err *e)
{
	return qualify_token(c, &t->work, token_session(t, c), fields_get(&c->in, "serial"), e);
}

static bool op_random(struct token *t, struct call *c, struct err *e)
{
	uint64_t len = 0;
	uint8_t  out[RANDOM_MAX];

	if (!fields_get_u64(&len, &c->in, "len", sizeof out) || !len)
		return token_missing(e, "len");
	if (!session_needs(token_session(t, c), SESSION_PUBLIC, e) || !random_mix(token_session(t, c), out, len, e))
		return false;
	fields_hex(&c->out, "random", bytes_of(out, len));
	return true;
}

/* ---- keys ---- */

static bool op_generate(struct token *t, struct call *c, struct err *e)
{
	static const char *const named[] = { "id", "label", "algorithm", "extractable", NULL };
	struct keypair_plan      plan;
	struct keypair           k;
	bool                     removed;

	if (!session_needs(token_session(t, c), SESSION_USER, e) || !keypair_plan_parse(&plan, &t->work, &c->in, e) ||
	    !intent_matches(t->record, &t->work, "key-generate", &c->in, named, e))
		return false;
	if (c->progress) /* a smartcard takes minutes for RSA */
		c->progress(c->progress_ctx, "making the key", 0, 0);
	if (!keypair_generate(&k, &removed, &t->work, token_session(t, c), &plan, e))
		return false;
	keypair_describe(&c->out, token_session(t, c), &k);
	if (removed)
		fields_str(&c->out, "half-removed", "public");
	return true;
}

static bool op_find(struct token *t, struct call *c, struct err *e)
{
	uint8_t        storage[KEYPAIR_MAX_ID];
	struct buf     id = BUF_ON(storage);
	struct keypair k;
	struct bytes   label = fields_get(&c->in, "label");
	struct err     why = { 0 };
	const char    *half = NULL;

	if (!session_needs(token_session(t, c), SESSION_USER, e))
		return false;
	if (!hex_decode(&id, fields_get(&c->in, "id")))
		return token_missing(e, "id");
	bool found = keypair_find(&k, &t->work, token_session(t, c), buf_bytes(&id), label, &why);
	if (!found && why.id != ERR_TOKEN_KEY_NONE) {
		*e = why;
		return false;
	}
	if (!found && !keypair_half(&half, token_session(t, c), buf_bytes(&id), label, e))
		return false;
	if (half)
		fields_str(&c->out, "half", half);
	fields_str(&c->out, "found", found ? "yes" : "no");
	if (found)
		keypair_describe(&c->out, token_session(t, c), &k);
	return true;
}

/* What the record must say before this may be signed. */
static bool may_sign(struct token *t, struct call *c, const char *sha256, struct err *e)
{
	static const char *const named[] = { "id", "algorithm", "sha256", NULL };
	char                     storage[1024];
	struct arena             a = ARENA_ON(storage);
	struct fields            wanted = fields_on(&a);

	if (fields_find(&c->in, "token"))
		fields_put(&wanted, "token", fields_get(&c->in, "token"));
	fields_put(&wanted, "id", fields_get(&c->in, "id"));
	fields_put(&wanted, "algorithm", fields_get(&c->in, "algorithm"));
	fields_str(&wanted, "sha256", sha256);
	if (wanted.failed)
		return token_missing(e, "id or algorithm");
	return intent_matches(t->record, &t->work, "key-sign", &wanted, named, e);
}

/* A file of the ceremony's folder: hashed here, whatever the caller says of it. */
static bool sign_file(struct buf *out, char hex[HASH_MAX * 2 + 1], struct token *t, struct call *c, const struct keypair *k,
                      enum sig_alg alg, struct err *e)
{
	char          name[128];
	struct buf    b = BUF_ON(name);
	struct digest sha256, d;
	uint64_t      from = 0;

	buf_put(&b, fields_get(&c->in, "file"));
	(void)buf_cstr(&b);
	if (!buf_ok(&b) || t->record < 0)
		return token_missing(e, "file");
	if (fields_find(&c->in, "from") && !fields_get_u64(&from, &c->in, "from", UINT32_MAX))
		return token_missing(e, "from");
	if (!sign_hash_file(&sha256, &d, t->record, name, (int64_t)from, alg, e))
		return false;
	return may_sign(t, c, digest_hex(hex, &sha256), e) &&
	       sign_digest(out, token_session(t, c), k->private_key, &k->key, alg, &d, e);
}

static bool sign_given(struct buf *out, char hex[HASH_MAX * 2 + 1], struct token *t, struct call *c, const struct keypair *k,
                       enum sig_alg alg, struct err *e)
{
	struct bytes message;

	if (!fields_get_base64(&message, &t->work, &c->in, "message") || !message.len)
		return token_missing(e, "message");
	(void)sha256_hex(hex, message);
	bool may = fields_is(&c->in, "purpose", "checkpoint") ? intent_checkpoint_file(t->record, message, e) : may_sign(t, c, hex, e);
	return may && sign_message(out, token_session(t, c), k->private_key, &k->key, alg, message, e);
}

static bool find_signer(struct token *t, struct call *c, struct err *e)
{
	const struct session *s = token_session(t, c);
	struct bytes          id = fields_get(&c->in, "id");
	struct buf            b = BUF_ON(t->signer_id);
	struct arena          a = ARENA_ON(t->signer_room);

	if (t->signer_of == s && bytes_is(id, t->signer_id))
		return true;
	t->signer_of = NULL;
	if (!keypair_by_id(&t->signer, &a, s, &c->in, e))
		return false;
	buf_put(&b, id);
	(void)buf_cstr(&b);
	t->signer_of = buf_ok(&b) ? s : NULL;
	return true;
}

static bool op_sign(struct token *t, struct call *c, struct err *e)
{
	enum sig_alg   alg;
	uint8_t        storage[SIG_MAX];
	struct buf     signature = BUF_ON(storage);
	char           hex[HASH_MAX * 2 + 1];

	if (!session_needs(token_session(t, c), SESSION_USER, e))
		return false;
	if (!sig_by_name(&alg, fields_get(&c->in, "algorithm")))
		return token_missing(e, "algorithm");
	if (!fields_find(&c->in, "file") && !fields_get(&c->in, "message").len)
		return token_missing(e, "message");
	if (!find_signer(t, c, e))
		return false;
	bool ok = fields_find(&c->in, "file") ? sign_file(&signature, hex, t, c, &t->signer, alg, e)
	                                      : sign_given(&signature, hex, t, c, &t->signer, alg, e);
	if (!ok) {
		t->signer_of = NULL;
		return false;
	}
	fields_base64(&c->out, "signature", buf_bytes(&signature));
	fields_str(&c->out, "sha256", hex);
	return true;
}

static bool op_lock(struct token *t, struct call *c, struct err *e)
{
	struct keypair k;
	char           refusal[40];
	bool           tried = false;

	if (!session_needs(token_session(t, c), SESSION_USER, e) || !keypair_by_id(&k, &t->work, token_session(t, c), &c->in, e) ||
	    !keypair_lock(token_session(t, c), &k, e) || !backup_check_locked(&tried, refusal, token_session(t, c), &k, e))
		return false;
	fields_str(&c->out, "wrap-refused", tried ? "yes" : "untried");
	fields_str(&c->out, "refusal", refusal);
	keypair_attributes(&c->out, token_session(t, c), k.private_key);
	return true;
}

/* ---- the table ---- */

static bool (*const ops[OP_COUNT_])(struct token *t, struct call *c, struct err *e) = {
	[OP_TOKEN_LIST] = op_list,
	[OP_TOKEN_OPEN] = op_open,
	[OP_TOKEN_INIT] = op_init,
	[OP_TOKEN_SET_PIN] = op_set_pin,
	[OP_TOKEN_LOGIN] = op_login,
	[OP_TOKEN_QUALIFY] = op_qualify,
	[OP_TOKEN_RANDOM] = op_random,
	[OP_KEY_GENERATE] = op_generate,
	[OP_KEY_FIND] = op_find,
	[OP_KEY_SIGN] = op_sign,
	[OP_KEY_LOCK] = op_lock,
	[OP_BACKUP_WRAP] = token_op_wrap,
	[OP_SHARE_SPLIT] = token_op_split,
	[OP_SHARE_SHOW] = token_op_show,
	[OP_SHARE_CHECK] = token_op_check,
	[OP_BACKUP_PROVE] = token_op_prove,
	[OP_BACKUP_FORGET] = token_op_forget,
	[OP_SHARE_ENTER] = token_op_enter,
	[OP_CARD_KEY] = token_op_card_key,
	[OP_BACKUP_DICE] = token_op_dice,
	[OP_SHARE_PASSPHRASE] = token_op_passphrase,
	[OP_SHARE_JOIN] = token_op_join,
	[OP_BACKUP_REWRAP] = token_op_rewrap,
	[OP_BACKUP_MAKE] = token_op_make,
	[OP_TRANSFER_KEY] = token_op_transfer_key,
	[OP_TRANSFER_SEND] = token_op_transfer_send,
	[OP_TRANSFER_RECEIVE] = token_op_transfer_receive,
	[OP_KEY_RESTORE] = token_op_restore,
	[OP_KEY_PROVE] = token_op_challenge,
	[OP_KEY_DESTROY] = token_op_destroy,
	[OP_WITNESS_MAKE] = token_op_witness_make,
	[OP_WITNESS_SIGN] = token_op_witness_cosign,
	[OP_WITNESS_BRING] = token_op_witness_bring,
	[OP_WITNESS_SIGN_BROUGHT] = token_op_witness_cosign_brought,
	[OP_WITNESS_CARD] = token_op_witness_card,
	[OP_WITNESS_CARD_SIGN] = token_op_witness_cosign_card,
	[OP_MARK_READ] = token_op_mark_read,
	[OP_MARK_WRITE] = token_op_mark_write,
};

static bool answer(void *ctx, struct call *c, struct err *e)
{
	struct token *t = ctx;

	if (!ops[c->op])
		return err_set(e, ERR_OP_FIELD, "op");
	t->work.len = 0;
	if (c->op != OP_KEY_SIGN)
		t->signer_of = NULL;
	return ops[c->op](t, c, e);
}

struct helper token_helper(struct token *t)
{
	return (struct helper){ answer, t };
}

bool token_init(struct token *t, const char *record, struct err *e)
{
	struct token got = { .record = -1 };

	if (record) {
		got.record = open(record, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (got.record < 0)
			return err_set(e, ERR_FILE_OPEN, "the record's folder");
	}
	got.work = arena_new(WORK_LEN);
	if (!got.work.cap) {
		if (got.record >= 0)
			(void)close(got.record);
		return err_set(e, ERR_NO_MEMORY, "%zu octets", WORK_LEN);
	}
	*t = got;
	return true;
}

void token_done(struct token *t)
{
	if (!t->work.cap)
		return;
	secret_done(&t->card_key);
	custody_done(&t->custody);
	session_done(&t->session);
	session_done(&t->second);
	arena_free(&t->work);
	if (t->record >= 0)
		(void)close(t->record);
	*t = (struct token){ .record = -1 };
}
