/* answers.c: see answers.h. */
#include "ceremony/cmd/answers.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/base/file.h"
#include "ceremony/base/utc.h"
#include "ceremony/cmd/answers_qr.h"

/* Room for the text twice (as read, as parsed) and for the tables. */
#define ARENA_LEN (ANSWERS_MAX_LEN * 12)

bool answers_open(struct answers *out, const char *path, const char *cards, struct clock clock, FILE *progress,
                  struct err *e)
{
	struct answers a = { .arena = arena_new(ARENA_LEN), .cards = cards, .clock = clock, .progress = progress };
	struct bytes   text;

	if (a.arena.cap == 0)
		return err_set(e, ERR_NO_MEMORY, "%s", path);
	if (!file_read(&text, &a.arena, AT_FDCWD, path, ANSWERS_MAX_LEN, e) || !ini_parse(&a.ini, &a.arena, path, text, e)) {
		answers_done(&a);
		return false;
	}
	size_t num = 0;
	for (size_t i = 0; i < a.ini.num_sections; i++)
		num += a.ini.section[i].num_entries;
	a.use = arena_take(&a.arena, num * sizeof *a.use);
	if (!a.use) {
		answers_done(&a);
		return err_set(e, ERR_TOO_LARGE, "%s", path);
	}
	*out = a;
	return true;
}

void answers_done(struct answers *a)
{
	for (size_t i = 0; i < ANSWERS_MAX_ROUNDS; i++)
		secret_done(&a->shown[i]);
	if (a->arena.p)
		wipe(a->arena.p, a->arena.len);
	arena_free(&a->arena);
	*a = (struct answers){ 0 };
}

static void say(struct answers *a, const struct prompt *p)
{
	char line[sizeof a->last_line];

	if (!a->progress)
		return;
	const char *step = p->now < p->num_steps ? p->step[p->now].title : p->step_id;
	if (p->num_rounds > 1)
		(void)snprintf(line, sizeof line, "[%2zu/%zu] %s: %s (%u of %u)", p->now + 1, p->num_steps, step, p->title,
		               p->round + 1, p->num_rounds);
	else
		(void)snprintf(line, sizeof line, "[%2zu/%zu] %s: %s", p->now + 1, p->num_steps, step, p->title);
	if (strcmp(line, a->last_line) == 0)
		return;
	memcpy(a->last_line, line, sizeof line);
	(void)fprintf(a->progress, "%s\n", line);
	(void)fflush(a->progress);
}

static struct answers_use *use_of(struct answers *a, const struct ini_entry *entry)
{
	size_t i = 0;

	while (i < a->num_use && a->use[i].entry != entry)
		i++;
	if (i == a->num_use)
		a->use[a->num_use++] = (struct answers_use){ .entry = entry, .last = entry };
	return &a->use[i];
}

static bool missing(const struct answers *a, const struct prompt *p, const char *key, struct err *e)
{
	return err_set(e, ERR_ANSWER_MISSING, "%s: step [%s] has no `%s`: %s", a->ini.file, p->step_id, key, p->title);
}

static bool bad_value(const struct answers *a, const struct prompt *p, const struct ini_entry *entry, const char *why,
                      struct err *e)
{
	return err_set(e, ERR_ANSWER_VALUE, "%s:%u: `%.*s` in [%s]: %s", a->ini.file, entry->line, (int)entry->key.len,
	               (const char *)entry->key.p, p->step_id, why);
}

/* A value that leaves the prompt serves once: a second time round would never end. */
static bool leaves(const struct ini_entry *entry, const struct ask *ask, enum reply_kind *kind)
{
	static const struct {
		const char     *name;
		enum reply_kind kind;
	} row[] = { { "@back", REPLY_BACK }, { "@pause", REPLY_PAUSE }, { "@abort", REPLY_ABORT },
		    { "@exception", REPLY_EXCEPTION }, { "@people", REPLY_PEOPLE } };

	for (size_t i = 0; i < COUNT_OF(row); i++) {
		if (bytes_is(entry->value, row[i].name) ||
		    (ask->kind == ASK_CONFIRM && bytes_is(entry->value, row[i].name + 1))) {
			*kind = row[i].kind;
			return true;
		}
	}
	if (ask->kind == ASK_CONFIRM && bytes_is(entry->value, "no")) {
		*kind = REPLY_BACK;
		return true;
	}
	return false;
}

