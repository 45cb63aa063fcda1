/* plain.c: see plain.h. What is read and what is written octet by octet is in plain_line.c. */
#include "ceremony/cmd/plain.h"

#include <unistd.h>

#include "ceremony/base/text.h"
#include "ceremony/cmd/plain_echo.h"
#include "ceremony/cmd/plain_line.h"
#include "ceremony/cmd/plain_notice.h"
#include "ceremony/cmd/plain_prompt.h"
#include "ceremony/cmd/plain_qr.h"
#include "ceremony/port/hand.h"
#include "ceremony/port/wordlist.h"

void plain_open(struct plain *pl, int in, int out)
{
	*pl = (struct plain){ .in = in, .out = out, .asked = plain_now_ms() };
	pl->tty = isatty(in) == 1 && tcgetattr(in, &pl->saved) == 0;
}

/* What a line turned out to be. */
enum said { SAID_LINE, SAID_JUNK, SAID_AGAIN, SAID_BACK, SAID_PAUSE, SAID_ABORT, SAID_EXCEPTION, SAID_PEOPLE, SAID_LOST };

static enum said abort_twice(struct plain *pl, struct buf *line)
{
	plain_say(pl, 0, "Abort ends this ceremony for good; it cannot be resumed. Type yes to go on aborting:");
	if (!plain_read(pl, line))
		return SAID_LOST;
	if (!bytes_is(bytes_trim(buf_bytes(line)), "yes")) {
		plain_say(pl, 0, "Not aborted.");
		return SAID_AGAIN;
	}
	const uint8_t hand = hand_pick(0, pl->steady);
	plain_say(pl, 0, "Asked a second time. To end the ceremony for good, type %s:", word_of(hand, 0));
	plain_drop(pl);
	if (!plain_read(pl, line))
		return SAID_LOST;
	if (words_match(buf_bytes(line), bytes_of(&hand, 1)))
		return SAID_ABORT;
	plain_say(pl, 0, "Not aborted.");
	return SAID_AGAIN;
}

/* In a face of its own; left before its end is well, too. */
static enum said take_tour(struct plain *pl)
{
	struct plain in = *pl;
	struct face  f = plain_face(&in);
	struct err   e = { 0 };

	in.tour = NULL;
	in.last_step = 0;
	(void)pl->tour(&f, true, &e);
	return e.id == ERR_NONE ? SAID_AGAIN : SAID_LOST;
}

static enum said as_command(struct plain *pl, const struct prompt *p, struct buf *line)
{
	struct bytes b = bytes_trim(buf_bytes(line));

	if (line->failed || !text_is_plain(b))
		return SAID_JUNK;
	if (bytes_is(b, "?")) {
		plain_show_help(pl, p);
		return SAID_AGAIN;
	}
	if (bytes_is(b, "tour") && pl->tour)
		return take_tour(pl);
	if (bytes_is(b, "back"))
		return SAID_BACK;
	if (p->outside && (bytes_is(b, "pause") || bytes_is(b, "abort"))) {
		plain_say(pl, 0, "No ceremony runs: there is nothing to pause or to abort. back leaves.");
		return SAID_AGAIN;
	}
	if (bytes_is(b, "pause"))
		return SAID_PAUSE;
	if (bytes_is(b, "abort"))
		return abort_twice(pl, line);
	if (bytes_is(b, "!exception") || bytes_is(b, "!people")) {
		bool people = bytes_is(b, "!people");
		if (people ? p->can_people : p->can_aside)
			return people ? SAID_PEOPLE : SAID_EXCEPTION;
		plain_say(pl, 0, "That cannot be recorded here.");
		return SAID_AGAIN;
	}
	return SAID_LINE;
}

/* A line, its commands obeyed. On SAID_LINE *out borrows from line. */
static enum said take_any(struct plain *pl, const struct prompt *p, struct buf *line, struct bytes *out)
{
	if (!plain_read(pl, line))
		return SAID_LOST;
	enum said said = as_command(pl, p, line);
	*out = bytes_trim(buf_bytes(line));
	if (bytes_starts(*out, "\\"))
		*out = bytes_skip(*out, 1);
	return said;
}

#define JUNK "too long, or a control character in it"

/* The same where no answer is given: what cannot be read is asked for again. */
static enum said take_line(struct plain *pl, const struct prompt *p, struct buf *line, struct bytes *out)
{
	enum said said = take_any(pl, p, line, out);

	if (said == SAID_JUNK)
		plain_say(pl, 0, "That line cannot be read (" JUNK "): type it again.");
	return said == SAID_JUNK ? SAID_AGAIN : said;
}

