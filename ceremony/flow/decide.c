/* decide.c: from an input to one event, and whether an event may come now. See flow.h. */
#include "ceremony/base/text.h"
#include "ceremony/base/utc.h"
#include "ceremony/flow/aside.h"
#include "ceremony/flow/forms.h"
#include "ceremony/flow/media.h"
#include "ceremony/flow/refused.h"
#include "ceremony/record/personal.h"
#include "ceremony/record/transcript.h"

/* ---- answers --------------------------------------------------------------- */

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
	struct qr_shown     shown;

	if (!v)
		return err_set(e, ERR_FLOW_FIELD, "%s is missing", a->key);
	if (ask_is_secret(a))
		return bytes_is(*v, "given") || (a->camera && bytes_is(*v, "camera")) ||
		       err_set(e, ERR_FLOW_FIELD, "%s does not say \"given\"", a->key);
	if (!text_is_plain(*v) || v->len > 512)
		return err_set(e, ERR_FLOW_FIELD, "%s: 512 printing characters at most", a->label);
	switch (a->kind) {
	case ASK_TEXT:
		return bytes_trim(*v).len > 0 || err_set(e, ERR_FLOW_FIELD, "%s is empty", a->label);
	case ASK_CONFIRM:
		return bytes_is(*v, "yes") || err_set(e, ERR_FLOW_CONFIRM, "%s", a->label);
	case ASK_TYPE_BACK:
		return same_typed(*v, a->expect) || err_set(e, ERR_FLOW_TYPED, "%s", a->label);
	case ASK_QR:
		return bytes_is(*v, "no") || qr_shown_parse(&shown, *v) || err_set(e, ERR_FLOW_FIELD, "%s", a->label);
	case ASK_CHOICE:
		return ask_has_choice(a, *v) || err_set(e, ERR_FLOW_FIELD, "%s is not one of the choices", a->label);
	default:
		return true;
	}
}

static bool check_answer(const struct flow *f, const struct turn *t, const struct prompt *p, const struct fields *data,
                         struct err *e)
{
	for (size_t i = 0; i < p->num_asks; i++)
		if (!check_ask(&p->ask[i], data, e))
			return false;
	if (data->num != p->num_asks)
		return err_set(e, ERR_FLOW_FIELD, "%zu answers to %zu questions", data->num, p->num_asks);
	return !t->take || t->take(f, data, e);
}

/* When the prompt was shown: the last thing that an event of a person says, unless the clock jumped meanwhile. */
static bool check_shown(const struct flow *f, const struct fields *data, struct err *e)
{
	const struct bytes *v = fields_find(data, "shown");
	int64_t             t = 0;

	if (!v)
		return !f->tells_prompts || f->closed || f->jump == JUMP_NEW || err_set(e, ERR_FLOW_EVENT, "shown");
	return (v == &data->item[data->num - 1].value && v->len == 20 && utc_parse(&t, *v) && t >= f->time &&
	        t <= f->clock_now) ||
	       err_set(e, ERR_FLOW_EVENT, "shown");
}

/* The answer, then what follows from it, then when it was asked. Transcripts of before the machine's start was
 * recorded have only the answer. */
static bool check_said(const struct flow *f, const struct turn *t, const struct fields *data, struct err *e)
{
	struct step_line outline[SCRIPT_MAX_STEPS];
	struct prompt    p;
	struct fields    more = fields_on(f->scratch), answer = *data;

	flow_prompt(f, &p, outline);
	answer.num = data->num < p.num_asks ? data->num : p.num_asks;
	if (!check_answer(f, t, &p, &answer, e) || !check_shown(f, data, e))
		return false;
	size_t rest = data->num - answer.num - (fields_find(data, "shown") != NULL);
	if (t->more && (rest > 0 || f->boot))
		t->more(f, &answer, &more);
	if (rest != more.num)
		return err_set(e, ERR_FLOW_FIELD, "%zu fields, and not %zu", answer.num + rest, answer.num + more.num);
	for (size_t i = 0; i < rest; i++) {
		const struct field *it = &data->item[answer.num + i];
		if (!bytes_equal(it->key, more.item[i].key) || !bytes_equal(it->value, more.item[i].value))
			return err_set(e, ERR_FLOW_EVENT, "%s", (const char *)more.item[i].key.p);
	}
	return true;
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
	if (!fields_is(data, "op", op_text_of(t->op)->name))
		return err_set(e, ERR_FLOW_EVENT, "the result is not one of %s", op_text_of(t->op)->name);
	for (size_t i = 0; i < data->num; i++) {
		const struct bytes key = data->item[i].key;
		if (!bytes_is(key, "op") && !(is_resolve(t) && bytes_is(key, "outcome")) && !op_gives(t->op, key))
			return err_set(e, ERR_FLOW_FIELD, "%s says no \"%s\"", op_text_of(t->op)->name, say_bytes(f, key));
	}
	return media_check(f, t, data, e) && (!t->check || t->check(f, data, e));
}