/* These are no steps: what they answer may be asked for within any. */
static bool is_session(struct bytes section)
{
	static const char *const none[] = { "session", "exception", "presence", "abort" };

	for (size_t i = 0; i < COUNT_OF(none); i++)
		if (bytes_is(section, none[i]))
			return true;
	return false;
}

/* What stands for an answer that a file need not have. */
static const struct ini_entry preset_entry = { { (const uint8_t *)"", 0 }, { (const uint8_t *)"@default", 8 }, 0, true };

/* The answer to one ask. The nth time that a key is asked for, `key.n` serves if it is there, else
 * the value that served last. *fresh: it is not one that served before. */
static bool find_answer(struct answers *a, const struct prompt *p, const struct ask *ask,
                        const struct ini_entry **out, bool *fresh, struct err *e)
{
	struct ini_section *s = ini_section(&a->ini, p->step_id);
	char                key[80];
	enum reply_kind     kind;

	if (s && !a->first_asked && !is_session(bytes_str(p->step_id)))
		a->first_asked = s;
	struct ini_entry *entry = s ? ini_entry(s, ask->key) : NULL;
	if (!entry && p->preset_serves) {
		*out = &preset_entry;
		return *fresh = true;
	}
	if (!entry)
		return missing(a, p, ask->key, e);
	struct answers_use *use = use_of(a, entry);
	*fresh = ++use->times == 1;
	if (!*fresh) {
		(void)snprintf(key, sizeof key, "%s.%u", ask->key, use->times);
		struct ini_entry *next = ini_entry(s, key);
		if (next)
			use->last = next;
		else if (leaves(use->last, ask, &kind) || ++use->reused > ANSWERS_MAX_REUSE)
			return missing(a, p, key, e);
		*fresh = next != NULL;
	}
	*out = use->last;
	return true;
}

/* "@shown" or "@shown.3": the secret that this run showed in this round, or in round 3. */
static const struct secret *shown(const struct answers *a, const struct prompt *p, struct bytes value)
{
	uint64_t round = (uint64_t)p->round + 1;

	if (bytes_starts(value, "@shown.") && !bytes_to_u64(&round, bytes_skip(value, 7), ANSWERS_MAX_ROUNDS))
		return NULL;
	if (round == 0 || round > ANSWERS_MAX_ROUNDS || !a->shown[round - 1].p)
		return NULL;
	return &a->shown[round - 1];
}

/* ---- cards: "@card NAME" writes what is shown onto one, or reads it ---- */

#define CARD_MAX 4096 /* octets of a card */

/* The card's name in "@card NAME"; empty if the value is none. */
static struct bytes card_name(struct bytes value)
{
	return bytes_starts(value, "@card ") ? bytes_trim(bytes_skip(value, 6)) : bytes_of(NULL, 0);
}

static bool card_path(char out[CARD_MAX], const struct answers *a, struct bytes name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!((name.p[i] >= 'a' && name.p[i] <= 'z') || (name.p[i] >= '0' && name.p[i] <= '9') || name.p[i] == '-'))
			return false;
	return a->cards && name.len && name.len <= 40 &&
	       snprintf(out, CARD_MAX, "%s/%.*s", a->cards, (int)name.len, (const char *)name.p) < CARD_MAX;
}

static bool write_card(const struct answers *a, const struct prompt *p, const struct ini_entry *entry, struct err *e)
{
	char path[CARD_MAX];

	if (!p->shown || !card_path(path, a, card_name(entry->value)))
		return bad_value(a, p, entry, "nothing is shown here, or that is no card's name", e);
	(void)mkdir(a->cards, 0700); /* what is wrong with it shows in the writing */
	return file_write(AT_FDCWD, path, secret_expose(p->shown), 0600, e);
}

static bool read_card(const struct answers *a, const struct prompt *p, const struct ini_entry *entry,
                      struct reply *r, struct err *e)
{
	char         path[CARD_MAX];
	struct arena room = arena_new(CARD_MAX * 2);
	struct bytes text;

