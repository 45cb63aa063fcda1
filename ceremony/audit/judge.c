/* judge.c: see judge.h. */
#include "ceremony/audit/judge.h"

#include <stdio.h>

/* ---- who signed ---------------------------------------------------------------------- */

static const char *copy_str(struct arena *a, const char *s)
{
	return (const char *)arena_copy(a, bytes_str(s)).p;
}

static bool take_witness(struct vkey *out, const struct flow *f, size_t i, struct arena *a)
{
	const struct flow_witness *w = &f->witness[i];
	const bool                 line = flow_cosigns(w);
	char                       name[256];

	(void)snprintf(name, sizeof name, "%s/%s", f->script->origin, w->slug);
	*out = (struct vkey){ .type = line ? VKEY_COSIGNATURE : VKEY_SPKI,
		              .name = arena_copy(a, bytes_str(name)),
		              .key = arena_copy(a, line ? bytes_of(w->public_key, sizeof w->public_key) : w->key.spki) };
	return out->name.p && out->key.p;
}

struct signers *signers_of(const struct flow *f, const char *folder, struct arena *a)
{
	struct signers *s = arena_take(a, sizeof *s);

	if (!s)
		return NULL;
	s->folder = copy_str(a, folder);
	s->origin = copy_str(a, f->script->origin);
	s->record_key = arena_copy(a, f->record.key.spki);
	for (size_t i = 0; i < flow_num_witnesses(f); i++)
		if (!take_witness(&s->witness[s->num_witnesses++], f, i, a))
			return NULL;
	return s->folder && s->origin && s->record_key.p ? s : NULL;
}

bool signers_judge(const struct signers *s, const struct policy *p, struct err *e)
{
	struct err why = { 0 };

	return policy_judge(p, bytes_str(s->origin), s->record_key, s->witness, s->num_witnesses, &why) ||
	       err_set(e, why.id, "%s/checkpoint: %s", s->folder, why.detail);
}

/* ---- a policy for others ---------------------------------------------------------------- */

/* Has this key signed in s? */
static bool signed_in(const struct signers *s, const struct vkey *k)
{
	for (size_t i = 0; i < s->num_witnesses; i++)
		if (vkey_same(&s->witness[i], k))
			return true;
	return false;
}

static size_t num_shared(const struct signers *a, const struct signers *b)
{
	size_t n = 0;

	for (size_t i = 0; i < a->num_witnesses; i++)
		n += signed_in(b, &a->witness[i]);
	return n;
}

/* The first ceremony whose witnesses are exactly these: s itself, where they are new. */
static const struct signers *first_like(const struct signers *first, const struct signers *s)
{
	for (; first != s; first = first->next)
		if (first->num_witnesses == s->num_witnesses && num_shared(first, s) == s->num_witnesses)
			return first;
	return s;
}

/* A key stands in a policy once, and in one group. That suffices if any two ceremonies had the same
 * witnesses, or none in common. */
static bool apart(const struct signers *first)
{
	for (const struct signers *s = first; s; s = s->next)
		for (const struct signers *t = s->next; t; t = t->next) {
			size_t n = num_shared(s, t);
			if (n && (n != s->num_witnesses || n != t->num_witnesses))
				return false;
		}
	return true;
}

static bool seen_before(const struct signers *first, const struct signers *s, const struct vkey *k)
{
	for (; first != s; first = first->next)
		if (signed_in(first, k))
			return true;
	return false;
}

static void put_logs(struct buf *b, const struct signers *first)
{
	for (const struct signers *s = first; s; s = s->next) {
		const struct signers *t = first;
		const struct vkey     k = { bytes_str(s->origin), VKEY_SPKI, s->record_key };
		while (t != s && !bytes_equal(t->record_key, s->record_key))
			t = t->next;
		if (t != s)
			continue;
		buf_str(b, "log ");
		vkey_put(b, &k);
		buf_str(b, "\n");
	}
}

/* "0001-" and the last part of the key's name. */
static void put_name(struct buf *b, const struct signers *s, const struct vkey *k)
{
	struct bytes head, rest = k->name;

	while (bytes_cut(rest, '/', &head, &rest))
		;
	buf_fmt(b, "%.4s-%.*s", s->folder, (int)rest.len, (const char *)rest.p);
}

/* The names of those witnesses of s whose keys no earlier ceremony has. */
static void put_members(struct buf *b, const struct signers *first, const struct signers *s)
{
	for (size_t i = 0; i < s->num_witnesses; i++) {
		if (seen_before(first, s, &s->witness[i]))
			continue;
		buf_str(b, " ");
		put_name(b, s, &s->witness[i]);
	}
}

static void put_witnesses(struct buf *b, const struct signers *first)
{
	for (const struct signers *s = first; s; s = s->next) {
		buf_fmt(b, "\n# %s\n", s->folder);
		for (size_t i = 0; i < s->num_witnesses; i++) {
			if (seen_before(first, s, &s->witness[i]))
				continue;
			buf_str(b, "witness ");
			put_name(b, s, &s->witness[i]);
			buf_str(b, " ");
			vkey_put(b, &s->witness[i]);
			buf_str(b, "\n");
		}
	}
}

static void put_groups(struct buf *b, const struct signers *first)
{
	buf_str(b, "\n");
	for (const struct signers *s = first; s; s = s->next) {
		if (first_like(first, s) != s)
			continue;
		buf_fmt(b, "group %.4s all", s->folder);
		put_members(b, first, s);
		buf_str(b, "\n");
	}
	buf_str(b, "group one-ceremony any");
	for (const struct signers *s = first; s; s = s->next)
		if (first_like(first, s) == s)
			buf_fmt(b, " %.4s", s->folder);
	buf_str(b, "\nquorum one-ceremony\n");
}

/* Ceremonies that have some witnesses in common: as many of all as the smallest of them had. */
static void put_one_group(struct buf *b, const struct signers *first)
{
	size_t least = first->num_witnesses;

	for (const struct signers *s = first; s; s = s->next)
		least = s->num_witnesses < least ? s->num_witnesses : least;
	buf_fmt(b, "\ngroup witnesses %zu", least);
	for (const struct signers *s = first; s; s = s->next)
		put_members(b, first, s);
	buf_str(b, "\nquorum witnesses\n");
}

void signers_policy(struct buf *b, const struct signers *first, const char *organisation)
{
	buf_fmt(b, "# Who must have signed the ceremonies of %s.\n", organisation);
	buf_str(b, "# Keep this file where nobody can change it who can change the record:\n"
	           "#   ceremony verify RECORD --policy THIS-FILE\n\n");
	put_logs(b, first);
	put_witnesses(b, first);
	if (apart(first))
		put_groups(b, first);
	else
		put_one_group(b, first);
}
