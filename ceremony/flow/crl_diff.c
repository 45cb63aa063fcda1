/* crl_diff.c: see crl_diff.h. */
#include "ceremony/flow/crl_diff.h"

#include "ceremony/flow/plans.h"

static const char *against(const struct flow *f)
{
	if (crl_number_is_zero(f->crl_number))
		return f->before->list ? "the one without a number, or of number 0" : "there is none";
	return say(f, "%s%s", say_number(f, f->crl_number), f->brought.list ? ", which was brought and is the record's" : "");
}

/* One row, or one more that is but counted: the last one tells how many. */
static void add(struct prompt *p, size_t most, unsigned *more, const char *label, const char *value)
{
	if (p->num_rows + 1 < most)
		prompt_row(p, label, value)->mark = true;
	else
		(*more)++;
}

void crl_diff_rows(const struct flow *f, struct prompt *p, size_t most)
{
	unsigned more = 0;

	prompt_row(p, "Compared with list", against(f));
	for (unsigned i = 0; i < f->num_revocations; i++)
		add(p, most, &more, "Added", say(f, "%s (%s)", f->revocation[i].cert->subject, reason_name(f->revocation[i].reason)));
	for (const struct ledger_cert *c = f->before->cert; c; c = c->next)
		if (c->revoked && entry_is_over(f, c))
			add(p, most, &more, "Removed, expired", say(f, "%s", c->subject));
	if (more)
		prompt_row(p, "Changes", say(f, "and %u more, for which there is no room here", more))->mark = true;
}
