/* qualified.c: see qualified.h. */
#include "ceremony/flow/qualified.h"

#include "keytest/qualify.h"

bool qualified_required(const struct flow *f)
{
	return bytes_is(script_param(now_step(f), "qualified"), "required");
}

unsigned qualified_second_officer(const struct flow *f)
{
	(void)f;
	return 1;
}

void qualified_prompt_pin(const struct flow *f, struct prompt *p)
{
	const struct flow_token *t = &f->token[now_token(f)];

	p->text = "The token makes keys that pass, and everything is tried to get a private one out of it. Its random octets "
	          "are looked at. This takes a minute on a card.\n"
	          "One wrong PIN is given on purpose, after the right one, to see that it is counted; not where that could "
	          "lock anything.";
	p->secret = true;
	prompt_row(p, "Token", say_bytes(f, fields_get(&t->intake, "label")));
	prompt_row(p, "Serial", say(f, "%s", t->serial));
	flow_prompt_tries(t, p);
	if (flow_has_pad(t))
		prompt_row(p, "PIN pad", "type no PIN here, to type it on the token");
	prompt_ask(p, ASK_PIN, "qualify-pin", "User PIN")->pad = flow_has_pad(t);
}

bool qualified_ask(const struct flow *f, struct fields *in, struct err *e)
{
	(void)e;
	fields_str(in, "serial", f->token[now_token(f)].serial);
	return true;
}

bool qualified_check(const struct flow *f, const struct fields *out, struct err *e)
{
	const char *serial = f->token[now_token(f)].serial;

	return fields_is(out, "serial", serial) || err_set(e, ERR_TOKEN_OTHER, "serial %s was taken in", serial);
}

/* The PIN was given with it, so that the user is logged in now. */
bool qualified_apply(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_token *t = &f->token[now_token(f)];

	t->findings = fields_on(f->arena);
	fields_add_all(&t->findings, data);
	t->live = true;
	return !t->findings.failed || err_set(e, ERR_TOO_LARGE, "what was found of the token");
}

static struct qualify judge(const struct flow *f)
{
	struct qualify q;

	qualify_judge(&q, f->scratch, &f->token[now_token(f)].findings);
	return q;
}

void qualified_prompt(const struct flow *f, struct prompt *p)
{
	const struct fields *found = &f->token[now_token(f)].findings;
	struct qualify       q = judge(f);

	p->title = q.fit ? "The token qualifies" : "The token does not qualify";
	p->text = q.fit ? "Read the verdict aloud. What is only claimed is no proof: whoever objects says so now." :
	                  "This token must not hold a root key. The ceremony ends here, and begins anew with another token.";
	prompt_row(p, "Verdict", say(f, "%s", qualify_words(&q)))->mark = !q.fit;
	for (size_t i = 0; i < q.num_reasons; i++)
		prompt_row(p, "Not fit", say(f, "%s", q.reason[i]))->mark = true;
	for (size_t i = 0; i < q.num_remarks; i++)
		prompt_row(p, "Remark", say(f, "%s", q.remark[i]));
	for (size_t i = 0; i < found->num; i++)
		if (bytes_starts(found->item[i].key, "algorithm."))
			prompt_row(p, say_bytes(f, bytes_skip(found->item[i].key, 10)), say_bytes(f, found->item[i].value));
	prompt_ask(p, ASK_CONFIRM, "qualified", "The verdict has been read aloud");
}

bool qualified_take(const struct flow *f, const struct fields *answer, struct err *e)
{
	struct qualify q = judge(f);

	(void)answer;
	return q.fit || err_set(e, ERR_TOKEN_UNFIT, "%s", q.reason[0]);
}
