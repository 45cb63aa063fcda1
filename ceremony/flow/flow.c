/* flow.c: the engine: which turn it is, and how events move it. See flow.h, kinds.h. */
#include "ceremony/flow/flow.h"

#include "ceremony/flow/aside.h"
#include "ceremony/flow/engine.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/media.h"
#include "ceremony/record/transcript.h"

bool flow_init(struct flow *f, const struct script *s, const struct ledger *before, struct arena *arena,
               struct arena *scratch, struct err *e)
{
	*f = (struct flow){ .script = s, .arena = arena, .scratch = scratch, .rehearsal = s->rehearsal };
	f->answer = fields_on(arena);
	f->request = arena_take(arena, (script_num_requests(s) + 1) * sizeof *f->request);
	f->listed = arena_take(arena, (script_num_requests(s) + 1) * sizeof *f->listed);
	f->certified = arena_take(arena, (script_num_requests(s) + 1) * sizeof *f->certified);
	return f->request && f->certified && f->listed ? flow_continue(f, before, e) : err_set(e, ERR_NO_MEMORY, "the state");
}

/* What an op asks of the token session in this process. */
enum session { SESSION_NONE, SESSION_OPEN, SESSION_LIVE };

static enum session op_session(enum op op)
{
	switch (op) {
	case OP_TOKEN_RANDOM:
	case OP_TOKEN_QUALIFY:
	case OP_MARK_READ:
		return SESSION_OPEN;
	case OP_KEY_GENERATE:
	case OP_KEY_FIND:
	case OP_KEY_SIGN:
	case OP_KEY_LOCK:
	case OP_BACKUP_MAKE:
	case OP_TRANSFER_KEY:
	case OP_TRANSFER_SEND:
	case OP_TRANSFER_RECEIVE:
	case OP_BACKUP_WRAP:
	case OP_BACKUP_PROVE:
	case OP_BACKUP_REWRAP:
	case OP_KEY_RESTORE:
	case OP_KEY_PROVE:
	case OP_KEY_DESTROY:
	case OP_MARK_WRITE:
		return SESSION_LIVE;
	default:
		return SESSION_NONE;
	}
}

bool op_uses_key(enum op op)
{
	return op_session(op) == SESSION_LIVE && op != OP_KEY_FIND;
}

static const struct turn *session_turn(const struct flow *f, const struct turn *t)
{
	enum session             wanted = op_session(t->op);
	const struct flow_token *token = &f->token[t->token];

	if (wanted != SESSION_NONE && !token->open)
		return &turn_reopen[t->token];
	if (wanted == SESSION_LIVE && !token->live)
		return &turn_login[t->token];
	return NULL;
}

const struct turn *script_turn(const struct flow *f)
{
	return &f->script->step[f->step].kind->turn[f->turn];
}

const struct turn *flow_turn(const struct flow *f)
{
	const struct turn *t, *session, *due, *medium;

	if (!f->opened || f->ended || f->aborted)
		return NULL;
	t = aside_turn(f);
	if (t)
		return t;
	if (f->failure.id != ERR_NONE)
		return &turn_failure;
	t = f->unresolved ? &turn_resolve[now_token(f)] : script_turn(f);
	due = aside_due(f);
	if (due)
		return due;
	session = session_turn(f, t);
	medium = session ? NULL : media_turn(f, t);
	return session ? session : medium ? medium : t;
}

unsigned turn_who(const struct flow *f, const struct turn *t)
{
	return t->who ? t->who(f) : flow_nth(f, t->role, 0);
}

bool flow_asks(const struct flow *f, const struct turn *t)
{
	if (t == &turn_failure || t == &turn_bind_medium || aside_is(t))
		return true;
	if (is_login(t))
		return !f->token[t->token].pin_given;
	return t->prompt && f->phase == PHASE_ASK;
}

bool flow_is_release(const struct flow *f, const struct fields *data)
{
	const struct turn *t = flow_turn(f);

	return f->devices && t && flow_asks(f, t) && fields_is(data, "op", op_text_of(OP_MEDIA_RELEASE)->name);
}

