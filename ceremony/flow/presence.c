/* presence.c: who is in the room: people leave and come back, a role goes to somebody else, a roll is called
 * after a break, and nothing goes on without those whom the step needs. See aside.h. */
#include "ceremony/base/text.h"
#include "ceremony/flow/aside.h"
#include "ceremony/flow/quorum.h"

#define EVERYONE "everyone"
#define HANDOVER "hand-over"

bool people_known(const struct flow *f)
{
	return (f->facts & FACT(FACT_PEOPLE)) != 0;
}

/* ---- who is here ----------------------------------------------------------------------- */

unsigned flow_nth(const struct flow *f, enum role r, unsigned n)
{
	unsigned missing = 0, num = f->script->num_people[r];

	for (unsigned i = 0; i < num; i++)
		if (!f->away[r][i] && n-- == 0)
			return i;
	while (missing + 1 < num && !f->away[r][missing])
		missing++;
	return missing;
}

const char *flow_person(const struct flow *f, enum role r, unsigned n)
{
	const char *name = f->person[r][flow_nth(f, r, n)];

	return name ? name : "";
}

static unsigned num_here(const struct flow *f, enum role r)
{
	unsigned n = 0;

	for (unsigned i = 0; i < f->script->num_people[r]; i++)
		n += !f->away[r][i];
	return n;
}

/* Whoever has that name, if anybody. */
static bool find_person(const struct flow *f, struct bytes name, enum role *r, unsigned *i)
{
	for (int k = 0; k < ROLE_COUNT_; k++)
		for (unsigned n = 0; n < f->script->num_people[k]; n++)
			if (f->person[k][n] && person_same(name, bytes_str(f->person[k][n]))) {
				*r = (enum role)k;
				*i = n;
				return true;
			}
	return false;
}

static void lacks_person(const struct flow *f, const char *name, struct buf *why, bool *lacks)
{
	enum role r;
	unsigned  i;

	if (!name || !name[0] || !find_person(f, bytes_str(name), &r, &i) || !f->away[r][i])
		return;
	if (why)
		buf_fmt(why, "%s%s, who acts", why->len ? "; " : "", name);
	*lacks = true;
}

/* Who acts in the turn, and where two of a role do, both; what the script's quorum for the step says; and an
 * observer, always. */
bool presence_lacks(const struct flow *f, const struct turn *t, struct buf *why)
{
	unsigned observers = num_here(f, ROLE_WITNESS) + num_here(f, ROLE_AUDITOR), need[ROLE_COUNT_];
	bool     lacks = false;

	if (!people_known(f) || f->closed)
		return false;
	lacks_person(f, t->actor ? t->actor(f) : f->person[t->role][turn_who(f, t)], why, &lacks);
	quorum_of(f->script, now_step(f), need);
	if (t->two && need[t->role] < 2)
		need[t->role] = 2;
	for (int r = 0; r < ROLE_COUNT_; r++) {
		unsigned here = num_here(f, (enum role)r);
		if (here >= need[r])
			continue;
		if (why)
			buf_fmt(why, "%s%s: %u of %u are here", why->len ? "; " : "", role_name((enum role)r), here, need[r]);
		lacks = true;
	}
	if (!observers && why)
		buf_fmt(why, "%sa witness or an auditor", why->len ? "; " : "");
	return lacks || !observers;
}

/* ---- choosing one -------------------------------------------------------------------------- */

struct choices {
	const char **pair;
	size_t       num;
};

static void add(struct choices *c, const char *key, const char *text)
{
	c->pair[2 * c->num] = key;
	c->pair[2 * c->num++ + 1] = text;
}

static struct choices choices_on(const struct flow *f)
{
	struct choices c = { arena_take(f->scratch, (ROLE_COUNT_ * ROLE_MAX_EACH + 2) * 2 * sizeof *c.pair), 0 };

	MUST(c.pair);
	return c;
}

const char *const *presence_choices(const struct flow *f, unsigned roles, const char *without, const char *const first[2],
                                    size_t *num)
{
	struct choices c = choices_on(f);

	if (first)
		add(&c, first[0], first[1]);
	for (int r = 0; r < ROLE_COUNT_; r++)
		for (unsigned i = 0; (roles & 1u << r) && i < f->script->num_people[r]; i++)
			if (!f->away[r][i] && f->person[r][i] && f->person[r][i] != without)
				add(&c, f->person[r][i], say(f, "%s, %s", f->person[r][i], role_name((enum role)r)));
	*num = c.num;
	return c.pair;
}

/* ---- who is here, who is not ----------------------------------------------------------------- */

