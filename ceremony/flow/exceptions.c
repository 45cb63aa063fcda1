/* exceptions.c: something was not as expected: what, what happened instead, what was decided,
 * and who approved it. A failed check that may be waived is one, with two approvers. See aside.h. */
#include "ceremony/base/text.h"
#include "ceremony/flow/aside.h"

#define EXCEPTIONS_MAX 999
#define APPROVERS      (1u << ROLE_OFFICER | 1u << ROLE_AUDITOR)

/* ---- checks that may be waived -------------------------------------------------------- */

static const enum err_id waivable[] = { ERR_CLOCK_DIFFERS, ERR_HOST_NETWORK, ERR_HOST_SWAP };

static unsigned waiver_bit(enum err_id check)
{
	for (unsigned i = 0; i < COUNT_OF(waivable); i++)
		if (waivable[i] == check)
			return 1u << i;
	return 0;
}

bool flow_is_waived(const struct flow *f, enum err_id check)
{
	return f->waived_step == f->step && (f->waived_checks & waiver_bit(check));
}

/* The check that stopped the turn that was left, if it may be waived. */
static const struct err *stopped_by(const struct flow *f)
{
	if (waiver_bit(f->failure.id))
		return &f->failure;
	return waiver_bit(f->kept.id) ? &f->kept : NULL;
}

/* ---- all of them ------------------------------------------------------------------------- */

static struct flow_exception *find(const struct flow *f, unsigned number)
{
	struct flow_exception *x = f->exceptions;

	while (x && x->number != number)
		x = x->next;
	return x;
}

const struct flow_exception *exception_first_open(const struct flow *f)
{
	const struct flow_exception *first = NULL;

	for (const struct flow_exception *x = f->exceptions; x; x = x->next) {
		if (x->open && x->look)
			return x;
		if (x->open && !first)
			first = x;
	}
	return first;
}

bool exception_add(struct flow *f, const struct fields *data, bool open)
{
	struct flow_exception *x = arena_take(f->arena, sizeof *x), **at = &f->exceptions;

	if (!x)
		return false;
	*x = (struct flow_exception){ .number = f->num_exceptions + 1, .open = open,
		                      .expected = fields_find(data, "expected") ? keep(f, data, "expected") : "that nothing is amiss",
		                      .happened = keep(f, data, fields_find(data, "happened") ? "happened" : "found") };
	if (fields_find(data, "failed"))
		x->failed = err_by_name(fields_get(data, "failed"));
	while (*at)
		at = &(*at)->next;
	*at = x;
	f->num_exceptions++;
	f->num_open += open;
	return true;
}

struct flow_exception *exception_last(struct flow *f)
{
	struct flow_exception *x = f->exceptions;

	MUST(x);
	while (x->next)
		x = x->next;
	return x;
}

void exception_more(const struct flow *f, const struct fields *answer, struct fields *data)
{
	(void)answer;
	fields_u64(data, "number", f->num_exceptions + 1);
}

void exception_place(struct prompt *p)
{
	p->step_id = EXCEPTION_SECTION;
	p->irreversible = p->secret = false;
	p->help_what = "An exception says what was expected, what happened instead, what was decided, and who approved it.";
	p->help_why = "An auditor trusts a ceremony whose troubles are on its record more than one that had none.";
	p->help_clause = "WebTrust for CAs 4.1; ETSI EN 319 411-1 6.5.1";
	p->help_fail = "Esc leaves this. One that has been recorded stays, and is decided before the record is closed.";
}

/* ---- a new one, or an old one? ------------------------------------------------------------ */

