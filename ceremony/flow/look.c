/* look.c: how a ceremony began: by which face it is answered, and what was amiss in the look around before its first
 * line. Whoever begins nonetheless says why; that is an exception, which two approve as soon as there are names. See aside.h. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/aside.h"

bool look_check(const struct fields *data, struct err *e)
{
	static const char *const faces[] = { "screen", "lines", "answers" };
	uint64_t                 looks;
	bool                     known = false;

	for (size_t i = 0; i < COUNT_OF(faces); i++)
		known |= fields_is(data, "face", faces[i]);
	if (!known)
		return err_set(e, ERR_FLOW_EVENT, "face: how it is answered");
	if (!fields_get(data, "program").len && !fields_find(data, "format"))
		return err_set(e, ERR_FLOW_EVENT, "program: by which it was gone on with");
	return !fields_find(data, "format") || fields_get_u64(&looks, data, "looks", UINT32_MAX) ||
	       err_set(e, ERR_FLOW_EVENT, "looks: how often was looked around");
}

/* The n-th thing that was amiss, from 1; empty: there are no more. */
static struct bytes amiss(const struct fields *data, unsigned n)
{
	char key[24];

	(void)snprintf(key, sizeof key, "amiss.%u", n);
	return fields_get(data, key);
}

bool look_apply(struct flow *f, const struct fields *data)
{
	char         text[FIELDS_MAX * 256];
	struct buf   b = BUF_ON(text);
	struct bytes kept;

	for (unsigned n = 1; amiss(data, n).len; n++) {
		buf_str(&b, b.len ? "; " : "");
		text_escape(&b, amiss(data, n));
	}
	if (!b.len)
		return true;
	kept = buf_ok(&b) ? arena_copy(f->arena, buf_bytes(&b)) : bytes_of(NULL, 0);
	f->amiss = (const char *)kept.p;
	return f->amiss != NULL;
}

bool look_is_open(const struct flow *f)
{
	const struct flow_exception *x = exception_first_open(f);

	return x && x->look;
}

static void prompt_look(const struct flow *f, struct prompt *p)
{
	exception_place(p);
	p->title = "It begins although something is amiss";
	p->text = "Write why: facts, no secrets. It is an exception; two approve it after the roll call.";
	p->help_what = "What was marked in the look around before the beginning, and why it begins nonetheless.";
	p->help_why = "What was known to be amiss, and by whom it was taken, is what an auditor asks first.";
	p->help_fail = "If it should not begin like this after all, F2 leaves it as it is, and F10 ends it.";
	prompt_row(p, "Amiss", f->amiss)->mark = true;
	prompt_ask(p, ASK_TEXT, "reason", "Why it begins nonetheless")->hint = "in words";
}

static void more_look(const struct flow *f, const struct fields *answer, struct fields *data)
{
	exception_more(f, answer, data);
	fields_str(data, "found", f->amiss);
}

static enum event_type is_exception(const struct flow *f, const struct fields *answer)
{
	(void)f;
	(void)answer;
	return EVENT_EXCEPTION;
}

static bool apply_look(struct flow *f, const struct fields *data, struct err *e)
{
	if (!exception_add(f, data, true))
		return err_set(e, ERR_TOO_LARGE, "exceptions");
	exception_last(f)->look = true;
	f->amiss = NULL;
	return true;
}

const struct turn turn_look = {
	.name = "amiss", .role = ROLE_ADMINISTRATOR, .prompt = prompt_look, .take = take_in_words, .more = more_look, .event = is_exception,
	.apply = apply_look,
};
