/* token_transfer.c: the ops of a key's way from the one token into the other. */
#include "ceremony/token/backup.h"
#include "ceremony/token/intent.h"
#include "ceremony/token/token_ops.h"

bool token_op_transfer_key(struct token *t, struct call *c, struct err *e)
{
	struct key pub;
	char       hex[HASH_MAX * 2 + 1];

	if (!session_needs(&t->second, SESSION_USER, e) || !transfer_begin(&t->transfer, &pub, &t->work, &t->second, e))
		return false;
	fields_base64(&c->out, "transfer", pub.spki);
	fields_str(&c->out, "transfer-sha256", sha256_hex(hex, pub.spki));
	return true;
}

bool token_op_transfer_send(struct token *t, struct call *c, struct err *e)
{
	struct keypair k;
	struct key     pub;
	struct bytes   spki;
	char           hex[HASH_MAX * 2 + 1];

	if (!fields_get_base64(&spki, &t->work, &c->in, "transfer"))
		return token_missing(e, "transfer");
	if (!session_needs(&t->session, SESSION_USER, e) || !key_parse(&pub, spki, e) ||
	    !keypair_by_id(&k, &t->work, &t->session, &c->in, e) ||
	    !transfer_send(&t->transfer, &t->work, &t->session, &k, &pub, e))
		return false;
	fields_str(&c->out, "format", t->transfer.format);
	fields_str(&c->out, "oaep", t->transfer.hash == CKM_SHA256 ? "sha256" : "sha1");
	fields_str(&c->out, "wrapped-sha256", sha256_hex(hex, bytes_of(t->transfer.wrapped, t->transfer.wrapped_len)));
	return true;
}

/* The private half comes last: with it, the pair is whole. */
static bool receive(struct keypair *k, bool *removed, struct token *t, const struct keypair_names *names,
                    const struct key *root, struct err *e)
{
	struct session  *s = &t->second;
	CK_OBJECT_HANDLE pub = 0, priv = 0;
	struct fields    proof = fields_on(&t->work);

	if (!keypair_free(removed, s, names, e) || !keypair_put_public(&pub, s, names, root, e))
		return false;
	bool made = transfer_receive(&priv, &t->transfer, s, root, names, e);
	bool ok = made && keypair_find(k, &t->work, s, names->id, names->label, e) && backup_challenge(&proof, s, k, root, e);
	if (ok)
		return true;
	if (made)
		(void)s->module.fn->C_DestroyObject(s->handle, priv);
	(void)s->module.fn->C_DestroyObject(s->handle, pub);
	return false;
}

bool token_op_transfer_receive(struct token *t, struct call *c, struct err *e)
{
	static const char *const named[] = { "id", "label", "spki", "wrapped-sha256", NULL };
	struct keypair_names     names;
	struct keypair           k;
	struct key               root;
	struct bytes             spki;
	bool                     removed = false;
	char                     hex[HASH_MAX * 2 + 1];

	if (!fields_get_base64(&spki, &t->work, &c->in, "spki"))
		return token_missing(e, "spki");
	if (!session_needs(&t->second, SESSION_USER, e) || !keypair_names_parse(&names, &t->work, &c->in, e) ||
	    !key_parse(&root, spki, e) || !intent_matches(t->record, &t->work, "transfer-receive", &c->in, named, e))
		return false;
	if (!fields_is(&c->in, "wrapped-sha256", sha256_hex(hex, bytes_of(t->transfer.wrapped, t->transfer.wrapped_len))))
		return err_set(e, ERR_TOKEN_STATE, "it is not what was sent: transfer-key comes first");
	if (!receive(&k, &removed, t, &names, &root, e))
		return false;
	keypair_describe(&c->out, &t->second, &k);
	if (removed)
		fields_str(&c->out, "half-removed", "public");
	return true;
}