/* ---- may this event come now? --------------------------------------------------- */

/* The clause at fault, where something stands before the turn that the event is of. */
static bool why_not(const struct flow *f, const struct turn *t, struct err *e)
{
	char       text[256];
	struct buf why = BUF_ON(text);

	if (t == &turn_decide && f->aside == ASIDE_NONE)
		return err_set(e, ERR_FLOW_OPEN, "number %u", exception_first_open(f)->number);
	if (t == &turn_presence && presence_lacks(f, script_turn(f), &why))
		return err_set(e, ERR_FLOW_QUORUM, "%s", buf_cstr(&why));
	return err_set(e, ERR_FLOW_ORDER, "\"%s\" has not been answered", t->name);
}

static bool check_place(const struct flow *f, const struct event *ev, struct err *e)
{
	const struct turn *t = flow_turn(f);
	const char        *step = f->ended ? "" : f->script->step[f->step].id;

	if (t && aside_is(t) && bytes_is(ev->step, step) && !bytes_is(ev->turn, t->name))
		return why_not(f, t, e);
	if (!bytes_is(ev->step, step) || !bytes_is(ev->turn, t ? t->name : "") || ev->round != f->round)
		return err_set(e, ERR_FLOW_ORDER, "at %s/%s/%u, the state is at %s/%s/%u",
		               ev->step.len ? (const char *)ev->step.p : "-", ev->turn.len ? (const char *)ev->turn.p : "-",
		               ev->round, step, t ? t->name : "-", f->round);
	return true;
}

static enum event_type answer_type(const struct flow *f, const struct turn *t, const struct fields *answer)
{
	if (t->event)
		return t->event(f, answer);
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
	case EVENT_DISPOSITION:
	case EVENT_LEAVE:
	case EVENT_RETURN:
	case EVENT_HANDOVER:
	case EVENT_ABORT:
	case EVENT_ANSWER:
		if (asking && ev->type == answer_type(f, t, &ev->data))
			return check_said(f, t, &ev->data, e);
		break;
	case EVENT_REFUSED:
		if (asking)
			return refused_check(f, &ev->data, e) && check_shown(f, &ev->data, e);
		break;
	case EVENT_ASIDE: return aside_check(f, &ev->data, e) && check_shown(f, &ev->data, e);
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
		if (flow_is_release(f, &ev->data) || (doing && !next.once) || (doing && fields_is(&ev->data, "op", "prepare")) || next.reveal != OP_NONE)
			return error_check(&ev->data, e);
		break;
	case EVENT_BACK:
		if (asking && t && flow_can_back(f, t))
			return check_shown(f, &ev->data, e);
		break;
	default:
		break;
	}
	return err_set(e, ERR_FLOW_ORDER, "an event of the type %s", event_type_name(ev->type));
}

/* The name of a start of the machine: without it nothing could be asked of the clock that cannot be set. */
static bool check_boot(const struct fields *data, struct err *e)
{
	uint8_t    octets[16];
	struct buf b = BUF_ON(octets);

	return (hex_decode(&b, fields_get(data, "boot")) && b.len == sizeof octets) ||
	       err_set(e, ERR_FLOW_EVENT, "boot: which start of the machine it is");
}

