/* face.c: see face.h. */
#include "ceremony/port/face.h"

static void fill(const char **s)
{
	if (!*s)
		*s = "";
}

static void fill_ask(struct ask *a)
{
	fill(&a->key);
	fill(&a->label);
	fill(&a->hint);
	fill(&a->preset);
	fill(&a->expect);
}

static void fill_row(struct row *r)
{
	fill(&r->label);
	fill(&r->value);
	fill(&r->asked);
	fill(&r->allowed);
	fill(&r->source);
}

const struct prompt *prompt_filled(struct prompt *out, const struct prompt *p)
{
	MUST(p->num_asks <= PROMPT_MAX_ASKS && p->num_rows <= PROMPT_MAX_ROWS && p->num_steps <= PROMPT_MAX_STEPS);
	*out = *p;
	const char **const text[] = { &out->ceremony, &out->step_id,   &out->turn,     &out->role,
		                      &out->who,      &out->title,     &out->text,     &out->aloud,
		                      &out->help_what, &out->help_why, &out->help_clause, &out->help_fail };
	for (size_t i = 0; i < COUNT_OF(text); i++)
		fill(text[i]);
	for (size_t i = 0; i < out->num_asks; i++)
		fill_ask(&out->ask[i]);
	for (size_t i = 0; i < out->num_rows; i++)
		fill_row(&out->row[i]);
	return out;
}
