/* prompts.c: see prompts.h. docs/formats/transcript.md says what the lines' marks mean. */
#include "ceremony/audit/prompts.h"

#include "ceremony/port/prompt_text.h"
#include "ceremony/record/personal.h"

/* ---- which lines are bound ------------------------------------------------------------------ */

/* In every version: a digest, what is read aloud, a secret that is shown, and what cannot be undone. */
static bool is_bound_ever(struct bytes line)
{
	return bytes_starts(line, "- SHA-256") || bytes_starts(line, "! SHA-256") || bytes_starts(line, "\" ") ||
	       bytes_is(line, "! A secret is shown.") || bytes_is(line, "! This cannot be undone.");
}

/* Where the program was of this version: everything that is no sentence. */
static bool is_bound(struct bytes line)
{
	static const char *const marks[] = { "@ ", "- ", "! ", "\" ", "? " };

	for (size_t i = 0; i < COUNT_OF(marks); i++)
		if (bytes_starts(line, marks[i]))
			return !bytes_starts(line, "! Not taken: ");
	return false;
}

/* The next line that is bound; further lines of a row are as their first one. False at the text's end. */
static bool next_bound(struct bytes *line, struct bytes *text, bool *in_row, bool other)
{
	while (text->len) {
		if (!bytes_cut(*text, '\n', line, text)) {
			*line = *text;
			text->len = 0;
		}
		if (!bytes_starts(*line, "  "))
			*in_row = other ? is_bound_ever(*line) : is_bound(*line);
		if (*in_row)
			return true;
	}
	return false;
}

/* ---- whether two lines are the same ----------------------------------------------------------- */

#define TOKEN_LEN (sizeof PERSONAL_WITHHELD - 1 + 8)

/* Does a word that is withheld begin here? */
static bool is_token(struct bytes text)
{
	uint8_t    digits[4];
	struct buf b = BUF_ON(digits);

	return text.len >= TOKEN_LEN && personal_is_withheld(text) &&
	       hex_decode(&b, bytes_first(bytes_skip(text, sizeof PERSONAL_WITHHELD - 1), 8));
}

/* A name may also stand in the program's own words, and was taken out there, too: in a copy that withholds it, any text fits it. */
static bool same_line(struct bytes seen, struct bytes want, bool *taken_out)
{
	struct bytes seen_on = { 0 }, want_on = { 0 }; /* behind the last token, and what is tried behind it */
	bool         token = false;

	while (want.len || seen.len) {
		if (seen.len && want.len && seen.p[0] == want.p[0] && !(is_token(seen) && !is_token(want))) {
			seen = bytes_skip(seen, 1);
			want = bytes_skip(want, 1);
		} else if (is_token(seen) && want.len >= 2) {
			token = *taken_out = true;
			seen = seen_on = bytes_skip(seen, TOKEN_LEN);
			want = want_on = bytes_skip(want, 2);
		} else if (token && want_on.len) {
			seen = seen_on;
			want = want_on = bytes_skip(want_on, 1);
		} else {
			return false;
		}
	}
	return true;
}

/* A piece of a line, of whole characters. */
static struct bytes piece(struct bytes line, size_t from, size_t most)
{
	while (from > 0 && from < line.len && (line.p[from] & 0xc0) == 0x80)
		from--;
	line = bytes_skip(line, from);
	size_t len = line.len < most ? line.len : most;
	while (len > 0 && len < line.len && (line.p[len] & 0xc0) == 0x80)
		len--;
	return bytes_first(line, len);
}

/* How each begins, and from where on they differ. */
static bool differs(struct bytes seen, struct bytes want, struct err *e)
{
	size_t at = 0;

	while (at < seen.len && at < want.len && seen.p[at] == want.p[at])
		at++;
	const size_t       from = at < 12 ? 0 : at - 4;
	const struct bytes label = piece(seen, 0, from ? 16 : 0), s = piece(seen, from, 20), w = piece(want, from, 20);
	return err_set(e, ERR_AUDIT_PROMPT, "%.*s%s'%.*s', not '%.*s'", (int)label.len, label.len ? (const char *)label.p : "",
	               label.len ? "... " : "", (int)s.len, s.len ? (const char *)s.p : "", (int)w.len, w.len ? (const char *)w.p : "");
}

static bool same_facts(struct prompts *p, struct bytes seen, struct bytes want, struct err *e)
{
	bool in_seen = false, in_want = false, taken_out = false;

	for (;;) {
		struct bytes s = { 0 }, w = { 0 };
		bool         more = next_bound(&s, &seen, &in_seen, p->other);
		if (next_bound(&w, &want, &in_want, p->other) != more || !same_line(s, w, &taken_out))
			return differs(s, w, e);
		p->taken_out |= taken_out;
		if (!more)
			return true;
	}
}