static void prompt_which(const struct flow *f, struct prompt *p)
{
	const char **choice = arena_take(f->scratch, 2 * (f->num_open + 1) * sizeof *choice);
	size_t       n = 0;

	MUST(choice);
	exception_place(p);
	p->title = "A new exception, or one that is open?";
	p->text = say(f, "%u of %u exceptions are not decided yet.", f->num_open, f->num_exceptions);
	choice[0] = "new";
	choice[1] = "a new one";
	for (const struct flow_exception *x = f->exceptions; x; x = x->next)
		if (x->open && ++n) {
			choice[2 * n] = say(f, "%u", x->number);
			choice[2 * n + 1] = say(f, "decide number %u: %s", x->number, x->happened);
		}
	struct ask *a = prompt_ask(p, ASK_CHOICE, "which", "Exception");
	a->choice = choice;
	a->num_choices = n + 1;
}

static bool apply_which(struct flow *f, const struct fields *data, struct err *e)
{
	uint64_t n = 0;

	(void)e;
	f->aside = fields_get_u64(&n, data, "which", EXCEPTIONS_MAX) ? ASIDE_DECIDE : ASIDE_EXCEPTION;
	f->deciding = (unsigned)n;
	return true;
}

const struct turn turn_which = {
	.name = "which", .flags = TURN_BACK, .role = ROLE_ADMINISTRATOR, .prompt = prompt_which, .apply = apply_which,
};

/* ---- a new one ---------------------------------------------------------------------------- */

static const char *const now_or_later[] = { "later", "leave it open for now", "now",
	                                    "decide it now" };

static void prompt_exception(const struct flow *f, struct prompt *p)
{
	const struct err *why = stopped_by(f);

	exception_place(p);
	p->title = say(f, "Exception number %u", f->num_exceptions + 1);
	p->text = "Write it so that a stranger understands it in ten years: facts, no secrets.";
	if (why) {
		prompt_row(p, "The check", err_text_of(why->id)->what)->mark = true;
		prompt_row(p, "In detail", say(f, "%s", why->detail));
	}
	prompt_ask(p, ASK_TEXT, "expected", "What was expected")->hint = "in words";
	prompt_ask(p, ASK_TEXT, "happened", "What happened")->hint = "in words";
	struct ask *a = prompt_ask(p, ASK_CHOICE, "decide", why ? "Decide (two may waive it)" : "Decide");
	a->choice = now_or_later;
	a->num_choices = people_known(f) ? 2 : 1; /* nobody can approve who has not been named */
}

static bool take_exception(const struct flow *f, const struct fields *answer, struct err *e)
{
	(void)answer;
	return f->num_exceptions < EXCEPTIONS_MAX || err_set(e, ERR_TOO_LARGE, "exceptions");
}

static void more_exception(const struct flow *f, const struct fields *answer, struct fields *data)
{
	const struct err *why = stopped_by(f);

	exception_more(f, answer, data);
	if (why)
		fields_str(data, "failed", err_text_of(why->id)->name);
}

static bool apply_exception(struct flow *f, const struct fields *data, struct err *e)
{
	if (!exception_add(f, data, true))
		return err_set(e, ERR_TOO_LARGE, "exceptions");
	f->deciding = f->num_exceptions;
	if (!fields_is(data, "decide", "now"))
		return aside_done(f);
	f->aside = ASIDE_DECIDE;
	return true;
}

static enum event_type is_exception(const struct flow *f, const struct fields *answer)
{
	(void)f;
	(void)answer;
	return EVENT_EXCEPTION;
}

const struct turn turn_exception = {
	.name = "exception", .flags = TURN_BACK, .role = ROLE_ADMINISTRATOR, .prompt = prompt_exception,
	.take = take_exception, .more = more_exception, .event = is_exception, .apply = apply_exception,
};

/* ---- what was decided --------------------------------------------------------------------- */

static const struct flow_exception *decided(const struct flow *f)
{
	const struct flow_exception *x = f->aside == ASIDE_DECIDE ? find(f, f->deciding) : exception_first_open(f);

	MUST(x);
	return x;
}

/* Only while the check still stops the turn: afterwards there is nothing left to waive. */
static bool can_waive(const struct flow *f, const struct flow_exception *x)
{
	const struct err *why = stopped_by(f);

	return why && f->aside == ASIDE_DECIDE && x->failed == why->id;
}

