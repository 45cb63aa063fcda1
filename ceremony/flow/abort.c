/* abort.c: a ceremony is ended for good: why, who decided it, and who confirms it. Anyone may stop one at any prompt by a pause, from
 * which it can be resumed; what cannot be resumed takes two. See aside.h. */
#include "ceremony/base/text.h"
#include "ceremony/flow/aside.h"

#define DECIDERS   (1u << ROLE_ADMINISTRATOR | 1u << ROLE_OFFICER | 1u << ROLE_AUDITOR)
#define CONFIRMERS (1u << ROLE_OFFICER | 1u << ROLE_CUSTODIAN | 1u << ROLE_WITNESS | 1u << ROLE_AUDITOR)
#define NOBODY     "nobody"

/* Those of these roles who are here; if none is, that nobody is, which take_abort refuses. */
static void ask_whom(const struct flow *f, struct prompt *p, const char *key, const char *label, unsigned roles)
{
	static const char *const nobody[2] = { NOBODY, "nobody is here who may" };
	struct ask              *a = prompt_ask(p, ASK_CHOICE, key, label);

	a->choice = presence_choices(f, roles, NULL, NULL, &a->num_choices);
	if (!a->num_choices)
		a->choice = presence_choices(f, 0, NULL, nobody, &a->num_choices);
}

/* Before the roll has been called there are no names to choose from, and nothing has been made. */
static void prompt_decider(const struct flow *f, struct prompt *p)
{
	if (!people_known(f)) {
		prompt_ask(p, ASK_TEXT, "decided-by", "Who decided it")->hint = "given name and family name, and the office";
		return;
	}
	ask_whom(f, p, "decided-by", "Who decided it", DECIDERS);
	ask_whom(f, p, "confirmed-by", "Who confirms it", CONFIRMERS);
}

/* What two people confirmed is revoked, whether or not a list was made of it; but only the ledger hands it on. */
static void put_revoked(const struct flow *f, struct prompt *p)
{
	uint64_t unknown = 0;
	unsigned confirmed = 0;

	for (unsigned i = 0; i < f->num_revocations; i++)
		confirmed += f->revocation[i].confirmed;
	if (confirmed)
		prompt_row(p, "Revoked", say(f, "%u, confirmed by two: the next list has what this one does not", confirmed))->mark = true;
	if (!f->list.confirmed || !fields_get_u64(&unknown, f->list.said, "unknown", f->list.entries))
		return;
	prompt_row(p, "The imported list", say(f, "confirmed by two: the next list has what this record knows of it, %llu entries",
	                                       (unsigned long long)(f->list.entries - unknown)))->mark = true;
	if (unknown)
		prompt_row(p, "Not handed on", say(f, "what it does not know, %llu entries: import the list again", (unsigned long long)unknown))->mark = true;
}

static void prompt_abort(const struct flow *f, struct prompt *p)
{
	p->step_id = ABORT_SECTION;
	p->title = "End this ceremony for good";
	p->text = "It cannot be resumed afterwards. What was made stays on the record, and in the token; nothing of it is closed, signed by "
	          "the witnesses, or believed. Write why, so that a stranger understands it in ten years: facts, no secrets.";
	p->irreversible = true;
	p->secret = false;
	p->help_what = "The record ends here, with a reason and with the name of whoever decided it.";
	p->help_why = "An auditor will ask why a ceremony was not finished, and what became of what it had made.";
	p->help_clause = "WebTrust for CAs 4.1; ETSI EN 319 411-1 6.5.1";
	p->help_fail = "Esc leaves this: nothing was ended. One person alone can stop at any moment: leave this and press F2, and the ceremony waits "
	               "until it is resumed, or ended by two.";
	if (f->root.key.spki.len)
		prompt_row(p, "Root key", f->destroyed ? "destroyed" : "made: it stays in its token")->mark = true;
	put_revoked(f, p);
	prompt_ask(p, ASK_TEXT, "reason", "Why")->hint = "in words";
	prompt_decider(f, p);
}

static bool take_abort(const struct flow *f, const struct fields *answer, struct err *e)
{
	const struct bytes *second = fields_find(answer, "confirmed-by");
	const struct bytes  first = fields_get(answer, "decided-by");

	if (!take_in_words(f, answer, e))
		return false;
	return !second || (!bytes_is(first, NOBODY) && !bytes_is(*second, NOBODY) && !bytes_equal(first, *second)) ||
	       err_set(e, ERR_FLOW_ALONE, "%.*s", (int)second->len, (const char *)second->p);
}

static enum event_type is_abort(const struct flow *f, const struct fields *answer)
{
	(void)f;
	(void)answer;
	return EVENT_ABORT;
}

static bool apply_abort(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	return f->aborted = true;
}

const struct turn turn_abort = {
	.name = "abort", .flags = TURN_BACK, .role = ROLE_ADMINISTRATOR, .prompt = prompt_abort, .take = take_abort, .event = is_abort,
	.apply = apply_abort,
};
