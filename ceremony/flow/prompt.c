/* prompt.c: what every prompt has in common, and what prompts are made of. */
#include <stdarg.h>
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/hints.h"
#include "ceremony/flow/aside.h"
#include "ceremony/flow/media.h"

static const char *scratch_copy(const struct flow *f, struct bytes a)
{
	struct bytes copy = arena_copy(f->scratch, a);

	MUST(copy.p);
	return (const char *)copy.p;
}

const char *say(const struct flow *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	MUST(n >= 0);
	char *out = arena_take(f->scratch, (size_t)n + 1);
	MUST(out);
	va_start(ap, fmt);
	(void)vsnprintf(out, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return out;
}

const char *say_number(const struct flow *f, struct crl_number n)
{
	char text[CRL_NUMBER_TEXT];

	return say(f, "%s", crl_number_str(text, n));
}

const char *say_list(const struct flow *f, unsigned i)
{
	return say_number(f, crl_number_plus(f->crl_number, i + 1));
}

const char *say_bytes(const struct flow *f, struct bytes a)
{
	size_t     cap = a.len * 10 + 1;
	char      *out = arena_take(f->scratch, cap);
	struct buf b = buf_init(out, cap);

	MUST(out);
	text_escape(&b, a);
	return buf_cstr(&b);
}

const char *say_words(const struct flow *f, struct bytes digest, size_t octets)
{
	char       text[1024];
	struct buf b = BUF_ON(text);

	words_put(&b, bytes_first(digest, octets), 4);
	return scratch_copy(f, buf_bytes(&b));
}

const char *say_hex(const struct flow *f, struct bytes octets)
{
	char       text[1024];
	struct buf b = BUF_ON(text);

	for (size_t i = 0; i < octets.len; i++) {
		if (i && i % 2 == 0)
			buf_str(&b, i % 16 == 0 ? "\n" : " ");
		buf_hex(&b, bytes_of(octets.p + i, 1));
	}
	return scratch_copy(f, buf_bytes(&b));
}

struct row *prompt_row(struct prompt *p, const char *label, const char *value)
{
	MUST(p->num_rows < PROMPT_MAX_ROWS);
	struct row *r = &p->row[p->num_rows++];
	*r = (struct row){ .label = label, .value = value, .asked = "", .allowed = "", .source = "" };
	return r;
}

struct ask *prompt_ask(struct prompt *p, enum ask_kind kind, const char *key, const char *label)
{
	MUST(p->num_asks < PROMPT_MAX_ASKS);
	struct ask *a = &p->ask[p->num_asks++];
	*a = (struct ask){ .key = key, .kind = kind, .label = label, .hint = "", .preset = "", .expect = "" };
	return a;
}

void prompt_two(const struct flow *f, struct prompt *p, const char *one, const char *other)
{
	p->who = say(f, "%s and %s", one, other);
}

void prompt_officers(const struct flow *f, struct prompt *p)
{
	const char *one = flow_person(f, ROLE_OFFICER, 0), *other = flow_person(f, ROLE_OFFICER, 1);

	p->role = "officers";
	prompt_two(f, p, one, other);
	prompt_ask(p, ASK_CONFIRM, "officer-1", say(f, "%s agrees", one));
	prompt_ask(p, ASK_CONFIRM, "officer-2", say(f, "%s agrees", other));
}

#define REASON_MIN 12 /* octets */

bool take_in_words(const struct flow *f, const struct fields *answer, struct err *e)
{
	(void)f;
	return bytes_trim(fields_get(answer, "reason")).len >= REASON_MIN || err_set(e, ERR_FLOW_FIELD, "reason: in words, please");
}

const struct script_step *now_step(const struct flow *f)
{
	return &f->script->step[f->step];
}

enum flow_token_use now_token(const struct flow *f)
{
	return now_step(f)->kind->turn[f->turn].token;
}

bool need(const struct fields *data, const char *key, struct err *e)
{
	struct bytes v = fields_get(data, key);

	return (v.len > 0 && text_is_plain(v)) || err_set(e, ERR_FLOW_FIELD, "%s", key);
}

const char *keep(struct flow *f, const struct fields *data, const char *key)
{
	struct bytes copy = arena_copy(f->arena, fields_get(data, key));

	return copy.p ? (const char *)copy.p : "";
}

bool file_is_more(const struct fields *out, uint64_t max)
{
	uint64_t size = 0;

	return !fields_find(out, "content") && fields_get_u64(&size, out, "size", INT64_MAX) && size > max;
}

static void fill_outline(const struct flow *f, struct prompt *p, struct step_line *outline)
{
	for (size_t i = 0; i < f->script->num_steps; i++) {
		const struct script_step *s = &f->script->step[i];
		outline[i] = (struct step_line){
			.title = s->title,
			.role = role_name(s->kind->role),
			.state = i < f->step ? STEP_DONE : i == f->step ? STEP_NOW : STEP_LATER,
		};
	}
	p->step = outline;
	p->num_steps = f->script->num_steps;
	p->now = f->step;
}

void flow_where(const struct flow *f, struct prompt *p, struct step_line *outline)
{
	*p = (struct prompt){ .ceremony = f->script->title, .rehearsal = f->rehearsal, .num_rounds = 1, .num_exceptions = f->num_exceptions,
		              .num_open = f->num_open };
	fill_outline(f, p, outline);
}

bool flow_can_back(const struct flow *f, const struct turn *t)
{
	if (!(t->flags & TURN_BACK))
		return false;
	return aside_is(t) ? f->aside != ASIDE_NONE : f->turn > 0 || t == &turn_bind_medium;
}

unsigned turn_actor(const struct flow *f, const struct turn *t, enum role *role)
{
	unsigned witnesses = f->script->num_people[ROLE_WITNESS], who = turn_who(f, t);

	*role = t->role;
	if (t->role != ROLE_WITNESS || !t->rounds)
		return who;
	*role = f->round < witnesses ? ROLE_WITNESS : ROLE_AUDITOR;
	return f->round < witnesses ? f->round : f->round - witnesses;
}

const char *turn_title(const struct flow *f, const struct turn *t)
{
	char        text[512];
	struct buf  b = BUF_ON(text);
	enum role   role;
	unsigned    who = turn_actor(f, t, &role);
	const char *person = f->person[role][who];

	if (t->title_of)
		return t->title_of(f);
	for (const char *p = t->title; *p; p++) {
		const struct bytes rest = bytes_str(p);
		if (bytes_starts(rest, "{n}"))
			buf_fmt(&b, "%u", f->round + 1);
		else if (bytes_starts(rest, "{of}"))
			buf_fmt(&b, "%u", t->rounds ? t->rounds(f) : 1);
		else if (bytes_starts(rest, "{who}"))
			buf_str(&b, person ? person : "");
		else if (bytes_starts(rest, "{file}"))
			buf_str(&b, f->request[f->round].file);
		else {
			buf_u8(&b, (uint8_t)*p);
			continue;
		}
		p = strchr(p, '}');
	}
	MUST(buf_ok(&b));
	return scratch_copy(f, buf_bytes(&b));
}

/* The share process names the place of a wrong word (ceremony/token/custody.c, ceremony/share/slip39_text.c). */
static unsigned wrong_word(const struct err *refused)
{
	static const char    guess[] = "if one word is wrong, it is word ";
	struct bytes         detail = bytes_str(refused->detail), number, rest;
	uint64_t             n;

	if (refused->id == ERR_SHARE_DIFFERS && bytes_starts(detail, "word "))
		number = bytes_skip(detail, 5);
	else if (refused->id != ERR_SHARE_CHECKSUM || !bytes_starts(detail, guess) ||
	         !bytes_cut(bytes_skip(detail, sizeof guess - 1), ' ', &number, &rest))
		return 0;
	return bytes_to_u64(&n, number, 99) ? (unsigned)n : 0;
}

/* What cannot be undone is confirmed by two people (docs/formats/transcript.md); where one does, it says here why. */
static bool one_does(const struct turn *t)
{
	static const char *const alone[] = {
		"so-pin",         /* its keeper's own secret, and only an empty token is initialised */
		"new-passphrase", /* its keeper's own secret; two agreed to the backup */
		"close",          /* then every witness signs, or it is no record */
		"abort",          /* two names, before the roll call one; who must stop at once pauses */
	};

	for (size_t i = 0; i < COUNT_OF(alone); i++)
		if (strcmp(t->name, alone[i]) == 0)
			return true;
	return false;
}

void flow_prompt(const struct flow *f, struct prompt *p, struct step_line *outline)
{
	const struct turn        *t = flow_turn(f);
	const struct script_step *s = now_step(f);
	enum role                 role;
	unsigned                  who = turn_actor(f, t, &role);

	*p = (struct prompt){
		.ceremony = f->script->title,
		.rehearsal = f->rehearsal,
		.step_id = s->id,
		.turn = t->name,
		.round = f->round,
		.num_rounds = t->rounds ? t->rounds(f) : 1,
		.role = role_name(role),
		.who = f->person[role][who] ? f->person[role][who] : "",
		.title = t->title || t->title_of ? turn_title(f, t) : s->title,
		.text = "",
		.aloud = "",
		.can_back = flow_can_back(f, t),
		.can_aside = !f->closed && f->aside == ASIDE_NONE,
		.can_people = !f->closed && f->aside == ASIDE_NONE && people_known(f),
		.no_abort = f->closed,
		.num_exceptions = f->num_exceptions,
		.num_open = f->num_open,
		.irreversible = (t->flags & TURN_ONCE) != 0,
		.secret = t->reveal != OP_NONE || (t->op != OP_NONE && op_text_of(t->op)->secret_in),
		.refused = f->refused.id != ERR_NONE ? &f->refused : NULL,
		.wrong_word = wrong_word(&f->refused),
		.help_what = s->kind->what,
		.help_why = s->kind->why,
		.help_clause = s->kind->clause,
		.help_fail = s->kind->fail,
		.hint = f->rehearsal ? hint_of(s->kind->name, t, f->aside != ASIDE_NONE) : "",
	};
	if (f->script->num_people[role] == 0) { /* who looks where the script wants nobody in that role */
		p->role = role_name(ROLE_ADMINISTRATOR);
		p->who = flow_person(f, ROLE_ADMINISTRATOR, 0);
	}
	fill_outline(f, p, outline);
	t->prompt(f, p);
	MUST(!p->irreversible || t->two || one_does(t));
}
