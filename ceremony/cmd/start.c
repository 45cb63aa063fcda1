/* start.c: see start.h. One prompt in a face, then run.c; nothing is written here. */
#include "ceremony/cmd/start.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ceremony/audit/audit.h"
#include "ceremony/base/file.h"
#include "ceremony/base/text.h"
#include "ceremony/cmd/due.h"
#include "ceremony/cmd/load.h"
#include "ceremony/cmd/plain_echo.h"
#include "ceremony/cmd/run.h"
#include "ceremony/cmd/tour.h"
#include "ceremony/cmd/watch.h"

#define MAX_SCRIPTS 60

struct start {
	struct options o;
	struct arena   arena;
	struct ledger  ledger;
	struct err     bad;          /* why the record cannot be worked on; ERR_NONE: it can */
	const char    *open_one;     /* the ceremony that has not ended; NULL: none */
	const char    *scripts;      /* their folder */
	const char    *path[MAX_SCRIPTS];
	const char    *choice[2 * (MAX_SCRIPTS + 4)]; /* key, text */
	size_t         num_choices;
	size_t         num_unfit;    /* scripts that this record's state does not take, or that are wrong */
	struct due     due[16];
	size_t         num_due;
	struct plain   plain;
	struct tui     tui;
	struct face    face;
};

/* ---- what there is ------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static const char *copy(struct start *s, const char *fmt, ...)
{
	char    text[4200];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	struct bytes kept = arena_copy(&s->arena, bytes_str(text));
	return kept.p ? (const char *)kept.p : "";
}

/* The shipped scripts: beside the program in its source tree, or where a package puts them. */
static const char *find_scripts(struct start *s)
{
	static const char *const places[] = { "/../../scripts/ceremonies", "/../share/ceremony/ceremonies" };
	char                     self[4096];
	ssize_t                  n = readlink("/proc/self/exe", self, sizeof self - 1);

	if (n <= 0)
		return NULL;
	self[n] = 0;
	*strrchr(self, '/') = 0;
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		const char *path = copy(s, "%s%s", self, places[i]);
		if (access(path, R_OK | X_OK) == 0)
			return path;
	}
	return NULL;
}

static void look_at_record(struct start *s)
{
	struct record r = { -1, -1 };
	struct bundle b = { .fd = -1 };
	struct err    e = { 0 };
	struct clock  clock = clock_system();
	struct watch  w = { .face = &s->face, .can_stop = true, .clock = clock };
	const struct audit_watch watch = watch_audit(&w);

	s->bad = (struct err){ 0 };
	s->open_one = NULL;
	s->num_due = 0;
	ledger_init(&s->ledger);
	if (!record_open(&r, AT_FDCWD, s->o.record, false, &e)) {
		if (e.id != ERR_RECORD_NONE && access(s->o.record, F_OK) == 0)
			s->bad = e;
		return; /* a new record */
	}
	bool there = bundle_open(&b, &r, 0, &e);
	if (there && (b.state == BUNDLE_BEGUN || b.state == BUNDLE_CLOSED))
		s->open_one = copy(s, "%s", b.name.text);
	else if (!there && e.id != ERR_RECORD_NUMBER)
		s->bad = e;
	bool skip = there && (s->open_one || b.state == BUNDLE_EMPTY);
	bundle_done(&b);
	record_done(&r);
	if (s->bad.id == ERR_NONE && !audit_ledger(&s->ledger, &s->arena, s->o.record, skip, &watch, &e))
		s->bad = e;
	s->num_due = s->bad.id == ERR_NONE ? due_list(s->due, COUNT_OF(s->due), &s->ledger, clock.now(clock.ctx)) : 0;
}

static void add_choice(struct start *s, const char *key, const char *text)
{
	s->choice[2 * s->num_choices] = key;
	s->choice[2 * s->num_choices + 1] = text;
	s->num_choices++;
}

static int is_script(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return d->d_name[0] != '.' && len > 4 && strcmp(d->d_name + len - 4, ".ini") == 0 && !strstr(d->d_name, ".answers.") &&
	       strncmp(d->d_name, "bench-", 6) != 0;
}