static void prompt_place(struct prompt *p)
{
	p->step_id = PRESENCE_SECTION;
	p->role = "room";
	p->who = "everybody";
	p->irreversible = p->secret = false;
	p->help_what = "Who leaves, who comes back and who hands over a role is written down as it happens.";
	p->help_why = "What was done without the people who had to see it was not witnessed.";
	p->help_clause = "BR 6.1.1.1, 6.2.2; WebTrust for CAs 4.1; ETSI EN 319 411-1 6.5.1";
	p->help_fail = "If somebody cannot come back today, press F2 to pause, or hand the role over.";
}

/* Whoever is away; those who are here where they are read aloud: else the choices name them. */
static void people_rows(const struct flow *f, struct prompt *p, bool all)
{
	for (int r = 0; r < ROLE_COUNT_; r++) {
		const char *here = NULL, *gone = NULL;
		for (unsigned i = 0; i < f->script->num_people[r]; i++) {
			const char **list = f->away[r][i] ? &gone : &here;
			*list = *list ? say(f, "%s, %s", *list, f->person[r][i]) : f->person[r][i];
		}
		if (here && all)
			prompt_row(p, role_name((enum role)r), here);
		if (gone)
			prompt_row(p, say(f, "%s, away", role_name((enum role)r)), gone)->mark = true;
	}
}

static void presence_titles(const struct flow *f, struct prompt *p, bool lacks, const char *why)
{
	if (lacks && f->aside == ASIDE_NONE) {
		p->title = "Nothing goes on: somebody who must be here is not";
		p->text = say(f, "Missing: %s.\nSay who has come back, or hand over the role.", why);
	} else if (f->roll_call && f->aside == ASIDE_NONE) {
		p->title = "Roll call after the break";
		p->text = f->was_cut ? "The program was stopped: what stood in a field and had not been answered with is not kept. The names are read aloud; "
		                       "each person answers." :
		                       "The administrator reads the names aloud; each person answers.";
	} else {
		p->title = "Who leaves, who comes back?";
		p->text = "A role can also be handed over to somebody who has had none in this ceremony.";
	}
}

/* Everyone is here: the answer that lets the ceremony go on, where the quorum allows it. */
static void prompt_presence(const struct flow *f, struct prompt *p)
{
	struct choices c = choices_on(f);
	char           text[512] = "";
	struct buf     why = BUF_ON(text);
	bool           lacks = presence_lacks(f, script_turn(f), &why);

	prompt_place(p);
	presence_titles(f, p, lacks, buf_cstr(&why));
	bool calls = f->roll_call && f->aside == ASIDE_NONE && !lacks;
	people_rows(f, p, calls);
	struct ask *a = prompt_ask(p, ASK_CHOICE, "presence", calls ? "Is anybody not here?" : "Who?");
	if (calls) {
		add(&c, EVERYONE, "no: all who are named here are here");
		a->preset = EVERYONE;
		p->preset_serves = true;
	}
	for (int r = 0; r < ROLE_COUNT_; r++)
		for (unsigned i = 0; i < f->script->num_people[r]; i++)
			add(&c, f->person[r][i], say(f, "%s, %s, %s", f->person[r][i], role_name((enum role)r),
			                             f->away[r][i] ? "is back" : f->roll_call ? "is not here" : "leaves"));
	add(&c, HANDOVER, "somebody hands over a role");
	a->choice = c.pair;
	a->num_choices = c.num;
}

static enum event_type presence_event(const struct flow *f, const struct fields *answer)
{
	enum role r;
	unsigned  i;

	if (!find_person(f, fields_get(answer, "presence"), &r, &i))
		return EVENT_ANSWER;
	return f->away[r][i] ? EVENT_RETURN : EVENT_LEAVE;
}

static void more_presence(const struct flow *f, const struct fields *answer, struct fields *data)
{
	enum role r;
	unsigned  i;

	if (find_person(f, fields_get(answer, "presence"), &r, &i))
		fields_str(data, "role", role_name(r));
}

static bool apply_presence(struct flow *f, const struct fields *data, struct err *e)
{
	enum role r;
	unsigned  i;

	(void)e;
	if (fields_is(data, "presence", HANDOVER)) {
		if (f->aside == ASIDE_NONE) /* it was not asked for: nothing of a turn is kept */
			f->kept = (struct err){ 0 };
		f->aside = ASIDE_HANDOVER;
		return true;
	}
	if (fields_is(data, "presence", EVERYONE))
		f->roll_call = false;
	else if (find_person(f, fields_get(data, "presence"), &r, &i))
		f->away[r][i] = !f->away[r][i];
	return aside_done(f);
}

