/* audit.c: see audit.h. */
#include "ceremony/base/file.h"
#include "ceremony/audit/audit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "ceremony/audit/judge.h"
#include "ceremony/audit/lists.h"
#include "ceremony/audit/prompts.h"
#include "ceremony/audit/reports.h"
#include "ceremony/audit/seal.h"
#include "ceremony/base/text.h"
#include "ceremony/flow/files.h"
#include "ceremony/record/bundle.h"
#include "ceremony/record/sums.h"
#include "ceremony/record/transcript.h"

#define ARENA_LASTING ((size_t)512 << 20) /* pages that are never touched cost nothing */
#define ARENA_SCRATCH ((size_t)64 << 20)
#define FILE_MAX      65536

struct audit {
	const struct audit_say *say;
	struct audit_want       want;
	struct signers         *signers, **signers_end; /* of each sealed ceremony, in order; in the ledger's arena */
	struct record           record;
	struct arena            arena, scratch;
	struct arena           *ledger_arena;
	struct ledger          *ledger; /* of the ceremonies verified so far */
	size_t                  num_aborted;
	bool                    at_work; /* a ceremony goes on in this record: a power cut may have been */
	uint8_t                 ca[CA_MAX_LEN]; /* what ca.ini must say */
	size_t                  ca_len;
};

/* One ceremony being replayed. */
struct replay {
	struct audit *audit;
	struct bundle bundle;
	struct script script;
	struct flow   flow;
	struct merkle tree;
	char          last_line[HASH_MAX * 2 + 1]; /* SHA-256 of the line that ended it */
	struct lists  lists; /* owned */
	struct prompts prompts; /* owned */
	struct reports reports; /* owned */
	uint64_t      line;    /* of the transcript that is looked at */
	bool          stopped; /* by the one who watches */
	struct transcript_personal personal;
	bool          by_file, by_people; /* parts of it were answered so */
};

__attribute__((format(printf, 2, 3))) static void tell(const struct audit *a, const char *fmt, ...)
{
	char       text[256];
	struct buf b = BUF_ON(text);
	va_list    ap;

	va_start(ap, fmt);
	buf_vfmt(&b, fmt, ap);
	va_end(ap);
	if (a->say)
		a->say->say(a->say->ctx, buf_cstr(&b));
}

/* ---- the transcript ------------------------------------------------------------ */

static bool load_profile(void *ctx, const char *name, struct bytes *text, struct err *e)
{
	struct replay *r = ctx;
	struct err     why = { 0 };
	char           file[80];

	(void)snprintf(file, sizeof file, "profiles/%s.ini", name);
	return file_read(text, &r->audit->arena, r->bundle.fd, file, SCRIPT_MAX_LEN, &why) ||
	       err_set(e, why.id, "%s/script.ini names %s", r->bundle.name.text, why.detail);
}

static bool load_script(struct replay *r, struct err *e)
{
	const char  *name = r->bundle.name.text;
	struct bytes text;
	struct err   why = { 0 };

	if (file_read(&text, &r->audit->arena, r->bundle.fd, "script.ini", SCRIPT_MAX_LEN, &why) &&
	    script_parse(&r->script, &r->audit->arena, "script.ini", text, load_profile, r, &why))
		return true;
	if (bytes_starts(bytes_str(why.detail), name))
		*e = why;
	else
		(void)err_set(e, why.id, "%s: %s", name, why.detail);
	return false;
}

static bool expect(const struct fields *data, const char *key, const char *value, struct err *e)
{
	struct bytes seen = fields_get(data, key);

	return bytes_is(seen, value) || err_set(e, ERR_AUDIT_OPEN, "%s is \"%.*s\", but it should be \"%s\"", key,
	                                        (int)(seen.len < 70 ? seen.len : 70), seen.len ? (const char *)seen.p : "",
	                                        value);
}

