/* ending.c: see ending.h. */
#include "ceremony/cmd/ending.h"

#include "ceremony/base/text.h"
#include "ceremony/base/utc.h"
#include "ceremony/cmd/due.h"
#include "ceremony/flow/files.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/media.h"
#include "ceremony/flow/spoken.h"

#define MAX_TEXT 4096

/* What to do now: a list with numbers. */
struct list {
	struct buf text;
	unsigned   num;
};

__attribute__((format(printf, 2, 3))) static void add(struct list *l, const char *fmt, ...)
{
	va_list ap;

	buf_fmt(&l->text, "%s%u. ", l->num ? "\n" : "", l->num + 1);
	l->num++;
	va_start(ap, fmt);
	buf_vfmt(&l->text, fmt, ap);
	va_end(ap);
}

/* An option as it was given, quoted as a shell needs it. */
static void option(struct buf *b, const char *name, const char *value)
{
	if (!value)
		return;
	buf_fmt(b, "%s%s '", name[0] ? " " : "", name);
	for (; *value; value++) {
		if (*value == '\'')
			buf_str(b, "'\\'");
		buf_u8(b, (uint8_t)*value);
	}
	buf_str(b, "'");
}

static const char *command(const struct room *r, const char *what)
{
	char                  text[MAX_TEXT];
	struct buf            b = BUF_ON(text);
	const struct options *o = &r->options;

	buf_fmt(&b, "ceremony %s", what);
	option(&b, strcmp(what, "verify") == 0 ? "" : "--record", o->record);
	if (strcmp(what, "resume") == 0) {
		option(&b, "--token", o->token);
		option(&b, "--token2", o->token2);
		option(&b, "--witness-token", o->witness_token);
		option(&b, "--media", o->media);
		option(&b, "--camera", o->camera);
		option(&b, "--images", o->images);
		buf_str(&b, o->plain ? " --plain" : "");
	}
	return say(&r->runner.flow, "%s", buf_cstr(&b));
}

/* ---- what there is ---------------------------------------------------------------------------- */

/* The names of what leaves the room, in one line. */
static const char *made(const struct flow *f)
{
	char       text[1024];
	struct buf b = BUF_ON(text);
	size_t     num = flow_num_results(f), shown = num > 12 ? 12 : num;

	for (size_t i = 0; i < shown; i++) {
		struct flow_result result;
		struct err         e = { 0 };
		if (flow_result_at(f, i, &result, &e))
			buf_fmt(&b, "%s%s", b.len ? ", " : "", result.name);
	}
	if (num > shown)
		buf_fmt(&b, " and %zu more", num - shown);
	return say(f, "%s", buf_cstr(&b));
}

/* What the CA must do next, with what this ceremony did. */
static const struct due *next_due(struct room *r)
{
	static struct due  list[64];
	const struct flow *f = &r->runner.flow;
	struct err         e = { 0 };
	char               hex[HASH_MAX * 2 + 1];

	if (!flow_ledger(f, &r->ledger, &r->runner.arena, sha256_hex(hex, f->checkpoint), &e))
		return NULL;
	size_t num = due_list(list, COUNT_OF(list), &r->ledger, r->runner.clock.now(r->runner.clock.ctx));
	for (size_t i = 0; i < num; i++)
		if (list[i].state == DUE_OVERDUE || list[i].state == DUE_SOON || list[i].state == DUE_LATER)
			return &list[i];
	return NULL;
}

static void put_root(const struct flow *f, struct prompt *p)
{
	struct digest d = hash_of(HASH_SHA256, f->root_cert);

	if (f->root_cert.len)
		prompt_row(p, "Root, SHA-256", say_hex(f, bytes_of(d.p, d.len)));
}

static void put_exceptions(const struct flow *f, struct prompt *p)
{
	if (f->num_exceptions)
		prompt_row(p, "Exceptions", say(f, "%u, of which %u open", f->num_exceptions, f->num_open))->mark = f->num_open > 0;
}

/* ---- the pages ---------------------------------------------------------------------------------- */

static bool step_is(const struct script_step *s, const char *kind)
{
	return strcmp(s->kind->name, kind) == 0;
}

/* The media that a step of this kind wrote; false: there is none. */
static bool tell_media(const struct flow *f, const char *kind, struct list *l, const char *what)
{
	bool any = false;

	for (size_t i = 0; i < f->script->num_steps; i++) {
		const struct script_step *s = &f->script->step[i];
		if (!step_is(s, kind))
			continue;
		const char *second = media_copy(f, s, true);
		add(l, "Take the medium %s%s%s %s", media_copy(f, s, false), second[0] ? ", and the medium " : "", second, what);
		any = true;
	}
	return any;
}

/* What was done to the key or its backup, of which no file leaves the room. */
static void put_done(const struct flow *f, struct prompt *p)
{
	static const struct {
		const char *kind, *done;
	} done[] = {
		{ "drill", "the shares made the root key again; it signed a challenge, and was destroyed in the scratch token" },
		{ "recover", "the root key is in another token, and signed a challenge there" },
		{ "reshare", "the backup of the root key has new shares; the cards of the ones before are destroyed now" },
		{ "destroy", "the root key was destroyed in this token, which does not find it any more; copies elsewhere are not touched" },
		{ "adopt", "this CA was taken over into the record" },
	};

	for (size_t i = 0; i < f->script->num_steps; i++)
		for (size_t k = 0; k < COUNT_OF(done); k++)
			if (step_is(&f->script->step[i], done[k].kind))
				prompt_row(p, "Done", done[k].done);
}

