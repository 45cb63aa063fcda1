/* runner.c: see runner.h. */
#include "ceremony/cmd/runner.h"

#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/cmd/event_line.h"
#include "ceremony/flow/carry.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/port/prompt_text.h"
#include "qr/ur.h"

/* ---- recording ----------------------------------------------------------------- */

#define TELL_MAX 3000 /* octets of an event's line that a face is told */

void runner_tell(struct runner *r, const struct event *ev, struct bytes line, bool past)
{
	char       text[256], whole[TELL_MAX + 64];
	struct buf b = BUF_ON(text);

	event_line(&b, &r->flow, ev, past);
	(void)snprintf(whole, sizeof whole, "%.*s%s", (int)bytes_first(line, TELL_MAX).len, (const char *)line.p,
	               line.len > TELL_MAX ? " ... (the rest is in transcript.jsonl)" : "");
	char       words[64];
	struct buf w = BUF_ON(words);
	words_put(&w, bytes_of(r->flow.tree_root, 4), 0);
	struct notice n = { .kind = past ? NOTICE_PAST : NOTICE_EVENT, .text = buf_cstr(&b), .whole = whole,
		            .tree = buf_cstr(&w) };
	r->face.tell(r->face.ctx, &n);
}

/* What the world answered and the flow did not take: a face that shows no prompt says so, too. */
static void tell_not_taken(struct runner *r, const struct event *ev)
{
	struct err    why = { 0 };
	struct bytes  detail = fields_get(&ev->data, "detail");
	struct notice n = { .kind = NOTICE_ERROR, .text = "", .err = &why };

	(void)err_set(&why, err_by_name(fields_get(&ev->data, "error")), "%.*s", (int)detail.len,
	              detail.len ? (const char *)detail.p : "");
	r->face.tell(r->face.ctx, &n);
}

/* Adds the line that was just appended to the tree; at the close, the tree is complete. */
static void grow_tree(struct runner *r)
{
	merkle_add(&r->tree, r->transcript.line);
	merkle_root(r->flow.tree_root, &r->tree);
}

/* At the beginning of a process all files; later those that the event can have changed. */
static bool put_files(struct runner *r, const struct event *ev, struct err *e)
{
	if (ev->type == EVENT_OPEN || ev->type == EVENT_RESUME)
		return flow_files(&r->flow, r->put, r->put_ctx, e);
	return flow_files_after(&r->flow, ev, r->put, r->put_ctx, e);
}

/* The line that ends it is the last that goes on the disk: after an abort nothing is made again, and after a close each signature
 * is on the disk before the next is asked for. */
static bool ends(enum event_type t)
{
	return t == EVENT_ABORT || t == EVENT_CLOSE;
}

/* What was only reckoned or drawn, changes no file, and can be had again: its line goes on the disk with the next, which says what
 * somebody answered to it. */
static bool can_wait(const struct event *ev)
{
	return ev->type == EVENT_RESULT && (fields_is(&ev->data, "op", op_text_of(OP_PARSE_REQUEST)->name) ||
	                                    fields_is(&ev->data, "op", op_text_of(OP_TOKEN_RANDOM)->name));
}

static bool append(struct runner *r, struct event *ev, struct err *e)
{
	return can_wait(ev) ? transcript_append_early(&r->transcript, ev, e) : transcript_append(&r->transcript, ev, e);
}

/* What changes the files that follow from the state. */
static bool may_change_files(enum event_type t)
{
	return t == EVENT_OPEN || t == EVENT_RESULT || t == EVENT_RESOLVED || t == EVENT_RESUME;
}

static bool record_at(struct runner *r, const struct input *in, int64_t time, uint64_t mono, struct err *e)
{
	struct flow *f = &r->flow;
	struct event ev = { .time = time, .mono = mono, .data = fields_on(&r->scratch) };
	bool         recorded = !f->closed;

	if (ev.time < f->time)
		return err_set(e, ERR_CLOCK_BACK, "%lld seconds before the last event", (long long)(f->time - ev.time));
	f->clock_now = ev.time;
	if (!flow_decide(f, in, &ev, e))
		return false;
	if (recorded && ends(ev.type) && !r->sync(r->put_ctx, e))
		return false;
	if (recorded && !append(r, &ev, e))
		return false;
	if (recorded) {
		grow_tree(r);
		runner_tell(r, &ev, r->transcript.line, false);
	}
	if (in->kind == INPUT_RESULT && ev.type == EVENT_FAILED)
		tell_not_taken(r, &ev);
	if (!flow_apply(f, &ev, e))
		return false;
	if (!may_change_files(ev.type))
		return true;
	return put_files(r, &ev, e) && (!f->closed || r->sync(r->put_ctx, e));
}

