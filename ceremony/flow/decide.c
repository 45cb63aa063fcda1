/* decide.c: from an input to one event, and whether an event may come now. See flow.h. */
#include "ceremony/base/text.h"
#include "ceremony/flow/engine.h"

/* ---- answers --------------------------------------------------------------- */

static bool is_secret_ask(const struct ask *a)
{
	return a->kind == ASK_PIN || a->kind == ASK_NEW_PIN || a->kind == ASK_WORDS;
}

static bool same_typed(struct bytes typed, const char *expect)
{
	struct bytes want = bytes_trim(bytes_str(expect));
	size_t       i = 0;

	typed = bytes_trim(typed);
	for (size_t k = 0; k < typed.len; k++) {
		uint8_t c = typed.p[k];
		if (c == ' ' && i < want.len && want.p[i] != ' ' && want.p[i] != '\n')
			continue; /* blanks are forgiven */
		while (i < want.len && (want.p[i] == ' ' || want.p[i] == '\n') && c != ' ')
			i++;
		if (i == want.len)
			return false;
		uint8_t w = want.p[i++];
		if (c >= 'A' && c <= 'Z')
			c = (uint8_t)(c + 32);
		if (w >= 'A' && w <= 'Z')
			w = (uint8_t)(w + 32);
		if (c != w && !(c == ' ' && w == '\n'))
			return false;
	}
	return i == want.len;
}

static bool check_ask(const struct ask *a, const struct fields *data, struct err *e)
{
	const struct bytes *v = fields_find(data, a->key);

	if (!v)
		return err_set(e, ERR_FLOW_FIELD, "%s is missing", a->key);
	if (is_secret_ask(a))
		return bytes_is(*v, "given") || err_set(e, ERR_FLOW_FIELD, "%s does not say \"given\"", a->key);
	if (!text_is_plain(*v) || v->len > 512)
		return err_set(e, ERR_FLOW_FIELD, "%s: 512 printing characters at most", a->label);
	switch (a->kind) {
	case ASK_TEXT:
		return bytes_trim(*v).len > 0 || err_set(e, ERR_FLOW_FIELD, "%s is empty", a->label);
	case ASK_CONFIRM:
		return bytes_is(*v, "yes") || err_set(e, ERR_FLOW_CONFIRM, "%s", a->label);
	case ASK_TYPE_BACK:
		return same_typed(*v, a->expect) || err_set(e, ERR_FLOW_TYPED, "%s", a->label);
	case ASK_CHOICE:
		for (size_t i = 0; i < a->num_choices; i++)
			if (bytes_is(*v, a->choice[2 * i]))
				return true;
		return err_set(e, ERR_FLOW_FIELD, "%s is not one of the choices", a->label);
	default:
		return true;
	}
}

static bool check_answer(const struct flow *f, const struct turn *t, const struct fields *data, struct err *e)
{
	struct step_line outline[SCRIPT_MAX_STEPS];
	struct prompt    p;

	flow_prompt(f, &p, outline);
	for (size_t i = 0; i < p.num_asks; i++)
		if (!check_ask(&p.ask[i], data, e))
			return false;
	if (data->num != p.num_asks)
		return err_set(e, ERR_FLOW_FIELD, "%zu answers to %zu questions", data->num, p.num_asks);
	return !t->take || t->take(f, data, e);
}

/* ---- intents and results ----------------------------------------------------- */

bool intent_fields(const struct flow *f, struct fields *data, struct err *e)
{
	const struct turn *t = flow_turn(f);

	fields_str(data, "op", op_text_of(t->op)->name);
	if (!flow_ask(f, data, e))
		return false;
	if (fields_find(data, "message")) {
		struct bytes message;
		char         hex[HASH_MAX * 2 + 1];
		if (!fields_get_base64(&message, f->scratch, data, "message"))
			return err_set(e, ERR_TOO_LARGE, "%s", t->name);
		fields_str(data, "sha256", sha256_hex(hex, message));
	}
	return !data->failed || err_set(e, ERR_TOO_LARGE, "%s", t->name);
}

static bool check_intent(const struct flow *f, const struct fields *data, struct err *e)
{
	struct fields want = fields_on(f->scratch);

	if (!intent_fields(f, &want, e))
		return false;
	return fields_equal(&want, data) || err_set(e, ERR_FLOW_INTENT, "not what the state demands");
}

