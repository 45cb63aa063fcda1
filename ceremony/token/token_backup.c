/* token_backup.c: the ops of the backup: wrap, proof, restore, and the end of a key. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/token/backup.h"
#include "ceremony/token/intent.h"
#include "ceremony/token/keypair.h"
#include "ceremony/token/load.h"
#include "ceremony/token/random.h"
#include "ceremony/token/token_ops.h"

/* ---- the backup ---- */

#define MAX_EPOCH 99999

/* The share set's name and epoch, under these names. */
static bool read_of(struct backup_of *of, const struct fields *in, const char *set, const char *epoch, struct err *e)
{
	of->set = fields_get(in, set);
	if (!of->set.len || of->set.len > 64 || !text_is_plain(of->set))
		return token_missing(e, set);
	return fields_get_u64(&of->epoch, in, epoch, MAX_EPOCH) || token_missing(e, epoch);
}

/* The backup that the record has, and whose it is. */
struct given {
	struct key       root;
	struct backup_of of;
	struct bytes     file;
};

static bool read_given(struct given *g, struct token *t, struct call *c, const char *set, const char *epoch,
                       struct err *e)
{
	struct bytes spki;

	*g = (struct given){ .of = { .root = &g->root } };
	if (!fields_get_base64(&g->file, &t->work, &c->in, "blob") || !g->file.len || g->file.len > ENVELOPE_MAX)
		return token_missing(e, "blob");
	if (!fields_get_base64(&spki, &t->work, &c->in, "spki"))
		return token_missing(e, "spki");
	return read_of(&g->of, &c->in, set, epoch, e) && key_parse(&g->root, spki, e);
}

static void put_backup(struct call *c, const struct backup *b, const struct backup_of *of, const struct secret *dice)
{
	char hex[HASH_MAX * 2 + 1];

	fields_base64(&c->out, "blob", b->file);
	fields_str(&c->out, "blob-sha256", sha256_hex(hex, b->file));
	fields_str(&c->out, "format", b->format);
	if (b->mechanism)
		fields_fmt(&c->out, "mechanism", "%#lx", b->mechanism);
	fields_put(&c->out, "set", of->set);
	fields_u64(&c->out, "epoch", of->epoch);
	fields_str(&c->out, "sources", random_sources(dice));
}

bool token_op_wrap(struct token *t, struct call *c, struct err *e)
{
	struct keypair   k;
	struct backup    b;
	struct backup_of of = { .root = &k.key };

	if (!read_of(&of, &c->in, "set", "epoch", e) || !session_needs(token_session(t, c), SESSION_USER, e) ||
	    !keypair_by_id(&k, &t->work, token_session(t, c), &c->in, e) ||
	    !backup_wrap(&b, &t->custody, &t->work, token_session(t, c), k.private_key, &of, e))
		return false;
	put_backup(c, &b, &of, &t->custody.dice);
	return true;
}

bool token_op_make(struct token *t, struct call *c, struct err *e)
{
	struct key       root;
	struct backup    b;
	struct backup_of of = { .root = &root };
	char             name[16];

	if (!read_of(&of, &c->in, "set", "epoch", e) || !session_needs(token_session(t, c), SESSION_USER, e))
		return false;
	if (c->progress)
		c->progress(c->progress_ctx, "making the key", 0, 0);
	if (!load_make(&b, &root, &t->custody, &t->work, token_session(t, c), fields_get(&c->in, "algorithm"), &of, e))
		return false;
	fields_str(&c->out, "algorithm", key_name(name, &root));
	fields_base64(&c->out, "spki", root.spki);
	put_backup(c, &b, &of, &t->custody.dice);
	return true;
}

bool token_op_prove(struct token *t, struct call *c, struct err *e)
{
	struct keypair k;
	struct given   g;

	if (!read_given(&g, t, c, "set", "epoch", e) || !session_needs(token_session(t, c), SESSION_USER, e) ||
	    !keypair_by_id(&k, &t->work, token_session(t, c), &c->in, e))
		return false;
	/* The root as the record has it and as the token has it must be one. */
	if (!bytes_equal(g.root.spki, k.key.spki))
		return err_set(e, ERR_BACKUP_PROOF, "the token holds another key under that id");
	return backup_prove(&c->out, &t->custody, &t->work, token_session(t, c), &g.of, g.file, e);
}

