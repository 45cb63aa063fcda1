/* quorum.c: see quorum.h. */
#include "ceremony/flow/quorum.h"

#include "ceremony/flow/engine.h"

#define KEY_USE    "key-use"
#define EVERY_STEP "every-step"
#define KEY_USERS  2 /* officers at every use of a key (BR 6.2.2) */

/* A step uses a key if one of its turns has the token do something with a private key before the close; what
 * a revocation decides, one by one or by a list, is as final. */
static bool uses_key(const struct step_kind *k)
{
	for (size_t i = 0; i < k->num_turns; i++)
		if (op_uses_key(k->turn[i].op) && !(k->turn[i].flags & TURN_SEALED))
			return true;
	return k == &step_kind_revoke || k == &step_kind_revoke_list;
}

static bool applies(const struct script_quorum *q, const struct script_step *step)
{
	if (strcmp(q->where, EVERY_STEP) == 0)
		return true;
	return strcmp(q->where, KEY_USE) == 0 ? uses_key(step->kind) : strcmp(q->where, step->id) == 0;
}

void quorum_of(const struct script *s, const struct script_step *step, unsigned need[ROLE_COUNT_])
{
	memset(need, 0, ROLE_COUNT_ * sizeof *need);
	if (uses_key(step->kind))
		need[ROLE_OFFICER] = KEY_USERS;
	for (size_t i = 0; i < s->num_quorums; i++)
		for (int r = 0; applies(&s->quorum[i], step) && r < ROLE_COUNT_; r++)
			if (s->quorum[i].need[r] > need[r])
				need[r] = s->quorum[i].need[r];
}

static bool is_place(const struct script *s, struct bytes where)
{
	for (size_t i = 0; i < s->num_steps; i++)
		if (bytes_is(where, s->step[i].id))
			return true;
	return bytes_is(where, KEY_USE) || bytes_is(where, EVERY_STEP);
}

static bool bad(const struct ini *ini, const struct ini_entry *entry, const char *why, struct err *e)
{
	return err_set(e, ERR_INI_VALUE, "%s:%u: [quorum] %.*s: %s", ini->file, entry->line, (int)entry->key.len,
	               (const char *)entry->key.p, why);
}

/* "officer 2". */
static bool read_need(const struct script *s, struct script_quorum *q, struct bytes item, const struct ini *ini,
                      const struct ini_entry *entry, struct err *e)
{
	struct bytes role, count;
	uint64_t     n = 0;
	int          r = 0;

	if (!bytes_cut(item, ' ', &role, &count) || !bytes_to_u64(&n, bytes_trim(count), ROLE_MAX_EACH) || n == 0)
		return bad(ini, entry, "write such as officer 2, witness 1", e);
	while (r < ROLE_COUNT_ && !bytes_is(role, role_name((enum role)r)))
		r++;
	if (r == ROLE_COUNT_)
		return bad(ini, entry, "no such role", e);
	if (q->need[r])
		return bad(ini, entry, "a role twice", e);
	if (n > s->num_people[r])
		return err_set(e, ERR_INI_VALUE, "%s:%u: [quorum] %.*s: %s %llu, and [roles] has %u", ini->file, entry->line,
		               (int)entry->key.len, (const char *)entry->key.p, role_name((enum role)r), (unsigned long long)n,
		               s->num_people[r]);
	q->need[r] = (unsigned)n;
	return true;
}

static bool read_entry(struct script *s, struct arena *a, const struct ini *ini, struct ini_entry *entry, struct err *e)
{
	struct script_quorum *q = &s->quorum[s->num_quorums];
	struct bytes          rest = entry->value, item, where = arena_copy(a, entry->key);

	if (s->num_quorums == SCRIPT_MAX_QUORUMS || !where.p)
		return bad(ini, entry, "too many", e);
	if (!is_place(s, entry->key))
		return bad(ini, entry, "it is neither key-use, every-step nor the id of a step", e);
	*q = (struct script_quorum){ .where = (const char *)where.p };
	while (bytes_cut(rest, ',', &item, &rest))
		if (!read_need(s, q, bytes_trim(item), ini, entry, e))
			return false;
	if (!read_need(s, q, bytes_trim(rest), ini, entry, e))
		return false;
	s->num_quorums++;
	return entry->used = true;
}

bool quorum_read(struct script *s, struct arena *a, const struct ini *ini, struct err *e)
{
	struct ini_section *c = ini_section(ini, "quorum");

	for (size_t i = 0; c && i < c->num_entries; i++)
		if (!read_entry(s, a, ini, &c->entry[i], e))
			return false;
	return true;
}
