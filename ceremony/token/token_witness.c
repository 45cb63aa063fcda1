/* token_witness.c: the ops by which witnesses have keys and sign with them; see token.h, ops.def. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/record/note.h"
#include "ceremony/token/intent.h"
#include "ceremony/token/keypair.h"
#include "ceremony/token/minisign.h"
#include "ceremony/token/sign.h"
#include "ceremony/token/token_ops.h"
#include "ceremony/token/witness.h"

/* ---- a key made here ---- */

static bool plain_name(struct bytes name)
{
	return name.len && name.len <= WITNESS_MAX_NAME && text_is_plain(name);
}

bool token_op_witness_make(struct token *t, struct call *c, struct err *e)
{
	uint8_t      pub[WITNESS_PUBLIC_LEN], sealed[WITNESS_SEALED_LEN];
	struct bytes name = fields_get(&c->in, "name");

	(void)t;
	if (!plain_name(name))
		return token_missing(e, "name");
	if (!witness_make(pub, sealed, name, c->secret_in, e))
		return false;
	fields_base64(&c->out, "public", bytes_of(pub, sizeof pub));
	fields_base64(&c->out, "sealed", bytes_of(sealed, sizeof sealed));
	return true;
}

/* "cosignature/v1\ntime T\n" and the checkpoint of exactly this transcript. */
static bool may_cosign(struct token *t, struct bytes message, struct err *e)
{
	struct bytes line, rest, body;
	uint64_t     time = 0;

	if (!bytes_cut(message, '\n', &line, &rest) || !bytes_is(line, "cosignature/v1") ||
	    !bytes_cut(rest, '\n', &line, &body) || !bytes_starts(line, "time ") ||
	    !bytes_to_u64(&time, bytes_skip(line, 5), INT64_MAX))
		return err_set(e, ERR_TOKEN_NO_INTENT, "the message is no cosignature");
	return intent_checkpoint(t->record, body, e);
}

/* The message and the comment of every signature by a witness. */
static bool take_message(struct bytes *message, struct token *t, struct call *c, struct err *e)
{
	if (!text_is_plain(fields_get(&c->in, "comment")))
		return token_missing(e, "comment");
	if (!fields_get_base64(message, &t->work, &c->in, "message"))
		return token_missing(e, "message");
	return may_cosign(t, *message, e);
}

static void put_signatures(struct call *c, const uint8_t signature[WITNESS_SIG_LEN], const uint8_t global[WITNESS_SIG_LEN])
{
	fields_base64(&c->out, "signature", bytes_of(signature, WITNESS_SIG_LEN));
	fields_base64(&c->out, "global", bytes_of(global, WITNESS_SIG_LEN));
}

bool token_op_witness_cosign(struct token *t, struct call *c, struct err *e)
{
	struct bytes name = fields_get(&c->in, "name"), comment = fields_get(&c->in, "comment");
	struct bytes sealed, pub, message;
	uint8_t      signature[WITNESS_SIG_LEN], global[WITNESS_SIG_LEN];

	if (!plain_name(name))
		return token_missing(e, "name");
	if (!fields_get_base64(&sealed, &t->work, &c->in, "sealed"))
		return token_missing(e, "sealed");
	if (!fields_get_base64(&pub, &t->work, &c->in, "public") || pub.len != WITNESS_PUBLIC_LEN)
		return token_missing(e, "public");
	if (!take_message(&message, t, c, e) ||
	    !witness_sign(signature, global, name, sealed, pub, c->secret_in, message, comment, e))
		return false;
	put_signatures(c, signature, global);
	return true;
}

/* ---- a minisign key on a medium ---- */

bool token_op_witness_bring(struct token *t, struct call *c, struct err *e)
{
	SECRET              pair = { 0 };
	struct minisign_key k;
	struct bytes        content;

	if (!fields_get_base64(&content, &t->work, &c->in, "content"))
		return token_missing(e, "content");
	if (!minisign_open(&k, &pair, content, c->secret_in, e))
		return false;
	fields_base64(&c->out, "public", bytes_of(k.public_key, sizeof k.public_key));
	fields_hex(&c->out, "number", bytes_of(k.number, sizeof k.number));
	return true;
}

bool token_op_witness_cosign_brought(struct token *t, struct call *c, struct err *e)
{
	SECRET              pair = { 0 };
	struct minisign_key k;
	struct bytes        content, pub, message;
	uint8_t             signature[WITNESS_SIG_LEN], global[WITNESS_SIG_LEN], number[8];
	struct buf          b = BUF_ON(number);

	if (!fields_get_base64(&content, &t->work, &c->in, "content"))
		return token_missing(e, "content");
	if (!fields_get_base64(&pub, &t->work, &c->in, "public"))
		return token_missing(e, "public");
	if (!hex_decode(&b, fields_get(&c->in, "number")) || b.len != sizeof number)
		return token_missing(e, "number");
	if (!take_message(&message, t, c, e) || !minisign_open(&k, &pair, content, c->secret_in, e))
		return false;
	if (!bytes_equal(pub, bytes_of(k.public_key, sizeof k.public_key)) || memcmp(number, k.number, sizeof number) != 0)
		return err_set(e, ERR_WITNESS_FILE, "it holds another key than at the sign-off");
	if (!witness_sign_with(signature, global, &pair, pub, message, fields_get(&c->in, "comment"), e))
		return false;
	put_signatures(c, signature, global);
	return true;
}