/* A jump of the clock comes to light with the next event, and stands before it. */
static bool record(struct runner *r, const struct input *in, struct err *e)
{
	struct input jump = { .kind = INPUT_JUMP }, said = *in;
	int64_t      ms = 0, time = r->clock.now(r->clock.ctx);
	uint64_t     mono = r->clock.mono(r->clock.ctx);

	if (in->kind != INPUT_OPEN && in->kind != INPUT_RESUME && time >= r->flow.time &&
	    flow_clock_jumped(&r->flow, time, mono, &ms)) {
		if (!record_at(r, &jump, time, mono, e))
			return false;
		said.shown = 0; /* by a clock that was another */
	}
	return record_at(r, &said, time, mono, e);
}

static bool record_failure(struct runner *r, const struct err *why, bool released, struct err *e)
{
	struct input    in = { .kind = INPUT_FAILED, .err = why, .released = released };
	struct notice   n = { .kind = NOTICE_ERROR, .text = "", .err = why };
	const struct err copy = *why;

	r->face.tell(r->face.ctx, &n);
	if (!record(r, &in, e))
		return false;
	if (copy.id == ERR_HELPER_DIED || copy.id == ERR_IPC_FORM) {
		*e = copy; /* its secrets went with it: only a resume can go on */
		return false;
	}
	return true;
}

/* ---- asking ---------------------------------------------------------------------- */

/* What may be stopped between two pieces: it leaves nothing half done, and is begun anew. A call into a token is none of it. */
static bool can_stop(const struct runner *r)
{
	return r->face.stop_wanted &&
	       (r->doing == OP_LIST_TAKE || r->doing == OP_CRL_LOOK || r->doing == OP_CRL_ADOPT || r->doing == OP_FILE_DELIVER ||
	        r->doing == OP_RECORD_DELIVER || r->doing == OP_QR_SCAN || r->doing == OP_CARD_SCAN);
}

static bool stop_wanted(void *ctx)
{
	struct runner *r = ctx;

	return r->face.stop_wanted(r->face.ctx);
}

static void tell_progress(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	struct runner   *r = ctx;
	struct step_line outline[SCRIPT_MAX_STEPS];
	struct prompt    where;
	struct notice    n = { .kind = NOTICE_PROGRESS, .text = what, .done = done, .total = total, .can_stop = can_stop(r),
		               .is_short = r->doing == OP_MEDIA_FIND, .where = &where };

	flow_where(&r->flow, &where, outline);
	r->face.tell(r->face.ctx, &n);
}

/* The flow says which of the two tokens; this side knows their URIs. */
static void name_token(const struct runner *r, struct fields *in)
{
	bool second = fields_is(in, "token", "second");

	fields_str(in, "uri", second && r->second_uri ? r->second_uri : r->token_uri);
	if (second && !r->second_uri)
		fields_str(in, "names", "module");
}

/* A witness's card is named by its serial; this side knows the module. */
static void name_card(const struct runner *r, struct fields *in)
{
	fields_str(in, "uri", r->witness_uri ? r->witness_uri : r->token_uri);
	fields_str(in, "names", "module");
}

/* A witness's sealed key file goes from its medium to the token process: nothing records or keeps it. */
static bool fetch_key(struct runner *r, struct fields *in, struct err *e)
{
	static struct call c;

	c = (struct call){ .op = OP_MEDIA_READ, .in = fields_on(&r->scratch), .out = fields_on(&r->scratch) };
	fields_put(&c.in, "medium", fields_get(in, "medium"));
	if (fields_find(in, "device"))
		fields_put(&c.in, "device", fields_get(in, "device"));
	fields_put(&c.in, "name", fields_get(in, "file"));
	fields_u64(&c.in, "max", 4096);
	if (!helper_call(&r->helper[PORT_MEDIA], &c, e))
		return false;
	fields_put(in, "content", fields_get(&c.out, "content"));
	return true;
}

