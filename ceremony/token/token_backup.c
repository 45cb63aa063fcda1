/* token_backup.c: the ops of the backup: wrap, shares, proof, restore, and the end of a key. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/token/backup.h"
#include "ceremony/token/intent.h"
#include "ceremony/token/keypair.h"
#include "ceremony/token/random.h"
#include "ceremony/token/token_ops.h"

/* ---- the backup, and its shares ---- */

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

static void put_backup(struct call *c, const struct backup *b, const struct backup_of *of)
{
	char hex[HASH_MAX * 2 + 1];

	fields_base64(&c->out, "blob", b->file);
	fields_str(&c->out, "blob-sha256", sha256_hex(hex, b->file));
	fields_str(&c->out, "format", b->format);
	if (b->mechanism)
		fields_fmt(&c->out, "mechanism", "%#lx", b->mechanism);
	fields_put(&c->out, "set", of->set);
	fields_u64(&c->out, "epoch", of->epoch);
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
	put_backup(c, &b, &of);
	return true;
}

bool token_op_split(struct token *t, struct call *c, struct err *e)
{
	uint64_t   threshold = 0, shares = 0;
	struct rng rng = random_rng(token_session(t, c));

	if (!fields_get_u64(&threshold, &c->in, "threshold", CUSTODY_MAX_SHARES) ||
	    !fields_get_u64(&shares, &c->in, "shares", CUSTODY_MAX_SHARES))
		return token_missing(e, "threshold or shares");
	return session_needs(token_session(t, c), SESSION_PUBLIC, e) &&
	       custody_split(&t->custody, &c->out, threshold, shares, &rng, e);
}

bool token_op_show(struct token *t, struct call *c, struct err *e)
{
	uint64_t number = 0;

	if (!fields_get_u64(&number, &c->in, "number", CUSTODY_MAX_SHARES))
		return token_missing(e, "number");
	if (!custody_show(&t->custody, c->secret_out, number, e))
		return false;
	fields_u64(&c->out, "number", number);
	size_t       words = 1;
	struct bytes w = secret_expose(c->secret_out);
	for (size_t i = 0; i < w.len; i++)
		words += w.p[i] == ' ';
	fields_u64(&c->out, "words", words);
	return true;
}

bool token_op_check(struct token *t, struct call *c, struct err *e)
{
	uint64_t number = 0;

	if (!fields_get_u64(&number, &c->in, "number", CUSTODY_MAX_SHARES))
		return token_missing(e, "number");
	if (!custody_check(&t->custody, number, c->secret_in, e))
		return false;
	fields_u64(&c->out, "number", number);
	fields_str(&c->out, "match", "yes");
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

/* ---- shares that were dealt in another process ---- */

static bool read_set(struct custody_set *set, const struct fields *in, struct err *e)
{
	uint64_t identifier = 0, threshold = 0;

	*set = (struct custody_set){ .num_shares = 0 };
	if (!fields_get_u64(&identifier, in, "identifier", 0x7fff) ||
	    !fields_get_u64(&threshold, in, "threshold", CUSTODY_MAX_SHARES) || !threshold)
		return token_missing(e, "identifier or threshold");
	for (size_t i = 0; i < CUSTODY_MAX_SHARES; i++) {
		char          key[24];
		struct digest d = { .len = 0 };
		struct buf    b = buf_init(d.p, sizeof d.p);

		(void)snprintf(key, sizeof key, "commitment.%zu", i + 1);
		if (!fields_find(in, key))
			break;
		if (!hex_decode(&b, fields_get(in, key)) || b.len != 32)
			return token_missing(e, key);
		d.len = b.len;
		set->commitment[set->num_shares++] = d;
	}
	set->identifier = (uint16_t)identifier;
	set->threshold = threshold;
	return threshold <= set->num_shares || token_missing(e, "commitment.N");
}

/* Names the retired set that a share is of, if it is of one. */
static void name_retired(const struct fields *in, uint16_t identifier, struct err *e)
{
	for (size_t i = 0; i < in->num; i++) {
		struct bytes id, name;
		uint64_t     n = 0;

		if (bytes_starts(in->item[i].key, "retired.") && bytes_cut(in->item[i].value, ' ', &id, &name) &&
		    bytes_to_u64(&n, id, 0x7fff) && n == identifier && text_is_plain(name))
			(void)err_set(e, ERR_SHARE_RETIRED, "%.*s", (int)name.len, (const char *)name.p);
	}
}

bool token_op_enter(struct token *t, struct call *c, struct err *e)
{
	struct custody_set set;
	size_t             number = 0;
	uint16_t           other = 0;
	struct err         why = { 0 };

	if (!read_set(&set, &c->in, e))
		return false;
	if (!custody_enter(&t->custody, &number, &other, &set, c->secret_in, &why)) {
		if (why.id == ERR_SHARE_SET)
			name_retired(&c->in, other, &why);
		*e = why;
		return false;
	}
	fields_u64(&c->out, "number", number);
	fields_str(&c->out, "match", "yes");
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
	put_backup(c, &b, &next);
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
