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

/* What stands from `at` on, kept. */
static const char *kept(const struct flow *f, struct buf *b, size_t at)
{
	return buf_ok(b) ? (const char *)arena_copy(f->arena, bytes_skip(buf_bytes(b), at)).p : NULL;
}

bool look_apply(struct flow *f, const struct fields *data)
{
	char       text[FIELDS_MAX * 256];
	struct buf b = BUF_ON(text);

	if (!amiss(data, 1).len)
		return true;
	f->amiss_item = arena_take(f->arena, FIELDS_MAX * sizeof *f->amiss_item);
	for (unsigned n = 0; f->amiss_item && amiss(data, n + 1).len; n++) {
		buf_str(&b, b.len ? "; " : "");
		const size_t at = b.len;
		text_escape(&b, amiss(data, n + 1));
		f->amiss_item[n] = kept(f, &b, at);
		f->num_amiss += f->amiss_item[n] != NULL;
	}
	f->amiss = kept(f, &b, 0);
	return f->amiss_item && f->amiss;
}

void look_rows(const struct flow *f, struct prompt *p, const char *label)
{
	for (unsigned i = 0; i < f->num_amiss; i++) {
		if (p->num_rows == PROMPT_MAX_ROWS - 2) {
			prompt_row(p, label, say(f, "%u more", f->num_amiss - i))->mark = true;
			return;
		}
		prompt_row(p, label, f->amiss_item[i])->mark = true;
	}
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
	look_rows(f, p, "Amiss");
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