/* A card's words go from the process that sees it to the token process in a box that this one cannot open. */
static bool fetch_card(struct runner *r, struct fields *in, struct fields *seen, struct err *e)
{
	static const char *const told[] = { "source", "device", "pictures" };
	static struct call key, scan;

	key = (struct call){ .op = OP_CARD_KEY, .in = fields_on(&r->scratch), .out = fields_on(&r->scratch) };
	if (!helper_call(&r->helper[PORT_TOKEN], &key, e))
		return false;
	const enum op then = r->doing;
	r->doing = OP_CARD_SCAN;
	scan = (struct call){ .op = OP_CARD_SCAN, .in = fields_on(&r->scratch), .out = fields_on(&r->scratch),
		              .progress = tell_progress, .progress_ctx = r, .stop = can_stop(r) ? stop_wanted : NULL };
	fields_put(&scan.in, "name", fields_get(in, "scan"));
	fields_put(&scan.in, "public", fields_get(&key.out, "public"));
	const bool ok = helper_call(&r->helper[PORT_HOST], &scan, e);
	r->doing = then;
	if (!ok)
		return false;
	fields_put(in, "sealed", fields_get(&scan.out, "sealed"));
	for (size_t i = 0; i < COUNT_OF(told); i++)
		if (fields_find(&scan.out, told[i]))
			fields_put(seen, told[i], fields_get(&scan.out, told[i]));
	return true;
}

static bool call(struct runner *r, enum op op, struct call *c, struct err *e)
{
	const struct op_text *t = op_text_of(op);

	c->op = op;
	c->in = fields_on(&r->scratch);
	c->out = fields_on(&r->scratch);
	c->progress = tell_progress;
	c->progress_ctx = r;
	r->doing = op;
	c->stop = can_stop(r) ? stop_wanted : NULL;
	if (!flow_ask(&r->flow, &c->in, e))
		return false;
	if (op == OP_TOKEN_OPEN)
		name_token(r, &c->in);
	if (op == OP_WITNESS_CARD || op == OP_WITNESS_CARD_SIGN)
		name_card(r, &c->in);
	if ((op == OP_WITNESS_BRING || op == OP_WITNESS_SIGN_BROUGHT) && !fetch_key(r, &c->in, e))
		return false;
	struct fields seen = fields_on(&r->scratch);
	if (op == OP_SHARE_ENTER && fields_find(&c->in, "scan") && !fetch_card(r, &c->in, &seen, e))
		return false;
	const struct bytes *device = fields_find(&c->in, "device");
	r->mounted |= device != NULL;
	if (!helper_call(&r->helper[t->port], c, e))
		return false;
	fields_add_all(&c->out, &seen);
	if (device && !fields_find(&c->out, "device")) /* where the files went by way of ours */
		fields_put(&c->out, "device", *device);
	return !c->out.failed || err_set(e, ERR_TOO_LARGE, "the answer to %s", t->name);
}

/* While people are asked, no medium is mounted: whatever they do with it then does no harm. */
static bool unmount(struct runner *r, struct err *e)
{
	static struct call c;

	if (!r->mounted)
		return true;
	c = (struct call){ .op = OP_MEDIA_RELEASE, .in = fields_on(&r->scratch), .out = fields_on(&r->scratch) };
	r->mounted = false;
	return helper_call(&r->helper[PORT_MEDIA], &c, e);
}

/* Nothing typed, where a camera may look: it is to look. */
static void give_secrets(struct prompt *p, struct fields *answer, const struct secret *typed)
{
	for (size_t i = 0; i < p->num_asks; i++) {
		enum ask_kind k = p->ask[i].kind;
		if (k == ASK_PIN || k == ASK_NEW_PIN || k == ASK_WORDS)
			fields_str(answer, p->ask[i].key, p->ask[i].camera && typed->len == 0 ? "camera" : "given");
	}
}