/* Within one start of the machine the clocks go together, or a jump says that they did not. */
static bool check_clocks(const struct flow *f, const struct event *ev, struct err *e)
{
	int64_t ms = 0;
	char    text[32];

	if (!f->boot || f->closed)
		return ev->type != EVENT_JUMP || err_set(e, ERR_FLOW_ORDER, "there is no clock to jump against");
	if (ev->type == EVENT_RESUME && f->tells_prompts && (!check_boot(&ev->data, e) || !look_check(&ev->data, e)))
		return false;
	if (ev->type == EVENT_RESUME && !fields_is(&ev->data, "boot", f->boot))
		return true; /* in another start */
	if (ev->mono < f->mono)
		return err_set(e, ERR_CLOCK_JUMP, "the clock that cannot be set went back");
	if (ev->type == EVENT_RESUME)
		return true; /* the next line says whether it jumped meanwhile */
	bool jumped = flow_clock_jumped(f, ev->time, ev->mono, &ms);
	if (jumped != (ev->type == EVENT_JUMP))
		return err_set(e, ERR_CLOCK_JUMP, jumped ? "by %lld ms, and no jump event says so" : "no jump: %lld ms", (long long)ms);
	struct buf b = BUF_ON(text);
	buf_fmt(&b, "%+lld", (long long)ms);
	return !jumped || fields_is(&ev->data, "ms", buf_cstr(&b)) || err_set(e, ERR_FLOW_EVENT, "ms");
}

static bool check_open(const struct flow *f, const struct event *ev, struct err *e)
{
	if (f->opened)
		return err_set(e, ERR_FLOW_ORDER, "opened twice");
	if (!fields_is(&ev->data, "previous", f->before->previous))
		return err_set(e, ERR_FLOW_ORDER, "it does not name the last ceremony's checkpoint");
	if (fields_is(&ev->data, "format", TRANSCRIPT_FORMAT) && !fields_is(&ev->data, "before", f->before->before))
		return err_set(e, ERR_FLOW_ORDER, "it does not name the last line of the ceremony before it");
	if (ev->time < f->time)
		return err_set(e, ERR_CLOCK_BACK, "it begins before the last ceremony ended");
	if (fields_is(&ev->data, "format", TRANSCRIPT_FORMAT) && (!check_boot(&ev->data, e) || !look_check(&ev->data, e)))
		return false;
	return !f->continued || fields_is(&ev->data, "rehearsal", "yes") == f->ca_rehearsal ||
	       err_set(e, ERR_RECORD_OTHER_CA, "a rehearsal works on a rehearsal's CA, and on no other");
}

/* What a prompt showed is in the words of the program that showed it: it is read, not compared. */
static bool check_prompt(const struct flow *f, const struct event *ev, struct err *e)
{
	const bool says = f->tells_prompts && !f->closed && event_says(ev->type);

	return (ev->prompt.len > 0) == says || err_set(e, ERR_FLOW_EVENT, "prompt");
}

bool flow_check(const struct flow *f, const struct event *ev, struct err *e)
{
	if (!forms_check(f, ev, e))
		return false;
	if (ev->type == EVENT_OPEN)
		return check_open(f, ev, e);
	if (!f->opened)
		return err_set(e, ERR_FLOW_ORDER, "the first event must be open");
	if (f->aborted || f->ended)
		return err_set(e, ERR_FLOW_ORDER, "an event after the end");
	if (f->paused != (ev->type == EVENT_RESUME) && f->paused)
		return err_set(e, ERR_FLOW_ORDER, "only a resume can follow a pause");
	if (!check_clocks(f, ev, e) || !check_place(f, ev, e) || !check_prompt(f, ev, e))
		return false;
	if (ev->type == EVENT_RESUME || ev->type == EVENT_JUMP)
		return true;
	if (ev->type == EVENT_PAUSE)
		return check_shown(f, &ev->data, e);
	return check_turn_event(f, ev, e);
}

/* ---- from an input to an event ------------------------------------------------------ */

static bool as_event(const struct flow *f, struct event *ev, struct err *e)
{
	(void)f;
	return !ev->data.failed || err_set(e, ERR_TOO_LARGE, "an event's data");
}