static bool check_result(const struct flow *f, const struct turn *t, const struct fields *data, struct err *e)
{
	(void)f;
	if (!fields_is(data, "op", op_text_of(t->op)->name))
		return err_set(e, ERR_FLOW_EVENT, "the result is not one of %s", op_text_of(t->op)->name);
	return !t->check || t->check(f, data, e);
}

static bool check_error_named(const struct fields *data, struct err *e)
{
	enum err_id id = err_by_name(fields_get(data, "error"));

	return (id != ERR_COUNT_ && id != ERR_NONE) || err_set(e, ERR_FLOW_EVENT, "an error that is not in the catalogue");
}

/* ---- may this event come now? --------------------------------------------------- */

static bool check_place(const struct flow *f, const struct event *ev, struct err *e)
{
	const struct turn *t = flow_turn(f);
	const char        *step = f->ended ? "" : f->script->step[f->step].id;

	if (!bytes_is(ev->step, step) || !bytes_is(ev->turn, t ? t->name : "") || ev->round != f->round)
		return err_set(e, ERR_FLOW_ORDER, "at %s/%s/%u, the state is at %s/%s/%u",
		               ev->step.len ? (const char *)ev->step.p : "-", ev->turn.len ? (const char *)ev->turn.p : "-",
		               ev->round, step, t ? t->name : "-", f->round);
	return true;
}

static enum event_type answer_type(const struct turn *t)
{
	return t->flags & TURN_CLOSES ? EVENT_CLOSE : t->flags & TURN_EXCEPTION ? EVENT_EXCEPTION : EVENT_ANSWER;
}

static bool check_turn_event(const struct flow *f, const struct event *ev, struct err *e)
{
	const struct turn *t = flow_turn(f);
	struct flow_next   next;

	flow_next(f, &next);
	bool asking = next.what == FLOW_ASK, doing = next.what == FLOW_DO;
	switch (ev->type) {
	case EVENT_CLOSE:
	case EVENT_EXCEPTION:
	case EVENT_ANSWER:
		if (asking && ev->type == answer_type(t))
			return check_answer(f, t, &ev->data, e);
		break;
	case EVENT_REFUSED:
		if (asking)
			return check_error_named(&ev->data, e);
		break;
	case EVENT_INTENT:
		if (doing && next.once)
			return check_intent(f, &ev->data, e);
		break;
	case EVENT_RESULT:
		if (doing && !next.once && !is_resolve(t))
			return check_result(f, t, &ev->data, e);
		break;
	case EVENT_RESOLVED:
		if (doing && is_resolve(t))
			return check_result(f, t, &ev->data, e);
		break;
	case EVENT_FAILED:
		if ((doing && !next.once) || (doing && fields_is(&ev->data, "op", "prepare")) || next.reveal != OP_NONE)
			return check_error_named(&ev->data, e);
		break;
	case EVENT_BACK:
		if (asking && t && (t->flags & TURN_BACK) && f->turn > 0)
			return true;
		break;
	default:
		break;
	}
	return err_set(e, ERR_FLOW_ORDER, "a %s event cannot come now", event_type_name(ev->type));
}

static bool check_open(const struct flow *f, const struct event *ev, struct err *e)
{
	if (f->opened)
		return err_set(e, ERR_FLOW_ORDER, "opened twice");
	if (ev->time < f->time)
		return err_set(e, ERR_CLOCK_BACK, "it begins before the last ceremony ended");
	if (f->continued && fields_is(&ev->data, "rehearsal", "yes") != f->ca_rehearsal)
		return err_set(e, ERR_RECORD_OTHER_CA, "a rehearsal works on a rehearsal's CA, and on no other");
	return fields_is(&ev->data, "previous", f->before->previous) ||
	       err_set(e, ERR_FLOW_ORDER, "it does not name the last ceremony's checkpoint");
}