/* A refused answer need not be typed again as a whole: what was typed stands there. */
static void keep_typed(struct runner *r, const struct fields *answer)
{
	r->typed_arena = ARENA_ON(r->typed_room);
	r->typed = fields_on(&r->typed_arena);
	fields_add_all(&r->typed, answer);
}

static void preset_typed(const struct runner *r, struct prompt *p)
{
	for (size_t i = 0; p->refused && !r->typed.failed && i < p->num_asks; i++) {
		const struct bytes *v = fields_find(&r->typed, p->ask[i].key);
		if (bytes_starts(bytes_str(p->refused->detail), p->ask[i].label)) /* what was confirmed or typed back, and was not that */
			p->wrong_ask = (unsigned)i + 1;
		if (p->ask[i].kind != ASK_TEXT || !v || !text_is_plain(*v))
			continue;
		p->ask[i].preset = say(&r->flow, "%.*s", (int)v->len, (const char *)v->p);
		if (v->len && bytes_is(bytes_trim(*v), p->refused->detail)) /* the last one, if several are the same */
			p->wrong_ask = (unsigned)i + 1;
	}
}

static const char *aside_of(enum reply_kind kind)
{
	return kind == REPLY_ABORT ? "abort" : kind == REPLY_PEOPLE ? "people" : "exception";
}

/* Nothing can be ended for good of which every line is written: it is left for now, to be sealed later. */
static void tell_closed(struct runner *r)
{
	struct err    why = { 0 };
	struct notice n = { .kind = NOTICE_ERROR, .text = "", .err = &why };

	(void)err_set(&why, ERR_FLOW_CLOSED, "%s", "");
	r->face.tell(r->face.ctx, &n);
}

static bool take_reply(struct runner *r, struct prompt *p, struct reply *reply, struct input in, struct err *e)
{
	in.kind = INPUT_ANSWER;
	in.data = &reply->fields;

	switch (reply->kind) {
	case REPLY_ABORT:
		if (r->flow.aside == ASIDE_ABORT)
			return true; /* it is asked already */
		if (r->flow.closed) {
			tell_closed(r);
			in.kind = INPUT_PAUSE;
			break;
		} /* fall through */
	case REPLY_EXCEPTION:
	case REPLY_PEOPLE:
		in.kind = INPUT_ASIDE;
		reply->fields.num = 0;
		fields_str(&reply->fields, "what", aside_of(reply->kind));
		break;
	case REPLY_BACK: in.kind = INPUT_BACK; break;
	case REPLY_PAUSE: in.kind = INPUT_PAUSE; break;
	case REPLY_ANSWER:
		if (reply->wrong.id != ERR_NONE)
			in.err = &reply->wrong;
		keep_typed(r, &reply->fields);
		give_secrets(p, &reply->fields, &reply->secret);
		secret_done(&r->secret);
		secret_move(&r->secret, &reply->secret);
		break;
	}
	if (!record(r, &in, e))
		return false;
	struct flow_next next;
	flow_next(&r->flow, &next);
	if (next.what != FLOW_DO)
		secret_done(&r->secret); /* it was not taken */
	return true;
}

/* What the prompt is about to show, for the record; before it is shown, since nothing may be shown that cannot be told. */
static bool told(struct runner *r, struct input *in, const struct prompt *p, struct err *e)
{
	const size_t cap = PROMPT_TEXT_MAX + sizeof PROMPT_TEXT_CUT;
	uint8_t     *room = arena_take(&r->scratch, cap);
	struct buf   b = buf_init(room, cap);

	if (!room)
		return err_set(e, ERR_TOO_LARGE, "what a prompt shows");
	prompt_text(&b, p);
	in->prompt = buf_bytes(&b);
	return true;
}

_Static_assert(CARRY_MAX == UR_MAX_CONTENT, "what is offered can be shown");

/* Files that are shown, and lie in the ceremony's folder. */
static bool fetch_files(struct runner *r, struct prompt *p, struct err *e)
{
	char hex[HASH_MAX * 2 + 1];

	for (size_t i = 0; i < p->num_asks; i++) {
		struct ask *a = &p->ask[i];
		if (!a->file)
			continue;
		if (!r->get(r->put_ctx, &a->octets, &r->scratch, a->file, CARRY_MAX, e))
			return false;
		if (strcmp(sha256_hex(hex, a->octets), a->sha256) != 0)
			return err_set(e, ERR_AUDIT_FILE, "%s", a->file);
	}
	return true;
}

