/* list_look.c: a list on a medium that is too large for the transcript, against the ledger; see continuity.h. */
#include "ceremony/flow/continuity.h"
#include "ceremony/pki/shard.h"

/* ---- what was said of it -------------------------------------------------------------------- */

bool list_said_split(struct fields *out, const struct flow *f, const struct fields *said, unsigned n, struct err *e)
{
	struct bytes word, key, value, rest = fields_get(said, say(f, "list.%u", n));

	*out = fields_on(f->scratch);
	for (bool more = rest.len > 0; more;) {
		more = bytes_cut(rest, ' ', &word, &rest);
		if (!more)
			word = rest;
		if (!bytes_cut(word, '=', &key, &value))
			return err_set(e, ERR_FLOW_FIELD, "list.%u", n);
		fields_put(out, say_bytes(f, key), value);
	}
	return (out->num > 0 && !out->failed) || err_set(e, ERR_FLOW_FIELD, "list.%u", n);
}

static bool get_digest(struct digest *out, struct bytes hex)
{
	struct buf b = BUF_ON(out->p);

	if (!hex_decode(&b, hex))
		return false;
	out->len = b.len;
	return true;
}

static bool get_plain(struct list_said *out, const struct flow *f, const struct fields *said, struct err *e)
{
	struct digest d;

	if (!crl_number_parse(&out->number, fields_get(said, "number")) || !crl_number_has_room(out->number))
		return err_set(e, ERR_FLOW_FIELD, "number");
	if (!fields_get_u64(&out->entries, said, "entries", UINT32_MAX) ||
	    !fields_get_u64(&out->odd, said, "odd-bits", UINT32_MAX))
		return err_set(e, ERR_FLOW_FIELD, "entries, odd-bits");
	if (!utc_parse(&out->this_update, fields_get(said, "this-update")) ||
	    !utc_parse(&out->next_update, fields_get(said, "next-update")))
		return err_set(e, ERR_FLOW_FIELD, "this-update, next-update");
	struct bytes sha256 = fields_get(said, "sha256");
	if (!get_digest(&d, sha256) || d.len != 32)
		return err_set(e, ERR_FLOW_FIELD, "sha256");
	out->sha256 = say_bytes(f, sha256);
	return fields_get_base64(&out->issuer, f->scratch, said, "issuer") || err_set(e, ERR_FLOW_FIELD, "issuer");
}

/* The octets are in a file, or on a medium: their digest is believed, since whoever reads the file again compares it. */
static bool is_signed(const struct flow *f, const struct certificate *root, const struct fields *said, struct err *e)
{
	enum sig_alg  alg;
	enum hash_alg hash;
	struct digest d = { .len = 0 };
	struct bytes  signature;

	if (!sig_by_name(&alg, fields_get(said, "algorithm")))
		return err_set(e, ERR_FLOW_FIELD, "algorithm");
	if (!sig_hash(&hash, alg))
		return err_set(e, ERR_LIST_ED25519, "%s", sig_name(alg));
	if (!get_digest(&d, fields_get(said, "digest")) || d.len != hash_len(hash) ||
	    !fields_get_base64(&signature, f->scratch, said, "signature"))
		return err_set(e, ERR_FLOW_FIELD, "digest, signature");
	return sig_verify_digest(&root->key, alg, &d, signature, e);
}

bool list_said_read(struct list_said *out, const struct flow *f, const struct fields *said, struct err *e)
{
	struct certificate *root = arena_take(f->scratch, sizeof *root);
	struct list_said    s = { 0 };
	struct name         issuer;
	struct err          why = { 0 };

	if (!root || !certificate_parse(root, f->root_cert, e))
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	if (!get_plain(&s, f, said, e) || !name_parse(&issuer, s.issuer, e))
		return false;
	if (!name_same(&issuer, &root->subject))
		return err_set(e, ERR_LIST_FOREIGN, "number %s", say_number(f, s.number));
	if (!is_signed(f, root, said, &why)) {
		if (why.id == ERR_FLOW_FIELD || why.id == ERR_LIST_ED25519)
			*e = why;
		else
			(void)err_set(e, ERR_LIST_FOREIGN, "number %s", say_number(f, s.number));
		return false;
	}
	*out = s;
	return true;
}

/* ---- against the ledger ------------------------------------------------------------------------- */