/* A script is offered if it is valid and fits a record that is new or is not. */
static void offer(struct start *s, const char *name)
{
	static struct script script;
	struct err           e = { 0 };
	size_t               n = s->num_choices;
	const char          *path = copy(s, "%s/%s", s->scripts, name);

	if (n >= MAX_SCRIPTS || !load_script(&script, &s->arena, path, s->o.profiles, &e) ||
	    script.continues != (s->ledger.num_ceremonies > 0) ||
	    (s->ledger.num_ceremonies && s->ledger.rehearsal != (script.rehearsal || s->o.rehearsal))) {
		s->num_unfit++;
		return;
	}
	s->path[n] = path;
	add_choice(s, name, copy(s, "%s  (%s)", script.title, name));
}

static void look_at_scripts(struct start *s)
{
	struct dirent **item = NULL;

	s->num_choices = s->num_unfit = 0;
	if (s->open_one)
		add_choice(s, "resume", copy(s, "Go on with %s, which has not ended", s->open_one));
	int num = s->bad.id == ERR_NONE && !s->open_one && s->scripts ? scandir(s->scripts, &item, is_script, alphasort) : 0;
	for (int i = 0; i < num; i++) {
		offer(s, item[i]->d_name);
		free(item[i]);
	}
	free(item);
	if (s->bad.id != ERR_NONE)
		add_choice(s, "verify", "Verify the record again");
	add_choice(s, "tour", "A tour of the keys: nothing is recorded");
	add_choice(s, "leave", "Leave: nothing begins");
}

/* ---- how it is shown --------------------------------------------------------------------------- */

static struct prompt about(const char *turn, const char *title)
{
	return (struct prompt){ .ceremony = "Ceremony " CEREMONY_VERSION,
		                .num_rounds = 1,
		                .step_id = "start",
		                .turn = turn,
		                .role = "administrator",
		                .who = "",
		                .title = title,
		                .outside = true,
		                .can_back = true, /* which leaves */
		                .help_what = "A record is the folder of one CA with all its ceremonies. A ceremony follows a script.",
		                .help_why = "What may be done depends on what was done: the record is verified before a word of it is believed.",
		                .help_clause = "",
		                .help_fail = "Leave, and name another folder: ceremony --record DIR --scripts DIR" };
}

static void show(struct prompt *p, struct start *s)
{
	char   text[200];
	size_t n = 0;

	*p = about("choose", "What is to be done?");
	bool made = s->ledger.num_ceremonies > 0;
	p->rehearsal = s->ledger.rehearsal;
	p->row[n] = (struct row){ .label = "Record", .value = s->o.record };
	n++;
	if (s->bad.id != ERR_NONE)
		p->row[n] = (struct row){ .label = "State", .mark = true,
			                  .value = copy(s, "%s", err_line(text, sizeof text, &s->bad)) };
	else
		p->row[n] = (struct row){ .label = "State", .value = made ? copy(s, "%s: %u ceremon%s, verified", s->ledger.organisation, s->ledger.num_ceremonies,
			                                                         s->ledger.num_ceremonies == 1 ? "y" : "ies") :
			                                                    "new: the first ceremony makes the root" };
	n++;
	for (size_t i = 0; i < s->num_due && n < PROMPT_MAX_ROWS; i++) {
		char at[24];
		if (s->due[i].state == DUE_PAST || (s->due[i].state == DUE_LATER && n > 4))
			continue;
		p->row[n] = (struct row){ .label = s->due[i].state == DUE_LATER ? "Due" : s->due[i].state == DUE_SOON ? "Due soon" : "OVERDUE", .mark = s->due[i].state == DUE_OVERDUE,
			                  .value = copy(s, "%.10s  %s %s", utc_str(at, s->due[i].at), s->due[i].what, s->due[i].of) };
		n++;
	}
	p->num_rows = n;
	if (s->bad.id == ERR_NONE && !s->open_one && s->num_choices == 2)
		p->text = s->scripts ? copy(s, made ? "No script in %s goes on with this record: --scripts DIR names another folder." :
		                                     "No script in %s begins a new record: --scripts DIR names another folder.", s->scripts) :
		                       "No folder of scripts was found: --scripts DIR names one.";
	p->ask[0] = (struct ask){ .key = "choose", .kind = ASK_CHOICE, .label = "Ceremony",
		                  .hint = s->num_choices > 9 ? made ? "the arrow keys, or letters; only what goes on with this record is listed" :
		                                                      "the arrow keys, or letters; only what begins a new record is listed" :
		                                                      "its number, or the arrow keys",
		                  .choice = s->choice, .num_choices = s->num_choices };
	p->num_asks = 1;
}

