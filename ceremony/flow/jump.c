/* jump.c: the wall clock against the one that cannot be set: a jump is an event, and is shown to the room,
 * whose watches say which of the two is right. See aside.h. */
#include "ceremony/flow/aside.h"

bool flow_clock_jumped(const struct flow *f, int64_t wall, uint64_t mono, int64_t *ms)
{
	if (!f->boot || f->closed)
		return false;
	*ms = (wall - f->clock_wall) * 1000 - (int64_t)(mono - f->clock_mono);
	return *ms > FLOW_JUMP_MS || *ms < -FLOW_JUMP_MS;
}

static void prompt_jump(const struct flow *f, struct prompt *p)
{
	long long s = (long long)(f->jump_ms / 1000);

	p->step_id = "session";
	p->title = "The clock has jumped";
	p->text = "Somebody, or some program, has set this machine's clock since the last line of the record. Every date that "
	          "is signed comes from it. Find out what it was; compare the watches again, without looking at the screen.";
	p->irreversible = p->secret = false;
	prompt_row(p, "Jumped", say(f, "%lld seconds %s", s < 0 ? -s : s, s < 0 ? "back" : "forward"))->mark = true;
	if (f->facts & FACT(FACT_CLOCK))
		prompt_watches(f, p);
	else
		prompt_ask(p, ASK_CONFIRM, "jump", "We know; the watches are compared in the step that is to come");
}

static bool take_jump(const struct flow *f, const struct fields *answer, struct err *e)
{
	return !(f->facts & FACT(FACT_CLOCK)) || take_watches(f, answer, e);
}

static void more_jump(const struct flow *f, const struct fields *answer, struct fields *data)
{
	if (f->facts & FACT(FACT_CLOCK))
		more_watches(f, answer, data);
}

static bool apply_jump(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->jump = JUMP_NONE;
	return true;
}

const struct turn turn_jump = {
	.name = "jump", .role = ROLE_OFFICER, .prompt = prompt_jump, .take = take_jump, .more = more_jump, .apply = apply_jump,
};