void flow_next(const struct flow *f, struct flow_next *next)
{
	const struct turn *t = flow_turn(f);

	*next = (struct flow_next){ .what = FLOW_END, .turn = "" };
	if (!t)
		return;
	next->turn = t->name;
	next->recorded = !f->closed;
	next->what = flow_asks(f, t) ? FLOW_ASK : FLOW_DO;
	next->reveal = next->what == FLOW_ASK ? t->reveal : OP_NONE;
	next->op = next->what == FLOW_DO ? t->op : OP_NONE;
	next->once = next->what == FLOW_DO && (t->flags & TURN_ONCE) && f->phase != PHASE_INTENT;
}

bool flow_ask(const struct flow *f, struct fields *in, struct err *e)
{
	const struct turn *t = flow_turn(f);

	MUST(t);
	if (t->ask && !t->ask(f, in, e))
		return false;
	if (t->token == TOKEN_SECOND && t->op != OP_NONE && op_text_of(t->op)->port == PORT_TOKEN)
		fields_str(in, "token", "second");
	if (media_bound(f, t))
		fields_str(in, "device", media_bound(f, t));
	return !in->failed || err_set(e, ERR_TOO_LARGE, "%s", t->name);
}

/* ---- moving on ------------------------------------------------------------ */

static bool turn_comes(const struct flow *f, const struct turn *t)
{
	if (t->rounds && f->round >= t->rounds(f))
		return false;
	return !t->when || t->when(f);
}

/* To the turn after this one: within a loop, to its next turn or its next round. */
static void to_next_turn(struct flow *f)
{
	const struct step_kind *k = f->script->step[f->step].kind;
	const struct turn      *t = &k->turn[f->turn];

	f->turn++;
	if (!t->rounds || (f->turn < k->num_turns && k->turn[f->turn].rounds == t->rounds))
		return;
	if (f->round + 1 < t->rounds(f)) {
		f->round++;
		while (f->turn > 0 && k->turn[f->turn - 1].rounds == t->rounds)
			f->turn--;
	} else {
		f->round = 0;
	}
}

/* Skips what does not come, and ends steps, until a turn stands. */
static void settle(struct flow *f)
{
	while (!f->ended) {
		const struct step_kind *k = f->script->step[f->step].kind;
		if (f->turn == k->num_turns) {
			f->facts |= k->gives;
			f->turn = 0;
			f->round = 0;
			f->step_time = f->time;
			f->ended = ++f->step == f->script->num_steps;
		} else if (turn_comes(f, &k->turn[f->turn])) {
			return;
		} else {
			to_next_turn(f);
		}
	}
}

static void advance(struct flow *f)
{
	f->phase = PHASE_ASK;
	f->answer.num = 0;
	f->refused = (struct err){ 0 };
	f->intent_sha256 = NULL;
	to_next_turn(f);
	settle(f);
}

static bool take_turn(struct flow *f, const struct turn *t, const struct fields *data, struct err *e)
{
	if (t->apply && !t->apply(f, data, e))
		return false;
	if (t->flags & TURN_CLOSES)
		f->closed = true;
	if (t == script_turn(f))
		advance(f);
	return true;
}

static void ask_again(struct flow *f, const struct turn *t)
{
	if (is_login(t)) {
		f->token[t->token].pin_given = false;
	} else if (t->prompt && t == script_turn(f)) {
		f->phase = PHASE_ASK;
		f->answer.num = 0;
	}
}

/* Where what the turn needs is not there (it went with the process that was killed, or was of no use),
 * the step goes back to fetch it. */
static bool go_back(struct flow *f)
{
	const struct step_kind *k = f->script->step[f->step].kind;
	size_t                  again = 0;

	if (!k->lacks || !k->lacks(f, &again))
		return false;
	f->turn = again;
	f->round = 0;
	f->phase = PHASE_ASK;
	f->answer.num = 0;
	settle(f);
	return true;
}