/* The first line names what it was made from: all of it is there to be compared. */
static bool check_open(const struct replay *r, const struct fields *data, struct err *e)
{
	char number[24];

	(void)snprintf(number, sizeof number, "%u", r->bundle.name.number);
	if (!fields_is(data, "format", TRANSCRIPT_OLD) && !expect(data, "format", TRANSCRIPT_FORMAT, e))
		return false;
	if (!expect(data, "number", number, e))
		return false;
	if (!fields_is(data, "rehearsal", "yes") && (r->script.rehearsal || !fields_is(data, "rehearsal", "no")))
		return err_set(e, ERR_AUDIT_OPEN, "rehearsal is neither yes nor no, or not what the script says");
	return script_is_opened(&r->script, data, e);
}

/* Asked before each line, and meanwhile where one takes long. */
static bool may_go_on(struct replay *r)
{
	const struct audit_watch *watch = r->audit->want.watch;

	r->stopped |= watch && !watch->go_on(watch->ctx, r->bundle.name.text, r->line);
	return !r->stopped;
}

static void ask_meanwhile(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	(void)what, (void)done, (void)total, (void)may_go_on(ctx);
}

static bool was_stopped(void *ctx)
{
	return ((const struct replay *)ctx)->stopped;
}

/* What was done to files too large for the transcript is done again, from the same fields. */
static bool agree(struct replay *r, const struct event *ev, struct err *e)
{
	struct flow_next next;
	static struct call c;

	if (ev->type != EVENT_RESULT)
		return true;
	flow_next(&r->flow, &next);
	if (next.what != FLOW_DO || !lists_knows(next.op))
		return true;
	c = (struct call){ .op = next.op, .in = fields_on(&r->audit->scratch), .out = fields_on(&r->audit->scratch),
		           .progress = ask_meanwhile, .progress_ctx = r, .stop = was_stopped };
	return flow_ask(&r->flow, &c.in, e) && lists_agree(&r->lists, &c, &ev->data, e);
}

static bool replay_line(void *ctx, const struct event *ev, struct bytes line, struct err *e)
{
	struct replay *r = ctx;
	struct err     why = { 0 };

	r->line = ev->n + 1;
	if (ev->type == EVENT_OPEN || ev->type == EVENT_RESUME)
		*(fields_is(&ev->data, "face", "answers") ? &r->by_file : &r->by_people) = true;
	if (!may_go_on(r))
		return err_set(e, ERR_STOPPED_BY_KEY, "the verification of the record");
	r->audit->scratch.len = 0;
	r->flow.clock_now = ev->time;
	merkle_add(&r->tree, line);
	if (ev->type == EVENT_CLOSE || ev->type == EVENT_ABORT)
		(void)sha256_hex(r->last_line, line);
	if ((ev->type != EVENT_OPEN || check_open(r, &ev->data, &why)) && flow_check(&r->flow, ev, &why) &&
	    prompts_check(&r->prompts, &r->flow, ev, &why) &&
	    reports_take(&r->reports, r->bundle.fd, ev, line, &why) && agree(r, ev, &why) && flow_apply(&r->flow, ev, &why))
		return true;
	if (why.id == ERR_STOPPED_BY_KEY)
		return err_set(e, why.id, "the verification of the record");
	const struct err_text *text = err_text_of(why.id);
	return err_set(e, ERR_AUDIT_LINE, "%s/transcript.jsonl line %llu: %s: %s%s%s%s", r->bundle.name.text,
	               (unsigned long long)ev->n + 1, text->what, why.detail, *text->clause ? " [" : "", text->clause,
	               *text->clause ? "]" : "");
}

/* Which of the two files it is of: what ails a disclosure says so itself. */
static void blame_line(const struct replay *r, const struct err *why, struct err *e)
{
	bool of_personal = bytes_starts(bytes_str(why->detail), PERSONAL_NAME);

	(void)err_set(e, why->id, "%s/%s%s", r->bundle.name.text, of_personal ? "" : TRANSCRIPT_NAME " ", why->detail);
}

/* What cannot be seen in this copy, and is therefore not judged. */
static void tell_withheld(const struct replay *r)
{
	const struct transcript_personal *p = &r->personal;

	if (!p->num_withheld)
		return;
	tell(r->audit, "--  %s: %zu of %zu personal values are withheld: each is one and the same wherever it stands", r->bundle.name.text,
	     p->num_withheld, p->num);
	if (reports_withheld(&r->flow))
		tell(r->audit, "--  %s: report.txt, which holds them, is withheld, too; it was not looked at", r->bundle.name.text);
}

