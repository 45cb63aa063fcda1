/* cards.c: see cards.h. */
#include "ceremony/flow/cards.h"

#include "ceremony/flow/groups.h"

bool cards_wanted(const struct flow *f)
{
	return script_param(now_step(f), "cards").len > 0;
}

/* The label of the medium that a step uses; empty if it uses none. */
static struct bytes medium_of(const struct script_step *s)
{
	for (size_t i = 0; i < s->kind->num_params; i++)
		if (strcmp(s->kind->param[i].key, "medium") == 0)
			return s->param[i];
	return bytes_of(NULL, 0);
}

bool cards_fit(const struct script *s, const struct script_step *step, struct err *e)
{
	struct bytes cards = script_param(step, "cards");

	for (size_t i = 0; cards.len && i < s->num_steps; i++)
		if (bytes_equal(cards, medium_of(&s->step[i])))
			return err_set(e, ERR_SCRIPT_ORDER, "[step %s] (line %u): cards = %.*s: [step %s] uses that medium; a share goes to its custodian alone",
			               step->id, step->line, (int)cards.len, (const char *)cards.p, s->step[i].id);
	return true;
}

static const char *file_of(const struct flow *f, const char *end)
{
	return say(f, "%s-e%u-share-%u.%s", f->set_name, f->epoch, f->round + 1, end);
}

static const char *answer_key(const struct flow *f)
{
	return say(f, "card-file.%u", f->round + 1);
}

static bool is_wanted(const struct flow *f)
{
	return fields_is(&f->answer, answer_key(f), "write");
}

bool cards_written(const struct flow *f)
{
	return is_wanted(f);
}

void cards_prompt(const struct flow *f, struct prompt *p)
{
	static const char *const choices[] = { "write", "write the card to my medium", "by-hand", "what I wrote by hand will do" };

	p->text = say(f, "%s plugs in a medium of their own, and takes it out again afterwards. Whoever has that medium has the share: "
	                 "print the card where nobody else prints, then destroy the medium or keep it as the share.", p->who);
	prompt_row(p, "Medium", say(f, "labelled %s", say_bytes(f, script_param(now_step(f), "cards"))));
	prompt_row(p, "Files", say(f, "%s, and .svg", file_of(f, "pdf")));
	struct ask *a = prompt_ask(p, ASK_CHOICE, answer_key(f), "The card");
	a->choice = choices;
	a->num_choices = COUNT_OF(choices) / 2;
}

/* What is written, and where: the same as the result says afterwards. */
static void put_where(const struct flow *f, struct fields *to)
{
	fields_str(to, "custodian", f->person[ROLE_CUSTODIAN][f->round]);
	fields_put(to, "medium", script_param(now_step(f), "cards"));
	fields_str(to, "pdf", file_of(f, "pdf"));
	fields_str(to, "svg", file_of(f, "svg"));
}

bool cards_ask(const struct flow *f, struct fields *in, struct err *e)
{
	const struct ledger_scheme *s = &f->set_scheme;

	(void)e;
	fields_u64(in, "number", f->round + 1);
	fields_str(in, "wanted", is_wanted(f) ? "yes" : "no");
	fields_str(in, "set", f->set_name);
	fields_u64(in, "epoch", f->epoch);
	if (s->num_groups > 1)
		fields_put(in, "group", s->group[groups_of(s, f->round)].name);
	put_where(f, in);
	return true;
}

bool cards_check(const struct flow *f, const struct fields *out, struct err *e)
{
	struct fields want = fields_on(f->scratch);

	fields_u64(&want, "number", f->round + 1);
	fields_str(&want, "written", is_wanted(f) ? "yes" : "no");
	if (is_wanted(f))
		put_where(f, &want);
	for (size_t i = 0; i < want.num; i++)
		if (!bytes_equal(fields_get(out, (const char *)want.item[i].key.p), want.item[i].value))
			return err_set(e, ERR_FLOW_FIELD, "%s", (const char *)want.item[i].key.p);
	return !want.failed || err_set(e, ERR_TOO_LARGE, "a card");
}
