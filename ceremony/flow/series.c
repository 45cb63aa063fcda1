/* series.c: see series.h. */
#include "ceremony/flow/series.h"

#include "ceremony/flow/plans.h"

#define MONTHS     12 /* all of a series lies within a year */
#define YEAR_DAYS  366

static const char risk[] =
	"A list that is signed ahead says nothing of what is revoked after it was signed. Whoever holds one can serve it from its "
	"first day to its last, and nothing calls it back. Keep those whose day has not come under lock; publish none before its "
	"day, and none after a list with a higher number.";

static const struct script_step *crl_step(const struct flow *f)
{
	return step_of_kind(f, &step_kind_crl);
}

static unsigned num_of(const struct script_step *step)
{
	return (unsigned)script_number(step, "series");
}

unsigned series_num(const struct flow *f)
{
	return num_of(crl_step(f));
}

bool series_is(const struct flow *f)
{
	return series_num(f) > 1;
}

bool series_is_not(const struct flow *f)
{
	return !series_is(f);
}

/* ---- when ------------------------------------------------------------------------------- */

/* "3 months", "13 weeks", "1 month". */
static bool every_parse(struct utc_span *out, struct bytes text)
{
	static const struct {
		const char *one, *many;
		int         months;
		int64_t     seconds;
		uint64_t    most;
	} units[] = { { "month", "months", 1, 0, MONTHS }, { "week", "weeks", 0, 7 * UTC_DAY, 52 }, { "day", "days", 0, UTC_DAY, YEAR_DAYS } };
	struct bytes number, unit;
	uint64_t     n = 0;

	if (!bytes_cut(text, ' ', &number, &unit))
		return false;
	for (size_t i = 0; i < COUNT_OF(units); i++) {
		if (!bytes_to_u64(&n, number, units[i].most) || n == 0 || !bytes_is(unit, n == 1 ? units[i].one : units[i].many))
			continue;
		*out = (struct utc_span){ (int)n * units[i].months, (int64_t)n * units[i].seconds };
		return true;
	}
	return false;
}

/* Counted from the first, so that a day past a short month's end comes back in the next one. */
static int64_t from(const struct script_step *step, int64_t first, unsigned i)
{
	struct utc_span every = { 0 };

	if (i == 0)
		return first;
	MUST(every_parse(&every, script_param(step, "every")));
	every.months *= (int)i;
	every.seconds *= i;
	return utc_add(first, every);
}

int64_t series_from(const struct flow *f, unsigned i)
{
	return from(crl_step(f), f->crl_time ? f->crl_time : f->step_time, i);
}

/* ---- may the script say so? ------------------------------------------------------------- */

#define MOST_LISTS 90 /* of a ceremony: one line holds the digest of each (crl_words.c) */
_Static_assert(MOST_LISTS + 6 <= FIELDS_MAX, "beside what was asked, what was shown, and when");

/* Whatever day it begins on: each list is there a day before it is needed, is no longer good when the next but one
 * comes, and the last one ends its own time within a year. */
static bool windows_fit(const struct script *s, const struct script_step *step, struct err *e)
{
	const struct profile *p = script_profile(s, script_param(step, "profile"));
	const unsigned        num = num_of(step);
	int64_t               next = 0;

	for (int64_t day = 0; day < 4 * 366; day++) {
		const int64_t first = day * UTC_DAY;
		if (from(step, first, num) > utc_add(first, (struct utc_span){ MONTHS, 0 }))
			return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: series and every reach beyond a year", step->id);
		for (unsigned i = 0; i < num; i++) {
			if (!profile_crl_next(&next, p, from(step, first, i), e))
				return false;
			if (next < from(step, first, i + 1) + UTC_DAY - 1)
				return err_set(e, ERR_SCRIPT_ORDER,
				               "[step %s]: the profile's nextUpdate leaves no day between a list's end and the next one's begin", step->id);
			if (next > from(step, first, i + 2))
				return err_set(e, ERR_SCRIPT_ORDER,
				               "[step %s]: the profile's nextUpdate lets a list live on when the next but one has begun", step->id);
		}
	}
	return true;
}