static bool do_ask(struct runner *r, const struct flow_next *next, struct err *e)
{
	struct step_line outline[SCRIPT_MAX_STEPS];
	struct prompt    p;
	SECRET           shown = { 0 };
	struct reply     reply = { .fields = fields_on(&r->scratch) };
	struct err       why = { 0 };

	if (!unmount(r, &why)) /* every file was synced when it was written: nothing is done again */
		return record_failure(r, &why, true, e);
	if (next->reveal != OP_NONE) {
		struct call c = { .secret_out = &shown };
		if (!call(r, next->reveal, &c, &why))
			return record_failure(r, &why, false, e);
	}
	flow_prompt(&r->flow, &p, outline);
	p.shown = shown.p ? &shown : NULL;
	preset_typed(r, &p);
	struct input in = { .shown = r->clock.now(r->clock.ctx) };
	bool         ok = told(r, &in, &p, e) && fetch_files(r, &p, e) && r->face.ask(r->face.ctx, &p, &reply, e) && take_reply(r, &p, &reply, in, e);
	secret_done(&reply.secret);
	return ok;
}

static bool do_op(struct runner *r, const struct flow_next *next, struct err *e)
{
	struct err   why = { 0 };
	struct call  c = { .secret_in = op_text_of(next->op)->secret_in ? &r->secret : NULL };
	struct input in = { .kind = INPUT_RESULT, .data = &c.out };

	bool ok = call(r, next->op, &c, &why);
	secret_done(&r->secret);
	return ok ? record(r, &in, e) : record_failure(r, &why, false, e);
}

/* An intent is written before what cannot be repeated; if not even the intent can be made
 * (a profile does not allow what the state demands), that is a failure on the record. */
static bool do_intent(struct runner *r, struct err *e)
{
	struct fields probe = fields_on(&r->scratch);
	struct err    why = { 0 };
	struct input  in = { .kind = INPUT_INTENT };

	if (!flow_ask(&r->flow, &probe, &why))
		return record_failure(r, &why, false, e);
	return record(r, &in, e);
}

/* ---- the loop ----------------------------------------------------------------------- */

bool runner_open(struct runner *r, const struct fields *data, struct err *e)
{
	struct input in = { .kind = INPUT_OPEN, .data = data };

	return record(r, &in, e);
}

bool runner_replay(struct runner *r, const struct event *ev, struct bytes line, struct err *e)
{
	r->scratch.len = 0;
	r->flow.clock_now = ev->time;
	merkle_add(&r->tree, line);
	merkle_root(r->flow.tree_root, &r->tree);
	return flow_check(&r->flow, ev, e) && flow_apply(&r->flow, ev, e);
}

bool runner_resume(struct runner *r, size_t torn, struct err *e)
{
	struct fields data = fields_on(&r->scratch);
	struct input  in = { .kind = INPUT_RESUME, .data = &data };

	if (torn)
		fields_u64(&data, "torn", torn);
	fields_str(&data, "boot", r->clock.boot);
	fields_str(&data, "program", "ceremony " CEREMONY_VERSION);
	fields_str(&data, "face", r->face.name);
	return record(r, &in, e);
}

bool runner_run(struct runner *r, enum runner_end *end, struct err *e)
{
	struct flow_next next;

	for (;;) {
		r->scratch.len = 0;
		flow_next(&r->flow, &next);
		if (next.what == FLOW_END || r->flow.paused)
			break;
		bool ok = next.what == FLOW_ASK ? do_ask(r, &next, e) : next.once ? do_intent(r, e) : do_op(r, &next, e);
		if (!ok) {
			secret_done(&r->secret);
			return false;
		}
	}
	secret_done(&r->secret);
	*end = r->flow.aborted ? RUNNER_ABORTED : r->flow.paused ? RUNNER_PAUSED : RUNNER_DONE;
	return true;
}