/* What makes it less than a ceremony of people, devices and a token: true, and to be known before it is believed. */
static void tell_kind(const struct replay *r)
{
	const struct flow *f = &r->flow;
	const struct {
		bool        is;
		const char *what;
	} row[] = {
		{ f->rehearsal, "it is a rehearsal" },
		{ r->by_file, r->by_people ? "a file answered a part of it" : "a file answered, and nobody was asked" },
		{ !f->devices, "folders stood for media" },
		{ fields_is(&f->token[TOKEN_ROOT].intake, "software", "yes"), "the token is a program" },
	};
	char       text[160];
	struct buf b = BUF_ON(text);

	for (size_t i = 0; i < COUNT_OF(row); i++)
		if (row[i].is)
			buf_fmt(&b, "%s%s", b.len ? "; " : "", row[i].what);
	if (b.len)
		tell(r->audit, "--  %s: %s", r->bundle.name.text, buf_cstr(&b));
}

static bool replay_transcript(struct replay *r, struct err *e)
{
	struct err why = { 0 };

	if (!flow_init(&r->flow, &r->script, r->audit->ledger, &r->audit->arena, &r->audit->scratch, e))
		return false;
	if (!transcript_each_with(r->bundle.fd, r->audit->want.more, &r->personal, replay_line, r, &why)) {
		if (why.id == ERR_AUDIT_LINE || why.id == ERR_STOPPED_BY_KEY)
			*e = why;
		else
			blame_line(r, &why, e);
		return false;
	}
	merkle_root(r->flow.tree_root, &r->tree);
	if (!r->flow.tells_prompts)
		tell(r->audit, "--  %s: a " TRANSCRIPT_OLD ": names stand in its lines, what prompts showed does not", r->bundle.name.text);
	const bool withheld = r->personal.num_withheld > 0;
	if (!prompts_end(&r->prompts, r->bundle.name.text, withheld, r->audit->say, e) ||
	    !reports_end(&r->reports, r->bundle.name.text, withheld, r->audit->say, e))
		return false;
	if (r->flow.aborted) {
		tell(r->audit, "--  %s: ended for good at line %llu; no signature covers it", r->bundle.name.text,
		     (unsigned long long)r->flow.num_events);
		return true;
	}
	if (!r->flow.closed)
		return err_set(e, ERR_AUDIT_UNFINISHED, "%s stops at line %llu, before its close", r->bundle.name.text,
		               (unsigned long long)r->flow.num_events);
	tell(r->audit, "ok  %s: %llu lines, chained, each in its place", r->bundle.name.text,
	     (unsigned long long)r->flow.num_events);
	tell_kind(r);
	tell_withheld(r);
	return true;
}

/* ---- the files -------------------------------------------------------------------- */

struct seen {
	const struct replay *r;
	size_t               num_wanted;
};

static bool compare_file(void *ctx, const char *name, struct bytes content, struct err *e)
{
	struct seen *s = ctx;

	s->num_wanted++;
	if (file_is(s->r->bundle.fd, name, content))
		return true;
	return err_set(e, ERR_AUDIT_FILE, "%s/%s%s", s->r->bundle.name.text, name,
	               file_exists(s->r->bundle.fd, name) ? "" : " is missing");
}

/* Their octets were judged line by line, in agree(). */
static bool count_file(void *ctx, const char *name, const char *sha256, struct err *e)
{
	struct seen *s = ctx;

	(void)sha256;
	s->num_wanted++;
	return file_exists(s->r->bundle.fd, name) ||
	       err_set(e, ERR_AUDIT_FILE, "%s/%s is missing", s->r->bundle.name.text, name);
}

/* transcript.jsonl and report.txt are there besides what the state implies. */
static size_t files_besides(const struct replay *r)
{
	return !reports_wanted(&r->flow) || reports_withheld(&r->flow) ? 1 : 2;
}

/* The list of a ceremony that was ended for good is written last of all: the power may have gone. */
static bool has_sums(const struct replay *r)
{
	return !r->flow.aborted || file_exists(r->bundle.fd, SUMS_NAME);
}