/* ---- a key on a card ---- */

#define CHALLENGE "ceremony-witness-challenge/v1\n"

/* The card that the call names, open and logged in; never the root's token, nor the second one. */
static bool open_card(struct session *s, struct token *t, struct call *c, struct err *e)
{
	__attribute__((cleanup(uri_done))) struct uri u = { 0 };
	struct bytes serial = fields_get(&c->in, "serial");

	if (!serial.len)
		return token_missing(e, "serial");
	if (!uri_parse(&u, fields_get(&c->in, "uri"), e))
		return false;
	if (fields_is(&c->in, "names", "module"))
		uri_module_only(&u);
	if (!uri_name(&u, bytes_of(NULL, 0), serial, e) || !session_open(s, &u, false, e))
		return false;
	if (token_is_same(s, &t->session) || token_is_same(s, &t->second))
		return err_set(e, ERR_TOKEN_OTHER, "it is the root's token, or its backup");
	return session_login(s, serial, false, c->secret_in, e);
}

static bool sign_on_card(struct buf *out, const struct session *s, const struct keypair *k, struct bytes message,
                         struct err *e)
{
	return sign_message(out, s, k->private_key, &k->key, sig_for(&k->key), message, e);
}

static void describe_key(struct fields *out, const struct keypair *k)
{
	char name[16];

	fields_hex(out, "id", bytes_of(k->id, k->id_len));
	fields_str(out, "key", k->label);
	fields_str(out, "algorithm", key_name(name, &k->key));
	fields_base64(out, "spki", k->key.spki);
}

bool token_op_witness_card(struct token *t, struct call *c, struct err *e)
{
	__attribute__((cleanup(session_done))) struct session s = { 0 };
	struct keypair k;
	uint8_t        random[32], text[64 + sizeof CHALLENGE], room[SIG_MAX];
	struct buf     challenge = BUF_ON(text), signature = BUF_ON(room);

	if (!open_card(&s, t, c, e) || !keypair_only(&k, &t->work, &s, fields_get(&c->in, "key"), e))
		return false;
	random_fill(random, sizeof random);
	buf_str(&challenge, CHALLENGE);
	buf_put(&challenge, bytes_of(random, sizeof random));
	if (!sign_on_card(&signature, &s, &k, buf_bytes(&challenge), e) || !session_describe(&c->out, &s, e))
		return false;
	describe_key(&c->out, &k);
	fields_base64(&c->out, "challenge", buf_bytes(&challenge));
	fields_base64(&c->out, "signature", buf_bytes(&signature));
	return true;
}

/* minisign's second signature, by a key that stays where it is. */
static bool sign_comment(struct call *c, const struct session *s, const struct keypair *k, struct bytes signature,
                         struct err *e)
{
	uint8_t    both[WITNESS_SIG_LEN + WITNESS_MAX_COMMENT], room[SIG_MAX];
	struct buf b = BUF_ON(both), global = BUF_ON(room);

	buf_put(&b, signature);
	buf_put(&b, fields_get(&c->in, "comment"));
	if (!buf_ok(&b))
		return token_missing(e, "comment");
	if (!sign_on_card(&global, s, k, buf_bytes(&b), e))
		return false;
	fields_base64(&c->out, "global", buf_bytes(&global));
	return true;
}

/* The same comment, by a key that minisign knows nothing of: under words of its own, with the checkpoint that it tells of. */
static bool sign_heard(struct call *c, const struct session *s, const struct keypair *k, struct bytes message, struct err *e)
{
	uint8_t      text[COSIGNED_MAX + WITNESS_MAX_COMMENT], room[SIG_MAX];
	struct buf   b = BUF_ON(text), signature = BUF_ON(room);
	struct bytes line, body;

	MUST(bytes_cut(message, '\n', &line, &body) && bytes_cut(body, '\n', &line, &body)); /* may_cosign has seen both */
	heard_message(&b, fields_get(&c->in, "comment"), body);
	if (!buf_ok(&b))
		return token_missing(e, "comment");
	if (!sign_on_card(&signature, s, k, buf_bytes(&b), e))
		return false;
	fields_base64(&c->out, "global", buf_bytes(&signature));
	return true;
}

bool token_op_witness_cosign_card(struct token *t, struct call *c, struct err *e)
{
	__attribute__((cleanup(session_done))) struct session s = { 0 };
	struct keypair k;
	struct bytes   spki, message;
	uint8_t        room[SIG_MAX];
	struct buf     signature = BUF_ON(room);

	if (!fields_get_base64(&spki, &t->work, &c->in, "spki"))
		return token_missing(e, "spki");
	if (!take_message(&message, t, c, e) || !open_card(&s, t, c, e) || !keypair_by_id(&k, &t->work, &s, &c->in, e))
		return false;
	if (!bytes_equal(k.key.spki, spki))
		return err_set(e, ERR_TOKEN_OTHER, "it holds another key than at the sign-off");
	if (!sign_on_card(&signature, &s, &k, message, e))
		return false;
	fields_base64(&c->out, "signature", buf_bytes(&signature));
	return k.key.alg == KEY_ED25519 ? sign_comment(c, &s, &k, buf_bytes(&signature), e) : sign_heard(c, &s, &k, message, e);
}
