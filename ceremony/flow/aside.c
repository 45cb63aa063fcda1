/* aside.c: see aside.h: which of its prompts is on. */
#include "ceremony/flow/aside.h"

#include "ceremony/base/text.h"

const struct turn *aside_turn(const struct flow *f)
{
	switch (f->aside) {
	case ASIDE_WHICH: return &turn_which;
	case ASIDE_EXCEPTION: return &turn_exception;
	case ASIDE_DECIDE: return &turn_decide;
	case ASIDE_PEOPLE: return &turn_presence;
	case ASIDE_HANDOVER: return &turn_handover;
	case ASIDE_ABORT: return &turn_abort;
	case ASIDE_NONE: break;
	}
	return f->roll_call && !f->closed ? &turn_presence : NULL;
}

/* Before the witnesses speak, and before the record is closed, every exception is decided; that it began although
 * something was amiss, as soon as there are names. */
static bool must_decide(const struct flow *f)
{
	const struct step_kind *k = now_step(f)->kind;

	return f->num_open > 0 && (k == &step_kind_sign_off || k == &step_kind_checkpoint || (look_is_open(f) && people_known(f)));
}

/* A secret that was typed, and an intent, are not kept waiting. */
const struct turn *aside_due(const struct flow *f)
{
	bool asking = f->phase == PHASE_ASK && !f->unresolved;

	if (f->closed || (f->phase == PHASE_INTENT && !f->unresolved))
		return NULL;
	if (asking && f->amiss)
		return &turn_look;
	if (asking && f->jump == JUMP_SHOW && !f->token[TOKEN_ROOT].pin_given && !f->token[TOKEN_SECOND].pin_given)
		return &turn_jump;
	if (presence_lacks(f, script_turn(f), NULL))
		return &turn_presence;
	return asking && must_decide(f) ? &turn_decide : NULL;
}

bool aside_is(const struct turn *t)
{
	return t == &turn_which || t == &turn_exception || t == &turn_decide || t == &turn_presence || t == &turn_handover ||
	       t == &turn_jump || t == &turn_look || t == &turn_abort;
}

/* ---- the aside event ------------------------------------------------------------------ */

static const struct {
	const char     *what;
	enum flow_aside aside;
} asides[] = { { "exception", ASIDE_EXCEPTION }, { "people", ASIDE_PEOPLE }, { "abort", ASIDE_ABORT } };

static enum flow_aside wanted(const struct fields *data)
{
	for (size_t i = 0; i < COUNT_OF(asides); i++)
		if (fields_is(data, "what", asides[i].what))
			return asides[i].aside;
	return ASIDE_NONE;
}

/* Another one may be left for good, too. */
bool aside_check(const struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_next      next;
	const enum flow_aside aside = wanted(data);

	flow_next(f, &next);
	if (aside == ASIDE_NONE)
		return err_set(e, ERR_FLOW_EVENT, "an aside about nothing");
	if (next.what != FLOW_ASK || f->closed || f->aside == ASIDE_ABORT || (f->aside != ASIDE_NONE && aside != ASIDE_ABORT))
		return err_set(e, ERR_FLOW_ORDER, "nothing can be recorded out of turn now");
	return aside != ASIDE_PEOPLE || people_known(f) || err_set(e, ERR_FLOW_ORDER, "nobody has been called by name yet");
}

bool aside_apply(struct flow *f, const struct fields *data)
{
	const enum flow_aside aside = wanted(data);

	if (f->aside == ASIDE_NONE)
		f->kept = f->refused;
	f->refused = (struct err){ 0 };
	f->aside = aside == ASIDE_EXCEPTION && f->num_open ? ASIDE_WHICH : aside;
	return true;
}

bool aside_done(struct flow *f)
{
	if (f->aside != ASIDE_NONE)
		f->refused = f->kept;
	f->kept = (struct err){ 0 };
	f->aside = ASIDE_NONE;
	return true;
}