bool flow_check(const struct flow *f, const struct event *ev, struct err *e)
{
	if (ev->type == EVENT_OPEN)
		return check_open(f, ev, e);
	if (!f->opened)
		return err_set(e, ERR_FLOW_ORDER, "the first event must be open");
	if (f->aborted || f->ended)
		return err_set(e, ERR_FLOW_ORDER, "an event after the end");
	if (f->paused != (ev->type == EVENT_RESUME) && f->paused)
		return err_set(e, ERR_FLOW_ORDER, "only a resume can follow a pause");
	if (!check_place(f, ev, e))
		return false;
	if (ev->type == EVENT_PAUSE || ev->type == EVENT_ABORT || ev->type == EVENT_RESUME)
		return true;
	return check_turn_event(f, ev, e);
}

/* ---- from an input to an event ------------------------------------------------------ */

static void put_error(struct fields *data, const struct err *why)
{
	char       clean[sizeof why->detail];
	struct buf b = BUF_ON(clean);

	text_escape(&b, bytes_str(why->detail));
	fields_str(data, "error", err_text_of(why->id)->name);
	fields_put(data, "detail", buf_bytes(&b));
}

static bool as_event(const struct flow *f, struct event *ev, struct err *e)
{
	(void)f;
	return !ev->data.failed || err_set(e, ERR_TOO_LARGE, "an event's data");
}

static bool decide_answer(const struct flow *f, const struct input *in, struct event *ev, struct err *e)
{
	const struct turn *t = flow_turn(f);
	struct err         why = { 0 };

	if (check_answer(f, t, in->data, &why)) {
		ev->type = answer_type(t);
		fields_add_all(&ev->data, in->data);
	} else {
		ev->type = EVENT_REFUSED;
		put_error(&ev->data, &why);
	}
	return as_event(f, ev, e);
}

static void decide_failed(const struct flow *f, const struct err *why, struct event *ev)
{
	struct flow_next next;

	flow_next(f, &next);
	enum op op = next.what == FLOW_ASK ? next.reveal : next.op;
	ev->type = EVENT_FAILED;
	fields_str(&ev->data, "op", next.once ? "prepare" : op_text_of(op)->name);
	put_error(&ev->data, why);
}

static bool decide_result(const struct flow *f, const struct input *in, struct event *ev, struct err *e)
{
	const struct turn *t = flow_turn(f);
	struct err         why = { 0 };

	ev->type = is_resolve(t) ? EVENT_RESOLVED : EVENT_RESULT;
	fields_str(&ev->data, "op", op_text_of(t->op)->name);
	if (is_resolve(t))
		fields_str(&ev->data, "outcome", resolve_outcome(f, in->data));
	fields_add_all(&ev->data, in->data);
	if (!as_event(f, ev, e))
		return false;
	if (check_result(f, t, &ev->data, &why))
		return true;
	ev->data.num = 0;
	decide_failed(f, &why, ev);
	return as_event(f, ev, e);
}

bool flow_decide(const struct flow *f, const struct input *in, struct event *ev, struct err *e)
{
	const struct turn *t = flow_turn(f);

	ev->step = bytes_str(f->opened && !f->ended ? f->script->step[f->step].id : "");
	ev->turn = bytes_str(t ? t->name : "");
	ev->round = f->opened ? f->round : 0;
	ev->data.num = 0;
	ev->data.failed = false;
	switch (in->kind) {
	case INPUT_OPEN:
		ev->type = EVENT_OPEN;
		fields_add_all(&ev->data, in->data);
		return as_event(f, ev, e);
	case INPUT_ANSWER: return decide_answer(f, in, ev, e);
	case INPUT_RESULT: return decide_result(f, in, ev, e);
	case INPUT_FAILED: decide_failed(f, in->err, ev); return as_event(f, ev, e);
	case INPUT_INTENT: ev->type = EVENT_INTENT; return intent_fields(f, &ev->data, e);
	case INPUT_BACK: ev->type = EVENT_BACK; return flow_check(f, ev, e);
	case INPUT_PAUSE: ev->type = EVENT_PAUSE; return true;
	case INPUT_ABORT: ev->type = EVENT_ABORT; return true;
	case INPUT_RESUME:
		ev->type = EVENT_RESUME;
		fields_add_all(&ev->data, in->data);
		return as_event(f, ev, e);
	}
	return err_set(e, ERR_FLOW_ORDER, "an input that does not fit");
}