	if (!room.p)
		return err_set(e, ERR_NO_MEMORY, "a card");
	bool ok = card_path(path, a, card_name(entry->value)) && file_read(&text, &room, AT_FDCWD, path, CARD_MAX, e);
	ok = ok ? secret_set(&r->secret, text, e) : bad_value(a, p, entry, "there is no such card", e);
	wipe(room.p, room.len);
	arena_free(&room);
	return ok;
}

static bool put_secret(const struct answers *a, const struct prompt *p, const struct ask *ask,
                       const struct ini_entry *entry, struct bytes value, struct reply *r, struct err *e)
{
	if (r->secret.p)
		return bad_value(a, p, entry, "a second secret in one prompt", e);
	if (ask->kind == ASK_WORDS && ask->camera && bytes_is(entry->value, "@camera"))
		return true; /* nothing is typed */
	if (ask->kind == ASK_WORDS && card_name(entry->value).len)
		return read_card(a, p, entry, r, e);
	if (ask->kind != ASK_WORDS || !bytes_starts(entry->value, "@shown"))
		return secret_set(&r->secret, value, e);
	const struct secret *s = shown(a, p, entry->value);
	if (!s)
		return bad_value(a, p, entry, "this run has shown no such secret", e);
	return secret_set(&r->secret, secret_expose(s), e);
}

static bool put_choice(const struct answers *a, const struct prompt *p, const struct ask *ask,
                       const struct ini_entry *entry, struct bytes value, struct reply *r, struct err *e)
{
	for (size_t i = 0; i < ask->num_choices; i++) {
		if (bytes_is(value, ask->choice[2 * i])) {
			fields_put(&r->fields, ask->key, value);
			return true;
		}
	}
	return bad_value(a, p, entry, "not one of the choices", e);
}

static bool put_qr(const struct answers *a, const struct prompt *p, const struct ask *ask, const struct ini_entry *entry,
                   struct reply *r, struct err *e)
{
	char            text[96];
	struct buf      b = BUF_ON(text);
	struct qr_shown shown;

	if (!bytes_is(entry->value, "show") && !bytes_is(entry->value, "no"))
		return bad_value(a, p, entry, "show or no is wanted", e);
	if (bytes_is(entry->value, "no")) {
		buf_str(&b, "no");
	} else {
		if (!a->frames)
			return bad_value(a, p, entry, "there is no folder for pictures", e);
		if (!answers_qr_write(&shown, a->frames, ask, e))
			return false;
		qr_shown_put(&b, &shown);
	}
	fields_put(&r->fields, ask->key, buf_bytes(&b));
	return true;
}

static bool put_time(struct answers *a, const struct ask *ask, struct reply *r)
{
	struct utc_civil c = utc_civil(a->clock.now(a->clock.ctx));

	fields_fmt(&r->fields, ask->key, "%02d:%02d:%02d", c.hour, c.minute, c.second);
	return true;
}

static bool put_answer(struct answers *a, const struct prompt *p, const struct ask *ask, const struct ini_entry *entry,
                       struct reply *r, struct err *e)
{
	struct bytes v = entry->value;

	if (ask->kind == ASK_QR)
		return put_qr(a, p, ask, entry, r, e);
	if (bytes_starts(v, "@@")) /* a value that begins with @ */
		v = bytes_skip(v, 1);
	else if (bytes_is(v, "@default"))
		v = bytes_str(ask->preset);
	else if (bytes_is(v, "@expect") && ask->kind == ASK_TYPE_BACK)
		v = bytes_str(ask->expect);
	else if (bytes_is(v, "@now") && ask->kind == ASK_TEXT)
		return put_time(a, ask, r);
	else if (card_name(v).len && ask->kind == ASK_CONFIRM)
		v = write_card(a, p, entry, e) ? bytes_str("yes") : bytes_of(NULL, 0);
	else if (card_name(v).len && ask->kind == ASK_WORDS)
		v = bytes_of(NULL, 0);
	else if (bytes_starts(v, "@") && !(ask->kind == ASK_WORDS && (bytes_starts(v, "@shown") || (ask->camera && bytes_is(v, "@camera")))))
		return bad_value(a, p, entry, "no such value here", e);