/* What was given is no answer: the prompt comes again, and says so. */
static enum said no_answer(struct reply *r, const struct ask *a, enum err_id id, const char *why)
{
	if (a->kind != ASK_PIN && a->kind != ASK_NEW_PIN)
		fields_str(&r->fields, a->key, REPLY_WITHHELD);
	reply_wrong(r, a, id, why);
	return SAID_LINE;
}

/* What cannot be undone is confirmed by the word that was picked when it was asked: an earlier yes is none. */
static bool confirmed(const struct prompt *p, struct bytes line, uint8_t hand)
{
	return p->irreversible ? words_match(line, bytes_of(&hand, 1)) : bytes_is(line, "yes");
}

/* Which choice the line is: by its number or its key. NULL if none. */
static const char *chosen(const struct ask *a, struct bytes line)
{
	uint64_t n;

	if (bytes_to_u64(&n, line, a->num_choices) && n > 0)
		return a->choice[2 * (n - 1)];
	for (size_t i = 0; i < a->num_choices; i++)
		if (bytes_is(line, a->choice[2 * i]))
			return a->choice[2 * i];
	return NULL;
}

/* What a line in the open says: *value; or why it is no answer. */
static enum said judge(const struct prompt *p, const struct ask *a, uint8_t hand, struct bytes line, struct bytes *value, struct reply *r)
{
	const char *key = NULL, *wrong = NULL;

	*value = line;
	switch (a->kind) {
	case ASK_CONFIRM:
		*value = BYTES_LIT("yes");
		return confirmed(p, line, hand) ? SAID_LINE : no_answer(r, a, ERR_FLOW_CONFIRM, REPLY_OTHER);
	case ASK_CHOICE:
		key = chosen(a, line);
		*value = bytes_str(key ? key : "");
		return key ? SAID_LINE : no_answer(r, a, ERR_FLOW_FIELD, "not one of the choices");
	case ASK_TEXT:
		wrong = ask_wrong(a, line, true);
		if (wrong)
			reply_wrong(r, a, ERR_FLOW_FIELD, wrong); /* it is told what was typed */
		return SAID_LINE;
	default:
		return SAID_LINE;
	}
}

static enum said ask_open(struct plain *pl, const struct prompt *p, const struct ask *a, struct reply *r)
{
	char         storage[PLAIN_MAX_LINE];
	struct bytes b;

	for (;;) {
		struct buf    line = BUF_ON(storage);
		const uint8_t hand = hand_pick((size_t)(a - p->ask), pl->steady);
		plain_show_question(pl, p, a, hand);
		enum said said = take_any(pl, p, &line, &b);
		if (said == SAID_JUNK)
			return no_answer(r, a, ERR_FLOW_FIELD, JUNK);
		if (said == SAID_AGAIN)
			continue;
		if (said != SAID_LINE)
			return said;
		if (b.len == 0 && (a->kind == ASK_TEXT || a->kind == ASK_CHOICE))
			b = bytes_str(a->preset);
		if (b.len == 0) {
			plain_say(pl, 0, "Nothing was typed. Type ? for help.");
			continue;
		}
		said = judge(p, a, hand, b, &b, r);
		if (r->wrong.id == ERR_NONE || a->kind == ASK_TEXT)
			fields_put(&r->fields, a->key, b);
		return said;
	}
}

/* A secret line is never a command; an empty one asks for a command, or for `word`: pad, scan, or NULL. */
static enum said take_secret(struct plain *pl, const struct prompt *p, const char *word, struct secret *s)
{
	char         storage[PLAIN_MAX_LINE];
	struct bytes b;

	if (!plain_read_secret(pl, s))
		return SAID_LOST;
	if (s->len)
		return SAID_LINE;
	struct buf line = BUF_ON(storage);
	plain_say(pl, 0, "Nothing was typed. Now a command (?, back, pause, abort%s%s%s), or Enter to type the secret:",
	          p->can_aside ? ", !exception" : "", p->can_people ? ", !people" : "",
	          !word ? "" : strcmp(word, "pad") == 0 ? ", or pad to type it on the token" : ", or scan for the camera");
	enum said said = take_line(pl, p, &line, &b);
	if (said == SAID_LINE && word && bytes_is(b, word))
		return SAID_LINE;
	return said == SAID_LINE ? SAID_AGAIN : said;
}

