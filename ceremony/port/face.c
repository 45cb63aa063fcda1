/* face.c: see face.h. */
#include "ceremony/port/face.h"

#include "ceremony/base/text.h"
#include "ceremony/base/utc.h"

#define QR_MAX_VERSION   40
#define QR_MAX_FRAGMENTS 1024

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
	fill(&a->name);
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
		                      &out->help_what, &out->help_why, &out->help_clause, &out->help_fail,
		                      &out->hint };
	for (size_t i = 0; i < COUNT_OF(text); i++)
		fill(text[i]);
	for (size_t i = 0; i < out->num_asks; i++)
		fill_ask(&out->ask[i]);
	for (size_t i = 0; i < out->num_rows; i++)
		fill_row(&out->row[i]);
	return out;
}

/* d: a digit; anything else stands for itself. */
static bool is_like(struct bytes typed, const char *form)
{
	if (typed.len > strlen(form))
		return false;
	for (size_t i = 0; i < typed.len; i++)
		if (form[i] == 'd' ? typed.p[i] < '0' || typed.p[i] > '9' : typed.p[i] != (uint8_t)form[i])
			return false;
	return true;
}

static const char *time_wrong(struct bytes t, bool whole)
{
	static const char say[] = "The time as HH:MM:SS, in UTC: 09:05:30";

	if (!is_like(t, "dd:dd:dd") || (whole && t.len != 5 && t.len != 8))
		return say;
	if ((t.len > 1 && (t.p[0] - '0') * 10 + t.p[1] - '0' > 23) || (t.len > 3 && t.p[3] > '5') || (t.len > 6 && t.p[6] > '5'))
		return say;
	return NULL;
}

static const char *date_wrong(struct bytes t, bool whole)
{
	static const char say[] = "The date as 2026-11-21, or with the time: 2026-11-21T09:00:00Z";
	int64_t           time;

	return is_like(t, "dddd-dd-ddTdd:dd:ddZ") && (!whole || utc_parse(&time, t)) ? NULL : say;
}

unsigned ask_rolls(struct bytes typed)
{
	unsigned n = 0;

	for (size_t i = 0; i < typed.len; i++)
		n += typed.p[i] != ' ';
	return n;
}

static const char *rolls_wrong(const struct ask *a, struct bytes t, bool whole)
{
	for (size_t i = 0; i < t.len; i++)
		if (t.p[i] != ' ' && (t.p[i] < '1' || t.p[i] > '6'))
			return "A die shows 1 to 6: Backspace";
	if (ask_rolls(t) > a->least)
		return "These are more rolls than are asked for: Backspace";
	return whole && ask_rolls(t) < a->least ? "There are rolls still to come" : NULL;
}

static unsigned characters(struct bytes t)
{
	unsigned n = 0;

	for (size_t i = 0; i < t.len; i++)
		n += (t.p[i] & 0xc0) != 0x80;
	return n;
}

const char *ask_wrong(const struct ask *a, struct bytes typed, bool whole)
{
	struct bytes t = a->kind == ASK_TEXT ? bytes_trim(typed) : typed;

	if (whole && t.len == 0)
		return "Type it first";
	switch (a->shape) {
	case SHAPE_TIME: return time_wrong(t, whole);
	case SHAPE_DATE: return date_wrong(t, whole);
	case SHAPE_ROLLS: return rolls_wrong(a, t, whole);
	case SHAPE_SPOKEN: return words_begun(t) ? NULL : "No word of the paper begins so: type that word again";
	case SHAPE_ANY: break;
	}
	return whole && characters(t) < a->least ? "That is too short" : NULL;
}

void reply_wrong(struct reply *r, const struct ask *a, enum err_id id, const char *why)
{
	r->kind = REPLY_ANSWER;
	(void)err_set(&r->wrong, id, "%s%s%s", a->label, why ? ": " : "", why ? why : "");
}

bool face_ask(const struct face *f, const struct prompt *p, struct reply *r, struct err *e)
{
	struct prompt again = *p;
	struct err    why = { 0 };
	const size_t  was = r->fields.arena->len;

	while (f->ask(f->ctx, &again, r, e)) {
		if (r->kind != REPLY_ANSWER || r->wrong.id == ERR_NONE)
			return true;
		why = r->wrong;
		again.refused = &why;
		secret_done(&r->secret);
		r->fields.arena->len = was;
		*r = (struct reply){ .fields = fields_on(r->fields.arena) };
	}
	return false;
}

void qr_shown_put(struct buf *b, const struct qr_shown *s)
{
	buf_fmt(b, "version %u, fragments %u, frames %llu", s->version, s->fragments, (unsigned long long)s->frames);
}

bool qr_shown_parse(struct qr_shown *out, struct bytes text)
{
	static const uint64_t most[] = { QR_MAX_VERSION, QR_MAX_FRAGMENTS, UINT32_MAX };
	struct bytes          rest = text;
	char                  again[80];
	struct buf            b = BUF_ON(again);
	uint64_t              n[COUNT_OF(most)];

	for (size_t i = 0; i < COUNT_OF(most); i++) {
		struct bytes piece = rest, word, number;
		bool         more = i + 1 < COUNT_OF(most);
		if ((more && !bytes_cut(rest, ',', &piece, &rest)) || !bytes_cut(bytes_trim(piece), ' ', &word, &number) ||
		    !bytes_to_u64(&n[i], number, most[i]) || n[i] == 0)
			return false;
	}
	const struct qr_shown s = { (unsigned)n[0], (unsigned)n[1], n[2] };
	qr_shown_put(&b, &s);
	if (!bytes_equal(buf_bytes(&b), text)) /* one spelling */
		return false;
	*out = s;
	return true;
}