static bool open_face(struct start *s, struct err *e)
{
	if (s->o.plain) {
		plain_open(&s->plain, STDIN_FILENO, STDOUT_FILENO);
		plain_echo(&s->plain, PLAIN_QUIET);
		s->plain.tour = tour_run;
		s->face = plain_face(&s->plain);
		return true;
	}
	struct tui_options o = { .clock = clock_system(), .ascii = s->o.ascii, .mono = s->o.mono, .tour = tour_run };
	if (!tui_open(&s->tui, &o, e))
		return false;
	s->face = tui_face(&s->tui);
	return true;
}

/* The answer to a prompt of one field; false if the person leaves or the face is gone. */
static bool ask(struct start *s, const struct prompt *p, char *out, size_t cap, struct err *e)
{
	uint8_t      room[8192];
	struct arena a = ARENA_ON(room);
	struct reply r = { .fields = fields_on(&a) };
	struct err   why = { 0 };

	if (!face_ask(&s->face, p, &r, &why)) {
		*e = why;
		return false;
	}
	if (r.kind != REPLY_ANSWER)
		return false;
	struct bytes v = fields_get(&r.fields, p->ask[0].key);
	(void)snprintf(out, cap, "%.*s", (int)v.len, (const char *)v.p);
	return true;
}

static bool ask_record(struct start *s, struct err *e)
{
	char          path[4096];
	struct prompt p = about("record", "Where is the record?");

	p.text = "The folder of one CA with all its ceremonies. A new name makes a new record.";
	p.ask[0] = (struct ask){ .key = "record", .kind = ASK_TEXT, .label = "Folder", .preset = "record" };
	p.num_asks = 1;
	do {
		if (!ask(s, &p, path, sizeof path, e))
			return false;
	} while (!path[0]);
	s->o.record = copy(s, "%s", path);
	return true;
}

/* Fills in what is to be run; false if nothing is. */
static bool choose(struct start *s, struct err *e)
{
	struct prompt p;
	char          key[80];

	if (!s->o.record && !ask_record(s, e))
		return false;
	const size_t kept = s->arena.len;
	for (bool look = true;; look = strcmp(key, "verify") == 0) {
		if (look) {
			s->arena.len = kept;
			look_at_record(s);
			look_at_scripts(s);
		}
		show(&p, s);
		if (!ask(s, &p, key, sizeof key, e) || strcmp(key, "leave") == 0)
			return false;
		if (strcmp(key, "verify") == 0)
			continue;
		if (strcmp(key, "tour") != 0)
			break;
		if (!tour_run(&s->face, s->o.plain, e) && e->id != ERR_NONE)
			return false;
	}
	for (size_t i = 0; i < s->num_choices; i++)
		if (strcmp(key, s->choice[2 * i]) == 0)
			s->o.script = strcmp(key, "resume") == 0 ? NULL : s->path[i];
	return true;
}

static bool parse(struct start *s, int argc, char **argv, struct err *e)
{
	for (int i = 1; i + 1 < argc; i++) {
		if (strcmp(argv[i], "--scripts") != 0)
			continue;
		s->scripts = argv[i + 1];
		for (int k = i; k + 2 <= argc; k++) /* argv ends in NULL, which moves too */
			argv[k] = argv[k + 2];
		argc -= 2;
	}
	if (!options_start(&s->o, argc, argv, e))
		return false;
	if (!s->scripts)
		s->scripts = find_scripts(s);
	return true;
}

int cmd_start(int argc, char **argv)
{
	struct start *s = calloc(1, sizeof *s);
	struct err    e = { 0 };
	int           code = 1;

	if (!s)
		return 3;
	s->arena = arena_new(ROOM_LASTING);
	bool ok = s->arena.p || err_set(&e, ERR_NO_MEMORY, "the record");
	if (ok && parse(s, argc, argv, &e) && open_face(s, &e)) {
		bool go = choose(s, &e);
		s->face.close(s->face.ctx);
		if (go)
			code = run_options(&s->o);
	}
	if (e.id != ERR_NONE)
		code = complain(&e);
	arena_free(&s->arena);
	free(s);
	return code;
}