static enum said ask_pin(struct plain *pl, const struct prompt *p, const struct ask *a, struct reply *r, struct err *e)
{
	for (;;) {
		SECRET one = { 0 }, two = { 0 };
		if (!secret_new(&one, PLAIN_MAX_LINE, e) || !secret_new(&two, PLAIN_MAX_LINE, e))
			return SAID_LOST;
		plain_say(pl, 0, "%s%s%s%s. It is not shown; end it with Enter.", a->label, a->hint[0] ? " (" : "", a->hint,
		          a->hint[0] ? ")" : "");
		enum said said = take_secret(pl, p, a->pad ? "pad" : NULL, &one);
		if (said == SAID_AGAIN)
			continue;
		const char *wrong = said == SAID_LINE && one.len ? ask_wrong(a, secret_expose(&one), true) : NULL;
		if (wrong)
			return no_answer(r, a, ERR_FLOW_FIELD, wrong);
		if (said == SAID_LINE && a->kind == ASK_NEW_PIN && one.len) { /* the pad asks twice itself */
			plain_say(pl, 0, "The same again:");
			said = take_secret(pl, p, NULL, &two);
			if (said == SAID_AGAIN)
				continue;
			if (said == SAID_LINE && !secret_equal(&one, &two))
				return no_answer(r, a, ERR_FLOW_TWICE, REPLY_TWICE);
		}
		if (said == SAID_LINE)
			secret_move(&r->secret, &one);
		return said;
	}
}

/* Takes the words of one line into `all`; says which word is not one, and takes none after it. */
static unsigned take_words(struct plain *pl, const struct ask *a, struct secret *all, struct bytes line, unsigned num)
{
	while ((line = bytes_trim(line)).len && num < a->num_words) {
		struct bytes typed = line, rest = { 0 };
		if (!bytes_cut(line, ' ', &typed, &rest))
			rest.len = 0;
		struct bytes word = typed;
		if (a->wordlist) {
			const char *known = wordlist_find(a->wordlist, a->num_wordlist, typed);
			if (!known) {
				plain_say(pl, 0, "Word %u is not on the list: go on from word %u.", num + 1, num + 1);
				return num;
			}
			word = bytes_str(known);
		}
		if ((all->len && !secret_put(all, BYTES_LIT(" "))) || !secret_put(all, word))
			return num;
		num++;
		line = rest;
	}
	return num;
}

static enum said ask_words(struct plain *pl, const struct prompt *p, const struct ask *a, struct reply *r, struct err *e)
{
	SECRET   all = { 0 };
	unsigned num = 0;

	if (!secret_new(&all, PLAIN_MAX_LINE, e))
		return SAID_LOST;
	plain_say(pl, 0, "%s%s%s%s: %u words, not shown. One or more a line; the first four letters of a word are enough.",
	          a->label, a->hint[0] ? " (" : "", a->hint, a->hint[0] ? ")" : "", a->num_words);
	while (num < a->num_words) {
		SECRET line = { 0 };
		if (!secret_new(&line, PLAIN_MAX_LINE, e))
			return SAID_LOST;
		plain_say(pl, 0, "Word %u of %u:", num + 1, a->num_words);
		enum said said = take_secret(pl, p, a->camera && num == 0 ? "scan" : NULL, &line);
		if (said == SAID_AGAIN)
			continue;
		if (said != SAID_LINE || line.len == 0) /* an empty one: the camera */
			return said;
		num = take_words(pl, a, &all, secret_expose(&line), num);
	}
	secret_move(&r->secret, &all);
	return SAID_LINE;
}

static enum said ask_qr(struct plain *pl, const struct prompt *p, const struct ask *a, struct reply *r)
{
	char            storage[PLAIN_MAX_LINE], how[96];
	struct qr_shown shown;
	struct bytes    b;

	for (;;) {
		struct buf line = BUF_ON(storage), text = BUF_ON(how);
		plain_say(pl, 0, "%s", a->label);
		plain_say(pl, 4, plain_qr_says(pl, a) ? "Type show, or no to go on without." : "Type no to go on without.");
		plain_mark(pl);
		enum said said = take_any(pl, p, &line, &b);
		if (said == SAID_JUNK || (said == SAID_LINE && b.len && !bytes_is(b, "show") && !bytes_is(b, "no")))
			return no_answer(r, a, ERR_FLOW_FIELD, "show or no");
		if (said == SAID_LINE && bytes_is(b, "show") && plain_qr_show(pl, a, &shown))
			qr_shown_put(&text, &shown);
		else if (said == SAID_LINE && bytes_is(b, "no"))
			buf_str(&text, "no");
		else if (said == SAID_LINE)
			plain_say(pl, 0, "That cannot be done here.");
		if (text.len)
			fields_put(&r->fields, a->key, buf_bytes(&text));
		if (text.len || (said != SAID_LINE && said != SAID_AGAIN))
			return said;
	}
}

static enum said show_secret(struct plain *pl, const struct prompt *p)
{
	char         storage[PLAIN_MAX_LINE];
	struct bytes b = { 0 };