static bool sums_meanwhile(void *ctx, uint64_t done, uint64_t total)
{
	return (void)done, (void)total, may_go_on(ctx);
}

static bool check_files(struct replay *r, struct err *e)
{
	const struct sums_watch watch = { sums_meanwhile, r };
	struct seen             s = { .r = r };
	struct err              why = { 0 };
	size_t                  num = 0;

	if (!flow_files(&r->flow, compare_file, &s, e) || !flow_large_files(&r->flow, count_file, &s, e) ||
	    !reports_check(&r->flow, r->bundle.fd, r->bundle.name.text, r->personal.num_withheld > 0, e))
		return false;
	if ((has_sums(r) && !sums_check(r->bundle.fd, &watch, &why)) || !sums_count(&num, r->bundle.fd, &why))
		return err_set(e, why.id, "%s/%s", r->bundle.name.text, why.detail);
	if (num != s.num_wanted + files_besides(r))
		return err_set(e, ERR_AUDIT_FILE, "%s holds %zu files, the transcript implies %zu", r->bundle.name.text,
		               num, s.num_wanted + files_besides(r));
	tell(r->audit, "ok  %s: %zu files, each as the transcript implies", r->bundle.name.text, num);
	return true;
}

/* ca.ini and root.pem speak of the CA, whatever ceremony made it. */
static bool check_ca(struct replay *r, struct err *e)
{
	struct audit *a = r->audit;
	const char   *root = a->want.root;
	struct bytes  pem;
	struct ca     ca;
	struct buf    b = BUF_ON(a->ca);
	char          hex[HASH_MAX * 2 + 1];

	(void)sha256_hex(hex, r->flow.root_cert);
	if (root && strcmp(root, hex) != 0)
		return err_set(e, ERR_AUDIT_ROOT, "the record's root is %s", hex);
	flow_ca(&r->flow, &ca);
	ca_text(&b, &ca);
	if (!buf_ok(&b))
		return err_set(e, ERR_AUDIT_FILE, CA_NAME);
	a->ca_len = b.len; /* the last ceremony's counts: tokens come and go */
	if (!flow_root_pem(&r->flow, &pem, e))
		return false;
	if (!file_is(a->record.fd, "root.pem", pem))
		return err_set(e, ERR_AUDIT_FILE, "root.pem");
	if (!r->flow.continued)
		tell(a, "ok  root certificate sha256 %s", hex);
	return true;
}

/* ---- one ceremony, and all of them -------------------------------------------------- */

static bool take_ledger(struct replay *r, struct err *e)
{
	char hex[HASH_MAX * 2 + 1];

	(void)snprintf(r->audit->ledger->before, sizeof r->audit->ledger->before, "%s", r->last_line);
	return flow_ledger(&r->flow, r->audit->ledger, r->audit->ledger_arena,
	                   r->flow.aborted ? NULL : sha256_hex(hex, r->flow.checkpoint), e);
}

/* Who signed, taken down and judged: only after the seal has been checked. */
static bool take_signers(struct replay *r, struct err *e)
{
	struct audit   *a = r->audit;
	struct signers *s = signers_of(&r->flow, r->bundle.name.text, a->ledger_arena);

	if (!s)
		return err_set(e, ERR_NO_MEMORY, "the signers");
	if (a->want.policy && !signers_judge(s, a->want.policy, e))
		return false;
	*a->signers_end = s;
	a->signers_end = &s->next;
	if (a->want.policy)
		tell(a, "ok  %s: its signatures are those that the policy asks for", s->folder);
	return true;
}

static bool audit_ceremony(struct audit *a, unsigned number, struct err *e)
{
	struct replay *r = calloc(1, sizeof *r);

	if (!r)
		return err_set(e, ERR_NO_MEMORY, "a ceremony");
	a->arena.len = 0;
	r->audit = a;
	r->bundle.fd = -1;
	lists_init(&r->lists);
	bool ok = bundle_open(&r->bundle, &a->record, number, e) && load_script(r, e);
	r->lists.dir = r->bundle.fd;
	r->lists.record = &a->record;
	r->lists.before = a->ledger;
	r->lists.again = true;
	ok = ok && replay_transcript(r, e);
	if (ok && !r->flow.aborted)
		ok = seal_check(&r->flow, r->bundle.fd, r->bundle.name.text, a->say, e) && take_signers(r, e) &&
		     check_files(r, e) && check_ca(r, e);
	else
		ok = ok && check_files(r, e);
	a->num_aborted += ok && r->flow.aborted;
	ok = ok && take_ledger(r, e);
	lists_done(&r->lists);
	reports_done(&r->reports);
	prompts_done(&r->prompts);
	bundle_done(&r->bundle);
	free(r);
	return ok;
}

