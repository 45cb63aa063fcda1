/* compliance.c: see compliance.h. */
#include "ceremony/record/compliance.h"

#define SHORT 64 /* octets of a value that is shown */

static const struct compliance_row rows[] = {
#define SECTION(title) { .section = title },
#define ROW(clause, asks, type, where, field, wants, when) { NULL, clause, asks, type, where, field, wants, when },
#define OUTSIDE(text)
#include "ceremony/record/compliance.def"
#undef SECTION
#undef ROW
#undef OUTSIDE
};

static const char *const outside[] = {
#define SECTION(title)
#define ROW(clause, asks, type, where, field, wants, when)
#define OUTSIDE(text) text,
#include "ceremony/record/compliance.def"
#undef SECTION
#undef ROW
#undef OUTSIDE
};

_Static_assert(COUNT_OF(rows) <= COMPLIANCE_MAX, "compliance.def has more rows than struct compliance");

const struct compliance_row *compliance_row(size_t i)
{
	return i < COUNT_OF(rows) ? &rows[i] : NULL;
}

const char *compliance_outside(size_t i)
{
	return i < COUNT_OF(outside) ? outside[i] : NULL;
}

/* Is it that word, or does it begin as a word that ends in a star does? */
static bool fits(struct bytes word, const char *pattern)
{
	const size_t n = strlen(pattern);

	if (pattern[n - 1] != '*')
		return bytes_is(word, pattern);
	return word.len >= n - 1 && memcmp(word.p, pattern, n - 1) == 0;
}

static bool is_there(const struct compliance_row *r, const struct event *ev)
{
	const struct bytes op = fields_get(&ev->data, "op");

	if (strcmp(r->where, "-") == 0)
		return op.len == 0 && ev->turn.len == 0;
	return fits(op, r->where) || fits(ev->turn, r->where);
}

/* The value of the first field that it names. */
static struct bytes value_of(const struct compliance_row *r, const struct event *ev)
{
	if (strcmp(r->field, TRANSCRIPT_PROMPT) == 0)
		return event_title(ev);
	for (size_t i = 0; i < ev->data.num; i++)
		if (fits(ev->data.item[i].key, r->field))
			return ev->data.item[i].value;
	return (struct bytes){ NULL, 0 };
}

struct reading {
	struct compliance *out;
	struct arena      *a;
};

static bool look(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct reading    *r = ctx;
	struct compliance *c = r->out;

	(void)line;
	c->used |= ev->type == EVENT_RESULT && fields_is(&ev->data, "op", "token-open");
	c->made |= ev->type == EVENT_INTENT && fields_is(&ev->data, "op", "key-generate");
	c->signs |= ev->type == EVENT_INTENT && fields_is(&ev->data, "op", "key-sign");
	const bool outside_made = ev->type == EVENT_RESULT && fields_is(&ev->data, "op", "backup-make");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		c->differs[i] |= outside_made && !rows[i].section && strcmp(rows[i].field, "CKA_LOCAL") == 0;
		if (rows[i].section || rows[i].type != ev->type || !is_there(&rows[i], ev))
			continue;
		const struct bytes v = value_of(&rows[i], ev);
		if (v.len == 0)
			continue;
		c->differs[i] |= rows[i].wants[0] && !bytes_is(v, rows[i].wants);
		if (c->line[i])
			continue;
		c->line[i] = ev->n + 1;
		c->value[i] = arena_copy(r->a, bytes_first(v, v.len <= SHORT ? v.len : 0));
		if (!c->value[i].p)
			return err_set(e, ERR_NO_MEMORY, "the clauses");
	}
	return true;
}

bool compliance_read(struct compliance *out, struct arena *a, int dir, struct err *e)
{
	struct compliance c = { 0 };
	struct reading    r = { &c, a };

	if (!transcript_each(dir, look, &r, e))
		return false;
	*out = c;
	return true;
}

static bool is_asked(const struct compliance *c, enum compliance_when when)
{
	switch (when) {
	case COMPLIANCE_ALWAYS: return true;
	case COMPLIANCE_USE: return c->used;
	case COMPLIANCE_KEY: return c->made;
	case COMPLIANCE_SIGN: return c->signs;
	case COMPLIANCE_IF: break;
	}
	return false;
}

enum compliance_state compliance_state(const struct compliance *c, size_t i)
{
	MUST(i < COUNT_OF(rows) && !rows[i].section);
	if (c->differs[i])
		return COMPLIANCE_UNMET;
	if (c->line[i])
		return COMPLIANCE_HELD;
	return is_asked(c, rows[i].when) ? COMPLIANCE_UNMET : COMPLIANCE_NOT_ASKED;
}