	plain_say(pl, 0, "A secret follows, for %s alone. DO NOT READ IT ALOUD. This kind of terminal cannot take back what it "
	                 "printed: afterwards a form feed and blank lines push it away; clear the terminal's own memory too.",
	          p->who);
	while (!bytes_is(b, "alone")) {
		struct buf line = BUF_ON(storage);
		plain_say(pl, 0, "When nobody else can see or hear it, type alone:");
		plain_mark(pl);
		enum said said = take_line(pl, p, &line, &b);
		if (said != SAID_LINE && said != SAID_AGAIN)
			return said;
	}
	plain_words(pl, p->shown);
	struct buf line = BUF_ON(storage);
	plain_say(pl, 0, "Press Enter when it is written down. It is then pushed away.");
	plain_mark(pl);
	bool ok = plain_read(pl, &line);
	plain_push_away(pl);
	return ok ? SAID_LINE : SAID_LOST;
}

static enum said ask_one(struct plain *pl, const struct prompt *p, const struct ask *a, struct reply *r, struct err *e)
{
	switch (a->kind) {
	case ASK_PIN:
	case ASK_NEW_PIN:
		return ask_pin(pl, p, a, r, e);
	case ASK_WORDS:
		return ask_words(pl, p, a, r, e);
	case ASK_QR:
		return ask_qr(pl, p, a, r);
	case ASK_TEXT:
	case ASK_CHOICE:
	case ASK_CONFIRM:
	case ASK_TYPE_BACK:
		break;
	}
	return ask_open(pl, p, a, r);
}

static enum said ask_nothing(struct plain *pl, const struct prompt *p)
{
	char         storage[PLAIN_MAX_LINE];
	struct bytes b;
	enum said    said;

	do {
		struct buf line = BUF_ON(storage);
		plain_say(pl, 0, "Press Enter to go on.");
		plain_mark(pl);
		said = take_line(pl, p, &line, &b);
	} while (said == SAID_AGAIN);
	return said;
}

static enum said ask_all(struct plain *pl, const struct prompt *p, struct reply *r, struct err *e)
{
	enum said said = SAID_LINE;

	if (p->shown)
		said = show_secret(pl, p);
	if (said == SAID_LINE && p->num_asks == 0)
		return ask_nothing(pl, p);
	for (size_t i = 0; i < p->num_asks && said == SAID_LINE && r->wrong.id == ERR_NONE; i++) {
		said = ask_one(pl, p, &p->ask[i], r, e);
		if (said == SAID_BACK && i > 0) {
			said = SAID_AGAIN; /* to this prompt's first question */
			break;
		}
	}
	return said;
}

static enum reply_kind reply_of(enum said said)
{
	switch (said) {
	case SAID_BACK: return REPLY_BACK;
	case SAID_PAUSE: return REPLY_PAUSE;
	case SAID_EXCEPTION: return REPLY_EXCEPTION;
	case SAID_PEOPLE: return REPLY_PEOPLE;
	case SAID_ABORT:
	case SAID_LINE:
	case SAID_JUNK:
	case SAID_AGAIN:
	case SAID_LOST: break;
	}
	return REPLY_ABORT;
}

static bool ask_until(struct plain *pl, const struct prompt *given, struct reply *r, struct err *e)
{
	struct prompt        storage;
	const struct prompt *p = prompt_filled(&storage, given);

	plain_show_prompt(pl, p);
	for (;;) {
		(void)err_set(e, ERR_TERMINAL_LOST, "the input has ended");
		enum said said = ask_all(pl, p, r, e);
		if (said == SAID_LINE && !r->fields.failed) {
			r->kind = REPLY_ANSWER;
			return true;
		}
		r->fields.num = 0;
		secret_done(&r->secret);
		if (said == SAID_LINE)
			return err_set(e, ERR_TOO_LARGE, "the answers to one prompt");
		if (said == SAID_LOST)
			return false;
		if (said == SAID_BACK && !p->can_back) {
			plain_say(pl, 0, "There is no way back from here.");
			continue;
		}
		if (said != SAID_AGAIN) {
			r->kind = reply_of(said);
			return true;
		}
		plain_say(pl, 0, "Again from the first question.");
	}
}

static bool plain_ask(void *ctx, const struct prompt *given, struct reply *r, struct err *e)
{
	struct plain *pl = ctx;
	bool          ok = ask_until(pl, given, r, e);

	pl->asked = plain_now_ms();
	pl->told = 0;
	return ok;
}

static void plain_close(void *ctx)
{
	struct plain *pl = ctx;

	plain_echo_done(pl);
}

struct face plain_face(struct plain *pl)
{
	return (struct face){ .ask = plain_ask, .tell = plain_tell, .stop_wanted = plain_stop_wanted, .close = plain_close, .ctx = pl, .name = "lines" };
}