/* ---- what it would have shown -------------------------------------------------------------------- */

/* The runner makes a prompt right after the last event: the clock of the one that answers it is not yet known. */
static bool make(struct prompts *p, const struct flow *f, struct err *e)
{
	static struct flow         then;
	static const struct secret something = { 0 };
	struct step_line           outline[SCRIPT_MAX_STEPS];
	struct flow_next           next;
	struct prompt              prompt;
	struct buf                 b;

	if (!p->room.p)
		p->room = arena_new(PROMPT_TEXT_MAX + sizeof PROMPT_TEXT_CUT);
	if (!p->room.p)
		return err_set(e, ERR_NO_MEMORY, "what a prompt shows");
	b = buf_init(p->room.p, p->room.cap);
	then = *f;
	then.clock_now = f->time;
	then.refused = (struct err){ 0 }; /* why the answer before was not taken is not compared */
	flow_next(&then, &next);
	flow_prompt(&then, &prompt, outline);
	prompt.shown = next.reveal != OP_NONE ? &something : NULL;
	prompt_text(&b, &prompt);
	p->want = buf_bytes(&b);
	p->is_made = true;
	return true;
}

/* Whether they are the same but for why the answer before was not taken. */
static bool same_words(struct bytes seen, struct bytes want)
{
	static const char mark[] = "\n! Not taken: ";
	const uint8_t    *at = memmem(seen.p, seen.len, mark, sizeof mark - 1);
	struct bytes      rest = bytes_of(NULL, 0), line;

	if (!at)
		return bytes_equal(seen, want);
	const struct bytes head = bytes_first(seen, (size_t)(at - seen.p));
	if (bytes_cut(bytes_skip(seen, head.len + 1), '\n', &line, &rest))
		return want.len == head.len + 1 + rest.len && bytes_equal(bytes_first(want, head.len), head) &&
		       bytes_equal(bytes_skip(want, head.len + 1), rest);
	return bytes_equal(head, want);
}

/* A prompt that comes again after an answer that was not taken is what it was; where it counts lines, it is made anew. */
static bool check(struct prompts *p, const struct flow *f, const struct event *ev, struct err *e)
{
	bool same = p->is_made && same_words(ev->prompt, p->want);

	if (!same && !make(p, p->jumped ? &p->before : f, e))
		return false;
	p->num++;
	p->num_other += p->other;
	if (same || same_words(ev->prompt, p->want))
		return true;
	if (!p->other && p->num_reworded++ == 0)
		p->line = ev->n + 1;
	return same_facts(p, ev->prompt, p->want, e);
}

bool prompts_check(struct prompts *p, const struct flow *f, const struct event *ev, struct err *e)
{
	if (ev->type == EVENT_OPEN || ev->type == EVENT_RESUME)
		p->other = !fields_is(&ev->data, "program", "ceremony " CEREMONY_VERSION);
	if (ev->prompt.len && !check(p, f, ev, e))
		return false;
	if (ev->type == EVENT_JUMP)
		p->before = *f;
	p->jumped = ev->type == EVENT_JUMP;
	p->is_made &= ev->type == EVENT_REFUSED;
	return true;
}

void prompts_done(struct prompts *p)
{
	arena_free(&p->room);
}

bool prompts_end(const struct prompts *p, const char *folder, bool withheld, const struct audit_say *say, struct err *e)
{
	char       text[256];
	struct buf b = BUF_ON(text);

	if (p->taken_out && !withheld)
		return err_set(e, ERR_AUDIT_PROMPT, "%s: a prompt withholds what stands nowhere", folder);
	if (!say || !p->num)
		return true;
	buf_fmt(&b, "ok  %s: %zu prompts, each with the facts that the record implies", folder, p->num);
	say->say(say->ctx, buf_cstr(&b));
	b = BUF_ON(text);
	if (p->num_other)
		buf_fmt(&b, "--  %s: %zu prompts of another version of the program: only their digests and what was read aloud were compared", folder,
		        p->num_other);
	else if (p->num_reworded && !withheld)
		buf_fmt(&b, "--  %s: %zu prompts in other words than this version's: the first in line %llu", folder, p->num_reworded,
		        (unsigned long long)p->line);
	if (b.len)
		say->say(say->ctx, buf_cstr(&b));
	return true;
}
