/* outline.c: see outline.h: walks the turns over a state that is made up where only the day can tell. */
#include "ceremony/flow/outline.h"

#include "ceremony/flow/adopt.h"
#include "ceremony/flow/media.h"

#define ROOM ((size_t)4 << 20)
/* A set of which nothing is known: one group, one share. */
#define ONE_SHARE { .group_threshold = 1, .num_groups = 1, .group = { { .threshold = 1, .count = 1 } } }

struct walk {
	struct flow  f;
	struct arena room, scratch; /* owned */
	size_t       number;
	bool (*each)(void *ctx, const struct activity *a, struct err *e);
	void *ctx;
};

static void name_people(struct flow *f)
{
	for (int r = 0; r < ROLE_COUNT_; r++)
		for (unsigned i = 0; i < f->script->num_people[r]; i++)
			f->person[r][i] = say(f, "%s %u", role_name((enum role)r), i + 1);
}

/* The requests' names where the script has them; else one that stands for each. */
static void name_requests(struct flow *f)
{
	struct bytes list = { NULL, 0 }, one;

	for (size_t i = 0; i < f->script->num_steps; i++)
		if (f->script->step[i].kind == &step_kind_requests)
			list = script_param(&f->script->step[i], "files");
	if (bytes_is(list, "*"))
		list = BYTES_LIT("each request");
	while (list.len) {
		one = list;
		if (!bytes_cut(list, ',', &one, &list))
			list.len = 0;
		one = bytes_trim(one);
		f->listed[f->num_listed++] = say(f, "%.*s", (int)one.len, (const char *)one.p);
		f->request[f->num_requests].file = f->listed[f->num_requests];
		f->request[f->num_requests++].approved = true;
	}
}

static bool begin(struct walk *w, const struct script *s, struct err *e)
{
	static const struct ledger     none = { .num_ceremonies = 0 };
	static const struct ledger_set set = { .name = "", .identifier = "", .num_shares = 1, .scheme = ONE_SHARE };
	struct flow                   *f = &w->f;
	const size_t                   n = script_num_requests(s) + 1;

	*f = (struct flow){ .script = s, .arena = &w->room, .scratch = &w->room, .before = &none, .opened = true,
		            .closed = true, .devices = !s->rehearsal, .continued = s->continues, .set_scheme = ONE_SHARE, .old_sets = &set, .num_revocations = 1, .revoked_all = true };
	f->request = arena_take(&w->room, n * sizeof *f->request);
	f->listed = arena_take(&w->room, n * sizeof *f->listed);
	if (!f->request || !f->listed)
		return err_set(e, ERR_NO_MEMORY, "an outline");
	name_people(f);
	name_requests(f);
	if (!adopt_new(f, e)) /* of nothing, yet */
		return false;
	f->scratch = &w->scratch;
	return true;
}

static bool is_final(const struct step_kind *k)
{
	for (size_t i = 0; i < k->num_turns; i++)
		if (k->turn[i].flags & (TURN_ONCE | TURN_CLOSES))
			return true;
	return false;
}

static bool tell(struct walk *w, const struct turn *t, struct err *e)
{
	const struct script_step *s = &w->f.script->step[w->f.step];
	struct activity           a = { .step = w->f.step, .number = w->number++, .of = s, .two = t->two, .final = is_final(s->kind) };

	w->scratch.len = 0;
	a.who = turn_actor(&w->f, t, &a.role);
	a.title = t->title || t->title_of ? turn_title(&w->f, t) : s->title;
	a.secret = t->reveal != OP_NONE || (t->op != OP_NONE && op_text_of(t->op)->secret_in);
	return w->each(w->ctx, &a, e);
}

/* What an op leaves behind, as far as later turns' coming depends on it. */
static void leave(struct flow *f, const struct turn *t)
{
	struct flow_token *token = &f->token[t->token];

	switch (t->op) {
	case OP_TOKEN_OPEN: *token = (struct flow_token){ .open = true, .live = false }; break;
	case OP_TOKEN_LOGIN: token->live = true; break;
	case OP_BACKUP_MAKE:
	case OP_BACKUP_WRAP:
	case OP_BACKUP_REWRAP:
		f->blob = BYTES_LIT("made");
		f->wrapped = f->backup_secret = true;
		break;
	case OP_BACKUP_FORGET: f->backup_secret = false; break;
	default: break;
	}
}

/* What comes of itself before a turn. */
static bool take_before(struct walk *w, const struct turn *t, struct err *e)
{
	for (const struct turn *first; (first = flow_turn(&w->f)) != t;) {
		if (first->prompt && !tell(w, first, e))
			return false;
		leave(&w->f, first);
		if (first == &turn_find_medium || first == &turn_bind_medium) {
			if (!media_pretend(&w->f, e))
				return false;
		} else if (!is_login(first)) {
			w->f.token[first->token].open = true;
		}
	}
	return true;
}

/* One turn: before what it asks, and, for the medium that its op needs, after it. */
static bool take(struct walk *w, const struct turn *t, struct err *e)
{
	if (!take_before(w, t, e) || (t->prompt && !tell(w, t, e)))
		return false;
	w->f.phase = PHASE_DO;
	bool ok = take_before(w, t, e);
	w->f.phase = PHASE_ASK;
	leave(&w->f, t);
	return ok;
}

/* The medium that rounds of reading or writing need is bound before the first, however many there will be. */
static bool bind_before(struct walk *w, size_t turn, struct err *e)
{
	const struct turn *t = &now_step(&w->f)->kind->turn[turn];

	if (!t->rounds || t->prompt)
		return true;
	w->f.turn = turn;
	return !media_uses(&w->f, t) || (t->when && !t->when(&w->f)) || take_before(w, t, e);
}

/* Neighbours with the same `rounds` repeat together; *end is where the next ones begin. */
static bool take_group(struct walk *w, size_t *end, struct err *e)
{
	struct flow            *f = &w->f;
	const struct step_kind *k = now_step(f)->kind;
	const size_t            first = f->turn;
	bool                    asks = false;

	for (*end = first; *end < k->num_turns && k->turn[*end].rounds == k->turn[first].rounds; ++*end) {
		asks |= k->turn[*end].prompt != NULL;
		if (!bind_before(w, *end, e))
			return false;
	}
	unsigned rounds = !k->turn[first].rounds ? 1 : asks ? k->turn[first].rounds(f) : 0;
	for (f->round = 0; f->round < rounds; f->round++)
		for (f->turn = first; f->turn < *end; f->turn++) {
			const struct turn *t = &k->turn[f->turn];
			bool               verdict = t->flags & TURN_VERDICT;
			if (!verdict && (!t->when || t->when(f)) && !take(w, t, e))
				return false;
		}
	f->round = 0;
	return true;
}

bool flow_outline(const struct script *s, bool (*each)(void *ctx, const struct activity *a, struct err *e), void *ctx,
                  struct err *e)
{
	struct walk  w = { .room = arena_new(ROOM), .scratch = arena_new(ROOM), .each = each, .ctx = ctx };
	struct flow *f = &w.f;

	bool ok = w.room.cap && w.scratch.cap ? begin(&w, s, e) : err_set(e, ERR_NO_MEMORY, "an outline");
	for (; ok && f->step < s->num_steps; f->step++, w.number = 0)
		for (f->turn = 0; ok && f->turn < s->step[f->step].kind->num_turns;) {
			size_t end = f->turn;
			ok = take_group(&w, &end, e);
			f->turn = end;
		}
	arena_free(&w.room);
	arena_free(&w.scratch);
	return ok;
}
