/* groups.c: see groups.h. */
#include "ceremony/flow/groups.h"

#include "ceremony/share/groups.h"

static bool bad(const struct script_step *step, const char *why, struct err *e)
{
	return err_set(e, ERR_SCRIPT_ORDER, "[step %s] (line %u): %s", step->id, step->line, why);
}

static unsigned number_or(const struct script_step *step, const char *key, unsigned preset)
{
	return script_param(step, key).len ? (unsigned)script_number(step, key) : preset;
}

static void read_one(struct ledger_scheme *out, const struct script_step *step)
{
	out->group_threshold = out->num_groups = 1;
	out->group[0].threshold = number_or(step, "threshold", 3);
	out->group[0].count = number_or(step, "shares", 5);
}

bool groups_read(struct ledger_scheme *out, const struct script_step *step, struct err *e)
{
	struct bytes         name[SLIP39_MAX_GROUPS], text = script_param(step, "groups");
	struct slip39_scheme s = { .ext = true };
	struct err           why;

	*out = (struct ledger_scheme){ .passphrase = bytes_is(script_param(step, "passphrase"), "yes") };
	if (!text.len) {
		read_one(out, step);
		if (script_param(step, "group-threshold").len)
			return bad(step, "group-threshold goes with groups", e);
	} else {
		if (script_param(step, "threshold").len || script_param(step, "shares").len)
			return bad(step, "threshold and shares, or groups: not both", e);
		if (!groups_parse(&s, name, text, &why))
			return bad(step, why.detail, e);
		out->num_groups = s.num_groups;
		out->group_threshold = number_or(step, "group-threshold", s.num_groups);
		for (unsigned i = 0; i < s.num_groups; i++)
			out->group[i] = (struct ledger_group){ name[i], s.group[i].threshold, s.group[i].count };
	}
	for (unsigned i = 0; i < out->num_groups && out->num_groups > 1; i++)
		if (!out->group[i].name.len)
			return bad(step, "each of several groups has a name: officers 2/3, trustees 3/5", e);
	s = (struct slip39_scheme){ .group_threshold = (uint8_t)out->group_threshold, .num_groups = (uint8_t)out->num_groups };
	for (unsigned i = 0; i < out->num_groups; i++) {
		s.group[i].threshold = (uint8_t)out->group[i].threshold;
		s.group[i].count = (uint8_t)out->group[i].count;
	}
	if (!slip39_scheme_check(&s, &why))
		return bad(step, why.detail, e);
	if (groups_num_shares(out) > LEDGER_MAX_SHARES)
		return bad(step, "more than 16 shares in all", e);
	return true;
}

unsigned groups_num_shares(const struct ledger_scheme *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->num_groups; i++)
		n += s->group[i].count;
	return n;
}

unsigned groups_of(const struct ledger_scheme *s, unsigned share)
{
	unsigned g = 0;

	for (; g + 1 < s->num_groups && share >= s->group[g].count; g++)
		share -= s->group[g].count;
	return g;
}

/* Of a group: the first share's number, from 0. */
static unsigned first_of(const struct ledger_scheme *s, unsigned group)
{
	unsigned n = 0;

	for (unsigned i = 0; i < group; i++)
		n += s->group[i].count;
	return n;
}

static unsigned have_of(const struct ledger_scheme *s, unsigned group, unsigned set)
{
	unsigned n = 0, first = first_of(s, group);

	for (unsigned i = 0; i < s->group[group].count; i++)
		n += set >> (first + i) & 1;
	return n;
}

unsigned groups_wanted(const struct ledger_scheme *s, unsigned set)
{
	unsigned missing[LEDGER_MAX_SHARES], sum = 0;

	for (unsigned g = 0; g < s->num_groups; g++) {
		unsigned have = have_of(s, g, set), need_here = s->group[g].threshold;
		missing[g] = have < need_here ? need_here - have : 0;
	}
	for (unsigned n = 0; n < s->group_threshold; n++) { /* the cheapest groups first */
		unsigned best = 0;
		for (unsigned g = 1; g < s->num_groups; g++)
			if (missing[g] < missing[best])
				best = g;
		sum += missing[best];
		missing[best] = UINT8_MAX;
	}
	return sum;
}

static const char *list(const struct flow *f, const struct ledger_scheme *s, bool names)
{
	const char *text = "";

	for (unsigned i = 0; i < s->num_groups; i++) {
		const struct ledger_group *g = &s->group[i];
		text = say(f, "%s%s%.*s%s%u/%u", text, i ? ", " : "", names ? (int)g->name.len : 0,
		           g->name.len ? (const char *)g->name.p : "", names && g->name.len ? " " : "", g->threshold, g->count);
	}
	return text;
}

void groups_put(struct fields *out, const struct flow *f, const struct ledger_scheme *s)
{
	if (s->num_groups == 1) {
		fields_u64(out, "threshold", s->group[0].threshold);
		fields_u64(out, "shares", s->group[0].count);
		return;
	}
	fields_str(out, "groups", list(f, s, false));
	fields_u64(out, "group-threshold", s->group_threshold);
}

const char *groups_say(const struct flow *f, const struct ledger_scheme *s)
{
	const char *with = s->passphrase ? ", and a passphrase" : "";

	if (s->num_groups == 1)
		return say(f, "any %u of %u%s", s->group[0].threshold, s->group[0].count, with);
	return say(f, "%u of these groups: %s%s", s->group_threshold, list(f, s, true), with);
}

const char *groups_say_share(const struct flow *f, const struct ledger_scheme *s, unsigned share)
{
	unsigned                   g = groups_of(s, share), member = share - first_of(s, g) + 1;
	const struct ledger_group *group = &s->group[g];

	if (s->num_groups == 1)
		return say(f, "share %u of %u", member, group->count);
	return say(f, "share %u of %u of the %.*s", member, group->count, (int)group->name.len, (const char *)group->name.p);
}

void groups_rows(const struct flow *f, struct prompt *p, const struct ledger_scheme *s, unsigned set)
{
	if (s->num_groups == 1)
		return;
	prompt_row(p, "Needed", groups_say(f, s));
	for (unsigned g = 0; g < s->num_groups; g++) {
		unsigned have = have_of(s, g, set), wanted = s->group[g].threshold;
		prompt_row(p, say(f, "%.*s", (int)s->group[g].name.len, (const char *)s->group[g].name.p),
		           have >= wanted ? say(f, "complete: %u brought", have)
		                          : say(f, "%u of the %u that make it complete", have, wanted));
	}
}