static const char *const dispositions[] = {
	"corrected", "corrected: it has been put right",
	"accepted", "accepted: it stays as it is",
	"rejected", "rejected: it is not to be used",
	"waived", "waived: go on without this check",
};

static void prompt_approvers(const struct flow *f, struct prompt *p)
{
	static const char *const nobody[2] = { "nobody", "nobody else" };
	size_t                   n;
	struct ask              *a = prompt_ask(p, ASK_CHOICE, "approver.1", "Approved by");

	a->choice = presence_choices(f, APPROVERS, NULL, NULL, &n);
	a->num_choices = n;
	a = prompt_ask(p, ASK_CHOICE, "approver.2", "and by");
	a->choice = presence_choices(f, APPROVERS, NULL, nobody, &n);
	a->num_choices = n;
}

static void prompt_decide(const struct flow *f, struct prompt *p)
{
	const struct flow_exception *x = decided(f);

	exception_place(p);
	p->title = say(f, "Exception number %u: what is decided?", x->number);
	p->text = x->look ? "It began although something was amiss. Two approve that: officers, or the auditor." :
	          f->aside == ASIDE_DECIDE ?
	                  "An officer or the auditor approves; to waive a check takes two of them." :
	                  "The record cannot be closed while an exception is open. An officer or the auditor approves.";
	prompt_row(p, "Expected", say(f, "%s", x->expected));
	if (x->look)
		look_rows(f, p, "Happened");
	else
		prompt_row(p, "Happened", say(f, "%s", x->happened))->mark = true;
	if (f->num_open > 1)
		prompt_row(p, "Open in all", say(f, "%u", f->num_open));
	prompt_ask(p, ASK_TEXT, "decided", "What was decided")->hint = "in words";
	struct ask *a = prompt_ask(p, ASK_CHOICE, "disposition", "Disposition");
	a->choice = dispositions;
	a->num_choices = can_waive(f, x) ? 4 : 3;
	prompt_approvers(f, p);
}

static bool take_decide(const struct flow *f, const struct fields *answer, struct err *e)
{
	struct bytes one = fields_get(answer, "approver.1"), two = fields_get(answer, "approver.2");

	if (bytes_equal(one, two))
		return err_set(e, ERR_FLOW_APPROVER, "%.*s twice", (int)one.len, (const char *)one.p);
	if (decided(f)->look && bytes_is(two, "nobody"))
		return err_set(e, ERR_FLOW_APPROVER, "two approve what was amiss when it began");
	return !fields_is(answer, "disposition", "waived") || !bytes_is(two, "nobody") ||
	       err_set(e, ERR_FLOW_APPROVER, "a check is waived by two people");
}

static void more_decide(const struct flow *f, const struct fields *answer, struct fields *data)
{
	const struct flow_exception *x = decided(f);

	fields_u64(data, "number", x->number);
	if (fields_is(answer, "disposition", "waived"))
		fields_str(data, "waived", err_text_of(x->failed)->name);
}

static bool apply_decide(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_exception *x = find(f, decided(f)->number);

	(void)e;
	x->open = false;
	f->num_open--;
	if (fields_is(data, "disposition", "waived")) {
		if (f->waived_step != f->step)
			f->waived_checks = 0;
		f->waived_step = f->step;
		f->waived_checks |= waiver_bit(x->failed);
		f->failure = f->kept = (struct err){ 0 };
	}
	return aside_done(f);
}

static enum event_type is_disposition(const struct flow *f, const struct fields *answer)
{
	(void)f;
	(void)answer;
	return EVENT_DISPOSITION;
}

const struct turn turn_decide = {
	.name = "decide", .flags = TURN_BACK, .role = ROLE_ADMINISTRATOR, .prompt = prompt_decide, .take = take_decide,
	.more = more_decide, .event = is_disposition, .apply = apply_decide,
};