	if (!v.p && ask->kind == ASK_CONFIRM)
		return false; /* the card could not be written */
	switch (ask->kind) {
	case ASK_PIN:
	case ASK_NEW_PIN:
	case ASK_WORDS:
		return put_secret(a, p, ask, entry, v, r, e);
	case ASK_CHOICE:
		return put_choice(a, p, ask, entry, v, r, e);
	case ASK_CONFIRM:
		if (!bytes_is(v, "yes"))
			return bad_value(a, p, entry, "yes, no, back, pause, abort, exception or people is wanted", e);
		break;
	case ASK_TEXT:
	case ASK_TYPE_BACK:
	case ASK_QR:
		break;
	}
	fields_put(&r->fields, ask->key, v);
	return true;
}

static bool keep_shown(struct answers *a, const struct prompt *p, struct err *e)
{
	struct secret copy = { 0 };

	if (p->round >= ANSWERS_MAX_ROUNDS)
		return err_set(e, ERR_TOO_LARGE, "%u secrets in step [%s]", p->round + 1, p->step_id);
	if (!secret_set(&copy, secret_expose(p->shown), e))
		return false;
	secret_done(&a->shown[p->round]);
	secret_move(&a->shown[p->round], &copy);
	return true;
}

static bool answers_ask(void *ctx, const struct prompt *given, struct reply *r, struct err *e)
{
	struct answers      *a = ctx;
	bool                 any_fresh = false;
	struct prompt        storage;
	const struct prompt *p = prompt_filled(&storage, given);

	say(a, p);
	if (p->shown && !keep_shown(a, p, e))
		return false;
	r->kind = REPLY_ANSWER;
	for (size_t i = 0; i < p->num_asks; i++) {
		const struct ini_entry *entry = NULL;
		bool                    fresh = false;
		if (!find_answer(a, p, &p->ask[i], &entry, &fresh, e)) {
			if (p->refused || a->told.id != ERR_NONE) /* what went wrong says more */
				*e = p->refused ? *p->refused : a->told;
			return false;
		}
		any_fresh |= fresh;
		if (leaves(entry, &p->ask[i], &r->kind)) {
			if ((r->kind == REPLY_EXCEPTION && !p->can_aside) || (r->kind == REPLY_PEOPLE && !p->can_people))
				return bad_value(a, p, entry, "nothing can be recorded out of turn here", e);
			if (r->kind == REPLY_BACK && !p->can_back)
				return bad_value(a, p, entry, "there is no way back from here", e);
			return true;
		}
		if (!put_answer(a, p, &p->ask[i], entry, r, e))
			return false;
	}
	if (p->refused && !any_fresh) {
		*e = *p->refused;
		return false;
	}
	if (r->fields.failed)
		return err_set(e, ERR_TOO_LARGE, "%s: the answers of [%s]", a->ini.file, p->step_id);
	a->told = (struct err){ 0 };
	return true;
}

static void answers_tell(void *ctx, const struct notice *n)
{
	struct answers *a = ctx;
	char            line[512];

	if (n->kind == NOTICE_ERROR && n->err)
		a->told = *n->err;
	if (!a->progress)
		return;
	if (n->kind == NOTICE_ERROR && n->err)
		(void)fprintf(a->progress, "        %s\n", err_line(line, sizeof line, n->err));
	else if (n->kind == NOTICE_END)
		(void)fprintf(a->progress, "%s\n", n->text);
	(void)fflush(a->progress);
}

static void answers_close(void *ctx)
{
	answers_done(ctx);
}

struct face answers_face(struct answers *a)
{
	return (struct face){ .ask = answers_ask, .tell = answers_tell, .close = answers_close, .ctx = a, .name = "answers" };
}

bool answers_left_over(const struct answers *a, bool resumed, struct err *e)
{
	size_t i = 0;

	if (resumed)
		while (i < a->ini.num_sections && &a->ini.section[i] != a->first_asked)
			i++;
	for (i += resumed; i < a->ini.num_sections; i++) {
		const struct ini_section *s = &a->ini.section[i];
		if (resumed && is_session(s->name))
			continue;
		for (size_t k = 0; k < s->num_entries; k++)
			if (!s->entry[k].used && !card_name(s->entry[k].value).len) /* a card may stay where it is kept */
				return err_set(e, ERR_ANSWER_LEFT, "%s:%u: `%.*s` in [%.*s]", a->ini.file, s->entry[k].line,
				               (int)s->entry[k].key.len, (const char *)s->entry[k].key.p, (int)s->name.len,
				               (const char *)s->name.p);
	}
	return true;
}