bool list_is_looked_at(const struct flow *f)
{
	for (const struct ledger_list *l = f->before->list; l; l = l->next)
		if (ledger_list_large(l))
			return true;
	return false;
}

/* The list that is to be published now, or the last one. */
static const struct ledger_list *now_list(const struct flow *f)
{
	const struct ledger_list *now = ledger_list_at(f->before, f->clock_now);

	return now ? now : f->before->list;
}

static unsigned num_parts(const struct flow *f, struct bytes name)
{
	const struct ledger_list *l = now_list(f);

	return shard_is_pattern(name) && l && l->num_parts > 1 ? l->num_parts : 1;
}

/* Whether the script's name is of one file or of parts as the record's list is: else there is nothing to read. */
static bool is_named_as_made(const struct flow *f, struct bytes name, struct err *e)
{
	const struct ledger_list *l = now_list(f);
	const bool                in_parts = l && l->num_parts > 1;

	if (!l || in_parts == shard_is_pattern(name))
		return true;
	if (in_parts)
		return err_set(e, ERR_LIST_PARTS, "list %s has %u parts, and %s is the name of one file: it needs {shard}", say_number(f, l->number),
		               l->num_parts, say_bytes(f, name));
	return err_set(e, ERR_LIST_PARTS, "list %s is not in parts, and %s is the name of parts: it must not have {shard}", say_number(f, l->number),
	               say_bytes(f, name));
}

bool list_look_ask(const struct flow *f, struct bytes name, struct fields *in, struct err *e)
{
	if (!is_named_as_made(f, name, e))
		return false;
	for (unsigned i = 0; i < num_parts(f, name); i++) {
		struct bytes one = name;
		if (shard_is_pattern(name) && !shard_fill(&one, f->scratch, name, i, e))
			return false;
		fields_put(in, say(f, "name.%u", i + 1), one);
	}
	return true;
}

static bool is_part(const struct ledger_list *l, unsigned part, const char *sha256)
{
	return l->num_parts ? part < l->num_parts && strcmp(l->part[part].sha256, sha256) == 0 : part == 0 && strcmp(l->sha256, sha256) == 0;
}

/* Which part of it is a file, whatever it was brought as? -1: none. */
static int part_of(const struct ledger_list *l, const char *sha256)
{
	for (unsigned i = 0; i < l->num_parts; i++)
		if (strcmp(l->part[i].sha256, sha256) == 0)
			return (int)i;
	return -1;
}

/* Which list of the ledger is it that a part is of? */
static bool find(const struct flow *f, const struct list_said *s, unsigned part, const struct ledger_list **out, struct err *e)
{
	if (!f->before->list || crl_number_compare(s->number, f->before->crl_number) > 0)
		return err_set(e, ERR_LIST_NEWER, "the medium has list %s, this record's last is %s", say_number(f, s->number),
		               say_number(f, f->before->crl_number));
	for (const struct ledger_list *l = f->before->list; l; l = l->next) {
		if (is_part(l, part, s->sha256)) {
			*out = l;
			return true;
		}
		int is = part_of(l, s->sha256);
		if (is >= 0)
			return err_set(e, ERR_LIST_PARTS, "what was brought as part %u is part %d of list %s", part, is, say_number(f, l->number));
	}
	return err_set(e, ERR_LIST_OTHER, "number %s", say_number(f, s->number));
}

bool list_look_check(const struct flow *f, struct bytes name, const struct fields *out, struct err *e)
{
	const struct ledger_list *l = NULL, *other = NULL;
	const unsigned            parts = num_parts(f, name);
	struct list_said          s;
	struct fields             said;

	for (unsigned i = 0; i < parts; i++) {
		if (!list_said_split(&said, f, out, i + 1, e) || !list_said_read(&s, f, &said, e) || !find(f, &s, i, &other, e))
			return false;
		if (l && other != l)
			return err_set(e, ERR_LIST_PARTS, "part %u is of list %s, and those before it of %s", i, say_number(f, other->number),
			               say_number(f, l->number));
		l = other;
	}
	if (shard_is_pattern(name) && l->num_parts < 2)
		return err_set(e, ERR_LIST_PARTS, "list %s is not in parts", say_number(f, l->number));
	if (l->num_parts > parts)
		return err_set(e, ERR_LIST_PARTS, "list %s has %u parts", say_number(f, l->number), l->num_parts);
	if (!list_is_of_now(f, l, now_list(f), e))
		return false;
	return true;
}
