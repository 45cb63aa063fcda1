/* prompt_text.c: see prompt_text.h. docs/formats/transcript.md says what its marks mean. */
#include "ceremony/port/prompt_text.h"

/* `mark` before each line. */
static void put_lines(struct buf *b, const char *mark, const char *text)
{
	buf_str(b, mark);
	for (const char *end = strchr(text, '\n'); end; text = end + 1, end = strchr(text, '\n')) {
		buf_put(b, bytes_of(text, (size_t)(end - text)));
		buf_str(b, mark);
	}
	buf_str(b, text);
}

static void put_row(struct buf *b, const struct row *r)
{
	const char *const parts[][2] = { { "asked", r->asked }, { "allowed", r->allowed }, { "by", r->source } };
	const char       *rest = strchr(r->value, '\n');

	buf_fmt(b, "\n%c %s: ", r->mark ? '!' : '-', r->label);
	buf_put(b, bytes_of(r->value, rest ? (size_t)(rest - r->value) : strlen(r->value)));
	if (rest)
		put_lines(b, "\n  ", rest + 1);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (*parts[i][1])
			buf_fmt(b, " [%s: %s]", parts[i][0], parts[i][1]);
}

static void put_ask(struct buf *b, const struct ask *a)
{
	buf_fmt(b, "\n? %s", a->label);
	if (*a->hint)
		buf_fmt(b, " (%s)", a->hint);
	for (size_t i = 0; a->kind == ASK_CHOICE && i < a->num_choices; i++)
		buf_fmt(b, "%s%s", i ? " / " : ": ", a->choice[2 * i + 1]);
}

static void put_refused(struct buf *b, const struct err *why)
{
	if (!why || why->id == ERR_NONE)
		return;
	buf_fmt(b, "\n! Not taken: %s", err_text_of(why->id)->what);
	if (why->detail[0])
		buf_fmt(b, " (%s)", why->detail);
}

static void put_all(struct buf *b, const struct prompt *p)
{
	buf_str(b, p->title);
	if (*p->who)
		buf_fmt(b, "\n@ %s: %s", p->role, p->who);
	put_refused(b, p->refused);
	if (*p->text)
		buf_fmt(b, "\n%s", p->text);
	for (size_t i = 0; i < p->num_rows; i++)
		put_row(b, &p->row[i]);
	if (*p->aloud)
		put_lines(b, "\n\" ", p->aloud);
	if (p->shown)
		buf_str(b, "\n! A secret is shown.");
	if (p->irreversible)
		buf_str(b, "\n! This cannot be undone.");
	for (size_t i = 0; i < p->num_asks; i++)
		put_ask(b, &p->ask[i]);
}

void prompt_text(struct buf *b, const struct prompt *p)
{
	struct prompt filled;
	const size_t  was = b->len;
	struct buf    part = buf_init(b->p + was, b->cap - was < PROMPT_TEXT_MAX ? b->cap - was : PROMPT_TEXT_MAX);

	put_all(&part, prompt_filled(&filled, p));
	b->len = was + part.len;
	if (!part.failed)
		return;
	buf_str(b, PROMPT_TEXT_CUT);
}

/* Cuts " [name: ...]" from the end. Brackets within it come in pairs, or it stays where it is. */
static void cut_part(struct bytes *value, const char *name, struct bytes *part)
{
	const size_t n = strlen(name);
	size_t       at = value->len, depth = 0;

	if (!bytes_ends(*value, "]"))
		return;
	do {
		at--;
		depth += value->p[at] == ']';
		depth -= value->p[at] == '[';
	} while (depth && at);
	if (depth || at == 0 || value->p[at - 1] != ' ' || value->len - at < n + 4 || memcmp(value->p + at + 1, name, n) != 0 ||
	    memcmp(value->p + at + 1 + n, ": ", 2) != 0)
		return;
	*part = bytes_of(value->p + at + n + 3, value->len - at - n - 4);
	value->len = at - 1;
}

static bool is_fact(struct bytes line)
{
	if (bytes_starts(line, "  "))
		return true;
	return (bytes_starts(line, "- ") || bytes_starts(line, "! ")) && !bytes_starts(line, "! Not taken: ") && !bytes_is(line, "! A secret is shown.") &&
	       !bytes_is(line, "! This cannot be undone.");
}

bool prompt_text_fact(struct prompt_fact *out, struct bytes *text)
{
	struct prompt_fact fact = { .mark = false };
	struct bytes       line;

	do {
		if (text->len == 0)
			return false;
		if (!bytes_cut(*text, '\n', &line, text)) {
			line = *text;
			text->len = 0;
		}
	} while (!is_fact(line));
	fact.mark = line.p[0] == '!';
	fact.value = bytes_skip(line, 2);
	for (size_t i = 0; line.p[0] != ' ' && i + 2 <= fact.value.len; i++) {
		if (memcmp(fact.value.p + i, ": ", 2) != 0)
			continue;
		fact.label = bytes_first(fact.value, i);
		fact.value = bytes_skip(fact.value, i + 2);
		break;
	}
	cut_part(&fact.value, "by", &fact.by);
	cut_part(&fact.value, "allowed", &fact.allowed);
	cut_part(&fact.value, "asked", &fact.asked);
	*out = fact;
	return true;
}