/* A disclosure that no ceremony of the record has a place for. */
static bool judge_more(const struct personal *more, struct err *e)
{
	size_t line = 1;

	for (const struct personal_value *v = more->first; v; v = v->next, line++)
		if (!v->used)
			return err_set(e, ERR_PERSONAL_UNUSED, "line %zu of those that were given", line);
	return true;
}

static bool audit_all(struct audit *a, const char *path, bool skip_last, struct err *e)
{
	struct bundle_list list = { 0 };
	struct arena       names = arena_new((size_t)4 << 20);

	a->arena = arena_new(ARENA_LASTING);
	a->scratch = arena_new(ARENA_SCRATCH);
	a->signers_end = &a->signers;
	ledger_init(a->ledger);
	bool ok = (a->arena.p && a->scratch.p && names.p) || err_set(e, ERR_NO_MEMORY, "the verifier");
	ok = ok && record_open(&a->record, AT_FDCWD, path, false, e) && record_is_tidy(&a->record, a->at_work, e) &&
	     bundle_list(&list, &names, &a->record, e);
	for (size_t i = 0; ok && i + skip_last < list.num; i++)
		ok = audit_ceremony(a, list.item[i].number, e);
	/* A last one that is being finished may have written its own already. */
	if (ok && a->want.more)
		ok = judge_more(a->want.more, e);
	if (ok && a->ca_len && !skip_last && !file_is(a->record.fd, CA_NAME, bytes_of(a->ca, a->ca_len)))
		ok = err_set(e, ERR_AUDIT_FILE, CA_NAME);
	arena_free(&a->arena);
	arena_free(&a->scratch);
	arena_free(&names);
	record_done(&a->record);
	return ok;
}

bool audit_ledger(struct ledger *out, struct arena *arena, const char *path, bool skip_last, const struct audit_watch *watch,
                  struct err *e)
{
	struct audit a = { .want = { .watch = watch }, .record = { -1, -1 }, .ledger = out, .ledger_arena = arena, .at_work = true };

	return audit_all(&a, path, skip_last, e);
}

/* A whole record, with a ledger that nobody else needs; then `use`, while it is there. */
static bool audit_whole(struct audit *a, const char *path, void (*use)(const struct audit *a, struct buf *out),
                        struct buf *out, struct err *e)
{
	struct ledger ledger;
	struct arena  arena = arena_new(ARENA_LASTING);
	bool          ok = arena.p || err_set(e, ERR_NO_MEMORY, "the verifier");

	a->record = (struct record){ -1, -1 };
	a->ledger = &ledger;
	a->ledger_arena = &arena;
	ok = ok && audit_all(a, path, false, e);
	if (ok && ledger.num_ceremonies == 0 && !(a->want.aborted && a->num_aborted))
		ok = err_set(e, ERR_AUDIT_UNFINISHED, "no ceremony of %s has been finished", path);
	if (ok && use)
		use(a, out);
	arena_free(&arena);
	return ok;
}

bool audit_record(const char *path, const struct audit_want *want, const struct audit_say *say, struct err *e)
{
	struct audit a = { .say = say };

	if (want)
		a.want = *want;
	return audit_whole(&a, path, NULL, NULL, e);
}

static void put_policy(const struct audit *a, struct buf *out)
{
	signers_policy(out, a->signers, a->ledger->organisation);
}

bool audit_policy(struct buf *out, const char *path, struct err *e)
{
	struct audit a = { .say = NULL };

	return audit_whole(&a, path, put_policy, out, e) && (buf_ok(out) || err_set(e, ERR_TOO_LARGE, "the policy"));
}