static void note_failure(struct flow *f, const struct turn *t, const struct err *why)
{
	f->refused = (struct err){ 0 };
	flow_tries_failed(&f->token[t->token], why);
	if ((t->flags & TURN_VERDICT) && (!t->verdict || t->verdict(why))) {
		t->refuse(f, why);
		advance(f);
		return;
	}
	if ((t->flags & TURN_AGAIN) && t == script_turn(f) && (!t->verdict || t->verdict(why))) {
		t->refuse(f, why);
		if (go_back(f))
			f->refused = *why; /* the prompt says it */
		else
			f->failure = *why;
		return;
	}
	f->looked = false;
	if (media_failed(f, t, why) && !media_is_own(f, t)) {
		f->failure = *why; /* the answer stays: only the medium is asked about */
		return;
	}
	if (media_failed(f, t, why))
		media_unbind(f); /* the person is asked again, and brings what they like */
	if (f->phase == PHASE_INTENT && t == script_turn(f)) {
		f->unresolved = true; /* it may have happened all the same: ask the token */
		f->failure = *why;
		return;
	}
	if (t->prompt && t->reveal == OP_NONE && err_text_of(why->id)->kind == ERR_RETRY)
		f->refused = *why; /* the prompt comes again and says why */
	else
		f->failure = *why;
	if ((t->flags & TURN_REREAD) && t == script_turn(f) && turn_comes(f, t - 1)) {
		f->turn--;
		t = script_turn(f);
	}
	ask_again(f, t);
}

static bool apply_resolved(struct flow *f, const struct fields *data, struct err *e)
{
	const struct turn *t = script_turn(f);

	f->unresolved = false;
	if (fields_is(data, "outcome", "done"))
		return take_turn(f, t, data, e);
	/* It was agreed to: do it again, after a new intent over the same octets. */
	f->phase = t->prompt ? PHASE_DO : PHASE_ASK;
	go_back(f);
	return true;
}

/* The clock that cannot be set goes on within one start of the machine. */
static void apply_boot(struct flow *f, const struct event *ev)
{
	if (!fields_find(&ev->data, "boot") || (f->boot && fields_is(&ev->data, "boot", f->boot)))
		return;
	f->boot = keep(f, &ev->data, "boot");
	f->clock_wall = ev->time;
	f->clock_mono = ev->mono;
}

static void apply_resume(struct flow *f)
{
	const struct turn *t = f->ended ? NULL : script_turn(f);

	f->was_cut = !f->paused;
	f->paused = false;
	(void)aside_done(f);
	f->roll_call = (f->facts & FACT(FACT_PEOPLE)) != 0;
	for (int i = 0; i < TOKEN_COUNT_; i++) {
		f->token[i].was_live |= f->token[i].live;
		f->token[i].open = f->token[i].live = f->token[i].pin_given = false;
	}
	f->failure = f->refused = (struct err){ 0 };
	f->looked = false;
	f->backup_secret = f->has_passphrase = f->has_dice = false;
	f->transfer.len = 0;
	f->num_staged = 0;
	f->forgot_entered |= f->num_entered > 0;
	f->num_entered = f->entered = 0;
	if (!t)
		return;
	if (f->phase == PHASE_INTENT) {
		f->unresolved = true;
	} else if (!go_back(f) && f->phase == PHASE_DO && op_text_of(t->op)->secret_in) {
		f->phase = PHASE_ASK; /* the secret went with the process */
		f->answer.num = 0;
	}
}

static bool apply_answer(struct flow *f, const struct turn *t, const struct fields *data, struct err *e)
{
	f->refused = (struct err){ 0 };
	f->answer_time = f->time;
	if (t == &turn_failure) {
		if (fields_is(data, "after-failure", "other")) {
			media_unbind(f);
			settle(f);
		}
		f->failure = (struct err){ 0 };
		return true;
	}
	if ((t->flags & TURN_EXCEPTION) && !exception_add(f, data, false))
		return err_set(e, ERR_TOO_LARGE, "exceptions");
	if (t->op == OP_NONE)
		return take_turn(f, t, data, e);
	if (is_login(t)) {
		f->token[t->token].pin_given = true;
		return true;
	}
	f->answer.num = 0;
	f->answer.failed = false;
	fields_add_all(&f->answer, data);
	f->phase = PHASE_DO;
	return !f->answer.failed || err_set(e, ERR_TOO_LARGE, "an answer");
}