static void verified(struct room *r, struct prompt *p, struct list *l, bool stopped)
{
	const struct flow *f = &r->runner.flow;
	const struct due  *due = next_due(r);
	char               day[24];

	put_done(f, p);
	if (flow_num_results(f))
		prompt_row(p, "Made", made(f));
	put_root(f, p);
	put_exceptions(f, p);
	if (due)
		prompt_row(p, "Next due", say(f, "%.10s: %s%s%s", utc_str(day, due->at), due->what, due->of[0] ? ", " : "", due->of));
	p->aloud = say_words(f, bytes_of(f->tree_root, sizeof f->tree_root), SPOKEN_WORDS);
	if (stopped)
		add(l, "Verify it before anybody publishes anything or leaves: %s. Every line is written and signed; only the last look at the "
		       "whole was stopped. When it says VERIFIED, do the rest.", command(r, "verify"));
	if (f->rehearsal)
		add(l, "This was a rehearsal: do the rest all the same, but publish nothing.");
	add(l, "Compare the words with your papers once more, and take the papers home.");
	(void)tell_media(f, "export", l, "to whoever publishes what is on it.");
	add(l, "Take the tokens out. Tokens and share cards go back into their safes, each into its own.");
	add(l, "Print the report, and have everybody sign it: %s --ceremony %u --format pdf -o report.pdf", command(r, "report"), f->number);
	if (!tell_media(f, "record", l, "with the whole record to where it is kept: away from this machine."))
		add(l, "Copy the whole record to two media, and keep them in two places.");
	add(l, "Put what is due into the calendar: %s --ics due.ics", command(r, "status"));
	add(l, "An auditor verifies the copy on a machine of their own: ceremony-verify FOLDER; or with openssl and minisign alone, as "
	       "docs/guide/verify.md says.");
}

static void not_verified(struct room *r, struct prompt *p, struct list *l, const struct err *bad)
{
	char line[512];

	prompt_row(p, "What is wrong", say(&r->runner.flow, "%s", err_line(line, sizeof line, bad)))->mark = true;
	add(l, "Touch nothing: leave the machine on, the tokens and media where they are.");
	add(l, "Nobody publishes anything of this ceremony.");
	add(l, "Write down what is wrong, as it stands above, and the time. Two people sign the paper.");
	add(l, "Copy the record before anything is tried: it is the evidence.");
}

static void paused(struct room *r, struct prompt *p, struct list *l)
{
	const struct flow *f = &r->runner.flow;

	put_exceptions(f, p);
	add(l, "Everything so far is on the record, and nothing is lost.");
	add(l, "Nobody leaves the tokens and the open media alone: take them out and lock them away, or stay.");
	add(l, "To go on at the prompt that was left; PINs, and shares that were typed so far, are typed again: %s", command(r, "resume"));
}

static void aborted(struct room *r, struct prompt *p, struct list *l)
{
	const struct flow *f = &r->runner.flow;

	put_exceptions(f, p);
	add(l, "It cannot be resumed. What was done stays on the record, and so does why it was ended.");
	add(l, "What was signed or made before is signed and made: nobody uses it before it was decided what becomes of it.");
	add(l, "Take the tokens out. Tokens, share cards and media go into their safes, and their bags' numbers on paper.");
	add(l, "The next ceremony begins anew, with the same record: %s", command(r, "status"));
}

const char *ending_text(enum ending end)
{
	static const char *const text[] = {
		[ENDING_VERIFIED] = "VERIFIED: every line and every file of the record is as it must be",
		[ENDING_NOT_VERIFIED] = "NOT VERIFIED: keep the machine as it is",
		[ENDING_UNVERIFIED] = "The record is complete, and its verification was stopped by a key",
		[ENDING_PAUSED] = "Paused. To go on: ceremony resume, with the same options",
		[ENDING_ABORTED] = "The ceremony was ended for good. Its transcript stays in the record",
	};

	return text[end];
}

void ending_sheet(struct prompt *p, struct room *r, enum ending end, const struct err *bad)
{
	const struct flow *f = &r->runner.flow;
	char               text[MAX_TEXT];
	struct list        l = { .text = BUF_ON(text) };

	r->runner.scratch.len = 0;
	*p = (struct prompt){ .ceremony = f->script->title, .rehearsal = f->rehearsal, .num_rounds = 1, .role = "", .who = "",
		              .title = "What to do now", .text = "", .aloud = "" };
	prompt_row(p, "Record", say(f, "%s/ceremonies/%s", r->options.record, r->bundle.name.text));
	prompt_row(p, "Lines", say(f, "%llu", (unsigned long long)f->num_events));
	switch (end) {
	case ENDING_VERIFIED:
		verified(r, p, &l, false);
		break;
	case ENDING_UNVERIFIED:
		verified(r, p, &l, true);
		break;
	case ENDING_NOT_VERIFIED:
		not_verified(r, p, &l, bad);
		break;
	case ENDING_PAUSED:
		paused(r, p, &l);
		break;
	case ENDING_ABORTED:
		aborted(r, p, &l);
		break;
	}
	p->text = say(f, "%s", buf_cstr(&l.text));
}