const struct turn turn_presence = {
	.name = "presence", .flags = TURN_BACK, .role = ROLE_ADMINISTRATOR, .prompt = prompt_presence,
	.event = presence_event, .more = more_presence, .apply = apply_presence,
};

/* ---- a role goes to somebody else ---------------------------------------------------------------- */

#define APPROVERS (1u << ROLE_ADMINISTRATOR | 1u << ROLE_OFFICER | 1u << ROLE_AUDITOR)

/* A share that was seen, and a key that was made, belong to one person and cannot be handed over. */
static const char *bound(const struct flow *f, enum role r, unsigned i)
{
	unsigned w = r == ROLE_AUDITOR ? f->script->num_people[ROLE_WITNESS] + i : i;

	if (r == ROLE_CUSTODIAN && i < FLOW_MAX_SHARES && f->share[i].shown)
		return "has seen a share";
	if ((r == ROLE_WITNESS || r == ROLE_AUDITOR) && f->witness[w].made)
		return "has made a key to sign the record with";
	return NULL;
}

static void prompt_handover(const struct flow *f, struct prompt *p)
{
	struct choices c = choices_on(f);
	size_t         n;

	prompt_place(p);
	p->title = "Hand over a role";
	p->text = "The new person shows an identity document, as in the roll call, and has had no role in this ceremony. "
	          "Somebody who is neither of the two approves: an officer, the auditor or the administrator.";
	for (int r = 0; r < ROLE_COUNT_; r++)
		for (unsigned i = 0; i < f->script->num_people[r]; i++)
			add(&c, f->person[r][i], say(f, "%s, %s", f->person[r][i], role_name((enum role)r)));
	struct ask *a = prompt_ask(p, ASK_CHOICE, "from", "Whose role");
	a->choice = c.pair;
	a->num_choices = c.num;
	prompt_ask(p, ASK_TEXT, "to", "To whom")->hint = "given name and family name";
	prompt_ask(p, ASK_TEXT, "reason", "Why")->hint = "in words";
	a = prompt_ask(p, ASK_CHOICE, "approver", "Approved by");
	a->choice = presence_choices(f, APPROVERS, NULL, NULL, &n);
	a->num_choices = n;
}

static bool had_a_role(const struct flow *f, struct bytes name)
{
	const struct flow_former *old = f->former;
	enum role                 r;
	unsigned                  i;

	while (old && !person_same(name, bytes_str(old->name)))
		old = old->next;
	return old || find_person(f, name, &r, &i);
}

static bool take_handover(const struct flow *f, const struct fields *answer, struct err *e)
{
	struct bytes from = fields_get(answer, "from"), to = bytes_trim(fields_get(answer, "to"));
	enum role    r;
	unsigned     i;

	if (!find_person(f, from, &r, &i))
		return err_set(e, ERR_FLOW_FIELD, "from");
	if (!person_name_fits(to, e))
		return false;
	if (had_a_role(f, to))
		return err_set(e, ERR_FLOW_PERSON_TWICE, "%.*s", (int)to.len, (const char *)to.p);
	if (bytes_equal(from, fields_get(answer, "approver")))
		return err_set(e, ERR_FLOW_APPROVER, "%.*s hands over", (int)from.len, (const char *)from.p);
	return !bound(f, r, i) || err_set(e, ERR_FLOW_FIELD, "%.*s %s: that cannot be handed over", (int)from.len,
	                                  (const char *)from.p, bound(f, r, i));
}

static void more_handover(const struct flow *f, const struct fields *answer, struct fields *data)
{
	enum role r;
	unsigned  i;

	if (find_person(f, fields_get(answer, "from"), &r, &i))
		fields_str(data, "role", role_name(r));
}

static bool apply_handover(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_former *old = arena_take(f->arena, sizeof *old);
	struct bytes        name = arena_copy(f->arena, bytes_trim(fields_get(data, "to")));
	enum role           r;
	unsigned            i;

	if (!old || !name.p || !find_person(f, fields_get(data, "from"), &r, &i))
		return err_set(e, ERR_TOO_LARGE, "a name");
	*old = (struct flow_former){ f->former, f->person[r][i] };
	f->former = old;
	f->person[r][i] = (const char *)name.p;
	f->away[r][i] = false;
	return aside_done(f);
}

static enum event_type is_handover(const struct flow *f, const struct fields *answer)
{
	(void)f;
	(void)answer;
	return EVENT_HANDOVER;
}

const struct turn turn_handover = {
	.name = "hand-over", .flags = TURN_BACK, .role = ROLE_ADMINISTRATOR, .prompt = prompt_handover,
	.take = take_handover, .event = is_handover, .more = more_handover, .apply = apply_handover,
};