/* A person's words are taken down without the blanks around them: one person is one value. */
static void put_answer(struct event *ev, const struct fields *answer)
{
	for (size_t i = 0; i < answer->num; i++) {
		const struct field *it = &answer->item[i];
		fields_put(&ev->data, (const char *)it->key.p, personal_is(ev, it->key) ? bytes_trim(it->value) : it->value);
	}
}

static bool words_fit(const struct event *ev, const struct fields *answer, struct err *e)
{
	for (size_t i = 0; i < answer->num; i++)
		if (personal_is(ev, answer->item[i].key) && !personal_fits(bytes_trim(answer->item[i].value), e))
			return false;
	return true;
}

static void put_shown(const struct flow *f, const struct input *in, struct event *ev)
{
	char now[24];

	if (!f->closed)
		ev->prompt = in->prompt;
	if (in->shown && !f->closed)
		fields_str(&ev->data, "shown", utc_str(now, in->shown));
}

static bool decide_answer(const struct flow *f, const struct input *in, struct event *ev, struct err *e)
{
	const struct turn *t = flow_turn(f);
	struct step_line   outline[SCRIPT_MAX_STEPS];
	struct prompt      p;
	struct err         why = { 0 };

	flow_prompt(f, &p, outline);
	if (in->err)
		why = *in->err;
	bool taken = !in->err && check_answer(f, t, &p, in->data, &why);
	if (taken)
		ev->type = answer_type(f, t, in->data);
	if (taken && words_fit(ev, in->data, &why)) {
		put_answer(ev, in->data);
		if (t->more)
			t->more(f, in->data, &ev->data);
	} else {
		ev->type = EVENT_REFUSED;
		refused_put(f, &p, &why, in->data, &ev->data);
	}
	put_shown(f, in, ev);
	return as_event(f, ev, e);
}

static void decide_failed(const struct flow *f, const struct err *why, bool released, struct event *ev)
{
	ev->type = EVENT_FAILED;
	fields_str(&ev->data, "op", failed_op(f, released));
	error_put(&ev->data, why);
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
	decide_failed(f, &why, false, ev);
	return as_event(f, ev, e);
}

bool flow_decide(const struct flow *f, const struct input *in, struct event *ev, struct err *e)
{
	const struct turn *t = flow_turn(f);
	int64_t            ms = 0;

	ev->step = bytes_str(f->opened && !f->ended ? f->script->step[f->step].id : "");
	ev->turn = bytes_str(t ? t->name : "");
	ev->round = f->opened ? f->round : 0;
	ev->data.num = 0;
	ev->data.failed = false;
	switch (in->kind) {
	case INPUT_OPEN:
		ev->type = EVENT_OPEN;
		fields_add_all(&ev->data, in->data);
		return as_event(f, ev, e) && check_open(f, ev, e);
	case INPUT_ANSWER: return decide_answer(f, in, ev, e);
	case INPUT_RESULT: return decide_result(f, in, ev, e);
	case INPUT_FAILED: decide_failed(f, in->err, in->released, ev); return as_event(f, ev, e);
	case INPUT_INTENT: ev->type = EVENT_INTENT; return intent_fields(f, &ev->data, e);
	case INPUT_BACK: ev->type = EVENT_BACK; break;
	case INPUT_PAUSE: ev->type = EVENT_PAUSE; break;
	case INPUT_ASIDE:
		ev->type = EVENT_ASIDE;
		fields_add_all(&ev->data, in->data);
		break;
	case INPUT_JUMP:
		ev->type = EVENT_JUMP;
		if (!flow_clock_jumped(f, ev->time, ev->mono, &ms))
			return err_set(e, ERR_FLOW_ORDER, "the clock has not jumped");
		fields_fmt(&ev->data, "ms", "%+lld", (long long)ms);
		return as_event(f, ev, e);
	case INPUT_RESUME:
		ev->type = EVENT_RESUME;
		fields_add_all(&ev->data, in->data);
		return as_event(f, ev, e);
	}
	put_shown(f, in, ev);
	return as_event(f, ev, e) && flow_check(f, ev, e);
}