static bool apply_back(struct flow *f, const struct turn *t)
{
	if (aside_is(t))
		return aside_done(f);
	if (t == &turn_bind_medium) {
		f->looked = false;
		return true;
	}
	f->turn--;
	while (f->turn > 0 && !turn_comes(f, script_turn(f)))
		f->turn--;
	f->phase = PHASE_ASK;
	f->refused = (struct err){ 0 };
	f->answer.num = 0;
	return true;
}

static void err_from(struct err *out, const struct fields *data)
{
	struct bytes detail = fields_get(data, "detail");

	(void)err_set(out, err_by_name(fields_get(data, "error")), "%.*s", (int)detail.len,
	              detail.len ? (const char *)detail.p : "");
}

static bool apply_open(struct flow *f, const struct fields *data)
{
	uint64_t number = 1;

	f->opened = true;
	f->tells_prompts = fields_is(data, "format", TRANSCRIPT_FORMAT);
	f->rehearsal = f->script->rehearsal || fields_is(data, "rehearsal", "yes");
	f->devices = fields_is(data, "media", "devices");
	f->previous = keep(f, data, "previous");
	(void)(fields_get_u64(&number, data, "number", 9999) && (f->number = (unsigned)number));
	f->step_time = f->time;
	settle(f);
	return look_apply(f, data);
}

/* A report that was written before this does not tell it: it is written again. */
static void report_again(struct flow *f, enum event_type type)
{
	if (type == EVENT_RESULT || f->closed || f->ended || f->aborted || !(script_turn(f)->flags & TURN_CLOSES))
		return;
	while (f->turn > 0 && script_turn(f)->op != OP_HOST_REPORT)
		f->turn--;
}

static void apply_jump(struct flow *f, const struct event *ev)
{
	(void)flow_clock_jumped(f, ev->time, ev->mono, &f->jump_ms);
	f->clock_wall = ev->time;
	f->clock_mono = ev->mono;
	f->jump = JUMP_NEW;
}

bool flow_apply(struct flow *f, const struct event *ev, struct err *e)
{
	const struct turn *t = flow_turn(f);
	struct err         why = { 0 };
	bool               ok = true;

	f->num_events += !f->closed;
	f->time = ev->time;
	f->mono = ev->mono;
	memcpy(f->chain, ev->prev, sizeof f->chain);
	if (f->jump == JUMP_NEW)
		f->jump = JUMP_SHOW; /* what brought it to light stands on the record: now the room is told */
	switch (ev->type) {
	case EVENT_OPEN:
		apply_boot(f, ev);
		ok = apply_open(f, &ev->data);
		break;
	case EVENT_JUMP: apply_jump(f, ev); break;
	case EVENT_ASIDE: ok = aside_apply(f, &ev->data); break;
	case EVENT_DISPOSITION:
	case EVENT_LEAVE:
	case EVENT_RETURN:
	case EVENT_HANDOVER:
	case EVENT_CLOSE:
	case EVENT_EXCEPTION:
	case EVENT_ABORT:
	case EVENT_ANSWER: ok = apply_answer(f, t, &ev->data, e); break;
	case EVENT_REFUSED: err_from(&f->refused, &ev->data); break;
	case EVENT_INTENT:
		f->phase = PHASE_INTENT;
		f->intent_sha256 = fields_find(&ev->data, "sha256") ? keep(f, &ev->data, "sha256") : NULL;
		break;
	case EVENT_RESULT: ok = take_turn(f, t, &ev->data, e); break;
	case EVENT_FAILED:
		if (flow_is_release(f, &ev->data))
			break; /* it is told, and nothing of the state hangs on it */
		err_from(&why, &ev->data);
		note_failure(f, t, &why);
		break;
	case EVENT_RESOLVED: ok = apply_resolved(f, &ev->data, e); break;
	case EVENT_BACK: ok = apply_back(f, t); break;
	case EVENT_PAUSE: f->paused = true; break;
	case EVENT_RESUME:
		apply_boot(f, ev);
		apply_resume(f);
		break;
	case EVENT_COUNT_: return err_set(e, ERR_FLOW_EVENT, "line %llu", (unsigned long long)ev->n);
	}
	report_again(f, ev->type);
	return ok;
}
