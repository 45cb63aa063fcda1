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
	case ASIDE_NONE: break;
	}
	return f->roll_call && !f->closed ? &turn_presence : NULL;
}

/* Before the witnesses speak, and before the record is closed, every exception is decided. */
static bool must_decide(const struct flow *f)
{
	const struct step_kind *k = now_step(f)->kind;

	return f->num_open > 0 && (k == &step_kind_sign_off || k == &step_kind_checkpoint);
}

/* A secret that was typed, and an intent, are not kept waiting. */
const struct turn *aside_due(const struct flow *f)
{
	bool asking = f->phase == PHASE_ASK && !f->unresolved;

	if (f->closed || (f->phase == PHASE_INTENT && !f->unresolved))
		return NULL;
	if (asking && f->jump == JUMP_SHOW && !f->token[TOKEN_ROOT].pin_given && !f->token[TOKEN_SECOND].pin_given)
		return &turn_jump;
	if (presence_lacks(f, script_turn(f), NULL))
		return &turn_presence;
	return asking && must_decide(f) ? &turn_decide : NULL;
}

bool aside_is(const struct turn *t)
{
	return t == &turn_which || t == &turn_exception || t == &turn_decide || t == &turn_presence || t == &turn_handover ||
	       t == &turn_jump;
}

/* ---- the aside event ------------------------------------------------------------------ */

bool aside_check(const struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_next next;
	bool             people = fields_is(data, "what", "people");

	flow_next(f, &next);
	if (next.what != FLOW_ASK || f->closed || f->aside != ASIDE_NONE)
		return err_set(e, ERR_FLOW_ORDER, "nothing can be recorded out of turn now");
	if (people && !people_known(f))
		return err_set(e, ERR_FLOW_ORDER, "nobody has been called by name yet");
	return people || fields_is(data, "what", "exception") || err_set(e, ERR_FLOW_EVENT, "an aside about nothing");
}

bool aside_apply(struct flow *f, const struct fields *data)
{
	f->kept = f->refused;
	f->refused = (struct err){ 0 };
	f->aside = fields_is(data, "what", "people") ? ASIDE_PEOPLE : f->num_open ? ASIDE_WHICH : ASIDE_EXCEPTION;
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