bool token_op_forget(struct token *t, struct call *c, struct err *e)
{
	(void)e;
	custody_done(&t->custody);
	fields_str(&c->out, "forgotten", "yes");
	return true;
}

/* ---- restore, proof, end ---- */

/* The private half comes last: with it, the pair is whole. */
static bool restore(struct keypair *k, size_t *shares, bool *removed, struct token *t, struct call *c,
                    const struct keypair_names *names, const struct given *g, struct err *e)
{
	struct session  *s = token_session(t, c);
	CK_OBJECT_HANDLE pub = 0, priv = 0;
	struct fields    proof = fields_on(&t->work);

	if (!keypair_free(removed, s, names, e) || !keypair_put_public(&pub, s, names, &g->root, e))
		return false;
	bool made = backup_restore(&priv, shares, &t->custody, &t->work, s, names, &g->of, g->file, e);
	bool ok = made && keypair_find(k, &t->work, s, names->id, names->label, e) &&
	          backup_challenge(&proof, s, k, &g->root, e); /* a backup of another key must not stay */
	if (ok)
		return true;
	if (made)
		(void)s->module.fn->C_DestroyObject(s->handle, priv);
	(void)s->module.fn->C_DestroyObject(s->handle, pub);
	return false;
}

bool token_op_restore(struct token *t, struct call *c, struct err *e)
{
	static const char *const named[] = { "id", "label", "spki", "blob", "set", "epoch", NULL };
	struct keypair_names     names;
	struct keypair           k;
	struct given             g;
	size_t                   shares = 0;
	bool                     removed = false;

	if (!read_given(&g, t, c, "set", "epoch", e) || !session_needs(token_session(t, c), SESSION_USER, e) ||
	    !keypair_names_parse(&names, &t->work, &c->in, e) ||
	    !intent_matches(t->record, &t->work, "key-restore", &c->in, named, e) ||
	    !restore(&k, &shares, &removed, t, c, &names, &g, e))
		return false;
	keypair_describe(&c->out, token_session(t, c), &k);
	fields_u64(&c->out, "shares", shares);
	if (removed)
		fields_str(&c->out, "half-removed", "public");
	return true;
}

bool token_op_rewrap(struct token *t, struct call *c, struct err *e)
{
	struct given     g;
	struct backup    b;
	struct backup_of next = { .root = &g.root };

	if (!read_of(&next, &c->in, "set", "epoch", e) || !read_given(&g, t, c, "old-set", "old-epoch", e) ||
	    !session_needs(token_session(t, c), SESSION_USER, e) ||
	    !backup_rewrap(&b, &t->custody, &t->work, token_session(t, c), &g.of, &next, g.file, e))
		return false;
	put_backup(c, &b, &next, &t->custody.dice);
	return true;
}

bool token_op_challenge(struct token *t, struct call *c, struct err *e)
{
	struct keypair k;
	struct key     root;
	struct bytes   spki;

	if (!fields_get_base64(&spki, &t->work, &c->in, "spki"))
		return token_missing(e, "spki");
	return session_needs(token_session(t, c), SESSION_USER, e) && key_parse(&root, spki, e) &&
	       keypair_by_id(&k, &t->work, token_session(t, c), &c->in, e) &&
	       backup_challenge(&c->out, token_session(t, c), &k, &root, e);
}

bool token_op_destroy(struct token *t, struct call *c, struct err *e)
{
	static const char *const named[] = { "id", "label", NULL };
	struct keypair_names     names;
	size_t                   num = 0;

	if (!session_needs(token_session(t, c), SESSION_USER, e) || !keypair_names_parse(&names, &t->work, &c->in, e) ||
	    !intent_matches(t->record, &t->work, "key-destroy", &c->in, named, e) ||
	    !keypair_destroy(&num, token_session(t, c), &names, e))
		return false;
	fields_str(&c->out, "found", "no");
	fields_u64(&c->out, "destroyed", num);
	return true;
}