bool series_fits(const struct script *s, const struct script_step *step, struct err *e)
{
	struct bytes    every = script_param(step, "every");
	struct utc_span ignored;

	if (num_of(step) == 1)
		return !every.len || err_set(e, ERR_SCRIPT_ORDER, "[step %s]: every = is for series = 2 or more", step->id);
	if (!every_parse(&ignored, every))
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: every = 3 months is wanted, or weeks, or days", step->id);
	if (num_of(step) * script_number(step, "shards") > MOST_LISTS)
		return err_set(e, ERR_SCRIPT_ORDER, "[step %s]: series times shards is more than %d lists", step->id, MOST_LISTS);
	return windows_fit(s, step, e);
}

const char *series_risk(const struct script_step *step)
{
	return num_of(step) > 1 ? risk : NULL;
}

/* ---- names ------------------------------------------------------------------------------- */

const char *series_name(const struct flow *f, struct crl_number number, int64_t begin, int64_t end)
{
	char from_day[24], to_day[24];

	return say(f, "root-%s-from-%.10s-to-%.10s", say_number(f, number), utc_str(from_day, begin), utc_str(to_day, end));
}

const char *series_file(const struct flow *f, unsigned i, bool pem)
{
	struct crl *c = arena_take(f->scratch, sizeof *c);
	struct err  why = { 0 };

	MUST(i < f->num_crls && c && crl_parse(c, f->crl[i], &why)); /* it was read back when it was signed */
	return say(f, "%s%s", series_name(f, c->number, c->this_update, c->next_update), pem ? "-crl.pem" : ".crl");
}

/* ---- what is shown, and recorded ------------------------------------------------------------- */

static bool is_overtaken(const struct flow *f, const struct ledger_list *l)
{
	return !ledger_list_is_void(l) && l->this_update > series_from(f, 0);
}

/* As it is reviewed, before it is signed. */
static bool window(const struct flow *f, unsigned i, char begin[24], char end[24])
{
	struct crl_plan plan;
	struct err      why = { 0 };

	if (!plan_crl_header(f, i, &plan, &why))
		return false;
	(void)utc_str(begin, plan.this_update);
	(void)utc_str(end, plan.next_update);
	return true;
}

void series_rows(const struct flow *f, struct prompt *p)
{
	char begin[24], end[24];

	for (unsigned i = 0; i < series_num(f) && series_is(f); i++)
		if (window(f, i, begin, end))
			prompt_row(p, say(f, "List %s", say_list(f, i)), say(f, "%s to %s", begin, end))->mark = i > 0;
	for (const struct ledger_list *l = f->before->list; l; l = l->next)
		if (is_overtaken(f, l))
			prompt_row(p, say(f, "No more: %s", say_number(f, l->number)),
			           say(f, "was to begin %s; must never be published now: destroy every copy", utc_str(begin, l->this_update)))->mark = true;
}

void series_more_review(const struct flow *f, const struct fields *answer, struct fields *data)
{
	char       begin[24], end[24], text[FLOW_MAX_LISTS * CRL_NUMBER_TEXT];
	struct buf gone = BUF_ON(text);

	(void)answer;
	for (unsigned i = 0; i < series_num(f) && series_is(f); i++)
		if (window(f, i, begin, end))
			fields_fmt(data, say(f, "list.%s", say_list(f, i)), "%s to %s", begin, end);
	for (const struct ledger_list *l = f->before->list; l; l = l->next)
		if (is_overtaken(f, l))
			buf_fmt(&gone, "%s%s", gone.len ? " " : "", say_number(f, l->number));
	if (gone.len)
		fields_put(data, "overtaken", buf_bytes(&gone));
}

const char *series_title(const struct flow *f)
{
	return say(f, "Sign %u lists ahead of their time?", series_num(f));
}

void series_prompt(const struct flow *f, struct prompt *p)
{
	char       end[24];
	const unsigned num = series_num(f);

	p->text = risk;
	prompt_row(p, "Lists", say(f, "%u, numbers %s to %s", num, say_list(f, 0), say_list(f, num - 1)));
	prompt_row(p, "The first", "begins at the moment at which this is confirmed");
	prompt_row(p, "One more every", say_bytes(f, script_param(crl_step(f), "every")));
	prompt_row(p, "The last", say(f, "begins %.10s", utc_str(end, from(crl_step(f), f->time, num - 1))))->mark = true;
	prompt_row(p, "Instead", "one list alone, and a ceremony as often as one is due");
	prompt_officers(f, p);
}

void series_more(const struct flow *f, const struct fields *answer, struct fields *data)
{
	(void)answer;
	fields_u64(data, "lists", series_num(f));
	fields_put(data, "every", script_param(crl_step(f), "every"));
	fields_str(data, "risk", risk);
}
