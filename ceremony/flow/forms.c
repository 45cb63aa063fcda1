/* forms.c: see forms.h. */
#include "ceremony/flow/forms.h"

#include "ceremony/flow/engine.h"
#include "ceremony/record/transcript.h"

#define FORM_MAX 20

/* A key that ends in a dot has a number or a name behind it. */
static const struct form {
	enum event_type   type;
	const char *const key[FORM_MAX];
} forms[] = {
	{ EVENT_OPEN, { "format", "program", "title", "number", "slug", "organisation", "origin", "rehearsal", "script-sha256", "profile.", "media", "previous",
	                "before", "boot", "face", "looks", "amiss.", "mended." } },
	{ EVENT_RESUME, { "torn", "boot", "program", "face" } },
	{ EVENT_PAUSE, { "shown" } },
	{ EVENT_BACK, { "shown" } },
	{ EVENT_ASIDE, { "what", "shown" } },
	{ EVENT_JUMP, { "ms" } },
	{ EVENT_FAILED, { "op", "error", "detail" } },
};

static bool has_key(const struct form *form, struct bytes key)
{
	for (size_t i = 0; i < FORM_MAX && form->key[i]; i++) {
		const struct bytes want = bytes_str(form->key[i]);
		if (want.p[want.len - 1] == '.' ? bytes_starts(key, form->key[i]) && key.len > want.len : bytes_equal(key, want))
			return true;
	}
	return false;
}

/* It is of no step, and says by what media. */
static bool check_open(const struct event *ev, struct err *e)
{
	if (ev->step.len || ev->turn.len || ev->round)
		return err_set(e, ERR_FLOW_EVENT, "step: the first line is of none");
	return fields_is(&ev->data, "media", "devices") || fields_is(&ev->data, "media", "folders") || err_set(e, ERR_FLOW_EVENT, "media");
}

static bool check_torn(const struct fields *data, struct err *e)
{
	uint64_t n;

	return !fields_find(data, "torn") || (fields_get_u64(&n, data, "torn", EVENT_MAX_LINE) && n) || err_set(e, ERR_FLOW_EVENT, "torn");
}

const char *failed_op(const struct flow *f, bool released)
{
	struct flow_next next;

	flow_next(f, &next);
	if (next.once)
		return "prepare";
	return op_text_of(released ? OP_MEDIA_RELEASE : next.what == FLOW_ASK ? next.reveal : next.op)->name;
}

bool forms_check(const struct flow *f, const struct event *ev, struct err *e)
{
	const struct form *form = NULL;

	for (size_t i = 0; i < COUNT_OF(forms); i++)
		if (forms[i].type == ev->type)
			form = &forms[i];
	if (!form || !(ev->type == EVENT_OPEN ? fields_is(&ev->data, "format", TRANSCRIPT_FORMAT) : f->tells_prompts))
		return true;
	for (size_t i = 0; i < ev->data.num; i++)
		if (!has_key(form, ev->data.item[i].key))
			return err_set(e, ERR_FLOW_EVENT, "%.*s", (int)ev->data.item[i].key.len, (const char *)ev->data.item[i].key.p);
	if (ev->type == EVENT_FAILED)
		return fields_is(&ev->data, "op", failed_op(f, flow_is_release(f, &ev->data))) || err_set(e, ERR_FLOW_EVENT, "op");
	return ev->type == EVENT_OPEN ? check_open(ev, e) : ev->type != EVENT_RESUME || check_torn(&ev->data, e);
}
